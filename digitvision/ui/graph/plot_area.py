"""The drawing area of a graph: it is moved and enlarged by mouse and keys, and reports which position is read off."""

from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QFrame, QMenu

from digitvision.ui.graph.graph_colours import axis_pen
from digitvision.ui.graph.number_axis import NumberAxis
from digitvision.ui.theme import muted

READING_STEPS: Final = 100
"""Number of key presses from one end of the view to the other."""

SMALLEST_SPAN: Final = 1e-9
LARGEST_SPAN: Final = 1e9
"""Limits of how far the graph is enlarged and made smaller."""

ZOOM: Final = 0.8
"""Share of the view that is left when a key enlarges the graph."""


class PlotArea(pg.PlotWidget):  # type: ignore[misc]
    """Two axes through zero and a grid. The library's own menus are left out, for they speak of other things."""

    position_read = Signal(float, QPointF)
    """The horizontal position that is read off, and where the pointer is in the scene."""
    reading_ended = Signal()
    """No position is read off any more."""
    view_changed = Signal()
    """The user has moved or enlarged the graph."""
    whole_wanted = Signal()
    """The graph is to be shown as at first."""

    def __init__(self) -> None:
        super().__init__(axisItems={side: NumberAxis(side) for side in ("bottom", "left")}, enableMenu=False)
        self._menu: QMenu | None = None
        self._at: float | None = None
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.showGrid(x=True, y=True, alpha=0.2)
        self.zero_lines = [pg.InfiniteLine(0, angle=angle) for angle in (90, 0)]
        """The axes through zero: the vertical one, and the level one."""
        for line in self.zero_lines:
            line.setZValue(-1)
            plot.addItem(line, ignoreBounds=True)
        view = plot.getViewBox()
        view.setLimits(
            minXRange=SMALLEST_SPAN, maxXRange=LARGEST_SPAN, minYRange=SMALLEST_SPAN, maxYRange=LARGEST_SPAN**2
        )
        view.sigRangeChangedManually.connect(self._report_view)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Graph"))

    @property
    def horizontal(self) -> tuple[float, float]:
        """The ends of the view from left to right."""
        left, right = self.getPlotItem().getViewBox().viewRange()[0]
        return float(left), float(right)

    @property
    def vertical(self) -> tuple[float, float]:
        """The ends of the view from below upwards."""
        low, high = self.getPlotItem().getViewBox().viewRange()[1]
        return float(low), float(high)

    def show_range(self, horizontal: tuple[float, float], vertical: tuple[float, float], *, equal: bool) -> None:
        """Show this part of the plane; with `equal` one unit is as long in both directions."""
        view = self.getPlotItem().getViewBox()
        view.setAspectLocked(equal)
        view.setRange(xRange=horizontal, yRange=vertical, padding=0)

    def set_menu(self, menu: QMenu) -> None:
        """Set the context menu."""
        self._menu = menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._menu is not None:
            self._menu.popup(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.whole_wanted.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # The right button is for the menu; with the library it would stretch the axes.
        if event.button() != Qt.MouseButton.RightButton:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        scene = QPointF(self.mapToScene(event.position().toPoint()))
        view = self.getPlotItem().getViewBox()
        if view.sceneBoundingRect().contains(scene):
            self._read(float(view.mapSceneToView(scene).x()), scene)
        else:
            self._end_reading()

    def leaveEvent(self, event: QEvent) -> None:
        self._end_reading()
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._end_reading()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys, key = Qt.Key, Qt.Key(event.key())
        (left, right), view = self.horizontal, self.getPlotItem().getViewBox()
        if key in (keys.Key_Left, keys.Key_Right):
            step = (right - left) / READING_STEPS * (1 if key == keys.Key_Right else -1)
            at = (left + right) / 2 if self._at is None else min(max(self._at + step, left), right)
            self._read(at, view.mapViewToScene(QPointF(at, sum(self.vertical) / 2)))
        elif key in (keys.Key_Plus, keys.Key_Minus):
            factor = ZOOM if key == keys.Key_Plus else 1 / ZOOM
            view.scaleBy((factor, factor))
            self.view_changed.emit()
        elif key == keys.Key_Home:
            self.whole_wanted.emit()
        elif key == keys.Key_Escape and self._at is not None:
            self._end_reading()
        else:
            event.ignore()

    def _read(self, at: float, scene: QPointF) -> None:
        self._at = at
        self.position_read.emit(at, scene)

    def _end_reading(self) -> None:
        if self._at is not None:
            self._at = None
            self.reading_ended.emit()

    def _report_view(self, _axes: object) -> None:
        self.view_changed.emit()

    def take_colours(self, palette: QPalette) -> None:
        """Take a palette's colours, because the library has colours of its own."""
        self.setBackground(palette.color(QPalette.ColorRole.Base))
        for line in self.zero_lines:
            line.setPen(axis_pen(palette))
        for side in ("bottom", "left"):
            axis = self.getPlotItem().getAxis(side)
            axis.setPen(muted(palette))
            axis.setTextPen(palette.color(QPalette.ColorRole.Text))
