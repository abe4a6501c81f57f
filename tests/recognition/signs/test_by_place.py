"""Commas, bars, mixed numbers, primes and gaps, told from a layout by sizes and places alone."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.signs.by_place import told_by_place
from digitvision.recognition.signs.decimal_commas import has_tick_as_point
from digitvision.recognition.signs.digit_groups import gaps_between_digits
from digitvision.recognition.signs.mixed_numbers import numerators_before_slashes
from tests.recognition.expression.trees import tree_of

Boxes = list[tuple[float, float, float, float]]


def _told(tree: LayoutTree, boxes: Boxes, corrections: Corrections | None = None) -> dict[int, str]:
    """Return the labels that are told, by the only stroke of each symbol: the diagonal of its box."""
    places = np.array(boxes, np.float64)
    steps = np.linspace(0, 1, 8)[None, :, None]
    points: NDArray[np.float64] = places[:, None, 2:] * [[[0, 1]]] + places[:, None, :2] * [[[1, 0]]]
    points = points * (1 - steps) + (places[:, None, 2:] * [[[1, 0]]] + places[:, None, :2] * [[[0, 1]]]) * steps
    told = told_by_place(tree, places, points, corrections or Corrections())
    return {next(iter(strokes)): label for strokes, label in told.labels}


@pytest.mark.parametrize(
    ("top", "bottom", "label"),
    [(85, 118, ","), (80, 104, ","), (92, 101, "."), (40, 49, None), (20, 80, None), (85, 104, None)],
)
@pytest.mark.parametrize("read", [",", "1"])
def test_what_is_low_between_digits_is_told_by_its_height(
    read: str, top: float, bottom: float, label: str | None
) -> None:
    boxes: Boxes = [(0, 0, 50, 100), (60, top, 66, bottom), (80, 0, 130, 100)]

    assert _told(tree_of(f"1 {read} 5"), boxes).get(1) == label


@pytest.mark.parametrize(("bottom", "expected"), [(101, "."), (118, None), (122, ",")])
def test_a_tick_that_was_read_as_a_point_is_a_comma_where_it_hangs_low(bottom: float, expected: str | None) -> None:
    boxes: Boxes = [(0, 0, 50, 100), (60, min(bottom - 9, 90), 66, bottom), (80, 0, 130, 100)]

    assert _told(tree_of("1 . 5"), boxes).get(1) == expected


@pytest.mark.parametrize(
    ("latex", "ends", "labels"),
    [
        ("1 - 7 1", (-20, 120), {0: "|", 3: "|"}),
        ("1 - 7 1", (0, 100), {}),
        ("1 - 7 1", (-4, 104), {}),
        ("1 9 7 1", (-20, 120), {}),
        ("1 = 7 1", (-20, 120), {}),
        ("( - 7 )", (-20, 120), {}),
    ],
)
def test_lines_are_bars_where_they_stick_out_around_a_sum(
    latex: str, ends: tuple[float, float], labels: dict[int, str]
) -> None:
    top, bottom = ends
    middle = (20.0, 0.0, 60.0, 100.0) if "9" in latex else (20.0, 49.0, 60.0, 51.0)
    boxes: Boxes = [(0, top, 2, bottom), middle, (70, 0, 110, 100), (130, top, 133, bottom)]

    assert _told(tree_of(latex), boxes) == labels


@pytest.mark.parametrize(("bar", "beside"), [(50, True), (35, True), (20, False), (-20, False), (90, False)])
def test_a_fraction_is_beside_a_digit_where_its_bar_is(bar: float, beside: bool) -> None:
    boxes: Boxes = [
        (0, 0, 50, 100),
        (60, bar - 1, 100, bar + 1),
        (70, bar - 40, 90, bar - 10),
        (70, bar + 10, 90, bar + 40),
    ]
    tree = tree_of(r"2^{\frac{1}{4}}")

    told = told_by_place(tree, np.array(boxes, np.float64), np.zeros((4, 8, 2)), Corrections())

    assert [relation for *_, relation in told.relations] == ["Right"] * beside
    assert not told_by_place(
        tree_of(r"2^{\frac{x}{4}}"), np.array(boxes, np.float64), np.zeros((4, 8, 2)), Corrections()
    )


@pytest.mark.parametrize(
    ("height", "primes"), [(20, 2), (40, 2), (60, 0)], ids=["short", "longer", "as high as a power"]
)
def test_short_strokes_behind_a_digit_are_primes(height: float, primes: int) -> None:
    boxes: Boxes = [(0, 0, 50, 100), (60, -5, 64, height - 5), (75, -5, 79, height - 5)]

    assert list(_told(tree_of("6^{1 1}"), boxes).values()) == [r"\prime"] * primes


def test_a_small_letter_is_a_power() -> None:
    boxes: Boxes = [(0, 0, 50, 100), (60, -5, 84, 28)]

    assert not _told(tree_of("2^{n}"), boxes)
    assert _told(tree_of("2^{/}"), boxes) == {1: r"\prime"}


def test_a_power_that_begins_with_a_one_is_none() -> None:
    boxes: Boxes = [(0, 0, 50, 100), (60, -5, 64, 30), (75, -5, 110, 30)]

    assert not _told(tree_of("6^{1 2}"), boxes)


def test_what_was_chosen_for_a_sign_stays() -> None:
    boxes: Boxes = [(0, 0, 50, 100), (60, 85, 66, 118), (80, 0, 130, 100)]
    chosen = Corrections().with_label({1}, "1")

    assert _told(tree_of("1 1 5"), boxes, chosen) == {1: "1"}


def test_only_wide_gaps_between_digits_count() -> None:
    lefts = [0, 60, 120, 300, 360, 600, 660, 800]
    boxes = np.array([(left, 0, left + 50, 100) for left in lefts], np.float64)
    tree = LayoutTree(tuple(map(Symbol, "12345+67")), tuple((at, at + 1, "Right") for at in range(7)))

    assert gaps_between_digits(tree, boxes) == {3, 7}


def _groups_told(latex: str, groups: list[tuple[int, ...]], boxes: Boxes) -> list[int]:
    """Return which strokes, the diagonals of their boxes, are told to be primes; the groups are a row's signs."""
    row = tree_of(latex)
    tree = LayoutTree(
        tuple(Symbol(one.label, group) for one, group in zip(row.symbols, groups, strict=True)), row.relations
    )
    places = np.array(boxes, np.float64)
    own = np.array(
        [[*places[list(group), :2].min(axis=0), *places[list(group), 2:].max(axis=0)] for group in groups], np.float64
    )
    steps = np.linspace(0, 1, 8)[None, :, None]
    points: NDArray[np.float64] = places[:, None, :2] * (1 - steps) + places[:, None, 2:] * steps
    told = told_by_place(tree, own, points, Corrections())
    return sorted(stroke for strokes, label in told.labels if label == r"\prime" for stroke in strokes)


