"""Ink files in W3C InkML: the program's own format for drawings, and the one in which other programs exchange ink.

The native format has the channels X Y T F (canvas units, milliseconds, pressure 0 to 1), three decimals each, and an
annotation with the format's version. How the drawing is read and looked at comes next (`inkml_settings.py`); the
user's corrections follow the strokes (`inkml_annotations.py`).
Source: W3C, "Ink Markup Language (InkML)", Recommendation of 20 September 2011.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser
from numpy.typing import NDArray

from digitvision.faults import Fault
from digitvision.files import read_limited
from digitvision.ink.drawing_settings import DrawingSettings
from digitvision.ink.inkml_annotations import InkAnnotation, trace_name, views_text
from digitvision.ink.inkml_settings import settings_of, settings_text
from digitvision.ink.inkml_structure import VERSION_ANNOTATION, Channel, InkCollector, InkRefusal
from digitvision.ink.inkml_traces import TraceTextError, decode_trace
from digitvision.ink.stroke import NO_PRESSURE, Drawing, Stroke

FORM_VERSION: Final = 1
"""Version of the native format; a file with a higher one is refused."""

DECIMALS: Final = 3
"""Decimals to which the native format rounds every number: a thousandth of a canvas unit, a microsecond."""

MAX_FILE_BYTES: Final = 64 * 2**20
MAX_COORDINATE: Final = 1e9
"""Largest coordinate that is read: larger ones leave no digits after the point, and no device reports them."""

_NO_SETTINGS: Final = DrawingSettings()

_NAMESPACE: Final = "http://www.w3.org/2003/InkML"
_MILLISECONDS: Final = {"s": 1000.0, "ms": 1.0, "us": 0.001, "µs": 0.001, "ns": 0.000_001}

_HEAD: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<ink xmlns="{_NAMESPACE}">
<annotation type="{VERSION_ANNOTATION}">{FORM_VERSION}</annotation>
"""
_FORMAT: Final = """\
<context xml:id="canvas">
<traceFormat>
<channel name="X" type="decimal"/>
<channel name="Y" type="decimal"/>
<channel name="T" type="decimal" units="ms"/>
<channel name="F" type="decimal" min="0" max="1"/>
</traceFormat>
</context>
"""


class InkFault(Fault):
    """An ink file that is damaged, malicious, of another format or of a newer version."""


@dataclass(frozen=True, slots=True)
class InkDocument:
    """The content of an ink file.

    Attributes:
        drawing: The strokes in the file's own unit, y down; time in ms, pressure 0 to 1.
        native: Whether DigitVision wrote the file: the coordinates are canvas units and are not to be scaled.
        annotations: Annotations of the strokes; none in other programs' files.
        settings: How the drawing is read and looked at; empty in other programs' files.
    """

    drawing: Drawing
    native: bool
    annotations: tuple[InkAnnotation, ...] = ()
    settings: DrawingSettings = _NO_SETTINGS


def read_inkml(path: Path) -> InkDocument:
    """Read an ink file.

    Raises:
        FileFault: The file is missing, unreadable or larger than `MAX_FILE_BYTES`.
        InkFault: See `parse_inkml`.
    """
    return parse_inkml(read_limited(path, MAX_FILE_BYTES), where=path.name)


def parse_inkml(data: bytes, *, where: str) -> InkDocument:
    """Read the drawing from an ink file's content.

    Pen-up traces are left out; traces that continue another one are joined to it. A trace without a format of its own
    has the format in force where it stands, else the only one that the file defines, else X and Y. Times count from
    the first sample of the file. Annotations on strokes that cannot be understood are left out.

    Args:
        data: The file's bytes.
        where: The file's name, for error messages.

    Raises:
        InkFault: The content is not complete InkML, exceeds a limit, has a document type or entities, or is newer.
    """
    if not data.strip():
        raise InkFault(f"“{where}” is empty.")
    if len(data) > MAX_FILE_BYTES:
        raise InkFault(f"“{where}” is larger than the {MAX_FILE_BYTES // 2**20} MB that DigitVision reads.")
    collector = InkCollector()
    try:
        parser = XMLParser(target=collector, forbid_dtd=True)
        parser.feed(data)
        parser.close()
        _check_version(collector.version)
        # Absurd times and pressures may overflow before the checks that refuse or clip them.
        with np.errstate(over="ignore", invalid="ignore"):
            strokes, index_of = _strokes(collector)
    except DefusedXmlException as error:
        raise InkFault(f"“{where}” is refused: it has a document type or entities, which ink never needs.") from error
    except (InkRefusal, TraceTextError) as error:
        raise InkFault(f"“{where}” cannot be opened: {error}.") from error
    except (ParseError, LookupError, ValueError) as error:
        raise InkFault(f"“{where}” is no ink file, or it is cut off or damaged ({error}).") from error
    native = collector.version is not None
    drawing = Drawing(tuple(strokes))
    if not native:
        return InkDocument(drawing, native)
    settings = settings_of(collector.notes, mark_type=VERSION_ANNOTATION)
    return InkDocument(drawing, native, collector.views.annotations(index_of), settings)


