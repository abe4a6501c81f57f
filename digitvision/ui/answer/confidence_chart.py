"""The bar chart with the confidence of every class, for alphabets of few classes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from digitvision.ui.widgets.easing import Easing

if TYPE_CHECKING:
    from digitvision.ui.answer.confidence_plot import ConfidencePlot

SMALLEST_SHOWN: Final = 0.0005
"""Smallest value that gets a number; a smaller one would be written as 0.0 %."""


class ConfidenceChart(QWidget):
    """Holds a plot of bars that move to their values.

    pyqtgraph takes a quarter of a second to import on a slow machine. The window is painted first: the plot is made
    when the chart is in sight and has classes to show, which come with the model.
    """

    picked = Signal(int)
    """Index of the class whose bar, or whose name below it, was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._easing = Easing(self)
        self._easing.moved.connect(self._draw_bars)
        self._best: int | None = None
        self._texts: list[str] = []
        self._plot: ConfidencePlot | None = None
        self._making = QTimer(self)
        self._making.setSingleShot(True)
        self._making.setInterval(0)
        self._making.timeout.connect(self._show_plot)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        # The classes that somebody may want instead of the best stand on buttons, which the keys reach.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip(self.tr("Click on a bar to say what the drawing is"))
        self.setMinimumSize(200, 110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Confidence of every class"))

    @property
    def plot(self) -> "ConfidencePlot":
        """The plot with the bars; made when it is first wanted."""
        if self._plot is None:
            from digitvision.ui.answer.confidence_plot import ConfidencePlot

            self._plot = ConfidencePlot(self._names, self)
            self._plot.picked.connect(self.picked)
            self._layout.addWidget(self._plot)
            for index, text in enumerate(self._texts):
                self._plot.write_number(index, text)
            self._plot.draw_bars(self._easing.shown, self._best)
        return self._plot

    @property
    def settled(self) -> bool:
        """Whether the plot is made, where it is to be seen."""
        return not self._making.isActive()

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
        self._best = None
        self._texts = [""] * len(self._names)
        if self._plot is not None:
            self._plot.set_classes(self._names)
        self._easing.reset(len(self._names))
        # In the event loop's next turn, which a window that is about to be painted first does not wait for.
        self._making.start()

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

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._making.start()

    @Slot()
    def _show_plot(self) -> None:
        """Make the plot if it would be seen."""
        if self._names and self.isVisible():
            self.plot.show()

    @Slot()
    def _draw_bars(self) -> None:
        if self._plot is not None:
            self._plot.draw_bars(self._easing.shown, self._best)

    def _write_numbers(self, values: NDArray[np.float32]) -> None:
        for index, before in enumerate(self._texts):
            text = short_percent(float(values[index]))
            if text != before:
                self._texts[index] = text
                if self._plot is not None:
                    self._plot.write_number(index, text)
        spoken = [f"{name} {text} %" for name, text in zip(self._names, self._texts, strict=True) if text]
        self.setAccessibleDescription(", ".join(spoken))


def short_percent(value: float) -> str:
    """Return a confidence as a short number of percent, such as 100, 98.4 or 0.3; empty below 0.05."""
    if value < SMALLEST_SHOWN:
        return ""
    return "100" if value >= 0.9995 else f"{value * 100:.1f}"
