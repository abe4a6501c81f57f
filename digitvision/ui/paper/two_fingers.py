"""Two fingers on a touch screen move the paper and zoom, while one finger writes."""

import math
import time
from typing import Final

from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QEventPoint, QTouchEvent

from digitvision.ui.paper.navigation import Pointers
from digitvision.ui.paper.paper_view import PaperView

YOUNG_S: Final = 0.4
YOUNG_PX: Final = 24.0
"""A stroke that began no longer ago, and has gone no further, is taken for the first finger of two."""

SPREAD_PX: Final = 16.0
"""By how much the distance of the fingers must change before they zoom: two fingers that only push are never quite
steady."""

LEAST_DISTANCE_PX: Final = 20.0


class TwoFingers:
    """Watches the touches before they write."""

    def __init__(self, pointers: Pointers, view: PaperView) -> None:
        self._pointers = pointers
        self._view = view
        self._active = False
        self._begun_s = 0.0
        self._fingers: tuple[int, int] | None = None
        self._middle = QPointF()
        self._distance = 0.0
        self._spreads = False

    @property
    def active(self) -> bool:
        """Whether fingers hold the paper, or have held it and are not all lifted yet."""
        return self._active

    def handle(self, event: QTouchEvent) -> bool:
        """Handle the touches, and return whether they were meant for the paper; they are accepted then."""
        kind = event.type()
        if kind == QEvent.Type.TouchBegin:
            self._active, self._fingers = False, None
            self._begun_s = time.monotonic()
        if not self._active and not self._begins(event):
            return False
        self._active = True
        event.accept()
        down = [point for point in event.points() if point.state() != QEventPoint.State.Released]
        if kind in (QEvent.Type.TouchEnd, QEvent.Type.TouchCancel) or not down:
            self._active, self._fingers = False, None
        elif len(down) < 2:
            # The last finger neither moves the paper nor writes until it is lifted.
            self._fingers = None
        else:
            self._follow(down[0], down[1])
        return True

    def _begins(self, event: QTouchEvent) -> bool:
        points = [point for point in event.points() if point.state() != QEventPoint.State.Released]
        came = any(point.state() == QEventPoint.State.Pressed for point in points)
        if len(points) < 2 or not came or self._pointers.pen_in_use:
            return False
        if not self._pointers.busy:
            # A finger that lies still while another comes: none of them writes.
            return event.type() == QEvent.Type.TouchBegin
        if not self._pointers.finger_writes or time.monotonic() - self._begun_s > YOUNG_S:
            return False
        if any(_distance(point.position(), point.pressPosition()) > YOUNG_PX for point in points):
            return False
        self._pointers.abandon()
        return True

    def _follow(self, one: QEventPoint, other: QEventPoint) -> None:
        fingers = (one.id(), other.id())
        middle = (one.position() + other.position()) / 2
        distance = max(_distance(one.position(), other.position()), LEAST_DISTANCE_PX)
        if fingers != self._fingers:
            self._view.stand_still()
            self._fingers, self._middle, self._distance, self._spreads = fingers, middle, distance, False
            return
        moved = middle - self._middle
        self._middle = middle
        if not moved.isNull():
            self._view.pan(moved.x(), moved.y())
        if not self._spreads and abs(distance - self._distance) > SPREAD_PX:
            self._spreads, self._distance = True, distance
        if self._spreads and distance != self._distance:
            self._view.zoom_to(self._view.view.zoom * distance / self._distance, middle)
            self._distance = distance


def _distance(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())
