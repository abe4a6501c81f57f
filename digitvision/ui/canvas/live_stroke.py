"""The stroke that the pen is writing: its samples, and its curve in pieces of which only the newest change."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from digitvision.ink.editing.stabilizer import MOST_NEIGHBOURS, steadied, unsettled_from
from digitvision.ink.stroke import Sample, Stroke
from digitvision.ui.canvas.stroke_path import NEIGHBOURS, PIECE_SEGMENTS, Piece, ink_pen, stroke_pieces

DOT_EXTENT_PX: Final = 2.0
"""A stroke whose extent in pixels is smaller than this is a tap: a dot, not a line."""

DOT_SHARE: Final = 0.5
"""Share of the pen's width below which a stroke is a dot: scaled up, its tremble would look like a symbol."""


class LiveStroke:
    """Grows by one sample for each report, at a cost that does not depend on its length."""

    def __init__(self, first: Sample, pen_width: float, *, steadiness: float = 0.0) -> None:
        """Begin a stroke.

        Args:
            first: Its first sample.
            pen_width: Width of the pen at a mouse's pressure, in the drawing's unit.
            steadiness: Strength of the stabiliser, 0 to 1; with 0 every sample stays as it is.
        """
        self._pen_width = pen_width
        self._steadiness = steadiness
        self._unsettled = 0
        self._reported = [first]
        self._samples = [first]
        self._box = (first.x, first.y, first.x, first.y)
        self._finished: list[Piece] = []
        self._finished_segments = 0
        self._tail = self._pieces_of(0, 0)

    @property
    def last(self) -> Sample:
        """The newest sample, which is where the pen is."""
        return self._samples[-1]

    @property
    def stroke(self) -> Stroke:
        """The stroke as it has been written so far."""
        return Stroke(np.array(self._samples))

    @property
    def extent(self) -> float:
        """The longer side of its bounding box, in the drawing's unit."""
        left, top, right, bottom = self._box
        return max(right - left, bottom - top)

    def is_tap(self, scale: float) -> bool:
        """Whether it is still a dot and no line.

        Args:
            scale: Pixels of the canvas for each unit of the drawing.
        """
        return self.extent < max(DOT_EXTENT_PX / scale, self._pen_width * DOT_SHARE)

    @property
    def pieces(self) -> Iterator[Piece]:
        """All pieces of its path, the newest last."""
        yield from self._finished
        yield from self._tail

    def append(self, sample: Sample) -> list[QRectF]:
        """Add a sample.

        Returns:
            The rectangles that have changed, in the drawing's unit.
        """
        self._samples.append(sample)
        unsettled = len(self._samples) - 1 if self._steadiness <= 0 else self._steady(sample)
        left, top, right, bottom = self._box
        self._box = (min(left, sample.x), min(top, sample.y), max(right, sample.x), max(bottom, sample.y))
        changed = [piece.rectangle for piece in self._tail]
        segments = len(self._samples) - 1
        # The next samples still change the last segments.
        done = max(unsettled - NEIGHBOURS - 1, 0) // PIECE_SEGMENTS * PIECE_SEGMENTS
        if done > self._finished_segments:
            finished = self._pieces_of(self._finished_segments, done)
            self._finished += finished
            self._finished_segments = done
            if self._steadiness > 0:
                # They have moved to their last place with this very sample.
                changed += (piece.rectangle for piece in finished)
        self._tail = self._pieces_of(self._finished_segments, segments)
        return changed + [piece.rectangle for piece in self._tail]

    def paint(self, painter: QPainter, ink: QColor, visible: QRectF) -> None:
        """Paint the pieces that meet this part of the drawing, given in the drawing's unit."""
        pen = ink_pen(ink)
        for piece in self.pieces:
            if piece.rectangle.intersects(visible):
                piece.paint(painter, pen)

    def _steady(self, sample: Sample) -> int:
        """Steady the last samples anew, and return the index of the first one that may still change."""
        self._reported.append(sample)
        # Twice the neighbours: those of the first sample that changes lie before it.
        first = max(len(self._reported) - 2 * MOST_NEIGHBOURS - 2, 0)
        recent = np.array(self._reported[first:])
        # Those that settle with this report take their last place now.
        changed = np.arange(self._unsettled - first, len(recent))
        for index, (x, y) in zip(changed.tolist(), steadied(recent, changed, self._steadiness).tolist(), strict=True):
            own = self._reported[first + index]
            self._samples[first + index] = Sample(x, y, own.time, own.pressure)
        self._unsettled = first + unsettled_from(recent[:, 2], self._steadiness)
        return self._unsettled

    def _pieces_of(self, first: int, end: int) -> list[Piece]:
        """Return the pieces of the segments from `first` up to `end`."""
        before = min(first, NEIGHBOURS)
        samples = np.array(self._samples[first - before : end + 1 + NEIGHBOURS])
        after = len(samples) - 1 - before - (end - first)
        return stroke_pieces(samples, self._pen_width, skip=before, drop=after)
