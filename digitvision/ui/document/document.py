"""The content of the canvas, with its undo stack and its file."""

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage, QUndoCommand, QUndoStack

from digitvision.ink.drawing_settings import DrawingSettings
from digitvision.ink.stroke import Bounds, Drawing, Stroke, changed_range
from digitvision.recognition.corrections import Corrections

FOREIGN_INK_BOX: Final = Bounds(120, 120, 880, 880)
"""The box on the canvas that the ink of another program's file is scaled to, because its unit may be anything."""

FOREIGN_ROW_BOX: Final = Bounds(-800, 120, 1800, 880)
"""The same for a row of glyphs, which may be wider than the square page, as a wide canvas is."""

ROW_SHAPE: Final = 2.0
"""Ratio of width to height from which several strokes are taken for a row."""


SMALL_STEP: Final = 1
"""By this number the undo stack knows steps that may be undone together."""

NO_CORRECTIONS: Final = Corrections()
NO_SETTINGS: Final = DrawingSettings()


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture on the canvas.

    Attributes:
        image: The picture as it is shown.
        ink: float32 [H, W], 0 (paper) to 1 (ink): the picture as it is read.
        name: Name of its file, or of its source.
        pages: Pages of that file, of which it is the first.
    """

    image: QImage
    ink: NDArray[np.float32]
    name: str
    pages: int = 1


@dataclass(frozen=True, slots=True)
class _Covered:
    """The drawing that a picture covers: undo brings it back, and the user is asked before it is lost.

    Attributes:
        drawing: The drawing.
        corrections: The corrections of its glyphs.
        path: Its file; None while it has none.
        saved: Whether the file holds it as it is.
    """

    drawing: Drawing
    corrections: Corrections
    path: Path | None
    saved: bool


class Document(QObject):
    """Holds one drawing or one picture. Every change can be undone, except `start` and `open`."""

    content_changed = Signal()
    """The drawing, the picture or the corrections have changed."""
    title_changed = Signal()
    """The file, or whether the drawing is saved, has changed."""
    replacing = Signal()
    """Another drawing is about to be begun or opened; this one is still there."""
    replaced = Signal()
    """Another drawing was begun or opened."""
    giving_up = Signal()
    """A step is about to take the whole drawing from the canvas, or from under a picture; it is still there."""
    settings_changed = Signal()
    """What is remembered with the drawing has changed, which is no step that can be undone."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._on_clean_changed)
        self._steps: list[QUndoCommand] = []
        """The commands on the stack. Where Python has no reference to a command that Qt deletes, Shiboken 6.11 goes on
        with the Python object after it has freed it (PYSIDE-3452 is of that kind), and sometimes the program crashed.
        """
        steps = self._steps
        # The stack, which goes after this object, keeps the list that long.
        self.undo_stack.destroyed.connect(lambda *_: steps.clear())
        self._drawing = Drawing()
        self._corrections = NO_CORRECTIONS
        self._picture: Picture | None = None
        self._path: Path | None = None
        self._covered: _Covered | None = None
        self._settings = DrawingSettings()
        self._opening = False

    @property
    def drawing(self) -> Drawing:
        """The drawing; empty while a picture is on the canvas."""
        return self._drawing

    @property
    def corrections(self) -> Corrections:
        """The user's corrections of the content's glyphs."""
        return self._corrections

    @property
    def picture(self) -> Picture | None:
        """The picture on the canvas; None without one."""
        return self._picture

    @property
    def path(self) -> Path | None:
        """The drawing's file; None while it has none."""
        return self._path

    @property
    def opening(self) -> bool:
        """Whether the change that is announced right now is that to another drawing, and no step of work on this."""
        return self._opening

    @property
    def modified(self) -> bool:
        """Whether something would be lost without saving; an empty drawing without a file is no loss."""
        if self._covered is not None:
            return bool(self._covered.drawing) and not self._covered.saved
        return not self.undo_stack.isClean() and (bool(self._drawing) or self._path is not None)

    @property
    def drawing_to_save(self) -> Drawing:
        """The drawing, also while a picture covers it."""
        return self._drawing if self._covered is None else self._covered.drawing

    @property
    def covered(self) -> _Covered | None:
        """What the picture covers, for the undo commands; None without a picture."""
        return self._covered

    @property
    def corrections_to_save(self) -> Corrections:
        """The user's corrections of that drawing's glyphs."""
        return self._corrections if self._covered is None else self._covered.corrections

    @property
    def path_to_save(self) -> Path | None:
        """The file of that drawing."""
        return self._path if self._covered is None else self._covered.path

    @property
    def settings(self) -> DrawingSettings:
        """What is remembered with the drawing: how it is read and looked at."""
        return self._settings

    def remember(self, **changes: Any) -> None:
        """Change some of what is remembered with the drawing, by the names in `DrawingSettings`."""
        settings = replace(self._settings, **changes)
        if settings != self._settings:
            self._settings = settings
            self.settings_changed.emit()

    def add_stroke(self, stroke: Stroke, *, whole: bool = False) -> None:
        """Add a stroke; a picture gives way to it.

        Args:
            stroke: The stroke.
            whole: Whether the drawing is one glyph as a whole: what was chosen for it without the stroke is dropped.
        """
        outdated = whole and self._corrections.label_of_all(len(self._drawing.strokes))
        kept = NO_CORRECTIONS if outdated else None
        self._push(self.tr("stroke"), self._drawing.with_stroke(stroke), None, kept)

    def erase(self, indices: tuple[int, ...], text: str = "") -> None:
        """Take out the strokes with these indices; `text` names the step for undo."""
        self._push(text or self.tr("erase"), self._drawing.without(indices), self._picture)

    def scratch_out(self, stroke: Stroke, indices: tuple[int, ...]) -> None:
        """Add a stroke, and take it out at once together with the strokes that it scratches out.

        These are two steps, so that whoever meant the stroke as ink gets it back by one undo.
        """
        # Nobody is to show or read what is there between the steps.
        blocked = self.blockSignals(True)
        self.add_stroke(stroke)
        self.blockSignals(blocked)
        self.erase((*indices, len(self._drawing.strokes) - 1), self.tr("scratch-out"))

    def insert(self, strokes: Sequence[Stroke], corrections: Corrections, text: str) -> None:
        """Add strokes with corrections of their own; a picture gives way to them.

        Args:
            strokes: The strokes.
            corrections: Corrections whose indices count from the first of these strokes.
            text: Name of the step for undo.
        """
        old = self._drawing.strokes
        own = corrections.moved({index: len(old) + index for index in range(len(strokes))})
        self._push(text, Drawing((*old, *strokes)), None, self._corrections.with_others(own))

    def change(self, strokes: Mapping[int, Stroke], text: str, *, small: bool = False) -> None:
        """Put strokes in the place of others, which they are the same ink as: corrections stay.

        Args:
            strokes: The strokes, by the indices of those that they replace.
            text: Name of the step for undo.
            small: Whether the step is one of many small ones, which are undone together.
        """
        drawing = self._drawing.with_remains({index: (stroke,) for index, stroke in strokes.items()})
        command = _SetDrawing(self, text, drawing, self._picture, self._path, self._corrections)
        command.small = small
        self._take_step(command)

    def cut(self, remains: Mapping[int, Sequence[Stroke]]) -> None:
        """Put what remains of strokes in their places; corrections stay with those of which one piece remains.

        Args:
            remains: The pieces, by the index of the stroke that they come from.
        """
        drawing = self._drawing.with_remains(remains)
        new_indices: dict[int, int] = {}
        position = 0
        for index in range(len(self._drawing.strokes)):
            pieces = len(remains[index]) if index in remains else 1
            if pieces == 1:
                new_indices[index] = position
            position += pieces
        self._push(self.tr("erase part"), drawing, self._picture, self._corrections.moved(new_indices))

    def correct(self, corrections: Corrections, text: str = "") -> None:
        """Replace the corrections; `text` names the step for undo."""
        if corrections != self._corrections:
            self._take_step(_SetCorrections(self, text or self.tr("correction"), corrections))

    def clear(self) -> None:
        """Take out all strokes, or the picture."""
        if self._drawing or self._picture is not None:
            self._push(self.tr("clear"), Drawing(), None)

    def show_picture(self, picture: Picture) -> None:
        """Cover the drawing with a picture, which has no file to be saved to; undo brings drawing and file back."""
        self._take_step(_SetDrawing(self, self.tr("picture"), Drawing(), picture, None))

    def start(self) -> None:
        """Start an empty drawing without a file."""
        self._restart(Drawing(), None)

    def open(
        self,
        drawing: Drawing,
        path: Path | None,
        *,
        native: bool,
        corrections: Corrections = NO_CORRECTIONS,
        settings: DrawingSettings = NO_SETTINGS,
        saved: bool = True,
    ) -> None:
        """Show another drawing, such as that of a file.

        Args:
            drawing: The drawing.
            path: Its file; None while it has none.
            native: Whether this program wrote the file; another program's drawing is scaled to the canvas.
            corrections: The corrections in the file.
            settings: What is remembered with the drawing.
            saved: Whether the file holds the drawing as it is.
        """
        if not native:
            scale, dx, dy = _placement_on_canvas(drawing)
            drawing = Drawing(tuple(stroke.moved(scale=scale, dx=dx, dy=dy) for stroke in drawing.strokes))
            settings = replace(settings, foreign=settings.foreign.moved(scale=scale, dx=dx, dy=dy))
        self._restart(drawing, path, corrections, settings, saved=saved)

    def mark_saved(self, path: Path) -> None:
        """Note that this file holds the drawing as it is now."""
        if self._covered is not None:
            self._covered = replace(self._covered, saved=True)
        else:
            self._path = path
            self.undo_stack.setClean()
        self.title_changed.emit()

    def announce(self, drawing: Drawing, picture: Picture | None) -> None:
        """Say so if the drawing is given up for this content; only undo commands call this, before a step forward."""
        covered = self._covered is not None
        if picture is None and self.drawing_to_save and (covered or not drawing):
            self.giving_up.emit()

    def apply(
        self,
        drawing: Drawing,
        picture: Picture | None,
        path: Path | None,
        corrections: Corrections = NO_CORRECTIONS,
        covered: _Covered | None = None,
    ) -> None:
        """Change the content; only undo commands call this, with what a picture that comes back has covered."""
        if picture is None:
            self._covered = None
        elif covered is not None:
            self._covered = covered
        elif self._covered is None:
            # The stack counts a step after it is taken, so it still describes the drawing that is covered now.
            self._covered = _Covered(self._drawing, self._corrections, self._path, self.undo_stack.isClean())
        self._drawing, self._picture, self._path, self._corrections = drawing, picture, path, corrections
        self.content_changed.emit()
        self.title_changed.emit()

    def _restart(
        self,
        drawing: Drawing,
        path: Path | None,
        corrections: Corrections = NO_CORRECTIONS,
        settings: DrawingSettings = NO_SETTINGS,
        *,
        saved: bool = True,
    ) -> None:
        self.replacing.emit()
        self.undo_stack.clear()
        self._steps.clear()
        if not saved:
            self.undo_stack.resetClean()
        self._settings = settings
        self._opening = True
        self.apply(drawing, None, path, corrections)
        self._opening = False
        self.replaced.emit()

    def _push(
        self, text: str, drawing: Drawing, picture: Picture | None, corrections: Corrections | None = None
    ) -> None:
        self._take_step(_SetDrawing(self, text, drawing, picture, self._path, corrections))

    def _take_step(self, command: QUndoCommand) -> None:
        stack, index = self.undo_stack, self.undo_stack.index()
        # The steps that this one takes the place of, and a step that Qt merges into the one before it, are deleted by
        # the stack meanwhile; see `_steps`.
        replaced = self._steps[index:]
        stack.push(command)
        self._steps[index:] = [command] if stack.count() > index else []
        replaced.clear()

    @Slot(bool)
    def _on_clean_changed(self, _clean: bool) -> None:
        self.title_changed.emit()


