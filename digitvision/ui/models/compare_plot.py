"""The plot of the Compare page: what a model costs against how well it reads."""

import itertools
import math
from collections.abc import Sequence
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from digitvision.ui.theme import accent, hairline

Spot = tuple[int, float, str]
"""Number of parameters, accuracy in percent, and the model's name."""

_POINT_PX: Final = 9
_NAME_MARGIN_PX: Final = 8
"""What a name's rectangle is wider and higher than its letters."""

_ROOM: Final = 0.2
"""Space around the points, as a share of their range, so that their names have room."""

_LEAST_ROOM: Final = 0.15
"""The same as a share of a power of ten, and in percent, where the points have hardly a range."""

_PLACES: Final = (1.3, -0.3, 2.3, -1.3, 3.3, -2.3, 4.3)
"""Where a name may stand, the best first: how many of its heights its upper edge is above the point."""

_MARGIN_PX: Final = 10
_LABEL_GAP_PX: Final = 16
_STEPS: Final = ((1, 2, 3, 5), (1, 2, 5), (1, 3), (1,))
"""Multiples of powers of ten that are labelled, the most that have room for their labels."""


class ComparePlot(pg.PlotWidget):  # type: ignore[misc]
    """A point with its name for each model; the axis of parameters is logarithmic."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None, enableMenu=False)
        self._spots: tuple[Spot, ...] = ()
        self._names: list[pg.TextItem] = []
        self._points = pg.ScatterPlotItem(size=_POINT_PX)
        self._points.setPen(None)
        self.setAccessibleName(self.tr("Parameters against accuracy"))
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        # Half of the uppermost number, and of the last one, stands beyond the axes.
        plot.setContentsMargins(0, _MARGIN_PX, _MARGIN_PX, 0)
        for side in ("left", "bottom"):
            # Once the axis has a title, this would scale its numbers.
            plot.getAxis(side).enableAutoSIPrefix(False)
        plot.addItem(self._points)
        self._apply_colours()

    def show_spots(self, spots: Sequence[Spot]) -> None:
        """Show these models."""
        self._spots = tuple(spots)
        plot = self.getPlotItem()
        for name in self._names:
            plot.removeItem(name)
        self._names = []
        # The labels say what the axis shows; to the plot its numbers are logarithms.
        self._points.setData([math.log10(x) for x, _, _ in spots], [y for _, y, _ in spots])
        for x, y, title in spots:
            name = pg.TextItem(title, anchor=(0.5, _PLACES[0]))
            name.setPos(math.log10(x), y)
            self._names.append(name)
            plot.addItem(name)
        self.setAccessibleDescription("; ".join(f"{name}: {x:,}, {y:.2f} %" for x, y, name in spots))
        self._fit()
        self._apply_colours()

    def labels(self) -> list[tuple[float, str]]:
        """Return the labels of the axis of parameters with their positions: logarithms to the base of ten."""
        low, high = self.getPlotItem().getViewBox().viewRange()[0]
        width = max(self.getPlotItem().getViewBox().width(), 1.0)
        found: list[tuple[float, str]] = []
        for steps in _STEPS:
            numbers = [step * 10**power for power in range(math.floor(low), math.ceil(high) + 1) for step in steps]
            found = [(math.log10(number), f"{number:,}") for number in numbers if low <= math.log10(number) <= high]
            if not self._overlap(found, width / (high - low)):
                break
        return found

    def _overlap(self, labels: Sequence[tuple[float, str]], px_of_one: float) -> bool:
        """Whether labels stand over each other where the axis has so many pixels for each power of ten."""
        long = max((self.fontMetrics().horizontalAdvance(text) for _, text in labels), default=0) + _LABEL_GAP_PX
        places = [place * px_of_one for place, _ in labels]
        return any(second - first < long for first, second in itertools.pairwise(places))

    def _fit(self) -> None:
        places = [math.log10(x) for x, _, _ in self._spots] or [5.0, 6.0]
        values = [y for _, y, _ in self._spots] or [0.0, 100.0]
        sides = []
        height = self.getPlotItem().getViewBox().height()
        # The names stand above the points.
        above = 2 * self.fontMetrics().height() / max(height, 4 * self.fontMetrics().height())
        for low, high, beyond in ((min(places), max(places), 0.0), (min(values), max(values), above)):
            room = max((high - low) * _ROOM, _LEAST_ROOM)
            sides.append((low - room, high + max(room, beyond * (high - low + room) / (1 - beyond))))
        self.getPlotItem().setRange(xRange=sides[0], yRange=sides[1], padding=0)
        self._label_axis()
        self._place_names()

    def name_boxes(self) -> list[QRectF]:
        """Return the rectangles of the models' names, in pixels from the upper left corner of the axes."""
        return [
            self._box(x, y, title, name.anchor.y())
            for (x, y, title), name in zip(self._spots, self._names, strict=True)
        ]

    def _box(self, x: int, y: float, title: str, above: float) -> QRectF:
        """Return the rectangle of a name that stands so many of its heights above its point."""
        view = self.getPlotItem().getViewBox()
        (left, right), (low, high) = view.viewRange()
        metrics = QFontMetricsF(self.font())
        width, height = metrics.horizontalAdvance(title) + _NAME_MARGIN_PX, metrics.height() + _NAME_MARGIN_PX
        across = (math.log10(x) - left) / (right - left) * view.width()
        down = (high - y) / (high - low) * view.height()
        return QRectF(across - width / 2, down - above * height, width, height)

    def _place_names(self) -> None:
        """Put each name where it covers none of those before it, as where two models have the same point."""
        taken: list[QRectF] = []
        height = self.getPlotItem().getViewBox().height()
        for (x, y, title), name in zip(self._spots, self._names, strict=True):
            boxes = {above: self._box(x, y, title, above) for above in _PLACES}
            free = [above for above, box in boxes.items() if not any(box.intersects(other) for other in taken)]
            in_sight = [above for above in free if boxes[above].top() >= 0 and boxes[above].bottom() <= height]
            above = next(iter((*in_sight, *free)), _PLACES[0])
            taken.append(boxes[above])
            name.setAnchor((0.5, above))

    def _label_axis(self) -> None:
        self.getPlotItem().getAxis("bottom").setTicks([self.labels()])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The constructor of the plot resizes it before there is anything to show.
        if hasattr(self, "_spots"):
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_spots"):
            self._apply_colours()

    def _apply_colours(self) -> None:
        # The ground behind the points is the window's, and Qt keeps a picture of it.
        self.resetCachedContent()
        palette = self.palette()
        text: QColor = palette.color(palette.ColorRole.WindowText)
        self._points.setBrush(accent(palette))
        for name in self._names:
            name.setColor(text)
            name.setFont(self.font())
        for side, title in (("left", self.tr("Accuracy in %")), ("bottom", self.tr("Parameters"))):
            axis = self.getPlotItem().getAxis(side)
            axis.setPen(QPen(hairline(palette), 0))
            axis.setTextPen(text)
            axis.setTickFont(self.font())
            axis.setLabel(title, color=text.name())
