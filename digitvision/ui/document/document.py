"""What is on the canvas, with its undo stack and its file."""

import weakref
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage, QUndoCommand, QUndoStack

from digitvision.ink.stroke import Bounds, Drawing, Stroke, changed_range
from digitvision.recognition.corrections import Corrections

FOREIGN_INK_BOX: Final = Bounds(120, 120, 880, 880)
"""Where the ink of another program's file is put on the canvas: its unit may be anything."""

FOREIGN_ROW_BOX: Final = Bounds(-800, 120, 1800, 880)
"""The same for a row of glyphs, which beside the page has a wide canvas's whole width."""

ROW_SHAPE: Final = 2.0
"""Several strokes that are together so many times as wide as they are high are a row."""


NOTHING_SAID: Final = Corrections()


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture on the canvas.

    Attributes:
        image: What is shown.
        ink: float32 [H, W], 0 (paper) to 1 (ink): what is read.
        name: Of its file, or of where it came from.
    """

    image: QImage
    ink: NDArray[np.float32]
    name: str


@dataclass(frozen=True, slots=True)
class _Covered:
    """The drawing that a picture has taken the place of: undo brings it back, and it is not to be lost unasked."""

    drawing: Drawing
    corrections: Corrections
    path: Path | None
    saved: bool


class Document(QObject):
    """Holds one drawing or one picture. Every change but `start` and `opened` can be undone."""

    content_changed = Signal()
    """The drawing, the picture or what was said of the glyphs is another."""
    title_changed = Signal()
    """The file, or whether it is saved, is another."""
    replaced = Signal()
    """Another drawing was begun or opened."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._on_clean_changed)
        self._drawing = Drawing()
        self._corrections = NOTHING_SAID
        self._picture: Picture | None = None
        self._path: Path | None = None
        self._covered: _Covered | None = None

    @property
    def drawing(self) -> Drawing:
        return self._drawing

    @property
    def corrections(self) -> Corrections:
        """What the user has said of the drawing's glyphs."""
        return self._corrections

    @property
    def picture(self) -> Picture | None:
        return self._picture

    @property
    def path(self) -> Path | None:
        """The drawing's file; None while it has none."""
        return self._path

    @property
    def modified(self) -> bool:
        """Whether something would be lost without saving; an empty drawing without a file is nothing to lose."""
        if self._covered is not None:
            return bool(self._covered.drawing) and not self._covered.saved
        return not self.undo_stack.isClean() and (bool(self._drawing) or self._path is not None)

    @property
    def drawing_to_save(self) -> Drawing:
        """The drawing, also when a picture covers it."""
        return self._drawing if self._covered is None else self._covered.drawing

    @property
    def corrections_to_save(self) -> Corrections:
        """What the user has said of that drawing's glyphs."""
        return self._corrections if self._covered is None else self._covered.corrections

    @property
    def path_to_save(self) -> Path | None:
        """The file of that drawing."""
        return self._path if self._covered is None else self._covered.path

    def add_stroke(self, stroke: Stroke) -> None:
        """Add what the pen wrote; a picture makes room for it."""
        self._push(self.tr("stroke"), self._drawing.with_stroke(stroke), None)

    def erase(self, indices: tuple[int, ...]) -> None:
        self._push(self.tr("erase"), self._drawing.without(indices), self._picture)

    def correct(self, corrections: Corrections, text: str = "") -> None:
        """Say this of the glyphs from now on; `text` names the step for undo."""
        if corrections != self._corrections:
            self.undo_stack.push(_SetCorrections(self, text or self.tr("correction"), corrections))

    def clear(self) -> None:
        if self._drawing or self._picture is not None:
            self._push(self.tr("clear"), Drawing(), None)

    def show_picture(self, picture: Picture) -> None:
        """Put a picture in the drawing's place, with no file to be saved to; undo brings drawing and file back."""
        self.undo_stack.push(_SetDrawing(self, self.tr("picture"), Drawing(), picture, None))

    def start(self) -> None:
        """Begin with an empty drawing without a file."""
        self._begin(Drawing(), None)

    def opened(self, drawing: Drawing, path: Path, *, native: bool, corrections: Corrections = NOTHING_SAID) -> None:
        """Begin with a file's drawing and what it says of glyphs; another program's is brought to the canvas's size."""
        self._begin(drawing if native else _on_canvas(drawing), path, corrections)

    def mark_saved(self, path: Path) -> None:
        """The drawing as it is now lies in this file."""
        if self._covered is not None:
            self._covered = replace(self._covered, saved=True)
        else:
            self._path = path
            self.undo_stack.setClean()
        self.title_changed.emit()

    def apply(
        self, drawing: Drawing, picture: Picture | None, path: Path | None, corrections: Corrections = NOTHING_SAID
    ) -> None:
        """For the undo commands: show this from now on."""
        if picture is None:
            self._covered = None
        elif self._covered is None:
            # A step is counted after it is taken: the stack still tells of the drawing that is covered now.
            self._covered = _Covered(self._drawing, self._corrections, self._path, self.undo_stack.isClean())
        self._drawing, self._picture, self._path, self._corrections = drawing, picture, path, corrections
        self.content_changed.emit()
        self.title_changed.emit()

    def _begin(self, drawing: Drawing, path: Path | None, corrections: Corrections = NOTHING_SAID) -> None:
        self.undo_stack.clear()
        self.apply(drawing, None, path, corrections)
        self.replaced.emit()

    def _push(self, text: str, drawing: Drawing, picture: Picture | None) -> None:
        self.undo_stack.push(_SetDrawing(self, text, drawing, picture, self._path))

    @Slot(bool)
    def _on_clean_changed(self, _clean: bool) -> None:
        self.title_changed.emit()


