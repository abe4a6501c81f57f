"""The sum of a column in the window: under its rule, where it would be written, and gone once it is."""

import pytest
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.models.model_store import ModelStore
from digitvision.ui.automation.page_bench import composed_row
from digitvision.ui.reading.reading_kinds import READINGS
from tests.ui.draw.page_window import HEIGHT, PageMaker, PageWindow, strokes_of_row
from tests.ui.expressions import column
from tests.ui.hand import stroke, write
from tests.ui.windows import PATIENCE_MS, WindowMaker

_RULE = stroke(*((110.0 + 4 * step, 400.0) for step in range(30)))
"""A rule in the third row, under two digits at x = 120 and 190."""


@pytest.fixture
def column_page(pages: PageMaker) -> PageWindow:
    """A page with 12 and 34 under each other, and a rule."""
    page = pages(scripts=("12", "34", "-", "46", "-"))
    _put(page, *strokes_of_row(0, 2), *strokes_of_row(1, 2), _RULE)
    return page


def _put(page: PageWindow, *strokes: Stroke) -> None:
    page.window.document.open(Drawing(strokes), None, native=True)
    page.settle()


def test_the_sum_stands_under_the_rule_and_ends_with_the_column(column_page: PageWindow) -> None:
    canvas, beside = column_page.window.draw_tab.canvas, column_page.answer.beside

    place = beside.rectangle()

    assert column_page.texts == ["12", "34", "12+34 46"]
    assert len(beside.formulas) == 1
    assert place.right() == pytest.approx(canvas.to_widget(190, 0).x(), abs=2)
    assert canvas.to_widget(0, 400).y() < place.top() < canvas.to_widget(0, 400 + HEIGHT).y()
    assert 0.5 < place.height() / (HEIGHT * canvas.scale) < 2
    assert QRectF(canvas.rect()).contains(place)


def test_the_sum_follows_the_column(column_page: PageWindow) -> None:
    column_page.reader.scripts = ("15", "34", "-", "46", "-")
    strokes = column_page.window.document.drawing.strokes
    before = column_page.answer.beside.formula

    _put(column_page, *strokes_of_row(0, 2), *strokes[2:])

    assert column_page.texts == ["15", "34", "15+34 49"]
    assert column_page.answer.beside.formula is not before


@pytest.mark.parametrize(("written", "told"), [("46", "46 true"), ("47", "47 false: 46")])
def test_a_result_that_is_written_is_checked_in_the_list_alone(
    column_page: PageWindow, written: str, told: str
) -> None:
    column_page.reader.scripts = ("12", "34", "-", written, "-")
    column_page.write(3, 2)

    assert column_page.texts == ["12", "34", "-", told]
    assert column_page.answer.beside.formulas == []


def test_the_sum_of_numbers_that_are_not_sure_stands_in_the_list_alone(pages: PageMaker) -> None:
    page = pages(scripts=("12", "34", "-"), unsure=frozenset({1}))
    _put(page, *strokes_of_row(0, 2), *strokes_of_row(1, 2), _RULE)

    assert page.texts == ["12", "34", "12+34 46"]
    assert page.answer.beside.formulas == []


def test_where_ink_is_in_the_way_the_sum_stands_in_the_list_alone(column_page: PageWindow) -> None:
    column_page.reader.scripts = ("12", "34", "-", "x", "-")
    write(column_page.window.draw_tab.canvas, column(180.0, top=482.0, bottom=560.0))
    column_page.settle()

    assert column_page.texts[2] == "12+34 46"
    assert column_page.answer.beside.rectangle().isEmpty()


@pytest.mark.slow
def test_a_column_in_real_handwriting_is_summed(make_window: WindowMaker, qtbot: QtBot, shared_values: None) -> None:
    assert not READINGS["page"].problem(ModelStore())
    window = make_window(reading="page")
    strokes = [one for place, text in enumerate(("12", "34")) for one in composed_row(text, place)]
    left, right = min(one.bounds.left for one in strokes), max(one.bounds.right for one in strokes)
    low, high = min(one.bounds.top for one in strokes), max(one.bounds.bottom for one in strokes)
    y = high + 0.15 * (high - low)
    rule = stroke(*((left - 10 + (right - left + 20) * step / 20, y) for step in range(21)))

    write(window.draw_tab.canvas, *strokes, rule)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    answer = window.draw_tab.page
    assert [item.value_text for item in answer.panel.rows.items][-1] == "46"
    assert len(answer.beside.formulas) == 1