@pytest.mark.parametrize(
    ("boxes", "primes"),
    [
        ([(0, 0, 50, 100), (60, -5, 66, 25), (80, 0, 130, 100)], [1]),
        ([(0, 0, 50, 100), (60, -5, 66, 25), (55, 0, 130, 100)], []),
        ([(0, 0, 50, 100), (60, -5, 66, 80), (80, 0, 130, 100)], []),
    ],
    ids=["a short one before it", "one within it", "a long one"],
)
def test_a_tick_that_was_taken_for_a_part_of_the_next_digit_is_a_prime(boxes: Boxes, primes: list[int]) -> None:
    assert _groups_told("6 7", [(0,), (1, 2)], boxes) == primes


def test_ticks_that_were_taken_for_a_part_of_the_digit_before_them_are_primes() -> None:
    boxes: Boxes = [(0, 0, 50, 100), (60, -5, 66, 25), (72, -5, 79, 24)]

    assert _groups_told("5", [(0, 1, 2)], boxes) == [1, 2]


@pytest.mark.parametrize(("label", "primes"), [("n", [1, 2]), ("4", [1, 2]), ("x", [])])
def test_two_short_strokes_beside_each_other_are_a_pair_of_primes(label: str, primes: list[int]) -> None:
    boxes: Boxes = [(0, 0, 50, 100), (60, -5, 76, 22), (80, -5, 96, 24)]

    assert _groups_told(f"8^{{{label}}}", [(0,), (1, 2)], boxes) == primes


def test_primes_behind_the_next_digit_do_not_make_those_before_it_a_power() -> None:
    boxes: Boxes = [(0, 0, 50, 100), (60, -5, 66, 25), (80, 0, 84, 100), (95, -5, 100, 25), (110, -5, 115, 25)]

    assert _groups_told("5 1 1 1 1", [(0,), (1,), (2,), (3,), (4,)], boxes) == [1, 3, 4]


@pytest.mark.parametrize(
    ("latex", "heights", "found"),
    [
        ("2 1 / 4", (100, 50, 60, 50), [1]),
        ("1 2 1 0 / 1 1", (100, 98, 60, 55, 60, 60, 60), [2]),
        ("2 1 / 4", (100, 95, 100, 95), []),
        ("1 / 4", (50, 60, 50), []),
        ("2 1 / x", (100, 50, 60, 50), []),
    ],
)
def test_small_digits_around_a_slash_begin_a_fraction(latex: str, heights: tuple[int, ...], found: list[int]) -> None:
    boxes = np.array([(60 * place, 0, 60 * place + 40, height) for place, height in enumerate(heights)], np.float64)

    assert numerators_before_slashes(tree_of(latex), boxes) == found


@pytest.mark.parametrize(
    ("label", "bottom", "expected"), [(".", 112, True), (".", 104, False), (",", 112, False), (".", 101, False)]
)
def test_a_tick_that_hangs_a_little_is_hardly_a_point(label: str, bottom: float, expected: bool) -> None:
    top = 80 if bottom > 101 else 92
    boxes = np.array([(0, 0, 50, 100), (60, top, 66, bottom), (80, 0, 130, 100)], np.float64)

    assert has_tick_as_point(tree_of(f"1 {label} 5"), boxes) is expected
