"""Columns of numbers with a rule under them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.recognition.calculation.calculation import Calculation
from digitvision.recognition.calculation.column_sums import column_sums
from digitvision.recognition.calculation.page_rows import PageRow
from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from tests.recognition.calculation.pages import OwnProcess, number_row, page, rule
from tests.recognition.expression.trees import tree_of

STEP = 60.0


def _column(*numbers: str, right: float = 300) -> list[PageRow]:
    return [number_row(latex, right=right, top=STEP * at) for at, latex in enumerate(numbers)]


def _ruled(*numbers: str, result: str = "") -> list[PageRow]:
    rows = _column(*numbers)
    rows.append(rule(100, 310, STEP * len(numbers)))
    if result:
        rows.append(number_row(result, right=300, top=STEP * len(numbers) + 20))
    return rows


def _shown(rows: list[PageRow]) -> dict[int, str]:
    return {one.row: one.sentence or (one.value.text if one.value else "") for one in column_sums(rows)}


@pytest.mark.parametrize(
    ("numbers", "total"),
    [
        (["1 2", "3 4"], "46"),
        (["1 2 3", "5", "9 9"], "227"),
        (["1 2", "- 3 4"], "-22"),
        (["1 2", "+ 3 4", "- 5"], "41"),
        (["- 1 2", "3 4"], "22"),
        ([r"1 2", r"\times 3 4"], "408"),
        (["1 2", "x 3 4"], "408"),
        (["1 . 5", "2 . 7 5"], "4.25"),
        (["1 , 5", "2 , 5"], "4"),
        (["1 . 0 0 0 , 5", "1"], "1001.5"),
    ],
)
def test_a_rule_sums_what_stands_above_it(numbers: list[str], total: str) -> None:
    rows = _ruled(*numbers)

    assert _shown(rows) == {len(numbers): total}


@pytest.mark.parametrize(("result", "told"), [("4 6", "true"), ("4 7", "false: 46"), ("- 4 6", "false: 46")])
def test_a_written_result_is_checked(result: str, told: str) -> None:
    rows = _ruled("1 2", "3 4", result=result)

    assert _shown(rows) == {3: told}


@pytest.mark.parametrize("label", ["-", "_", r"\_", "—"])
def test_a_rule_may_be_read_as_any_flat_line(label: str) -> None:
    rows = [*_column("1 2", "3 4"), rule(100, 310, 120, label)]

    assert _shown(rows) == {2: "46"}


def test_numbers_are_aligned_at_their_points() -> None:
    rows = [
        number_row("1 2 . 5", right=300, top=0),
        # The same place for the ones, and two digits more behind the point.
        number_row("3 . 2 5", right=330, top=STEP),
        rule(100, 340, 2 * STEP),
    ]

    assert _shown(rows) == {2: "15.75"}


def test_long_multiplication_has_its_product_under_the_second_rule() -> None:
    rows = _ruled("1 2", r"\times 3 4", result="4 8")
    rows += [number_row("3 6", right=270, top=200), rule(100, 310, 250)]

    assert _shown(rows) == {5: "408"}
    assert _shown([*rows, number_row("4 0 8", right=300, top=270)]) == {6: "true"}


def test_a_sum_goes_on_under_its_result() -> None:
    rows = _ruled("1 2", "3 4", result="4 6")
    rows += [number_row("+ 4", right=300, top=200), rule(100, 310, 260)]

    assert _shown(rows) == {3: "true", 5: "50"}


def test_a_sign_in_a_row_of_its_own_counts() -> None:
    rows = [*_column("1 2", "3 4"), rule(150, 310, 120)]
    sign = number_row("+", right=210, top=STEP + 5, height=30)
    minus = rule(180, 210, STEP + 20)

    assert _shown([*rows, sign]) == {2: "46"}
    assert _shown([*rows, minus]) == {2: "-22"}


def test_columns_beside_each_other_are_sums_of_their_own() -> None:
    left, right = _column("1 2", "3 4", right=200), _column("5 0", "7", right=500)
    rows = [left[0], right[0], left[1], right[1], rule(100, 210, 120), rule(420, 510, 121)]

    assert _shown(rows) == {4: "46", 5: "57"}


@pytest.mark.parametrize(
    "rows",
    [
        [*_column("1 2"), rule(100, 310, 60)],
        [*_column("1 2", "3 4"), rule(270, 300, 120)],
        [number_row("1 2", right=300, top=0), number_row("3 4", right=420, top=60), rule(200, 430, 120)],
        [*_column("1 2", "3 4"), rule(100, 310, 500)],
        [*_column("1 2", "x = 3"), rule(100, 310, 120)],
        [*_column("1 2", r"2^{3}"), rule(100, 310, 120)],
        [*_column("1 2", "3 4")],
        [rule(100, 310, 120)],
        [rule(100, 310, 10), *_column("1 2", "3 4")],
    ],
)
def test_what_is_no_column_has_no_sum(rows: list[PageRow]) -> None:
    assert column_sums(rows) == ()


def test_only_the_numbers_below_something_else_are_summed() -> None:
    rows = [*_column("9 9", "x = 3", "1 2", "4"), rule(100, 310, 4 * STEP)]

    assert _shown(rows) == {4: "16"}


def test_a_number_that_may_be_two_is_told() -> None:
    assert _shown(_ruled("1 , 2 3 4", "1")) == {
        2: "1,234 may be 1.234 or 1234: write it without the comma.",
    }
    assert _shown(_ruled("1 . 0 0 0", "2 , 5")) == {
        2: "1.000 may be 1000 beside decimal commas: write it without the point.",
    }
    assert _shown(_ruled("2", "3", r"\times 4")) == {
        3: "Two numbers can be multiplied under each other, not a whole column.",
    }


def test_boxes_of_rows_are_enough() -> None:
    rows = [replace(row, boxes=()) for row in _ruled("1 2", "3 4")]

    assert _shown(rows) == {2: "46"}


@pytest.mark.parametrize(("relation", "told"), [("Above", {1: "46"}), ("Below", {2: "true"})])
def test_a_rule_that_was_read_with_the_number_above_or_below_it_counts(
    relation: Relation, told: dict[int, str]
) -> None:
    column, bar = _column("1 2", "3 4"), rule(200, 310, 2 * STEP)
    number = column.pop() if relation == "Above" else number_row("4 6", right=300, top=2 * STEP + 20)
    assert number.tree is not None
    symbols = (Symbol("-"), *number.tree.symbols)
    both = LayoutTree(symbols, ((0, 1, relation), (1, 2, "Right")))
    column.append(PageRow(both, "equation", bar.box.united(number.box), (bar.box, *number.boxes)))

    assert _shown(column) == told


def test_a_fraction_is_no_column() -> None:
    bar = rule(200, 310, STEP)
    tree = tree_of(r"\frac{3}{4}")
    three, four = number_row("3", right=300, top=STEP - 50), number_row("4", right=300, top=STEP + 10)
    fraction = PageRow(tree, "equation", bar.box.united(three.box), (bar.box, three.box, four.box))

    assert column_sums([number_row("1 2", right=300, top=-80), fraction]) == ()


def test_a_page_has_sums_and_names() -> None:
    column = [
        replace(row, box=row.box._replace(top=row.box.top + 400, bottom=row.box.bottom + 400), boxes=())
        for row in _ruled("1 2", "3 4")
    ]

    results = Calculation(OwnProcess()).update([*page("a = 3", "2 a ="), *column])

    assert [result.value.text if result.value else "" for result in results] == ["", "6", "", "", "46"]


@pytest.mark.slow
@given(st.lists(st.integers(0, 99999), min_size=2, max_size=7), st.floats(-8, 8), st.floats(0.3, 3))
def test_any_column_comes_to_its_sum(numbers: list[int], shift: float, scale: float) -> None:
    rows = _ruled(*(" ".join(str(one)) for one in numbers))
    moved = []
    for at, row in enumerate(rows):
        aside = shift if at % 2 else 0
        boxes = tuple(
            box._replace(
                left=scale * (box.left + aside),
                right=scale * (box.right + aside),
                top=scale * box.top,
                bottom=scale * box.bottom,
            )
            for box in (row.box, *row.boxes)
        )
        moved.append(replace(row, box=boxes[0], boxes=boxes[1:]))

    assert _shown(moved) == {len(numbers): _shown(rows)[len(numbers)]}
    assert _shown(rows)[len(numbers)] == str(sum(numbers))


def _lines(rows: list[PageRow]) -> list[list[str]]:
    return [[line.text or "rule" for line in one.lines] for one in column_sums(rows)]


def test_the_lines_of_a_column() -> None:
    assert _lines(_ruled("1 2", "+ 3 4")) == [["12", "+34", "rule"]]
    assert _lines(_ruled("1 2", "3 4", result="4 6")) == [["12", "34", "rule", "46"]]
    product = _ruled("1 2", r"\times 3 4", result="4 8")
    product += [number_row("3 6", right=270, top=200), rule(100, 310, 250)]
    assert _lines(product) == [["12", "×34", "rule", "48", "36", "rule"]]


def test_a_sign_in_a_row_of_its_own_stands_in_the_column() -> None:
    rows = [*_column("1 2", "3 4"), rule(150, 310, 120), rule(180, 210, STEP + 20)]

    (column,) = column_sums(rows)

    assert [line.text for line in column.lines] == ["12", "-34", ""]
    assert [line.rows for line in column.lines] == [(0,), (1, 3), (2,)]
