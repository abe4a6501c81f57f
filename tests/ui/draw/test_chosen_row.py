"""The chosen row stays in sight in the list, whatever is opened, taken back, or told of other rows."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.ui.draw.page_window import PageMaker, PageWindow

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
