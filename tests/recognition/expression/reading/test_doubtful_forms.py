"""Forms that nobody can be sure of: a fraction beside a number, and tall lines around something."""

import numpy as np
import pytest

from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.expression.reading.doubtful_forms import has_half_fraction, is_doubtful

FRACTION: tuple[tuple[int, int, Relation], ...] = ((0, 1, "Sup"), (1, 2, "Above"), (1, 3, "Below"))


def _tree(labels: str, *relations: tuple[int, int, Relation]) -> LayoutTree:
    names = labels.split()
    row: tuple[tuple[int, int, Relation], ...] = tuple((index, index + 1, "Right") for index in range(len(names) - 1))
    return LayoutTree(tuple(map(Symbol, names)), relations or row)


@pytest.mark.parametrize(("bar", "expected"), [(50, True), (35, True), (5, False), (-20, False), (97, False)])
def test_a_fraction_beside_the_middle_is_hardly_a_power(bar: float, expected: bool) -> None:
    boxes = [(0, 0, 50, 100), (60, bar - 1, 100, bar + 1), (70, bar - 40, 90, bar - 10), (70, bar + 10, 90, bar + 40)]

    assert is_doubtful(_tree("2 - 1 4", *FRACTION), np.array(boxes, np.float64)) is expected


def test_a_fraction_that_follows_a_number_is_what_it_is() -> None:
    boxes = np.array([(0, 0, 50, 100), (60, 50, 100, 52), (70, 10, 90, 40), (70, 60, 90, 90)], np.float64)
    beside: tuple[tuple[int, int, Relation], ...] = ((0, 1, "Right"), (1, 2, "Above"), (1, 3, "Below"))

    assert not is_doubtful(_tree("2 - 1 4", *beside), boxes)


@pytest.mark.parametrize(
    ("labels", "ends", "expected"),
    [
        ("1 - 7 1", (-8, 108), True),
        ("l - 7 |", (-8, 108), True),
        ("| - 7 |", (-8, 108), False),
        ("1 - 7 1", (0, 100), False),
        ("1 - 7 x", (-8, 108), False),
        ("1 - 7 1", (-80, 180), False),
    ],
)
def test_tall_lines_around_something_may_be_bars(labels: str, ends: tuple[float, float], expected: bool) -> None:
    top, bottom = ends
    boxes = [(0, top, 2, bottom), (20, 49, 60, 51), (70, 0, 110, 100), (130, top, 133, bottom)]

    assert is_doubtful(_tree(labels), np.array(boxes, np.float64)) is expected


@pytest.mark.parametrize(
    ("labels", "gap", "expected"),
    [
        ("1 . 9 = x", 100, True),
        ("1 . 9 = x", 40, False),
        ("x . 9 = x", 100, False),
        ("1 , 9 = x", 100, False),
        ("1 . x = x", 100, False),
    ],
)
def test_a_gap_behind_the_point_of_the_first_number_leaves_open_whether_it_numbers_an_item(
    labels: str, gap: float, expected: bool
) -> None:
    after = 75 + gap
    boxes: list[tuple[float, float, float, float]] = [(0, 0, 50, 100), (70, 92, 75, 100)]
    boxes += [(after + 90 * index, 0, after + 90 * index + 50, 100) for index in range(3)]

    assert is_doubtful(_tree(labels), np.array(boxes, np.float64)) is expected


@pytest.mark.parametrize(
    ("labels", "expected"), [("2 . . 8", True), ("2 . 8 .", False), ("2 . . . 8", False), ("2 . 8", False)]
)
def test_two_points_beside_each_other_are_no_sign(labels: str, expected: bool) -> None:
    digit = [0.0 if label == "." else 1.0 for label in labels.split()]
    boxes = [(40.0 * place, 90 - 90 * high, 40 * place + 8 + 24 * high, 100.0) for place, high in enumerate(digit)]

    assert is_doubtful(_tree(labels), np.array(boxes)) is expected