def inkml_bytes(
    drawing: Drawing, annotations: Sequence[InkAnnotation] = (), settings: DrawingSettings = _NO_SETTINGS
) -> bytes:
    """Return a drawing in the native format, UTF-8; numbers are rounded to `DECIMALS` decimals.

    Args:
        drawing: The drawing.
        annotations: Annotations of its strokes.
        settings: How it is read and looked at.
    """
    traces = []
    for index, stroke in enumerate(drawing.strokes):
        name = f' xml:id="{trace_name(index)}"' if annotations else ""
        traces.append(f'<trace{name} contextRef="#canvas">{_trace_text(stroke)}</trace>\n')
    head = _HEAD + settings_text(settings, mark_type=VERSION_ANNOTATION) + _FORMAT
    return (head + "".join(traces) + views_text(annotations, mark_type=VERSION_ANNOTATION) + "</ink>\n").encode()


def _trace_text(stroke: Stroke) -> str:
    """Return the samples in InkML's notation: values separated by spaces, samples by commas."""
    # Adding zero turns the negative zero, which a reader may not accept, into the positive one.
    rounded = np.round(stroke.points, DECIMALS) + 0.0
    return ", ".join(" ".join(_number_text(value) for value in row) for row in rounded.tolist())


def _number_text(value: float) -> str:
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")


def _check_version(version: int | None) -> None:
    """Raises: InkRefusal: A newer program wrote the file."""
    if version is not None and version > FORM_VERSION:
        raise InkRefusal(f"a newer DigitVision wrote it (form {version}), so this one has to be updated first")


def _strokes(collector: InkCollector) -> tuple[list[Stroke], dict[str, int]]:
    """Return the collected traces as strokes, continued traces joined, and the index of each trace's stroke by the
    trace's name."""
    tables: list[list[NDArray[np.float64]]] = []
    index_of: dict[str, int] = {}
    for trace in collector.traces:
        trace_format = collector.format_of(trace)
        channels = trace_format.channels
        table = _table(decode_trace(trace.text, len(channels), optional=trace_format.optional), channels)
        if len(table) == 0:
            continue
        index = index_of.get(trace.prior, len(tables))
        if index == len(tables):
            tables.append([])
        tables[index].append(table)
        if trace.name:
            index_of[trace.name] = index
    joined = [np.concatenate(parts) if len(parts) > 1 else parts[0] for parts in tables]
    if collector.version is None and joined:
        _normalise(joined)
    for table in joined:
        if np.abs(table[:, :2]).max() > MAX_COORDINATE:
            raise InkRefusal(f"it has a coordinate beyond {MAX_COORDINATE:.0e}")
        table[:, 3] = np.clip(table[:, 3], 0.0, 1.0)
    return [Stroke(table) for table in joined], index_of


def _table(samples: NDArray[np.float64], channels: list[Channel]) -> NDArray[np.float64]:
    """Return samples as float64 [N, 4]: x, y, time (ms), pressure; samples without a position are left out."""
    table = np.empty((len(samples), 4))
    table[:, 2:] = 0.0, NO_PRESSURE
    for column, channel in enumerate(channels):
        values = samples[:, column]
        if channel.name in ("X", "Y"):
            table[:, "XY".index(channel.name)] = -values if channel.reversed else values
        elif channel.name == "T":
            table[:, 2] = np.nan_to_num(values) * _MILLISECONDS.get(channel.units, 1.0)
        elif channel.name == "F":
            low, high = channel.low or 0.0, channel.high
            if high is not None and high > low:
                values = (values - low) / (high - low)
            table[:, 3] = np.nan_to_num(values, nan=NO_PRESSURE)
    has_position = ~np.isnan(table[:, :2]).any(axis=1)
    return table if has_position.all() else table[has_position]


def _normalise(tables: list[NDArray[np.float64]]) -> None:
    """Make other programs' times count from the first sample, and bring pressures of unknown range to 0 to 1."""
    start = tables[0][0, 2]
    strongest = max(float(table[:, 3].max()) for table in tables)
    for table in tables:
        table[:, 2] -= start
        if strongest > 1.0:
            table[:, 3] /= strongest
