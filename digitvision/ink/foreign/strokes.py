"""From the traces of an InkML file to strokes: channels to values, pen-up samples out, brushes told apart."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.foreign.brushes import Brush, Kind, kinds_of
from digitvision.ink.foreign.contexts import Channel, Context, TraceFormat
from digitvision.ink.foreign.erasing import erased
from digitvision.ink.foreign.mappings import Mapping, mapped, steps_of_mapping
from digitvision.ink.foreign.marks import MARK_NAME, Mark
from digitvision.ink.foreign.pen_state import LEAST_AIR, down_by_pressure, pieces
from digitvision.ink.foreign.structure import PEN_STATES, InkCollector, InkRefusal, Trace
from digitvision.ink.foreign.trace_slips import as_recommended
from digitvision.ink.foreign.units import MILLISECONDS, Digitiser, in_range, length_of
from digitvision.ink.foreign.views import Range
from digitvision.ink.inkml_traces import decode_trace
from digitvision.ink.stroke import NO_PRESSURE, PenLook, Stroke

MAX_COORDINATE: Final = 1e9
"""Largest coordinate of a drawing: larger ones leave no digits after the point."""

_FARTHEST: Final = 1e15
"""Largest coordinate that another program's file may have: beyond it, neighbouring numbers lie too far apart."""

_KNOWN: Final = frozenset({"X", "Y", "T", "F", *PEN_STATES})


@dataclass(slots=True)
class Found:
    """What the traces of a file hold.

    Attributes:
        strokes: The ink to read.
        marks: Strokes that are seen, but not read.
        index_of: The index of each trace's first stroke, by the trace's name.
        channels: Names of the channels whose values are not in the strokes.
        erased: Whether erasers' strokes were applied or passed over.
        lifted: Whether samples were left out at which the pen was up.
    """

    strokes: list[Stroke] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    index_of: dict[str, int] = field(default_factory=dict)
    channels: set[str] = field(default_factory=set)
    erased: bool = False
    lifted: bool = False


@dataclass(slots=True)
class _Line:
    """One trace with those that continue it: float64 [N, 4] of each, whether the pen was down, and the brush."""

    tables: list[NDArray[np.float64]]
    down: list[NDArray[np.bool_]]
    brush: Brush | None
    names: list[str]


def strokes_of(collector: InkCollector) -> Found:
    """Return the strokes of the collected traces, continued traces joined.

    Raises:
        InkRefusal: A coordinate is too large, or a format has no X and Y.
        TraceTextError: A trace's text is not valid.
    """
    native = collector.version is not None
    found = Found()
    lines, unit = _lines(collector, found, native=native)
    joined = [np.concatenate(line.tables) if len(line.tables) > 1 else line.tables[0] for line in lines]
    if not native and joined:
        _normalise(joined)
    # Down is decided after continued traces are joined, as only the whole shows how far the pen usually moves.
    parts = [
        [table] if native else pieces(table, np.concatenate(line.down))
        for line, table in zip(lines, joined, strict=True)
    ]
    kinds = _kinds(lines, native=native)
    _fit([table for many in parts for table in many], native=native)
    erasers: list[tuple[int, Stroke, float]] = []
    for line, tables, kind in zip(lines, parts, kinds, strict=True):
        if kind is Kind.INK and tables:
            found.index_of.update(dict.fromkeys(line.names, len(found.strokes)))
        for table in tables:
            table[:, 3] = np.clip(table[:, 3], 0.0, 1.0)
            stroke = Stroke(table, _look(line.brush, None if native else unit) if kind is Kind.INK else None)
            if kind is Kind.INK:
                found.strokes.append(stroke)
            elif kind is Kind.ERASER:
                found.erased = True
                erasers.append((len(found.strokes), stroke, (line.brush.width(unit) if line.brush else None) or 0.0))
            elif line.brush is not None:
                found.marks.append(Mark(stroke, line.brush, kind, line.brush.width(None if native else unit)))
    if erasers:
        found.strokes = erased(found.strokes, erasers)
    return found


@dataclass(slots=True)
class _Setting:
    """What all traces of one context share: channels, what the device says of them, the way to the canvas, and steps.

    `mappings` are those of each channel. `steps` is the length of a step of X and Y in mm, None where it is unknown;
    where there is a `transform`, a step of the canvas. `has_pressure` says whether any of the traces has some.
    """

    format: TraceFormat
    channels: list[Channel]
    places: list[int]
    digitiser: Digitiser
    mappings: dict[str, list[Mapping]]
    transform: list[Mapping]
    steps: tuple[float, float] | None
    has_pressure: bool = False


