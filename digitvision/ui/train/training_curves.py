"""Curves of loss and accuracy: of the training that runs, batch by batch, and of another one behind it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from digitvision.ui.theme import accent, hairline, muted
from digitvision.ui.train.training_runs import Point, Run

_LINE_PX: Final = 2.0
_BEHIND_ALPHA: Final = 110
_POINT_PX: Final = 7
_PERCENT: Final = 100
_MARGIN_PX: Final = 8
_EMPTY_EPOCHS: Final = 5
_EMPTY_HIGHEST: Final = (100.0, 1.0)


class _Curves:
    """A run's three curves in one plot."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self.batches = plot.plot()
        self.learned = plot.plot()
        self.validation = plot.plot(symbol="o", symbolSize=_POINT_PX)

    def take_colour(self, colour: QColor) -> None:
        faint = QColor(colour)
        faint.setAlpha(_BEHIND_ALPHA)
        self.batches.setPen(QPen(faint, 0))
        # Dashes as well as a tone of their own: colour alone would not tell them apart for everybody.
        self.learned.setPen(pg.mkPen(colour, width=_LINE_PX, style=Qt.PenStyle.DashLine))
        self.validation.setPen(pg.mkPen(colour, width=_LINE_PX))
        self.validation.setSymbolPen(None)
        self.validation.setSymbolBrush(colour)


class TrainingCurves(QWidget):
    """Two plots above each other, accuracy and loss against epochs; dashed what was learned from, solid held out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plots: list[pg.PlotWidget] = []
        self._live: list[_Curves] = []
        self._other: list[_Curves] = []
        self._has_other = False
        self._points: tuple[list[Point], list[Point], list[Point]] = ([], [], [])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._titles = (self.tr("Accuracy in %"), self.tr("Loss"))
        for title in self._titles:
            widget = pg.PlotWidget(background=None, enableMenu=False)
            plot = widget.getPlotItem()
            plot.hideButtons()
            plot.setMouseEnabled(x=False, y=False)
            plot.setContentsMargins(0, _MARGIN_PX, _MARGIN_PX, 0)
            widget.setAccessibleName(title)
            widget.setMinimumHeight(120)
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._plots.append(widget)
            self._other.append(_Curves(plot))
            self._live.append(_Curves(plot))
            layout.addWidget(widget, 1)
        # In two lines: one that wraps by itself would have the page scroll for the height that the plots would like.
        legend = QLabel(self.tr("Solid: held out  ·  dashed: learned from, by epoch\nThin: learned from, by batch"))
        layout.addWidget(legend)
        self._take_colours()
        self.clear()

    @property
    def points(self) -> tuple[Sequence[Point], Sequence[Point], Sequence[Point]]:
        """The live curves: by batch, learned from, held out."""
        return self._points

    def clear(self) -> None:
        """Begin the live curves anew."""
        self._points = ([], [], [])
        self._draw(self._live, *self._points)
        self._fit()

    def add_batch(self, place: float, loss: float, accuracy: float) -> None:
        """A point of the curve by batch; `place` in epochs."""
        self._points[0].append((place, loss, accuracy))
        for curves, values in zip(self._live, _values(self._points[0]), strict=True):
            curves.batches.setData(*values)
        self._fit()

    def add_epoch(
        self, epoch: int, loss: float, accuracy: float, validation_loss: float, validation_accuracy: float
    ) -> None:
        """The end of an epoch."""
        self._points[1].append((epoch, loss, accuracy))
        self._points[2].append((epoch, validation_loss, validation_accuracy))
        self._draw(self._live, *self._points)
        self.setAccessibleDescription(
            self.tr("Epoch {epoch}: accuracy {percent:.2f} %, held out {held:.2f} %").format(
                epoch=epoch, percent=accuracy * _PERCENT, held=validation_accuracy * _PERCENT
            )
        )

    def show_other(self, run: Run | None) -> None:
        """Lay another run's curves behind the live ones; None for none."""
        if run is None:
            self._draw(self._other, (), (), ())
        else:
            self._draw(self._other, run.batches, run.learned, run.validation)
        self._has_other = run is not None
        self._fit()

    def _fit(self) -> None:
        """Show all there is; axes without a curve are those of a plain training."""
        for widget, highest in zip(self._plots, _EMPTY_HIGHEST, strict=True):
            plot = widget.getPlotItem()
            if self._points[0] or self._points[1] or self._has_other:
                plot.enableAutoRange()
            else:
                plot.setRange(xRange=(0, _EMPTY_EPOCHS), yRange=(0, highest), padding=0)

    def _draw(
        self, curves: Sequence[_Curves], batches: Sequence[Point], learned: Sequence[Point], held: Sequence[Point]
    ) -> None:
        for place, item in enumerate(curves):
            for curve, points in ((item.batches, batches), (item.learned, learned), (item.validation, held)):
                curve.setData(*_values(points)[place])

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_points"):
            self._take_colours()

    def _take_colours(self) -> None:
        palette = self.palette()
        text = palette.color(palette.ColorRole.WindowText)
        for title, widget, live, other in zip(self._titles, self._plots, self._live, self._other, strict=True):
            # The ground behind the curves is the window's, and Qt keeps a picture of it.
            widget.resetCachedContent()
            live.take_colour(accent(palette))
            other.take_colour(muted(palette))
            for side in ("left", "bottom"):
                axis = widget.getPlotItem().getAxis(side)
                # A loss of 0.05 is 0.05, not 50 thousandths.
                axis.enableAutoSIPrefix(False)
                axis.setPen(QPen(hairline(palette), 0))
                axis.setTextPen(text)
                axis.setTickFont(self.font())
                axis.setLabel(title if side == "left" else self.tr("Epochs"), color=text.name())


def _values(points: Sequence[Point]) -> tuple[tuple[list[float], list[float]], tuple[list[float], list[float]]]:
    """Places and accuracies in percent; places and losses."""
    table = np.array(points, np.float64).reshape(-1, 3)
    places = table[:, 0].tolist()
    return (places, (table[:, 2] * _PERCENT).tolist()), (places, table[:, 1].tolist())
