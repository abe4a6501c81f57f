"""The one undo command: every change of the canvas is a drawing before and a drawing after."""

import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from digitvision.ink.stroke import Drawing, Stroke, changed_range

if TYPE_CHECKING:
    from digitvision.ui.document import Document, Picture


class SetDrawing(QUndoCommand):
    """Changes the document from one drawing and picture to another.

    It keeps the difference alone, as the strokes that went and those that came at one place: whole drawings of ten
    thousand strokes, one for each of ten thousand steps, would fill hundreds of megabytes.
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
        document.apply(Drawing(changed), self._pictures[side], path)
