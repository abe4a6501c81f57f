"""What exports know of the rows of a page: kinds, names, values, and what was not read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.ink.stroke import Bounds
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.models.model_card import CHARACTER
from digitvision.recognition.page_export.latex_page import aligned_row
from digitvision.recognition.page_export.page_rows import NOT_READ, cleaned, export_rows
from digitvision.recognition.prediction import LINE, Candidate, Reading
from tests.recognition.page_export.pages import (
    FORTY_SIX,
    HOSTILE,
    SEVEN,
    column_page,
    page,
    page_of,
    row_of,
    unread_row,
)


def test_each_row_has_its_kind() -> None:
    number = row_of("1 2 . 5", 1)
    line = Reading(LINE, number.reading.candidates, tree=number.reading.tree)
    rows = export_rows(
        page_of(row_of("x = 3"), type(number)(line, number.strokes, number.box), row_of('"so it is', 2), unread_row(3))
    )

    assert [row.kind for row in rows] == ["equation", "number", "words", "not read"]
    assert [row.number for row in rows] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("latex", "name"),
    [
        ("a = 3", "a"),
        ("f ( x ) = x ^ { 2 }", "f(x)"),
        ("3 = a", ""),
        ("a =", ""),
        ("a + 1 = 3", ""),
        ("a < 3", ""),
        ("a = b = 3", ""),
        (r"a = \unheard", ""),
    ],
)
def test_a_row_has_the_name_that_it_defines(latex: str, name: str) -> None:
    assert export_rows(page(latex))[0].name == name


def test_a_row_asks_where_it_ends_with_an_equals_sign_alone() -> None:
    assert [row.asks for row in export_rows(page("3 + 4 =", "3 + 4 = 7", "3 <", "=", '"so =', "-"))] == [
        True,
        False,
        False,
        True,
        False,
        False,
    ]


def test_only_the_rule_under_a_column_has_a_sum_below() -> None:
    rows = export_rows(column_page("1 2", "3 4", below=("x = 3", "-")))

    assert [row.has_sum_below for row in rows] == [False, False, True, False, False]
    assert [row.kind for row in rows] == ["equation", "equation", "column", "equation", "equation"]
    assert rows[2].text == "12+34"


def test_a_function_is_not_computed_because_its_value_is_its_own_formula() -> None:
    function = Value("y = x²", "y = x^{2}", "function")

    rows = export_rows(page("y = x ^ { 2 }", "3 + 4 ="), [function, SEVEN])

    assert [row.computed for row in rows] == [None, SEVEN]


def test_a_reading_that_is_no_page_is_one_row() -> None:
    equation = row_of("x = 3", 2)
    (row,) = export_rows(equation.reading, [SEVEN])
    (character,) = export_rows(Reading(CHARACTER, (Candidate("7", "7", 0.9),)))

    assert (row.text, row.value, row.box, row.strokes) == ("x=3", SEVEN, equation.box, equation.strokes)
    assert (character.kind, character.text) == ("equation", "7")
    assert export_rows(Reading(CHARACTER)) == ()


def test_values_have_to_fit_the_rows() -> None:
    with pytest.raises(ValueError, match="2 values do not fit 1 rows"):
        export_rows(page("x = 3"), [None, None])


def test_a_row_that_was_not_read_says_why() -> None:
    refused, waiting = export_rows(page_of(unread_row(0, "Too much\nink."), unread_row(1, "")))

    assert refused.problem == "Too much ink."
    assert waiting.problem == NOT_READ


def test_a_row_that_is_nested_too_deeply_is_text() -> None:
    symbols = tuple(Symbol("x") for _ in range(60))
    deep = LayoutTree(symbols, tuple((index, index + 1, "Sup") for index in range(59)))
    (row,) = export_rows(page_of(type(unread_row(0))(_read(deep), (), unread_row(0).box)))

    assert (row.kind, row.structure, row.text) == ("words", None, "x to the x")


def _read(tree: LayoutTree) -> Reading:
    return Reading("equation", (Candidate("x to the x", "x", 0.9),), tree=tree)


@given(st.text() | st.sampled_from(HOSTILE))
def test_cleaned_text_is_one_line_that_every_document_may_hold(text: str) -> None:
    clean = cleaned(text)

    clean.encode("utf-8")
    assert clean == " ".join(clean.split())
    assert not any(ord(sign) < 32 or sign in "\u202e\u2066\x7f" for sign in clean)
    assert [sign for sign in text if sign.isalnum() and sign not in clean and sign.isprintable()] == []


def test_a_rule_that_was_read_with_the_number_above_it_is_the_columns() -> None:
    first = row_of("1 2")
    tree = LayoutTree((Symbol("-", (9,)), Symbol("3", (7,)), Symbol("4", (8,))), ((0, 1, "Above"), (1, 2, "Right")))
    boxes = (Bounds(0, 170, 110, 174), Bounds(0, 100, 48, 160), Bounds(60, 100, 108, 160))
    glyphs = tuple(
        replace(first.reading.glyphs[0], strokes=symbol.strokes, box=box)
        for symbol, box in zip(tree.symbols, boxes, strict=True)
    )
    candidate = replace(first.reading.candidates[0], text="34/", latex=tree.latex)
    reading = replace(first.reading, candidates=(candidate,), glyphs=glyphs, tree=tree)
    second = replace(first, reading=reading, strokes=(7, 8, 9), box=Bounds(0, 100, 110, 174))

    rows = export_rows(page_of(first, second), [None, FORTY_SIX])

    assert [(row.kind, row.text, row.on_ink) for row in rows] == [("equation", "12", "12"), ("column", "12+34", "34")]
    assert rows[1].column == ("12", "34", "")
    assert aligned_row(rows[1], command="") == r"&\begin{array}{r} 12 \\ 34 \\ \hline {46} \end{array}"
