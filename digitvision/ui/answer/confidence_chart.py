"""The bar chart with the confidence of every class, for alphabets of few classes."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QSizePolicy, QWidget

from digitvision.ui.theme import accent, hairline, muted
from digitvision.ui.widgets.easing import Easing

BAR_WIDTH: Final = 0.72
SMALLEST_SHOWN: Final = 0.0005
"""Smallest value that gets a number; a smaller one would be written as 0.0 %."""

NUMBER_MARGIN_PX: Final = 8
"""Space above and below a number, together."""


class ConfidenceChart(pg.PlotWidget):  # type: ignore[misc]
    """Bars from 0 to 1, one for each class; the items of the plot are made once and then changed."""

    picked = Signal(int)
    """Index of the class whose bar, or whose name below it, was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None, enableMenu=False)
        self._names: tuple[str, ...] = ()
        self._easing = Easing(self)
        self._easing.moved.connect(self._draw_bars)
        self._best: int | None = None
        self._numbers: list[pg.TextItem] = []
        self._texts: list[str] = []
        self._bars = pg.BarGraphItem(x=[], height=[], width=BAR_WIDTH, pen=QPen(Qt.PenStyle.NoPen))
        self._best_bar = pg.BarGraphItem(x=[], height=[], width=BAR_WIDTH, pen=QPen(Qt.PenStyle.NoPen))
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        plot.hideAxis("left")
        plot.getAxis("bottom").setStyle(tickLength=0)
        plot.addItem(self._bars)
        plot.addItem(self._best_bar)
        plot.disableAutoRange()
        plot.getViewBox().sigResized.connect(self._leave_headroom)
        self.setFrameShape(QFrame.Shape.NoFrame)
        # The ground seldom changes, so it is cached; `_take_colours` drops the cache.
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        # The classes that somebody may want instead of the best stand on buttons, which the keys reach.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip(self.tr("Click on a bar to say what the drawing is"))
        self.setMinimumSize(200, 110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Confidence of every class"))
        self._take_colours()

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
        count = len(self._names)
        self._best = None
        plot = self.getPlotItem()
        for number in self._numbers:
            plot.removeItem(number)
        self._numbers = [pg.TextItem("", anchor=(0.5, 1.0)) for _ in self._names]
        self._texts = [""] * count
        for index, number in enumerate(self._numbers):
            number.setPos(index, 0)
            plot.addItem(number)
        plot.getAxis("bottom").setTicks([list(enumerate(self._names))])
        plot.setXRange(-0.6, count - 0.4, padding=0)
        self._take_colours()
        self._easing.reset(count)

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
        self._write_numbers(values)
        self._easing.go(values, ease=ease)

    def clear_values(self) -> None:
        """Move all bars to zero."""
        self.show_values(np.zeros(len(self._names), np.float32), ease=True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            view = self.getPlotItem().getViewBox()
            index = round(view.mapSceneToView(self.mapToScene(event.position().toPoint())).x())
            if 0 <= index < len(self._names):
                self.picked.emit(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    @Slot()
    def _leave_headroom(self) -> None:
        """Leave as much room above a full bar as the number over it is high."""
        view = self.getPlotItem().getViewBox()
        number = (self.fontMetrics().height() + NUMBER_MARGIN_PX) / max(view.height(), 1.0)
        view.setYRange(0, 1 / (1 - min(number, 0.5)), padding=0)

    @Slot()
    def _draw_bars(self) -> None:
        shown = self._easing.shown
        positions = np.arange(len(shown))
        best = positions == (-1 if self._best is None else self._best)
        self._bars.setOpts(x=positions[~best], height=shown[~best])
        self._best_bar.setOpts(x=positions[best], height=shown[best])
        for index, (number, text) in enumerate(zip(self._numbers, self._texts, strict=True)):
            if text:
                number.setPos(index, shown[index])

    def _write_numbers(self, values: NDArray[np.float32]) -> None:
        for index, number in enumerate(self._numbers):
            text = short_percent(float(values[index]))
            if text != self._texts[index]:
                self._texts[index] = text
                number.setText(text)
        spoken = [f"{name} {text} %" for name, text in zip(self._names, self._texts, strict=True) if text]
        self.setAccessibleDescription(", ".join(spoken))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_numbers"):
            self._take_colours()

    def _take_colours(self) -> None:
        """Give the plot the palette's colours, because pyqtgraph has colours of its own."""
        self.resetCachedContent()
        palette = self.palette()
        plain = QColor(muted(palette))
        plain.setAlpha(150)
        self._bars.setOpts(brush=QBrush(plain))
        self._best_bar.setOpts(brush=QBrush(accent(palette)))
        text = palette.color(palette.ColorRole.WindowText)
        axis = self.getPlotItem().getAxis("bottom")
        axis.setPen(QPen(hairline(palette), 0))
        axis.setTextPen(text)
        font = self.font()
        axis.setTickFont(font)
        for number in self._numbers:
            number.setColor(text)
            number.setFont(font)


def short_percent(value: float) -> str:
    """Return a confidence as a short number of percent, such as 100, 98.4 or 0.3; empty below 0.05."""
    if value < SMALLEST_SHOWN:
        return ""
    return "100" if value >= 0.9995 else f"{value * 100:.1f}"
