"""The contexts of an InkML file: trace formats, ink sources, brushes and transforms, and who refers to which.

Source: W3C, "Ink Markup Language (InkML)", Recommendation of 20 September 2011, section 4 (contexts).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from digitvision.ink.foreign.brushes import LONGEST_VALUE, MOST_PROPERTIES, Brush
from digitvision.ink.foreign.formulas import FormulaCollector
from digitvision.ink.foreign.mappings import Mapping
from digitvision.ink.foreign.units import Digitiser, number

_XML_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
_REFERENCES: Final = ("traceFormatRef", "inkSourceRef", "brushRef", "canvasTransformRef", "contextRef")

_REVERSED: Final = frozenset({"-ve", "-", "negative"})
"""What is written where a channel's values grow to the left, or upwards."""

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, one of a sample's values; `low` and `high` are its limits where the file gives them.

    `default` is the value of samples that have none, None where the file does not say.
    """

    name: str
    units: str = ""
    low: float | None = None
    high: float | None = None
    reversed: bool = False
    kind: str = ""
    default: float | None = None


@dataclass(slots=True)
class TraceFormat:
    """The channels of a sample, in order; the last ones of them may be missing (intermittent channels).

    Attributes:
        channels: The channels that every sample has.
        optional: The intermittent ones.
        mappings: Mappings of channels, by their names.
        digitiser: What the ink source that the format stands in says; None outside of any.
    """

    channels: list[Channel] = field(default_factory=list)
    optional: list[Channel] = field(default_factory=list)
    mappings: dict[str, Mapping] = field(default_factory=dict)
    digitiser: Digitiser | None = None

    @property
    def all_channels(self) -> list[Channel]:
        return self.channels + self.optional


@dataclass(slots=True)
class Context:
    """A context or a part of one: it has parts itself, contains contexts that have some, or refers to others.

    `canvas` is the canvas in it, and `canvas_name` that of one elsewhere; the canvas's format is that of mapped values.
    """

    format: TraceFormat | None = None
    digitiser: Digitiser | None = None
    brush: Brush | None = None
    transform: Mapping | None = None
    canvas: "Context | None" = None
    canvas_name: str = ""
    inner: "list[Context]" = field(default_factory=list)
    references: list[str] = field(default_factory=list)


DEFAULT_FORMAT: Final = TraceFormat([Channel("X"), Channel("Y")])
_DEFAULTS: Final = ("DefaultContext", "DefaultTraceFormat")
"""Names that the recommendation gives to what holds where a file says nothing."""


class ContextCollector:
    """Collects contexts and their parts from the events of an XML parser.

    Attributes:
        current: The context in force for the traces that come next; None for none.
    """

    def __init__(self) -> None:
        self.current: Context | None = None
        self._named: dict[str, Context] = {name: Context(DEFAULT_FORMAT) for name in _DEFAULTS}
        self._mappings: dict[str, Mapping] = {}
        self._formats: list[TraceFormat] = []
        self._format: TraceFormat | None = None
        self._open: list[Context] = []
        self._canvases = 0
        self._is_derived = False
        self._optional = False
        self._brush: list[tuple[str, str, str]] | None = None
        self._brush_name = self._brush_base = ""
        self._formula: FormulaCollector | None = None
        self._formula_depth = 0
        self._open_mappings: list[Mapping] = []
        self._channel = ""
        self._text: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str], *, parent: str) -> None:
        """Take in the begin of an element that stands in `parent`; elements of other kinds are passed over."""
        if self._formula is not None:
            self._formula_depth += 1
            self._formula.start(name, attributes)
        elif name in ("context", "inkSource", "canvas", "canvasTransform"):
            self._start_context(name, attributes, parent)
        elif name == "traceFormat":
            self._start_format(attributes, parent)
        elif name == "intermittentChannels":
            self._optional = True
        elif name == "channel" and self._format is not None:
            self._add_channel(attributes)
        elif name == "channelProperty" and self._open:
            self._digitiser().add(attributes)
        elif name == "sampleRate" and self._open:
            self._digitiser().set_rate(attributes)
        elif name == "activeArea" and self._open:
            self._digitiser().set_area(attributes)
        elif name == "brush":
            self._brush, self._brush_name = [], name_of(attributes)
            self._brush_base = attributes.get("brushRef", "")
        elif name == "brushProperty" and self._brush is not None and len(self._brush) < MOST_PROPERTIES:
            key, value, units = (attributes.get(part, "")[:LONGEST_VALUE] for part in ("name", "value", "units"))
            self._brush.append((key, value, units))
        elif name == "annotation" and parent == "brush" and self._brush is not None:
            self._text = []
        elif name in ("mapping", "bind", "affine", "matrix", "table", "math"):
            self._start_mapping(name, attributes)

    def data(self, text: str) -> None:
        """Take in some text of the innermost element."""
        if self._formula is not None:
            self._formula.data(text)
        elif self._text is not None:
            self._text.append(text)

    def end(self, name: str, *, parent: str) -> None:
        """Take in the end of an element."""
        if self._formula is not None:
            self._end_formula()
        elif name in ("context", "inkSource", "canvas", "canvasTransform"):
            context = self._open.pop()
            self._canvases -= name == "canvas"
            if name == "context" and parent == "ink":
                self._change_current(context, is_derived=self._is_derived)
        elif name == "traceFormat":
            self._format = None
        elif name == "intermittentChannels":
            self._optional = False
        elif name == "channel":
            self._channel = ""
        elif name == "annotation" and parent == "brush" and self._text is not None:
            self._end_note()
        elif name == "brush" and self._brush is not None:
            self._end_brush(parent)
        elif name in ("affine", "matrix", "table") and self._open_mappings and self._text is not None:
            self._open_mappings[-1].set_rows("".join(self._text))
            self._text = None
        elif name == "mapping" and self._open_mappings:
            self._open_mappings.pop()

    def find(self, reference: str, default: Context | None = None) -> Context | None:
        """Return the context, or the part of one, with a name."""
        return self._named.get(local_name(reference), default)

    def mapping(self, reference: str) -> Mapping | None:
        """Return the mapping with a name."""
        return self._mappings.get(local_name(reference))

    def format_of(self, context: Context | None) -> TraceFormat:
        """Return a context's format, else the file's only one, else X and Y."""
        found = self.search(context, lambda one: one.format)
        if found is None and len(self._formats) == 1:
            found = self._formats[0]
        return DEFAULT_FORMAT if found is None or not found.channels else found

    def search(self, context: Context | None, part: Callable[[Context], _Part | None]) -> _Part | None:
        """Return the first such part among a context's inner contexts and references; these may form a circle."""
        pending = [] if context is None else [context]
        visited: set[int] = set()
        while pending:
            context = pending.pop()
            found = part(context)
            if found is not None:
                return found
            if id(context) not in visited:
                visited.add(id(context))
                names = map(local_name, reversed(context.references))
                pending.extend(self._named[name] for name in names if name in self._named)
                pending.extend(context.inner)
        return None

    def _change_current(self, context: Context, *, is_derived: bool = False) -> None:
        """Put a context in force; what it does not say, and takes from no other, stays as it was before."""
        before = self.current
        if before is None or is_derived:
            self.current = context
            return
        # What was in force is looked up now, as a chain of all contexts would be walked for each trace.
        old = Context(
            format=self.search(before, lambda one: one.format),
            digitiser=self.search(before, lambda one: one.digitiser),
            brush=self.search(before, lambda one: one.brush),
            transform=self.search(before, lambda one: one.transform),
            canvas=self.canvas_of(before),
        )
        self.current = Context(inner=[old, context])

    def canvas_of(self, context: Context | None) -> Context | None:
        """Return the canvas on which the ink of a context lies; None where it names none."""
        return self.search(context, lambda one: one.canvas or self.find(one.canvas_name))

    def _start_context(self, name: str, attributes: dict[str, str], parent: str) -> None:
        context = Context(references=[attributes[key] for key in _REFERENCES if key in attributes])
        context.canvas_name = attributes.get("canvasRef", "")
        if self._open and name == "canvas":
            # Its format is no part of the context that it stands in, but that of the mapped values.
            self._open[-1].canvas = context
        elif self._open:
            self._open[-1].inner.append(context)
        if name == "context" and parent == "ink":
            self._is_derived = "contextRef" in attributes
        self._canvases += name == "canvas"
        self._remember(attributes, context)
        self._open.append(context)

    def _start_format(self, attributes: dict[str, str], parent: str) -> None:
        self._format = TraceFormat()
        context = Context(self._format)
        self._remember(attributes, context)
        if not self._canvases:
            self._formats.append(self._format)
        if self._open:
            self._open[-1].format = self._format
            self._format.digitiser = self._digitiser()
        elif parent == "ink":
            # The recommendation does not allow it here, but widespread files have it: it holds for what follows.
            self._change_current(context)

    def _digitiser(self) -> Digitiser:
        found = self._open[-1].digitiser
        if found is None:
            found = self._open[-1].digitiser = Digitiser()
        return found

    def _add_channel(self, attributes: dict[str, str]) -> None:
        assert self._format is not None
        channel = Channel(
            name=attributes.get("name", "").strip().upper(),
            units=attributes.get("units", "").strip().lower(),
            low=number(attributes.get("min")),
            high=number(attributes.get("max")),
            reversed=attributes.get("orientation", "").strip().lower() in _REVERSED,
            kind=attributes.get("type", "").lower(),
            default=_default(attributes.get("default", "").strip()),
        )
        (self._format.optional if self._optional else self._format.channels).append(channel)
        self._channel = channel.name

    def _end_brush(self, parent: str) -> None:
        brush = Brush(self._brush_name, tuple(self._brush or ()))
        if self._brush_base:
            base = self._named.get(local_name(self._brush_base))
            brush = brush.derived_from(base.brush if base is not None else None)
        self._brush = None
        context = Context(brush=brush)
        if self._brush_name:
            self._named[self._brush_name] = context
        if self._open:
            self._open[-1].brush = brush
        elif parent == "ink" and not self._brush_name:
            # Nothing can refer to it, so that it can only hold for what follows.
            self._change_current(context)

    def _end_note(self) -> None:
        """Take what is noted of a brush, such as "Highlighter", as one of its names."""
        if self._brush is not None and self._text and len(self._brush) < MOST_PROPERTIES:
            self._brush.append(("name", "".join(self._text).strip()[:LONGEST_VALUE], ""))
        self._text = None

    def _start_mapping(self, name: str, attributes: dict[str, str]) -> None:
        if name == "mapping":
            mapping = Mapping(attributes.get("type", "").lower(), attributes.get("mappingRef", ""))
            if found := name_of(attributes):
                self._mappings[found] = mapping
            if self._open_mappings:
                self._open_mappings[-1].parts.append(mapping)
            elif self._format is not None and self._channel:
                self._format.mappings[self._channel] = mapping
            elif self._open and self._open[-1].transform is None:
                # A second one in a transform is the way back.
                self._open[-1].transform = mapping
            self._open_mappings.append(mapping)
        elif self._open_mappings and name == "bind":
            self._open_mappings[-1].bind(attributes)
        elif self._open_mappings and name == "math":
            self._formula, self._formula_depth = FormulaCollector(), 1
        elif self._open_mappings:
            self._open_mappings[-1].relative = attributes.get("apply") == "relative"
            self._open_mappings[-1].interpolation = attributes.get("interpolation", "").lower()
            self._text = []

    def _end_formula(self) -> None:
        """Take in the end of an element of a formula, or of the formula itself."""
        assert self._formula is not None
        self._formula_depth -= 1
        if self._formula_depth:
            self._formula.end()
            return
        self._open_mappings[-1].formula = self._formula.formula()
        self._formula = None

    def _remember(self, attributes: dict[str, str], context: Context) -> None:
        name = name_of(attributes)
        if name:
            self._named[name] = context


def _default(text: str) -> float | None:
    return float(text.upper() in ("T", "TRUE")) if text[:1].isalpha() else number(text)


def name_of(attributes: dict[str, str]) -> str:
    """Return an element's name, from the attribute of the recommendation or that of many files; empty for none."""
    return attributes.get(_XML_ID) or attributes.get("id", "")


def local_name(reference: str) -> str:
    """Return the name in a reference such as "#name"; references to other files are never followed."""
    return reference.rpartition("#")[2]
