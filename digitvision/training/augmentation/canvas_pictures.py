"""Pictures of a canvas with one glyph, drawn at random position and size with a random pen width."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from PIL import Image, ImageOps

from digitvision.ink.picture import ink_of_picture
from digitvision.training.augmentation.pictures import draw_picture
from digitvision.training.data.glyphs import Paths, Picture

CANVAS_PX: Final = 400
SMALLEST_PX: Final = 30
LARGEST_PX: Final = 300
"""Range of the glyph's longer side."""

THINNEST_PX: Final = 2.0
THICKEST_PX: Final = 20.0
THICKEST_SHARE: Final = 0.2
"""Range of the pen's width in pixels, and its largest share of the glyph's longer side."""

SEED: Final = 20_241_127


class CanvasPictures(Sequence[Paths | Picture]):
    """Pictures of glyphs of strokes, the same ones every time. Each is drawn when it is accessed.

    Thousands of drawn canvases would take gigabytes of memory. Glyphs that are pictures stay as they are.
    """

    def __init__(self, ink: Sequence[Paths | Picture]) -> None:
        self._ink = ink

    def __len__(self) -> int:
        return len(self._ink)

    def __getitem__(self, row: Any) -> Any:
        ink = self._ink[row]
        if not isinstance(ink, tuple):
            return ink
        return ink_of_picture(canvas_picture(ink, np.random.default_rng([SEED, row])))


def canvas_picture(paths: Paths, generator: np.random.Generator) -> Image.Image:
    """Draw a glyph on a canvas of 400 x 400 pixels, dark on light or light on dark.

    Args:
        paths: Strokes of the glyph, in any unit.
        generator: Source of the random numbers.

    Returns:
        A picture in mode L.
    """
    side = int(generator.integers(SMALLEST_PX, LARGEST_PX + 1))
    width = min(float(generator.uniform(THINNEST_PX, THICKEST_PX)), side * THICKEST_SHARE)
    glyph = draw_picture(tuple(np.asarray(path, np.float64) for path in paths), side=side, width=width)
    canvas = Image.new("L", (CANVAS_PX, CANVAS_PX))
    left, top = (int(generator.integers(0, CANVAS_PX - length + 1)) for length in glyph.size)
    canvas.paste(glyph, (left, top))
    return canvas if generator.random() < 0.5 else ImageOps.invert(canvas)
