"""Names, numbers and units of a page's rows, as tables and programs take them."""

import pytest

from digitvision.recognition.calculation.calculation import Calculation
from digitvision.recognition.calculation.page_rows import page_rows
from digitvision.recognition.expression.semantics.value_process import ValueProcess
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.page_export.page_rows import ExportRow, export_rows
from digitvision.recognition.page_export.row_amounts import Amount, amount_of
from tests.recognition.page_export.pages import page


def _worked_out(*answers: str, at_once: bool = True) -> list[tuple[str, str, str, str]]:
    """Return name, value, number and unit of each row of a page, as the program itself works it out."""
    reading, process = page(*answers), ValueProcess()
    calculation = Calculation(process)
    try:
        for _ in calculation.changes(page_rows(reading.rows), at_once=at_once):
            pass
    finally:
        process.close()
    values = [result.value for result in calculation.results]
    return list(map(_cells, export_rows(reading, values)))


def _cells(row: ExportRow) -> tuple[str, str, str, str]:
    return row.name, row.amount.text, row.amount.number, row.amount.unit


def test_a_name_has_its_number_whether_it_was_written_or_worked_out() -> None:
    rows = ("a = 3", "b = a + 8", "b =", r"c = \frac { 7 } { 1 2 }", "x _ { 1 } = - 2 . 5", "f ( x ) = x ^ { 2 }")

    assert _worked_out(*rows, at_once=False) == [
        ("a", "3", "3", ""),
        ("b", "11", "11", ""),
        ("", "11", "11", ""),
        ("c", "7/12 ≈ 0.5833", "0.583333333333333", ""),
        ("x_1", "-2.5", "-2.5", ""),
        ("f(x)", "x²", "", ""),
    ]


def test_a_call_defines_the_name_that_it_stands_behind() -> None:
    assert _worked_out("f ( x ) = x ^ { 2 }", "c = f ( 3 )")[1] == ("c", "9", "9", "")


def test_numbers_by_themselves_are_numbers_and_other_rows_are_none() -> None:
    assert _worked_out("1 2 . 5", "- 3", "3 < 4", "x + y", "3 + 4 = 7", "2 = a", '"12 apples') == [
        ("", "12.5", "12.5", ""),
        ("", "-3", "-3", ""),
        ("", "true", "", ""),
        ("", "", "", ""),
        ("", "true", "", ""),
        ("", "", "", ""),
        ("", "", "", ""),
    ]


def test_a_unit_stands_beside_its_number() -> None:
    assert _worked_out("d = 5 k m", "v = - 3 k g", r"3 \frac { k m } { h }", "m = 4", "u = 5 m") == [
        ("d", "5 km", "5", "km"),
        ("v", "-3 kg", "-3", "kg"),
        ("", "3 km/h", "3", "km/h"),
        ("m", "4", "4", ""),
        ("u", "20", "20", ""),
    ]


def test_a_decimal_comma_becomes_the_point_that_all_programs_know() -> None:
    rows = _worked_out("a = 3 , 1 4", "b = 1 . 2 3 4 , 5", "c = 1 . 2 3 4")

    assert [row[:1] + row[2:] for row in rows] == [("a", "3.14", ""), ("b", "1234.5", ""), ("", "", "")]


@pytest.mark.slow
def test_what_the_algebra_system_works_out_has_its_numbers_and_units_too() -> None:
    rows = _worked_out(
        "d = 5 k m",
        "d + 2 m =",
        "v = \\frac { d } { 2 s }",
        "y = \\sqrt { 2 }",
        "x ^ { 2 } = 4",
        "2 z = 8",
        at_once=False,
    )

    assert rows[1:] == [
        ("", "5.002 km", "5.002", "km"),
        ("v", "2.5 km/s", "2.5", "km/s"),
        ("y", "≈ 1.4142", "1.4142", ""),
        ("", "x = -2, x = 2", "", ""),
        ("", "z = 4", "4", ""),
    ]


@pytest.mark.parametrize(
    ("exact", "decimal", "number", "unit"),
    [
        ("1/1000000000", "1×10⁻⁹", "1e-09", ""),
        (None, "1×10³⁰", "1e+30", ""),
        (None, "4.0239×10²⁵⁶⁷", "", ""),
        ("2√(2)", "2.8284", "2.8284", ""),
        ("12 kg·m/s²", None, "12", "kg·m/s²"),
        ("90°", None, "90", "°"),
        ("12 apples", None, "", ""),
        ("x = 3 or x = 4", None, "", ""),
        ("∞", None, "", ""),
        ("-" + "7" * 400, None, "", ""),
        ("123456789012345678", None, "1.23456789012346e+17", ""),
    ],
)
def test_a_number_is_one_that_spreadsheets_hold(exact: str | None, decimal: str | None, number: str, unit: str) -> None:
    assert amount_of(Value("shown", "shown", "number", exact, decimal)) == Amount("shown", number, unit)
