"""The tool that a press on the canvas goes to, from the press to the release."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Drawing, Sample
from digitvision.ui.automation.pointer_player import PointerPlayer, pen_device, tablet_event
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.pointer_input import PointerReport
from digitvision.ui.canvas.tool import ToolName
from digitvision.ui.window.main_window import MainWindow
from tests.ui.draw.equation_window import EquationWindow
from tests.ui.hand import Pen, stroke, write


class _Recorder:
    """A tool that records what it is asked for and changes nothing."""

    live_stroke = None

    def __init__(self) -> None:
        self.calls: list[str] = []

    def preview(self, drawing: Drawing) -> Drawing:
        return drawing

    def cursor(self) -> QCursor:
        return QCursor(Qt.CursorShape.WhatsThisCursor)

    def hover(self, position: QPointF) -> bool:
        return False

    def begin(self, report: PointerReport) -> None:
        self.calls.append("begin")

    def extend(self, report: PointerReport) -> None:
        self.calls.append("extend")

    def end(self) -> None:
        self.calls.append("end")

    def cancel(self) -> None:
        self.calls.append("cancel")

    def drop_indices(self) -> None:
        self.calls.append("drop")


@pytest.mark.parametrize("other", ["eraser", "select"])
def test_a_stroke_goes_on_when_another_tool_is_chosen_meanwhile(
    window: MainWindow, canvas: Canvas, other: ToolName
) -> None:
    canvas.add_tool("select", _Recorder())
    player = PointerPlayer(canvas)
    player.send("press", Sample(200, 200))
    player.send("move", Sample(300, 300))

    canvas.set_tool(other)
    player.send("move", Sample(400, 400))
    player.send("release", Sample(400, 400))

    (written,) = window.document.drawing.strokes
    assert written.xy[-1].tolist() == pytest.approx([400, 400], abs=2)


def test_the_eraser_goes_on_when_the_pen_is_chosen_meanwhile(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, stroke((500, 200), (500, 800)))
    canvas.set_tool("eraser")
    player = PointerPlayer(canvas)
    player.send("press", Sample(300, 500))

    canvas.set_tool("pen")
    player.send("move", Sample(700, 500))
    player.send("release", Sample(700, 500))

    assert window.document.drawing.strokes == ()


def test_a_tool_that_is_added_gets_the_whole_press_and_shows_its_cursor(window: MainWindow, canvas: Canvas) -> None:
    tool = _Recorder()
    canvas.add_tool("select", tool)
    canvas.set_tool("select")

    write(canvas, stroke((200, 200), (300, 300)))

    assert tool.calls == ["begin", "extend", "extend", "end"]
    assert canvas.cursor().shape() == Qt.CursorShape.WhatsThisCursor
    assert window.document.drawing.strokes == ()


def test_a_tool_hears_that_its_press_is_cancelled_and_that_indices_have_changed(
    window: MainWindow, canvas: Canvas, qtbot: QtBot
) -> None:
    write(canvas, stroke((500, 200), (500, 800)))
    tool = _Recorder()
    canvas.add_tool("select", tool)
    canvas.set_tool("select")
    player = PointerPlayer(canvas)
    player.send("press", Sample(200, 200))

    window.document.undo_stack.undo()
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)

    assert tool.calls == ["begin", "drop", "cancel"]


def test_the_other_end_of_the_pen_erases_whatever_tool_is_chosen(equation: EquationWindow) -> None:
    canvas = equation.window.draw_tab.canvas
    canvas.set_tool("select")
    first = equation.window.document.drawing.strokes[0]
    x, y = first.xy[len(first) // 2].tolist()

    Pen(canvas, eraser=True).sweep([(x - 20, y), (x + 20, y)])

    assert len(equation.window.document.drawing.strokes) == 2
    assert canvas.tool == "select"


def test_the_button_on_the_pens_side_writes_nothing_and_is_left_to_the_system(
    window: MainWindow, canvas: Canvas
) -> None:
    right, pen = Qt.MouseButton.RightButton, pen_device()
    event = tablet_event(QEvent.Type.TabletPress, pen, QPointF(50, 50), 0.5, right, right)

    QApplication.sendEvent(canvas, event)

    # Of an event that nobody has taken the system makes one of a mouse, and of that it opens the menu.
    assert not event.isAccepted()
    assert not canvas.busy
    assert not window.document.drawing
