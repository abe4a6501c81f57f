"""The feature maps of a layer as pictures, and a raster with an overlay that shows what the answer rests on."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitvision.ui.theme import accent, hairline
from digitvision.ui.widgets.raster_image import shaded

GAP_PX: Final = 3
_SMALLEST_PX: Final = 12
_STRONGEST: Final = 0.85
"""Opacity of the overlay where the answer rests on a pixel most, 0 to 1."""

LEAST_SHOWN: Final = 0.02
"""Smallest loss of probability that is coloured: below it, the noise of a sure answer would look like a finding."""


class FeatureMapsView(QWidget):
    """The maps of one layer: pictures for maps in two dimensions, one picture of bars for a row of numbers."""

    chosen = Signal(int)
    """A map was clicked on; its index among the layer's maps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._maps: NDArray[np.float32] | None = None
        self._why_none = ""
        self._pictures: list[QImage] = []
        self.setMinimumSize(160, 64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Maps of the layer"))

    @property
    def count(self) -> int:
        """Number of maps that are shown."""
        return len(self._pictures)

    def set_maps(self, maps: NDArray[np.float32] | None, *, why_none: str = "") -> None:
        """Show these maps: float32 [H, W, C], [L, C] or [C]; where there are none, the sentence in their place."""
        self._maps, self._why_none = maps, why_none
        self.setAccessibleDescription(why_none if maps is None else "")
        self._draw()

    def _draw(self) -> None:
        palette = self.palette()
        ground, ink = palette.color(QPalette.ColorRole.AlternateBase), palette.color(QPalette.ColorRole.Text)
        self._pictures = []
        if self._maps is not None:
            # All maps of a layer have one scale, so that a map with small values looks weak.
            low, high = min(float(self._maps.min()), 0.0), float(self._maps.max())
            scaled = (self._maps - low) / max(high - low, 1e-9)
            if scaled.ndim == 3:
                self._pictures = [shaded(scaled[:, :, index], ground, ink) for index in range(scaled.shape[2])]
            elif scaled.ndim == 2:
                self._pictures = [shaded(scaled.T, ground, ink)]
            else:
                self._pictures = [shaded(scaled[None], ground, ink)]
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._pictures:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self._why_none)
            return
        if len(self._pictures) == 1:
            painter.drawImage(QRectF(0, 0, self.width(), self.height()), self._pictures[0])
            return
        columns, side = grid(len(self._pictures), 1, 1, self.width(), self.height())
        for index, picture in enumerate(self._pictures):
            row, column = divmod(index, columns)
            box = QRectF(column * (side + GAP_PX), row * (side + GAP_PX), side, side)
            painter.drawImage(box, picture)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if len(self._pictures) < 2:
            return
        columns, side = grid(len(self._pictures), 1, 1, self.width(), self.height())
        column, row = (int(at // (side + GAP_PX)) for at in (event.position().x(), event.position().y()))
        if column < columns and row * columns + column < len(self._pictures):
            self.chosen.emit(row * columns + column)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_maps"):
            self._draw()


class OcclusionView(QWidget):
    """The raster that the network takes in, coloured where its answer rests on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._raster: NDArray[np.float32] | None = None
        self._occlusion: NDArray[np.float32] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setMinimumSize(112, 112)
        self.setAccessibleName(self.tr("What the answer rests on"))

    def sizeHint(self) -> QSize:
        return QSize(224, 224)

    def set_view(self, raster: NDArray[np.float32] | None, occlusion: NDArray[np.float32] | None) -> None:
        """Show a raster with its occlusion map, both float32 [28, 28]; None shows nothing."""
        self._raster, self._occlusion = raster, occlusion
        self.update()

    @property
    def coloured(self) -> bool:
        """Whether the answer rests on some place more than on others, so that there is something to colour."""
        return self._occlusion is not None and float(self._occlusion.max()) > LEAST_SHOWN

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette = self.palette()
        side = min(self.width(), self.height())
        box = QRectF(0, 0, side, side)
        paper, ink = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
        painter.fillRect(box, paper)
        if self._raster is not None and self._occlusion is not None:
            painter.drawImage(box, shaded(self._raster, paper, ink))
            if self.coloured:
                share = np.maximum(self._occlusion, 0) / self._occlusion.max()
                self._paint_occlusion(painter, box, share.astype(np.float32))
        painter.setPen(QPen(hairline(palette), 1))
        painter.drawRect(box.adjusted(0, 0, -1, -1))

    def _paint_occlusion(self, painter: QPainter, box: QRectF, share: NDArray[np.float32]) -> None:
        colour = accent(self.palette())
        height, width = share.shape
        pixels = np.empty((height, width, 4), np.uint8)
        pixels[...] = (colour.red(), colour.green(), colour.blue(), 0)
        pixels[..., 3] = np.rint(share * _STRONGEST * 255)
        over = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(box, over)
        # A ring marks the strongest spot, so that colour is not the only sign.
        row, column = np.unravel_index(int(share.argmax()), share.shape)
        step = box.width() / width
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 2))
        painter.drawEllipse(QPointF((column + 0.5) * step, (row + 0.5) * step), 3 * step, 3 * step)


def grid(count: int, width: int, height: int, room_x: int, room_y: int) -> tuple[int, float]:
    """Find the grid in which pictures of one shape are largest, `GAP_PX` apart.

    Args:
        count: Number of pictures.
        width: Width of a picture, in a unit of its own.
        height: Height of a picture, in the same unit.
        room_x: Pixels that there are across.
        room_y: Pixels that there are down.

    Returns:
        The number of columns, and the pixels for each unit of the pictures.
    """
    best = (1, 0.0)
    for columns in range(1, count + 1):
        rows = math.ceil(count / columns)
        side_x, side_y = (room_x + GAP_PX) / columns - GAP_PX, (room_y + GAP_PX) / rows - GAP_PX
        scale = min(side_x / width, side_y / height)
        if scale > best[1]:
            best = (columns, scale)
    return best if best[1] > 0 else (1, _SMALLEST_PX / max(width, height))