class _Settings:
    """The setting of each trace, made once for each context."""

    def __init__(self, collector: InkCollector, traces: Sequence[Trace]) -> None:
        self._collector = collector
        # Numbers that are all whole count a device's steps.
        self._whole = not any("." in trace.text for trace in traces)
        self._made: dict[int, _Setting] = {}
        self.unit: float | None = None
        """Length in mm of the unit that all coordinates are brought to; None where no trace tells any."""

    def of(self, trace: Trace) -> _Setting:
        context = self._collector.context_of(trace)
        made = self._made.get(id(context))
        if made is None:
            made = self._made[id(context)] = self._setting(trace, context)
            if self.unit is None and made.steps is not None:
                self.unit = made.steps[0]
        return made

    def _setting(self, trace: Trace, context: Context | None) -> _Setting:
        contexts = self._collector.contexts
        trace_format = self._collector.format_of(trace)
        channels = trace_format.all_channels
        names = [channel.name for channel in channels]
        places = [len(names) - 1 - names[::-1].index(name) for name in "XY"]
        digitiser = contexts.search(context, _told_digitiser) or trace_format.digitiser or Digitiser()
        found = {name: steps_of_mapping(one, contexts.mapping) for name, one in trace_format.mappings.items()}
        transform = steps_of_mapping(contexts.search(context, lambda one: one.transform), contexts.mapping)
        if transform:
            canvas = contexts.search(contexts.canvas_of(context), lambda one: one.format)
            steps = None if canvas is None else steps_of(canvas, Digitiser(), whole=False)
        else:
            steps = steps_of(trace_format, digitiser, whole=self._whole)
        return _Setting(trace_format, channels, places, digitiser, found, transform, steps)


def _told_digitiser(context: Context) -> Digitiser | None:
    found = context.digitiser
    return found if found is not None and (found.resolutions or found.area) else None


def _in_order(traces: list[Trace]) -> list[Trace]:
    """Return the traces with those that continue one which stands further behind moved behind it."""
    places = {trace.name: place for place, trace in enumerate(traces) if trace.name}
    if all(places.get(trace.prior, -1) < place for place, trace in enumerate(traces)):
        return traces
    waiting: dict[str, list[Trace]] = {}
    found: list[Trace] = []
    for place, trace in enumerate(traces):
        if trace.prior != trace.name and places.get(trace.prior, -1) > place:
            waiting.setdefault(trace.prior, []).append(trace)
            continue
        pending = [trace]
        while pending:
            one = pending.pop()
            found.append(one)
            pending += reversed(waiting.pop(one.name, []) if one.name else [])
    return found + [trace for many in waiting.values() for trace in many]


def _lines(collector: InkCollector, found: Found, *, native: bool) -> tuple[list[_Line], float | None]:
    """Return the lines, and the length of their unit in mm, None where it is unknown."""
    lines: list[_Line] = []
    line_of: dict[str, int] = {}
    traces = _in_order(collector.traces())
    settings = _Settings(collector, traces)
    decoded = [(trace, *_decoded(trace, settings.of(trace))) for trace in traces]
    for trace, setting, samples in decoded:
        table = _table(samples, setting, trace)
        down = _all_down(samples) if native else _pen_down(samples, setting, table)
        if not native:
            found.channels.update(channel.name for channel in setting.channels if channel.name not in _KNOWN)
            _scale(table, samples, setting, settings.unit)
            found.lifted |= not down.all()
            if trace.ranges is not None:
                down &= _shown(len(samples), trace.ranges)
        has_position = np.isfinite(table[:, :2]).all(axis=1)
        if not has_position.all():
            table, down = table[has_position], down[has_position]
        if len(table) == 0:
            continue
        index = line_of.get(trace.prior, len(lines))
        if not trace.prior and trace.continues and lines:
            index = len(lines) - 1
        if index == len(lines):
            lines.append(_Line([], [], collector.brush_of(trace), []))
        lines[index].tables.append(table)
        lines[index].down.append(down)
        if trace.name:
            line_of[trace.name] = index
            lines[index].names.append(trace.name)
    return lines, settings.unit


