"""Pages composed of real expressions by one writer, written under and beside each other as people do."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.training.expression.corpus import Expression
from digitvision.training.page.marks import box_of, margin_line, rule, scribble, tap

_UNLIKE_LETTERS: Final = frozenset(
    {"-", "+", "=", ".", ",", r"\ldots", r"\cdot", r"\prime", r"\sqrt", "(", ")", "|", r"\int", r"\sum"}
)
"""Signs whose height says nothing about the size of the writing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStyle:
    """How the rows of a page lie; lengths in heights of a symbol.

    Attributes:
        rows: Fewest and most rows.
        gap: Least and largest gap between the ink of two rows.
        indent: Largest indent of a row, which 60 % of the rows have.
        tilt: Largest slope of the whole page, in degrees.
        size: Deviation of the logarithm of the rows' sizes.
        columns: Least and largest gap between two columns, which a page then has; None for one column. It is larger
            than the gaps within rows, unless both columns have equality signs.
        result: Least and largest gap between a row's last equality sign and what is on its right; None for as written.
        marks: Whether a page has a line along its margin, a rule, a scribble or a tap.
    """

    rows: tuple[int, int] = (2, 6)
    gap: tuple[float, float] = (0.3, 1.3)
    indent: float = 4.0
    tilt: float = 1.2
    size: float = 0.12
    columns: tuple[float, float] | None = None
    result: tuple[float, float] | None = None
    marks: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page and what stands on it.

    Attributes:
        drawing: All strokes, row by row.
        row_of: intp [N], the row of each stroke; a mark has one of its own, after those of all expressions.
        rows: The expression in each row.
    """

    drawing: Drawing
    row_of: NDArray[np.intp]
    rows: tuple[Expression, ...]


def symbol_height(expression: Expression) -> float:
    """Return the median height of an expression's letters and digits, in its unit; of all symbols where it has none."""
    heights = []
    for symbol in expression.tree.symbols:
        points = expression.points[list(symbol.strokes)][..., 1]
        heights.append((symbol.label in _UNLIKE_LETTERS, float(points.max() - points.min())))
    chosen = [height for unlike, height in heights if not unlike] or [height for _, height in heights]
    return max(float(np.median(chosen)), 0.05)


def result_of(expression: Expression) -> tuple[int, ...]:
    """Return the strokes on the right of an expression's last equality sign, none where it has none by itself.

    What stands there is moved as a whole by who writes a result further away: nothing else may be above or below.
    """
    edges = [
        (symbol.label, points[..., 0].min(), points[..., 0].max(), symbol.strokes)
        for symbol in expression.tree.symbols
        for points in [expression.points[list(symbol.strokes)]]
    ]
    signs = [(left, right) for label, left, right, _ in edges if label == "="]
    if not signs:
        return ()
    left, right = max(signs)
    if any(low < right < high for label, low, high, _ in edges if label != "="):
        return ()
    middle = (left + right) / 2
    return tuple(sorted(stroke for _, low, _, strokes in edges if low > middle for stroke in strokes))


def has_equality(expression: Expression) -> bool:
    """Whether an expression has an equality sign."""
    return any(symbol.label == "=" for symbol in expression.tree.symbols)


def largest_gap(strokes: Sequence[NDArray[np.float64]]) -> float:
    """Return the largest horizontal gap within a row, from 0, in the unit of its strokes, float64 [K, 2] each."""
    edges = sorted((float(stroke[:, 0].min()), float(stroke[:, 0].max())) for stroke in strokes)
    reached, largest = edges[0][1], 0.0
    for left, right in edges[1:]:
        largest, reached = max(largest, left - reached), max(reached, right)
    return largest


