"""Pictures of handwriting: opening them safely, and separating the ink from the paper."""

import warnings
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from digitvision.faults import Fault
from digitvision.files import read_limited
from digitvision.ink.export import drawing_png, drawing_svg
from digitvision.ink.paper import LEAST_CONTRAST, ink_on_paper

__all__ = [
    "PictureFault",
    "drawing_png",
    "drawing_svg",
    "has_more_pages",
    "ink_of_picture",
    "open_picture",
    "pages_of",
    "picture_from_bytes",
    "upright",
]

MAX_FILE_BYTES: Final = 64 * 2**20
MAX_PIXELS: Final = 64_000_000
FORMATS: Final = ("PNG", "JPEG", "BMP", "TIFF", "WEBP")

_WHITE: Final = np.float32(255)

MOST_PAGES: Final = 500
"""Pages of a TIFF file that are read; of a file with more the first ones are."""

_PAGES: Final = "digitvision-pages"
_SUBFILE_TYPE: Final = 254
"""The TIFF tag whose lowest bit says that a picture is a smaller copy of another one."""

_EXIF_ACROSS: Final = 282
_EXIF_DOWN: Final = 283
"""The EXIF tags of the resolutions, which are those of TIFF."""

_LEAST_STRETCH: Final = 1.1
_MOST_STRETCH: Final = 10.0
"""Ratios of the resolutions across and down between which pixels are taken to be no squares: below it is rounding, and
above it nobody's scanner."""

WORKING_SIDE: Final = 1200
"""Pixels of the longer side above which a picture is reduced: enough for a glyph or a line, and quick to process."""


class PictureFault(Fault, ValueError):
    """A picture that is damaged, too large, or of an unsupported format."""


def open_picture(path: Path, page: int = 1) -> Image.Image:
    """Open a picture, turned upright.

    Args:
        path: The file.
        page: Which page of a file with several, from 1.

    Raises:
        FileFault: The file is missing, unreadable or larger than `MAX_FILE_BYTES`.
        PictureFault: See `picture_from_bytes`.
    """
    return picture_from_bytes(read_limited(path, MAX_FILE_BYTES), where=path.name, page=page)


def picture_from_bytes(data: bytes, *, where: str, page: int = 1) -> Image.Image:
    """Read a picture from the content of a PNG, JPEG, BMP, TIFF or WebP file, turned by its EXIF orientation.

    Args:
        data: The file's bytes.
        where: The file's name, for error messages.
        page: Which page of a TIFF file with several, from 1.

    Raises:
        PictureFault: The content is none of these, is cut off or damaged, has no such page, or has more than
            `MAX_PIXELS` pixels.
    """
    if len(data) > MAX_FILE_BYTES:
        raise PictureFault(f"“{where}” is larger than the {MAX_FILE_BYTES // 2**20} MB that DigitVision reads.")
    try:
        with warnings.catch_warnings():
            # The limit on pixels is ours; damaged metadata, of which Pillow also warns, does no harm.
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=FORMATS) as image:
                places = [0] if page == 1 else _page_places(image)
                if not 1 <= page <= min(len(places), MOST_PAGES):
                    raise PictureFault(f"“{where}” has no page {page}.")
                image.seek(places[page - 1])
                if image.width * image.height > MAX_PIXELS:
                    raise PictureFault(
                        f"“{where}” has {image.width} × {image.height} pixels, "
                        f"more than the {MAX_PIXELS // 10**6} million that DigitVision reads."
                    )
                image.load()
                picture = upright(image)
                picture.info[_PAGES] = max(len(_page_places(image)), 1)
                return picture
    except PictureFault:
        raise
    except UnidentifiedImageError as error:
        raise PictureFault(f"“{where}” is no PNG, JPEG, BMP, TIFF or WebP picture.") from error
    except Image.DecompressionBombError as error:
        raise PictureFault(f"“{where}” has more pixels than DigitVision reads.") from error
    except MemoryError as error:
        raise PictureFault(f"“{where}” is too large for this computer's memory.") from error
    except Exception as error:
        # Pillow's decoders raise nearly anything on damaged files: OSError, SyntaxError, struct.error, KeyError.
        raise PictureFault(f"“{where}” is cut off or damaged.") from error


def upright(image: Image.Image) -> Image.Image:
    """Return a picture turned by its EXIF orientation, and with square pixels."""
    return ImageOps.exif_transpose(with_square_pixels(image))


def pages_of(image: Image.Image) -> int:
    """Return how many pages can be read of the file of a picture, of which the picture is one."""
    return min(int(image.info.get(_PAGES, 1)), MOST_PAGES)


def has_more_pages(image: Image.Image) -> bool:
    """Whether the file of a picture has more pages than are read."""
    return int(image.info.get(_PAGES, 1)) > MOST_PAGES


def _page_places(image: Image.Image) -> list[int]:
    """Return the places in a TIFF file at which its pages lie, without smaller copies; 0 alone for other files.

    Of a file with more pages than are read, the place of one more is among them.
    """
    if image.format != "TIFF":
        return [0]
    places: list[int] = []
    for place in range(2 * MOST_PAGES):
        try:
            image.seek(place)
        except EOFError:
            break
        except Exception:
            # Pillow raises nearly anything on a damaged page; whoever reads that page is told.
            places.append(place)
            break
        # The first picture is what everybody sees, whatever the file says of it.
        if place == 0 or not int(getattr(image, "tag_v2", {}).get(_SUBFILE_TYPE, 0)) & 1:
            places.append(place)
        if len(places) > MOST_PAGES:
            break
    return places


