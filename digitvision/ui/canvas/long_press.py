"""A finger that rests on the canvas asks for the menu that a right click opens.

While a menu is open, Qt hands it touches as mouse events. The rest of the touch that opened it is kept from it: the
menu opens under the finger, and would take the lifting for a choice.
"""

import math
from typing import Final, Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QContextMenuEvent, QEventPoint, QTouchEvent
from PySide6.QtWidgets import QApplication, QWidget

LONG_PRESS_MS: Final = 600
"""A finger that rests for this long asks for the menu."""

REST_PX: Final = 10.0
"""Distance that a finger at rest may roll; one that goes further writes."""


class Fingers(Protocol):
    """What a long press needs to know of the pointer on the canvas, and may do with it."""

    @property
    def finger_writes(self) -> bool:
        """Whether the pointer that is down is a finger."""

    def abandon(self) -> None:
        """Cancel the press under way, which leaves no trace."""


class LongPress(QObject):
    """Watches the touches of a widget, and sends it a context menu event for a finger that rests."""

    def __init__(self, widget: QWidget, fingers: Fingers) -> None:
        """Watch; the widget becomes the owner once it is complete.

        Args:
            widget: Where the fingers are; it gets the event.
            fingers: The pointer on that widget.
        """
        super().__init__()
        self._widget = widget
        self._fingers = fingers
        self._finger = -1
        self._at = QPointF()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)

    def note(self, event: QTouchEvent) -> None:
        """Note where the fingers are, before the event has been handled."""
        points = event.points()
        if event.type() == QTouchEvent.Type.TouchBegin and len(points) == 1:
            self._finger, self._at = points[0].id(), points[0].position()
            self._timer.start(LONG_PRESS_MS)
        elif event.type() in (QTouchEvent.Type.TouchEnd, QTouchEvent.Type.TouchCancel) or any(map(self._goes, points)):
            self._timer.stop()

    def _goes(self, point: QEventPoint) -> bool:
        """Whether a finger is another one than that which rests, or has gone too far from where it was put down."""
        away = point.position() - self._at
        resting = point.id() == self._finger and point.state() != QEventPoint.State.Released
        # Of a finger that lies still, systems report any position.
        still = point.state() == QEventPoint.State.Stationary
        return not resting or not (still or math.hypot(away.x(), away.y()) <= REST_PX)

    @Slot()
    def _ask(self) -> None:
        has_menu = self._widget.contextMenuPolicy() == Qt.ContextMenuPolicy.CustomContextMenu
        if not has_menu or not self._fingers.finger_writes:
            return
        self._fingers.abandon()
        at: QPoint = self._at.toPoint()
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(self._widget, QContextMenuEvent(reason, at, self._widget.mapToGlobal(at)))
        menu = QApplication.activePopupWidget()
        if menu is not None:
            menu.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the rest of the touch from the menu: what comes before the next press, up to the lifting."""
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            watched.removeEventFilter(self)
        return kind in (QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease)
