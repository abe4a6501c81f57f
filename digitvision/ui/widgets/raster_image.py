"""Arrays of brightness as Qt images."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage


def shaded(values: NDArray[np.float32], ground: QColor, ink: QColor) -> QImage:
    """Paint an array in shades between two colours.

    Args:
        values: float32 [H, W]; 0 is painted in `ground`, 1 in `ink`, and what lies beyond them like the nearer one.
        ground: The colour of 0.
        ink: The colour of 1.
    """
    low, high = (np.array([c.red(), c.green(), c.blue()], np.float32) for c in (ground, ink))
    share = np.clip(values, 0, 1).astype(np.float32)[..., None]
    pixels = np.full((*values.shape, 4), 255, np.uint8)
    pixels[..., :3] = np.rint(low + (high - low) * share)
    height, width = values.shape
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
