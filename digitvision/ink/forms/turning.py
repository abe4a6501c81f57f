"""How far a form is turned on its picture, and the same ink with its ruled lines level and upright."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_MOST: Final = 0.066
"""Largest turn, as a slope: nearly four degrees."""

_SLOPES: Final = 48
"""Largest number of slopes to either side that are tried."""

_PIXELS: Final = 6000
"""Largest number of pixels of ink by which slopes are compared: lines show in any share of them."""

_BETTER: Final = 1.12
"""How much sharper the ink's profiles have to be for a turn to be believed."""

_LEAST_SLOPE: Final = 0.006


@dataclass(frozen=True, slots=True)
class Turned:
    """A mask that was turned back.

    Attributes:
        mask: bool [h, w], the mask with its ruled lines level and upright.
        rows: int [N], the row in it of each of the N pixels of the first mask's ink, in reading order.
        columns: int [N], the column.
        paper: bool [h, w], what is within the picture.
    """

    mask: NDArray[np.bool_]
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    paper: NDArray[np.bool_]


def turned_back(mask: NDArray[np.bool_]) -> Turned:
    """Turn a mask so that its straight lines are level and upright, by at most four degrees.

    Args:
        mask: bool [H, W], with ink.
    """
    ys, xs = np.nonzero(mask)
    slope = _slope(ys, xs, mask.shape)
    if slope == 0:
        return Turned(mask, ys, xs, np.ones(mask.shape, bool))
    height, width = mask.shape
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    reach_y, reach_x = int(abs(slope) * middle_x) + 2, int(abs(slope) * middle_y) + 2
    down, across = np.mgrid[-reach_y : height + reach_y, -reach_x : width + reach_x]
    # Each pixel of the new mask takes the nearest one of the old, so that no holes are left.
    from_y = np.rint(down + slope * (across - middle_x)).astype(np.intp)
    from_x = np.rint(across - slope * (down - middle_y)).astype(np.intp)
    within = (from_y >= 0) & (from_y < height) & (from_x >= 0) & (from_x < width)
    found = np.zeros(down.shape, bool)
    found[within] = mask[from_y[within], from_x[within]]
    rows = np.rint(ys - slope * (xs - middle_x)).astype(np.intp) + reach_y
    columns = np.rint(xs + slope * (ys - middle_y)).astype(np.intp) + reach_x
    last_row, last_column = (side - 1 for side in found.shape)
    return Turned(found, np.clip(rows, 0, last_row), np.clip(columns, 0, last_column), within)


def _slope(ys: NDArray[np.intp], xs: NDArray[np.intp], shape: tuple[int, ...]) -> float:
    """Return the slope of the ink's lines, 0 where no turn makes its profiles much sharper."""
    step = -(-len(ys) // _PIXELS)
    y, x = ys[::step].astype(np.float64), xs[::step].astype(np.float64)
    count = min(_SLOPES, round(_MOST * max(shape)))
    if count == 0:
        return 0.0
    slopes = np.arange(-count, count + 1) * (_MOST / count)
    sharpness = np.array([_sharpness(y - slope * x) + _sharpness(x + slope * y) for slope in slopes])
    best = float(slopes[int(np.argmax(sharpness))])
    if abs(best) < _LEAST_SLOPE or float(sharpness.max()) < _BETTER * float(sharpness[count]):
        return 0.0
    return best


def _sharpness(places: NDArray[np.float64]) -> float:
    counts = np.bincount((places - places.min() + 0.5).astype(np.intp))
    return float((counts.astype(np.float64) ** 2).sum())
