"""A page as Markdown, MathML and CSV."""

import csv
import io
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.page_export.markdown_page import escaped, markdown_of
from digitvision.recognition.page_export.mathml_page import page_mathml
from digitvision.recognition.page_export.page_rows import cleaned, export_rows
from digitvision.recognition.page_export.row_table import COLUMNS, table_of
from digitvision.recognition.page_export.text_forms import TEXT_FORMS, NothingReadFault, TextForm, page_text
from digitvision.recognition.prediction import PAGE, Reading
from tests.recognition.expression.trees import any_trees
from tests.recognition.page_export.pages import (
    FORTY_SIX,
    HOSTILE,
    SEVEN,
    SOLUTIONS,
    column_page,
    page,
    page_of,
    row_of,
    unread_row,
)

NEGATIVE = Value("-5", "-5", "number", exact="-5")


# --- Markdown -------------------------------------------------------------------------------------------------------


def test_formulas_are_blocks_and_words_are_paragraphs() -> None:
    rows = export_rows(page('"Find x', "2 x = 4", "x =", '"and then', "3 + 4 ="), [None, None, None, None, SEVEN])

    assert markdown_of(rows, title="A page") == (
        "# A page\n\nFind x\n\n"
        "$$\n\\begin{aligned}\n2x &= 4 \\\\\nx &=\n\\end{aligned}\n$$\n\n"
        "and then\n\n$$\n3 + 4 = \\boldsymbol{7}\n$$\n"
    )


def test_markdown_says_what_is_not_sure_and_what_was_not_read() -> None:
    rows = export_rows(page_of(row_of("b = 2", 0, sure=False, confidence=0.61), unread_row(1, "Too much ink.")))

    text = markdown_of(rows)

    assert "*Row 2: Too much ink.*" in text
    assert "<!-- Row 1: likely, 61.0 % -->" in text
    assert "<!--" not in markdown_of(rows, notes=False)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_words_is_markup(text: str) -> None:
    words = escaped(text)

    assert "\n" not in words
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>#|$~]", words)
    plain = words.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    assert re.sub(r"\\(.)", r"\1", plain) == cleaned(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1. first", "1\\. first"),
        ("12) x", "12\\) x"),
        ("- x", "\\- x"),
        ("a - 1.5: b", "a - 1.5: b"),
        ("a == b", "a \\=\\= b"),
    ],
)
def test_words_stay_readable_and_begin_no_list(text: str, written: str) -> None:
    assert escaped(text) == written


def test_a_column_is_an_array_with_a_rule_in_it() -> None:
    rows = export_rows(column_page("1 2", "+ 3 4", below=("a = 5",)), [None, None, FORTY_SIX, None])

    array = r"\begin{array}{r} 12 \\ {}+34 \\ \hline \boldsymbol{46} \end{array}"
    assert markdown_of(rows) == f"$$\n\\begin{{aligned}}\n&{array} \\\\\na &= 5\n\\end{{aligned}}\n$$\n"
    assert markdown_of(rows[:3]) == f"$$\n{array}\n$$\n"


# --- MathML ---------------------------------------------------------------------------------------------------------


def test_mathml_is_one_table_aligned_at_the_relation_signs() -> None:
    rows = export_rows(
        page_of(row_of("x ^ { 2 } = 4"), row_of('"so', 1), row_of("3 + 4 =", 2), unread_row(3)),
        [SOLUTIONS, None, SEVEN, None],
    )

    root = ElementTree.fromstring(page_mathml(rows))

    assert root.tag == "{http://www.w3.org/1998/Math/MathML}math"
    (table,) = root
    assert [["".join(cell.itertext()) for cell in row] for row in table] == [
        ["x2", "=4", "→x=−2,x=2"],
        ["", "so"],
        ["3+4", "=7"],
        ["", "[These are 900 strokes, and at most 300 can be read as an equation.]"],
    ]
    computed = table.findall(".//{*}mrow[@class='computed']")
    assert ["".join(one.itertext()) for one in computed] == ["x=−2,x=2", "7"]


def test_a_rule_is_a_line_in_the_table_of_its_column() -> None:
    rows = export_rows(column_page("1 2", "- 3 4", below=("a = 5",)), [None, None, FORTY_SIX, None])

    root = ElementTree.fromstring(page_mathml(rows))

    column, other = root.findall("./{*}mtable/{*}mtr")
    table = column.find(".//{*}mtable")
    assert table is not None
    assert table.get("rowlines") == "none solid none"
    assert ["".join(line.itertext()) for line in table] == ["12", "\N{MINUS SIGN}34", "46"]
    assert [cell.get("style", "") for cell in table.iterfind(".//{*}mtd")] == ["", "border-bottom: 1px solid", ""]
    assert "".join(other.itertext()) == "a=5"
    assert "".join(column.itertext()).count("46") == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_words_survive_mathml(text: str) -> None:
    root = ElementTree.fromstring(page_mathml(export_rows(page(f'"{text}'))))

    assert [element.text for element in root.iter() if element.text] == [cleaned(text)]


