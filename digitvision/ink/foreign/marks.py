"""Strokes that are seen on the paper but are no ink to read: highlighters' strokes and such."""

from dataclasses import dataclass
from typing import Final

from digitvision.ink.foreign.brushes import Brush, Kind
from digitvision.ink.stroke import Stroke

MARK_NAME: Final = "digitvision-mark-"
"""How the names of marks' brushes begin in the native format."""

PEN_NAME: Final = "digitvision-pen-"
"""The same of the brushes of ink that another program's file has given a look."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stroke that is not read.

    Attributes:
        stroke: The stroke.
        brush: Its brush, as its file has it.
        kind: What it is there for.
        width: Its width in the drawing's unit; None where the file gives none.
    """

    stroke: Stroke
    brush: Brush
    kind: Kind
    width: float | None = None

    def moved(self, *, scale: float, dx: float, dy: float) -> "Mark":
        """Return the mark scaled about the origin, then shifted."""
        width = None if self.width is None else self.width * scale
        return Mark(self.stroke.moved(scale=scale, dx=dx, dy=dy), self.brush, self.kind, width)


@dataclass(frozen=True, slots=True)
class ForeignContent:
    """What another program's file holds beside the ink to read.

    Attributes:
        marks: Strokes that are seen but not read, in the drawing's unit.
        kept: Annotations, contexts, brushes and such, as InkML; they are written again as they are.
    """

    marks: tuple[Mark, ...] = ()
    kept: str = ""

    def moved(self, *, scale: float, dx: float, dy: float) -> "ForeignContent":
        """Return the content with its marks scaled about the origin, then shifted."""
        return ForeignContent(tuple(mark.moved(scale=scale, dx=dx, dy=dy) for mark in self.marks), self.kept)


NO_FOREIGN_CONTENT: Final = ForeignContent()
