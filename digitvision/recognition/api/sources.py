"""What can be read: files, strokes and pictures as other programs hold them, turned into drawings and ink."""

import numbers
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitvision.faults import Fault
from digitvision.ink.stroke import NO_PRESSURE, Drawing, Stroke
from digitvision.recognition.corrections import Corrections, corrections_of

INK_SUFFIXES: Final = frozenset({".inkml", ".xml"})
"""Endings of the names of ink files; every other file is opened as a picture."""

MOST_PIXELS: Final = 64_000_000
"""Largest picture in an array that is read, as for files."""

MAX_COORDINATE: Final = 1e9
"""Largest coordinate that is read, as for files."""

Points: TypeAlias = "Sequence[Sequence[float]] | NDArray[Any]"
"""A stroke: its samples as (x, y), (x, y, time) or (x, y, time, pressure), or an array with such rows."""

Source: TypeAlias = "str | os.PathLike[str] | Drawing | Iterable[Points] | Points | NDArray[Any]"
"""What can be read: the name of a file, a drawing, strokes or a single one, or a picture as an array."""

_ACCEPTED: Final = "Give the name of a file, strokes as lists of (x, y), or a picture as an array"
_NO_CORRECTIONS: Final = Corrections()
_COLUMNS: Final = (2, 3, 4)


class RequestFault(Fault, ValueError):
    """What was asked for cannot be done: it is no drawing or picture, or there is no such way of reading."""


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What is to be read: a drawing with the user's corrections, or a picture.

    Attributes:
        drawing: The strokes; None for a picture.
        corrections: What the file says that the user put right.
        ink: float32 [H, W], 0 (paper) to 1 (ink); None for a drawing.
        shown: What the content can be shown from later: the drawing, the picture's file, or uint8 [H, W], 255 for ink.
        remark: What else is to know of the file; empty for nothing.
    """

    drawing: Drawing | None
    ink: NDArray[np.float32] | None
    shown: "Drawing | Path | NDArray[np.uint8]"
    corrections: Corrections = _NO_CORRECTIONS
    remark: str = ""


def content_of(source: Source) -> Content:
    """Return what is to be read.

    Args:
        source: The name of an InkML file or a picture; a `Drawing`; strokes, each a list or an array of (x, y), (x, y,
            time) or (x, y, time, pressure) with y downwards, time in milliseconds and pressure from 0 to 1; a list of
            such samples, which is one stroke; or a picture, an array [H, W] of numbers or [H, W, 3] of colours, dark on
            light or light on dark.

    Raises:
        Fault: The file cannot be read, or the source is none of these; the sentence says why.
    """
    if isinstance(source, str | os.PathLike):
        return _file(Path(source))
    if isinstance(source, Drawing):
        return Content(source, None, source)
    if isinstance(source, np.ndarray) and not (source.dtype == object and source.ndim == 1):
        return _picture(source)
    drawing = _drawing(source)
    return Content(drawing, None, drawing)


def _file(path: Path) -> Content:
    if path.suffix.lower() in INK_SUFFIXES:
        from digitvision.ink.inkml import read_inkml

        document = read_inkml(path)
        return Content(document.drawing, None, document.drawing, corrections_of(document.annotations))
    from digitvision.ink.picture import ink_of_picture, open_picture, pages_of

    image = open_picture(path)
    remark = f"the first of {pages_of(image)} pages" if pages_of(image) > 1 else ""
    return Content(None, ink_of_picture(image), path, remark=remark)


def _picture(array: NDArray[Any]) -> Content:
    from PIL import Image

    from digitvision.ink.picture import ink_of_picture

    if array.dtype.kind not in "buif":
        raise RequestFault(f"An array of {array.dtype} is no picture: it takes whole or floating-point numbers.")
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim == 3 and array.shape[2] in (3, 4):
        bright = np.nan_to_num(array, nan=0.0) * (255 if array.max(initial=0) <= 1 else 1)
        tones = np.clip(bright, 0, 255).astype(np.uint8)
    elif array.ndim != 2:
        raise RequestFault(
            f"An array of shape {array.shape} is no picture: that has two axes, height and width; read one at a time."
        )
    elif array.dtype.kind == "f" and array.shape[1] in _COLUMNS:
        raise RequestFault(
            f"An array of shape {array.shape} is read as a picture, {array.shape[1]} pixels wide; "
            "put a stroke's array into a list."
        )
    else:
        tones = _tones(array)
    if tones.shape[0] * tones.shape[1] > MOST_PIXELS:
        raise RequestFault(f"A picture of {tones.shape[0]} × {tones.shape[1]} pixels is more than DigitVision reads.")
    if tones.size == 0:
        raise RequestFault("The picture has no pixels.")
    ink = ink_of_picture(Image.fromarray(tones))
    return Content(None, ink, np.round(ink * 255).astype(np.uint8))


def _tones(array: NDArray[Any]) -> NDArray[Any]:
    """Return a picture as uint8, or as float32 where it has no agreed white."""
    if array.dtype.kind in "bui" and array.max(initial=0) <= 1 and array.min(initial=0) >= 0:
        # A mask: whole numbers of which none is above one are no shades of grey.
        return array.astype(np.uint8) * np.uint8(255)
    return np.ascontiguousarray(array) if array.dtype == np.uint8 else array.astype(np.float32)


def _drawing(source: Any) -> Drawing:
    """Return strokes, or a single one, as a drawing whose times begin at its first sample."""
    if isinstance(source, bytes | bytearray | dict | set) or not isinstance(source, Iterable):
        raise RequestFault(f"{type(source).__name__} is nothing to read. {_ACCEPTED}.")
    strokes = list(source)
    if strokes and all(_is_sample(one) for one in strokes):
        strokes = [strokes]
    tables = [_table(stroke, number) for number, stroke in enumerate(strokes, start=1)]
    if not tables:
        return Drawing()
    start = tables[0][0, 2]
    strongest = max(float(table[:, 3].max()) for table in tables)
    for table in tables:
        table[:, 2] -= start
        table[:, 3] = np.clip(table[:, 3] / max(strongest, 1.0), 0.0, 1.0)
    return Drawing(tuple(Stroke(table) for table in tables))


def _is_sample(item: Any) -> bool:
    """Whether this is a sample, and no stroke: a few numbers."""
    if not isinstance(item, list | tuple | np.ndarray) or len(item) not in _COLUMNS:
        return False
    return all(isinstance(value, numbers.Real) for value in item)


def _table(stroke: Any, number: int) -> NDArray[np.float64]:
    """Return a stroke's samples, float64 [N, 4]; `number` counts from 1 and names it in a fault."""
    if isinstance(stroke, Stroke):
        return stroke.points.copy()
    try:
        samples = np.array(list(stroke) if not isinstance(stroke, np.ndarray) else stroke, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise RequestFault(f"Stroke {number} is no list of (x, y) or (x, y, time). {_ACCEPTED}.") from None
    if samples.size == 0:
        raise RequestFault(f"Stroke {number} has no samples.")
    if samples.ndim != 2 or samples.shape[1] not in _COLUMNS:
        raise RequestFault(f"Stroke {number} is no list of (x, y) or (x, y, time). {_ACCEPTED}.")
    if not np.isfinite(samples).all() or np.abs(samples[:, :2]).max() > MAX_COORDINATE:
        raise RequestFault(f"Stroke {number} has a number that is not finite, or a coordinate beyond 1e9.")
    table = np.empty((len(samples), 4))
    table[:, 2:] = 0.0, NO_PRESSURE
    table[:, : samples.shape[1]] = samples
    return table