def with_square_pixels(image: Image.Image) -> Image.Image:
    """Return a picture whose resolutions across and down differ, such as a fax, with the same resolution in both.

    The coarser direction gets more pixels, or the finer one fewer where there would be more than `MAX_PIXELS`.
    """
    across, down = _densities(image)
    ratio = across / down if across > 0 and down > 0 else 1.0
    if not _LEAST_STRETCH <= max(ratio, 1 / ratio) <= _MOST_STRETCH:
        return image
    width, height = (image.width, image.height * ratio) if ratio > 1 else (image.width / ratio, image.height)
    if width * height > MAX_PIXELS:
        width, height = (image.width / ratio, image.height) if ratio > 1 else (image.width, image.height * ratio)
    exif = image.getexif()
    if image.mode in ("1", "P", "PA"):
        image = image.convert("RGBA" if image.has_transparency_data else "L" if image.mode == "1" else "RGB")
    square = image.resize((max(1, round(width)), max(1, round(height))), Image.Resampling.BILINEAR)
    # The picture is turned by its orientation afterwards, which Pillow does not keep here in all formats.
    square.info["exif"] = exif.tobytes()
    return square


def _densities(image: Image.Image) -> tuple[float, float]:
    """Return the resolutions across and down, in whatever unit; zeros where the file gives none.

    A file may have them in several places, of which some only say that they are equal; others are taken then.
    """
    told = [image.info.get(key) for key in ("dpi", "resolution", "aspect", "jfif_density")]
    found = (0.0, 0.0)
    for pair in (*told, _exif_densities(image)):
        try:
            across, down = map(float, pair or ())
        except (TypeError, ValueError, ZeroDivisionError):
            continue
        if np.isfinite((across, down)).all() and across > 0 and down > 0 and found[0] == found[1]:
            found = across, down
    return found


def _exif_densities(image: Image.Image) -> tuple[object, object] | None:
    try:
        exif = image.getexif()
        return exif.get(_EXIF_ACROSS), exif.get(_EXIF_DOWN)
    except Exception:
        # Pillow raises nearly anything on damaged metadata, which do no harm.
        return None


def ink_of_picture(image: Image.Image) -> NDArray[np.float32]:
    """Separate the ink from the paper.

    Whether ink is dark on light paper or light on dark follows from the tone of most of the picture's edge. Transparent
    parts are paper; ink of a single colour may be in the alpha channel alone. Uneven light, the paper's noise and
    specks of dirt are removed, and faint ink is brought to full contrast. Where ink and paper are equally bright,
    colour separates them. A picture like MNIST's comes out unchanged.

    Args:
        image: A picture of any mode and size; its longer side is reduced to `WORKING_SIDE` pixels.

    Returns:
        float32 [H, W], 0 (paper) to 1 (ink); all zero where the picture is blank.
    """
    if 0 in image.size:
        return np.zeros((image.height, image.width), np.float32)
    image = _reduced(image)
    ink = ink_on_paper(_tones(image))
    if image.mode == "RGB" and not ink.any():
        # Where brightness is equal, take the one of red, green and blue that differs most.
        return ink_on_paper(max((_tones(band) for band in image.split()), key=np.ptp))
    return ink


def _reduced(image: Image.Image) -> Image.Image:
    """Return the picture with at most `WORKING_SIDE` pixels a side, in mode L, LA, RGB, RGBA or F (0 to 1)."""
    if image.mode.startswith(("I", "F")):
        image = _unit_range(image)
    elif image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    longer = max(image.size)
    if longer > WORKING_SIDE:
        width, height = (max(1, round(side * WORKING_SIDE / longer)) for side in image.size)
        image = image.resize((width, height), Image.Resampling.BOX)
    return image


def _unit_range(image: Image.Image) -> Image.Image:
    """Return a picture of deep integers or floating-point numbers in mode F, from 0 (black) to 1 (white)."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = min(float(values.min()), 0.0), float(values.max())
    # Floating-point and negative numbers have no agreed white; for the others it is that of 8 or 16 bits.
    steps = [255.0, 65535.0] if image.mode == "I" else [65535.0] if image.mode.startswith("I;16") else []
    white = next((step for step in steps if low == 0.0 and high <= step), high)
    return Image.fromarray((values - low) / max(white - low, 1e-30))


def _tones(image: Image.Image) -> NDArray[np.float32]:
    """Return the brightness, float32 [H, W], 0 black to 1 white; transparent parts have the paper's brightness."""
    if image.mode == "F":
        return np.array(image, dtype=np.float32)
    if image.mode != "RGBA":
        return np.asarray(image.convert("L"), dtype=np.float32) / _WHITE
    grey = np.asarray(image.convert("RGB").convert("L"), dtype=np.float32) / _WHITE
    alpha = np.asarray(image.getchannel("A"), dtype=np.float32) / _WHITE
    opaque = grey[alpha > 0.5]
    if opaque.size == 0 or float(np.ptp(opaque)) < LEAST_CONTRAST:
        # The picture has one colour all over: what is drawn is in the alpha channel.
        return np.subtract(1, alpha) if float(np.ptp(alpha)) > 0 else grey
    if opaque.size > alpha.size / 2:
        ground = float(np.median(opaque))
    else:
        ground = 1.0 if float(opaque.mean()) < 0.5 else 0.0
    tones: NDArray[np.float32] = grey * alpha + ground * (1 - alpha)
    return tones