def _decoded(trace: Trace, setting: _Setting) -> tuple[_Setting, NDArray[np.float64]]:
    """Return a trace's setting, which takes in whether there is any pressure, and its samples, one value a channel."""
    channels, optional = len(setting.channels), len(setting.format.optional)
    samples = decode_trace(as_recommended(trace.text, channels - optional, optional), channels, optional=optional)
    for column, channel in enumerate(setting.channels):
        if channel.name == "F" and not setting.has_pressure:
            setting.has_pressure = bool((samples[:, column] > (channel.low or 0.0)).any())
    return setting, samples


def _table(samples: NDArray[np.float64], setting: _Setting, trace: Trace) -> NDArray[np.float64]:
    """Return samples as float64 [N, 4]: x, y in the file's own units, time (ms), pressure."""
    table = np.empty((len(samples), 4))
    table[:, 2:] = 0.0, NO_PRESSURE
    if not any(channel.name == "T" for channel in setting.channels):
        table[:, 2] = _times(len(samples), trace, setting.digitiser)
    for column, channel in enumerate(setting.channels):
        values = samples[:, column]
        if channel.default is not None and channel.name not in ("X", "Y"):
            values = np.where(np.isnan(values), channel.default, values)
        if channel.name in setting.mappings:
            own = {one.name: samples[:, place] for place, one in enumerate(setting.channels)} | {channel.name: values}
            values = mapped(setting.mappings[channel.name], own, (channel.name,))[channel.name]
        if channel.name in ("X", "Y"):
            table[:, "XY".index(channel.name)] = -values if channel.reversed else values
        elif channel.name == "T":
            tick = setting.digitiser.tick("T", channel.units) or MILLISECONDS.get(channel.units, 1.0)
            table[:, 2] = np.nan_to_num(values) * tick
        elif channel.name == "F":
            low, high = channel.low or 0.0, channel.high
            if high is not None and high > low:
                values = (values - low) / (high - low)
            table[:, 3] = np.nan_to_num(values, nan=NO_PRESSURE)
    return table


def _times(count: int, trace: Trace, digitiser: Digitiser) -> NDArray[np.float64]:
    """Return the times of a trace's samples in ms, where no channel has them; zeros where the file tells nothing."""
    start = trace.start or 0.0
    if trace.duration is not None and trace.duration > 0 and count > 1:
        return np.asarray(start + np.linspace(0.0, trace.duration, count), np.float64)
    return np.asarray(start + np.arange(count) * digitiser.interval, np.float64)


def _shown(count: int, ranges: Sequence[Range]) -> NDArray[np.bool_]:
    """Return which samples of a trace in definitions views show, bool [N]."""
    shown = np.zeros(count, dtype=np.bool_)
    for first, end in ranges:
        shown[first:end] = True
    return shown


