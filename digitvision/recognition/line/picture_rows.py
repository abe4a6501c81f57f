"""The rows of a picture's ink: a line is one row, and what has more of them is no line."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds
from digitvision.recognition.line.oversegmentation import Segments
from digitvision.recognition.rows.row_features import POINTS, StrokeShapes
from digitvision.recognition.rows.row_finder import FoundRow, RowFinder

_MARGIN: Final = 0.2
"""Paper around a row that is cut out, in heights of the writing."""

_LEAST_ROW: Final = 0.5
"""Least height of a row, in heights of the writing: specks and ends of rules make none."""


def rows_of_picture(segments: Segments, finder: RowFinder) -> list[FoundRow]:
    """Return the rows in which the components of a picture's ink stand; specks make none.

    Args:
        segments: The ink.
        finder: Finds rows of strokes, for which the components are taken.
    """
    rows = finder.rows_of_shapes(_shapes(segments))
    return [row for row in rows if row.box.height >= _LEAST_ROW * segments.height]


def ink_of_row(ink: NDArray[np.float32], segments: Segments, row: FoundRow) -> tuple[NDArray[np.float32], Bounds]:
    """Return one row's ink alone, float32 [h, w], and where it was cut out of the picture, in the picture's pixels.

    Args:
        ink: float32 [H, W], the picture's ink, of which `segments` are.
        segments: The segments.
        row: One of `rows_of_picture`.
    """
    others = np.isin(segments.components, np.unique(segments.components)[list(row.strokes)], invert=True)
    taken = np.concatenate([[False], others])[segments.labels]
    height, width = ink.shape
    scale = segments.scale
    margin = _MARGIN * segments.height
    left, top = (max(math.floor((side - margin) * scale), 0) for side in row.box[:2])
    right, bottom = (
        min(math.ceil((side + margin) * scale), most) for side, most in zip(row.box[2:], (width, height), strict=True)
    )
    ys = np.minimum((np.arange(top, bottom) / scale).astype(np.intp), len(taken) - 1)
    xs = np.minimum((np.arange(left, right) / scale).astype(np.intp), taken.shape[1] - 1)
    own = np.where(taken[np.ix_(ys, xs)], np.float32(0), ink[top:bottom, left:right])
    return own, Bounds(left, top, right, bottom)


def _shapes(segments: Segments) -> StrokeShapes:
    """Return boxes and some points of each component."""
    numbers, component_of = np.unique(segments.components, return_inverse=True)
    boxes = np.array([_united(segments.boxes[component_of == index]) for index in range(len(numbers))])
    component_at = np.concatenate([[-1], component_of])[segments.labels]
    ys, xs = np.nonzero(component_at >= 0)
    order = np.argsort(component_at[ys, xs], kind="stable")
    counts = np.bincount(component_at[ys, xs], minlength=len(numbers))
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    # Pixels at equal distances in reading order, which lie all over the component.
    chosen = order[first[:, None] + (np.arange(POINTS) * counts[:, None]) // POINTS]
    return StrokeShapes(boxes, np.stack([xs[chosen], ys[chosen]], axis=-1).astype(np.float64))


def _united(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
