"""InkML annotations: which strokes are one glyph, its class, and its relation to another glyph.

In InkML these are views of the traces. One `traceView` that is marked as this program's contains all of them; in it,
one `traceView` for each glyph refers to its traces and holds their annotations. A glyph's class is an annotation of
type `truth`, as in CROHME's files. Other programs' views are ignored: their truth is not a correction by this user.

Source: W3C, "Ink Markup Language (InkML)", Recommendation of 20 September 2011, sections 3.3 (trace views) and 5
(annotations).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

MARK: Final = "corrections"
"""Text of the annotation that marks this program's views; its type is that of the native format's version."""

LONGEST_NOTE: Final = 200
"""Most characters of an annotation's text; this program writes none that is longer."""

_APART: Final = "apart"
_ROW: Final = "row"
_GROUPING, _TRUTH, _RELATION, _PARENT, _MODE = "grouping", "truth", "relation", "parent", "reading"


@dataclass(frozen=True, slots=True)
class InkAnnotation:
    """An annotation of some strokes.

    Attributes:
        strokes: Their indices in the drawing, at least one.
        apart: Whether no two of them are of one glyph; else they are one glyph together, without any others.
        truth: LaTeX of the glyph's class; empty for none.
        relation: The glyph's relation to another one, as a word; empty for none.
        parent: Index of that other glyph's annotation among all annotations; None for none.
        row: Whether they are a row of a page; then they are no glyph.
        mode: How the row is read, as a word; empty where that is left open.
    """

    strokes: frozenset[int]
    apart: bool = False
    truth: str = ""
    relation: str = ""
    parent: int | None = None
    row: bool = False
    mode: str = ""


def views_text(annotations: Sequence[InkAnnotation], *, mark_type: str) -> str:
    """Return the element that holds annotations, for a file whose traces have the names of `trace_name`.

    Args:
        annotations: The annotations.
        mark_type: Type of the annotation that marks the element as this program's.
    """
    if not annotations:
        return ""
    parts = ["<traceView>\n", _note(mark_type, MARK)]
    for index, annotation in enumerate(annotations):
        parts.append(f'<traceView xml:id="{_view_name(index)}">\n')
        if annotation.apart:
            parts.append(_note(_GROUPING, _APART))
        if annotation.row:
            parts.append(_note(_GROUPING, _ROW))
            if _is_note(annotation.mode):
                parts.append(_note(_MODE, annotation.mode))
        # A text that would not survive is left out: a file that is not valid XML would lose the strokes as well.
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
    """Return the name of a stroke's trace, given the stroke's index."""
    return f"s{stroke}"


def _view_name(index: int) -> str:
    return f"g{index}"


def _note(kind: str, text: str) -> str:
    return f'<annotation type="{kind}">{escape(text, quote=False)}</annotation>\n'


def _is_note(text: str) -> bool:
    """Whether a text is the same after it was written to a file and read."""
    return bool(text) and text.isprintable() and text == text.strip() and len(text) <= LONGEST_NOTE


@dataclass(slots=True)
class _View:
    """A view of traces: its name, the trace that it refers to, its annotations by type, and the views in it."""

    name: str = ""
    reference: str = ""
    notes: dict[str, str] = field(default_factory=dict)
    inner: "list[_View]" = field(default_factory=list)


class AnnotationCollector:
    """Collects this program's annotations from the events of trace views and their annotations.

    Args:
        mark_type: Type of the annotation that marks this program's views.
    """

    def __init__(self, mark_type: str) -> None:
        self._mark_type = mark_type
        self._open: list[_View] = []
        self._found: list[_View] = []

    def start(self, name: str, reference: str) -> None:
        """Begin a view with its name and the name of the trace that it refers to; either may be empty."""
        view = _View(name, reference)
        if self._open:
            self._open[-1].inner.append(view)
        self._open.append(view)

    def annotate(self, kind: str, text: str) -> None:
        """Add an annotation to the innermost open view."""
        if self._open and len(text) <= LONGEST_NOTE:
            self._open[-1].notes[kind] = text.strip()

    def end(self) -> None:
        """End the innermost open view."""
        view = self._open.pop()
        if not self._open and view.notes.get(self._mark_type) == MARK:
            self._found += view.inner

    def annotations(self, stroke_of_trace: Mapping[str, int]) -> tuple[InkAnnotation, ...]:
        """Return the annotations of strokes that exist; those that cannot be understood are left out.

        Args:
            stroke_of_trace: Index of each trace's stroke in the drawing, by the trace's name.
        """
        kept = [(view, strokes) for view in self._found if (strokes := _strokes(view, stroke_of_trace))]
        index_of = {view.name: index for index, (view, _) in enumerate(kept) if view.name}
        return tuple(
            InkAnnotation(
                strokes,
                apart=view.notes.get(_GROUPING) == _APART,
                truth=view.notes.get(_TRUTH, ""),
                # A relation to a glyph that does not exist means nothing.
                relation=view.notes.get(_RELATION, "") if _PARENT not in view.notes or parent is not None else "",
                parent=parent,
                row=view.notes.get(_GROUPING) == _ROW,
                mode=view.notes.get(_MODE, ""),
            )
            for view, strokes in kept
            for parent in (index_of.get(view.notes.get(_PARENT, "").removeprefix("#")),)
        )


def _strokes(view: _View, stroke_of_trace: Mapping[str, int]) -> frozenset[int]:
    """Return the strokes of a view; none where some strokes of its glyph are missing."""
    found = frozenset(stroke_of_trace[one.reference] for one in view.inner if one.reference in stroke_of_trace)
    whole = all(one.reference in stroke_of_trace for one in view.inner)
    return found if whole or view.notes.get(_GROUPING) in (_APART, _ROW) else frozenset()
