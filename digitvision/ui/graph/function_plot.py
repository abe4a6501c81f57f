"""The graphs of what was read: they are moved, enlarged, read off, copied and saved."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QBrush, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from digitvision.recognition.expression.semantics.curve_points import MarkedPoint, marked_points
from digitvision.recognition.expression.semantics.plots import Plot, plot_between, values_at
from digitvision.ui.graph.graph_colours import curve_pen
from digitvision.ui.graph.graph_legend import GraphLegend
from digitvision.ui.graph.graph_words import GAP, fitting_words, formula_text, position_words, summary_of
from digitvision.ui.graph.plot_area import PlotArea
from digitvision.ui.jobs.background_jobs import Jobs
from digitvision.ui.theme import light_palette, muted
from digitvision.ui.widgets.widget_picture import png_of, svg_of

MOST: Final = 3
"""Largest number of graphs in one plane."""

PAUSE_MS: Final = 60
"""How long a view must stay before the functions are sampled for it."""

BEYOND: Final = 0.5
"""How far beyond the view functions are sampled, as a share of its width, so that a small move needs no new samples."""

FAR: Final = 20.0
"""Values further outside of the view than this many times its height are drawn at that distance: lines to points that
are millions of pixels away are not drawn reliably."""

NEAR_PX: Final = 9.0
"""Distance of the pointer within which a marked point is read off instead of the position itself."""

POINT_PX: Final = 8
PICTURE_FINE: Final = 3
"""Pixels of a copied picture for each pixel on screen, along each side."""

_SYMBOLS: Final = {"zero": "o", "crossing": "d", "highest": "t1", "lowest": "t"}


class FunctionPlot(QWidget):
    """Shows up to `MOST` functions of one variable."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plots: tuple[Plot, ...] = ()
        self._sampled: tuple[Plot, ...] = ()
        self._points: tuple[MarkedPoint, ...] = ()
        self._described = self._words = ""
        self._jobs = Jobs(self)
        self._number = 0
        self._sheet = QWidget()
        self._legend = GraphLegend()
        self.area = PlotArea()
        self._curves = [self.area.plot([], [], connect="finite", antialias=True) for _ in range(MOST)]
        self._marks = pg.ScatterPlotItem(size=POINT_PX)
        self._cursor = pg.InfiniteLine(0, angle=90)
        self._dots = pg.ScatterPlotItem(size=POINT_PX)
        for item in (self._marks, self._cursor, self._dots):
            self.area.getPlotItem().addItem(item, ignoreBounds=True)
        self._readout = QLabel()
        self._readout.setAccessibleName(self.tr("Values of the graph"))
        self._readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole = QToolButton(self.area)
        self._whole.setText(self.tr("Whole graph"))
        self._whole.setToolTip(self.tr("Show the graph as at first; a double click does the same"))
        self._whole.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._whole.hide()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._lay_out()
        self._whole.clicked.connect(self.show_whole)
        self._pause.timeout.connect(self._sample)
        self.area.view_changed.connect(self._on_view_changed)
        self.area.whole_wanted.connect(self.show_whole)
        self.area.position_read.connect(self._read_off)
        self.area.reading_ended.connect(self._end_reading)
        self._end_reading()
        self._take_colours(self.palette())

    def _lay_out(self) -> None:
        sheet = QVBoxLayout(self._sheet)
        sheet.setContentsMargins(0, 0, 0, 0)
        sheet.setSpacing(0)
        sheet.addWidget(self._legend)
        sheet.addWidget(self.area, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._sheet, 1)
        layout.addWidget(self._readout)

    @property
    def plots(self) -> tuple[Plot, ...]:
        """The functions in sight, sampled for the view at first."""
        return self._plots

    @property
    def sampled(self) -> tuple[Plot, ...]:
        """The functions sampled for the view in sight."""
        return self._sampled

    @property
    def points(self) -> tuple[MarkedPoint, ...]:
        """The marked points, also those beyond the view."""
        return self._points

    @property
    def readout_text(self) -> str:
        """The line below the graph: what is read off, or else the marked points in sight."""
        return self._words

    @property
    def titles(self) -> tuple[str, ...]:
        """The names in the legend, which is there for several functions."""
        return self._legend.titles

    @property
    def moved(self) -> bool:
        """Whether the user has moved or enlarged the graph."""
        return not self._whole.isHidden()

    @property
    def busy(self) -> bool:
        """Whether functions are still sampled, or points searched for."""
        return self._pause.isActive() or self._jobs.busy

    def set_menu(self, menu: QMenu) -> None:
        """Set the context menu."""
        self.area.set_menu(menu)

    def show_plots(self, plots: Sequence[Plot]) -> None:
        """Show these functions of one variable, at least one, in the view of the first."""
        if len(plots) == len(self._plots) and all(map(_same, plots, self._plots)):
            # The same formula was read again: the view stays as the user has left it.
            return
        self._plots = self._sampled = tuple(plots[:MOST])
        self._points = ()
        titles = [formula_text(plot.title) for plot in self._plots]
        self._legend.show_titles(titles)
        against = self.tr("{functions} against {variable}")
        self._described = against.format(functions=", ".join(titles), variable=self._plots[0].variable)
        self.show_whole()

    @Slot()
    def show_whole(self) -> None:
        """Show the graph as at first."""
        self._whole.hide()
        first = self._plots[0]
        low, high = min(plot.low for plot in self._plots), max(plot.high for plot in self._plots)
        margin = 0.05 * (high - low)
        # Curves such as circles have no name for each half, and would look like ellipses.
        equal = len(self._plots) > 1 and all(plot.name for plot in self._plots)
        self.area.show_range((float(first.x[0]), float(first.x[-1])), (low - margin, high + margin), equal=equal)
        self._draw()
        self._end_reading()
        self._sample()

    def shut_down(self) -> None:
        """End the thread that samples functions."""
        self._pause.stop()
        self._jobs.shut_down()

    # --- samples ------------------------------------------------------------------------------------------------

    @Slot()
    def _on_view_changed(self) -> None:
        self._whole.show()
        self._place_button()
        self._draw()
        # Not begun anew, or a graph would have no new samples while it is dragged without a pause.
        if not self._pause.isActive():
            self._pause.start()

    @Slot()
    def _sample(self) -> None:
        """Have the functions sampled for the view off this thread: a long formula takes longer than a frame."""
        if self._jobs.busy:
            self._pause.start()
            return
        left, right = self.area.horizontal
        beyond = BEYOND * (right - left)
        self._number += 1
        plots, number = self._plots, self._number

        def work() -> tuple[int, tuple[Plot, ...], tuple[MarkedPoint, ...]]:
            sampled = tuple(plot_between(plot, left - beyond, right + beyond) for plot in plots)
            return number, sampled, marked_points(sampled)

        self._jobs.run(work, on_success=self._show_samples, on_error=lambda _sentence: None)

    def _show_samples(self, found: tuple[int, tuple[Plot, ...], tuple[MarkedPoint, ...]]) -> None:
        number, sampled, points = found
        if number == self._number:
            self._sampled, self._points = sampled, points
            self._draw()
            self._end_reading()

    def _draw(self) -> None:
        low, high = self.area.vertical
        far = FAR * (high - low)
        for index, curve in enumerate(self._curves):
            if index < len(self._sampled):
                plot = self._sampled[index]
                curve.setData(plot.x, np.clip(plot.y, low - far, high + far))
            else:
                curve.setData([], [])
        self._marks.setData(
            [point.x for point in self._points],
            [point.y for point in self._points],
            symbol=[_SYMBOLS[point.kind] for point in self._points],
        )

    # --- reading off --------------------------------------------------------------------------------------------

    @Slot(float, QPointF)
    def _read_off(self, at: float, scene: QPointF) -> None:
        """Show the values at a position, or the marked point that lies under the pointer."""
        view = self.area.getPlotItem().getViewBox()
        near = [
            (distance.x() ** 2 + distance.y() ** 2, index)
            for index, point in enumerate(self._points)
            for distance in (view.mapViewToScene(QPointF(point.x, point.y)) - scene,)
        ]
        nearest = min(near, default=(np.inf, 0))
        point = self._points[nearest[1]] if nearest[0] <= NEAR_PX**2 else None
        (left, right), (low, high) = self.area.horizontal, self.area.vertical
        pixel = (right - left) / max(self.area.width(), 1)
        # A position that can be written down, so that the values beside it are those of what is written.
        step = _round_step(pixel)
        x = point.x if point is not None else float(np.round(at / step) * step)
        values = [float(values_at(plot.term, plot.variable, np.array([x]))[0]) for plot in self._plots]
        words = position_words(self._plots, x, values, point, smallest=(step, (high - low) * 1e-6))
        self._say(words, spoken=words)
        self._cursor.setValue(x)
        self._cursor.show()
        known = [value for value in values if np.isfinite(value)]
        self._dots.setData([x] * len(known), known)

    @Slot()
    def _end_reading(self) -> None:
        self._cursor.hide()
        self._dots.setData([], [])
        (left, right), (low, high) = self.area.horizontal, self.area.vertical
        seen = [one for one in self._points if left <= one.x <= right and low <= one.y <= high]
        words = summary_of(seen, smallest=((right - left) * 1e-6, (high - low) * 1e-6))
        self._say(words, spoken=GAP.join(part for part in (self._described, words) if part))

    def _say(self, words: str, *, spoken: str) -> None:
        """Write a line below the graph, and let screen readers speak of the graph."""
        self._words = words
        self._fit_readout()
        self._readout.setToolTip(words)
        self._readout.setAccessibleDescription(words)
        self.area.setAccessibleDescription(spoken)

    # --- for other programs -------------------------------------------------------------------------------------

    def table(self, count: int) -> list[list[str]]:
        """Return the values in sight as rows of texts, after a row of names.

        Args:
            count: Number of positions from one end of the view to the other.
        """
        x = np.linspace(*self.area.horizontal, count)
        columns = [x, *(values_at(plot.term, plot.variable, x) for plot in self._plots)]
        rows = [[f"{value:.10g}" if np.isfinite(value) else "" for value in row] for row in zip(*columns, strict=True)]
        return [[self._plots[0].variable, *(plot.title for plot in self._plots)], *rows]

    def picture(self, form: str) -> bytes:
        """Return the graph in sight as `png` or `svg`, in the colours of paper whatever the window's are."""
        self._end_reading()
        palette = light_palette()
        shown = not self._whole.isHidden()
        self._whole.hide()
        self._sheet.setPalette(palette)
        self._take_colours(palette)
        try:
            ground = palette.color(QPalette.ColorRole.Base)
            if form == "svg":
                return svg_of(self._sheet, ground, ", ".join(plot.title for plot in self._plots))
            return png_of(self._sheet, ground, fine=PICTURE_FINE)
        finally:
            self._sheet.setPalette(QPalette())
            self._take_colours(self.palette())
            self._whole.setVisible(shown)

    # --- looks --------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_button()
        self._fit_readout()

    def _fit_readout(self) -> None:
        """Write as much of the line below the graph as there is room for; the tool tip has all of it."""
        self._readout.setText(fitting_words(self._words, self._readout.fontMetrics(), self.width()))

    def _place_button(self) -> None:
        size = self._whole.sizeHint()
        self._whole.setGeometry(self.area.width() - size.width() - 4, 4, size.width(), size.height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_pause"):
            # The parts of this widget have their new palettes only after this event.
            self._take_colours(self.palette())

    def _take_colours(self, palette: QPalette) -> None:
        self.area.take_colours(palette)
        for index, curve in enumerate(self._curves):
            curve.setPen(curve_pen(index, palette))
        text, paper = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base)
        self._marks.setPen(pg.mkPen(text, width=1.5))
        self._marks.setBrush(QBrush(paper))
        self._dots.setPen(pg.mkPen(None))
        self._dots.setBrush(QBrush(text))
        self._cursor.setPen(pg.mkPen(muted(palette), width=1))


def _round_step(pixel: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20 … and of their tenths that is no larger than a pixel."""
    power = float(10.0 ** np.floor(np.log10(pixel)))
    return next(factor * power for factor in (5, 2, 1) if factor * power <= pixel)


def _same(one: Plot, other: Plot) -> bool:
    return (one.term, one.variable, one.name) == (other.term, other.variable, other.name)
