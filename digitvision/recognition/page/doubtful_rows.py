"""Ink that nobody can be sure of, however clearly it is read: marks, rows across other rows, and whole knots."""

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds, Stroke
from digitvision.recognition.page.joined_forms import is_of_column
from digitvision.recognition.page.row_form import RowForm
from digitvision.recognition.rows.row_features import unit_of_boxes
from digitvision.recognition.rows.row_finder import are_beside

_TALL: Final = 4.5
_LONG: Final = 8.0
"""Height and width, in usual sizes of a page's strokes, from which a stroke by itself is a line along a margin, a
scribble or a rule."""

_DOT: Final = 0.2
"""Size, in usual sizes, below which ink by itself is a dot that nobody meant."""

_FLAT: Final = 0.25
"""Largest height of a rule, as a share of its width."""

_ENTANGLED: Final = 0.25
"""Share of a row's strokes within strokes of other rows from which it is open whose they are."""


HALF_SAID_TRUST: Final = 0.9
"""What the confidence of a row is multiplied with that is hardly all that was meant: it is likely, and not sure."""

_FEWEST: Final = 60
_KNOTTED: Final = 3.0
"""Number of strokes, and how many others each lies within on the average, from which they are a knot."""

KNOT: Final = "These strokes lie on top of each other so much that no rows can be found; erase some of them."


def boxes_of(strokes: Sequence[Stroke]) -> NDArray[np.float64]:
    """float64 [N, 4]: left, top, right, bottom of each stroke, of which there is at least one."""
    return np.array([stroke.bounds for stroke in strokes], np.float64)


def covers(boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return bool [N, N]: whether the middle of the first box lies within the second one, never of one and the same."""
    x, y = ((boxes[:, 0] + boxes[:, 2]) / 2)[:, None], ((boxes[:, 1] + boxes[:, 3]) / 2)[:, None]
    inside = (boxes[:, 0] < x) & (x < boxes[:, 2])
    inside &= (boxes[:, 1] < y) & (y < boxes[:, 3])
    np.fill_diagonal(inside, False)
    return inside


def is_knot(within: NDArray[np.bool_]) -> bool:
    """Whether strokes, given by `covers`, lie on top of each other as those of no page do."""
    return len(within) >= _FEWEST and float(within.sum(axis=1).mean()) > _KNOTTED


def doubtful_rows(
    boxes: NDArray[np.float64],
    within: NDArray[np.bool_],
    rows: Sequence[tuple[int, ...]],
    frames: Collection[int] = (),
) -> set[tuple[int, ...]]:
    """Return the rows that hold hardly anything to read, or that are entangled with other rows, or lie within others.

    Args:
        boxes: float64 [N, 4], of all strokes of the page.
        within: What `covers` returns of them.
        rows: The strokes of each row, by their indices; every stroke is in one row.
        frames: The strokes that are lines around others, and no zeros.
    """
    if len(rows) < 2:
        return set()
    unit = unit_of_boxes(boxes)
    order = np.concatenate([np.array(row, np.intp) for row in rows])
    counts = np.array([len(row) for row in rows])
    row_of = np.empty(len(boxes), np.intp)
    row_of[order] = np.repeat(np.arange(len(rows)), counts)
    framing = np.zeros(len(boxes), bool)
    framing[list(frames)] = True
    # What a line is drawn around is as sure as ever.
    entangled = (within & (row_of != row_of[:, None]) & ~framing).any(axis=1)
    shares = np.bincount(row_of, entangled, len(rows)) / counts
    firsts = np.cumsum(counts) - counts
    own = boxes[order]
    around = np.hstack([np.minimum.reduceat(own[:, :2], firsts), np.maximum.reduceat(own[:, 2:], firsts)])
    enclosed = (around[:, None, :2] < around[:, :2]).all(axis=2) & (around[:, None, 2:] > around[:, 2:]).all(axis=2)
    # A row of which all lies between parts of another one.
    enclosed &= (counts > 1) & (counts > 1)[:, None]
    between = enclosed.any(axis=0) | enclosed.any(axis=1)
    marks = _are_marks(own, counts, unit) | np.logical_or.reduceat(framing[order], firsts)
    doubtful = marks | (shares >= _ENTANGLED) | between
    return {rows[number] for number in np.flatnonzero(doubtful).tolist()}


def half_said_rows(rows: Sequence[tuple[Bounds, RowForm]]) -> set[int]:
    """Return the numbers of rows that are hardly all that was meant, however clearly they are read.

    These are bars and other signs by themselves, limits without what is below them, halves of fractions, and fractions
    whose bar may be the rule of a column. Rows that begin with `1.5` and `2.5` may be the exercises 1
    and 2. A row that ends with an equality sign is one, too, if something without one stands at its right, as far away
    as it may be, and that with it.

    Args:
        rows: Box and form of each row.
    """
    found = {number for number, (_, form) in enumerate(rows) if form.is_unfinished or form.is_sign}
    items = {form.item for _, form in rows} - {0}
    found |= {number for number, (_, form) in enumerate(rows) if form.item and items & {form.item - 1, form.item + 1}}
    found |= {number for number, (box, form) in enumerate(rows) if is_of_column(form, box, rows)}
    for left, (box, form) in enumerate(rows):
        if form.ends_with_equality:
            beside = [
                right
                for right, (own, other) in enumerate(rows)
                if box.right <= own.left and are_beside(box, own) and not other.has_equality
            ]
            found.update([left, *beside] if beside else ())
    return found


def _are_marks(boxes: NDArray[np.float64], counts: NDArray[np.intp], unit: float) -> NDArray[np.bool_]:
    """Return bool [R]: which rows are dots, or one line or scribble that is far too large.

    Args:
        boxes: float64 [N, 4], those of the rows' strokes, row by row.
        counts: intp [R], the number of strokes of each row.
        unit: The unit of the page.
    """
    firsts = np.cumsum(counts) - counts
    sides = np.maximum.reduceat(boxes[:, 2:], firsts) - np.minimum.reduceat(boxes[:, :2], firsts)
    width, height = sides.T / unit
    large = (height > _TALL) | ((width > _LONG) & (height < _FLAT * width))
    found: NDArray[np.bool_] = (sides.max(axis=1) / unit < _DOT) | ((counts == 1) & large)
    return found
