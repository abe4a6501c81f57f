"""A number of the chosen row is changed by keys: what hangs on it follows, and goes back."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QApplication

from digitvision.ui.page.number_field import LONGEST, NumberField
from tests.ui.controls import named
from tests.ui.draw.page_window import PageMaker, PageWindow

_SHIFT, _ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
_KEYS = Qt.Key

pytestmark = pytest.mark.slow


@pytest.fixture
def page(pages: PageMaker) -> PageWindow:
    """A page on which x = 12, x + 1 = and 7 + 5 = are written, with its first row chosen."""
    made = pages(scripts=("x=12", "x+1=", "7+5=", "x"))
    made.put(4, 4, 4)
    return made


def _field(page: PageWindow) -> NumberField:
    return named(page.answer.panel, NumberField, "Number of this row")


def _values(page: PageWindow) -> list[str]:
    return [item.value_text for item in page.answer.panel.rows.items]


def _press(page: PageWindow, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    page.qtbot.keyClick(_field(page), key, keys)
    page.settle()


def _choose(page: PageWindow, row: int) -> None:
    rows = page.answer.panel.rows
    at = rows.visualRect(rows.model().index(row, 0)).center()
    page.qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    page.settle()


def test_up_and_down_change_the_number_and_escape_takes_it_back(page: PageWindow) -> None:
    field, drawing = _field(page), page.window.document.drawing
    field.setFocus()
    assert field.text() == "12"

    for _ in range(3):
        _press(page, _KEYS.Key_Up)
    assert field.text() == "15"
    assert _values(page)[1:] == ["16", "12"]
    _press(page, _KEYS.Key_Down)
    assert _values(page)[1] == "15"

    _press(page, _KEYS.Key_Escape)
    assert field.text() == "12"
    assert _values(page)[1] == "13"
    assert page.window.document.drawing is drawing
    assert not page.window.document.undo_stack.canUndo()


@pytest.mark.parametrize(
    ("key", "keys", "text"),
    [
        (_KEYS.Key_Up, _SHIFT, "22"),
        (_KEYS.Key_Down, _SHIFT, "2"),
        (_KEYS.Key_PageUp, Qt.KeyboardModifier.NoModifier, "22"),
        (_KEYS.Key_Down, _ALT, "11.9"),
    ],
)
def test_shift_takes_ten_steps_at_once_and_alt_a_tenth(
    page: PageWindow, key: Qt.Key, keys: Qt.KeyboardModifier, text: str
) -> None:
    _field(page).setFocus()
    _press(page, key, keys)

    assert _field(page).text() == text


def test_the_arrows_to_the_sides_choose_another_number(page: PageWindow) -> None:
    _choose(page, 2)
    field = _field(page)
    field.setFocus()
    assert field.text() == "7  (1 of 2)"

    _press(page, _KEYS.Key_Up)
    assert _values(page)[2] == "13"
    _press(page, _KEYS.Key_Right)
    assert field.text() == "5  (2 of 2)"
    assert _values(page)[2] == "12", "the number before is again what is written"
    _press(page, _KEYS.Key_Down)
    assert _values(page)[2] == "11"
    assert page.answer.details.value_text == "= 11"
    _press(page, _KEYS.Key_Right)
    assert field.text() == "7  (1 of 2)"


def test_tab_leads_from_the_list_to_the_number(page: PageWindow) -> None:
    _choose(page, 0)
    rows = page.answer.panel.rows
    assert rows.hasFocus()

    page.qtbot.keyClick(rows, _KEYS.Key_Tab)

    assert _field(page).hasFocus()


def test_whoever_leaves_the_field_or_writes_sees_what_is_written(page: PageWindow) -> None:
    field = _field(page)
    field.setFocus()
    _press(page, _KEYS.Key_Up)
    page.window.draw_tab.canvas.setFocus()
    page.settle()
    assert field.text() == "12"
    assert _values(page)[1] == "13"

    field.setFocus()
    _press(page, _KEYS.Key_Up)
    page.write(3, 1)
    assert _values(page)[1] == "13"
    _choose(page, 0)
    assert _field(page).text() == "12"


def test_a_click_on_the_arrow_is_a_step_and_the_wheel_is_none(page: PageWindow) -> None:
    field = _field(page)
    up = QPoint(field.width() - 6, field.height() // 4)
    page.qtbot.mouseClick(field, Qt.MouseButton.LeftButton, pos=up)
    page.settle()
    assert field.text() == "13"

    at = QPointF(20, 10)
    wheel = QWheelEvent(
        *(at, QPointF(field.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120)),
        *(Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(field, wheel)
    assert field.text() == "13"


def test_a_row_without_numbers_has_no_field_and_numbers_do_not_grow_for_ever(pages: PageMaker) -> None:
    page = pages(scripts=("xy", "9"))
    page.put(2, 1)
    field = _field(page)
    assert field.isHidden()

    _choose(page, 1)
    assert field.isVisible()
    field.setFocus()
    for _ in range(3 * LONGEST):
        field.stepBy(10 ** (LONGEST - 2))
    assert len(field.text()) <= LONGEST


def test_a_screen_reader_hears_the_number(page: PageWindow) -> None:
    field = _field(page)
    field.setFocus()
    _press(page, _KEYS.Key_Up)

    spoken = QAccessible.queryAccessibleInterface(field)
    assert spoken.role() == QAccessible.Role.SpinBox
    assert spoken.text(QAccessible.Text.Name) == "Number of this row"
    assert spoken.text(QAccessible.Text.Description) == "Number 1 of 1: 13"
