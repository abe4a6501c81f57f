"""Ink files in W3C InkML: the program's own format for drawings, and the one in which other programs exchange ink.

The native format has the channels X Y T F (canvas units, milliseconds, pressure 0 to 1), three decimals each, and an
annotation with the format's version. How the drawing is read and looked at comes next (`inkml_settings.py`); the
user's corrections follow the strokes (`inkml_annotations.py`).
Source: W3C, "Ink Markup Language (InkML)", Recommendation of 20 September 2011.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Final

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser

from digitvision.faults import Fault
from digitvision.files import read_limited
from digitvision.ink.drawing_settings import DrawingSettings
from digitvision.ink.foreign.brushes import Brush
from digitvision.ink.foreign.containers import unpacked, with_mended_slips
from digitvision.ink.foreign.kept import OWN_CONTEXT, OWN_DEFINITIONS
from digitvision.ink.foreign.marks import MARK_NAME, PEN_NAME, ForeignContent, Mark
from digitvision.ink.foreign.strokes import MAX_COORDINATE, Found, strokes_of
from digitvision.ink.foreign.structure import VERSION_ANNOTATION, InkCollector, InkRefusal
from digitvision.ink.inkml_annotations import InkAnnotation, trace_name, views_text
from digitvision.ink.inkml_settings import settings_of, settings_text
from digitvision.ink.inkml_traces import TraceTextError
from digitvision.ink.stroke import Drawing, PenLook, Stroke

__all__ = ["MAX_COORDINATE", "InkDocument", "InkFault", "inkml_bytes", "parse_inkml", "read_inkml"]

FORM_VERSION: Final = 1
"""Version of the native format; a file with a higher one is refused."""

DECIMALS: Final = 3
"""Decimals to which the native format rounds every number: a thousandth of a canvas unit, a microsecond."""

MAX_FILE_BYTES: Final = 64 * 2**20
_NO_SETTINGS: Final = DrawingSettings()

_NAMESPACE: Final = "http://www.w3.org/2003/InkML"
_UNDEFINED_ENTITY: Final = 11
"""Number by which the XML parser names an entity that is not declared."""

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


class InkFault(Fault, ValueError):
    """An ink file that is damaged, malicious, of another format or of a newer version."""


@dataclass(frozen=True, slots=True)
class InkDocument:
    """The content of an ink file.

    Attributes:
        drawing: The strokes in the file's own unit, y down; time in ms, pressure 0 to 1.
        native: Whether DigitVision wrote the file: the coordinates are canvas units and are not to be scaled.
        annotations: Annotations of the strokes; none in other programs' files.
        settings: How the drawing is read and looked at, and what another program's file holds beside the strokes.
        lost: What of the file would not be in it if it were saved again, in words; empty where nothing is lost.
    """

    drawing: Drawing
    native: bool
    annotations: tuple[InkAnnotation, ...] = ()
    settings: DrawingSettings = _NO_SETTINGS
    lost: tuple[str, ...] = ()


def read_inkml(path: Path) -> InkDocument:
    """Read an ink file.

    Raises:
        FileFault: The file is missing, unreadable or larger than `MAX_FILE_BYTES`.
        InkFault: See `parse_inkml`.
    """
    return parse_inkml(read_limited(path, MAX_FILE_BYTES), where=path.name)


def parse_inkml(data: bytes, *, where: str) -> InkDocument:
    """Read the drawing from an ink file's content.

    Traces and samples at which the pen was up are left out, and so are traces in definitions that nothing refers to;
    traces that continue another one are joined to it. A trace without a format of its own has the format in force where
    it stands, else the only one that the file defines, else X and Y. Units, resolutions and transforms are applied if
    they change the drawing's shape. Strokes of highlighters, transparent ones and those in the paper's colour are among
    the settings' foreign content. Times count from the first sample of the file. Annotations on strokes that cannot be
    understood are left out. The ink may stand inside other XML or in a part of a MIME multipart file.

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
    try:
        content = unpacked(data)
        collector = _collected(content)
        _check_version(collector.version)
        # Absurd times and pressures may overflow before the checks that refuse or clip them.
        with np.errstate(over="ignore", invalid="ignore"):
            found = strokes_of(collector)
    except DefusedXmlException as error:
        raise InkFault(
            f"“{where}” is refused: its document type or entities are of a kind that ink never needs."
        ) from error
    except (InkRefusal, TraceTextError) as error:
        raise InkFault(f"“{where}” cannot be opened: {error}.") from error
    except (ParseError, LookupError, ValueError) as error:
        if getattr(error, "code", 0) == _UNDEFINED_ENTITY:
            sentence = f"“{where}” is refused: it has a document type or entities that it does not define."
            raise InkFault(sentence) from error
        raise InkFault(f"“{where}” is no ink file, or it is cut off or damaged ({error}).") from error
    return _document(collector, found, alone=content is data and not collector.is_inside)


def _collected(data: bytes) -> InkCollector:
    """Return the elements of a document; if it is not well-formed, slips that do not concern the ink are mended."""
    try:
        return _parsed(data)
    except DefusedXmlException:
        raise
    except (ParseError, ValueError) as error:
        # A value error is said of codings with several bytes a character.
        mended = with_mended_slips(data)
        if mended == data:
            raise
        try:
            return _parsed(mended)
        except ParseError:
            # The first message names the place in the file as it is.
            raise error from None


