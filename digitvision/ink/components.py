"""Connected components of a mask."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Components(NamedTuple):
    """The components of a mask.

    Attributes:
        labels: int [H, W], 0 outside of the mask and 1 to `total` inside.
        total: Their number.
        boxes: int [total, 4], see `component_boxes`.
    """

    labels: NDArray[np.intp]
    total: int
    boxes: NDArray[np.intp]


def components_of(mask: NDArray[np.bool_]) -> Components:
    """Return the components of a mask, bool [H, W], with their boxes."""
    labels, count = label_components(mask)
    return Components(labels, count, component_boxes(labels, count))


def label_components(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], int]:
    """Number the components: groups of pixels that touch each other at a side or a corner.

    Unbroken runs of pixels are joined instead of pixels, so that a page takes milliseconds.

    Args:
        mask: bool [H, W].

    Returns:
        int [H, W], 0 outside of the mask and 1 to count inside; and the count.
    """
    height, width = mask.shape
    # A column that is never set ends each row's last run, so that the rows can be treated as one line.
    line = np.zeros((height, width + 1), np.int8)
    line[:, :width] = mask
    edges = np.flatnonzero(np.diff(line.ravel(), prepend=0))
    starts, ends = edges[::2], edges[1::2]
    roots = _representatives(starts, ends, width + 1)
    names, numbers = np.unique(roots, return_inverse=True)
    labels = np.zeros((height, width), np.intp)
    labels[mask] = np.repeat(numbers + 1, ends - starts)
    return labels, len(names)


def component_boxes(labels: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """int [count, 4]: left, top, right, bottom (the last two exclusive) of each component; labels run from 1."""
    rows, columns = np.nonzero(labels)
    numbers = labels[rows, columns] - 1
    boxes = np.empty((count, 4), np.intp)
    for side, values, most in ((0, columns, False), (1, rows, False), (2, columns + 1, True), (3, rows + 1, True)):
        edge = np.full(count, -1 if most else max(labels.shape) + 1, np.intp)
        (np.maximum if most else np.minimum).at(edge, numbers, values)
        boxes[:, side] = edge
    return boxes


def _representatives(starts: NDArray[np.intp], ends: NDArray[np.intp], stride: int) -> NDArray[np.intp]:
    """Return for each run the number of the run that represents its component."""
    count = len(starts)
    # A run touches those of the next row that begin before its end and end after its start, corners included.
    first = np.searchsorted(ends, starts + stride, side="left")
    last = np.searchsorted(starts, ends + stride, side="right")
    touching = np.maximum(last - first, 0)
    upper = np.repeat(np.arange(count), touching)
    lower = np.arange(len(upper)) - np.repeat(np.cumsum(touching) - touching, touching) + np.repeat(first, touching)
    roots = np.arange(count)
    while True:
        above, below = roots[upper], roots[lower]
        if np.array_equal(above, below):
            return roots
        smaller = np.minimum(above, below)
        # Hook the representatives onto smaller ones, then let all runs jump to their representatives' own.
        np.minimum.at(roots, above, smaller)
        np.minimum.at(roots, below, smaller)
        while not np.array_equal(roots, roots[roots]):
            roots = roots[roots]
