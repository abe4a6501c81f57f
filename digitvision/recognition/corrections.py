"""The user's corrections of a drawing's glyphs, which no reading may contradict."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from digitvision.ink.inkml_annotations import InkAnnotation
from digitvision.ink.stroke import Bounds
from digitvision.recognition.expression.layout import RELATIONS, Relation

Strokes = frozenset[int]
"""A glyph, by the indices of its strokes in the drawing."""

PictureAnnotation: TypeAlias = tuple[Bounds | None, str]
"""A correction of a picture: the box of a glyph in pixels and the LaTeX of its class, or the text of a line, with None,
or with the box of its row where the picture has several rows; a row of one glyph has the LaTeX of its class."""

ROW_MODES: Final = ("equation", "line")
"""The modes that a row of a page may be read in."""

_FIRST: Final = "First"
"""Relation, in a file, of a glyph that begins the expression."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """Corrections of a reading, an immutable value.

    Attributes:
        glyphs: Strokes that are one glyph, these and no others; no stroke is in two of them.
        apart: Strokes no two of which are of one glyph.
        labels: Glyphs and the LaTeX of their classes.
        relations: A glyph, its parent and its relation to it. A glyph without a parent begins the expression, and its
            relation means nothing.
        picture: Corrections of a picture, whose glyphs have no strokes, in the order in which they were made. They are
            not kept in files.
        rows: Rows of a page: strokes that are in one row, apart from those of the other rows here, and the mode that
            the row is read in; empty for the one that it looks like. No stroke is in two of them.
    """

    glyphs: tuple[Strokes, ...] = ()
    apart: tuple[Strokes, ...] = ()
    labels: tuple[tuple[Strokes, str], ...] = ()
    relations: tuple[tuple[Strokes, Strokes | None, Relation], ...] = ()
    picture: tuple[PictureAnnotation, ...] = ()
    rows: tuple[tuple[Strokes, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.glyphs or self.apart or self.labels or self.relations or self.picture or self.rows)

    @property
    def strokes(self) -> Strokes:
        """The strokes that some correction is about."""
        return frozenset().union(*self.glyphs, *self.apart)

    def label_of_all(self, count: int) -> str:
        """Return the LaTeX of what a whole drawing of `count` strokes is, as one glyph; empty where none is chosen."""
        return dict(self.labels).get(frozenset(range(count)), "")

    def label_of_picture(self, box: Bounds) -> str:
        """Return the LaTeX that was last chosen for the glyph of a picture that has this box; empty for none."""
        return next((latex for own, latex in reversed(self.picture) if own == box), "")

    def with_glyph(self, strokes: Iterable[int]) -> "Corrections":
        """Make these strokes one glyph; earlier corrections of them and of others with them are dropped."""
        one = frozenset(strokes)
        kept = self._without(one)
        apart = tuple(group - one for group in self.apart if len(group - one) > 1)
        return replace(kept, glyphs=(*kept.glyphs, one), apart=apart)

    def with_apart(self, strokes: Iterable[int]) -> "Corrections":
        """Keep these strokes in different glyphs; earlier corrections of them are dropped."""
        some = frozenset(strokes)
        return replace(self._without(some), apart=(*self.apart, some))

    def with_label(self, strokes: Iterable[int], latex: str) -> "Corrections":
        """Make these strokes one glyph of this class."""
        one = frozenset(strokes)
        kept = self if one in self.glyphs else self.with_glyph(one)
        labels = tuple((glyph, label) for glyph, label in kept.labels if glyph != one)
        return replace(kept, labels=(*labels, (one, latex)))

    def without_label(self, strokes: Iterable[int]) -> "Corrections":
        """Take back what class these strokes are, and that they are one glyph where no relation needs it."""
        one = frozenset(strokes)
        related = {glyph for child, parent, _ in self.relations for glyph in (child, parent)}
        return replace(
            self,
            glyphs=tuple(glyph for glyph in self.glyphs if glyph != one or glyph in related),
            labels=tuple((glyph, label) for glyph, label in self.labels if glyph != one),
        )

    def with_relation(
        self, child: Iterable[int], parent: Iterable[int] | None, relation: Relation = "Right"
    ) -> "Corrections":
        """Relate one glyph to another; both become glyphs. Of two that claim one relation the later one wins."""
        one = frozenset(child)
        other = None if parent is None else frozenset(parent)
        kept = self
        for glyph in (one, other):
            if glyph is not None and glyph not in kept.glyphs:
                kept = kept.with_glyph(glyph)
        relations = tuple(
            (own, of, how)
            for own, of, how in kept.relations
            if own != one and (of, how) != (other, relation) and not (of is None and other is None)
        )
        return replace(kept, relations=(*relations, (one, other, relation)))

    @property
    def words(self) -> tuple[tuple[Strokes, str], ...]:
        """The labels that are whole words: their LaTeX has several tokens, where that of a glyph is one."""
        return tuple((strokes, latex) for strokes, latex in self.labels if " " in latex)

    def without_words(self) -> "Corrections":
        """Leave out what was said of whole words, which means nothing where glyphs are read."""
        words = self.words
        if not words:
            return self
        said = {strokes for strokes, _ in words}
        return replace(
            self,
            glyphs=tuple(glyph for glyph in self.glyphs if glyph not in said),
            labels=tuple(label for label in self.labels if label not in words),
        )

    def with_row(self, strokes: Iterable[int], mode: str = "") -> "Corrections":
        """Make these strokes one row of a page, which is read in this mode; other rows lose those of them they had."""
        one = frozenset(strokes)
        others = ((row - one, own) for row, own in self.rows)
        return replace(self, rows=(*((row, own) for row, own in others if row), (one, mode)))

    def within(self, strokes: Sequence[int]) -> "Corrections":
        """Return what was said of the glyphs of these strokes, which have the indices 0, 1, … in their order then."""
        kept = self.moved({stroke: index for index, stroke in enumerate(strokes)})
        return replace(kept, rows=())

    def with_picture_label(self, box: Bounds, latex: str) -> "Corrections":
        """Give the glyph of a picture that has this box a class."""
        return replace(self, picture=(*self.picture, (box, latex)))

    def without_picture_label(self, box: Bounds) -> "Corrections":
        """Take back what class the glyph of a picture that has this box is."""
        return replace(self, picture=tuple(one for one in self.picture if one[0] != box))

    def with_picture_text(self, text: str, row: Bounds | None = None) -> "Corrections":
        """Set the text of a picture's line, or of the row of several glyphs that has this box."""
        return replace(self, picture=(*self.picture, (row, text)))

    def within_picture(self, row: Bounds, *, glyphs: int) -> "Corrections":
        """Return what was said of a row of a picture, whose own picture begins at the corner of its box.

        Args:
            row: The row's box.
            glyphs: Number of its glyphs.
        """
        found: list[PictureAnnotation] = []
        for box, said in self.picture:
            if box == row and glyphs > 1:
                found.append((None, said))
            elif box is not None and _is_within(box, row):
                left, top = row.left, row.top
                found.append((Bounds(box.left - left, box.top - top, box.right - left, box.bottom - top), said))
        return Corrections(picture=tuple(found))

    def with_others(self, others: "Corrections") -> "Corrections":
        """Add corrections of other strokes, and drop those of a picture.

        Only one glyph can begin the expression, and it stays the one it was.
        """
        began = any(parent is None for _, parent, _ in self.relations)
        relations = (one for one in others.relations if not (began and one[1] is None))
        return Corrections(
            self.glyphs + others.glyphs,
            self.apart + others.apart,
            self.labels + others.labels,
            (*self.relations, *relations),
            rows=self.rows + others.rows,
        )

    def _without(self, strokes: Strokes) -> "Corrections":
        """Return the corrections without those of glyphs that have some of these strokes."""
        return Corrections(
            tuple(glyph for glyph in self.glyphs if not glyph & strokes),
            self.apart,
            tuple((glyph, label) for glyph, label in self.labels if not glyph & strokes),
            tuple(
                (child, parent, relation)
                for child, parent, relation in self.relations
                if not child & strokes and not (parent is not None and parent & strokes)
            ),
            rows=self.rows,
        )

    def moved(self, new_indices: dict[int, int]) -> "Corrections":
        """Return the corrections after strokes were added or removed.

        Args:
            new_indices: New index of each stroke, by its old one; corrections of removed strokes are dropped.
        """

        def all_exist(glyph: Strokes) -> bool:
            return all(stroke in new_indices for stroke in glyph)

        def at(glyph: Strokes) -> Strokes:
            return frozenset(new_indices[stroke] for stroke in glyph)

        def left_of(group: Strokes) -> Strokes:
            return frozenset(new_indices[stroke] for stroke in group if stroke in new_indices)

        remaining = [left_of(group) for group in self.apart]
        rows = ((left_of(row), mode) for row, mode in self.rows)
        return Corrections(
            tuple(at(glyph) for glyph in self.glyphs if all_exist(glyph)),
            tuple(group for group in remaining if len(group) > 1),
            tuple((at(glyph), label) for glyph, label in self.labels if all_exist(glyph)),
            tuple(
                (at(child), None if parent is None else at(parent), relation)
                for child, parent, relation in self.relations
                if all_exist(child) and (parent is None or all_exist(parent))
            ),
            rows=tuple((row, mode) for row, mode in rows if row),
        )


