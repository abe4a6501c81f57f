"""The actions on ink: whose keys are whose, what the menus offer, and the clipboard between windows."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QToolBar, QToolButton
from pytestqt.qtbot import QtBot

from digitvision.ink.inkml import parse_inkml
from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.document.ink_clipboard import INK_TYPE, CopiedInk
from digitvision.ui.settings import SettingsStore
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ui.controls import action, choose, plain
from tests.ui.draw.equation_window import EquationWindow
from tests.ui.hand import DIAGONAL, stroke, write

Settle = Callable[[MainWindow], None]
_CTRL = Qt.KeyboardModifier.ControlModifier
_BARS = tuple(stroke((x, 300), (x, 700)) for x in (300, 500, 700))


@pytest.fixture(autouse=True)
def empty_clipboard(qapp: QApplication) -> Iterator[None]:
    """Leave nothing on the clipboard: data on the tests' clipboard would outlive the interpreter."""
    yield
    QGuiApplication.clipboard().clear()


def _menu(canvas: Canvas) -> list[str]:
    """Return the entries of the menu that a right click on the canvas opens, and close it."""
    at = QPoint(50, 50)
    QApplication.sendEvent(canvas, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, canvas.mapToGlobal(at)))
    (menu,) = [menu for menu in canvas.findChildren(QMenu) if menu.isVisible()]
    texts = [plain(entry.text()) for entry in menu.actions() if not entry.isSeparator() and entry.isEnabled()]
    menu.close()
    QApplication.processEvents()
    return texts


def test_del_means_the_selection_and_else_the_drawing(window: MainWindow, canvas: Canvas, qtbot: QtBot) -> None:
    write(canvas, *_BARS)
    qtbot.keyClick(canvas, Qt.Key.Key_A, _CTRL)
    assert action(window, "Select").isChecked()

    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert not window.document.drawing
    assert action(window, "Undo delete").isEnabled()
    choose(window, "Undo delete")
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert window.draw_tab.editing.selection.indices == ()
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert action(window, "Undo clear").isEnabled()


@pytest.mark.parametrize("step", ["delete", "cut"])
def test_what_an_undo_brings_back_is_selected_again(
    window: MainWindow, canvas: Canvas, qtbot: QtBot, step: str
) -> None:
    write(canvas, *_BARS)
    choose(window, "Select")
    selection = window.draw_tab.editing.selection
    for chosen in ([1], [0]):
        selection.choose(chosen)
        choose(window, step.capitalize())

    choose(window, f"Undo {step}")
    assert selection.indices == (0,)
    choose(window, f"Undo {step}")
    assert selection.indices == (1,)
    choose(window, f"Redo {step}")
    assert not selection
    choose(window, f"Undo {step}")
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)

    assert [len(one) for one in window.document.drawing.strokes] == [len(_BARS[0]), len(_BARS[2])]
    assert window.document.drawing.strokes[0].xy[0, 0] < window.document.drawing.strokes[1].xy[0, 0]


def test_an_undo_does_not_take_the_pen_from_the_hand(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, *_BARS)
    choose(window, "Select")
    window.draw_tab.editing.selection.choose([1])
    choose(window, "Delete")
    choose(window, "Pen")

    choose(window, "Undo delete")

    assert window.draw_tab.editing.selection.indices == ()
    assert canvas.tool == "pen"


@pytest.mark.slow
def test_ctrl_c_copies_the_selection_and_else_the_answer(
    window: MainWindow, canvas: Canvas, settle: Settle, qtbot: QtBot
) -> None:
    write(canvas, *sample_drawing(4).strokes)
    settle(window)
    qtbot.keyClick(canvas, Qt.Key.Key_C, _CTRL)
    clipboard = QGuiApplication.clipboard()
    assert not clipboard.mimeData().hasFormat(INK_TYPE)

    qtbot.keyClick(canvas, Qt.Key.Key_A, _CTRL)
    qtbot.keyClick(canvas, Qt.Key.Key_C, _CTRL)
    settle(window)
    mime = clipboard.mimeData()
    assert len(parse_inkml(bytes(mime.data(INK_TYPE).data()), where="").drawing.strokes) == len(
        window.document.drawing.strokes
    )
    assert mime.text() == "4"

    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    clipboard.clear()
    qtbot.keyClick(canvas, Qt.Key.Key_C, _CTRL)
    assert clipboard.text() == "4"
    assert not clipboard.mimeData().hasFormat(INK_TYPE)


@pytest.mark.slow
def test_keys_cut_paste_and_duplicate(window: MainWindow, canvas: Canvas, settle: Settle, qtbot: QtBot) -> None:
    write(canvas, *_BARS)
    qtbot.keyClick(canvas, Qt.Key.Key_A, _CTRL)
    qtbot.keyClick(canvas, Qt.Key.Key_X, _CTRL)
    assert not window.document.drawing

    qtbot.keyClick(canvas, Qt.Key.Key_V, _CTRL)
    settle(window)
    assert len(window.document.drawing.strokes) == 3
    assert window.draw_tab.editing.selection.indices == (0, 1, 2)
    qtbot.keyClick(canvas, Qt.Key.Key_D, _CTRL)
    assert len(window.document.drawing.strokes) == 6
    assert action(window, "Undo duplicate").isEnabled()


@pytest.mark.slow
def test_ink_goes_from_one_window_to_another(make_window: Callable[..., MainWindow], settle: Settle) -> None:
    first, second = make_window(), make_window()
    write(first.draw_tab.canvas, DIAGONAL)
    choose(first, "Select all")
    choose(first, "Copy")
    settle(first)

    choose(second, "Paste")
    settle(second)

    (pasted,) = second.document.drawing.strokes
    np.testing.assert_allclose(pasted.xy, first.document.drawing.strokes[0].xy, atol=1e-2)