@settings(max_examples=40)
@given(st.lists(any_trees(), min_size=1, max_size=3))
def test_every_page_is_sound_mathml(trees: list[LayoutTree]) -> None:
    rows = export_rows(page_of(*(row_of(tree, number) for number, tree in enumerate(trees))))

    (table,) = ElementTree.fromstring(page_mathml(rows))

    assert len(table) == len(trees)


def test_a_value_that_mathml_cannot_hold_is_text() -> None:
    odd = Value("odd", r"\begin{never", "number")

    assert "<mtext>odd</mtext>" in page_mathml(export_rows(page("3 + 4 ="), [odd]))


# --- CSV ------------------------------------------------------------------------------------------------------------


def _cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_table_has_values_names_and_trust() -> None:
    reading = page_of(
        row_of("a = 3"), row_of("3 + 4 =", 1, sure=False, confidence=0.61), unread_row(2, "Too much, sorry.")
    )

    head, *rows = _cells(table_of(export_rows(reading, [None, SEVEN, None])))

    assert tuple(head) == COLUMNS
    assert rows == [
        ["1", "equation", "a=3", "a = 3", "a", "3", "3", "", "true", "0.97", ""],
        ["2", "equation", "3+4=", "3 + 4 =", "", "7", "7", "", "false", "0.61", ""],
        ["3", "not read", "", "", "", "", "", "", "false", "0.0", "Too much, sorry."],
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_words_survive_csv(text: str) -> None:
    _, row = _cells(table_of(export_rows(page(f'"{text}'))))

    assert row[2] == ("'" if text.startswith("-") else "") + cleaned(text)


@pytest.mark.parametrize("text", ["=1+1", "+1 x", "-cmd", "@sum", "= 5", "-7+2=", "+3 4="])
def test_no_cell_is_a_formula_of_a_spreadsheet(text: str) -> None:
    _, words, formula = _cells(table_of(export_rows(page(f'"{text}', "- 7 + 2 ="), [None, NEGATIVE])))

    assert words[2] == f"'{text}"
    assert (formula[2], formula[3]) == ("'-7+2=", "'-7 + 2 =")
    # What is a number stays one.
    assert (formula[5], formula[6]) == ("-5", "-5")


@pytest.mark.parametrize("text", ["-7", "+34", "-1,5", "12"])
def test_a_number_in_a_table_stays_a_number(text: str) -> None:
    _, row = _cells(table_of(export_rows(page(f'"{text}'))))

    assert row[2] == text


def test_a_table_has_what_a_column_comes_to() -> None:
    rows = export_rows(column_page("1 2", "+ 3 4"), [None, None, FORTY_SIX])

    cells = [row[1:7] for row in _cells(table_of(rows))[1:]]

    assert cells == [
        ["equation", "12", "12", "", "12", "12"],
        ["equation", "+34", "+34", "", "+34", "34"],
        ["column", "12+34", "12+34", "", "46", "46"],
    ]


# --- all of them ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", TEXT_FORMS)
def test_thirty_rows_and_one_of_them(form: TextForm) -> None:
    reading = page(*(f"a = {number % 10}" for number in range(29)), "b = 7")

    whole, one = page_text(reading, (), form), page_text(reading, (), form, row=29)

    marks = {"latex": " &= ", "align": " &= ", "markdown": " &= ", "mathml": "<mtr>", "csv": "equation"}
    assert whole.count(marks[form]) == 30
    assert "b" in one
    assert "a = 3" not in one
    assert "<mi>a</mi>" not in one


@pytest.mark.parametrize("form", TEXT_FORMS)
def test_what_was_not_read_is_refused_with_the_reason(form: TextForm) -> None:
    with pytest.raises(NothingReadFault, match="Nothing was read"):
        page_text(Reading(PAGE), (), form)
    with pytest.raises(NothingReadFault, match="These are 1,300 strokes"):
        page_text(Reading(PAGE, refusal="These are 1,300 strokes."), (), form)
    with pytest.raises(NothingReadFault, match="Too much ink"):
        page_text(page_of(unread_row(0, "Too much ink.")), (), form)


def test_there_has_to_be_such_a_row() -> None:
    with pytest.raises(ValueError, match="there is no row 1 among 1"):
        page_text(page("a = 1"), (), "csv", row=1)
