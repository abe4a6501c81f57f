"""Pictures of strokes as screens, scanners and cameras make them of handwriting."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from digitvision.ink.raster import GLYPH_BOX, PEN_WIDTH
from digitvision.training.data.glyphs import Paths

SMALLEST_PX: Final = 16
LARGEST_PX: Final = 150
THINNEST: Final = 0.2
THICKEST: Final = 1.9
"""Range of the pen's width, relative to that in rasters, which is about an eighth of the glyph."""

SPEED_CHANCE: Final = 0.3
BLUR_CHANCE: Final = 0.3
HARD_CHANCE: Final = 0.2
UNEVEN_CHANCE: Final = 0.25
GRAINY_CHANCE: Final = 0.1

_SUPERSAMPLED: Final = 2
_FAINTEST: Final = 0.1
"""Share of full ink below which a pixel is taken for paper when a picture is read, see `ink/paper.py`."""


def draw_picture(
    paths: Paths, *, side: int, width: float, widths: list[NDArray[np.float64]] | None = None
) -> Image.Image:
    """Draw a glyph with soft edges.

    Args:
        paths: Strokes of the glyph, in any unit.
        side: Length of the longer side in pixels, with the pen's width.
        width: Width of the pen in pixels.
        widths: For each point of each stroke a factor of the pen's width; 1.0 everywhere if None.

    Returns:
        A picture in mode L, ink 255 on 0.
    """
    every_point = np.concatenate(paths).astype(np.float64)
    low, high = every_point.min(axis=0), every_point.max(axis=0)
    pen = width * _SUPERSAMPLED
    widest = pen * (1.0 if widths is None else max(float(part.max()) for part in widths))
    scale = max(_SUPERSAMPLED * side - widest, 1.0) / (float((high - low).max()) or 1.0)
    columns, rows = np.ceil((high - low) * scale + widest + 2).astype(int).tolist()
    picture = Image.new("L", (columns + columns % 2, rows + rows % 2))
    drawing = ImageDraw.Draw(picture)
    for number, path in enumerate(paths):
        points = ((path - low) * scale + widest / 2 + 1).tolist()
        if widths is None:
            drawing.line([tuple(point) for point in points], fill=255, width=max(1, round(pen)))
        for row, (x, y) in enumerate(points):
            here = pen if widths is None else pen * float(widths[number][row])
            if widths is not None and row:
                drawing.line([tuple(points[row - 1]), (x, y)], fill=255, width=max(1, round(here)))
            drawing.ellipse((x - here / 2, y - here / 2, x + here / 2, y + here / 2), fill=255)
    return picture.reduce(_SUPERSAMPLED)


def photograph(paths: Paths, generator: np.random.Generator) -> NDArray[np.float32]:
    """Make a picture of a glyph with a random size, pen width and flaws of a device, and remove the paper.

    Args:
        paths: Strokes of the glyph, float64 [P, 2] each.
        generator: Source of the random numbers.

    Returns:
        float32 [H, W], 0 (paper) to 1 (ink), for `rasterize_picture`.
    """
    side = int(np.exp(generator.uniform(np.log(SMALLEST_PX), np.log(LARGEST_PX))))
    factor = np.exp(generator.uniform(np.log(THINNEST), np.log(THICKEST)))
    width = max(side * PEN_WIDTH / GLYPH_BOX * factor, 1.0)
    chance = generator.random(5)
    widths = [_widths_by_speed(path, generator) for path in paths] if chance[0] < SPEED_CHANCE else None
    picture = draw_picture(paths, side=side, width=width, widths=widths)
    if chance[1] < BLUR_CHANCE:
        reach = generator.uniform(0.3, 0.03 * side + 0.5)
        margin = int(3 * reach) + 1
        roomy = Image.new("L", (picture.width + 2 * margin, picture.height + 2 * margin))
        roomy.paste(picture, (margin, margin))
        picture = roomy.filter(ImageFilter.GaussianBlur(reach))
    ink = np.asarray(picture, np.float32) / np.float32(255)
    ink = ink / max(float(ink.max()), 1e-6)
    if chance[2] < HARD_CHANCE:
        ink = (ink > generator.uniform(0.25, 0.6)).astype(np.float32)
    if chance[3] < UNEVEN_CHANCE:
        ink = ink * _patches(ink.shape, generator)
    if chance[4] < GRAINY_CHANCE:
        ink = ink * np.clip(generator.normal(0.9, 0.25, ink.shape), 0, 1.2).astype(np.float32)
    result: NDArray[np.float32] = np.where(ink < _FAINTEST, 0, np.minimum(ink, 1)).astype(np.float32)
    return result if result.any() else np.ones((1, 1), np.float32)


def _widths_by_speed(path: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    """Return factors of the pen's width: where the pen is slow it leaves more ink, as brushes and ballpoints do."""
    steps = np.hypot(*np.diff(path, axis=0, prepend=path[:1]).T)
    speed = steps / max(float(steps.mean()), 1e-9)
    reach = min(2, len(path) // 2)
    smooth = np.convolve(np.pad(speed, reach, mode="edge"), np.ones(2 * reach + 1) / (2 * reach + 1), "valid")
    found: NDArray[np.float64] = np.clip(1 + generator.uniform(-0.1, 0.4) * (1 - smooth), 0.5, 1.4)
    return found


def _patches(shape: tuple[int, ...], generator: np.random.Generator) -> NDArray[np.float32]:
    """Return factors from 0.3 to 1 in soft patches, as of uneven ink or light; float32 of this shape."""
    small = generator.uniform(0.4, 1.1, (4, 4)).astype(np.float32)
    patches = Image.fromarray(small).resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(patches, np.float32), 0.3, 1)
