"""The graph of a function that was written."""

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from digitvision.ui.theme import accent, muted

if TYPE_CHECKING:
    from digitvision.recognition.expression.plots import Plot


class FunctionPlot(QWidget):
    """Shows one function; the wheel and the mouse look closer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot = pg.PlotWidget()
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.showGrid(x=True, y=True, alpha=0.25)
        self._plot.setAccessibleName(self.tr("Graph"))
        self._curve = self._plot.plot([], [], connect="finite")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self._shown: Plot | None = None
        self._take_colours()

    @property
    def plot(self) -> "Plot | None":
        """The function that is shown."""
        return self._shown

    def show_plot(self, plot: "Plot") -> None:
        """Show a function, all of it that is worth looking at."""
        self._shown = plot
        self._curve.setData(plot.x, plot.y)
        self._plot.setXRange(float(plot.x[0]), float(plot.x[-1]), padding=0)
        self._plot.setYRange(plot.low, plot.high, padding=0.05)
        self._plot.setAccessibleDescription(
            self.tr("{name} against {variable}").format(name=plot.name, variable=plot.variable)
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_colours()

    def _take_colours(self) -> None:
        palette = self.palette()
        self._plot.setBackground(palette.color(QPalette.ColorRole.Base))
        self._curve.setPen(pg.mkPen(accent(palette), width=2))
        for side in ("bottom", "left"):
            axis = self._plot.getAxis(side)
            axis.setPen(muted(palette))
            axis.setTextPen(palette.color(QPalette.ColorRole.Text))
