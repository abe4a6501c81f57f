"""Forms of rows and of what they would be together: unfinished, far-fetched, columns; and limits between operators."""

import numpy as np
import pytest

from digitvision.ink.stroke import Bounds
from digitvision.recognition.page.doubtful_rows import half_said_rows
from digitvision.recognition.page.joined_forms import hangs, is_far_fetched, is_of_column
from digitvision.recognition.page.nearer_limits import limit_of_upper
from digitvision.recognition.page.number_rows import are_numbers
from digitvision.recognition.page.row_form import RowForm, form_of
from tests.recognition.expression.trees import tree_of


@pytest.mark.parametrize(
    ("latex", "strokes", "hung", "far"),
    [
        (r"x_{0}^{x = y}", {2, 3, 4}, True, True),
        (r"b_{14}", {1, 2}, True, False),
        (r"\sum_{k = 1} k", {1, 2, 3}, False, False),
        (r"\sum^{a \leq b} k", {1, 2, 3}, False, True),
        (r"\int_{0}^{\pi} x", {2}, False, False),
        (r"\frac{a = b}{2}", {1, 2, 3}, False, False),
        (r"e^{x = y} + 1", {4, 5}, False, False),
        (r"a + b", {2}, False, False),
    ],
)
def test_what_hangs_on_a_sign_of_the_other_row(latex: str, strokes: set[int], *, hung: bool, far: bool) -> None:
    tree = tree_of(latex)

    assert hangs(tree, strokes) == hung
    assert is_far_fetched(tree, strokes) == far


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        ("12", {"is_number", "is_calculation"}),
        ("-3.5", {"is_number", "is_calculation"}),
        ("12+3=", {"is_calculation", "ends_with_equality", "has_equality"}),
        (r"\lim x = 3", {"is_unfinished", "has_equality"}),
        (r"\lim_{x}", {"asks_for_more"}),
        (r"\lim_{x} x", set()),
        ("-", {"is_bar", "is_sign"}),
        ("=", {"is_sign", "begins_with_relation", "has_equality"}),
        ("2.9 + 1 =", {"is_calculation", "ends_with_equality", "has_equality", "item"}),
        ("0.9 + 1 =", {"is_calculation", "ends_with_equality", "has_equality"}),
        ("2.9", {"is_number", "is_calculation"}),
        ("-^{34}", {"is_calculation", "is_number_at_rule", "is_unfinished"}),
        (r"\frac{34}{56}", {"has_number_above", "is_calculation"}),
        (r"\frac{+34}{56}", {"has_number_above", "has_sign_above", "is_calculation"}),
        (r"\frac{x}{56} + 1", set()),
        ("= 3 x", {"begins_with_relation", "has_equality"}),
        ("x +", {"asks_for_more"}),
    ],
)
def test_the_form_of_a_row(latex: str, said: set[str]) -> None:
    form = form_of(tree_of(latex))

    assert {name for name in RowForm.__slots__ if getattr(form, name)} == said


def test_a_bar_below_a_column_is_its_rule() -> None:
    fraction, box = form_of(tree_of(r"\frac{34}{46}")), Bounds(0, 100, 200, 320)
    number = form_of(tree_of("12"))

    assert is_of_column(fraction, box, [(Bounds(10, -20, 190, 70), number)])
    # Too far above, at the side, or no number.
    assert not is_of_column(fraction, box, [(Bounds(10, -220, 190, -130), number)])
    assert not is_of_column(fraction, box, [(Bounds(400, -20, 580, 70), number)])
    assert not is_of_column(fraction, box, [(Bounds(10, -20, 190, 70), form_of(tree_of("x")))])
    assert not is_of_column(form_of(tree_of(r"\frac{a}{4}")), box, [(Bounds(10, -20, 190, 70), number)])


def test_a_rule_may_reach_beyond_a_column_whose_last_number_has_a_sign() -> None:
    number, box = form_of(tree_of("12")), Bounds(0, 100, 300, 320)

    assert is_of_column(form_of(tree_of(r"\frac{+34}{46}")), box, [(Bounds(10, -20, 190, 70), number)])
    assert not is_of_column(form_of(tree_of(r"\frac{34}{46}")), box, [(Bounds(10, -20, 190, 70), number)])


def test_rows_that_are_hardly_all_that_was_meant_are_named() -> None:
    def rows(*given: tuple[str, float, float]) -> list[tuple[Bounds, RowForm]]:
        return [(Bounds(x, y, x + 100, y + 50), form_of(tree_of(latex))) for latex, x, y in given]

    assert half_said_rows(rows(("x=1", 0, 0), ("-", 0, 100), (r"\lim x", 0, 200))) == {1, 2}
    # A result far away, and another calculation beside.
    assert half_said_rows(rows(("y=", 0, 0), ("15", 900, 0), ("2", 0, 100))) == {0, 1}
    assert half_said_rows(rows(("1+2=", 0, 0), ("4-1=", 900, 0))) == set()


def test_a_limit_belongs_to_the_operator_that_it_is_close_to() -> None:
    upper, lower = tree_of(r"\sum x"), tree_of(r"\sum^{k} y")
    strokes = (0, 1), (3, 2, 4)
    boxes = np.array([[0, 0, 50, 60], [60, 20, 90, 60], [15, 66, 30, 90], [0, 140, 50, 200], [60, 150, 90, 190]], float)

    assert limit_of_upper(upper, strokes[0], lower, strokes[1], boxes) == {2}
    # Halfway between both it stays where it is, and so where the upper operator has a limit already.
    moved = boxes + np.array([[0], [0], [22], [0], [0]]) * np.array([0, 1, 0, 1])
    assert not limit_of_upper(upper, strokes[0], lower, strokes[1], moved)
    full = tree_of(r"\sum_{n} x")
    assert not limit_of_upper(full, (0, 5, 1), lower, strokes[1], np.vstack([boxes, [[15, 62, 30, 64]]]))


def test_pages_of_numbers_are_told() -> None:
    forms = [form_of(tree_of(latex)) for latex in ("12", "407", "3+4=", "x")]

    assert are_numbers(forms[:3])
    assert not are_numbers(forms[:1])
    assert not are_numbers(forms)