def composed(rng: np.random.Generator, rows: Sequence[Expression], style: PageStyle) -> Page:
    """Compose a page.

    Args:
        rng: Decides indents, gaps, sizes and slope.
        rows: The expressions from top to bottom; with two columns first those of the left one.
        style: How they lie.
    """
    first = rows if style.columns is None else rows[: (len(rows) + 1) // 2]
    placed: list[NDArray[np.float64]] = []
    y = 0.0
    for row in first:
        strokes = _written(rng, row, style)
        indent = rng.uniform(0, style.indent) * (rng.random() < 0.6)
        placed.append(strokes + np.array([indent, y]))
        y += float(strokes[..., 1].max()) + rng.uniform(*style.gap)
    if style.columns is not None:
        second = [_written(rng, row, style) for row in rows[len(first) :]]
        placed += _second_column(rng, rows, placed, second, style.columns)
    ink = [stroke for row in placed for stroke in row]
    row_of = [number for number, row in enumerate(placed) for _ in row]
    if style.marks:
        ink.append(_mark(rng, placed))
        row_of.append(len(rows))
    return Page(drawing_of(ink, math.radians(rng.uniform(-style.tilt, style.tilt))), np.array(row_of), tuple(rows))


def _written(rng: np.random.Generator, row: Expression, style: PageStyle) -> NDArray[np.float64]:
    """float64 [N, 32, 2]: an expression's strokes in heights of a symbol; the rectangle around them begins at 0, 0."""
    points = row.points * (math.exp(rng.normal(0, style.size)) / symbol_height(row))
    if style.result is not None and (result := list(result_of(row))):
        others = np.setdiff1d(np.arange(len(points)), result)
        points[result, :, 0] += points[others][..., 0].max() - points[result][..., 0].min() + rng.uniform(*style.result)
    found: NDArray[np.float64] = points - points.min(axis=(0, 1))
    return found


def _second_column(
    rng: np.random.Generator,
    rows: Sequence[Expression],
    first: Sequence[NDArray[np.float64]],
    written: Sequence[NDArray[np.float64]],
    gaps: tuple[float, float],
) -> list[NDArray[np.float64]]:
    """Put the rows of the right column beside those of the left one, at much the same heights or further down."""
    gap = rng.uniform(*gaps)
    if not all(map(has_equality, rows)):
        gap = max(gap, 1.3 * max(largest_gap(list(row)) for row in (*first, *written)))
    x, y, placed = max(float(row[..., 0].max()) for row in first) + gap, -math.inf, []
    for beside, strokes in zip(first, written, strict=False):
        middle = float(beside[..., 1].min() + beside[..., 1].max()) / 2
        height = float(strokes[..., 1].max())
        top = max(middle - height / 2 + rng.normal(0, 0.2), y)
        placed.append(strokes + np.array([x, top]))
        y = top + height + 0.3
    return placed


def _mark(rng: np.random.Generator, rows: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return a stroke on the page that is no row, float64 [K, 2]."""
    ink = np.concatenate([row.reshape(-1, 2) for row in rows])
    box, kind = box_of(ink), rng.random()
    if kind < 0.35:
        return margin_line(rng, box)
    if kind < 0.6:
        below = rows[int(rng.integers(len(rows)))]
        return rule(rng, box, float(below[..., 1].max()) + rng.uniform(0.05, 0.25))
    dot = tap(rng, box, ink) if kind > 0.85 else None
    return scribble(rng, box) if dot is None else dot


def drawing_of(strokes: Sequence[NDArray[np.float64]], slope: float = 0.0) -> Drawing:
    """Return strokes, float64 [K, 2] in heights of a symbol, turned by an angle in radians, as a drawing."""
    turn = np.array([[math.cos(slope), -math.sin(slope)], [math.sin(slope), math.cos(slope)]])
    return Drawing(
        tuple(
            Stroke(np.hstack([100 * stroke @ turn.T, np.zeros((len(stroke), 1)), np.full((len(stroke), 1), 0.5)]))
            for stroke in strokes
        )
    )


def pages_of(expressions: Sequence[Expression], count: int, style: PageStyle, seed: int) -> list[Page]:
    """Compose pages, each of expressions that one writer wrote.

    Args:
        expressions: Expressions by several writers; those of a writer with too few for a page are left out.
        count: Number of pages.
        style: How their rows lie; where results are moved, only expressions that have one are taken.
        seed: Decides everything that is left to chance.
    """
    rng = np.random.default_rng(seed)
    of_writer: dict[str, list[Expression]] = {}
    for one in expressions:
        if style.result is None or result_of(one):
            of_writer.setdefault(one.writer, []).append(one)
    writers = [own for own in of_writer.values() if len(own) >= style.rows[0]]
    if not writers:
        return []
    pages = []
    for _ in range(count):
        own = writers[rng.integers(len(writers))]
        number = min(int(rng.integers(style.rows[0], style.rows[1] + 1)), len(own))
        pages.append(composed(rng, [own[index] for index in rng.choice(len(own), number, replace=False)], style))
    return pages
