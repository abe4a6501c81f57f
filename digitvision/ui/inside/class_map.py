"""The map of classes: samples are points, each class has its letter, and the drawing is a star."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QColor, QFont, QPalette, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from digitvision.recognition.inspection.exemplars import Exemplar
from digitvision.recognition.inspection.projection import ClassMap
from digitvision.ui.theme import accent
from digitvision.ui.widgets.layouts import add_layout
from digitvision.ui.widgets.raster_image import shaded

COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8f8f3c")
"""After Okabe and Ito 2008, "Color universal design"; their yellow darkened, which would be lost on white paper."""

SYMBOLS: Final = ("o", "t", "s", "d", "+")
"""Symbols of the points, taken in turn like the colours: no two of the first 35 classes have both in common."""

_POINT_PX: Final = 6
_POINT_ALPHA: Final = 130
_HERE_PX: Final = 22
_LETTER_PX: Final = 16
_GROUND_ALPHA: Final = 190
_PADDING: Final = 0.05
_PICTURE_PX: Final = 56


class ClassMapView(QWidget):
    """Draws the points once; while the user draws, only the star moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map: ClassMap | None = None
        self._exemplars: Sequence[Exemplar] = ()
        self._letters: list[pg.TextItem] = []
        self._position: NDArray[np.float64] | None = None
        self._plot = pg.PlotWidget(background=None, enableMenu=False)
        self._plot.setAccessibleName(self.tr("Map of classes"))
        self._plot.setMinimumSize(160, 120)
        plot = self._plot.getPlotItem()
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        # The axes have no unit and mean nothing by themselves.
        plot.hideAxis("left")
        plot.hideAxis("bottom")
        plot.disableAutoRange()
        self._points = pg.ScatterPlotItem(pen=None, size=_POINT_PX, hoverable=True, hoverSize=2 * _POINT_PX, tip=None)
        self._points.sigHovered.connect(self._describe_point)
        # The star moves over the points at every change: the points are not to be drawn anew each time.
        self._points.setCacheMode(pg.ScatterPlotItem.CacheMode.DeviceCoordinateCache)
        self._here = pg.ScatterPlotItem(symbol="star", size=_HERE_PX)
        self._here.setZValue(2)
        plot.addItem(self._points)
        plot.addItem(self._here)
        self._picture = QLabel()
        self._picture.setFixedSize(_PICTURE_PX, _PICTURE_PX)
        self._caption = QLabel(self.tr("The star is the drawing. Point at a dot to see what it is."))
        self._caption.setWordWrap(True)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self._picture)
        below.addWidget(self._caption, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._plot, 1)
        add_layout(layout, below)

    @property
    def position(self) -> NDArray[np.float64] | None:
        """float64 [2]: the position of the star; None where nothing is drawn."""
        return self._position

    @property
    def letters(self) -> tuple[str, ...]:
        """The classes that the map has."""
        return () if self._map is None else tuple(self._map.middles)

    def show_map(self, found: ClassMap | None, exemplars: Sequence[Exemplar]) -> None:
        """Show a map of these samples; None removes the map."""
        self._map, self._exemplars = found, exemplars
        plot = self._plot.getPlotItem()
        for letter in self._letters:
            plot.removeItem(letter)
        self._letters = []
        if found is None:
            self._points.clear()
            self.show_position(None)
            return
        for name, (x, y) in found.middles.items():
            letter = pg.TextItem(name, anchor=(0.5, 0.5))
            letter.setPos(x, y)
            letter.setZValue(1)
            self._letters.append(letter)
            plot.addItem(letter)
        self._paint_points()
        self._fit()

    def show_position(self, position: NDArray[np.float64] | None) -> None:
        """Move the star to a position, float64 [2]; None removes it."""
        self._position = None if self._map is None else position
        if self._position is None:
            self._here.clear()
            self._plot.setAccessibleDescription("")
            if self._map is not None:
                self._fit()
            return
        self._here.setData([self._position[0]], [self._position[1]])
        self._fit()
        assert self._map is not None
        middles = np.stack(list(self._map.middles.values()))
        nearest = self.letters[int(((middles - self._position) ** 2).sum(axis=1).argmin())]
        self._plot.setAccessibleDescription(self.tr("The drawing lies nearest to {label}").format(label=nearest))

    def _fit(self) -> None:
        """Fit the plot to all samples and the star."""
        assert self._map is not None
        points = self._map.points if self._position is None else np.vstack([self._map.points, self._position])
        low, high = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        self._plot.setRange(xRange=(low[0], high[0]), yRange=(low[1], high[1]), padding=_PADDING)

    def _paint_points(self) -> None:
        if self._map is None:
            return
        index_of = {name: index for index, name in enumerate(self._map.middles)}
        brushes = []
        for name in COLOURS:
            colour = QColor(name)
            colour.setAlpha(_POINT_ALPHA)
            brushes.append(pg.mkBrush(colour))
        indices = [index_of[label] for label in self._map.labels]
        self._points.setData(
            x=self._map.points[:, 0],
            y=self._map.points[:, 1],
            brush=[brushes[index % len(brushes)] for index in indices],
            symbol=[SYMBOLS[index % len(SYMBOLS)] for index in indices],
            data=np.arange(len(indices)),
        )
        palette = self.palette()
        ink, ground = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window)
        ground.setAlpha(_GROUND_ALPHA)
        font = QFont(self.font())
        font.setPixelSize(_LETTER_PX)
        font.setBold(True)
        for letter in self._letters:
            letter.setFont(font)
            letter.setColor(ink)
            letter.fill = pg.mkBrush(ground)
        self._here.setBrush(accent(palette))
        self._here.setPen(pg.mkPen(ink, width=2))

    @Slot(object, object, object)
    def _describe_point(self, _item: Any, points: Any, _event: Any) -> None:
        if not len(points):
            return
        one = self._exemplars[int(points[0].data())]
        palette = self.palette()
        ground, ink = palette.color(QPalette.ColorRole.AlternateBase), palette.color(QPalette.ColorRole.Text)
        image = shaded(one.raster.astype(np.float32) / np.float32(255), ground, ink)
        self._picture.setPixmap(QPixmap.fromImage(image.scaled(_PICTURE_PX, _PICTURE_PX)))
        origin = {
            "mnist": self.tr("A {label} of MNIST"),
            "sample": self.tr("A {label} that came with the program"),
            "own": self.tr("A {label} of your own"),
        }[one.source]
        self._caption.setText(origin.format(label=one.label))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_told"):
            # The ground behind the points is the window's, and Qt keeps a picture of it.
            self._plot.resetCachedContent()
            self._paint_points()
