"""The text of a journal: a first line that names form and version, then one line for each change.

A line is a check sum of eight hexadecimal digits, a space, and a JSON object. The check sum is the CRC-32 of the object
and of all lines before it, so that a line which is damaged, missing or out of place ends the readable part. The object
holds what has changed since the line before; the first one holds what differs from an empty drawing. Samples are kept
exactly: the float64 numbers of a stroke, little-endian, in base 64.
"""

import base64
import binascii
import json
import math
import zlib
from dataclasses import replace
from typing import Any, Final

import numpy as np

from digitvision.ink.drawing_settings import DrawingSettings, View
from digitvision.ink.foreign.marks import ForeignContent
from digitvision.ink.stroke import Bounds, Drawing, PenLook, Stroke, changed_range
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import RELATIONS
from digitvision.ui.journal.drawing_state import DrawingState

FORM: Final = "digitvision-journal"
VERSION: Final = 1
HEADER: Final = f"{FORM} {VERSION}\n".encode()

_PLAIN: Final = (("path", str), ("digest", str), ("modified", bool), ("text", str), ("attempts", int), ("closed", bool))
"""Fields that JSON holds as they are."""

_CHECK_DIGITS: Final = 8
_STROKE_TYPE: Final = np.dtype("<f8")
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"))


class DamagedRecord(ValueError):
    """A line that cannot be understood, or that does not follow the lines before it."""


class RecordChain:
    """Makes and checks the lines of one journal, each with the check sum that follows from those before it."""

    def __init__(self, check_sum: int | None = None) -> None:
        """Go on from the check sum of a line; without one, from the first line."""
        self._sum = zlib.crc32(HEADER) if check_sum is None else check_sum

    def line_of(self, record: dict[str, Any]) -> bytes:
        """Return a record as the next line."""
        # Bit by bit: Python's fast encoder would hold the window up until it has the text of thousands of strokes.
        parts = [part.encode("ascii") for part in _ENCODER.iterencode(record)]
        for part in parts:
            self._sum = zlib.crc32(part, self._sum)
        return b"".join((b"%08x " % self._sum, *parts, b"\n"))

    def record_of(self, line: bytes) -> dict[str, Any]:
        """Return the record of the next line.

        Raises:
            DamagedRecord: The line is cut off, damaged, or not the next one.
        """
        if not line.endswith(b"\n") or line[_CHECK_DIGITS : _CHECK_DIGITS + 1] != b" ":
            raise DamagedRecord("the line is cut off")
        payload = line[_CHECK_DIGITS + 1 : -1]
        check = zlib.crc32(payload, self._sum)
        if line[:_CHECK_DIGITS] != b"%08x" % check:
            raise DamagedRecord("the check sum is another")
        try:
            record = json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise DamagedRecord("the line holds no JSON") from error
        if not isinstance(record, dict):
            raise DamagedRecord("the line holds no object")
        self._sum = check
        return record

    def copy(self) -> "RecordChain":
        """Return another chain that goes on from here."""
        return RecordChain(self._sum)


def change_between(before: DrawingState, after: DrawingState) -> dict[str, Any]:
    """Return what differs between two states, as a JSON object; empty where nothing does.

    Of pictures it says nothing: they lie in files of their own.
    """
    record: dict[str, Any] = {}
    old, new = before.drawing.strokes, after.drawing.strokes
    first, old_end, new_end = changed_range(old, new)
    if old_end > first or new_end > first:
        record["splice"] = [first, old_end - first]
        record["strokes"] = [_stroke_text(stroke) for stroke in new[first:new_end]]
        looks = [None if stroke.look is None else list(stroke.look) for stroke in new[first:new_end]]
        if any(looks):
            record["looks"] = looks
    for name in ("corrections", "picture_corrections"):
        if getattr(before, name) != getattr(after, name):
            record[name] = _corrections_record(getattr(after, name))
    if before.settings != after.settings:
        record["settings"] = _settings_record(after.settings)
        # It may be long, and changes with the drawing only, while the view changes often.
        if before.settings.foreign != after.settings.foreign:
            record["foreign"] = _foreign_text(after.settings.foreign)
    for name, _ in _PLAIN:
        if getattr(before, name) != getattr(after, name):
            record[name] = getattr(after, name)
    return record