def _is_within(box: Bounds, other: Bounds) -> bool:
    across = other.left <= box.left and box.right <= other.right
    return across and other.top <= box.top and box.bottom <= other.bottom


def annotations_of(corrections: Corrections) -> tuple[InkAnnotation, ...]:
    """Return the corrections as annotations of a drawing's file."""
    labels = dict(corrections.labels)
    stands = {child: (parent, relation) for child, parent, relation in corrections.relations}
    parents = (parent for _, parent, _ in corrections.relations if parent is not None)
    glyphs = list(dict.fromkeys((*corrections.glyphs, *labels, *stands, *parents)))
    index_of = {glyph: index for index, glyph in enumerate(glyphs)}
    annotations = []
    for glyph in glyphs:
        parent, relation = stands.get(glyph, (None, None))
        relation_text = "" if relation is None else _FIRST if parent is None else relation
        index = None if parent is None else index_of[parent]
        annotations.append(InkAnnotation(glyph, truth=labels.get(glyph, ""), relation=relation_text, parent=index))
    return (
        *annotations,
        *(InkAnnotation(group, apart=True) for group in corrections.apart),
        *(InkAnnotation(row, row=True, mode=mode) for row, mode in corrections.rows),
    )


def corrections_of(annotations: Sequence[InkAnnotation]) -> Corrections:
    """Return the corrections that a file's annotations hold.

    Of annotations that contradict each other the first one counts; those that make no sense are left out.
    """
    glyphs: dict[int, Strokes] = {}
    taken: set[int] = set()
    for index, annotation in enumerate(annotations):
        if not (annotation.apart or annotation.row) and taken.isdisjoint(annotation.strokes):
            glyphs[index] = annotation.strokes
            taken |= annotation.strokes
    groups = dict.fromkeys(annotation.strokes - taken for annotation in annotations if annotation.apart)
    relations: dict[tuple[Strokes | None, str], tuple[Strokes, Strokes | None, Relation]] = {}
    for index, glyph in glyphs.items():
        relation, parent = annotations[index].relation, annotations[index].parent
        if relation == _FIRST and parent is None:
            relations.setdefault((None, _FIRST), (glyph, None, "Right"))
        elif relation in RELATIONS and parent in glyphs and parent != index:
            # Two glyphs cannot have the same relation to one parent.
            relations.setdefault((glyphs[parent], relation), (glyph, glyphs[parent], relation))
    return Corrections(
        tuple(glyphs.values()),
        tuple(group for group in groups if len(group) > 1),
        tuple((glyph, annotations[index].truth) for index, glyph in glyphs.items() if annotations[index].truth),
        tuple(relations.values()),
        rows=_rows_of(annotations),
    )


def _rows_of(annotations: Sequence[InkAnnotation]) -> tuple[tuple[Strokes, str], ...]:
    """Return the rows that a file's annotations hold; a stroke that is in two of them stays in the first."""
    found: list[tuple[Strokes, str]] = []
    taken: set[int] = set()
    for annotation in annotations:
        row = annotation.strokes - taken if annotation.row else frozenset()
        if row:
            found.append((row, annotation.mode if annotation.mode in ROW_MODES else ""))
            taken |= row
    return tuple(found)
