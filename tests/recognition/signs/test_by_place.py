"""Commas, bars, mixed numbers, primes and gaps, told from a layout by sizes and places alone."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.signs.by_place import told_by_place
from digitvision.recognition.signs.digit_groups import gaps_between_digits
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
