"""Wheel, touch pad, fingers, middle button, space bar and keys: what a hand does to move the paper.

The pen writes and never moves the paper, unless the space bar is held. While a pointer is down nothing moves it.
"""

from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QTabletEvent, QWheelEvent

from digitvision.ui.paper.paper_view import PaperView

NOTCH: Final = 120.0
"""A wheel's report of one notch."""

NOTCH_PX: Final = 72.0
"""How far one notch moves the paper."""

ZOOM_STEP_PX: Final = 60.0
"""Movement on a touch pad, with Ctrl held, that is one step of the zoom."""

ARROW_PX: Final = 48.0
SCREEN_SHARE: Final = 0.75
"""Share of the canvas that Page Up and Page Down move by: the rest shows where one has been."""

_KEYS = Qt.Key
_SHAPES = Qt.CursorShape
_NONE = Qt.KeyboardModifier.NoModifier


class Pointers(Protocol):
    """What is known of the pointers that write."""

    @property
    def busy(self) -> bool:
        """Whether a pointer is down."""

    @property
    def pen_in_use(self) -> bool:
        """Whether a pen is near, or was a moment ago: touches are then the hand that holds it."""

    @property
    def finger_writes(self) -> bool:
        """Whether the pointer that is down is a finger."""

    def abandon(self) -> None:
        """Drop the stroke under way, without a trace."""


class Navigation:
    """Turns events into movements of the paper."""

    def __init__(
        self,
        pointers: Pointers,
        view: PaperView,
        show_hand: Callable[[Qt.CursorShape | None], object],
        writes_rows: Callable[[], bool],
    ) -> None:
        """Begin with no hand on the paper.

        Args:
            pointers: What is known of the pointers that write.
            view: Moves the paper.
            show_hand: Called with the cursor's shape while a hand holds the paper or could take it, and with None when
                the pointer writes again.
            writes_rows: Whether the writing runs on to the right and has a beginning and an end; a single character
                has neither.
        """
        self._writes_rows = writes_rows
        self._pointers = pointers
        self._view = view
        self._show_hand = show_hand
        self._space = False
        self._dragged_from: QPointF | None = None
        self._button = Qt.MouseButton.NoButton

    @property
    def holds_paper(self) -> bool:
        """Whether the hand holds the paper, or is about to: the pointer does not write."""
        return self._space or self._dragged_from is not None

    def handle(self, event: QEvent) -> bool:
        """Handle an event, and return whether it was meant for the paper; it is accepted then."""
        if isinstance(event, QWheelEvent):
            self._wheel(event)
            used = True
        elif isinstance(event, QNativeGestureEvent):
            used = self._gesture(event)
        elif isinstance(event, QTabletEvent | QMouseEvent):
            used = self._drag(event)
        elif isinstance(event, QKeyEvent):
            used = self._key(event)
        else:
            used = False
            if event.type() in (QEvent.Type.FocusOut, QEvent.Type.WindowDeactivate, QEvent.Type.Hide):
                self._let_go()
        if used:
            event.accept()
        return used

    def _wheel(self, event: QWheelEvent) -> None:
        if self._pointers.busy:
            return
        pixels, angle = event.pixelDelta(), event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = angle.y() / NOTCH if pixels.isNull() else pixels.y() / ZOOM_STEP_PX
            self._view.zoom_by(steps, event.position())
            return
        right, down = (
            (angle.x() / NOTCH * NOTCH_PX, angle.y() / NOTCH * NOTCH_PX)
            if pixels.isNull()
            else (float(pixels.x()), float(pixels.y()))
        )
        # Some systems turn a wheel sideways by themselves when Shift is held.
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not right:
            right, down = down, 0.0
        self._view.pan(right, down)

    def _gesture(self, event: QNativeGestureEvent) -> bool:
        """Follow two fingers on a touch pad; other gestures, such as turning, are left to whoever wants them."""
        kinds = Qt.NativeGestureType
        kind = event.gestureType()
        if self._pointers.busy or kind not in (
            kinds.ZoomNativeGesture,
            kinds.PanNativeGesture,
            kinds.SmartZoomNativeGesture,
        ):
            return False
        if kind == kinds.ZoomNativeGesture:
            self._view.zoom_to(self._view.view.zoom * max(1 + event.value(), 0.1), event.position())
        elif kind == kinds.PanNativeGesture:
            self._view.pan(event.delta().x(), event.delta().y())
        else:
            self._view.whole_drawing()
        return True

    def _drag(self, event: QMouseEvent | QTabletEvent) -> bool:
        """Drag the paper with the middle button, or with any pointer while the space bar is held."""
        kind, types = event.type(), QEvent.Type
        if self._dragged_from is not None:
            if kind in (types.MouseMove, types.TabletMove):
                moved = event.position() - self._dragged_from
                self._dragged_from = event.position()
                if event.buttons() & self._button:
                    self._view.pan(moved.x(), moved.y())
                else:
                    # The release went to another window.
                    self._end_drag()
            elif kind in (types.MouseButtonRelease, types.TabletRelease) and event.button() == self._button:
                self._end_drag()
            return True
        pressed = kind in (types.MouseButtonPress, types.MouseButtonDblClick, types.TabletPress)
        middle = isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.MiddleButton
        if (
            pressed
            and not self._pointers.busy
            and (middle or (self._space and event.button() == Qt.MouseButton.LeftButton))
        ):
            self._dragged_from, self._button = event.position(), event.button()
            self._view.stand_still()
            self._show_hand(_SHAPES.ClosedHandCursor)
            return True
        # Nothing is written while the space bar is held, and the cursor stays a hand.
        return self._space and not self._pointers.busy

    def _end_drag(self) -> None:
        self._dragged_from = None
        self._show_hand(_SHAPES.OpenHandCursor if self._space else None)

    def _let_go(self) -> None:
        if self.holds_paper:
            self._space = False
            self._end_drag()

    def _key(self, event: QKeyEvent) -> bool:
        pressed = event.type() == QEvent.Type.KeyPress
        if event.key() == _KEYS.Key_Space and event.modifiers() == _NONE:
            return self._hold_space(pressed=pressed, repeated=event.isAutoRepeat())
        if not pressed or self._pointers.busy or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        height = self._view.size.height() * SCREEN_SHARE
        moves = {
            _KEYS.Key_PageUp: (0.0, height),
            _KEYS.Key_PageDown: (0.0, -height),
            _KEYS.Key_Up: (0.0, ARROW_PX),
            _KEYS.Key_Down: (0.0, -ARROW_PX),
            _KEYS.Key_Left: (ARROW_PX, 0.0),
            _KEYS.Key_Right: (-ARROW_PX, 0.0),
        }
        if event.key() in (_KEYS.Key_Home, _KEYS.Key_End):
            self._go_along(to_start=event.key() == _KEYS.Key_Home)
            return True
        move = moves.get(_KEYS(event.key()))
        if move is not None:
            self._view.pan(*move)
        return move is not None

    def _go_along(self, *, to_start: bool) -> None:
        if not self._writes_rows():
            self._view.whole_drawing()
        elif to_start:
            self._view.go_to_start()
        else:
            self._view.go_to_end()

    def _hold_space(self, *, pressed: bool, repeated: bool) -> bool:
        if pressed and not repeated and not self._space and not self._pointers.busy:
            self._space = True
            if self._dragged_from is None:
                self._show_hand(_SHAPES.OpenHandCursor)
        elif not pressed and not repeated and self._space:
            self._space = False
            if self._dragged_from is None:
                self._show_hand(None)
        return True
