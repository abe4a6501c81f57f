"""The undo commands: every change of the canvas is a drawing before and after, or corrections before and after."""

import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from digitvision.ink.stroke import Drawing, Stroke, changed_range
from digitvision.recognition.corrections import Corrections

if TYPE_CHECKING:
    from digitvision.ui.document.document import Document, Picture


class SetDrawing(QUndoCommand):
    """Changes the document from one drawing and picture to another.

    It keeps the difference alone, as the strokes that went and those that came at one place: whole drawings of ten
    thousand strokes, one for each of ten thousand steps, would fill hundreds of megabytes. What was said of strokes
    that stay goes with them.
    """

    def __init__(
        self, document: "Document", text: str, drawing: Drawing, picture: "Picture | None", path: Path | None
    ) -> None:
        super().__init__(text)
        # The document owns the stack that owns this: a cycle would be taken apart in an order that Qt does not survive.
        self._document = weakref.ref(document)
        self._pictures = (document.picture, picture)
        # Only where the step is from one file to another: a later "save as" holds for the steps before it as well.
        self._paths = None if path == document.path else (document.path, path)
        old, new = document.drawing.strokes, drawing.strokes
        self._place, old_end, new_end = changed_range(old, new)
        self._taken, self._put = old[self._place : old_end], new[self._place : new_end]
        before = document.corrections
        self._corrections = (before, before.moved(_places(old, new)) if before else before)

    def redo(self) -> None:
        self._apply(self._taken, self._put, 1)

    def undo(self) -> None:
        self._apply(self._put, self._taken, 0)

    def _apply(self, taken: tuple[Stroke, ...], put: tuple[Stroke, ...], side: int) -> None:
        document = self._document()
        if document is None:
            return
        strokes = document.drawing.strokes
        changed = (*strokes[: self._place], *put, *strokes[self._place + len(taken) :])
        path = document.path if self._paths is None else self._paths[side]
        document.apply(Drawing(changed), self._pictures[side], path, self._corrections[side])


class SetCorrections(QUndoCommand):
    """Changes what was said of the drawing's glyphs."""

    def __init__(self, document: "Document", text: str, corrections: Corrections) -> None:
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


def _places(old: tuple[Stroke, ...], new: tuple[Stroke, ...]) -> dict[int, int]:
    """By the old place of every stroke that stays its new one."""
    placed = {id(stroke): place for place, stroke in enumerate(new)}
    return {place: placed[id(stroke)] for place, stroke in enumerate(old) if id(stroke) in placed}
