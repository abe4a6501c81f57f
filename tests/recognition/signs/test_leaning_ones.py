"""Ones that may be slashes: straight, leaning, and between digits."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.signs.leaning_ones import has_leaning_one

UPRIGHT = [(2, 0), (1, 50), (0, 100)]
LEANING = [(40, 0), (20, 50), (0, 100)]
UPWARDS = [(0, 100), (40, 0)]
BACK = [(0, 0), (40, 100)]
FLAGGED = [(10, 30), (40, 0), (0, 100)]


def _read(labels: str, *ones: list[tuple[int, int]]) -> tuple[LayoutTree, list[NDArray[np.float64]]]:
    strokes, waiting = [], list(ones)
    for label in labels:
        strokes.append(np.array(waiting.pop(0) if label == "1" else [(0, 0), (50, 0), (0, 100)], np.float64))
    relations: tuple[tuple[int, int, Relation], ...] = tuple((one, one + 1, "Right") for one in range(len(labels) - 1))
    return LayoutTree(tuple(Symbol(label, (at,)) for at, label in enumerate(labels)), relations), strokes


@pytest.mark.parametrize(
    ("labels", "ones", "expected"),
    [
        ("210=", (LEANING,), True),
        ("210=", (UPWARDS,), True),
        ("210=", (UPRIGHT,), False),
        ("210=", (BACK,), False),
        ("210=", (FLAGGED,), False),
        ("110=", (UPRIGHT, LEANING), True),
        # Who leans writes all ones so.
        ("110=", (LEANING, LEANING), False),
        ("10=", (LEANING,), False),
        ("2+1=", (LEANING,), False),
        ("21", (LEANING,), False),
    ],
)
def test_a_leaning_one_between_digits_may_be_a_slash(
    labels: str, ones: tuple[list[tuple[int, int]], ...], expected: bool
) -> None:
    assert has_leaning_one(*_read(labels, *ones)) is expected
