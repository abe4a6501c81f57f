"""Pages composed of real expressions by one writer, written under and beside each other as people do."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.training.expression.corpus import Expression

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
    """

    rows: tuple[int, int] = (2, 6)
    gap: tuple[float, float] = (0.3, 1.3)
    indent: float = 4.0
    tilt: float = 1.2
    size: float = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page and what stands on it.

    Attributes:
        drawing: All strokes, row by row.
        row_of: intp [N], the row of each stroke.
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


def composed(rng: np.random.Generator, rows: Sequence[Expression], style: PageStyle) -> Page:
    """Compose a page.

    Args:
        rng: Decides indents, gaps, sizes and slope.
        rows: The expressions from top to bottom.
        style: How they lie.
    """
    strokes: list[NDArray[np.float64]] = []
    row_of: list[int] = []
    y = 0.0
    for number, row in enumerate(rows):
        scale = math.exp(rng.normal(0, style.size)) / symbol_height(row)
        x = rng.uniform(0, style.indent) * (rng.random() < 0.6)
        points = row.points * scale
        low = points.min(axis=(0, 1))
        strokes += list(points - low + (x, y))
        row_of += [number] * len(points)
        y += float(points[..., 1].max()) - low[1] + rng.uniform(*style.gap)
    return Page(drawing_of(strokes, math.radians(rng.uniform(-style.tilt, style.tilt))), np.array(row_of), tuple(rows))


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
        style: How their rows lie.
        seed: Decides everything that is left to chance.
    """
    rng = np.random.default_rng(seed)
    of_writer: dict[str, list[Expression]] = {}
    for one in expressions:
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