def test_ink_that_is_damaged_is_one_sentence_and_loses_nothing(
    window: MainWindow, canvas: Canvas, settle: Settle
) -> None:
    write(canvas, DIAGONAL)
    mime = QMimeData()
    mime.setData(INK_TYPE, b"<ink><trace>1 2, 3")
    QGuiApplication.clipboard().setMimeData(mime)

    choose(window, "Paste")
    settle(window)

    assert "clipboard" in window.notice.text
    assert len(window.document.drawing.strokes) == 1


def test_what_needs_a_selection_is_offered_with_one_only(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, *_BARS)
    needing = ["Cut", "Copy", "Duplicate", "Delete", "Select nothing"]
    assert not any(action(window, text).isEnabled() for text in needing)

    choose(window, "Select all")
    assert all(action(window, text).isEnabled() for text in needing)
    assert not action(window, "One glyph").isEnabled()
    choose(window, "Select nothing")
    assert not any(action(window, text).isEnabled() for text in needing)


# The tests' screen has no keyboard that a menu could take.
@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_menu_on_the_canvas_offers_what_can_be_done_there(equation: EquationWindow) -> None:
    canvas = equation.window.draw_tab.canvas
    view = ["Zoom in", "Zoom out", "Actual size", "Whole drawing"]
    assert _menu(canvas) == ["Undo stroke", "Copy answer", "Paste", "Select all", *view]

    choose(equation.window, "Select all")
    assert _menu(canvas) == [
        *("Undo stroke", "Cut", "Copy", "Copy as text", "Copy answer", "Paste", "Duplicate", "Delete"),
        *("Select all", "Select nothing", "One glyph", "Separate glyphs"),
        *view,
    ]
    choose(equation.window, "Copy as text")
    assert QGuiApplication.clipboard().text() == "1+2"


def test_selected_strokes_are_joined_from_the_menu(equation: EquationWindow) -> None:
    choose(equation.window, "Select all")

    choose(equation.window, "One glyph")
    equation.settle()

    assert equation.window.document.corrections.glyphs == (frozenset({0, 1, 2}),)


def test_one_button_of_the_tool_bar_shows_the_eraser_and_the_selection_used_last(window: MainWindow) -> None:
    (bar,) = window.findChildren(QToolBar)
    choose(window, "Eraser for parts")
    choose(window, "Select with a rectangle")

    shown = [
        plain(button.defaultAction().text())
        for one in bar.actions()
        if isinstance(button := bar.widgetForAction(one), QToolButton) and button.menu() is not None
    ]
    assert shown[:2] == ["Eraser for parts", "Select with a rectangle"]
    assert window.draw_tab.canvas.tool == "select rectangle"


def test_for_a_left_hand_the_answer_stands_on_the_other_side(window: MainWindow) -> None:
    window.resize(1200, 700)
    panel, canvas = window.draw_tab.character.panel, window.draw_tab.canvas
    QApplication.processEvents()
    assert panel.x() > canvas.x()

    choose(window, "Left-handed")
    QApplication.processEvents()
    assert panel.x() < canvas.x()
    window.close()
    assert SettingsStore().values.left_handed


def test_del_after_a_duplicate_was_undone_concerns_what_was_selected_before(
    window: MainWindow, canvas: Canvas, qtbot: QtBot
) -> None:
    write(canvas, *_BARS)
    choose(window, "Select")
    window.draw_tab.editing.selection.choose([1])
    choose(window, "Duplicate")
    assert window.draw_tab.editing.selection.indices == (3,)
    window.document.undo_stack.undo()
    assert window.draw_tab.editing.selection.indices == (1,)

    qtbot.keyClick(canvas, Qt.Key.Key_Delete)

    assert len(window.document.drawing.strokes) == 2


def test_del_after_a_paste_was_undone_leaves_the_page_as_it_is(
    window: MainWindow, canvas: Canvas, qtbot: QtBot
) -> None:
    write(canvas, *_BARS[:2])
    window.draw_tab.editing.put_in(CopiedInk(Drawing(_BARS[:1]), Corrections()))
    window.document.undo_stack.undo()
    assert not window.draw_tab.editing.selection

    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert len(window.document.drawing.strokes) == 2
    choose(window, "Pen")
    write(canvas, stroke((100, 100), (200, 900)))
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert not window.document.drawing


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_menu_on_ink_concerns_the_sign_under_the_pointer(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, *_BARS)

    canvas.customContextMenuRequested.emit(canvas.to_widget(500, 400).toPoint())

    assert window.draw_tab.editing.selection.indices == (1,)
    for menu in canvas.findChildren(QMenu):
        offered = {action.text().replace("&", ""): action.isEnabled() for action in menu.actions()}
        assert offered["Cut"]
        assert offered["Delete"]
        menu.close()


def test_ink_of_another_window_is_pasted_beside_what_is_there(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, *_BARS)
    foreign = stroke((280, 350), (460, 420))

    window.draw_tab.editing.put_in(CopiedInk(Drawing((foreign,)), Corrections()))

    *there, put = (one.bounds for one in window.document.drawing.strokes)
    for one in there:
        assert put.left > one.right or put.right < one.left or put.top > one.bottom or put.bottom < one.top
    for x, y in ((put.left, put.top), (put.right, put.bottom)):
        assert canvas.rect().contains(canvas.to_widget(x, y).toPoint())