def _all_down(samples: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.ones(len(samples), dtype=np.bool_)


def _pen_down(samples: NDArray[np.float64], setting: _Setting, table: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return at which samples the pen was down, bool [N], by the tip's switch or the pressure."""
    down = _all_down(samples)
    for column, channel in enumerate(setting.channels):
        values = samples[:, column]
        if channel.name in PEN_STATES:
            return np.asarray(~(_held(values, channel.default) <= 0), dtype=np.bool_)
        if channel.name == "F":
            pressed = _pressed(values, channel)
            if pressed.any():
                down = down_by_pressure(table, pressed)
            elif setting.has_pressure and len(samples) > LEAST_AIR:
                # Where the device reports no pressure at all, it tells nothing of the pen; and a dot is a light touch.
                down[:] = False
    return down


def _pressed(values: NDArray[np.float64], channel: Channel) -> NDArray[np.bool_]:
    """Return at which samples a channel of pressure has any, bool [N]; where its value is unknown it has."""
    return np.asarray(~(values <= (channel.low or 0.0)), dtype=np.bool_)


def _held(values: NDArray[np.float64], default: float | None) -> NDArray[np.float64]:
    """Return values with that of the sample before, or the default at first, where a sample has none."""
    missing = np.isnan(values)
    if not missing.any():
        return values
    last = np.maximum.accumulate(np.where(missing, -1, np.arange(len(values))))
    return np.where(last < 0, np.nan if default is None else default, values[np.maximum(last, 0)])


def _scale(table: NDArray[np.float64], samples: NDArray[np.float64], setting: _Setting, unit: float | None) -> None:
    """Map and scale the positions in a table to the unit of all, in place."""
    if setting.transform:
        values = {channel.name: samples[:, column] for column, channel in enumerate(setting.channels)}
        values |= {"X": table[:, 0], "Y": table[:, 1], "T": table[:, 2], "F": table[:, 3]}
        values = mapped(setting.transform, values, ("X", "Y"))
        table[:, 0], table[:, 1] = values["X"], values["Y"]
    if setting.steps is not None and unit is not None and setting.steps != (unit, unit):
        table[:, :2] *= setting.steps[0] / unit, setting.steps[1] / unit


def steps_of(trace_format: TraceFormat, digitiser: Digitiser, *, whole: bool) -> tuple[float, float] | None:
    """Return the length of a step of X and of Y in mm; None where the file does not tell both.

    Resolutions hold where the values count a device's steps; else the channels' units do, and where there are neither,
    the device's active area and the channels' limits.
    """
    channels = {channel.name: channel for channel in trace_format.channels if channel.name in ("X", "Y")}
    pair = [channels[name] for name in "XY" if name in channels]
    if len(pair) != 2:
        return None
    counted = all(one.kind == "integer" or (one.kind != "decimal") or whole for one in pair)
    by_resolution = [digitiser.step(one.name, one.units) for one in pair]
    by_unit = [length_of(one.units) for one in pair]
    by_area: list[float | None] = [None, None]
    if digitiser.area is not None:
        spans = [0.0 if one.high is None else one.high - (one.low or 0.0) for one in pair]
        by_area = [
            in_range(side / span) if span > 0 else None for side, span in zip(digitiser.area, spans, strict=True)
        ]
    each = [
        resolution if resolution is not None and one.kind != "decimal" else unit
        for one, resolution, unit in zip(pair, by_resolution, by_unit, strict=True)
    ]
    for across, down in ([by_resolution] if counted else []) + [by_unit, by_area, each]:
        if across is not None and down is not None:
            return across, down
    return None


def _look(brush: Brush | None, unit: float | None) -> PenLook | None:
    """Return what is shown and kept of the brush of ink; None where it has neither colour nor width."""
    look = PenLook() if brush is None else PenLook(brush.colour or "", brush.width(unit) or 0.0)
    return look if look.colour or look.width else None


def _kinds(lines: Sequence[_Line], *, native: bool) -> list[Kind]:
    """Return what each line is there for; in the native format the names of brushes say so."""
    if not native:
        return kinds_of([line.brush for line in lines])
    return [_mark_kind(line.brush) for line in lines]


def _mark_kind(brush: Brush | None) -> Kind:
    if brush is None or not brush.name.startswith(MARK_NAME):
        return Kind.INK
    # Beside other ink the brush is taken for what it is.
    kind = kinds_of([brush, None])[0]
    return kind if kind in (Kind.INVISIBLE, Kind.PAPER) else Kind.HIGHLIGHTER


def _normalise(tables: list[NDArray[np.float64]]) -> None:
    """Make other programs' times count from the first sample, and bring pressures of unknown range to 0 to 1."""
    start = tables[0][0, 2]
    strongest = max(float(table[:, 3].max()) for table in tables)
    for table in tables:
        table[:, 2] -= start
        if strongest > 1.0:
            table[:, 3] /= strongest


def _fit(tables: list[NDArray[np.float64]], *, native: bool) -> None:
    """Bring coordinates within `MAX_COORDINATE` where a file counts from far away, or in tiny steps.

    Raises:
        InkRefusal: They are too large to be told apart, or are no numbers any more.
    """
    largest = max((float(np.abs(table[:, :2]).max()) for table in tables), default=0.0)
    if largest <= MAX_COORDINATE:
        return
    if native or not largest <= _FARTHEST:
        raise InkRefusal(f"it has a coordinate beyond {MAX_COORDINATE if native else _FARTHEST:.0e}")
    low = np.min([table[:, :2].min(axis=0) for table in tables], axis=0)
    extent = max(float((table[:, :2] - low).max()) for table in tables)
    scale = min(1.0, MAX_COORDINATE / extent) if extent > 0 else 1.0
    for table in tables:
        table[:, :2] = (table[:, :2] - low) * scale
