"""Pictures of handwritten lines as screens, scanners and cameras make them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from digitvision.ink.spatial_context import unit_of
from digitvision.ink.stroke import Drawing
from digitvision.training.augmentation.pictures import draw_picture

SMALLEST_PX: Final = 20
LARGEST_PX: Final = 140
"""Range of the median size of the strokes, in pixels."""

THINNEST: Final = 0.03
THICKEST: Final = 0.16
"""Range of the pen's width, as a share of that size."""

_LONGEST_PX: Final = 4000

BLUR_CHANCE: Final = 0.3
SHADE_CHANCE: Final = 0.4
NOISE_CHANCE: Final = 0.4
DARK_CHANCE: Final = 0.3


def picture_of_line(drawing: Drawing, generator: np.random.Generator) -> Image.Image:
    """Draw a line with random size, pen width and light, dark on light or light on dark.

    Args:
        drawing: The line, with at least one stroke.
        generator: Source of the random numbers.

    Returns:
        A picture in mode L, with a margin on all sides.
    """
    paths = tuple(stroke.xy for stroke in drawing.strokes)
    points = np.concatenate(paths)
    longer = float(np.ptp(points, axis=0).max())
    unit = unit_of(drawing.strokes) or longer or 1.0
    size = float(np.exp(generator.uniform(np.log(SMALLEST_PX), np.log(LARGEST_PX))))
    width = max(size * float(np.exp(generator.uniform(np.log(THINNEST), np.log(THICKEST)))), 1.2)
    side = min(round(longer / unit * size + width), _LONGEST_PX)
    written = draw_picture(paths, side=max(side, 4), width=width)
    margin = round(size * float(generator.uniform(0.15, 0.8))) + 3
    ink = Image.new("L", (written.width + 2 * margin, written.height + 2 * margin))
    ink.paste(written, (margin, margin))
    chance = generator.random(4)
    if chance[0] < BLUR_CHANCE:
        ink = ink.filter(ImageFilter.GaussianBlur(float(generator.uniform(0.3, 0.3 + 0.3 * width))))
    covered = np.asarray(ink, np.float32) / np.float32(255)
    paper, pen = float(generator.uniform(0.75, 1.0)), float(generator.uniform(0.0, 0.4))
    tones = paper + (pen - paper) * covered
    if chance[1] < SHADE_CHANCE:
        tones = tones * _shade(tones.shape, generator)
    if chance[2] < NOISE_CHANCE:
        tones = tones + generator.normal(0, generator.uniform(0.01, 0.04), tones.shape)
    if chance[3] < DARK_CHANCE:
        tones = 1 - tones
    return Image.fromarray(np.round(np.clip(tones, 0, 1) * 255).astype(np.uint8))


def _shade(shape: tuple[int, ...], generator: np.random.Generator) -> NDArray[np.float64]:
    """Return factors of brightness that fall across the picture from 1 to at least 0.5; float64 of this shape."""
    down, across = np.mgrid[0 : 1 : shape[0] * 1j, 0 : 1 : shape[1] * 1j]
    turn = generator.uniform(0, 2 * np.pi)
    slope = np.cos(turn) * across + np.sin(turn) * down
    slope = (slope - slope.min()) / max(float(np.ptp(slope)), 1e-9)
    light: NDArray[np.float64] = 1 - generator.uniform(0.1, 0.5) * slope
    return light
