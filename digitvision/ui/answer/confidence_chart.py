"""The bar chart with the confidence of every class, for alphabets of few classes."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitvision.ui.theme import accent, hairline, muted
from digitvision.ui.widgets.easing import Easing

BAR_WIDTH: Final = 0.72
"""Share of its class's column that a bar has."""

BAR_ALPHA: Final = 150
SIDE_SHARE: Final = 0.1
"""Space left of the first column and right of the last, in columns."""

SMALLEST_SHOWN: Final = 0.0005
"""Smallest value that gets a number; a smaller one would be written as 0.0 %."""

NUMBER_MARGIN_PX: Final = 8
"""Space above and below a number, together."""

NAME_MARGIN_PX: Final = 4
"""Space above and below a class's name, together."""


class ConfidenceChart(QWidget):
    """Bars from 0 to 1, one for each class, with its name below and its number above.

    It is in sight from the start and changes while somebody writes, so it is painted here, as the ranked one is:
    pyqtgraph would take a third of the time in which a window is made, and half a second before to be imported.
    """

    picked = Signal(int)
    """Index of the class whose bar, or whose name below it, was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._texts: tuple[str, ...] = ()
        self._easing = Easing(self)
        self._easing.moved.connect(self.update)
        self._best: int | None = None
        # The classes that somebody may want instead of the best stand on buttons, which the keys reach.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip(self.tr("Click on a bar to say what the drawing is"))
        self.setMinimumSize(200, 110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Confidence of every class"))

    @property
    def values(self) -> NDArray[np.float64]:
        """float64 [C]: the values that the bars show or move to."""
        return self._easing.values

    @property
    def shown_values(self) -> NDArray[np.float64]:
        """float64 [C]: the heights of the bars now."""
        return self._easing.shown

    def set_classes(self, names: Sequence[str]) -> None:
        """Set the classes on the axis; all bars are at zero then."""
        self._names = tuple(names)
        self._texts = ("",) * len(self._names)
        self._best = None
        self._easing.reset(len(self._names))

    def show_values(
        self, values: NDArray[np.float32], *, ease: bool, sure: bool = True, chosen: int | None = None
    ) -> None:
        """Show other values.

        Args:
            values: float [C], 0 to 1.
            ease: Whether the bars move to them or are in place at once.
            sure: Whether the best bar is painted in the accent colour.
            chosen: Index of the class whose bar is, instead of the best; None for the best.
        """
        self._best = None
        if sure and np.any(values):
            self._best = int(np.argmax(values)) if chosen is None else chosen
        self._texts = tuple(short_percent(float(value)) for value in values)
        spoken = [f"{name} {text} %" for name, text in zip(self._names, self._texts, strict=True) if text]
        self.setAccessibleDescription(", ".join(spoken))
        self._easing.go(values, ease=ease)

    def clear_values(self) -> None:
        """Move all bars to zero."""
        self.show_values(np.zeros(len(self._names), np.float32), ease=True)

    def bar_place(self, index: int) -> QRectF:
        """Return where the bar of a class is now, in pixels of the widget."""
        column = self._column_px()
        left = (SIDE_SHARE + index + (1 - BAR_WIDTH) / 2) * column
        height = self._full_px() * float(self._easing.shown[index])
        return QRectF(left, self._ground_px() - height, BAR_WIDTH * column, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, words, column = self.palette(), self.fontMetrics().height(), self._column_px()
        plain, winner, ground = muted(palette), accent(palette), self._ground_px()
        plain.setAlpha(BAR_ALPHA)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        centred = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextDontClip
        for index, (name, text) in enumerate(zip(self._names, self._texts, strict=True)):
            bar = self.bar_place(index)
            painter.fillRect(bar, winner if index == self._best else plain)
            left = bar.center().x() - column / 2
            painter.drawText(QRectF(left, ground + 1 + NAME_MARGIN_PX / 2, column, words), centred, name)
            if text:
                number = QRectF(left, bar.top() - NUMBER_MARGIN_PX / 2 - words, column, words)
                # A wide number over a bar at the side would be cut by the widget's edge.
                over = (self.fontMetrics().horizontalAdvance(text) - column) / 2
                number.translate(max(over - left, 0) - max(left + column + over - self.width(), 0), 0)
                painter.drawText(number, centred, text)
        painter.fillRect(QRectF(0, ground, self.width(), 1), hairline(palette))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            index = math.floor(event.position().x() / self._column_px() - SIDE_SHARE)
            if 0 <= index < len(self._names):
                self.picked.emit(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def _column_px(self) -> float:
        """Return the width of a class's column."""
        return self.width() / (len(self._names) + 2 * SIDE_SHARE)

    def _ground_px(self) -> int:
        """Return where the bars begin, above the names."""
        return self.height() - self.fontMetrics().height() - NAME_MARGIN_PX - 1

    def _full_px(self) -> float:
        """Return the height of a full bar, which leaves room for the number over it."""
        ground = self._ground_px()
        return ground - min(self.fontMetrics().height() + NUMBER_MARGIN_PX, ground / 2)


def short_percent(value: float) -> str:
    """Return a confidence as a short number of percent, such as 100, 98.4 or 0.3; empty below 0.05."""
    if value < SMALLEST_SHOWN:
        return ""
    return "100" if value >= 0.9995 else f"{value * 100:.1f}"
