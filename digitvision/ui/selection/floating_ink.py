"""Selected ink as it is painted over the page: with a halo, and where it is dragged to.

The strokes are painted into a pixmap slice by slice, so that neither hundreds of them nor the drag that follows hold up
the pen. While it is scaled or turned, ink of few samples is painted anew each time, as it will be on the page; of more
ink the pixmap is stretched.
"""

import math
import time
from collections import deque
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPixmap, QTransform

from digitvision.ink.editing.transform import Affine, bounds_of
from digitvision.ink.stroke import Stroke
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.stroke_path import ink_pen, stroke_pieces
from digitvision.ui.theme import accent

SLICE_MS: Final = 8.0
"""Time of a frame for painting strokes that wait."""

HALO_PX: Final = 6.0
"""How much wider than the ink its halo is."""

HALO_SHARE: Final = 0.4
"""Share of the accent colour in the halo; the rest is the paper's."""

EXACT_SAMPLES: Final = 1200
"""Most samples of ink that is painted anew at each report while it is scaled or turned."""

WHOLE_PX: Final = 0.02
"""Distance from a whole pixel that nobody sees."""

LARGEST_PX: Final = 4096
"""Longer side of the largest pixmap; larger ink is painted more coarsely."""


class FloatingInk:
    """Paints selected strokes over the page."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._strokes: tuple[Stroke, ...] = ()
        self._look: tuple[object, ...] = ()
        self._pixmap = QPixmap()
        self._corner = QPointF()
        self._fineness = 1.0
        self._waiting: deque[tuple[Stroke, bool]] = deque()

    @property
    def complete(self) -> bool:
        """Whether all strokes are painted."""
        return not self._waiting

    @property
    def margin_px(self) -> float:
        """How far it is painted beyond the strokes' samples, in the canvas's pixels."""
        # Half of the thickest line is less than the pen's width; the rest is room for the curve to swing out.
        return self._canvas.pen_width * self._canvas.scale * 1.5 + HALO_PX

    def hold(self, strokes: tuple[Stroke, ...]) -> None:
        """Paint these strokes from now on."""
        if strokes != self._strokes:
            self._strokes, self._look = strokes, ()

    def hold_moved(self, strokes: tuple[Stroke, ...], dx: float, dy: float) -> None:
        """Paint these strokes, which are the ones before moved by this distance in the drawing's unit."""
        self._strokes = strokes
        self._corner += QPointF(dx, dy)
        place = self._canvas.to_widget(self._corner.x(), self._corner.y())
        if (place - QPointF(place.toPoint())).manhattanLength() > WHOLE_PX:
            # Between two pixels, it would not lie exactly over the ink on the page.
            self._look = ()

    def paint(self, painter: QPainter, affine: Affine) -> None:
        """Paint the strokes as a mapping of the drawing moves, scales and turns them."""
        if not self._strokes:
            return
        if not affine.only_moves and sum(map(len, self._strokes)) <= EXACT_SAMPLES:
            self._paint_anew(painter, affine)
            return
        self._prepare()
        canvas = self._canvas
        size = self._pixmap.deviceIndependentSize() / self._fineness
        painter.save()
        if affine.only_moves:
            # At whole pixels, where it lies exactly over the ink on the page, and nothing has to be stretched.
            place = canvas.to_widget(self._corner.x() + affine.dx, self._corner.y() + affine.dy)
            painter.drawPixmap(QRectF(QPointF(place.toPoint()), size), self._pixmap, QRectF(self._pixmap.rect()))
        else:
            self._paint_stretched(painter, affine, size)
        painter.restore()
        if self._waiting:
            canvas.update()

    def _paint_stretched(self, painter: QPainter, affine: Affine, size: QSizeF) -> None:
        canvas = self._canvas
        origin, scale = canvas.to_widget(0.0, 0.0), canvas.scale
        on_widget = (
            QTransform.fromTranslate(-origin.x(), -origin.y())
            * QTransform.fromScale(1 / scale, 1 / scale)
            * QTransform(affine.xx, affine.yx, affine.xy, affine.yy, affine.dx, affine.dy)
            * QTransform.fromScale(scale, scale)
            * QTransform.fromTranslate(origin.x(), origin.y())
        )
        corner = canvas.to_widget(self._corner.x(), self._corner.y())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setTransform(on_widget, True)
        painter.drawPixmap(QRectF(corner, size), self._pixmap, QRectF(self._pixmap.rect()))

    def _prepare(self) -> None:
        """Paint more of the strokes into the pixmap, from the beginning where they look different now."""
        canvas = self._canvas
        colours = (self._ink_colour().rgb(), self._halo_colour().rgb())
        look = (canvas.scale, canvas.pen_width, canvas.devicePixelRatioF(), colours)
        bounds = bounds_of(self._strokes)
        if bounds is None:
            return
        if look != self._look:
            self._look = look
            margin = self.margin_px / canvas.scale
            corner = canvas.to_widget(bounds.left - margin, bounds.top - margin)
            self._corner = QPointF(*canvas.to_drawing(QPointF(math.floor(corner.x()), math.floor(corner.y()))))
            ratio = canvas.devicePixelRatioF()
            width = (bounds.width + 2 * margin) * canvas.scale + 1
            height = (bounds.height + 2 * margin) * canvas.scale + 1
            self._fineness = min(1.0, LARGEST_PX / (max(width, height) * ratio))
            fine = ratio * self._fineness
            self._pixmap = QPixmap(max(round(width * fine), 1), max(round(height * fine), 1))
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(Qt.GlobalColor.transparent)
            self._waiting = deque((stroke, halo) for halo in (True, False) for stroke in self._strokes)
        self._advance()

    def _advance(self) -> None:
        if not self._waiting:
            return
        end = time.perf_counter() + SLICE_MS / 1000
        painter = QPainter(self._pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fine = self._canvas.scale * self._fineness
        painter.scale(fine, fine)
        painter.translate(-self._corner)
        while self._waiting:
            stroke, halo = self._waiting.popleft()
            self._paint_stroke(painter, stroke, halo=halo)
            if time.perf_counter() > end:
                break
        painter.end()

    def _paint_anew(self, painter: QPainter, affine: Affine) -> None:
        canvas = self._canvas
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(canvas.to_widget(0.0, 0.0))
        painter.scale(canvas.scale, canvas.scale)
        mapped = [affine.stroke(stroke) for stroke in self._strokes]
        for halo in (True, False):
            for stroke in mapped:
                self._paint_stroke(painter, stroke, halo=halo)
        painter.restore()

    def _paint_stroke(self, painter: QPainter, stroke: Stroke, *, halo: bool) -> None:
        pen = ink_pen(self._halo_colour() if halo else self._ink_colour())
        extra = HALO_PX / self._canvas.scale if halo else 0.0
        for piece in stroke_pieces(stroke.points, self._canvas.pen_width):
            pen.setWidthF(piece.width + extra)
            painter.setPen(pen)
            painter.drawPath(piece.path)

    def _ink_colour(self) -> QColor:
        return self._canvas.palette().color(QPalette.ColorRole.Text)

    def _halo_colour(self) -> QColor:
        palette = self._canvas.palette()
        one, other, share = accent(palette), palette.color(QPalette.ColorRole.Base), HALO_SHARE
        return QColor.fromRgbF(
            share * one.redF() + (1 - share) * other.redF(),
            share * one.greenF() + (1 - share) * other.greenF(),
            share * one.blueF() + (1 - share) * other.blueF(),
        )
