"""A small bar beside selected ink, with what can be done with it."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

EDGE_PX = 4
GAP_PX = 8
POINTER_PX = 8
"""Distance that the bar keeps from the pointer."""


class SelectionBar(QFrame):
    """Stays on the canvas as long as strokes are selected."""

    joined = Signal()
    """The selected strokes are one glyph."""
    parted = Signal()
    """No two of the selected strokes belong to one glyph."""
    row_wanted = Signal()
    """The selected strokes are one row, apart from all others."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(self.tr("Selected ink"))
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        self._layout.setSpacing(EDGE_PX)
        self._join = self._button(self.tr("One glyph"), self.tr("Read the selected strokes as one glyph"))
        self._join.clicked.connect(self.joined)
        self._part = self._button(self.tr("Separate"), self.tr("Read no two of the selected strokes as one glyph"))
        self._part.clicked.connect(self.parted)
        self._row = self._button("", "")
        self._row.clicked.connect(self.row_wanted)
        self.hide()

    def add_actions(self, actions: list[QAction], last: list[QAction]) -> None:
        """Show buttons for these actions, before those that concern glyphs, and for the last ones after them."""
        for place, action in (*enumerate(actions), *((-1, action) for action in last)):
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            self._dress(button)
            self._layout.insertWidget(place, button)

    def offer(
        self,
        beside: QRect,
        *,
        strokes: int,
        glyphs: bool,
        one: bool,
        rows: int,
        left_handed: bool,
        pointer: QPoint,
        ink_in: Callable[[QRect], float],
    ) -> None:
        """Show the buttons.

        Args:
            beside: The frame around the selected strokes, with its handles, in the canvas's pixels.
            strokes: Number of the selected strokes.
            glyphs: Whether they are read as several glyphs, which can be joined and separated.
            one: Whether they are read as one glyph already.
            rows: In how many rows they are read, of which they can be made one; 0 where they cannot.
            left_handed: Whether the writing hand comes from the left; the bar keeps out of its way.
            pointer: Where the pointer is: no button comes under it, so that a second click presses none.
            ink_in: Returns how much ink lies in a rectangle of the canvas; the bar goes where it covers least.
        """
        self._join.setVisible(glyphs)
        self._part.setVisible(glyphs)
        self._row.setVisible(rows > 0)
        self._row.setText(self.tr("Row of its own") if rows < 2 else self.tr("Join as one row"))
        self._row.setToolTip(row_tip(rows))
        self._join.setEnabled(not one)
        self._part.setEnabled(strokes > 1)
        self.adjustSize()
        places = _corners(beside, self.size(), self._canvas.rect(), left_handed=left_handed)
        near = QRect(pointer, pointer).adjusted(-POINTER_PX, -POINTER_PX, POINTER_PX, POINTER_PX)

        def badness(corner: QPoint) -> tuple[bool, float]:
            here = QRect(corner, self.size())
            return here.intersects(near), ink_in(here)

        # Of equally good places the first counts.
        self.move(min(places, key=badness))
        self.show()
        self.raise_()

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        self._dress(button)
        self._layout.addWidget(button)
        return button

    @staticmethod
    def _dress(button: QToolButton) -> None:
        button.setAutoRaise(True)
        # The keys that move and delete the ink stay with the canvas.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def row_tip(rows: int) -> str:
    """Return what is done with strokes of this number of rows that are made one row, as a sentence."""
    translate = QCoreApplication.translate
    if rows < 2:
        return translate("Rows", "Read the selected strokes as one row of the page")
    return translate("Rows", "Read the selected strokes, which are in {count} rows, as one row").format(count=rows)


def _corners(beside: QRect, size: QSize, canvas: QRect, *, left_handed: bool) -> list[QPoint]:
    """Return where the bar's upper left corner can go: below the frame, above or beside it; else at its inner edge."""
    room = canvas.adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX)
    below, above = beside.bottom() + GAP_PX, beside.top() - size.height() - GAP_PX
    one, other = beside.left(), beside.right() - size.width()
    near, far = (other, one) if left_handed else (one, other)
    left, right = beside.left() - size.width() - GAP_PX, beside.right() + GAP_PX
    wanted = [QPoint(x, y) for y in (below, above) for x in (near, far)]
    wanted = [QPoint(_within(place.x(), size.width(), room.left(), room.right()), place.y()) for place in wanted]
    middle = _within(beside.center().y() - size.height() // 2, size.height(), room.top(), room.bottom())
    wanted += [QPoint(x, middle) for x in ((left, right) if left_handed else (right, left))]
    fitting = [place for place in wanted if room.contains(QRect(place, size))]
    lowest = room.bottom() + 1 - size.height()
    return fitting or [QPoint(wanted[0].x(), max(above, room.top())), QPoint(wanted[0].x(), lowest)]


def _within(place: int, length: int, least: int, most: int) -> int:
    return min(max(place, least), max(most - length, least))
