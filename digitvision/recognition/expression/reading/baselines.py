"""The line that a row is written on and its size, by what symbols usually take up, and how well symbols fit into it.

An x is half as high as an X, a p hangs where a P stands: what a symbol's shape leaves open is often told by the rest of
its row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEWEST: Final = 2
"""Symbols of a row that tell anything of each other."""

_LEAST_SPREAD: Final = 0.1
"""Of tops and bottoms, in heights of a digit: people differ more than one class's samples in one source."""

_FREEDOM: Final = 4.0
"""Of Student's distribution: now and then a symbol lies far from where it should."""

_ROUNDS: Final = 3
_SMALLEST: Final = 1e-6
_TYPICAL: Final = 1.6
"""What the top or bottom of a symbol that is where it should be gains beyond this is about nothing: more symbols in
rows are no better than fewer."""

_BACKWARDS_COSTS: Final = 4.0
"""Of a row in which what should be high is low."""


@dataclass(frozen=True, slots=True, eq=False)
class Baselines:
    """What was found of R rows.

    Attributes:
        line: float64 [R], the y of what the row is written on, in the page's unit.
        size: float64 [R], of a digit, likewise; not above 0 of rows that are upside down.
        off: float64 [K, 2], how far each symbol's top and bottom are above their places, in their spreads.
    """

    line: NDArray[np.float64]
    size: NDArray[np.float64]
    off: NDArray[np.float64]


def fitted_baselines(
    ends: NDArray[np.float64],
    expected: NDArray[np.float64],
    spread: NDArray[np.float64],
    row_of: NDArray[np.intp],
    rows: int,
) -> Baselines:
    """Each row's line and size by its symbols.

    They are the likeliest ones where symbols deviate as Student's distribution has it, by weighted least squares in
    turns (Lange, Little and Taylor 1989, "Robust statistical modeling using the t distribution").

    Args:
        ends: float64 [K, 2], the symbols' tops and bottoms on a page whose y grows downwards, in any unit.
        expected: float64 [K, 2], how far these usually are above the line, in heights of a digit; `spread` their usual
            deviations.
        row_of: intp [K], each symbol's row; every row has one at least.
    """
    seen, usual, deviation = ends.ravel(), expected.ravel(), spread.ravel()
    row = np.repeat(row_of, 2)

    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums: NDArray[np.float64] = np.bincount(row, values, rows).astype(np.float64, copy=False)
        return sums

    trust = deviation**-2
    weight = trust
    for _ in range(_ROUNDS):
        total = summed(weight)
        middle, place = summed(weight * usual) / total, summed(weight * seen) / total
        over, down = usual - middle[row], seen - place[row]
        size = -summed(weight * over * down) / np.maximum(summed(weight * over**2), _SMALLEST)
        line = place + size * middle
        off = ((line[row] - seen) / np.maximum(size, _SMALLEST)[row] - usual) / deviation
        weight = trust * (_FREEDOM + 1) / (_FREEDOM + off**2)
    return Baselines(line, size, off.reshape(-1, 2))


def fit_of_readings(
    usual: NDArray[np.float32],
    classes: Sequence[Sequence[int]],
    ends: Sequence[NDArray[np.float64]],
    rows: Sequence[NDArray[np.intp]],
) -> NDArray[np.float64]:
    """How well each of V readings' symbols fit into their rows: logarithms that say something beside each other.

    Args:
        usual: float32 [C, 4]: by class, how far tops and bottoms are above the line, in heights of a digit, and their
            spreads; NaN of classes that may be anywhere.
        classes: Of each reading, those of its M symbols.
        ends: Of each reading, float64 [M, 2], see `fitted_baselines`.
        rows: Of each reading, intp [M], the number of each symbol's row.

    Returns:
        float64 [V].
    """
    counts = [int(of.max()) + 1 for of in rows]
    first = np.concatenate([[0], np.cumsum(counts)])
    row_of = np.concatenate([of + start for of, start in zip(rows, first.tolist(), strict=False)])
    in_vocabulary = usual[np.concatenate([np.asarray(of, np.intp) for of in classes])].astype(np.float64)
    told = ~np.isnan(in_vocabulary[:, 0])
    told &= (np.bincount(row_of[told], minlength=int(first[-1])) >= FEWEST)[row_of]
    gained = np.zeros(int(first[-1]))
    if told.any():
        used, row_of = np.unique(row_of[told], return_inverse=True)
        spread = np.maximum(in_vocabulary[told, 2:], _LEAST_SPREAD)
        found = fitted_baselines(np.concatenate(ends)[told], in_vocabulary[told, :2], spread, row_of, len(used))
        likelihood = -np.log(spread) - _TYPICAL - (_FREEDOM + 1) / 2 * np.log1p(found.off**2 / _FREEDOM)
        by_row = np.bincount(row_of, likelihood.sum(axis=1), len(used))
        gained[used] = np.where(found.size > _SMALLEST, by_row, -_BACKWARDS_COSTS)
    result: NDArray[np.float64] = np.add.reduceat(gained, first[:-1])
    return result
