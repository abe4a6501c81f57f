"""Where a trace leaves the paper: samples in the air that devices put between the strokes."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

LEAST_AIR: Final = 2
"""Samples without pressure in a row from which the pen was up: a single one may be the beginning of a touch."""

_JUMP: Final = 4.0
"""How many times as long as usual the steps from and to a single such sample are if the pen was up."""


def pieces(table: NDArray[np.float64], down: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    """Return the parts of a trace, float64 [N, 4], during which the pen was down, bool [N]."""
    if down.all():
        return [table]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], down, [False]]).astype(np.int8)))
    return [table[first:end] for first, end in edges.reshape(-1, 2).tolist()]


def down_by_pressure(table: NDArray[np.float64], pressed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return at which samples the pen was down, given at which there was pressure, bool [N].

    A single sample without pressure among others counts as down, unless the pen jumped there.
    """
    if pressed.all():
        return pressed
    down = pressed.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], ~pressed, [False]]).astype(np.int8))).reshape(-1, 2)
    lengths = np.hypot(*np.diff(table[:, :2], axis=0).T)
    drawn = lengths[pressed[:-1] & pressed[1:]]
    usual = float(np.median(drawn)) if len(drawn) else float("inf")
    for first, end in edges.tolist():
        around = lengths[max(first - 1, 0) : end]
        if end - first < LEAST_AIR and not (len(around) and around.max() > _JUMP * usual):
            down[first:end] = True
    return down
