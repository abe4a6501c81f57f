"""The bar plot of every class's confidence, for alphabets of few classes."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QBrush, QColor, QPen
from PySide6.QtWidgets import QFrame, QGraphicsView, QSizePolicy, QWidget

from digitvision.ui.theme import accent, hairline, muted
from digitvision.ui.widgets.easing import Easing

BAR_WIDTH: Final = 0.72
SMALLEST_SHOWN: Final = 0.0005
"""Values that would be written as 0.0 % get no number."""

NUMBER_MARGIN_PX: Final = 8
"""Above and below a number, together."""


class ConfidenceChart(pg.PlotWidget):  # type: ignore[misc]
    """Bars from 0 to 1, one a class; the items are made once and changed in place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None, enableMenu=False)
        self._names: tuple[str, ...] = ()
        self._easing = Easing(self)
        self._easing.moved.connect(self._place_bars)
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
        # The ground is the panel's and seldom changes; `_take_colours` drops it when it does.
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setMinimumSize(200, 110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Confidence of every class"))
        self._take_colours()

    @property
    def values(self) -> NDArray[np.float64]:
        """float64 [C]: where the bars are or are going."""
        return self._easing.values

    @property
    def shown_values(self) -> NDArray[np.float64]:
        """float64 [C]: where the bars are now."""
        return self._easing.shown

    def set_classes(self, names: Sequence[str]) -> None:
        """Set the classes on the axis; the bars fall to zero."""
        self._names = tuple(names)
        count = len(self._names)
        self._best = None
        plot = self.getPlotItem()
        for number in self._numbers:
            plot.removeItem(number)
        self._numbers = [pg.TextItem("", anchor=(0.5, 1.0)) for _ in self._names]
        self._texts = [""] * count
        for place, number in enumerate(self._numbers):
            number.setPos(place, 0)
            plot.addItem(number)
        plot.getAxis("bottom").setTicks([list(enumerate(self._names))])
        plot.setXRange(-0.6, count - 0.4, padding=0)
        self._take_colours()
        self._easing.reset(count)

    def show_values(self, values: NDArray[np.float32], *, ease: bool, sure: bool = True) -> None:
        """Show other values.

        Args:
            values: float [C], 0 to 1.
            ease: Whether the bars move there or are there at once.
            sure: Whether there is a winner to point out.
        """
        self._best = int(np.argmax(values)) if sure and np.any(values) else None
        self._write_numbers(values)
        self._easing.go(values, ease=ease)

    def clear_values(self) -> None:
        """All bars to zero: there is nothing to read."""
        self.show_values(np.zeros(len(self._names), np.float32), ease=True)

    @Slot()
    def _leave_headroom(self) -> None:
        """Have the plot end as far above a full bar as the number over it is high."""
        view = self.getPlotItem().getViewBox()
        number = (self.fontMetrics().height() + NUMBER_MARGIN_PX) / max(view.height(), 1.0)
        view.setYRange(0, 1 / (1 - min(number, 0.5)), padding=0)

    @Slot()
    def _place_bars(self) -> None:
        shown = self._easing.shown
        places = np.arange(len(shown))
        best = places == (-1 if self._best is None else self._best)
        self._bars.setOpts(x=places[~best], height=shown[~best])
        self._best_bar.setOpts(x=places[best], height=shown[best])
        for place, (number, text) in enumerate(zip(self._numbers, self._texts, strict=True)):
            if text:
                number.setPos(place, shown[place])

    def _write_numbers(self, values: NDArray[np.float32]) -> None:
        for place, number in enumerate(self._numbers):
            text = short_percent(float(values[place]))
            if text != self._texts[place]:
                self._texts[place] = text
                number.setText(text)
        spoken = [f"{name} {text} %" for name, text in zip(self._names, self._texts, strict=True) if text]
        self.setAccessibleDescription(", ".join(spoken))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_numbers"):
            self._take_colours()

    def _take_colours(self) -> None:
        """pyqtgraph keeps colours of its own; give it the palette's."""
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
    """A confidence as a short number of percent: 100, 98.4, 0.3, and nothing below a twentieth."""
    if value < SMALLEST_SHOWN:
        return ""
    return "100" if value >= 0.9995 else f"{value * 100:.1f}"
