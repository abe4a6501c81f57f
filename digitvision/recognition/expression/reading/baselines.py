"""Baselines: the line that each row of symbols is written on, its size, and how well the symbols fit into it.

An x is half as high as an X, and a p hangs below the line where a P stands on it: where the shapes leave two classes
open, the other symbols of the row often decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEWEST: Final = 2
"""Fewest symbols of a row that say anything about each other's sizes."""

_LEAST_SPREAD: Final = 0.1
"""Smallest deviation of tops and bottoms, in heights of a digit: writers differ more than one source's samples do."""

_FREEDOM: Final = 4.0
"""Degrees of freedom of Student's distribution: now and then a symbol lies far from where it should."""

_ROUNDS: Final = 3
_SMALLEST: Final = 1e-6
_TYPICAL: Final = 1.6
"""Subtracted from the log-likelihood of each top and bottom, about that of a symbol that is where it should be: more
symbols in rows are neither better nor worse than fewer."""

_BACKWARDS_COST: Final = 4.0
"""Cost of a row in which what should be high is low."""


@dataclass(frozen=True, slots=True, eq=False)
class Baselines:
    """The baselines of R rows of K symbols in all.

    Attributes:
        line: float64 [R], the y of each row's baseline, in the page's unit.
        size: float64 [R], the height of a digit, in the page's unit; not above 0 for rows that are upside down.
        off: float64 [K, 2], how far each symbol's top and bottom are above where they should be, in their deviations.
    """

    line: NDArray[np.float64]
    size: NDArray[np.float64]
    off: NDArray[np.float64]


def fit_baselines(
    ends: NDArray[np.float64],
    expected: NDArray[np.float64],
    spread: NDArray[np.float64],
    row_of: NDArray[np.intp],
    rows: int,
) -> Baselines:
    """Estimate each row's baseline and size from its symbols.

    The estimate is the most probable one if symbols deviate by Student's distribution, found by repeated weighted least
    squares (Lange, Little and Taylor 1989, "Robust statistical modeling using the t distribution").

    Args:
        ends: float64 [K, 2], the y of the symbols' tops and bottoms, growing downwards, in any unit.
        expected: float64 [K, 2], how far these usually are above the baseline, in heights of a digit.
        spread: float64 [K, 2], the usual deviations of `expected`, in heights of a digit.
        row_of: intp [K], each symbol's row; every row has at least one.
        rows: The number of rows R.
    """
    observed, usual, deviation = ends.ravel(), expected.ravel(), spread.ravel()
    row = np.repeat(row_of, 2)

    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums: NDArray[np.float64] = np.bincount(row, values, rows).astype(np.float64, copy=False)
        return sums

    trust = deviation**-2
    weight = trust
    for _ in range(_ROUNDS):
        total = summed(weight)
        middle, position = summed(weight * usual) / total, summed(weight * observed) / total
        over, down = usual - middle[row], observed - position[row]
        size = -summed(weight * over * down) / np.maximum(summed(weight * over**2), _SMALLEST)
        line = position + size * middle
        off = ((line[row] - observed) / np.maximum(size, _SMALLEST)[row] - usual) / deviation
        weight = trust * (_FREEDOM + 1) / (_FREEDOM + off**2)
    return Baselines(line, size, off.reshape(-1, 2))


def fit_of_readings(
    usual: NDArray[np.float32],
    classes: Sequence[Sequence[int]],
    ends: Sequence[NDArray[np.float64]],
    rows: Sequence[NDArray[np.intp]],
) -> NDArray[np.float64]:
    """Return how well the symbols of each of V readings fit into their rows.

    Args:
        usual: float32 [C, 4], by class: how far tops and bottoms are above the baseline, in heights of a digit, and
            the deviations of both; NaN for classes that may be anywhere.
        classes: The classes of each reading's M symbols.
        ends: float64 [M, 2] for each reading, see `fit_baselines`.
        rows: intp [M] for each reading, the number of each symbol's row.

    Returns:
        float64 [V], logarithms that are comparable among readings of the same strokes.
    """
    counts = [int(of.max()) + 1 for of in rows]
    first = np.concatenate([[0], np.cumsum(counts)])
    row_of = np.concatenate([of + start for of, start in zip(rows, first.tolist(), strict=False)])
    table = usual[np.concatenate([np.asarray(of, np.intp) for of in classes])].astype(np.float64)
    measured = ~np.isnan(table[:, 0])
    measured &= (np.bincount(row_of[measured], minlength=int(first[-1])) >= FEWEST)[row_of]
    gained = np.zeros(int(first[-1]))
    if measured.any():
        used, row_of = np.unique(row_of[measured], return_inverse=True)
        spread = np.maximum(table[measured, 2:], _LEAST_SPREAD)
        found = fit_baselines(np.concatenate(ends)[measured], table[measured, :2], spread, row_of, len(used))
        likelihood = -np.log(spread) - _TYPICAL - (_FREEDOM + 1) / 2 * np.log1p(found.off**2 / _FREEDOM)
        by_row = np.bincount(row_of, likelihood.sum(axis=1), len(used))
        gained[used] = np.where(found.size > _SMALLEST, by_row, -_BACKWARDS_COST)
    result: NDArray[np.float64] = np.add.reduceat(gained, first[:-1])
    return result
