"""Rings beside the rest of a digit: what a percent sign leaves that lacks a part."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.recognition.signs.loose_rings import has_loose_ring, has_mark_behind

SLASH = np.linspace((60.0, 0.0), (10.0, 100.0), 32)


def _ring(x: float, y: float, wide: float = 30.0, tall: float = 34.0) -> NDArray[np.float64]:
    turn = np.linspace(0, 2 * np.pi, 32)
    return np.stack([x + wide / 2 * np.cos(turn), y + tall / 2 * np.sin(turn)], axis=1)


@pytest.mark.parametrize(
    ("text", "ring", "expected"),
    [
        ("7", _ring(10, 20), True),
        ("9", _ring(10, 20), True),
        ("6", _ring(80, 80), True),
        ("9", _ring(35, 20, wide=34), False),
        ("7", _ring(35, 20, wide=34), True),
        ("8", _ring(10, 20), False),
        ("%", _ring(10, 20), False),
        ("4", _ring(10, 20, tall=5), False),
    ],
)
def test_a_ring_apart_from_the_rest_is_hardly_a_part_of_a_digit(
    text: str, ring: NDArray[np.float64], expected: bool
) -> None:
    points = np.stack([SLASH, ring])

    assert has_loose_ring([text], [(0, 1)], points) is expected
    assert not has_loose_ring([text, "0"], [(0,), (1,)], points)


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("8", (48, -8, 74, 20), True),
        ("7", (55, -5, 60, 24), True),
        ("5", (10, -8, 58, 4), False),
        ("4", (48, 0, 52, 100), False),
        ("9", (60, 85, 66, 100), False),
        ("n", (48, -8, 74, 20), False),
    ],
)
def test_a_small_raised_part_behind_a_digit_is_hardly_a_part_of_it(
    text: str, mark: tuple[float, float, float, float], expected: bool
) -> None:
    assert has_mark_behind([text], [np.array([(0, 0, 50, 100), mark], np.float64)]) is expected
    assert not has_mark_behind([text], [np.array([(0, 0, 50, 100)], np.float64)])
