"""The elements of an InkML file: its traces, and the trace format that each of them is written in.

Source: W3C, "Ink Markup Language (InkML)", Recommendation of 20 September 2011, sections 3 (traces) and 4 (contexts).
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from digitvision.ink.inkml_annotations import AnnotationCollector

MAX_STROKES: Final = 50_000
MAX_SAMPLES: Final = 2_000_000
MAX_DEPTH: Final = 10_000
"""Largest depth of elements inside each other."""

VERSION_ANNOTATION: Final = "digitvision"
"""Type of the annotation that holds the version of the native format."""

_XML_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"


class InkRefusal(Exception):
    """Reason why a file is refused: the part of the message after the file's name."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, one of a sample's values; `low` and `high` are its limits where the file gives them."""

    name: str
    units: str = ""
    low: float | None = None
    high: float | None = None
    reversed: bool = False


@dataclass(slots=True)
class TraceFormat:
    """The channels of a sample, in order; only the number of optional (intermittent) ones matters."""

    channels: list[Channel] = field(default_factory=list)
    optional: int = 0


@dataclass(slots=True)
class _Context:
    """A context: it has a format, contains an ink source that has one, or refers to others by name."""

    format: TraceFormat | None = None
    inner: "list[_Context]" = field(default_factory=list)
    references: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trace:
    """The text of one pen-down trace, its name, and the name of the one that it continues."""

    text: str
    name: str
    prior: str
    context_name: str | None
    context: _Context | None


DEFAULT_FORMAT: Final = TraceFormat([Channel("X"), Channel("Y")])


class InkCollector:
    """Target of an XML parser (`start`, `data`, `end`, `close`) that collects what belongs to the ink.

    It builds no tree, so that deep nesting and foreign elements cost nothing.

    Attributes:
        version: Version of the native format; None in other programs' files.
        traces: Traces in the file's order, pen-up traces left out.
        notes: Texts of the file's own annotations whose types begin as the native format's do, by their types.
        views: Collector of the native format's annotations.
    """

    def __init__(self) -> None:
        self.version: int | None = None
        self.notes: dict[str, str] = {}
        self.traces: list[Trace] = []
        self.views = AnnotationCollector(VERSION_ANNOTATION)
        self._contexts: dict[str, _Context] = {}
        self._formats: list[TraceFormat] = []
        self._stack: list[str] = []
        self._group_contexts: list[str | None] = []
        self._open_contexts: list[_Context] = []
        self._current: _Context | None = None
        self._optional = False
        self._text: list[str] | None = None
        self._annotation_type = ""
        self._trace_attributes: dict[str, str] = {}
        self._samples = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if not self._stack and name != "ink":
            raise InkRefusal(f"it is no ink file but one of “{name[:40]}”")
        if len(self._stack) >= MAX_DEPTH:
            raise InkRefusal("its elements are nested too deeply")
        if name == "trace":
            self._text, self._trace_attributes = [], attributes
        elif name == "annotation":
            self._start_annotation(attributes.get("type", ""))
        elif name == "traceView":
            self.views.start(_name_of(attributes), _local(attributes.get("traceDataRef", "")))
        elif name == "traceGroup":
            self._group_contexts.append(attributes.get("contextRef") or self._group_context())
        elif name in ("context", "inkSource"):
            self._start_context(attributes)
        elif name == "traceFormat":
            self._start_format(attributes)
        elif name == "intermittentChannels":
            self._optional = True
        elif name == "channel" and "traceFormat" in self._stack[-2:]:
            self._add_channel(attributes)
        self._stack.append(name)

    def data(self, text: str) -> None:
        if self._text is not None and self._stack[-1] in ("trace", "annotation"):
            self._text.append(text)

    def end(self, tag: str) -> None:
        name = self._stack.pop()
        if name == "trace":
            self._end_trace()
        elif name == "annotation":
            if self._text is not None and self._is_read_here():
                self._end_annotation()
        elif name == "traceView":
            self.views.end()
        elif name == "traceGroup":
            self._group_contexts.pop()
        elif name in ("context", "inkSource"):
            context = self._open_contexts.pop()
            if name == "context" and len(self._stack) == 1:
                self._current = context
        elif name == "intermittentChannels":
            self._optional = False

    def close(self) -> None:
        """Do nothing: the parser requires the method, and everything is collected by now."""

    def format_of(self, trace: Trace) -> TraceFormat:
        """Return the format a trace refers to, else the one in force there, else the file's only one, else X Y.

        Raises:
            InkRefusal: The format has no X or no Y.
        """
        context = trace.context
        if trace.context_name is not None:
            context = self._contexts.get(_local(trace.context_name), context)
        found = self._search(context)
        if found is None and len(self._formats) == 1:
            found = self._formats[0]
        if found is None or not found.channels:
            return DEFAULT_FORMAT
        if not {"X", "Y"} <= {channel.name for channel in found.channels}:
            raise InkRefusal("it has a trace format without X and Y")
        return found

    def _search(self, context: _Context | None) -> TraceFormat | None:
        """Return the first format among a context's inner parts and references; these may form a circle."""
        pending = [] if context is None else [context]
        visited: set[int] = set()
        while pending:
            context = pending.pop()
            if context.format is not None:
                return context.format
            if id(context) not in visited:
                visited.add(id(context))
                names = map(_local, reversed(context.references))
                pending.extend(self._contexts[name] for name in names if name in self._contexts)
                pending.extend(context.inner)
        return None

    def _start_context(self, attributes: dict[str, str]) -> None:
        names = ("traceFormatRef", "inkSourceRef", "contextRef")
        context = _Context(references=[attributes[name] for name in names if name in attributes])
        if self._open_contexts:
            self._open_contexts[-1].inner.append(context)
        self._remember(attributes, context)
        self._open_contexts.append(context)

    def _start_format(self, attributes: dict[str, str]) -> None:
        trace_format = TraceFormat()
        self._formats.append(trace_format)
        self._remember(attributes, _Context(trace_format))
        if self._open_contexts:
            self._open_contexts[-1].format = trace_format
        elif len(self._stack) == 1:
            # The recommendation does not allow it here, but widespread files have it: it holds for what follows.
            self._current = _Context(trace_format)

    def _remember(self, attributes: dict[str, str], context: _Context) -> None:
        name = _name_of(attributes)
        if name:
            self._contexts[name] = context

    def _add_channel(self, attributes: dict[str, str]) -> None:
        if self._optional:
            self._formats[-1].optional += 1
            return
        channel = Channel(
            name=attributes.get("name", ""),
            units=attributes.get("units", ""),
            low=_limit(attributes.get("min")),
            high=_limit(attributes.get("max")),
            reversed=attributes.get("orientation") == "-ve",
        )
        self._formats[-1].channels.append(channel)

    def _group_context(self) -> str | None:
        return self._group_contexts[-1] if self._group_contexts else None

    def _end_trace(self) -> None:
        text, self._text = "".join(self._text or ()), None
        attributes = self._trace_attributes
        if attributes.get("type") == "penUp":
            return
        self._samples += text.count(",") + 1
        if len(self.traces) >= MAX_STROKES or self._samples > MAX_SAMPLES:
            raise InkRefusal(f"it has more than {MAX_STROKES:,} strokes or {MAX_SAMPLES:,} samples")
        trace = Trace(
            text=text,
            name=_name_of(attributes),
            prior=_local(attributes.get("priorRef", "")),
            context_name=attributes.get("contextRef") or self._group_context(),
            context=self._current,
        )
        self.traces.append(trace)

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


def _name_of(attributes: dict[str, str]) -> str:
    """Return an element's name, from the attribute of the recommendation or that of many files; empty for none."""
    return attributes.get(_XML_ID) or attributes.get("id", "")


def _local(reference: str) -> str:
    """Return the name in a reference such as "#name"; references to other files are never followed."""
    return reference.rpartition("#")[2]


def _limit(text: str | None) -> float | None:
    """Return a channel's limit, or None where it has no usable one."""
    try:
        value = float(text) if text else np.nan
    except ValueError:
        return None
    return value if np.isfinite(value) else None
