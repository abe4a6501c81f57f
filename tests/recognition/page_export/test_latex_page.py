"""A page as LaTeX: read again by a translator of its own, and checked for balance."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latex2mathml.converter import convert

from digitvision.recognition.expression.layout import LayoutError, LayoutTree
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.page_export.latex_page import align_of, document_of, escaped
from digitvision.recognition.page_export.page_rows import export_rows
from digitvision.recognition.page_export.text_forms import page_text
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

_SPECIAL = re.compile(r"(?<!\\)(?:\\\\)*[#$%&_^~]")


def _body(text: str) -> list[str]:
    """Return the lines of an `align*`, without their ends and comments; each but the last has to have an end."""
    first, *lines, last = text.split("\n")
    assert (first, last) == (r"\begin{align*}", r"\end{align*}")
    bare = [re.sub(r" % .*", "", line) for line in lines]
    assert all(line.endswith(r" \\") for line in bare[:-1])
    assert not bare[-1].endswith(r"\\")
    return [line.removesuffix(r" \\") for line in bare]


def _is_balanced(text: str) -> bool:
    depth = 0
    for sign in re.findall(r"\\.|[{}]", text, flags=re.DOTALL):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    left, right = (len(re.findall(rf"\\{name}(?![a-z])", text)) for name in ("left", "right"))
    return depth == 0 and left == right


def test_rows_are_aligned_at_their_first_relation_sign() -> None:
    rows = export_rows(
        page("2 x + 1 = 5", "= 4", "x ^ { 2 } = y < 3", "x + 1", r"f ( x = 3 ) \leq 2"),
    )

    assert _body(align_of(rows)) == [
        "  2x + 1 &= 5",
        "  &= 4",
        "  x^{2} &= y < 3",
        "  &x + 1",
        r"  f(x = 3) &\leq 2",
    ]


def test_what_was_computed_is_bold_and_stands_where_a_person_would_write_it() -> None:
    rows = export_rows(page("3 + 4 =", "x ^ { 2 } = 4", '"so'), [SEVEN, SOLUTIONS, SEVEN])

    assert _body(align_of(rows)) == [
        r"  3 + 4 &= \boldsymbol{7}",
        r"  x^{2} &= 4 &&\to \boldsymbol{x = -2,\; x = 2}",
        r"  &\text{so} &&\to \boldsymbol{7}",
    ]


def test_a_row_may_begin_with_what_the_lines_end_before_would_take_for_its_own() -> None:
    rows = export_rows(page("a = 1", "[ 2 ] = 3", "* = 3", "[ 2 ]"))

    assert [line[:4] for line in _body(align_of(rows))[1:]] == ["  {}", "  {}", "  &["]


def test_another_program_reads_the_same_table() -> None:
    rows = export_rows(
        page(r"\frac { x } { 2 } = \sqrt { 2 }", '"what follows', r"\sum _ { n = 1 } ^ { 3 } n =", "= 6"),
        [None, None, SEVEN, None],
    )

    table = ElementTree.fromstring(convert(align_of(rows))).find(".//{*}mtable")

    assert table is not None
    cells = [["".join(cell.itertext()) for cell in row] for row in table]
    assert cells == [["x2", "=2"], ["", "what\u00a0follows"], ["∑n=13n", "=7"], ["", "=6"]]
    assert len(table.findall(".//{*}mfrac")) == len(table.findall(".//{*}msqrt")) == 1


def test_comments_say_what_is_not_sure_and_what_was_not_read() -> None:
    rows = export_rows(
        page_of(row_of("a = 1"), row_of("b = 2", 1, sure=False, confidence=0.61), unread_row(2, "No\nway."))
    )

    lines = align_of(rows).split("\n")

    assert lines[1] == r"  a &= 1 \\"
    assert lines[2] == r"  b &= 2 \\ % Row 2: likely, 61.0 %"
    assert lines[3] == r"  &\text{not read} % Row 3: No way."
    assert "%" not in align_of(rows, notes=False)


def test_a_document_has_its_title_and_all_that_it_needs() -> None:
    text = document_of(export_rows(page("3 + 4 ="), [SEVEN]), title="100 % & more")

    assert text.startswith("\\documentclass{article}\n")
    assert r"\section*{100 \% \& more}" in text
    assert r"3 + 4 &= \computed{7}" in text
    for name in ("amsmath", "xcolor", "fontenc"):
        assert re.search(rf"\\usepackage(\[\w+\])?{{{name}}}", text)
    assert re.findall(r"\\begin{(.*?)}", text) == ["document", "align*"]
    assert re.findall(r"\\end{(.*?)}", text) == ["align*", "document"]
    assert "% There are letters" not in text
    assert "% There are letters" in document_of(export_rows(page('"שלום')))


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_words_is_a_command(text: str) -> None:
    document = document_of(export_rows(page(f'"{text}', "a = 1")), title=text)

    (words,) = re.findall(r"&\\text{(.*)} \\\\", document)
    assert _is_balanced(document)
    assert not _SPECIAL.search(re.sub(r"\$[^$]*\$", "", words))
    assert set(re.findall(r"\\[A-Za-z]+", words)) <= {
        r"\textbackslash",
        r"\textless",
        r"\textgreater",
        r"\textbar",
        r"\textasciitilde",
        r"\textasciicircum",
        r"\textasciigrave",
    }


def test_neighbours_in_words_stay_two_signs() -> None:
    assert escaped("--- '' a-b") == "-{}-{}- '{}' a-b"


def test_signs_of_mathematics_in_words_are_commands_that_every_latex_knows() -> None:
    assert escaped("3 × 4 ≤ π") == r"3 $\times$ 4 $\leq$ $\pi$"


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(any_trees(), min_size=1, max_size=4))
def test_every_page_is_balanced_and_has_as_many_columns_as_it_may(trees: list[LayoutTree]) -> None:
    try:
        rows = export_rows(page_of(*(row_of(tree, number) for number, tree in enumerate(trees))), [SEVEN] * len(trees))
    except LayoutError:
        return

    text = align_of(rows)

    assert _is_balanced(text)
    lines = _body(text)
    assert len(lines) == len(trees)
    assert all(1 <= len(re.findall(r"(?<!\\)&", line)) <= 3 for line in lines)
    assert all(line.strip() for line in lines)


def test_no_rows_are_no_table() -> None:
    assert align_of(()) == ""


# --- columns --------------------------------------------------------------------------------------------------------


def test_a_column_has_its_rule_and_its_sum_under_that() -> None:
    rows = export_rows(column_page("1 2", "+ 3 4", below=("a = 5",)), [None, None, FORTY_SIX, None])

    assert _body(align_of(rows)) == [
        r"  &\begin{array}{r} 12 \\ {}+34 \\ \hline \boldsymbol{46} \end{array}",
        "  a &= 5",
    ]


def test_a_result_that_was_written_is_no_computed_one() -> None:
    true = Value("true", r"\text{true}", "truth", exact="true")
    rows = export_rows(column_page("1 , 5", r"\times 2", result="3"), [None, None, None, true])

    assert _body(align_of(rows)) == [
        r"  &\begin{array}{r} 1{,}5 \\ {}\times 2 \\ \hline 3 \end{array} &&\to \boldsymbol{\text{true}}"
    ]


def test_another_program_reads_the_column() -> None:
    rows = export_rows(column_page("1 2", "3 4"), [None, None, FORTY_SIX])

    table = ElementTree.fromstring(convert(align_of(rows))).find(".//{*}mtable//{*}mtable")

    assert table is not None
    assert ["".join(line.itertext()) for line in table] == ["12", "34", "46"]


def test_a_column_says_which_of_its_rows_are_not_sure() -> None:
    reading = column_page("1 2", "3 4")
    first = replace(reading.rows[0], reading=replace(reading.rows[0].reading, sure=False))
    rows = export_rows(replace(reading, rows=(first, *reading.rows[1:])), [None, None, FORTY_SIX])

    assert align_of(rows).split("\n")[1].endswith("% Row 1: likely, 97.0 %")


def test_a_rule_by_itself_is_exported_as_its_column() -> None:
    reading, values = column_page("1 2", "3 4", below=("a = 5",)), [None, None, FORTY_SIX, None]

    assert page_text(reading, values, "align", row=2).count(r"\hline") == 1
    assert _body(page_text(reading, values, "align", row=0).rstrip()) == ["  &12"]
    # A line that rules off no column is a minus sign, as far as anybody knows.
    assert _body(align_of(export_rows(page("x = 3", "-")))) == ["  x &= 3", "  &-"]
