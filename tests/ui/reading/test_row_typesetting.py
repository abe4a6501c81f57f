"""Rows typeset a few at a time, and a page of one glyph as a character."""

from dataclasses import replace
from unittest.mock import Mock

import pytest

from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.page.page_recognizer import page_of
from digitvision.recognition.prediction import Candidate, Reading, RowReading
from digitvision.ui.reading import row_typesetting
from digitvision.ui.reading.reading_kinds import FEW_STROKES
from digitvision.ui.reading.row_typesetting import RowTypesetter, as_character
from tests.recognition.expression.trees import tree_of
from tests.ui.expressions import KnownReader, row

_NONE = Corrections()


def _row(text: str, *strokes: int, mode: str = "equation") -> RowReading:
    reading = Reading(mode, (Candidate(text, text, 0.9),), tree=tree_of(" ".join(text))) if text else Reading("")
    return RowReading(reading, strokes, Bounds(0, 0, 1, 1))


def _texts(page: Reading, formulas: tuple[object, ...]) -> list[str]:
    return [row.reading.text for row, formula in zip(page.rows, formulas, strict=True) if formula is not None]


def test_with_time_all_rows_are_typeset_but_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_typesetting, "TYPESETTING_S", 60.0)
    page = page_of([_row("1+2", 0), _row("abc", 1, mode="line"), _row("3", 2)])

    formulas, complete = RowTypesetter().typeset_rows(page, ())

    assert _texts(page, formulas) == ["1+2", "3"]
    assert complete


def test_without_time_the_row_that_was_written_last_comes_first_and_then_those_in_sight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(row_typesetting, "TYPESETTING_S", -1.0)
    page = page_of([_row("1", 0), _row("2", 9), _row("3", 2), _row("4", 3)])
    typesetter, seen = RowTypesetter(), []

    for _ in range(4):
        formulas, complete = typesetter.typeset_rows(page, {3})
        seen.append(_texts(page, formulas))

    assert seen == [["2"], ["2", "4"], ["1", "2", "4"], ["1", "2", "3", "4"]]
    assert complete


def test_equal_rows_are_typeset_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Mock(side_effect=lambda tree: object())
    monkeypatch.setattr(row_typesetting, "typeset", made)
    typesetter = RowTypesetter()

    first, _ = typesetter.typeset_rows(page_of([_row("1+2", 0), _row("1+2", 1)]), ())
    again, _ = typesetter.typeset_rows(page_of([_row("1+2", 7)]), ())

    assert made.call_count == 1
    assert first[0] is first[1] is again[0]


def test_a_page_with_rows_still_to_be_read_is_not_complete() -> None:
    _, complete = RowTypesetter().typeset_rows(page_of([_row("1", 0), _row("", 1)]), ())

    assert not complete


def test_a_page_whose_time_was_up_is_complete_once_nothing_changes_any_more() -> None:
    late = replace(page_of([_row("1", 0), _row("2", 1)]), unfinished=True)
    typesetter = RowTypesetter()

    assert [typesetter.typeset_rows(late, ())[1] for _ in range(2)] == [False, True]


def _as_character(page: Reading, strokes: int, text: str, *, sure: bool, corrections: Corrections = _NONE) -> str:
    character = Reading("character", (Candidate(text, text, 0.9),), sure)
    return as_character(Drawing(tuple(row(strokes))), page, corrections, lambda *_: character).mode


def _page(script: str, strokes: int) -> Reading:
    reading = KnownReader(script).read(Drawing(tuple(row(strokes))), _NONE, "")
    return page_of([RowReading(reading, tuple(range(strokes)), Bounds(0, 0, 1, 1))])


def test_a_single_glyph_is_a_character_where_its_model_is_sure_or_reads_the_same() -> None:
    assert _as_character(_page("1", 1), 1, "7", sure=True) == "character"
    assert _as_character(_page("1", 1), 1, "1", sure=False) == "character"
    assert _as_character(_page("x", 1), 1, "4", sure=False) == "page"


def test_several_glyphs_many_strokes_or_what_was_said_of_rows_make_it_a_page() -> None:
    assert _as_character(_page("12", 2), 2, "1", sure=True) == "page"
    whole = Corrections().with_glyph(range(FEW_STROKES + 1))
    reading = KnownReader("1").read(Drawing(tuple(row(FEW_STROKES + 1))), whole, "")
    many = page_of([RowReading(reading, tuple(range(FEW_STROKES + 1)), Bounds(0, 0, 1, 1))])
    assert _as_character(many, FEW_STROKES + 1, "1", sure=True) == "page"
    assert _as_character(_page("1", 1), 1, "1", sure=True, corrections=_NONE.with_row({0}, "line")) == "page"


def test_a_dot_by_itself_stays_as_the_page_has_it() -> None:
    dot = Reading("equation", (Candidate(".", ".", 0.4),), tree=LayoutTree((Symbol(".", (0,)),)))
    page = page_of([RowReading(dot, (0,), Bounds(0, 0, 1, 1))])

    assert _as_character(page, 1, "7", sure=True) == "page"
    assert _as_character(page, 1, ".", sure=True) == "page"
