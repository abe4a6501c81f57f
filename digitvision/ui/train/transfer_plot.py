"""The plot of accuracy against samples per class, with transfer and from scratch, while it is measured."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QPalette, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from digitvision.ui.theme import accent, hairline, muted
from digitvision.ui.widgets.widget_picture import png_of, svg_of

WAYS: Final = ("transfer", "scratch")

_SYMBOLS: Final = {"transfer": "o", "scratch": "s"}
_LINES: Final = {"transfer": Qt.PenStyle.SolidLine, "scratch": Qt.PenStyle.DashLine}
_LINE_PX: Final = 2.0
_MEAN_PX: Final = 9
_REPEAT_PX: Final = 6
_FAINT_ALPHA: Final = 110
_MARGIN_PX: Final = 8
_LOWEST_PX: Final = 180
_PERCENT: Final = 100
_PADDING: Final = 0.06
_EMPTY_LEVELS: Final = (1, 3, 10, 30, 100)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One measured training.

    Attributes:
        samples: Number of samples per class that it learned from.
        way: One of `WAYS`.
        repeat: Number of the repeat, each with other samples.
        accuracy: Share of the held-out samples that are read right, 0 to 1.
    """

    samples: int
    way: str
    repeat: int
    accuracy: float

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> "CurvePoint":
        """Take the point from an event of the command.

        Raises:
            KeyError: A value is missing.
            TypeError: A value is of another type.
            ValueError: The values are no point of a curve.
        """
        point = cls(int(message["samples"]), str(message["way"]), int(message["repeat"]), float(message["accuracy"]))
        if point.samples < 1 or point.way not in WAYS or not 0 <= point.accuracy <= 1:
            raise ValueError("no point of a curve")
        return point


class _FlexiblePlot(pg.PlotWidget):  # type: ignore[misc]
    """A plot that takes the room there is; a plain one would make the page higher than the window."""

    def sizeHint(self) -> QSize:
        return QSize(_LOWEST_PX, _LOWEST_PX)


class TransferPlot(QWidget):
    """Two lines of means, each with a symbol of its own, and a faint symbol for each repeat."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: list[CurvePoint] = []
        self._plot = _FlexiblePlot(background=None, enableMenu=False)
        self._plot.setAccessibleName(self.tr("Accuracy against samples of each class"))
        self._plot.setMinimumHeight(_LOWEST_PX)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot = self._plot.getPlotItem()
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        plot.setContentsMargins(0, _MARGIN_PX, _MARGIN_PX, 0)
        for side in ("left", "bottom"):
            # Once the axis has a title, this would scale its numbers.
            plot.getAxis(side).enableAutoSIPrefix(False)
        self._repeats = {way: pg.ScatterPlotItem(size=_REPEAT_PX, symbol=_SYMBOLS[way], pen=None) for way in WAYS}
        for item in self._repeats.values():
            plot.addItem(item)
        self._means = {way: plot.plot(symbol=_SYMBOLS[way], symbolSize=_MEAN_PX) for way in WAYS}
        legend = QLabel(
            self.tr("● solid: with transfer  ·  ■ dashed: from scratch  ·  faint: each repeat; all on held-out samples")
        )
        legend.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._plot, 1)
        layout.addWidget(legend)
        self._levels: tuple[int, ...] = _EMPTY_LEVELS
        self._apply_colours()
        self._draw()

    @property
    def points(self) -> Sequence[CurvePoint]:
        """The points that are shown, in the order in which they were measured."""
        return tuple(self._points)

    def begin(self, levels: Sequence[int] = _EMPTY_LEVELS) -> None:
        """Remove all points, and show an axis with these numbers of samples per class."""
        self._points.clear()
        self._levels = tuple(sorted(levels)) or _EMPTY_LEVELS
        self._draw()

    def add(self, point: CurvePoint) -> None:
        """Show one more point."""
        self._points.append(point)
        self._draw()

    def means(self, way: str) -> dict[int, float]:
        """The mean accuracy of one way by the number of samples, ascending."""
        found: dict[int, list[float]] = {}
        for point in self._points:
            if point.way == way:
                found.setdefault(point.samples, []).append(point.accuracy)
        return {samples: sum(values) / len(values) for samples, values in sorted(found.items())}

    def csv(self) -> bytes:
        """All points as a table in CSV, UTF-8."""
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(["samples_a_class", "way", "repeat", "accuracy"])
        table.writerows([point.samples, point.way, point.repeat, f"{point.accuracy:.6f}"] for point in self._points)
        return text.getvalue().encode()

    def png(self) -> bytes:
        """The plot as a PNG picture in the colours of the window."""
        return png_of(self, self.palette().color(QPalette.ColorRole.Window))

    def svg(self) -> bytes:
        """The plot as an SVG picture in the colours of the window."""
        return svg_of(self, self.palette().color(QPalette.ColorRole.Window), self._plot.accessibleName())

    def _draw(self) -> None:
        for way in WAYS:
            own = [point for point in self._points if point.way == way]
            self._repeats[way].setData(
                [math.log10(point.samples) for point in own], [point.accuracy * _PERCENT for point in own]
            )
            means = self.means(way)
            self._means[way].setData(
                [math.log10(samples) for samples in means], [accuracy * _PERCENT for accuracy in means.values()]
            )
        levels = sorted({*self._levels, *(point.samples for point in self._points)})
        plot = self._plot.getPlotItem()
        plot.getAxis("bottom").setTicks([[(math.log10(level), f"{level:,}") for level in levels]])
        low, high = math.log10(levels[0]), math.log10(levels[-1])
        margin = (high - low) * _PADDING or 1.0
        plot.setRange(xRange=(low - margin, high + margin), yRange=(0, _PERCENT), padding=0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_levels"):
            self._apply_colours()

    def _apply_colours(self) -> None:
        # The ground behind the points is the window's, and Qt keeps a picture of it.
        self._plot.resetCachedContent()
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.WindowText)
        for way, colour in (("transfer", accent(palette)), ("scratch", muted(palette))):
            faint = QColor(colour)
            faint.setAlpha(_FAINT_ALPHA)
            self._repeats[way].setBrush(faint)
            self._means[way].setPen(pg.mkPen(colour, width=_LINE_PX, style=_LINES[way]))
            self._means[way].setSymbolPen(None)
            self._means[way].setSymbolBrush(colour)
        for side, title in (("left", self.tr("Accuracy in %")), ("bottom", self.tr("Samples of each class"))):
            axis = self._plot.getPlotItem().getAxis(side)
            axis.setPen(QPen(hairline(palette), 0))
            axis.setTextPen(text)
            axis.setTickFont(self.font())
            axis.setLabel(title, color=text.name())
