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
_END_HALVINGS: Final = 40
_BEYOND: Final = 0.25
"""How far beyond the ends of a function it is shown, as a share of the distance between them."""

_KEPT_JUMP: Final = 0.3
_HIGHEST: Final = 1e12


class NotPlottableError(ValueError):
    """A term that has no real values, or is of a kind that needs an algebra system first."""


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """A function of one variable, sampled.

    Attributes:
        term: The function, from which it can be sampled anew.
        variable: Name of the horizontal axis.
        name: Name of the value, `y` or `f(x)`; empty for one side of an equation.
        text: The term as one line of text.
        x: float64 [N], ascending.
        y: float64 [N], NaN where the function has no value, and between both sides of a pole or jump, so that a line
            through the points has gaps there.
        low: Lower end of a sensible view, from which poles are cut off.
        high: Upper end of the view; larger than `low`.
    """

    term: Term
    variable: str
    name: str
    text: str
    x: Points
    y: Points
    low: float
    high: float

    @property
    def title(self) -> str:
        """The function as an equation; one side of an equation as it is."""
        return f"{self.name} = {self.text}" if self.name else self.text


def plot_of(term: Term, variable: str, name: str, text: str = "") -> Plot:
    """Sample a term, from -10 to 10 if it has values there, else as far as a thousand.

    Where it has no values on both sides, as a half circle has none, it is sampled a little beyond its ends.

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
    x, y = best
    known = np.flatnonzero(np.isfinite(y))
    if known[0] > 0 and known[-1] < len(x) - 1:
        left, right = float(x[known[0] - 1]), float(x[known[-1] + 1])
        margin = _BEYOND * (right - left)
        x = np.linspace(left - margin, right + margin, _SAMPLES)
        y = values_at(term, variable, x)
    return _plot(term, variable, name, text, x, y)


def plot_between(plot: Plot, left: float, right: float) -> Plot:
    """Sample a function anew between these ends, `left` the smaller one; it may have no values there."""
    x = np.linspace(left, right, _SAMPLES)
    return _plot(plot.term, plot.variable, plot.name, plot.text, x, values_at(plot.term, plot.variable, x))


def _plot(term: Term, variable: str, name: str, text: str, x: Points, y: Points) -> Plot:
    x, y = _with_ends(term, variable, *_with_gaps(term, variable, x, y))
    return Plot(term, variable, name, text, x, y, *_view(y))


def _with_ends(term: Term, variable: str, x: Points, y: Points) -> tuple[Points, Points]:
    """Insert the last position that has a value wherever only one of two neighbours has one: half circles are closed
    and branches go on towards their poles."""
    has_value = np.isfinite(y)
    ends = np.flatnonzero(has_value[:-1] != has_value[1:])
    with_value = np.where(has_value[ends], x[ends], x[ends + 1])
    without = np.where(has_value[ends], x[ends + 1], x[ends])
    known, missing = with_value.copy(), without.copy()
    for _ in range(_END_HALVINGS):
        middle = (known + missing) / 2
        there = np.isfinite(values_at(term, variable, middle))
        known, missing = np.where(there, middle, known), np.where(there, missing, middle)
    new = (known != with_value) & (known != without)
    places = ends[new] + 1
    return np.insert(x, places, known[new]), np.insert(y, places, values_at(term, variable, known[new]))


def values_at(term: Term, variable: str, x: Points) -> Points:
    """Return a term's values at many positions: float64 as `x`, NaN where it has no real value.

    Raises:
        NotPlottableError: The term is of a kind that is not calculated, or has another symbol.
    """
    with np.errstate(all="ignore"):
        y = np.array(np.broadcast_to(_values(term, variable, x), x.shape), np.float64)
    y[~(np.abs(y) <= _HIGHEST)] = np.nan
    return y


def crossings(term: Term, variable: str, x: Points | None = None) -> list[float]:
    """Return where a term becomes zero with different signs on both sides, ascending.

    Zeros without a change of sign are not found, and of several between two positions that are searched only some.

    Args:
        term: The term.
        variable: Its variable.
        x: float64 [N], ascending: the positions between which zeros are searched for; None for every hundredth part
            between `-SEARCHED` and `SEARCHED`.

    Raises:
        NotPlottableError: See `values_at`.
    """
    x = np.linspace(-SEARCHED, SEARCHED, _SEARCH_SAMPLES) if x is None else x
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
    if not len(values):
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    inner_low, inner_high = (float(value) for value in np.quantile(values, (0.1, 0.9)))
    spread = max(inner_high - inner_low, 1e-9)
    low, high = max(low, inner_low - 2 * spread), min(high, inner_high + 2 * spread)
    if high - low < 1e-6 * max(1.0, abs(high)):
        low, high = low - 1, high + 1
    return low, high
