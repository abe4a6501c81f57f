"""The elements of an InkML file: its traces, and what they refer to.

Source: W3C, "Ink Markup Language (InkML)", Recommendation of 20 September 2011, sections 3 (traces) and 4 (contexts).
"""

from dataclasses import dataclass, replace
from typing import Final

from digitvision.ink.foreign.brushes import Brush
from digitvision.ink.foreign.contexts import Context, ContextCollector, TraceFormat, local_name, name_of
from digitvision.ink.foreign.kept import KeptCollector
from digitvision.ink.foreign.spelling import as_spelt
from digitvision.ink.foreign.units import number
from digitvision.ink.foreign.views import Range, ViewCollector
from digitvision.ink.inkml_annotations import AnnotationCollector

MAX_STROKES: Final = 50_000
MAX_SAMPLES: Final = 2_000_000
MAX_DEPTH: Final = 10_000
"""Largest depth of elements inside each other."""

VERSION_ANNOTATION: Final = "digitvision"
"""Type of the annotation that holds the version of the native format."""

PEN_STATES: Final = ("S", "TIP", "TIPSWITCH", "TS")
"""Names of the channel that says whether the pen touches the paper; the first is that of the recommendation."""

_NAMESPACE: Final = "{http://www.w3.org/2003/InkML}"
_ROOTS: Final = frozenset({"trace", "traceGroup", "traceView", "definitions", "context"})
"""Elements that hold ink, in InkML's namespace, even where no `ink` is around them."""

_PEN_DOWN: Final = ("", "pendown")
_AIR: Final = frozenset({"penup", "hover", "hovering", "air", "proximity"})
"""Types of traces that are no ink."""