@pytest.mark.parametrize(("upper", "expected"), [("=", True), ("+", False)])
def test_a_line_between_equations_is_hardly_the_bar_of_a_fraction(upper: str, expected: bool) -> None:
    tree = _tree(f"- 9 {upper} 6 8", (0, 1, "Above"), (1, 2, "Right"), (2, 3, "Right"), (0, 4, "Below"))
    boxes = [(0, 99, 300, 101), (0, 0, 50, 80), (80, 30, 120, 50), (150, 0, 200, 80), (100, 120, 150, 200)]

    assert is_doubtful(tree, np.array(boxes, np.float64)) is expected


def test_a_single_sign_has_no_such_form() -> None:
    assert not is_doubtful(LayoutTree((Symbol("1"),)), np.array([[0, 0, 2, 100.0]]))


@pytest.mark.parametrize(("gap", "expected"), [(20.0, False), (110.0, True)])
def test_two_equations_beside_each_other_are_hardly_one(gap: float, expected: bool) -> None:
    lefts = [0.0, 70.0, 140.0, 200.0 + gap, 270.0 + gap, 340.0 + gap]
    boxes = np.array([(left, 0, left + 50, 100) for left in lefts])

    assert is_doubtful(_tree("a = 3 x = 4"), boxes) is expected
    assert not is_doubtful(_tree("a = 3 x + 4"), boxes)


def test_half_a_fraction_is_noticed() -> None:
    above: tuple[tuple[int, int, Relation], ...] = ((0, 1, "Above"),)

    assert has_half_fraction(_tree("- 7", *above))
    assert not has_half_fraction(_tree("- 7"))
    assert not has_half_fraction(_tree("2 - 1 4", *FRACTION))


@pytest.mark.parametrize(("height", "expected"), [(60, True), (80, True), (95, False)])
def test_small_digits_around_a_slash_behind_a_large_one_may_be_a_fraction(height: float, expected: bool) -> None:
    boxes = [(0, 0, 50, 100), (60, 10, 90, 10 + height), (95, 0, 120, 100), (125, 10, 155, 10 + height)]

    assert is_doubtful(_tree("8 5 / 6"), np.array(boxes, np.float64)) is expected
    assert not is_doubtful(_tree("8 + / 6"), np.array(boxes, np.float64))


@pytest.mark.parametrize(
    ("labels", "expected"), [("8 \\prime 1", True), ("8 \\prime \\prime", False), ("f \\prime 1", False)]
)
def test_what_is_raised_behind_a_prime_hardly_hangs_on_it(labels: str, expected: bool) -> None:
    boxes = np.array([(0, 0, 50, 100), (60, -5, 66, 25), (80, 0, 85, 30)], np.float64)

    assert is_doubtful(_tree(labels, (0, 1, "Sup"), (1, 2, "Right")), boxes) is expected


def test_a_tick_below_the_digits_is_hardly_a_point() -> None:
    boxes = np.array([(0, 0, 50, 100), (60, 80, 66, 112), (80, 0, 130, 100)], np.float64)

    assert is_doubtful(_tree("6 . 5"), boxes)


@pytest.mark.parametrize(
    ("labels", "expected"), [("a ) 6 + 5", True), ("( a ) + 5", False), ("[ 0 ; 1 )", False), ("] a ; b [", False)]
)
def test_a_bracket_that_closes_nothing_is_behind_the_letter_of_an_exercise(labels: str, expected: bool) -> None:
    boxes = np.array([(60 * index, 0, 60 * index + 50, 100.0) for index in range(len(labels.split()))])

    assert is_doubtful(_tree(labels), boxes) is expected


@pytest.mark.parametrize(
    ("labels", "expected"), [("x 2 + 1", True), ("x + 2", False), ("2 x", False), ("x y", False), ("a 2", False)]
)
def test_an_x_before_a_number_may_be_a_sign_of_multiplication(labels: str, expected: bool) -> None:
    boxes = np.array([(60 * index, 0, 60 * index + 50, 100.0) for index in range(len(labels.split()))])

    assert is_doubtful(_tree(labels), boxes) is expected


def test_an_index_of_an_x_is_no_number_behind_it() -> None:
    boxes = np.array([(0, 0, 50, 100), (55, 70, 85, 130)], np.float64)

    assert not is_doubtful(_tree("x 2", (0, 1, "Sub")), boxes)
