"""Where symbols stand in their rows, and how large they are there: measured on expressions that people wrote."""

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
"""Of a role's letters and digits, where nothing was measured yet: top and bottom over the line that is written on."""

_ANYWHERE: Final = frozenset([r"\ldots", ".", ",", "-", "/", "|", r"\int", r"\sum", r"\sqrt"])
"""Points, bars, and what grows with what it stands before."""

_ROUNDS: Final = 6
_SPREAD: Final = 0.12
_LEAST_SPREAD: Final = 0.05
_OF_NORMAL: Final = 1.4826
"""A normal distribution's standard deviation is so many of its median absolute deviations."""

_FEWEST_SAMPLES: Final = 8


class BaselineStatistics(NamedTuple):
    """How far a symbol's top and bottom are above the line that its row is written on, and the standard deviations of
    both, in heights of a digit."""

    top: float
    bottom: float
    top_spread: float = _SPREAD
    bottom_spread: float = _SPREAD


BaselineTable = Mapping[str, BaselineStatistics]
"""By label."""


def baseline_statistics_of(expressions: Sequence[Expression]) -> dict[str, BaselineStatistics]:
    """Measure symbols in their rows: each row's line and size, then each label's middle place, in turns.

    Rows with fewer than two letters or digits tell nothing. Labels that were seen less than eight times are left out,
    letters and digits as well.
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
        found = _again(found, names, np.array(ends, np.float64), np.array(row_of, np.intp), rows)
    return found


def _again(
    before: BaselineTable, names: NDArray[np.str_], ends: NDArray[np.float64], row_of: NDArray[np.intp], rows: int
) -> dict[str, BaselineStatistics]:
    """Where each label is, in rows whose lines are found by where it was taken to be before."""
    known = np.array([name in before for name in names.tolist()], bool)
    told = (np.bincount(row_of[known], minlength=rows) >= FEWEST)[row_of]
    if not told.any():
        return {}
    used, own_row = np.unique(row_of[told], return_inverse=True)
    known = known[told]
    names, ends = names[told], ends[told]
    usual = np.array([before[name] for name in names[known].tolist()], np.float64)
    lines = fit_baselines(ends[known], usual[:, :2], usual[:, 2:], own_row[known], len(used))
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
    """The same with digits as the measure: these stand on the line and are 1 high, taken together."""
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
    """float32 [C, 4], see `SymbolPriors.baselines`."""
    table = np.full((len(labels), 4), np.nan, np.float32)
    for row, label in enumerate(labels):
        if label in lines and label not in _ANYWHERE:
            table[row] = lines[label]
    return table


def _role(label: str) -> str | None:
    """The role of a letter or a digit; None of anything else."""
    role = role_of(label_of(label).text)
    return role if role in _EXPECTED and label.isalnum() else None