class InkRefusal(Exception):
    """Reason why a file is refused: the part of the message after the file's name."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The text of one trace, its name, its type in small letters, and the name of the one that it continues.

    `defined` says whether it stands in definitions, and `ranges` which of its samples are shown, None for all; `action`
    is the name of the action that it belongs to in files of office programs. `start` and `duration` are in ms, None
    where the file does not give them.
    """

    text: str
    name: str
    kind: str
    prior: str
    context_name: str | None
    brush_name: str
    context: Context | None
    defined: bool
    action: str
    continues: bool = False
    start: float | None = None
    duration: float | None = None
    ranges: tuple[Range, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Group:
    """What a trace group hands down to its traces."""

    context_name: str | None = None
    brush_name: str = ""


class InkCollector:
    """Target of an XML parser (`start`, `data`, `end`, `close`) that collects what belongs to the ink.

    It builds no tree, so that deep nesting and foreign elements cost nothing. Ink may stand inside of other elements.

    Attributes:
        version: Version of the native format; None in other programs' files.
        notes: Texts of the file's own annotations whose types begin as the native format's do, by their types.
        views: Collector of the native format's annotations.
        contexts: Collector of the contexts.
        kept: Collector of what is kept of the file as it stands there.
        left_out: Whether some traces are no ink, as the pen was above the paper.
    """

    def __init__(self) -> None:
        self.version: int | None = None
        self.notes: dict[str, str] = {}
        self.views = AnnotationCollector(VERSION_ANNOTATION)
        self.contexts = ContextCollector()
        self.kept = KeptCollector()
        self.left_out = False
        self._traces: list[Trace] = []
        self._stack: list[str] = []
        self._outside: list[str] = []
        self._root = ""
        self._found = self._bare = False
        self._groups: list[_Group] = []
        self._definitions = 0
        self._shown = ViewCollector()
        self._removed: set[str] = set()
        self._action = self._action_kind = ""
        self._text: list[str] | None = None
        self._annotation_type = ""
        self._trace_attributes: dict[str, str] = {}
        self._samples = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name, attributes = as_spelt(tag.rpartition("}")[2], attributes)
        if len(self._stack) + len(self._outside) >= MAX_DEPTH:
            raise InkRefusal("its elements are nested too deeply")
        if not self._stack and name != "ink" and not self._begins_bare(tag, name):
            self._start_outside(name, attributes)
            return
        self._found = True
        parent = self._stack[-1] if self._stack else ""
        if name == "trace":
            self._text, self._trace_attributes = [], attributes
        elif name == "annotation" and parent != "brush":
            self._start_annotation(attributes.get("type", ""))
        elif name == "traceView":
            self._start_view(attributes)
        elif name == "traceGroup":
            self._start_group(attributes)
        elif name == "definitions":
            self._definitions += 1
        else:
            self.contexts.start(name, attributes, parent=parent)
        self._stack.append(name)
        self.kept.start(tag, attributes, depth=len(self._stack))

    def data(self, text: str) -> None:
        if not self._stack:
            return
        if self._text is not None and self._stack[-1] in ("trace", "annotation") and self._stack[-2] != "trace":
            self._text.append(text)
            if self._stack[-1] == "trace":
                return
        self.contexts.data(text)
        self.kept.data(text)

    def end(self, tag: str) -> None:
        if not self._stack:
            self._end_outside()
            return
        name = self._stack.pop()
        parent = self._stack[-1] if self._stack else ""
        if name == "trace":
            self._end_trace()
        elif name == "annotation" and parent != "brush":
            if self._text is not None and self._is_read_here():
                self._end_annotation()
        elif name == "traceView":
            self.views.end()
            self._shown.end()
        elif name == "traceGroup":
            self._groups.pop()
            self._shown.end()
        elif name == "definitions":
            self._definitions -= 1
        else:
            self.contexts.end(name, parent=parent)
        self.kept.end(tag)
        if self._bare and len(self._stack) == 1:
            self._stack.pop()
            self._bare = False

    @property
    def is_inside(self) -> bool:
        """Whether the ink stands inside other elements."""
        return bool(self._root)

    def close(self) -> None:
        """Raises: InkRefusal: There was no ink in the file, of whatever form it is."""
        if not self._found:
            raise InkRefusal(f"it is no ink file but one of “{self._root[:40]}”")

    def traces(self) -> list[Trace]:
        """Return the traces that are ink, in the file's order.

        Traces in definitions are ink where something outside refers to them, those of other types than pen-down where
        their format tells when the pen was down, or where the file has no others.
        """
        shown = self._shown.shown()
        found = [
            replace(trace, ranges=tuple(shown[number])) if trace.defined else trace
            for number, trace in enumerate(self._traces)
            if (not trace.defined or number in shown) and trace.action not in self._removed
        ]
        if not any(trace.kind in _PEN_DOWN for trace in found):
            return found
        return [trace for trace in found if trace.kind in _PEN_DOWN or self._tells_state(trace)]

    def format_of(self, trace: Trace) -> TraceFormat:
        """Return the format a trace refers to, else the one in force there, else the file's only one, else X Y.

        Raises:
            InkRefusal: The format has no X or no Y.
        """
        found = self.contexts.format_of(self.context_of(trace))
        if not {"X", "Y"} <= {channel.name for channel in found.channels}:
            raise InkRefusal("it has a trace format without X and Y")
        return found

    def context_of(self, trace: Trace) -> Context | None:
        """Return the context that a trace refers to, else the one in force there."""
        if trace.context_name is None:
            return trace.context
        return self.contexts.find(trace.context_name, trace.context)

    def brush_of(self, trace: Trace) -> Brush | None:
        """Return the brush that a trace refers to, else that of its context; None where it has none."""
        if trace.brush_name:
            named = self.contexts.find(trace.brush_name)
            found = None if named is None else self.contexts.search(named, lambda one: one.brush)
            return Brush(local_name(trace.brush_name)) if found is None else found
        return self.contexts.search(self.context_of(trace), lambda one: one.brush)

    def _tells_state(self, trace: Trace) -> bool:
        channels = self.contexts.format_of(self.context_of(trace)).all_channels
        return any(channel.name in (*PEN_STATES, "F") for channel in channels)

    def _begins_bare(self, tag: str, name: str) -> bool:
        """Whether ink begins here without an `ink` around it; from here to the element's end there is one then."""
        if not tag.startswith(_NAMESPACE) or name not in _ROOTS:
            return False
        self._stack.append("ink")
        self._bare = True
        return True

    def _start_outside(self, name: str, attributes: dict[str, str]) -> None:
        self._root = self._root or name
        self._outside.append(name)
        if name == "action":
            self._action_kind = attributes.get("type", "").lower()
        elif name == "actionData":
            self._action = name_of(attributes)
            if self._action_kind in ("remove", "erase", "delete"):
                self._removed.add(local_name(attributes.get("ref", "")))
                self._removed.discard("")

    def _end_outside(self) -> None:
        if self._outside.pop() == "actionData":
            self._action = ""

    def _start_view(self, attributes: dict[str, str]) -> None:
        reference = local_name(attributes.get("traceDataRef", ""))
        self.views.start(name_of(attributes), reference)
        self._shown.start_view(name_of(attributes), reference, attributes, defined=self._definitions > 0)

    def _start_group(self, attributes: dict[str, str]) -> None:
        outer = self._groups[-1] if self._groups else _Group()
        group = _Group(
            attributes.get("contextRef") or outer.context_name,
            attributes.get("brushRef") or outer.brush_name,
        )
        self._groups.append(group)
        self._shown.start_group(name_of(attributes), defined=self._definitions > 0)

    def _end_trace(self) -> None:
        text, self._text = "".join(self._text or ()), None
        attributes = self._trace_attributes
        kind = attributes.get("type", "").strip().lower()
        if kind in _AIR:
            self.left_out = True
            if self._definitions:
                self._shown.add_trace("", -1)
            return
        self._samples += text.count(",") + 1
        if len(self._traces) >= MAX_STROKES or self._samples > MAX_SAMPLES:
            raise InkRefusal(f"it has more than {MAX_STROKES:,} strokes or {MAX_SAMPLES:,} samples")
        group = self._groups[-1] if self._groups else _Group()
        name = name_of(attributes)
        trace = Trace(
            text=text,
            name=name,
            kind=kind,
            prior=local_name(attributes.get("priorRef", "")),
            context_name=attributes.get("contextRef") or group.context_name,
            brush_name=attributes.get("brushRef") or group.brush_name,
            context=self.contexts.current,
            defined=self._definitions > 0,
            action=self._action,
            continues=attributes.get("continuation", "").strip().lower() in ("middle", "end"),
            start=number(attributes.get("timeOffset")),
            duration=number(attributes.get("duration")),
        )
        if trace.defined:
            self._shown.add_trace(name, len(self._traces))
        self._traces.append(trace)

    def _start_annotation(self, kind: str) -> None:
        if self._is_read_here() and (len(self._stack) > 1 or kind.startswith(VERSION_ANNOTATION)):
            self._text, self._annotation_type = [], kind

    def _is_read_here(self) -> bool:
        """Whether annotations of the innermost open element are read: those of the file itself or of a view."""
        return len(self._stack) == 1 or self._stack[-1] == "traceView"

    def _end_annotation(self) -> None:
        text, self._text = "".join(self._text or ()), None
        if len(self._stack) > 1:
            self.views.annotate(self._annotation_type, text)
            return
        if self._annotation_type != VERSION_ANNOTATION:
            self.notes.setdefault(self._annotation_type, text)
            return
        try:
            self.version = int(text)
        except ValueError as error:
            raise InkRefusal("the version of its form is no number") from error