def changed(state: DrawingState, record: dict[str, Any]) -> DrawingState:
    """Return a state after a change that `change_between` has described.

    Raises:
        DamagedRecord: The record does not describe a change of this state.
    """
    fields: dict[str, Any] = {}
    try:
        if "splice" in record:
            fields["drawing"] = _spliced(state.drawing, record["splice"], record["strokes"], record.get("looks"))
        for name in ("corrections", "picture_corrections"):
            if name in record:
                fields[name] = _corrections_of(record[name])
        if "settings" in record:
            foreign = _foreign_of(record["foreign"]) if "foreign" in record else state.settings.foreign
            fields["settings"] = replace(_settings_of(record["settings"]), foreign=foreign)
        for name, kind in _PLAIN:
            if name in record:
                if type(record[name]) is not kind:
                    raise DamagedRecord(f"“{name}” is of another type")
                fields[name] = record[name]
    except (KeyError, IndexError, TypeError, ValueError, OverflowError, binascii.Error) as error:
        raise DamagedRecord(str(error)) from error
    return replace(state, **fields) if fields else state


def _stroke_text(stroke: Stroke) -> str:
    return base64.b64encode(stroke.points.astype(_STROKE_TYPE, copy=False).tobytes()).decode("ascii")


def _spliced(drawing: Drawing, place: list[int], texts: list[str], looks: list[Any] | None) -> Drawing:
    first, removed = map(_whole, place)
    if first + removed > len(drawing.strokes):
        raise DamagedRecord("strokes are removed that do not exist")
    added = [
        Stroke(_points(text), None if look is None else PenLook(_text(look[0]), _finite(look[1])))
        for text, look in zip(texts, looks or [None] * len(texts), strict=True)
    ]
    return Drawing((*drawing.strokes[:first], *added, *drawing.strokes[first + removed :]))


def _points(text: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.frombuffer(base64.b64decode(text, validate=True), _STROKE_TYPE).astype(np.float64).reshape(-1, 4)


def _whole(number: Any) -> int:
    if type(number) is not int or number < 0:
        raise DamagedRecord("a number is not a whole one")
    return number


def _glyph(indices: Any) -> frozenset[int]:
    return frozenset(map(_whole, indices))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise DamagedRecord("a text is something else")
    return value


def _corrections_record(corrections: Corrections) -> dict[str, Any]:
    return {
        "glyphs": [sorted(glyph) for glyph in corrections.glyphs],
        "apart": [sorted(group) for group in corrections.apart],
        "labels": [[sorted(glyph), label] for glyph, label in corrections.labels],
        "relations": [
            [sorted(child), None if parent is None else sorted(parent), relation]
            for child, parent, relation in corrections.relations
        ],
        "picture": [[None if box is None else list(box), text] for box, text in corrections.picture],
        "rows": [[sorted(row), mode] for row, mode in corrections.rows],
    }


def _corrections_of(record: dict[str, Any]) -> Corrections:
    relations = [
        (_glyph(child), None if parent is None else _glyph(parent), of) for child, parent, of in record["relations"]
    ]
    if any(relation not in RELATIONS for _, _, relation in relations):
        raise DamagedRecord("a relation is unknown")
    return Corrections(
        tuple(_glyph(glyph) for glyph in record["glyphs"]),
        tuple(_glyph(group) for group in record["apart"]),
        tuple((_glyph(glyph), _text(label)) for glyph, label in record["labels"]),
        tuple(relations),
        tuple((None if box is None else Bounds(*map(_finite, box)), _text(text)) for box, text in record["picture"]),
        # Journals from before there were pages have no rows.
        tuple((_glyph(row), _text(mode)) for row, mode in record.get("rows", ())),
    )


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise DamagedRecord("a number is not finite")
    return number


def _settings_record(settings: DrawingSettings) -> dict[str, Any]:
    view = settings.view
    return {
        "reading": settings.reading,
        "alphabet": settings.alphabet,
        "paper": settings.paper,
        "view": None if view is None else [view.zoom, view.x, view.y],
    }


def _settings_of(record: dict[str, Any]) -> DrawingSettings:
    view = record["view"]
    return DrawingSettings(
        _text(record["reading"]),
        _text(record["alphabet"]),
        _text(record["paper"]),
        None if view is None else View(*map(_finite, view)),
    )


def _foreign_text(foreign: ForeignContent) -> str:
    """Return what another program's file held beside the ink as an InkML file without any ink."""
    from digitvision.ink.inkml import inkml_bytes

    return inkml_bytes(Drawing(), settings=DrawingSettings(foreign=foreign)).decode()


def _foreign_of(text: Any) -> ForeignContent:
    from digitvision.ink.inkml import InkFault, parse_inkml

    try:
        return parse_inkml(_text(text).encode(), where="journal").settings.foreign
    except InkFault as error:
        raise DamagedRecord(str(error)) from error
