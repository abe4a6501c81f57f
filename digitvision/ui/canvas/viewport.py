"""The view of the drawing on the canvas: the page as large as possible, with all ink."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize

PAGE = 1000.0
"""The canvas's shorter side in the drawing's unit, whatever its size on the screen."""


def fitted_view(size: QSize, boxes: NDArray[np.float64], *, edge: float) -> tuple[float, QPointF]:
    """Show the whole page, and all ink wherever it lies.

    Args:
        size: Size of the canvas in its pixels.
        boxes: float64 [N, 4]: the rectangle of each stroke in the drawing's unit; left, top, right, bottom.
        edge: Margin around the samples in the drawing's unit; half of it is covered by the width of the ink.

    Returns:
        Pixels of the canvas for each unit of the drawing, and the position of the drawing's origin in the canvas's
        pixels.
    """
    left, top, right, bottom = 0.0, 0.0, PAGE, PAGE
    # On a wide canvas, ink beside the square page is in sight without a change of the view.
    if not _fits(size, boxes, edge / 2):
        left, top = min(left, float(boxes[:, 0].min()) - edge), min(top, float(boxes[:, 1].min()) - edge)
        right, bottom = max(right, float(boxes[:, 2].max()) + edge), max(bottom, float(boxes[:, 3].max()) + edge)
    scale = max(min(size.width() / (right - left), size.height() / (bottom - top)), 1e-9)
    origin = QPointF((size.width() - (left + right) * scale) / 2, (size.height() - (top + bottom) * scale) / 2)
    return scale, origin


def _fits(size: QSize, boxes: NDArray[np.float64], margin: float) -> bool:
    """Whether all ink is in sight when the page is as large as possible; ink reaches beyond the boxes by `margin`."""
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
