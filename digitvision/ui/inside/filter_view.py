"""The weights of a layer as pictures, in one scale of colours that grows lighter from negative to positive."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from digitvision.recognition.inspection.filters import Filters
from digitvision.ui.inside.feature_maps import GAP_PX, grid
from digitvision.ui.theme import hairline
from digitvision.ui.widgets.layouts import add_layout

SCALE: Final = ("#4d1500", "#b3540c", "#8c8c8c", "#8cc4ea", "#f5fbff")
"""Colours from the most negative weight over zero to the most positive: from dark to light, so that greys suffice."""

_LEGEND_PX: Final = 10
_FEW_NUMBERS: Final = 64
"""Largest number of weights of a filter that is shown beside all others; larger filters are shown one at a time."""


def paint_weights(values: NDArray[np.float32]) -> QImage:
    """Paint values from -1 to 1, float32 [H, W], in the colours of `SCALE`, a pixel for each."""
    stops = np.linspace(-1, 1, len(SCALE))
    colours = np.array([[QColor(name).red(), QColor(name).green(), QColor(name).blue()] for name in SCALE], np.float64)
    height, width = values.shape
    pixels = np.full((height, width, 4), 255, np.uint8)
    for channel in range(3):
        pixels[..., channel] = np.rint(np.interp(values, stops, colours[:, channel]))
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def scale_weights(weights: NDArray[np.float32], most: float) -> NDArray[np.float32]:
    """Scale weights to values from -1 to 1 for `paint_weights`.

    Each becomes the root of its share in `most`, the largest absolute weight: one large weight would otherwise leave
    all the others grey.
    """
    shares = weights / np.float32(max(most, 1e-9))
    raised: NDArray[np.float32] = (np.sign(shares) * np.sqrt(np.abs(shares))).astype(np.float32)
    return raised


class _Pictures(QWidget):
    """Pictures of one shape side by side, as large as they fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: list[QImage] = []
        self.setMinimumSize(100, 60)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def count(self) -> int:
        """Number of pictures that are shown."""
        return len(self._pictures)

    def set_pictures(self, pictures: list[QImage]) -> None:
        """Show these pictures, all of one size."""
        self._pictures = pictures
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._pictures:
            return
        painter = QPainter(self)
        height, width = self._pictures[0].height(), self._pictures[0].width()
        columns, scale = grid(len(self._pictures), width, height, self.width(), self.height())
        for index, picture in enumerate(self._pictures):
            row, column = divmod(index, columns)
            box = QRectF(
                column * (width * scale + GAP_PX), row * (height * scale + GAP_PX), width * scale, height * scale
            )
            painter.drawImage(box, picture)


class _Legend(QWidget):
    """The scale of colours, with the weights at its ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = 0.0
        self.setFixedHeight(_LEGEND_PX + 4 + self.fontMetrics().height())
        self.setMinimumWidth(140)

    def set_most(self, most: float) -> None:
        """Write this largest absolute weight at the ends."""
        self._most = most
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        bar = QRectF(0, 0, min(self.width(), 240) - 1, _LEGEND_PX)
        gradient = QLinearGradient(QPointF(0, 0), QPointF(bar.width(), 0))
        for index, name in enumerate(SCALE):
            gradient.setColorAt(index / (len(SCALE) - 1), QColor(name))
        painter.fillRect(bar, gradient)
        painter.setPen(hairline(self.palette()))
        painter.drawRect(bar)
        below = QRectF(0, _LEGEND_PX + 2, bar.width(), self.height() - _LEGEND_PX - 2)
        painter.setPen(self.palette().color(self.palette().ColorRole.WindowText))
        for flag, text in (
            (Qt.AlignmentFlag.AlignLeft, f"−{self._most:.2g}"),
            (Qt.AlignmentFlag.AlignHCenter, "0"),
            (Qt.AlignmentFlag.AlignRight, f"+{self._most:.2g}"),
        ):
            painter.drawText(below, flag | Qt.AlignmentFlag.AlignVCenter, text)


class FilterView(QWidget):
    """Shows all filters of a layer where they are small, else one, with a picture for each map it takes in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filters: Filters | None = None
        self._caption = QLabel()
        self._caption.setWordWrap(True)
        self._number = QSpinBox()
        self._number.setAccessibleName(self.tr("Filter to look at"))
        self._number.setToolTip(self.tr("Which of the layer's filters is shown; each makes one of its maps"))
        self._number.valueChanged.connect(self._draw)
        self._pictures = _Pictures()
        self._pictures.setAccessibleName(self.tr("Filters of the layer"))
        self._legend = _Legend()
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._caption, 1)
        top.addWidget(self._number, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        add_layout(layout, top)
        layout.addWidget(self._pictures, 1)
        layout.addWidget(self._legend)

    @property
    def count(self) -> int:
        """Number of pictures that are shown."""
        return self._pictures.count

    @property
    def caption(self) -> str:
        """The text above the pictures."""
        return self._caption.text()

    def set_filters(self, filters: Filters | None) -> None:
        """Show these filters; None shows nothing."""
        self._filters = filters
        count = 0 if filters is None else len(filters.pictures)
        self._number.setVisible(not self._all_at_once and count > 1)
        self._number.blockSignals(True)
        self._number.setRange(1, max(count, 1))
        self._number.blockSignals(False)
        self._legend.setVisible(filters is not None)
        self._legend.set_most(0.0 if filters is None else filters.most)
        self._draw()

    @Slot(int)
    def choose(self, index: int) -> None:
        """Show the filter that makes the map of this index."""
        self._number.setValue(index + 1)

    @property
    def _all_at_once(self) -> bool:
        if self._filters is None:
            return False
        _, pictures, height, width = self._filters.pictures.shape
        return bool(pictures == 1 and height * width <= _FEW_NUMBERS)

    @Slot()
    def _draw(self) -> None:
        filters = self._filters
        if filters is None:
            self._pictures.set_pictures([])
            self._caption.setText("")
            return
        count, each, height, width = filters.pictures.shape
        if self._all_at_once:
            shown = filters.pictures[:, 0]
            text = self.tr("{count} filters of {height} × {width}")
        else:
            shown = filters.pictures[self._number.value() - 1]
            text = self.tr(
                "One of {count} filters: {each} pictures of {height} × {width}, one for each map that it takes in"
            )
        if filters.matrix:
            text = self.tr("Weights: {height} units, one in each row, with {width} inputs, one in each column")
        elif each == 1 and not self._all_at_once:
            text = self.tr("One of {count} filters: {height} × {width}")
        caption = text.format(count=count, each=each, height=height, width=width)
        if filters.normalized:
            caption += self.tr("; the normalization that follows is part of them")
        self._caption.setText(caption)
        self._pictures.set_pictures([paint_weights(scale_weights(picture, filters.most)) for picture in shown])
