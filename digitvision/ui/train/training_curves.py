"""Curves of loss and accuracy for the training that runs, batch by batch, and for another one behind it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsItem, QLabel, QVBoxLayout, QWidget

from digitvision.ui.theme import accent, hairline, muted
from digitvision.ui.train.training_runs import Point, Run

_LINE_PX: Final = 2.0
_BEHIND_ALPHA: Final = 110
_POINT_PX: Final = 7
_TICK_PX: Final = 8
_PERCENT: Final = 100
_MARGIN_PX: Final = 8
_EMPTY_EPOCHS: Final = 5
_EMPTY_LOSS: Final = 1.0
_LEAST_LOSS: Final = 1e-3
_SPARE: Final = 0.1
"""Space beyond the outermost point, as a share of the range of the values."""


class _Curves:
    """The three curves of a run in one plot: by batch, training data and held-out data by epoch."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self.batches = plot.plot()
        self.learned = plot.plot()
        self.validation = plot.plot(symbol="o", symbolSize=_POINT_PX)

    def set_colour(self, colour: QColor) -> None:
        """Draw all three curves in this colour."""
        faint = QColor(colour)
        faint.setAlpha(_BEHIND_ALPHA)
        self.batches.setPen(QPen(faint, 0))
        # Dashes as well as a shade of their own: not everybody can tell curves apart by colour alone.
        self.learned.setPen(pg.mkPen(colour, width=_LINE_PX, style=Qt.PenStyle.DashLine))
        self.validation.setPen(pg.mkPen(colour, width=_LINE_PX))
        self.validation.setSymbolPen(None)
        self.validation.setSymbolBrush(colour)


class TrainingCurves(QWidget):
    """Two plots, accuracy and loss against epochs: dashed for training data, solid for held-out data."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plots: list[pg.PlotWidget] = []
        self._live: list[_Curves] = []
        self._other: list[_Curves] = []
        self._epochs = 1
        self._other_points: tuple[Point, ...] = ()
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
            # All that is drawn is within the axes; the last epoch's point, at their edge, is to be seen whole.
            plot.getViewBox().setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape, False)
            for side in ("left", "bottom"):
                # A loss of 0.05 is 0.05, not 50 thousandths. Once the axis has a title, this would scale its numbers.
                plot.getAxis(side).enableAutoSIPrefix(False)
            widget.setAccessibleName(title)
            widget.setMinimumHeight(120)
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._plots.append(widget)
            self._other.append(_Curves(plot))
            self._live.append(_Curves(plot))
            layout.addWidget(widget, 1)
        # In two lines: a label that wraps by itself would make the page scroll, for the height that the plots ask for.
        legend = QLabel(
            self.tr("Solid: held-out data  ·  dashed: training data, by epoch\nThin: training data, by batch")
        )
        layout.addWidget(legend)
        self._apply_colours()
        self.begin(_EMPTY_EPOCHS)

    @property
    def points(self) -> tuple[Sequence[Point], Sequence[Point], Sequence[Point]]:
        """The points of the live curves: by batch, then on training data and on held-out data by epoch."""
        return self._points

    def begin(self, epochs: int) -> None:
        """Remove the live curves; a training of so many epochs begins."""
        self._epochs = max(epochs, 1)
        self._points = ([], [], [])
        self._draw(self._live, *self._points)
        self._fit()

    def add_batch(self, position: float, loss: float, accuracy: float) -> None:
        """Add a point to the curve by batch; `position` is in epochs since the beginning, with a fraction."""
        self._points[0].append((position, loss, accuracy))
        for curves, values in zip(self._live, _values(self._points[0]), strict=True):
            curves.batches.setData(*values)
        self._fit()

    def add_epoch(
        self, epoch: int, loss: float, accuracy: float, validation_loss: float, validation_accuracy: float
    ) -> None:
        """Add the means of a finished epoch; accuracies are from 0 to 1."""
        self._points[1].append((epoch, loss, accuracy))
        self._points[2].append((epoch, validation_loss, validation_accuracy))
        self._draw(self._live, *self._points)
        self._fit()
        self.setAccessibleDescription(
            self.tr("Epoch {epoch}: accuracy {percent:.2f} %, held out {held:.2f} %").format(
                epoch=epoch, percent=accuracy * _PERCENT, held=validation_accuracy * _PERCENT
            )
        )

    def show_other(self, run: Run | None) -> None:
        """Show the curves of another run behind the live ones; None removes them."""
        shown = run or Run("", "", {})
        self._draw(self._other, shown.batches, shown.learned, shown.validation)
        self._other_points = (*shown.batches, *shown.learned, *shown.validation)
        self._fit()

    def _fit(self) -> None:
        """Fit the axes: from the first epoch to the last, and to the values of all curves."""
        points = [*self._other_points, *(point for curve in self._points for point in curve)]
        last = max([0.0, *(position for position, _, _ in points)])
        end = float(_EMPTY_EPOCHS)
        # Of a long training only so much is shown that its beginning is no dash at the left.
        while end < last:
            end *= 2
        last = max(last, min(end, self._epochs))
        highest_loss = max((loss for _, loss, _ in points), default=_EMPTY_LOSS)
        lowest = min((accuracy for _, _, accuracy in points), default=0.0) * _PERCENT
        # Where all is well, the last percents are what there is to see.
        bottom = max(lowest - (_PERCENT - lowest) * _SPARE, 0.0)
        for widget, (low, high) in zip(
            self._plots, ((bottom, float(_PERCENT)), (0.0, max(highest_loss * (1 + _SPARE), _LEAST_LOSS))), strict=True
        ):
            widget.getPlotItem().setRange(xRange=(0, last), yRange=(low, high), padding=0)

    def _draw(
        self, curves: Sequence[_Curves], batches: Sequence[Point], learned: Sequence[Point], held: Sequence[Point]
    ) -> None:
        for index, item in enumerate(curves):
            for curve, points in ((item.batches, batches), (item.learned, learned), (item.validation, held)):
                curve.setData(*_values(points)[index])

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_points"):
            self._apply_colours()

    def _apply_colours(self) -> None:
        palette = self.palette()
        text = palette.color(palette.ColorRole.WindowText)
        for title, widget, live, other in zip(self._titles, self._plots, self._live, self._other, strict=True):
            # The ground behind the curves is the window's, and Qt keeps a picture of it.
            widget.resetCachedContent()
            live.set_colour(accent(palette))
            other.set_colour(muted(palette))
            for side in ("left", "bottom"):
                axis = widget.getPlotItem().getAxis(side)
                axis.setPen(QPen(hairline(palette), 0))
                axis.setTextPen(text)
                axis.setTickFont(self.font())
                axis.setLabel(title if side == "left" else self.tr("Epochs"), color=text.name())
                if side == "left":
                    # The same for both plots, so that their epochs stand below each other.
                    axis.setWidth(
                        self.fontMetrics().horizontalAdvance("0.0000") + self.fontMetrics().height() + _TICK_PX
                    )


def _values(points: Sequence[Point]) -> tuple[tuple[list[float], list[float]], tuple[list[float], list[float]]]:
    """Positions with accuracies in percent, and positions with losses."""
    table = np.array(points, np.float64).reshape(-1, 3)
    positions = table[:, 0].tolist()
    return (positions, (table[:, 2] * _PERCENT).tolist()), (positions, table[:, 1].tolist())
