"""Measure the pen's width in a picture of a glyph, and widen a fine pen."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_WORKING_SIDE: Final = 80
"""Pixels of the longer side at which ink is widened: four for each of a raster's."""


def pen_width(ink: NDArray[np.float32]) -> float:
    """Return the mean width of a picture's lines: twice the area of the ink divided by the length of its edge.

    The edge's length follows the Cauchy-Crofton formula: its crossings with rows and columns, times a quarter of pi.
    Soft edges and faint ink count alike in both, so that neither blur nor contrast changes the width.
    Args:
        ink: float32 [H, W], 0 (paper) to 1 (ink).

    Returns:
        The width in pixels; 0 where there is no ink.
    """
    padded = np.pad(ink, 1)
    edge = np.pi / 4 * float(np.abs(np.diff(padded, axis=0)).sum() + np.abs(np.diff(padded, axis=1)).sum())
    return 2 * float(ink.sum()) / edge if edge > 0 else 0.0


def widen(ink: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Return a glyph whose pen is no thinner than a share of its longer side.

    A pen of a hair's breadth all but vanishes when a large picture is averaged down to a small raster.

    Args:
        ink: float32 [H, W], 0 to 1, with ink in its first and last rows and columns.
        share: Least width as a share of the longer side, from 0 to below 1.

    Returns:
        float32: the ink unchanged where the pen is wide enough, else of another size, with ink up to its edges too.
    """
    side = max(ink.shape)
    if pen_width(ink) >= share * side:
        return ink
    # The maximum of each block, not the mean, so that a line keeps its darkness.
    reduced = _darkest(ink, max(1, side // _WORKING_SIDE))
    side = max(reduced.shape)
    # The widening on either side of the line, and of the glyph, whose size grows with it.
    reach = (share * side - pen_width(reduced)) / 2 / (1 - share)
    return _spread(reduced, reach) if reach > 0 else reduced


def _darkest(ink: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """Return the maximum of each block of pixels; half of the padding on either side keeps the middle in place."""
    height, width = (-(-side // factor) * factor for side in ink.shape)
    padded = np.zeros((height, width), np.float32)
    top, left = (height - ink.shape[0]) // 2, (width - ink.shape[1]) // 2
    padded[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    blocks: NDArray[np.float32] = padded.reshape(height // factor, factor, width // factor, factor).max(axis=(1, 3))
    return blocks


def _spread(ink: NDArray[np.float32], reach: float) -> NDArray[np.float32]:
    """Return each pixel's maximum of its neighbourhood within reach, which fades over the last pixel."""
    far = int(np.ceil(reach))
    height, width = ink.shape
    source = np.pad(ink, 2 * far)
    found = np.zeros((height + 2 * far, width + 2 * far), np.float32)
    for down in range(-far, far + 1):
        for right in range(-far, far + 1):
            weight = np.float32(min(1.0, reach + 1 - np.hypot(down, right)) if down or right else 1.0)
            if weight > 0:
                part = source[far + down : far + down + found.shape[0], far + right : far + right + found.shape[1]]
                np.maximum(found, weight * part, out=found)
    rows, columns = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    return found[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
