"""A picture of a single glyph, as input of the networks."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.dots import is_dot
from digitvision.ink.raster import Raster, rasterize, rasterize_picture
from digitvision.ink.rules import without_frame
from digitvision.ink.stroke import Bounds, Stroke
from digitvision.ink.trajectory import Trajectory, trajectory

_DOT: Final = (Stroke(np.array([[0.0, 0.0, 0.0, 1.0]])),)


class PictureGlyph(NamedTuple):
    """A network's input from a picture.

    Attributes:
        raster: float32 [28, 28]; all zero where there is no ink.
        trajectory: Trajectory of a dot, which becomes one that a pen would make; None for anything else.
        box: Box around the ink in the picture's pixels; None where there is no ink.
    """

    raster: Raster
    trajectory: Trajectory | None
    box: Bounds | None


def glyph_of_picture(ink: NDArray[np.float32]) -> PictureGlyph:
    """Return the glyph in a picture's ink, float32 [H, W] from 0 (paper) to 1 (ink), without a frame around it."""
    ink = without_frame(ink)
    raster = rasterize_picture(ink)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows) == 0:
        return PictureGlyph(raster, None, None)
    box = Bounds(float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))
    return PictureGlyph(rasterize(_DOT), trajectory(_DOT), box) if is_dot(raster) else PictureGlyph(raster, None, box)
