"""Unbroken runs of pixels along a mask's rows and columns."""

import numpy as np
from numpy.typing import NDArray


def runs(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where the rows' unbroken runs begin and end (exclusive), all rows one after the other.

    Args:
        mask: bool [H, W].

    Returns:
        int [R] each, as indices into rows of W + 1.
    """
    line = np.zeros((mask.shape[0], mask.shape[1] + 1), np.int8)
    line[:, :-1] = mask
    edges = np.flatnonzero(np.diff(line.ravel(), prepend=0))
    return edges[::2], edges[1::2]


def run_lengths(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """int [H, W]: the length of the run along its row that each pixel is in; 0 outside of the mask."""
    starts, ends = runs(mask)
    lengths = np.zeros(mask.shape, np.intp)
    lengths[mask] = np.repeat(ends - starts, ends - starts)
    return lengths


def positions_in_runs(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """int [H, W]: how many pixels of its run along the row are before each pixel; 0 outside of the mask."""
    starts, ends = runs(mask)
    first = np.cumsum(ends - starts) - (ends - starts)
    positions = np.zeros(mask.shape, np.intp)
    positions[mask] = np.arange(int((ends - starts).sum())) - np.repeat(first, ends - starts)
    return positions
