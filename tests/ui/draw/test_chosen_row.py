"""The chosen row stays in sight in the list, whatever is opened, taken back, or told of other rows."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.ui.draw.page_window import PageMaker, PageWindow, strokes_of_row
from tests.ui.hand import write

_ROWS = 14


def _in_sight(page: PageWindow) -> bool:
    rows = page.answer.panel.rows
    return rows.viewport().rect().contains(rows.visualRect(rows.currentIndex()))


def _turn_wheel(page: PageWindow, down: int) -> None:
    viewport = page.answer.panel.rows.viewport()
    at, none = QPointF(20, 20), Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        *(at, QPointF(viewport.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, -down)),
        *(Qt.MouseButton.NoButton, none, Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(viewport, event)


def _many(pages: PageMaker, **arguments: Any) -> PageWindow:
    """Return a page on which the first row gives x a value, which the others ask for."""
    page = pages(scripts=("x=3", *(["x+1="] * 30)), **arguments)
    page.window.resize(1000, 600)
    page.put(3, *([4] * (_ROWS - 1)))
    return page


@pytest.mark.slow
def test_of_each_page_that_is_opened_the_first_row_is_chosen_and_in_sight(pages: PageMaker) -> None:
    page = _many(pages, slices=True)
    assert page.answer.chosen == 0

    page.put(3, *([4] * _ROWS))

    assert page.answer.chosen == 0
    assert _in_sight(page)


@pytest.mark.slow
def test_the_chosen_row_stays_in_sight_while_rows_above_it_grow_and_shrink(pages: PageMaker) -> None:
    page = _many(pages, slices=True)
    page.write(_ROWS, 4)
    assert page.answer.chosen == _ROWS
    assert _in_sight(page)

    page.window.document.erase((0, 1, 2))
    page.settle()
    assert page.answer.panel.rows.items[3].sentence == "x has no value yet."
    assert page.answer.chosen == _ROWS - 1
    assert _in_sight(page)

    page.window.document.undo_stack.undo()
    page.settle()
    assert page.answer.chosen == _ROWS
    assert _in_sight(page)


@pytest.mark.slow
def test_the_row_that_is_written_in_is_chosen_also_where_the_pen_is_ahead_of_the_answers(pages: PageMaker) -> None:
    """The answer to a stroke in one row comes when the next stroke, in another row, is on the canvas already."""
    page = pages()
    page.put(4, 4, 4)
    page.reader.pause_s = 0.4
    canvas, calls = page.window.draw_tab.canvas, page.reader.calls

    write(canvas, *strokes_of_row(3, 1))
    page.qtbot.waitUntil(lambda: page.reader.calls > calls)
    write(canvas, *strokes_of_row(4, 1))
    page.settle()

    assert page.answer.chosen == 4
    assert page.answer.panel.rows.currentIndex().row() == 4


@pytest.mark.slow
def test_a_list_that_is_scrolled_away_from_the_chosen_row_stays_there(pages: PageMaker) -> None:
    page = _many(pages)
    bar = page.answer.panel.rows.verticalScrollBar()
    for _ in range(20):
        _turn_wheel(page, 120)
    at = bar.value()
    assert at > 0
    assert not _in_sight(page)

    page.window.document.correct(page.window.document.corrections.with_row({7, 8, 9, 10}, "line"))
    page.settle()

    assert bar.value() > at - 60
    assert not _in_sight(page)
