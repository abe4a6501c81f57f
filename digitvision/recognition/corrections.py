"""What somebody has said of a drawing's glyphs, which no reading may contradict."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from digitvision.ink.inkml_annotations import InkAnnotation
from digitvision.ink.stroke import Bounds
from digitvision.recognition.expression.layout import RELATIONS, Relation

Strokes = frozenset[int]
"""A glyph, by the places of its strokes in the drawing."""

PictureAnnotation: TypeAlias = tuple[Bounds | None, str]
"""A glyph of a picture by its box in the picture's pixels, and the LaTeX of its class; or None, and what the whole line
says."""

_FIRST: Final = "First"
"""The relation of a glyph that begins the expression, in a file."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """Pins on a reading; values that never change.

    Attributes:
        glyphs: Strokes that are one glyph, these and no others; no stroke is in two of them.
        apart: Strokes no two of which are of one glyph.
        labels: A glyph and the LaTeX of its class.
        relations: A glyph, its parent and where it stands from there. Without a parent the glyph begins the expression,
            and the relation means nothing.
        picture: Of a picture, whose glyphs have no strokes, in the order in which it was said. No file keeps it.
    """

    glyphs: tuple[Strokes, ...] = ()
    apart: tuple[Strokes, ...] = ()
    labels: tuple[tuple[Strokes, str], ...] = ()
    relations: tuple[tuple[Strokes, Strokes | None, Relation], ...] = ()
    picture: tuple[PictureAnnotation, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.glyphs or self.apart or self.labels or self.relations or self.picture)

    @property
    def strokes(self) -> Strokes:
        """Of which something was said."""
        return frozenset().union(*self.glyphs, *self.apart)

    def with_glyph(self, strokes: Iterable[int]) -> "Corrections":
        """These strokes are one glyph; what was said of them and others before is forgotten."""
        one = frozenset(strokes)
        kept = self._without(one)
        apart = tuple(group - one for group in self.apart if len(group - one) > 1)
        return replace(kept, glyphs=(*kept.glyphs, one), apart=apart)

    def with_apart(self, strokes: Iterable[int]) -> "Corrections":
        """No two of these strokes are of one glyph; what was said of them before is forgotten."""
        some = frozenset(strokes)
        return replace(self._without(some), apart=(*self.apart, some))

    def with_label(self, strokes: Iterable[int], latex: str) -> "Corrections":
        """These strokes are one glyph of this class."""
        one = frozenset(strokes)
        kept = self if one in self.glyphs else self.with_glyph(one)
        labels = tuple((glyph, label) for glyph, label in kept.labels if glyph != one)
        return replace(kept, labels=(*labels, (one, latex)))

    def with_relation(
        self, child: Iterable[int], parent: Iterable[int] | None, relation: Relation = "Right"
    ) -> "Corrections":
        """One glyph stands so from another; both are glyphs then. Of two that claim one place the later one wins."""
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

    def with_picture_label(self, box: Bounds, latex: str) -> "Corrections":
        """The glyph of a picture that has this box is of this class."""
        return replace(self, picture=(*self.picture, (box, latex)))

    def with_picture_text(self, text: str) -> "Corrections":
        """The line of a picture says this."""
        return replace(self, picture=(*self.picture, (None, text)))

    def _without(self, strokes: Strokes) -> "Corrections":
        """What remains when nothing is known any more of glyphs that have some of these strokes."""
        return Corrections(
            tuple(glyph for glyph in self.glyphs if not glyph & strokes),
            self.apart,
            tuple((glyph, label) for glyph, label in self.labels if not glyph & strokes),
            tuple(
                (child, parent, relation)
                for child, parent, relation in self.relations
                if not child & strokes and not (parent is not None and parent & strokes)
            ),
        )

    def moved(self, places: dict[int, int]) -> "Corrections":
        """The same after strokes came and went.

        Args:
            places: By a stroke's old place its new one; what was said of strokes that are gone is dropped.
        """

        def all_there(glyph: Strokes) -> bool:
            return all(stroke in places for stroke in glyph)

        def at(glyph: Strokes) -> Strokes:
            return frozenset(places[stroke] for stroke in glyph)

        left = [frozenset(places[stroke] for stroke in group if stroke in places) for group in self.apart]
        return Corrections(
            tuple(at(glyph) for glyph in self.glyphs if all_there(glyph)),
            tuple(group for group in left if len(group) > 1),
            tuple((at(glyph), label) for glyph, label in self.labels if all_there(glyph)),
            tuple(
                (at(child), None if parent is None else at(parent), relation)
                for child, parent, relation in self.relations
                if all_there(child) and (parent is None or all_there(parent))
            ),
        )


def annotations_of(corrections: Corrections) -> tuple[InkAnnotation, ...]:
    """What was said, in the form in which a drawing's file keeps it."""
    labels = dict(corrections.labels)
    stands = {child: (parent, relation) for child, parent, relation in corrections.relations}
    parents = (parent for _, parent, _ in corrections.relations if parent is not None)
    glyphs = list(dict.fromkeys((*corrections.glyphs, *labels, *stands, *parents)))
    place_of = {glyph: place for place, glyph in enumerate(glyphs)}
    annotations = []
    for glyph in glyphs:
        parent, relation = stands.get(glyph, (None, None))
        told = "" if relation is None else _FIRST if parent is None else relation
        place = None if parent is None else place_of[parent]
        annotations.append(InkAnnotation(glyph, truth=labels.get(glyph, ""), relation=told, parent=place))
    return (*annotations, *(InkAnnotation(group, apart=True) for group in corrections.apart))


def corrections_of(annotations: Sequence[InkAnnotation]) -> Corrections:
    """The corrections that a file holds.

    Of annotations that contradict each other the first one counts; what makes no sense is left out.
    """
    glyphs: dict[int, Strokes] = {}
    taken: set[int] = set()
    for place, annotation in enumerate(annotations):
        if not annotation.apart and taken.isdisjoint(annotation.strokes):
            glyphs[place] = annotation.strokes
            taken |= annotation.strokes
    groups = dict.fromkeys(annotation.strokes - taken for annotation in annotations if annotation.apart)
    relations: dict[tuple[Strokes | None, str], tuple[Strokes, Strokes | None, Relation]] = {}
    for place, glyph in glyphs.items():
        relation, parent = annotations[place].relation, annotations[place].parent
        if relation == _FIRST and parent is None:
            relations.setdefault((None, _FIRST), (glyph, None, "Right"))
        elif relation in RELATIONS and parent in glyphs and parent != place:
            # Two glyphs cannot stand in one place.
            relations.setdefault((glyphs[parent], relation), (glyph, glyphs[parent], relation))
    return Corrections(
        tuple(glyphs.values()),
        tuple(group for group in groups if len(group) > 1),
        tuple((glyph, annotations[place].truth) for place, glyph in glyphs.items() if annotations[place].truth),
        tuple(relations.values()),
    )
