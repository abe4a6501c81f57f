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
        self._pressed: dict[int, QPointF] = {}
        self._at: dict[int, QPointF] = {}
        """Where each finger that is down was last seen: of one that lies still, systems report any position."""
        self._pair: tuple[int, ...] = ()
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
            self._lift()
            self._begun_s = time.monotonic()
        came = self._note(event)
        if not self._active and not (came and self._begins(event)):
            return False
        self._active = True
        event.accept()
        if kind in (QEvent.Type.TouchEnd, QEvent.Type.TouchCancel) or not self._at:
            self._lift()
        elif len(self._at) < 2:
            # The last finger neither moves the paper nor writes until it is lifted.
            self._pair = ()
        else:
            self._follow()
        return True

    def _note(self, event: QTouchEvent) -> bool:
        """Note where the fingers are, and return whether one has come."""
        came = False
        for point in event.points():
            if point.state() == QEventPoint.State.Released:
                self._at.pop(point.id(), None)
            elif point.state() == QEventPoint.State.Pressed:
                came = True
                self._pressed[point.id()] = self._at[point.id()] = point.position()
            elif point.state() == QEventPoint.State.Updated and point.id() in self._at:
                self._at[point.id()] = point.position()
        return came

    def _begins(self, event: QTouchEvent) -> bool:
        """Whether a finger that has come makes two that hold the paper; a young stroke of the first is dropped then."""
        if len(self._at) < 2 or self._pointers.pen_in_use:
            return False
        if not self._pointers.busy:
            return event.type() == QEvent.Type.TouchBegin
        if not self._pointers.finger_writes or time.monotonic() - self._begun_s > YOUNG_S:
            return False
        if any(_distance(at, self._pressed[finger]) > YOUNG_PX for finger, at in self._at.items()):
            return False
        self._pointers.abandon()
        return True

    def _lift(self) -> None:
        self._active, self._pair = False, ()
        self._pressed, self._at = {}, {}

    def _follow(self) -> None:
        pair = tuple(self._at)[:2]
        one, other = (self._at[finger] for finger in pair)
        middle, distance = (one + other) / 2, max(_distance(one, other), LEAST_DISTANCE_PX)
        if pair != self._pair:
            self._view.stand_still()
            self._pair, self._middle, self._distance, self._spreads = pair, middle, distance, False
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
