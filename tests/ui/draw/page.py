"""A page whose ink can be edited: canvas, document and what joins them, without a window that reads."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.document.document import Document
from digitvision.ui.draw.ink_editing import InkEditing
from digitvision.ui.selection.frame import handles_of
from tests.ui.hand import Position, stroke

_NONE, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
_LEFT, _NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton

AROUND_TWO = Bounds(150, 250, 400, 550)
"""Around the first two of the bars."""


def bars(count: int) -> tuple[Stroke, ...]:
    """Return upright strokes side by side."""
    return tuple(stroke(*((200.0 + 150 * number, y) for y in range(300, 501, 20))) for number in range(count))


class Page:
    """The parts, and a hand with a mouse, whose positions are given in the drawing's unit."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.document = Document(canvas)
        self.editing = InkEditing(self.document, canvas)
        self.document.content_changed.connect(self._show)
        canvas.stroke_finished.connect(self.editing.add_stroke)

    def put(self, *strokes: Stroke) -> None:
        """Show a drawing of these strokes, which is no step to undo."""
        self.document.open(Drawing(strokes), None, native=True)

    def drag(self, *positions: Position, shift: bool = False, up: bool = True) -> None:
        """Press at the first position and move through the others; release at the last."""
        self._send(QEvent.Type.MouseButtonPress, positions[0], shift=shift)
        for position in positions[1:]:
            self._send(QEvent.Type.MouseMove, position, shift=shift)
        if up:
            self.release(positions[-1], shift=shift)

    def release(self, position: Position, *, shift: bool = False) -> None:
        """Release the button."""
        self._send(QEvent.Type.MouseButtonRelease, position, shift=shift)

    def move_to(self, position: Position) -> None:
        """Move on, with the button down."""
        self._send(QEvent.Type.MouseMove, position, shift=False)

    def click(self, position: Position, *, times: int = 1, shift: bool = False) -> None:
        """Click some times in a row."""
        for _ in range(times):
            self.drag(position, shift=shift)

    def loop(self, box: Bounds, *, shift: bool = False) -> None:
        """Draw a loop, or drag a rectangle, around this box."""
        left, top, right, bottom = box
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        self.drag(*(corners if self.canvas.tool == "select" else [corners[0], corners[2]]), shift=shift)

    def take(self, handle: str, by: Position, *, shift: bool = False, up: bool = True) -> None:
        """Drag a handle of the frame by this distance."""
        frame = self.editing.tool.view.frame
        assert frame is not None
        places = dict(handles_of(frame, self.canvas.rect().toRectF()))
        place = frame.center() if handle == "inside" else places[handle]  # type: ignore[index]
        x, y = self.canvas.to_drawing(place)
        self.drag((x, y), (x + by[0] / 2, y + by[1] / 2), (x + by[0], y + by[1]), shift=shift, up=up)

    @property
    def selected(self) -> list[int]:
        return list(self.editing.selection.indices)

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        return self.document.drawing.strokes

    @property
    def undo_text(self) -> str:
        return self.document.undo_stack.undoText()

    def _show(self) -> None:
        picture = self.document.picture
        image = None if picture is None else picture.image
        self.canvas.set_content(self.document.drawing, image, goes_on=not self.document.opening)

    def _send(self, kind: QEvent.Type, position: Position, *, shift: bool) -> None:
        pixel = self.canvas.to_widget(*position)
        screen = QPointF(self.canvas.mapToGlobal(pixel.toPoint()))
        button = _NO_BUTTON if kind == QEvent.Type.MouseMove else _LEFT
        buttons = _NO_BUTTON if kind == QEvent.Type.MouseButtonRelease else _LEFT
        event = QMouseEvent(kind, pixel, pixel, screen, button, buttons, _SHIFT if shift else _NONE)
        QApplication.sendEvent(self.canvas, event)


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[Page]:
    """A page of 1000 units on a canvas of 500 pixels, on the screen, with the lasso in hand."""
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(500, 500)
    canvas.show()
    canvas.activateWindow()
    qtbot.waitExposed(canvas)
    canvas.setFocus()
    canvas.set_pen_width(10.0)
    made = Page(canvas)
    canvas.set_tool("select")
    yield made
    # Data of this test on the tests' clipboard would outlive the interpreter.
    QGuiApplication.clipboard().clear()
