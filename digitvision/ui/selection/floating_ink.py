"""Selected ink as it is painted over the page: with a halo, and where it is dragged to.

The strokes are painted into a pixmap slice by slice, so that neither hundreds of them nor the drag that follows hold up
the pen. Much ink is only marked, as with a highlighter, until it is dragged: it is on the page already.

While it is scaled or turned, ink of few samples is painted anew each time, as it will be on the page; of more ink the
pixmap is stretched.
"""

import math
import time
from collections import deque
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPixmap, QTransform

from digitvision.ink.editing.transform import Affine, bounds_of, offset_between
from digitvision.ink.stroke import Stroke
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.stroke_path import Piece, ink_pen, stroke_pieces
from digitvision.ui.theme import accent

SLICE_MS: Final = 8.0
"""Time of a frame for painting strokes that wait."""

HALO_PX: Final = 6.0
"""How much wider than the ink its halo is."""

HALO_SHARE: Final = 0.4
"""Share of the accent colour in the halo; the rest is the paper's."""

EXACT_SAMPLES: Final = 1200
"""Most samples of ink that is painted anew at each report while it is scaled or turned."""

MUCH_SAMPLES: Final = 4000
"""From so many samples on, ink that lies still is marked and not painted again."""

MARKED_SAMPLES: Final = 8
"""About how many samples of a stroke are enough to mark it."""

MARKING_MS: Final = 25.0
"""Time of a frame for marking strokes."""

