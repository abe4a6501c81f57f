"""The eraser for parts: each press cuts strokes where it passes over them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QCursor, QPainter, QPalette

from digitvision.ink.editing.partial_erasing import cut_stroke
from digitvision.ink.stroke import Drawing, Stroke
from digitvision.ui.canvas.live_stroke import LiveStroke
from digitvision.ui.canvas.pointer_input import PointerReport
from digitvision.ui.canvas.stroke_path import Piece, ink_pen, stroke_pieces
from digitvision.ui.canvas.tool import ToolSurface
from digitvision.ui.canvas.tool_cursor import tool_cursor

ERASER_PX: Final = 18.0
"""Width of the eraser on the screen: whoever wants to take out a little looks closer."""

CRUMB_SHARE: Final = 0.25
"""Pieces no longer than this share of the pen's width go, too: they would be dots that nobody wrote."""

ROOM: Final = 2.0
"""Room around a stroke for its line, in widths of the pen: as wide as the line gets at full pressure, and more."""


class PartEraserTool:
    """Shows at once what remains of the strokes that it touches, and hands it over when the pointer is lifted.

    What remains is painted as an overlay, while the layer of finished ink hides the strokes that were touched.
    """

    def __init__(self, surface: ToolSurface) -> None:
        self._surface = surface
        self._remains: dict[int, list[tuple[Stroke, list[Piece]]]] = {}
        self._at: NDArray[np.float64] | None = None

    @property
    def live_stroke(self) -> LiveStroke | None:
        """None: the eraser writes nothing."""
        return None

    def preview(self, drawing: Drawing) -> Drawing:
        """Return the drawing with what remains of the strokes that this press has touched."""
        return drawing.with_remains(self._strokes()) if self._remains else drawing

    def cursor(self) -> QCursor:
        """Return a small dashed ring, as wide as the eraser."""
        surface = self._surface
        return tool_cursor(ERASER_PX, dashed=True, palette=surface.palette(), ratio=surface.devicePixelRatioF())

    def hover(self, position: QPointF) -> bool:
        """Return False: the cursor is the same everywhere."""
        return False

    def begin(self, report: PointerReport) -> None:
        """Cut what lies below the pointer."""
        self._sweep_to(report)

    def extend(self, report: PointerReport) -> None:
        """Cut what lies on the way to the pointer."""
        self._sweep_to(report)

    def end(self) -> None:
        """Hand over what remains."""
        remains = self._strokes()
        self._lift()
        if remains:
            self._surface.cut_strokes(remains)
        else:
            self._surface.show_hidden_strokes()

    def cancel(self) -> None:
        """Show the strokes that were touched again."""
        self._lift()
        self._surface.show_hidden_strokes()
        self._surface.announce_change()

    def drop_indices(self) -> None:
        """Forget what was touched: it was touched in the drawing before."""
        self._remains = {}

    # --- what the canvas asks of an overlay ---------------------------------------------------------------------

    def is_button(self, position: QPointF) -> bool:
        """Return False: there is nothing to tap."""
        return False

    def tap(self, position: QPointF) -> None:
        """Nothing to do: there is nothing to tap."""

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint what remains of the strokes that were touched."""
        if not self._remains:
            return
        surface = self._surface
        painter.save()
        painter.translate(surface.to_widget(0.0, 0.0))
        painter.scale(surface.scale, surface.scale)
        corner, opposite = surface.to_drawing(QPointF(window.topLeft())), QPointF(window.bottomRight())
        visible = QRectF(QPointF(*corner), QPointF(*surface.to_drawing(opposite)))
        pen = ink_pen(surface.palette().color(QPalette.ColorRole.Text))
        for remains in self._remains.values():
            for _, pieces in remains:
                for piece in pieces:
                    if piece.rectangle.intersects(visible):
                        piece.paint(painter, pen)
        painter.restore()

    def _sweep_to(self, report: PointerReport) -> None:
        surface = self._surface
        here = np.array(surface.to_drawing(report.position))
        start = here if self._at is None else self._at
        self._at = here
        # The line's round end reaches half of its width into the gap, up to the eraser's edge.
        reach = (ERASER_PX / surface.scale + surface.pen_width) / 2
        boxes = surface.stroke_boxes
        low, high = np.minimum(start, here) - reach, np.maximum(start, here) + reach
        near = np.flatnonzero((boxes[:, :2] <= high).all(axis=1) & (boxes[:, 2:] >= low).all(axis=1))
        touched = set(self._remains)
        changed = [index for index in near.tolist() if self._cut(index, start, here, reach)]
        if changed:
            surface.hide_strokes(index for index in changed if index not in touched)
            room = surface.pen_width * ROOM
            surface.repaint_parts([QRectF(QPointF(*(low - room).tolist()), QPointF(*(high + room).tolist()))])
            surface.announce_change()

    def _cut(self, index: int, start: NDArray[np.float64], end: NDArray[np.float64], reach: float) -> bool:
        """Cut what there is of a stroke; return whether anything of it went."""
        width = self._surface.pen_width
        before = self._remains.get(index)
        pieces = [(self._surface.drawing.strokes[index], [])] if before is None else before
        after: list[tuple[Stroke, list[Piece]]] = []
        cut_any = False
        for stroke, painted in pieces:
            left = cut_stroke(stroke, start, end, reach, crumb=width * CRUMB_SHARE)
            if left is None:
                after.append((stroke, painted))
            else:
                cut_any = True
                after += ((part, stroke_pieces(part.points, width)) for part in left)
        if cut_any:
            self._remains[index] = after
        return cut_any

    def _strokes(self) -> dict[int, tuple[Stroke, ...]]:
        return {index: tuple(stroke for stroke, _ in pieces) for index, pieces in self._remains.items()}

    def _lift(self) -> None:
        self._remains, self._at = {}, None
