"""What a drawing's file says of its strokes: which are one glyph, of which class, and where it stands from another.

In InkML these are views of the traces: one `traceView` holds all of them and is marked as this program's; in it one
`traceView` for each glyph refers to its traces and holds their annotations. A glyph's class is an annotation of type
`truth`, as in CROHME's files. Other programs' views are passed over: what they call the truth, nobody has said here.

Source: W3C, "Ink Markup Language (InkML)", Recommendation of 20 September 2011, sections 3.3 (trace views) and 5
(annotations).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape

MARK: Final = "corrections"
"""Text of the annotation that marks this program's views; its type is that of the native form's version."""

LONGEST_NOTE: Final = 200
"""Of an annotation's text, in characters; what is longer is none of this program's."""

_APART: Final = "apart"
_GROUPING, _TRUTH, _RELATION, _PARENT = "grouping", "truth", "relation", "parent"


@dataclass(frozen=True, slots=True)
class InkAnnotation:
    """What is said of some strokes.

    Attributes:
        strokes: Their places in the drawing, at least one.
        apart: No two of them are of one glyph; else they are one glyph, these and no others.
        truth: LaTeX of the glyph's class; empty for none.
        relation: Where the glyph stands from another one, as a word; empty for nowhere in particular.
        parent: The place of that other glyph's annotation among all annotations; None for none.
    """

    strokes: frozenset[int]
    apart: bool = False
    truth: str = ""
    relation: str = ""
    parent: int | None = None


def views_text(annotations: Sequence[InkAnnotation], *, mark_type: str) -> str:
    """The element that holds these annotations, for a file whose traces are named by `trace_name`.

    Args:
        mark_type: Type of the annotation that marks it as this program's.
    """
    if not annotations:
        return ""
    parts = ["<traceView>\n", _note(mark_type, MARK)]
    for place, annotation in enumerate(annotations):
        parts.append(f'<traceView xml:id="{_view_name(place)}">\n')
        if annotation.apart:
            parts.append(_note(_GROUPING, _APART))
        # What could not be read again is left out: a file that is no XML any more would lose the strokes as well.
        if _is_note(annotation.truth):
            parts.append(_note(_TRUTH, annotation.truth))
        if _is_note(annotation.relation):
            parts.append(_note(_RELATION, annotation.relation))
            if annotation.parent is not None:
                parts.append(_note(_PARENT, f"#{_view_name(annotation.parent)}"))
        parts += (f'<traceView traceDataRef="#{trace_name(stroke)}"/>\n' for stroke in sorted(annotation.strokes))
        parts.append("</traceView>\n")
    return "".join((*parts, "</traceView>\n"))


def trace_name(stroke: int) -> str:
    """What the trace of the stroke in this place is called, where annotations refer to it."""
    return f"s{stroke}"


def _view_name(place: int) -> str:
    return f"g{place}"


def _note(kind: str, text: str) -> str:
    return f'<annotation type="{kind}">{escape(text)}</annotation>\n'


def _is_note(text: str) -> bool:
    """Whether a text comes back from a file as it was."""
    return bool(text) and text.isprintable() and text == text.strip() and len(text) <= LONGEST_NOTE


@dataclass(slots=True)
class _View:
    """A view of traces: its name, the trace that it refers to, what is noted of it, and the views in it."""

    name: str = ""
    reference: str = ""
    notes: dict[str, str] = field(default_factory=dict)
    inner: "list[_View]" = field(default_factory=list)


class AnnotationCollector:
    """Takes the events of trace views and their annotations, and keeps this program's annotations.

    Args:
        mark_type: Type of the annotation that marks them.
    """

    def __init__(self, mark_type: str) -> None:
        self._mark_type = mark_type
        self._open: list[_View] = []
        self._found: list[_View] = []

    def start(self, name: str, reference: str) -> None:
        """A view begins: its name and that of the trace that it refers to, either perhaps empty."""
        view = _View(name, reference)
        if self._open:
            self._open[-1].inner.append(view)
        self._open.append(view)

    def annotate(self, kind: str, text: str) -> None:
        """An annotation of the view that was begun last has ended."""
        if self._open and len(text) <= LONGEST_NOTE:
            self._open[-1].notes[kind] = text.strip()

    def end(self) -> None:
        """The view that was begun last ends."""
        view = self._open.pop()
        if not self._open and view.notes.get(self._mark_type) == MARK:
            self._found += view.inner

    def annotations(self, places: Mapping[str, int]) -> tuple[InkAnnotation, ...]:
        """What was said of strokes that there are; what cannot be understood is left out.

        Args:
            places: By the name of a trace the place of its stroke in the drawing.
        """
        kept = [(view, strokes) for view in self._found if (strokes := _strokes(view, places))]
        place_of = {view.name: place for place, (view, _) in enumerate(kept) if view.name}
        return tuple(
            InkAnnotation(
                strokes,
                apart=view.notes.get(_GROUPING) == _APART,
                truth=view.notes.get(_TRUTH, ""),
                # Without the glyph that it tells of, a relation says nothing.
                relation=view.notes.get(_RELATION, "") if _PARENT not in view.notes or parent is not None else "",
                parent=parent,
            )
            for view, strokes in kept
            for parent in (place_of.get(view.notes.get(_PARENT, "").removeprefix("#")),)
        )


def _strokes(view: _View, places: Mapping[str, int]) -> frozenset[int]:
    """The strokes of a annotation; none when it is of a glyph that is not whole any more."""
    found = frozenset(places[one.reference] for one in view.inner if one.reference in places)
    whole = all(one.reference in places for one in view.inner)
    return found if whole or view.notes.get(_GROUPING) == _APART else frozenset()