MARK_OPACITY: Final = 0.35

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
        self._marks = QPixmap()
        self._unmarked: deque[Stroke] = deque()
        self._much = False
        self._corner = QPointF()
        self._size = QSize()
        self._fineness = 1.0
        self._waiting: deque[Stroke] = deque()

    @property
    def complete(self) -> bool:
        """Whether all strokes are painted as they are seen when they are dragged."""
        return not self._waiting and not self._pixmap.isNull()

    @property
    def margin_px(self) -> float:
        """How far it is painted beyond the strokes' samples, in the canvas's pixels."""
        # Half of the thickest line is less than the pen's width; the rest is room for the curve to swing out.
        return self._canvas.pen_width * self._canvas.scale * 1.5 + HALO_PX

    def hold(self, strokes: tuple[Stroke, ...]) -> None:
        """Paint these strokes from now on."""
        same = len(strokes) == len(self._strokes)
        if same and all(one is other for one, other in zip(strokes, self._strokes, strict=True)):
            return
        by = offset_between(self._strokes, strokes)
        if by is not None:
            self.hold_moved(strokes, *by)
            return
        self._strokes, self._look = strokes, ()
        self._unmarked = deque()
        self._much = sum(map(len, strokes)) > MUCH_SAMPLES

    def hold_moved(self, strokes: tuple[Stroke, ...], dx: float, dy: float) -> None:
        """Paint these strokes, which are the ones before moved by this distance in the drawing's unit."""
        self._strokes = strokes
        self._corner += QPointF(dx, dy)
        place = self._canvas.to_widget(self._corner.x(), self._corner.y())
        between_pixels = (place - QPointF(place.toPoint())).manhattanLength() > WHOLE_PX
        half_done = bool(self._unmarked) or (bool(self._waiting) and not self._pixmap.isNull())
        if between_pixels or half_done:
            # Between two pixels, it would not lie exactly over the ink on the page.
            self._look = ()
        elif self._waiting:
            self._waiting = deque(strokes)

    def paint(self, painter: QPainter, affine: Affine, *, lifted: bool) -> None:
        """Paint the strokes as a mapping of the drawing moves, scales and turns them.

        Args:
            painter: Paints on the canvas.
            affine: The mapping.
            lifted: Whether the strokes are not seen on the page itself.
        """
        if not self._strokes:
            return
        if not affine.only_moves and sum(map(len, self._strokes)) <= EXACT_SAMPLES:
            self._paint_anew(painter, affine)
            return
        self._prepare()
        if lifted or not self._much:
            self._advance()
        if self._much and (not lifted or self._waiting):
            painter.save()
            painter.setOpacity(MARK_OPACITY)
            self._paint_pixmap(painter, self._marks, affine)
            painter.restore()
        if lifted or not self._much:
            self._paint_pixmap(painter, self._pixmap, affine)
            if self._waiting:
                self._canvas.update()

    def _paint_pixmap(self, painter: QPainter, pixmap: QPixmap, affine: Affine) -> None:
        canvas = self._canvas
        size = pixmap.deviceIndependentSize() / self._fineness
        painter.save()
        if affine.only_moves:
            # At whole pixels, where it lies exactly over the ink on the page, and nothing has to be stretched.
            place = canvas.to_widget(self._corner.x() + affine.dx, self._corner.y() + affine.dy)
            painter.drawPixmap(QRectF(QPointF(place.toPoint()), size), pixmap, QRectF(pixmap.rect()))
        else:
            self._paint_stretched(painter, pixmap, affine, size)
        painter.restore()

    def _paint_stretched(self, painter: QPainter, pixmap: QPixmap, affine: Affine, size: QSizeF) -> None:
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
        painter.drawPixmap(QRectF(corner, size), pixmap, QRectF(pixmap.rect()))

    def _prepare(self) -> None:
        """Begin anew where the strokes look different now."""
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
            self._size = QSize(max(round(width * fine), 1), max(round(height * fine), 1))
            self._pixmap = QPixmap()
            self._waiting = deque(self._strokes)
            if self._much:
                self._marks, self._unmarked = self._empty(), deque(self._strokes)
        if self._unmarked:
            self._mark()

    def _empty(self) -> QPixmap:
        pixmap = QPixmap(self._size)
        pixmap.setDevicePixelRatio(self._canvas.devicePixelRatioF())
        pixmap.fill(Qt.GlobalColor.transparent)
        return pixmap

    def _painter(self, pixmap: QPixmap) -> QPainter:
        """Return a painter that counts in the drawing's unit."""
        painter = QPainter(pixmap)
        fine = self._canvas.scale * self._fineness
        painter.scale(fine, fine)
        painter.translate(-self._corner)
        return painter

    def _mark(self) -> None:
        """Paint broad lines where the strokes lie, in little detail, some frames' worth of them for a full page."""
        end = time.perf_counter() + MARKING_MS / 1000
        painter = self._painter(self._marks)
        # Round ends and corners would take twice the time.
        width = self._canvas.pen_width + HALO_PX / self._canvas.scale
        colour, line, caps, joins = accent(self._canvas.palette()), Qt.PenStyle, Qt.PenCapStyle, Qt.PenJoinStyle
        painter.setPen(QPen(colour, width, line.SolidLine, caps.SquareCap, joins.BevelJoin))
        while self._unmarked and time.perf_counter() < end:
            stroke = self._unmarked.popleft()
            step = max(len(stroke) // MARKED_SAMPLES, 1)
            corners = [*stroke.xy[::step].tolist(), stroke.xy[-1].tolist()]
            painter.drawPolyline([QPointF(*corner) for corner in corners])
        painter.end()
        if self._unmarked:
            self._canvas.update()

    def _advance(self) -> None:
        """Paint more of the strokes into the pixmap."""
        if not self._waiting:
            return
        if self._pixmap.isNull():
            self._pixmap = self._empty()
        end = time.perf_counter() + SLICE_MS / 1000
        painter = self._painter(self._pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        modes = QPainter.CompositionMode
        while self._waiting:
            pieces = stroke_pieces(self._waiting.popleft().points, self._canvas.pen_width)
            # The halo goes beneath all that is there, so that it never covers ink that is painted already.
            for halo, mode in (
                (False, modes.CompositionMode_SourceOver),
                (True, modes.CompositionMode_DestinationOver),
            ):
                painter.setCompositionMode(mode)
                self._paint_pieces(painter, pieces, halo=halo)
            if time.perf_counter() > end:
                break
        painter.end()

    def _paint_anew(self, painter: QPainter, affine: Affine) -> None:
        canvas = self._canvas
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(canvas.to_widget(0.0, 0.0))
        painter.scale(canvas.scale, canvas.scale)
        mapped = [stroke_pieces(affine.stroke(stroke).points, canvas.pen_width) for stroke in self._strokes]
        for halo in (True, False):
            for pieces in mapped:
                self._paint_pieces(painter, pieces, halo=halo)
        painter.restore()

    def _paint_pieces(self, painter: QPainter, pieces: Sequence[Piece], *, halo: bool) -> None:
        pen = ink_pen(self._halo_colour() if halo else self._ink_colour())
        extra = HALO_PX / self._canvas.scale if halo else 0.0
        for piece in pieces:
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
