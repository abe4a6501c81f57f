"""Pictures of lines for the tests: the shipped drawings in a row, as a pen draws them on paper."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digitvision.ink.stroke import Drawing

MARGIN = 40


def picture(drawing: Drawing, *, height: int = 60, pen: float = 5.0, dark: bool = False) -> Image.Image:
    """Return a drawing in mode L, black on white or white on black.

    Args:
        height: Pixels of its taller side up to down.
        pen: Its width, in pixels.
    """
    points = np.concatenate([stroke.xy for stroke in drawing.strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    scale = 2 * height / float(high[1] - low[1])
    width, tall = np.ceil((high - low) * scale).astype(int).tolist()
    image = Image.new("L", (width + 4 * MARGIN, tall + 4 * MARGIN), 255)
    draw = ImageDraw.Draw(image)
    for stroke in drawing.strokes:
        path = [(float(x), float(y)) for x, y in (stroke.xy - low) * scale + 2 * MARGIN]
        draw.line(path, fill=0, width=round(2 * pen), joint="curve")
        for x, y in (path[0], path[-1]):
            draw.ellipse((x - pen, y - pen, x + pen, y + pen), fill=0)
    image = image.reduce(2)
    return Image.eval(image, lambda tone: 255 - tone) if dark else image


def photographed(image: Image.Image, seed: int = 1) -> Image.Image:
    """Return the picture in light that falls off to a corner, with a camera's noise."""
    tones = np.asarray(image, np.float64) / 255
    down, across = np.mgrid[0 : 1 : tones.shape[0] * 1j, 0 : 1 : tones.shape[1] * 1j]
    light = 0.95 - 0.25 * down - 0.25 * across
    noisy = (0.25 + 0.75 * tones) * light + np.random.default_rng(seed).normal(0, 0.02, tones.shape)
    return Image.fromarray(np.round(np.clip(noisy, 0, 1) * 255).astype(np.uint8))


def ruled(image: Image.Image, *, frame: bool) -> Image.Image:
    """Return the picture with a line below the writing, or a frame around it."""
    tones = image.copy()
    draw = ImageDraw.Draw(tones)
    width, height = image.size
    if frame:
        draw.rectangle((5, 5, width - 6, height - 6), outline=0, width=3)
    else:
        draw.line((0, height - 14, width, height - 10), fill=0, width=3)
    return tones


def boxes_of_ink(image: Image.Image) -> NDArray[np.intp]:
    """int [4]: left, top, right, bottom of the pixels that are darker than grey."""
    rows, columns = np.nonzero(np.asarray(image) < 128)
    return np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