class _SetDrawing(QUndoCommand):
    """Changes the document from one drawing and picture to another.

    It keeps the difference alone, as the strokes that went and those that came at one place: whole drawings of ten
    thousand strokes, one for each of ten thousand steps, would fill hundreds of megabytes. What was said of strokes
    that stay goes with them.
    """

    def __init__(
        self, document: Document, text: str, drawing: Drawing, picture: Picture | None, path: Path | None
    ) -> None:
        super().__init__(text)
        # The document owns the stack that owns this: a cycle would be taken apart in an order that Qt does not survive.
        self._document = weakref.ref(document)
        self._pictures = (document.picture, picture)
        # Only where the step is from one file to another: a later "save as" holds for the steps before it as well.
        self._paths = None if path == document.path else (document.path, path)
        old, new = document.drawing.strokes, drawing.strokes
        self._start, old_end, new_end = changed_range(old, new)
        self._taken, self._put = old[self._start : old_end], new[self._start : new_end]
        before = document.corrections
        self._corrections = (before, before.moved(_new_indices(old, new)) if before else before)

    def redo(self) -> None:
        self._apply(self._taken, self._put, 1)

    def undo(self) -> None:
        self._apply(self._put, self._taken, 0)

    def _apply(self, taken: tuple[Stroke, ...], put: tuple[Stroke, ...], side: int) -> None:
        document = self._document()
        if document is None:
            return
        strokes = document.drawing.strokes
        changed = (*strokes[: self._start], *put, *strokes[self._start + len(taken) :])
        path = document.path if self._paths is None else self._paths[side]
        document.apply(Drawing(changed), self._pictures[side], path, self._corrections[side])


class _SetCorrections(QUndoCommand):
    """Changes what was said of the drawing's glyphs."""

    def __init__(self, document: Document, text: str, corrections: Corrections) -> None:
        super().__init__(text)
        self._document = weakref.ref(document)
        self._sides = (document.corrections, corrections)

    def redo(self) -> None:
        self._apply(1)

    def undo(self) -> None:
        self._apply(0)

    def _apply(self, side: int) -> None:
        document = self._document()
        if document is not None:
            document.apply(document.drawing, document.picture, document.path, self._sides[side])


def _new_indices(old: tuple[Stroke, ...], new: tuple[Stroke, ...]) -> dict[int, int]:
    """The new index of every stroke that stays, by its old index."""
    indices = {id(stroke): index for index, stroke in enumerate(new)}
    return {index: indices[id(stroke)] for index, stroke in enumerate(old) if id(stroke) in indices}


def _on_canvas(drawing: Drawing) -> Drawing:
    """Another program's drawing in the canvas's unit."""
    bounds = drawing.bounds
    row = bounds is not None and len(drawing.strokes) > 2 and bounds.width > ROW_SHAPE * bounds.height
    return drawing.fit_into(FOREIGN_ROW_BOX if row else FOREIGN_INK_BOX)