class _SetDrawing(QUndoCommand):
    """Changes the document from one drawing and picture to another.

    It keeps only the difference: the strokes that were removed and those that were inserted at one index. Ten thousand
    whole drawings of ten thousand strokes each would fill hundreds of megabytes. Corrections of strokes that stay are
    kept, unless others are given.
    """

    def __init__(
        self,
        document: Document,
        text: str,
        drawing: Drawing,
        picture: Picture | None,
        path: Path | None,
        corrections: Corrections | None = None,
    ) -> None:
        super().__init__(text)
        # The document owns the stack, which owns this command. In a cycle Qt's objects would be freed in a wrong order.
        self._document = weakref.ref(document)
        self._pictures = (document.picture, picture)
        self._covered = document.covered
        # Only where the step changes the file: a later "save as" holds for the steps before it as well.
        self._paths = None if path == document.path else (document.path, path)
        old, new = document.drawing.strokes, drawing.strokes
        self._start, old_end, new_end = changed_range(old, new)
        self._removed, self._inserted = old[self._start : old_end], new[self._start : new_end]
        before = document.corrections
        if corrections is None:
            corrections = before.moved(_new_indices(old, new)) if before else before
        self._corrections = (before, corrections)
        self.small = False
        """Whether it is undone together with small steps that follow it and change the same strokes."""

    def id(self) -> int:
        return SMALL_STEP if self.small else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _SetDrawing) or other.text() != self.text():
            return False
        if other._start != self._start or other._removed != self._inserted:
            return False
        self._inserted, self._corrections = other._inserted, (self._corrections[0], other._corrections[1])
        return True

    def redo(self) -> None:
        self._apply(self._removed, self._inserted, 1)

    def undo(self) -> None:
        self._apply(self._inserted, self._removed, 0)

    def _apply(self, removed: tuple[Stroke, ...], inserted: tuple[Stroke, ...], side: int) -> None:
        document = self._document()
        if document is None:
            return
        strokes = document.drawing.strokes
        changed = (*strokes[: self._start], *inserted, *strokes[self._start + len(removed) :])
        if side:
            document.announce(Drawing(changed), self._pictures[side])
        path = document.path if self._paths is None else self._paths[side]
        covered = None if side else self._covered
        document.apply(Drawing(changed), self._pictures[side], path, self._corrections[side], covered)


class _SetCorrections(QUndoCommand):
    """Changes the corrections of the content's glyphs."""

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
    """Return the new index of every stroke that stays, by its old index."""
    indices = {id(stroke): index for index, stroke in enumerate(new)}
    return {index: indices[id(stroke)] for index, stroke in enumerate(old) if id(stroke) in indices}


def _placement_on_canvas(drawing: Drawing) -> tuple[float, float, float]:
    """Return the scale and the shift after it by which another program's drawing comes onto the canvas."""
    bounds = drawing.bounds
    row = bounds is not None and len(drawing.strokes) > 2 and bounds.width > ROW_SHAPE * bounds.height
    return drawing.placement_in(FOREIGN_ROW_BOX if row else FOREIGN_INK_BOX)
