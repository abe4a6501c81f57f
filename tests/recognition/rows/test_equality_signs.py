"""Equality signs, and parts of a row that go on at one."""

import pytest

from digitvision.ink.stroke import Stroke
from digitvision.recognition.rows.equality_signs import equality_bars, goes_on_at_equality
from digitvision.recognition.rows.row_features import shapes_of
from tests.ink.drawings import line


def _sign(x: float, y: float = 0.0) -> Stroke:
    return line((x, y), (x + 0.5, y + 1))


def _equality(x: float) -> list[Stroke]:
    return [line((x, 0.4), (x + 0.5, 0.42)), line((x, 0.65), (x + 0.5, 0.63))]


def test_bars_of_equality_signs_are_told_from_other_bars() -> None:
    minus, rule = line((3, 0.5), (3.5, 0.5)), line((5, 1.2), (9, 1.2))
    strokes = [_sign(0), *_equality(1), minus, rule, line((5, 1.5), (9, 1.5))]

    assert equality_bars(shapes_of(strokes).boxes).tolist() == [False, True, True, False, False, False]


@pytest.mark.parametrize(
    ("left", "right", "goes_on"),
    [
        ([_sign(0), _sign(1)], [*_equality(4), _sign(5)], True),
        ([_sign(0), *_equality(1)], [_sign(4), _sign(5)], True),
        # Two sums beside each other, whose results are still missing.
        ([_sign(0), *_equality(1)], [_sign(4), *_equality(5)], False),
        ([_sign(0), *_equality(1), _sign(2)], [_sign(5), *_equality(6), _sign(7)], False),
        ([_sign(0)], [_sign(4)], False),
    ],
)
def test_a_row_goes_on_before_and_behind_an_equality_sign(
    left: list[Stroke], right: list[Stroke], *, goes_on: bool
) -> None:
    boxes = [shapes_of(list(reversed(part))).boxes for part in (left, right)]
    assert goes_on_at_equality(*boxes) is goes_on
