"""Baseline statistics: position and size of symbols in their rows, measured on expressions that people wrote."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.reading.baselines import FEWEST, fit_baselines
from digitvision.recognition.expression.reading.rows import rows_of
from digitvision.training.data.labels import label_of
from digitvision.training.data.symbol_roles import role_of
from digitvision.training.expression.corpus import Expression

_EXPECTED: Final = {"small": (0.6, 0.0), "tall": (1.0, 0.0), "hanging": (0.6, -0.4)}
"""Top and bottom of letters and digits above the baseline, by role, before anything is measured."""

_ANYWHERE: Final = frozenset([r"\ldots", ".", ",", "-", "/", "|", r"\int", r"\sum", r"\sqrt"])
"""Symbols without a position of their own: points, bars, and signs that grow with what they stand before."""

_ROUNDS: Final = 6
_SPREAD: Final = 0.12
_LEAST_SPREAD: Final = 0.05
_OF_NORMAL: Final = 1.4826
"""Standard deviation of a normal distribution, as a multiple of its median absolute deviation."""

_FEWEST_SAMPLES: Final = 8


class BaselineStatistics(NamedTuple):
    """Top and bottom of a symbol above the baseline of its row, with standard deviations, in heights of a digit."""

    top: float
    bottom: float
    top_spread: float = _SPREAD
    bottom_spread: float = _SPREAD


BaselineTable = Mapping[str, BaselineStatistics]
"""The statistics of symbols, by label."""


def baseline_statistics_of(expressions: Sequence[Expression]) -> dict[str, BaselineStatistics]:
    """Measure symbols in their rows: baseline and size of each row, then median position of each label, in turns.

    Rows with fewer than two letters or digits are left out, and so are labels that occur less than eight times, letters
    and digits included.
    """
    labels: list[str] = []
    ends: list[tuple[float, float]] = []
    row_of: list[int] = []
    rows = 0
    for expression in expressions:
        symbols = expression.tree.symbols
        for row in rows_of(expression.tree):
            if sum(_role(symbols[index].label) is not None for index in row.symbols) < FEWEST:
                continue
            for index in row.symbols:
                heights = expression.points[list(symbols[index].strokes)][..., 1]
                labels.append(symbols[index].label)
                ends.append((float(heights.min()), float(heights.max())))
                row_of.append(rows)
            rows += 1
    found = {label: BaselineStatistics(*_EXPECTED[role]) for label in set(labels) if (role := _role(label)) is not None}
    if rows == 0:
        return {}
    names = np.array(labels)
    for _ in range(_ROUNDS):
        found = _measure_again(found, names, np.array(ends, np.float64), np.array(row_of, np.intp), rows)
    return found


def _measure_again(
    before: BaselineTable, names: NDArray[np.str_], ends: NDArray[np.float64], row_of: NDArray[np.intp], rows: int
) -> dict[str, BaselineStatistics]:
    """Measure each label once more, in rows whose baselines are fitted to the statistics so far."""
    is_known = np.array([name in before for name in names.tolist()], bool)
    is_usable = (np.bincount(row_of[is_known], minlength=rows) >= FEWEST)[row_of]
    if not is_usable.any():
        return {}
    used, own_row = np.unique(row_of[is_usable], return_inverse=True)
    is_known = is_known[is_usable]
    names, ends = names[is_usable], ends[is_usable]
    usual = np.array([before[name] for name in names[is_known].tolist()], np.float64)
    lines = fit_baselines(ends[is_known], usual[:, :2], usual[:, 2:], own_row[is_known], len(used))
    upright = lines.size[own_row] > 0
    over = (lines.line[own_row, None] - ends)[upright] / lines.size[own_row, None][upright]
    measured: dict[str, BaselineStatistics] = {}
    for name in sorted(set(names[upright].tolist())):
        own = over[names[upright] == name]
        if len(own) >= _FEWEST_SAMPLES:
            middle = np.median(own, axis=0)
            spread = np.maximum(_OF_NORMAL * np.median(np.abs(own - middle), axis=0), _LEAST_SPREAD)
            measured[name] = BaselineStatistics(*middle.tolist(), *spread.tolist())
    return _in_digits(measured)


def _in_digits(found: Mapping[str, BaselineStatistics]) -> dict[str, BaselineStatistics]:
    """Return the statistics scaled so that the median digit stands on the baseline and is 1 high."""
    digits = [one for name, one in found.items() if name.isdecimal()]
    if not digits:
        return dict(found)
    line = float(np.median([one.bottom for one in digits]))
    height = float(np.median([one.top for one in digits])) - line
    return {
        name: BaselineStatistics(
            (one.top - line) / height,
            (one.bottom - line) / height,
            one.top_spread / height,
            one.bottom_spread / height,
        )
        for name, one in found.items()
    }


def table_of_baseline_statistics(lines: BaselineTable, labels: Sequence[str]) -> NDArray[np.float32]:
    """Return the statistics as a table, float32 [C, 4], see `SymbolPriors.baselines`."""
    table = np.full((len(labels), 4), np.nan, np.float32)
    for row, label in enumerate(labels):
        if label in lines and label not in _ANYWHERE:
            table[row] = lines[label]
    return table


def _role(label: str) -> str | None:
    """Return the role of a letter or a digit; None for other symbols."""
    role = role_of(label_of(label).text)
    return role if role in _EXPECTED and label.isalnum() else None
