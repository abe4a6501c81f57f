"""The view of one canvas: the usual one until a hand moves the paper, and where the drawing lies because of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEasingCurve, QObject, QPointF, QSize, QTimer, QVariantAnimation, Signal, Slot

from digitvision.ink.drawing_settings import View
from digitvision.ui.paper.view import (
    HOME,
    Placement,
    at_end,
    at_start,
    between,
    beyond,
    bounded,
    brought_into_sight,
    followed,
    in_sight,
    is_sound,
    next_zoom,
    panned,
    placed,
    shows_ink,
    whole_view,
    zoomed,
)
from digitvision.ui.theme import motion_wanted

GLIDE_MS: Final = 140
"""How long the paper takes to a place that a command names."""

SETTLED_MS: Final = 200
"""The paper has come to rest when it has not moved for this long; only then is the view remembered."""


@dataclass(frozen=True, slots=True)
class Content:
    """What lies on the paper, in the drawing's unit.

    Attributes:
        boxes: float64 [N, 4]: the rectangle of each stroke: left, top, right, bottom.
        outline: float64 [1, 4]: the rectangle around all of them; [0, 4] where there is nothing.
        edge: Margin around the samples; half of it is covered by the width of the ink.
    """

    boxes: NDArray[np.float64]
    outline: NDArray[np.float64]
    edge: float


Ink = Callable[[], Content]


class PaperView(QObject):
    """Moves the paper within its bounds.

    The usual view shows the whole drawing, whatever the canvas's size, and is not remembered. A view that somebody has
    chosen keeps its zoom and its middle.
    """

    changed = Signal()
    """The drawing lies elsewhere on the canvas now, or in another size."""
    settled = Signal(object)
    """The `View` to remember with the drawing, or None for the usual one: a hand has moved the paper, and it is at rest
    again."""

    def __init__(self, ink: Ink, parent: QObject) -> None:
        super().__init__(parent)
        self._ink = ink
        self._size, self._ratio = QSize(1, 1), 1.0
        self._view = HOME
        self._usual = True
        self._centre: tuple[float, float] | None = None
        """The middle of a drawing smaller than the page, once somebody has asked for the whole of it."""
        self._placement = Placement()
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.valueChanged.connect(self._step)
        self._start = self._end = HOME
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(SETTLED_MS)
        self._rest.timeout.connect(self._remember)

    @property
    def size(self) -> QSize:
        """Size of the canvas in its pixels."""
        return self._size

    @property
    def view(self) -> View:
        """The part of the drawing that is in sight, or that the paper glides to."""
        return self._end if self._gliding else self._view

    @property
    def placement(self) -> Placement:
        """Where the drawing lies on the canvas at this moment."""
        return self._placement

    @property
    def usual(self) -> bool:
        """Whether the whole drawing is shown, or would be if the pen were not at work."""
        return self._usual

    @property
    def shows_whole(self) -> bool:
        """Whether the view is that of the whole drawing as it is now."""
        return self.view == self._whole()

    @property
    def has_usual_zoom(self) -> bool:
        """Whether the zoom is that of the actual size or of the whole drawing."""
        return self.view.zoom in (1.0, self._whole().zoom)

    def set_canvas(self, size: QSize, ratio: float) -> None:
        """Note the canvas's size in its pixels, and the device pixels for each of them."""
        if size != self._size or ratio != self._ratio:
            self._size, self._ratio = QSize(size), ratio
            if self._usual:
                self._stop()
                self._view = self._whole()
            self._place()

    def refit(self) -> None:
        """Show all of a drawing that has changed, if nobody has chosen another view."""
        if self._usual:
            self._centre = None
            self._stop()
            self._go(self._whole())

    def show(self, view: View | None) -> None:
        """Show a drawing with the view that is remembered with it; the usual one for None, or where no ink is seen.

        The view may come from any file: what lies out of bounds is brought back.
        """
        self._stop()
        self._rest.stop()
        content = self._ink()
        boxes = content.boxes
        if view is not None and (not is_sound(view) or (len(boxes) and not shows_ink(view, self._size, boxes))):
            view = None
        self._usual, self._centre = view is None, None
        self._go(self._whole() if view is None else bounded(view, self._size, content.outline))

    def reset(self) -> None:
        """Go back to the usual view, and have that remembered."""
        self.show(None)
        self._rest.start()

    def stand_still(self) -> None:
        """Stop where the paper is at this moment: a pointer goes down on it."""
        if self._gliding:
            self._stop()
            self._rest.start()

    # --- what a hand does ---------------------------------------------------------------------------------------

    def pan(self, right: float, down: float) -> None:
        """Move the paper by this many pixels of the canvas."""
        self._choose(panned(self.view, self._size, right, down))

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Change the zoom and keep what lies at this pixel of the canvas, or in its middle, where it is."""
        self._choose(self._zoomed(zoom, at))

    def zoom_by(self, steps: float, at: QPointF | None = None) -> None:
        """Zoom in by some steps, which may be fractions, or out by a negative number of them."""
        self.zoom_to(next_zoom(self.view.zoom, steps), at)

    # --- what a command does ------------------------------------------------------------------------------------

    def zoom_in(self) -> None:
        """Show the middle of the canvas larger."""
        self._choose(self._zoomed(next_zoom(self.view.zoom, 1)), glide=True)

    def zoom_out(self) -> None:
        """Show more of the drawing around the middle of the canvas."""
        self._choose(self._zoomed(next_zoom(self.view.zoom, -1)), glide=True)

    def actual_size(self) -> None:
        """Show the middle of the canvas in its actual size."""
        self._choose(self._zoomed(1.0), glide=True)

    def whole_drawing(self) -> None:
        """Show all ink, in the middle, and go on doing so when the canvas gets another size."""
        outline = self._ink().outline
        if len(outline):
            left, top, right, bottom = outline[0].tolist()
            self._centre = (left + right) / 2, (top + bottom) / 2
        self._show_usual()

    def _show_usual(self) -> None:
        self._usual = True
        self._rest.start()
        self._go(self._whole(), glide=True)

    def go_to_start(self) -> None:
        """Show where the writing begins, or all of it where that is possible in the actual size."""
        self._go_along(at_start)

    def go_to_end(self) -> None:
        """Show where the writing ends, or all of it where that is possible in the actual size."""
        self._go_along(at_end)

    def _go_along(self, place: Callable[[View, QSize, NDArray[np.float64]], View]) -> None:
        outline = self._ink().outline
        if not len(outline) or (self._whole().zoom == 1.0 and self.view.zoom <= 1.0):
            self._centre = None
            self._show_usual()
        else:
            self._choose(place(self.view, self._size, outline), glide=True)

    def follow(self, box: NDArray[np.float64]) -> None:
        """Make room to go on writing after a stroke with this box, float64 [4], in the drawing's unit."""
        view = followed(self.view, self._size, box)
        if view != self.view:
            self._choose(view, glide=True)

    def bring_into_sight(self, box: NDArray[np.float64]) -> None:
        """Show this box, float64 [4], in the drawing's unit, if it is not in sight as a whole."""
        if beyond(in_sight(self.view, self._size), box[None]).any():
            self._choose(brought_into_sight(self.view, self._size, box), glide=True)

    # --- moving -------------------------------------------------------------------------------------------------

    @property
    def _gliding(self) -> bool:
        return self._glide.state() == QVariantAnimation.State.Running

    def _whole(self) -> View:
        content = self._ink()
        whole = whole_view(self._size, content.outline, edge=content.edge)
        # Not of itself: the first strokes on the page stay where the hand has written them.
        return whole if whole != HOME or self._centre is None else View(HOME.zoom, *self._centre)

    def _zoomed(self, zoom: float, at: QPointF | None = None) -> View:
        # Bounded before, so that what lies below the pointer stays there at the limits of the zoom as well.
        limited = bounded(View(zoom, self.view.x, self.view.y), self._size, self._ink().outline).zoom
        middle = QPointF(self._size.width() / 2, self._size.height() / 2)
        return zoomed(self.view, self._size, limited, middle if at is None else at)

    def _choose(self, view: View, *, glide: bool = False) -> None:
        self._usual, self._centre = False, None
        self._rest.start()
        self._go(bounded(view, self._size, self._ink().outline), glide=glide)

    def _go(self, view: View, *, glide: bool = False) -> None:
        self._stop()
        if glide and motion_wanted():
            self._start, self._end = self._view, view
            self._glide.start()
        else:
            self._view = view
            self._place()

    def _stop(self) -> None:
        self._glide.stop()

    @Slot(object)
    def _step(self, share: float) -> None:
        self._view = self._end if share >= 1.0 else between(self._start, self._end, share)
        self._place()

    def _place(self) -> None:
        placement = placed(self._view, self._size, self._ratio)
        if placement != self._placement:
            self._placement = placement
            self.changed.emit()

    @Slot()
    def _remember(self) -> None:
        self.settled.emit(None if self._usual else self.view)
