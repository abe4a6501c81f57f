"""What can be read: files, strokes and pictures as other programs hold them, turned into drawings and ink."""

import itertools
import numbers
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, Union

import numpy as np
from numpy.typing import NDArray

from digitvision.faults import Fault
from digitvision.ink.stroke import NO_PRESSURE, Drawing, Stroke
from digitvision.recognition.corrections import Corrections, corrections_of

if TYPE_CHECKING:
    from PIL.Image import Image

INK_SUFFIXES: Final = frozenset({".inkml", ".ink", ".xml", ".mht", ".mhtml", ".mime", ".eml"})
"""Endings of the names of ink files, and of MIME files with ink; every other file is opened as a picture."""

MOST_PIXELS: Final = 64_000_000
"""Largest picture in an array that is read, as for files."""

MAX_COORDINATE: Final = 1e9
"""Largest coordinate that is read, as for files."""

MOST_STROKES: Final = 50_000
MOST_SAMPLES: Final = 2_000_000
"""Most strokes, and samples of a stroke, that are read, as for files."""

Points: TypeAlias = "Sequence[Sequence[float]] | NDArray[Any]"
"""A stroke: its samples as (x, y), (x, y, time) or (x, y, time, pressure), or an array with such rows."""

Source: TypeAlias = Union[
    str, "os.PathLike[str]", Drawing, Stroke, "Iterable[Points]", "Points", "NDArray[Any]", "Image"
]
"""What can be read: the name of a file, a drawing, strokes or a single one, or a picture of Pillow's or as an array."""

_ACCEPTED: Final = "Give the name of a file, strokes as lists of (x, y), or a picture as an array"
_NO_CORRECTIONS: Final = Corrections()
_COLUMNS: Final = (2, 3, 4)
_COLOURS: Final = (3, 4)
_NO_STROKES: Final = (bytes, bytearray, memoryview, dict, set, frozenset)


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
        pages: How many pages the file has, of which this is one.
    """

    drawing: Drawing | None
    ink: NDArray[np.float32] | None
    shown: "Drawing | Path | NDArray[np.uint8]"
    corrections: Corrections = _NO_CORRECTIONS
    remark: str = ""
    pages: int = 1


def content_of(source: Source, page: int = 1) -> Content:
    """Return what is to be read.

    Args:
        source: The name of an InkML file or a picture; a `Drawing`; strokes, each a list or an array of (x, y), (x, y,
            time) or (x, y, time, pressure) with y downwards, time in milliseconds and pressure from 0 to 1; a list of
            such samples, which is one stroke; an array [S, N, 2], which is strokes; or a picture, as Pillow has it or
            as an array [H, W] of numbers or [H, W, 3] of colours, dark on light or light on dark.
        page: Which page of a file with several, from 1.

    Raises:
        Fault: The file cannot be read, or the source is none of these; the sentence says why.
    """
    if isinstance(source, str | os.PathLike):
        if not os.fspath(source):
            raise RequestFault(f"An empty name is nothing to read. {_ACCEPTED}.")
        return _file(Path(source), page)
    if page != 1:
        raise RequestFault(f"There is no page {page}: only a file has pages.")
    if isinstance(source, Stroke):
        source = Drawing((source,))
    if isinstance(source, Drawing):
        return Content(source, None, source)
    pillow = sys.modules.get("PIL.Image")
    if pillow is not None and isinstance(source, pillow.Image):
        return _pillow_picture(source)
    array = _array_of(source)
    if array is not None and not (array.dtype == object and array.ndim == 1):
        is_strokes = array.ndim == 3 and array.shape[2] == 2
        if not is_strokes:
            return _picture(array)
        source = list(array)
    drawing = _drawing(source)
    return Content(drawing, None, drawing)


def _array_of(source: Any) -> NDArray[Any] | None:
    """Return an array, or what gives itself as one, such as a table or another library's tensor; None for others."""
    if isinstance(source, bytes | bytearray | memoryview) or not hasattr(source, "__array__"):
        return None
    try:
        return np.asarray(source)
    except Exception as error:
        # It is other people's code that gives the array.
        raise RequestFault(f"{type(source).__name__} cannot be read as an array. {_ACCEPTED}.") from error


def _pillow_picture(image: "Image") -> Content:
    """Return the ink of a picture of Pillow's."""
    from digitvision.ink.picture import ink_of_picture, upright

    if 0 in image.size:
        raise RequestFault("The picture has no pixels.")
    _check_size(image.height, image.width)
    try:
        ink = ink_of_picture(upright(image))
    except MemoryError:
        raise
    except Exception as error:
        # Pillow opens pictures before it reads them, and its decoders raise nearly anything on damaged ones.
        raise RequestFault("The picture is cut off or damaged.") from error
    return Content(None, ink, np.round(ink * 255).astype(np.uint8))


def _check_size(height: int, width: int) -> None:
    """Raises: RequestFault: A picture of this size is too large."""
    if height * width > MOST_PIXELS:
        raise RequestFault(f"A picture of {height} × {width} pixels is more than DigitVision reads.")


