"""The plot in the chart of confidences: a bar for each class, its name below and its number above it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from digitvision.ui.theme import accent, hairline, muted

BAR_WIDTH: Final = 0.72

NUMBER_MARGIN_PX: Final = 8
"""Space above and below a number, together."""


class ConfidencePlot(pg.PlotWidget):  # type: ignore[misc]
    """Bars from 0 to 1, one for each class; the items of the plot are made once and then changed."""

    picked = Signal(int)
    """Index of the class whose bar, or whose name below it, was clicked."""

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        """Make the plot, with all bars at zero.

        Args:
            names: The classes on the axis.
            parent: The widget that shows it.
        """
        super().__init__(parent, background=None, enableMenu=False)
        self._count = 0
        self._numbers: list[pg.TextItem] = []
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
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_classes(names)

    def set_classes(self, names: Sequence[str]) -> None:
        """Set the classes on the axis; all bars are at zero then."""
        self._count = len(names)
        plot = self.getPlotItem()
        for number in self._numbers:
            plot.removeItem(number)
        self._numbers = [pg.TextItem("", anchor=(0.5, 1.0)) for _ in names]
        for index, number in enumerate(self._numbers):
            number.setPos(index, 0)
            plot.addItem(number)
        plot.getAxis("bottom").setTicks([list(enumerate(names))])
        plot.setXRange(-0.6, self._count - 0.4, padding=0)
        self._take_colours()
        self.draw_bars(np.zeros(self._count), None)

    def draw_bars(self, heights: NDArray[np.float64], best: int | None) -> None:
        """Draw the bars, and put the numbers above them.

        Args:
            heights: float64 [C], 0 to 1.
            best: Index of the bar in the accent colour; None for none.
        """
        positions = np.arange(self._count)
        is_best = positions == (-1 if best is None else best)
        self._bars.setOpts(x=positions[~is_best], height=heights[~is_best])
        self._best_bar.setOpts(x=positions[is_best], height=heights[is_best])
        for index, number in enumerate(self._numbers):
            if number.toPlainText():
                number.setPos(index, heights[index])

    def write_number(self, index: int, text: str) -> None:
        """Write this above the bar of a class."""
        self._numbers[index].setText(text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            view = self.getPlotItem().getViewBox()
            index = round(view.mapSceneToView(self.mapToScene(event.position().toPoint())).x())
            if 0 <= index < self._count:
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

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_best_bar"):
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
