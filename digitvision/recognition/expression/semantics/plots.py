"""Functions of one variable as points to be drawn, computed by walking the term: nothing is compiled or executed."""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.semantics.terms import Term

Points: TypeAlias = NDArray[np.float64]

SEARCHED: Final = 100.0
"""Largest distance from zero at which `crossings` searches."""

_SAMPLES: Final = 801
_SEARCH_SAMPLES: Final = 40_001
_RANGES: Final = (10.0, 100.0, 1000.0)
_ENOUGH: Final = 0.1
_HALVINGS: Final = 24
_KEPT_JUMP: Final = 0.3
_HIGHEST: Final = 1e12


class NotPlottableError(ValueError):
    """A term that has no real values, or is of a kind that needs an algebra system first."""


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """A function of one variable, sampled.

    Attributes:
        variable: Name of the horizontal axis.
        name: Name of the value, `y` or `f(x)`.
        x: float64 [N], ascending.
        y: float64 [N], NaN where the function has no value, and between both sides of a pole or jump, so that a line
            through the points has gaps there.
        low: Lower end of a sensible view, from which poles are cut off.
        high: Upper end of the view; larger than `low`.
    """

    variable: str
    name: str
    x: Points
    y: Points
    low: float
    high: float


def plot_of(term: Term, variable: str, name: str) -> Plot:
    """Sample a term, from -10 to 10 if it has values there, else as far as a thousand.

    Raises:
        NotPlottableError: The term has no values there, or is of a kind that is not calculated.
    """
    best: tuple[Points, Points] | None = None
    for end in _RANGES:
        x = np.linspace(-end, end, _SAMPLES)
        y = values_at(term, variable, x)
        share_with_values = np.isfinite(y).mean()
        if share_with_values > 0 and best is None:
            best = x, y
        if share_with_values >= _ENOUGH:
            best = x, y
            break
    if best is None:
        raise NotPlottableError
    x, y = _with_gaps(term, variable, *best)
    return Plot(variable, name, x, y, *_view(y))


def values_at(term: Term, variable: str, x: Points) -> Points:
    """Return a term's values at many positions: float64 as `x`, NaN where it has no real value.

    Raises:
        NotPlottableError: The term is of a kind that is not calculated, or has another symbol.
    """
    with np.errstate(all="ignore"):
        y = np.array(np.broadcast_to(_values(term, variable, x), x.shape), np.float64)
    y[~(np.abs(y) <= _HIGHEST)] = np.nan
    return y


def crossings(term: Term, variable: str) -> list[float]:
    """Return where a term becomes zero with different signs on both sides, between `-SEARCHED` and `SEARCHED`,
    ascending.

    Zeros without a change of sign are not found, and of those closer together than a hundredth only some.

    Raises:
        NotPlottableError: See `values_at`.
    """
    x = np.linspace(-SEARCHED, SEARCHED, _SEARCH_SAMPLES)
    y = values_at(term, variable, x)
    changes = np.flatnonzero((np.sign(y[:-1]) * np.sign(y[1:]) < 0) | (y[:-1] == 0))
    left, right, low = x[changes].copy(), x[changes + 1].copy(), y[changes].copy()
    for _ in range(60):
        middle = (left + right) / 2
        between = values_at(term, variable, middle)
        same = (np.sign(between) == np.sign(low)) & (low != 0)
        left, right = np.where(same, middle, left), np.where(same, right, middle)
    found = np.where(low == 0, x[changes], (left + right) / 2)
    # At a pole the values on both sides are large.
    near = np.abs(values_at(term, variable, found))
    return [float(root) for root, size in zip(found, near, strict=True) if size < 1e-6]


def _values(term: Term, variable: str, x: Points) -> Points:
    if term.kind == "number":
        return np.float64(_float(term)) * np.ones(1)
    if term.kind == "symbol" and term.name == variable:
        return x
    if term.kind == "constant" and term.name in ("e", "pi"):
        return np.full(1, math.e if term.name == "e" else math.pi)
    parts = [_values(part, variable, x) for part in term.parts]
    operation = _FUNCTIONS.get(term.name) if term.kind == "function" else _OPERATIONS.get(term.kind)
    if operation is None:
        raise NotPlottableError
    # Sums and products of many parts are computed two parts at a time.
    return operation(parts[0]) if len(parts) == 1 else functools.reduce(operation, parts)


def _float(term: Term) -> float:
    try:
        return float(term.number)
    except OverflowError:
        raise NotPlottableError from None


def _root(radicand: Points, degree: Points) -> Points:
    """Return the real root: odd roots of negative numbers are negative, as at school."""
    odd = (degree % 2 == 1) & (radicand < 0)
    root = np.power(np.where(odd, -radicand, radicand), 1 / degree)
    return np.where(odd, -root, root)


def _logarithm(argument: Points, base: Points) -> Points:
    positive = (argument > 0) & (base > 0)
    return np.where(positive, np.log(argument) / np.log(base), np.nan)


_FUNCTIONS: Final[dict[str, Callable[..., Points]]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arctan": np.arctan,
    "log": _logarithm,
}


_OPERATIONS: Final[dict[str, Callable[..., Points]]] = {
    "negative": np.negative,
    "sum": np.add,
    "product": np.multiply,
    "quotient": np.divide,
    "power": np.power,
    "root": _root,
    "absolute": np.abs,
}


def _with_gaps(term: Term, variable: str, x: Points, y: Points) -> tuple[Points, Points]:
    """Insert a NaN between samples wherever two neighbours are on different sides of a pole or jump.

    The step between neighbours is halved again and again towards its steeper half. In a continuous function the step in
    y shrinks with it; at a jump it stays, and at a pole it grows.
    """
    steps = np.abs(np.diff(y))
    finite = steps[np.isfinite(steps)]
    if not len(finite):
        return x, y
    steep = np.flatnonzero(np.nan_to_num(steps) > 4 * np.median(finite) + 1e-9)
    left, right = x[steep].copy(), x[steep + 1].copy()
    low, high = y[steep].copy(), y[steep + 1].copy()
    for _ in range(_HALVINGS):
        middle = (left + right) / 2
        between = values_at(term, variable, middle)
        first = ~(np.abs(between - low) < np.abs(high - between))
        right, high = np.where(first, middle, right), np.where(first, between, high)
        left, low = np.where(first, left, middle), np.where(first, low, between)
    torn = ~(np.abs(high - low) < _KEPT_JUMP * steps[steep])
    gaps = steep[torn] + 1
    return np.insert(x, gaps, (left[torn] + right[torn]) / 2), np.insert(y, gaps, np.nan)


def _view(y: Points) -> tuple[float, float]:
    """Return the range that is worth displaying: all values, unless a few are far away from the others."""
    values = y[np.isfinite(y)]
    low, high = float(values.min()), float(values.max())
    inner_low, inner_high = (float(value) for value in np.quantile(values, (0.1, 0.9)))
    spread = max(inner_high - inner_low, 1e-9)
    low, high = max(low, inner_low - 2 * spread), min(high, inner_high + 2 * spread)
    if high - low < 1e-6 * max(1.0, abs(high)):
        low, high = low - 1, high + 1
    return low, high
