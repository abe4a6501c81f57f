"""Where the drawing lies on the canvas: the page as large as it goes, and all ink."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize

PAGE = 1000.0
"""The canvas's shorter side in the drawing's unit, whatever its size on the screen."""


def fitted_view(size: QSize, boxes: NDArray[np.float64], *, edge: float) -> tuple[float, QPointF]:
    """Show the whole page, and all ink wherever it lies.

    Args:
        size: Of the canvas.
        boxes: float64 [N, 4]: the rectangle of each stroke in the drawing's unit; left, top, right, bottom.
        edge: Room around the ink; half of it is the pen's, whose ink reaches beyond its path.

    Returns:
        The scale, and where the drawing's origin lies: both take the drawing's unit to the canvas's pixels.
    """
    left, top, right, bottom = 0.0, 0.0, PAGE, PAGE
    # Ink beside the square page, on a wide canvas, is on the canvas all the same.
    if not _fits(size, boxes, edge / 2):
        left, top = min(left, float(boxes[:, 0].min()) - edge), min(top, float(boxes[:, 1].min()) - edge)
        right, bottom = max(right, float(boxes[:, 2].max()) + edge), max(bottom, float(boxes[:, 3].max()) + edge)
    scale = max(min(size.width() / (right - left), size.height() / (bottom - top)), 1e-9)
    origin = QPointF((size.width() - (left + right) * scale) / 2, (size.height() - (top + bottom) * scale) / 2)
    return scale, origin


def _fits(size: QSize, boxes: NDArray[np.float64], margin: float) -> bool:
    """Whether all ink, which reaches so far beyond the boxes, is seen when the page is shown as large as it goes."""
    if not len(boxes):
        return True
    scale = max(min(size.width(), size.height()) / PAGE, 1e-9)
    half_width, half_height = size.width() / scale / 2, size.height() / scale / 2
    middle = PAGE / 2
    return bool(
        boxes[:, 0].min() - margin >= middle - half_width
        and boxes[:, 2].max() + margin <= middle + half_width
        and boxes[:, 1].min() - margin >= middle - half_height
        and boxes[:, 3].max() + margin <= middle + half_height
    )