def _parsed(data: bytes) -> InkCollector:
    collector = InkCollector()
    parser = XMLParser(target=collector, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    parser.parser.AttlistDeclHandler = _refuse_default
    parser.feed(data)
    parser.close()
    return collector


def _refuse_default(_element: str, _name: str, _type: str, default: str | None, _required: bool) -> None:
    """Raises: InkRefusal: A document type gives attributes values, which a file could multiply without end."""
    if default is not None:
        raise InkRefusal("its document type gives attributes values of its own")


def _document(collector: InkCollector, found: Found, *, alone: bool) -> InkDocument:
    native = collector.version is not None
    drawing = Drawing(tuple(found.strokes))
    kept = collector.kept.text(own_mark=VERSION_ANNOTATION, own_context=_FORMAT.strip(), native=native)
    foreign = ForeignContent(tuple(found.marks), kept)
    if not native:
        return InkDocument(
            drawing, native, settings=DrawingSettings(foreign=foreign), lost=_lost(collector, found, alone=alone)
        )
    settings = replace(settings_of(collector.notes, mark_type=VERSION_ANNOTATION), foreign=foreign)
    return InkDocument(drawing, native, collector.views.annotations(found.index_of), settings)


def _lost(collector: InkCollector, found: Found, *, alone: bool) -> tuple[str, ...]:
    """Return what of another program's file is not written again, in words.

    Args:
        collector: What was read of the file.
        found: What became of its traces.
        alone: Whether there is nothing in the file around the ink.
    """
    lost = []
    if not alone:
        lost.append("what stands around the ink")
    if found.channels:
        lost.append("the channels " + ", ".join(sorted(name[:20] for name in found.channels)[:8]))
    if collector.left_out or found.lifted:
        lost.append("movements above the paper")
    if found.erased:
        lost.append("erasers’ strokes")
    if collector.kept.groups:
        lost.append("groups and views of traces")
    if collector.kept.attributes:
        lost.append("attributes of the ink as a whole, or of traces")
    if collector.kept.refers_to_traces:
        lost.append("names of traces")
    if collector.kept.too_much:
        lost.append("annotations and contexts, which are larger than is kept")
    return tuple(lost)


def inkml_bytes(
    drawing: Drawing, annotations: Sequence[InkAnnotation] = (), settings: DrawingSettings = _NO_SETTINGS
) -> bytes:
    """Return a drawing in the native format, UTF-8; numbers are rounded to `DECIMALS` decimals.

    Args:
        drawing: The drawing.
        annotations: Annotations of its strokes.
        settings: How it is read and looked at.
    """
    foreign = settings.foreign
    looks = dict.fromkeys(stroke.look for stroke in drawing.strokes if stroke.look is not None)
    pens = {look: number for number, look in enumerate(looks)}
    traces = []
    for index, stroke in enumerate(drawing.strokes):
        name = f' xml:id="{trace_name(index)}"' if annotations else ""
        brush = "" if stroke.look is None else f' brushRef="#{PEN_NAME}{pens[stroke.look]}"'
        traces.append(f'<trace{name} contextRef="#canvas"{brush}>{_trace_text(stroke)}</trace>\n')
    head = (
        _HEAD
        + settings_text(settings, mark_type=VERSION_ANNOTATION)
        + foreign.kept
        + _brushes_text(foreign.marks, pens)
    )
    marks = (
        f'<trace contextRef="#{OWN_CONTEXT}" brushRef="#{MARK_NAME}{index}">{_trace_text(mark.stroke)}</trace>\n'
        for index, mark in enumerate(foreign.marks)
    )
    views = views_text(annotations, mark_type=VERSION_ANNOTATION)
    return "".join((head, _FORMAT, *marks, *traces, views, "</ink>\n")).encode()


def _brushes_text(marks: Sequence[Mark], pens: Mapping[PenLook, int]) -> str:
    """Return the definitions of the brushes of marks and of ink that has a look; empty without any."""
    if not marks and not pens:
        return ""
    brushes = [_brush_text(mark.brush, f"{MARK_NAME}{index}", mark.width) for index, mark in enumerate(marks)]
    for look, number in pens.items():
        colour = Brush(properties=(("color", look.colour, ""),) if look.colour else ())
        brushes.append(_brush_text(colour, f"{PEN_NAME}{number}", look.width or None))
    return f'<definitions xml:id="{OWN_DEFINITIONS}">\n{"".join(brushes)}</definitions>\n'


def _brush_text(brush: Brush, name: str, width: float | None) -> str:
    """Return a brush with this name, and with this width in the drawing's unit."""
    rows = [] if width is None else [("width", _number_text(width), "")]
    rows += [row for row in brush.properties if row[0].lower() != "width"]
    texts = (
        f'<brushProperty name="{escape(key)}" value="{escape(value)}"'
        + (f' units="{escape(units)}"/>\n' if units else "/>\n")
        for key, value, units in rows
    )
    return f'<brush xml:id="{name}">\n{"".join(texts)}</brush>\n'


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
