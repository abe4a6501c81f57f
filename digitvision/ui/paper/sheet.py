"""The paper of one canvas: its view, all that moves it, what is printed on it, and the marks over it."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QRect, Signal, Slot
from PySide6.QtGui import QPainter, QTouchEvent
from PySide6.QtWidgets import QWidget

from digitvision.ink.foreign.marks import Mark
from digitvision.ui.paper.following import Following
from digitvision.ui.paper.mark_paths import MarkPaths
from digitvision.ui.paper.navigation import Navigation, Pointers
from digitvision.ui.paper.paper_view import Ink, PaperView
from digitvision.ui.paper.patterns import Pattern, paint_pattern
from digitvision.ui.paper.two_fingers import TwoFingers
from digitvision.ui.paper.view_marks import ViewMarks


class Sheet(QObject):
    """Puts the parts together, and stands still while a pointer is down."""

    moved = Signal()
    """The drawing lies elsewhere on the canvas now, or in another size."""

    hand_changed = Signal(object)
    """The shape of the cursor while a hand holds the paper or could take it; None when the pointer writes again."""

    def __init__(self, canvas: QWidget, pointers: Pointers, ink: Ink) -> None:
        """Lay out paper.

        Args:
            canvas: The widget that shows it, and becomes the owner once it is complete.
            pointers: What is known of the pointers that write on it.
            ink: Returns what lies on the paper.
        """
        super().__init__()
        self._canvas = canvas
        self._pointers = pointers
        self._pattern: Pattern = "blank"
        self._marks = MarkPaths()
        self.view = PaperView(ink, self)
        """Which part of the drawing is in sight."""
        self.marks = ViewMarks(canvas, self.view, ink)
        """What is shown where not all ink is in sight."""
        self.following = Following(self.view, self._hand_at_work, self)
        """Makes room for writing that goes on."""
        self._navigation = Navigation(pointers, self.view, self.hand_changed.emit, lambda: self.following.wanted)
        self._fingers = TwoFingers(pointers, self.view)
        self.view.changed.connect(self._on_moved)

    @property
    def pattern(self) -> Pattern:
        """What is printed on the paper, behind the ink."""
        return self._pattern

    def set_pattern(self, pattern: Pattern) -> None:
        """Print this on the paper."""
        if pattern != self._pattern:
            self._pattern = pattern
            self._canvas.update()

    def set_marks(self, marks: tuple[Mark, ...]) -> None:
        """Show these strokes, which are no ink to read, on the paper behind the ink."""
        if self._marks.set_marks(marks):
            self._canvas.update()

    def handle(self, event: QEvent) -> bool:
        """Handle an event, and return whether it was meant for the paper; it is accepted then."""
        if isinstance(event, QTouchEvent):
            return self._fingers.handle(event)
        return self._navigation.handle(event)

    def lie_on(self, canvas: QWidget) -> None:
        """Note the canvas's size, and how dense its pixels are; while a pointer is down the paper stays where it is."""
        if not self._pointers.busy:
            self.view.set_canvas(canvas.size(), canvas.devicePixelRatioF())
            self.refresh()

    def show_drawing(self, *, another: bool, cleared: bool) -> None:
        """Note that the drawing has changed, not by a new stroke.

        Args:
            another: Whether it is another drawing, not more or less of the one before.
            cleared: Whether it was cleared: the next one begins where the first did.
        """
        self.following.forget()
        if self._pointers.busy:
            return
        if cleared:
            self.view.reset()
        elif another:
            self.view.refit()

    def finish_stroke(self, box: NDArray[np.float64]) -> None:
        """Note that a stroke with this box, float64 [4], has come to the drawing."""
        self.following.note_stroke(box)

    def refresh(self) -> None:
        """Show where ink lies out of sight; while a pointer is down nothing appears or goes."""
        if not self._pointers.busy:
            self.marks.refresh()

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint what is printed on this part of the paper."""
        paint_pattern(painter, self._pattern, self.view.placement, window, self._canvas.palette())
        self._marks.paint(painter, self.view.placement, window)

    @Slot()
    def _on_moved(self) -> None:
        self.refresh()
        self._canvas.update()
        self.moved.emit()

    def _hand_at_work(self) -> bool:
        return self._pointers.busy or self._pointers.pen_in_use or self._navigation.holds_paper or self._fingers.active
