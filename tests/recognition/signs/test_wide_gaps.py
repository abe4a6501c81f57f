"""Gaps at which two rows may stand beside each other, and those that are left within a row."""

from itertools import accumulate

import numpy as np
import pytest

from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.signs.wide_gaps import has_side_gap, side_gaps

WIDTH = 50.0
HEIGHT = 100.0


def _row(labels: str, *gaps: float) -> tuple[LayoutTree, np.ndarray]:
    """Return signs in a row with these gaps between them, in heights, and their boxes; 0.2 where none is given."""
    names = labels.split()
    wide = [*gaps, *[0.2] * (len(names) - 1 - len(gaps))]
    lefts = accumulate((WIDTH + HEIGHT * gap for gap in wide), initial=0.0)
    relations: tuple[tuple[int, int, Relation], ...] = tuple((one, one + 1, "Right") for one in range(len(names) - 1))
    tree = LayoutTree(tuple(map(Symbol, names)), relations)
    return tree, np.array([(left, 0.0, left + WIDTH, HEIGHT) for left in lefts])


@pytest.mark.parametrize(
    ("labels", "gaps", "expected"),
    [
        ("1 2 7", (0.2, 1.0), True),
        ("1 2 7", (0.2, 0.6), False),
        # A number that stands alone may be two, and is none beside operators.
        ("6 2", (0.75,), True),
        ("6 2", (0.65,), False),
        ("1 . 6 2", (0.2, 0.2, 0.75), True),
        ("6 2 + 1", (0.75,), False),
        ("3 8 - 6 2 8 - 8", (0.2, 0.2, 0.2, 1.0), True),
        ("x y + 1", (1.5,), True),
        ("3 x + 4", (1.1,), False),
        # Around an operator both gaps are wide, and before a sign there is one only.
        ("1 2 - 7", (0.2, 1.2), True),
        ("1 2 - 7", (0.2, 1.2, 1.2), False),
        ("1 2 \\times 7", (0.2, 1.2), False),
        # A result may stand far away; an equation is none.
        ("1 + 2 = 3", (0.2, 0.2, 0.2, 3.0), False),
        ("1 + 2 = 3 + 4 =", (0.2, 0.2, 0.2, 1.0), True),
        ("1 + 2 = 3 + 4", (0.2, 0.2, 0.2, 1.0), False),
        ("x = a = b", (1.0, 1.0, 1.0, 1.0), False),
        # Some people write widely.
        ("1 2 3 4", (1.0, 1.0, 1.0), False),
        ("a , b", (0.2, 1.5), False),
        ("x \\sin y", (1.1,), False),
        ("x", (), False),
    ],
)
def test_two_rows_beside_each_other(labels: str, gaps: tuple[float, ...], expected: bool) -> None:
    assert has_side_gap(*_row(labels, *gaps)) is expected


@pytest.mark.parametrize(("width", "expected"), [(WIDTH, True), (5.0, False)])
def test_beside_a_one_a_gap_is_wide_and_no_doubt(width: float, expected: bool) -> None:
    tree = LayoutTree((Symbol("6"), Symbol("1")), ((0, 1, "Right"),))
    left = WIDTH + 0.75 * HEIGHT
    boxes = np.array([(0.0, 0.0, WIDTH, HEIGHT), (left, 0.0, left + width, HEIGHT)])

    assert has_side_gap(tree, boxes) is expected


@pytest.mark.parametrize(
    ("labels", "gaps", "clear"),
    [
        ("1 2 7", (0.2, 1.0), [False]),
        ("1 2 7", (0.2, 2.0), [True]),
        ("1 2 7", (1.5, 2.0), [False, True]),
        ("x + 2 7", (1.5, 1.5, 2.0), [False]),
        ("1 2 - 7", (0.2, 3.0), [False]),
        ("f ( x )", (3.0,), [False]),
        ("x = 3 y = 4", (0.2, 0.2, 1.5), [True]),
        ("1 + 2 3 + 4 5 + 6", (0.2, 0.2, 2.0, 0.2, 0.2, 2.0), [True, True]),
    ],
)
def test_rows_far_apart_are_two_beyond_doubt(labels: str, gaps: tuple[float, ...], clear: list[bool]) -> None:
    assert [gap.is_clear for gap in side_gaps(*_row(labels, *gaps))] == clear


def test_what_hangs_on_a_sign_goes_with_it() -> None:
    relations: tuple[tuple[int, int, Relation], ...] = ((0, 1, "Sup"), (0, 2, "Right"))
    tree = LayoutTree(tuple(map(Symbol, ("x", "2", "y"))), relations)
    boxes = np.array([(0, 40, 50, 140), (60, 0, 90, 60), (300, 40, 350, 140.0)])

    (gap,) = side_gaps(tree, boxes)

    assert gap.left == {0, 1}
    # The power reaches to the other sign: there is no gap.
    boxes[1, 2] = 290
    assert not has_side_gap(tree, boxes)
