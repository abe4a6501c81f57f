"""What is done to ink on the canvas: it is selected, moved, copied, pasted, cut in parts and scratched out."""

import functools
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from digitvision.ink.editing.scratch_out import scratched_out
from digitvision.ink.editing.transform import Affine
from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.stroke_clock import PAUSE_BETWEEN_SESSIONS_MS
from digitvision.ui.canvas.tool import SELECT_TOOLS
from digitvision.ui.document.document import Document
from digitvision.ui.document.ink_clipboard import CopiedInk, ink_of, placed
from digitvision.ui.selection.selection import Selection
from digitvision.ui.selection.selection_tool import SelectionTool

PASTE_STEP_PX: Final = 24.0
"""Half of this distance on the screen is left free around a copy at least."""

NUDGES_PX: Final = (1.0, 10.0)
"""How far an arrow key moves selected ink on the screen, and with Shift."""

MOST_TAKEN_OUT: Final = 100
"""Selections that are selected again when the step that took them out is undone."""

_ARROWS: Final = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


class InkEditing(QObject):
    """Joins the canvas's tools with the document: each gesture becomes a step that can be undone."""

    selecting = Signal()
    """Ink has been selected by something else than a tool that selects; such a tool is to be chosen."""
    selection_changed = Signal(bool)
    """Whether anything is selected now."""

    def __init__(self, document: Document, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._document = document
        self._canvas = canvas
        self.selection = Selection(self)
        self.tool = SelectionTool(canvas, self.selection)
        self.scratching = True
        """Whether a zigzag over ink takes that ink away."""
        self._originals: tuple[Stroke, ...] = ()
        """What was selected before ink was put in."""
        self._taken_out: deque[tuple[Stroke, ...]] = deque(maxlen=MOST_TAKEN_OUT)
        """The selections that were taken out, the last one last."""
        self._taking_out = False
        self._spares = False
        self._keys = self._make_keys()
        self.tool.transformed.connect(self._transform)
        self.selection.changed.connect(self._announce)
        canvas.strokes_erased.connect(document.erase)
        canvas.strokes_cut.connect(document.cut)
        document.content_changed.connect(self._follow)

    @property
    def spares_drawing(self) -> bool:
        """Whether a step that was undone has just ended the selection: what takes it out must not take out all ink."""
        return self._spares

    def add_stroke(self, stroke: Stroke, *, whole: bool = False) -> None:
        """Add a stroke that the pen has written, or let it scratch out what it covers.

        Args:
            stroke: The stroke.
            whole: Whether the drawing is one glyph as a whole; see `Document.add_stroke`.
        """
        gone = scratched_out(stroke, self._document.drawing.strokes) if self.scratching else ()
        if gone:
            self._document.scratch_out(stroke, gone)
        else:
            self._document.add_stroke(stroke, whole=whole)

    def without_scratched(self, drawing: Drawing) -> Drawing:
        """Return the drawing with its last stroke, or without it and all that it would scratch out."""
        if not self.scratching or not drawing:
            return drawing
        *before, last = drawing.strokes
        gone = scratched_out(last, before)
        return drawing.without((*gone, len(before))) if gone else drawing

    # --- what can be done with the selection --------------------------------------------------------------------

    def select_all(self) -> None:
        """Select all strokes."""
        self._choose(range(len(self._document.drawing.strokes)))

    def select_at(self, position: QPointF) -> None:
        """Select the glyph or the stroke whose ink lies at this pixel of the canvas, if any does."""
        self._choose(self.tool.sign_at(position))

    def delete(self) -> None:
        """Take the selected strokes out."""
        self._erase(self.tr("delete"))

    def copied(self) -> CopiedInk:
        """Return the selected ink."""
        return ink_of(self._document.drawing, self._document.corrections, self.selection.indices)

    def cut(self) -> None:
        """Take the selected strokes out, which have been copied."""
        self._erase(self.tr("cut"))

    def duplicate(self) -> None:
        """Put a copy beside the selected ink, and select the copy."""
        if self.selection:
            self._insert(self.copied(), self.tr("duplicate"))

    def put_in(self, ink: CopiedInk) -> None:
        """Put ink from the clipboard in, and select it."""
        self._insert(ink, self.tr("paste"))

    def move(self, dx: float, dy: float) -> None:
        """Move the selected ink by this distance in the drawing's unit; steps in a row are undone together."""
        self._change(Affine.move(dx, dy), self.tr("move"), small=True)

    def _insert(self, ink: CopiedInk, text: str) -> None:
        drawing = self._document.drawing
        last_ms = max((float(stroke.points[-1, 2]) for stroke in drawing.strokes), default=-PAUSE_BETWEEN_SESSIONS_MS)
        strokes = placed(
            ink.drawing,
            drawing,
            self._in_sight(),
            last_ms=last_ms,
            pause_ms=PAUSE_BETWEEN_SESSIONS_MS,
            step=PASTE_STEP_PX / self._canvas.scale,
        )
        self._originals = self.selection.strokes
        first = len(drawing.strokes)
        self._document.insert(strokes, ink.corrections, text)
        self._choose(range(first, first + len(strokes)))
        bounds, sight = Drawing(strokes).bounds, self._in_sight()
        if bounds is not None and (bounds.right > sight.right or bounds.bottom > sight.bottom):
            # There was no room for it where the paper is in sight.
            self._canvas.sheet.view.whole_drawing()

    def _erase(self, text: str) -> None:
        if self.selection:
            self._taking_out = True
            self._taken_out.append(self.selection.strokes)
            self._document.erase(self.selection.indices, text)
            self._taking_out = False

    def _choose(self, indices: Sequence[int]) -> None:
        if len(indices) and self._canvas.tool not in SELECT_TOOLS:
            self.selecting.emit()
        self.selection.choose(indices)

    def _in_sight(self) -> Bounds:
        corner = self._canvas.to_drawing(QPointF(0.0, 0.0))
        opposite = self._canvas.to_drawing(QPointF(self._canvas.width(), self._canvas.height()))
        return Bounds(*corner, *opposite)

    @Slot(object, str)
    def _transform(self, affine: Affine, handle: str) -> None:
        names = {"inside": self.tr("move"), "turn": self.tr("turn")}
        self._change(affine, names.get(handle, self.tr("scale")))

    def _change(self, affine: Affine, text: str, *, small: bool = False) -> None:
        if self.selection and not affine.is_identity:
            strokes = zip(self.selection.indices, self.selection.strokes, strict=True)
            self._document.change({index: affine.stroke(stroke) for index, stroke in strokes}, text, small=small)

    # --- what follows from other changes ------------------------------------------------------------------------

    @Slot()
    def _follow(self) -> None:
        had = bool(self.selection)
        self._spares = False
        before = self.selection.drawing
        self.selection.follow(self._document.drawing)
        back = self._come_back(before)
        if back and self._canvas.tool in SELECT_TOOLS:
            self.selection.choose(back)
        elif had and not self.selection and not self._taking_out:
            # A step was undone or redone. The key that takes out selected ink must not take out all of it now.
            places = {id(stroke): index for index, stroke in enumerate(self._document.drawing.strokes)}
            self.selection.choose(places[id(stroke)] for stroke in self._originals if id(stroke) in places)
            self._spares = not self.selection
            self.selection_changed.emit(bool(self.selection))

    def _come_back(self, before: Drawing) -> list[int]:
        """Return the indices of a selection that was taken out of the drawing and that this very step put back."""
        drawing = self._document.drawing
        if not self._taken_out or len(drawing.strokes) <= len(before.strokes):
            return []
        places = {id(stroke): index for index, stroke in enumerate(drawing.strokes)}
        for stroke in before.strokes:
            places.pop(id(stroke), None)
        for strokes in reversed(self._taken_out):
            if all(id(stroke) in places for stroke in strokes):
                return [places[id(stroke)] for stroke in strokes]
        return []

    @Slot()
    def _announce(self) -> None:
        selected = bool(self.selection)
        if selected:
            self._spares = False
        for key in self._keys:
            key.setEnabled(selected)
        self.selection_changed.emit(selected)

    def _make_keys(self) -> list[QShortcut]:
        """Make the keys that work while ink is selected and the canvas has the focus."""
        keys = []
        for key, (dx, dy) in _ARROWS.items():
            small, large = NUDGES_PX
            for nudge, sequence in ((small, QKeySequence(key)), (large, QKeySequence(Qt.Modifier.SHIFT | key))):
                keys.append(self._key(sequence, functools.partial(self._nudge, dx * nudge, dy * nudge)))
        keys.append(self._key(QKeySequence(Qt.Key.Key_Escape), self._let_go))
        return keys

    def _key(self, sequence: QKeySequence, slot: Callable[[], None]) -> QShortcut:
        shortcut = QShortcut(sequence, self._canvas)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(slot)
        shortcut.setEnabled(False)
        return shortcut

    def _nudge(self, dx_px: float, dy_px: float) -> None:
        if not self._canvas.busy:
            self.move(dx_px / self._canvas.scale, dy_px / self._canvas.scale)

    def _let_go(self) -> None:
        """End the press under way, or the selection where there is none."""
        if self._canvas.busy:
            self._canvas.abandon()
        else:
            self.tool.clear()
