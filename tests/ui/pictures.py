"""Pictures of widgets as arrays, and where ink must be on them."""

import itertools
import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF
from PySide6.QtGui import QColor, QImage, QPaintEvent, QPalette, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from digitvision.ink.stroke import Stroke
from digitvision.ui.canvas.canvas import Canvas

Picture = NDArray[np.uint8]

# Far above what it takes, so that a busy machine does not fail a test.
_PATIENCE_S = 60.0

# In the drawing's unit: much further than any pen is wide.
_FAR = 60.0


class PaintedRegion(QObject):
    """Notes what of a widget is painted, as an event filter."""

    def __init__(self) -> None:
        super().__init__()
        self.region = QRegion()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.region = self.region.united(event.region())
        return False


def picture_of(widget: QWidget, *, ratio: float = 1.0) -> Picture:
    """Return the widget when it has been painted completely, uint8 [H, W, 3]."""
    before = _rendered(widget, ratio)
    give_up = time.monotonic() + _PATIENCE_S
    while time.monotonic() < give_up:
        QApplication.processEvents()
        now = _rendered(widget, ratio)
        if now == before:
            return pixels(now)
        before = now
    raise AssertionError("the widget never comes to rest")


def screen_picture(widget: QWidget) -> Picture:
    """Return the widget as the screen shows it, painted bit by bit, uint8 [H, W, 3]."""
    QApplication.processEvents()
    window = widget.window()
    corner = widget.mapTo(window, QPoint())
    shot = window.screen().grabWindow(window.winId(), corner.x(), corner.y(), widget.width(), widget.height())
    return pixels(shot.toImage())


def pixels(image: QImage) -> Picture:
    """Return an image's pixels, uint8 [H, W, 3]."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : plain.width() * 4].reshape(plain.height(), plain.width(), 4)[..., :3].copy()


def rgb(colour: QColor) -> NDArray[np.float64]:
    """Return a colour's red, green and blue, float64 [3], 0 to 255."""
    return np.array([colour.red(), colour.green(), colour.blue()], np.float64)


def ink_share(canvas: Canvas, picture: Picture) -> NDArray[np.float64]:
    """Return the share of ink in each pixel, float64 [H, W], 0 (paper) to 1 (ink)."""
    roles = QPalette.ColorRole
    paper, ink = (rgb(canvas.palette().color(role)) for role in (roles.Base, roles.Text))
    share: NDArray[np.float64] = ((picture - paper) / (ink - paper)).mean(axis=2)
    return share


def distances(canvas: Canvas, strokes: tuple[Stroke, ...], *, ratio: float = 1.0) -> NDArray[np.float64]:
    """Return the distance of each pixel from the nearest segment of ink, float64 [H, W], in the drawing's unit.

    Pixels further than `_FAR` from all ink have infinity.
    """
    height, width = round(canvas.height() * ratio), round(canvas.width() * ratio)
    (left, top), (right, _) = (canvas.to_drawing(QPointF(x, 0)) for x in (0, canvas.width()))
    unit = (right - left) / width
    xs, ys = left + (np.arange(width) + 0.5) * unit, top + (np.arange(height) + 0.5) * unit
    nearest = np.full((height, width), np.inf)
    for stroke in strokes:
        ends = stroke.xy if len(stroke) > 1 else np.repeat(stroke.xy, 2, axis=0)
        for start, end in itertools.pairwise(ends):
            low, high = np.minimum(start, end) - _FAR, np.maximum(start, end) + _FAR
            columns, rows = (slice(*np.searchsorted(axis, (low[i], high[i]))) for i, axis in enumerate((xs, ys)))
            x, y = np.meshgrid(xs[columns] - start[0], ys[rows] - start[1])
            dx, dy = end - start
            along = np.clip((x * dx + y * dy) / max(dx * dx + dy * dy, 1e-12), 0, 1)
            nearest[rows, columns] = np.minimum(nearest[rows, columns], np.hypot(x - along * dx, y - along * dy))
    return nearest


def _rendered(widget: QWidget, ratio: float) -> QImage:
    image = QImage(widget.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    # A label paints no ground of its own: it stands on its window's.
    image.fill(widget.palette().color(QPalette.ColorRole.Window))
    # Not widget.render: a graphics view has another method of that name.
    QWidget.render(widget, image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    return image