def _file(path: Path, page: int) -> Content:
    if path.suffix.lower() in INK_SUFFIXES or (not path.suffix and _begins_as_xml(path)):
        from digitvision.ink.inkml import read_inkml

        if page != 1:
            raise RequestFault(f"“{path.name}” has no page {page}: it is an ink file.")
        document = read_inkml(path)
        remark = _marks_remark(len(document.settings.foreign.marks))
        return Content(document.drawing, None, document.drawing, corrections_of(document.annotations), remark)
    from digitvision.ink.picture import has_more_pages, ink_of_picture, open_picture, pages_of

    image = open_picture(path, page)
    pages = pages_of(image)
    ink = ink_of_picture(image)
    remark = f"page {page} of {pages}" if pages > 1 else ""
    if has_more_pages(image):
        remark = f"page {page} of the first {pages}; the file has more, which are not read"
    # Only the first page can be shown by the name of the file.
    shown = path if page == 1 else np.round(ink * 255).astype(np.uint8)
    return Content(None, ink, shown, remark=remark, pages=pages)


def _begins_as_xml(path: Path) -> bool:
    """Whether a file that can be opened begins with an element, or with the mark of a text."""
    try:
        with open(path, "rb") as file:
            return file.read(8).lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")
    except OSError:
        # Whatever is wrong is said when it is read.
        return False


def _marks_remark(count: int) -> str:
    """Return what is said of strokes in a file that are no ink to read."""
    if not count:
        return ""
    return f"{count} {'stroke is' if count == 1 else 'strokes are'} a highlighter’s or unseen, and not read"


def _picture(array: NDArray[Any]) -> Content:
    from PIL import Image

    from digitvision.ink.picture import ink_of_picture

    if array.dtype.kind not in "buif":
        raise RequestFault(f"An array of {array.dtype} is no picture: it takes whole or floating-point numbers.")
    if array.size == 0:
        raise RequestFault("The picture has no pixels.")
    array = _channels_last(array)
    if array.ndim == 2 and array.dtype.kind != "b" and array.shape[1] in _COLUMNS:
        raise RequestFault(
            f"An array of shape {array.shape} is read as a picture, {array.shape[1]} pixels wide; "
            "put a stroke's array into a list."
        )
    if array.ndim != 2 and not (array.ndim == 3 and array.shape[2] in _COLOURS):
        raise RequestFault(
            f"An array of shape {array.shape} is no picture: that has two axes, height and width; read one at a time."
        )
    _check_size(*array.shape[:2])
    if array.dtype.kind == "f" and (np.isinf(array).any() or np.isnan(array).all()):
        raise RequestFault("The picture has values that are infinite, or none that are numbers.")
    if array.ndim == 3:
        bright = np.nan_to_num(array, nan=0.0) * (255 if array.max(initial=0) <= 1 else 1)
        tones = np.clip(bright, 0, 255).astype(np.uint8)
    else:
        tones = _tones(array)
    ink = ink_of_picture(Image.fromarray(tones))
    return Content(None, ink, np.round(ink * 255).astype(np.uint8))


def _channels_last(array: NDArray[Any]) -> NDArray[Any]:
    """Return a picture without an axis of one, and with its colours in the last axis."""
    if array.ndim == 3 and array.shape[2] not in _COLOURS and array.shape[0] in (1, *_COLOURS):
        array = np.moveaxis(array, 0, 2)
    return array[:, :, 0] if array.ndim == 3 and array.shape[2] == 1 else array


def _tones(array: NDArray[Any]) -> NDArray[Any]:
    """Return a picture as uint8, or as float32 where it has no agreed white."""
    if array.dtype.kind in "bui" and array.max(initial=0) <= 1 and array.min(initial=0) >= 0:
        # A mask: whole numbers of which none is above one are no shades of grey.
        return array.astype(np.uint8) * np.uint8(255)
    return np.ascontiguousarray(array) if array.dtype == np.uint8 else array.astype(np.float32)


def _drawing(source: Any) -> Drawing:
    """Return strokes, or a single one, as a drawing whose times begin at its first sample."""
    if hasattr(source, "read"):
        raise RequestFault(f"An open file is nothing to read. {_ACCEPTED}.")
    if isinstance(source, _NO_STROKES) or not isinstance(source, Iterable):
        raise RequestFault(f"{type(source).__name__} is nothing to read. {_ACCEPTED}.")
    strokes = list(itertools.islice(source, MOST_STROKES + 1))
    if len(strokes) > MOST_STROKES:
        raise RequestFault(f"A drawing of more than {MOST_STROKES:,} strokes is not read.")
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


def _samples(stroke: Any) -> list[Any]:
    """Return a stroke's samples; no more than are read, as somebody may give them without end."""
    return list(itertools.islice(stroke, MOST_SAMPLES + 1))


def _table(stroke: Any, number: int) -> NDArray[np.float64]:
    """Return a stroke's samples, float64 [N, 4]; `number` counts from 1 and names it in a fault."""
    if isinstance(stroke, Stroke):
        return stroke.points.copy()
    try:
        samples = np.array(stroke if hasattr(stroke, "__array__") else _samples(stroke), dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise RequestFault(f"Stroke {number} is no list of (x, y) or (x, y, time). {_ACCEPTED}.") from None
    if samples.size == 0:
        raise RequestFault(f"Stroke {number} has no samples.")
    if len(samples) > MOST_SAMPLES:
        raise RequestFault(f"Stroke {number} has more than {MOST_SAMPLES:,} samples.")
    if samples.ndim != 2 or samples.shape[1] not in _COLUMNS:
        raise RequestFault(f"Stroke {number} is no list of (x, y) or (x, y, time). {_ACCEPTED}.")
    if not np.isfinite(samples).all() or np.abs(samples[:, :2]).max() > MAX_COORDINATE:
        raise RequestFault(f"Stroke {number} has a number that is not finite, or a coordinate beyond 1e9.")
    table = np.empty((len(samples), 4))
    table[:, 2:] = 0.0, NO_PRESSURE
    table[:, : samples.shape[1]] = samples
    return table
