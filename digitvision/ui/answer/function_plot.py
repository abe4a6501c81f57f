"""The graph of a function that was read."""

import math
from typing import TYPE_CHECKING, Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from digitvision.ui.theme import accent, muted

if TYPE_CHECKING:
    from digitvision.recognition.expression.semantics.plots import Plot


_PLAIN_DIGITS: Final = 5
"""From this number of digits before the decimal point, or of zeros after it, a power of ten is easier to read."""

_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class NumberAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis with numbers as they are written in formulas: 2×10⁷ and −3, not 2e+07 and -3."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the texts of the ticks, with as many digits as neighbours need to differ."""
        step = abs(spacing * scale)
        largest = max((abs(value * scale) for value in values), default=0.0)
        power = math.floor(math.log10(largest)) if largest > 0 else 0
        # A little less than 1 must count as 1: rounding errors make the step a little too small.
        decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
        if -_PLAIN_DIGITS < power < _PLAIN_DIGITS:
            return [_signed(f"{value * scale:.{decimals}f}") for value in values]
        unit = 10.0**power
        decimals = max(0, power - math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
        raised = str(power).translate(_RAISED)
        return [
            "0" if value == 0 else f"{_signed(f'{value * scale / unit:.{decimals}f}')}×10{raised}" for value in values
        ]


def _signed(number: str) -> str:
    """Return a number with a true minus sign, and without one where it is written as zero."""
    number = number.removeprefix("-") if not number.strip("-0.") else number
    return number.replace("-", "−")


class FunctionPlot(QWidget):
    """Shows one function; the mouse moves the graph and the wheel enlarges it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot = pg.PlotWidget(axisItems={side: NumberAxis(side) for side in ("bottom", "left")}, enableMenu=False)
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
        """The function in sight; None before the first."""
        return self._shown

    def show_plot(self, plot: "Plot") -> None:
        """Show a function over the range of its plot."""
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
