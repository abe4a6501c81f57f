"""Dots: ink without any shape."""

from typing import Final

import numpy as np

from digitvision.ink.raster import PEN_WIDTH, Raster

_INK: Final = 0.5
"""Darkness from which a pixel counts as ink, 0 to 1."""

_FILLED: Final = 0.88
"""Least share that a dot and the ellipse in its box have in common of all that either covers; for digits, MNIST's and
those drawn on a canvas, it stays below 0.78."""

_LONGEST: Final = 1.3
"""Largest ratio of the longer to the shorter side."""


def is_dot(raster: Raster) -> bool:
    """Whether a raster, float32 [28, 28] from 0 to 1, is a round spot filled with ink, and nothing else."""
    mask = raster >= _INK
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if len(rows) == 0:
        return False
    height, width = rows[-1] + 1 - rows[0], columns[-1] + 1 - columns[0]
    if max(height, width) <= PEN_WIDTH + 1:
        # A pen that has only touched the paper: everything else fills the raster's box.
        return True
    if max(height, width) > _LONGEST * min(height, width):
        return False
    down = (np.arange(height) + 0.5) / height * 2 - 1
    across = (np.arange(width) + 0.5) / width * 2 - 1
    ellipse = down[:, None] ** 2 + across**2 <= 1
    spot = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return float((spot & ellipse).sum()) >= _FILLED * float((spot | ellipse).sum())
