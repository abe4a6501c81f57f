"""What belongs to a drawing beside its ink: how it is read, how it is looked at, and on what paper."""

from dataclasses import dataclass
from typing import Final

from digitvision.ink.foreign.marks import NO_FOREIGN_CONTENT, ForeignContent

PAPER_SPACING: Final = 80.0
"""Distance of the lines of ruled, squared and dotted paper, in the drawing's unit."""


@dataclass(frozen=True, slots=True)
class View:
    """The part of the paper that is in sight, whatever the size of the canvas.

    Attributes:
        zoom: 1.0 is the actual size, at which the canvas's shorter side shows a thousand units of the drawing.
        x, y: The position of the drawing in the middle of the canvas, in the drawing's unit.
    """

    zoom: float = 1.0
    x: float = 500.0
    y: float = 500.0


@dataclass(frozen=True, slots=True)
class DrawingSettings:
    """What is remembered with a drawing; an empty value says nothing.

    Attributes:
        reading: The kind of reading, such as `equation`.
        alphabet: Name of the alphabet that it is read within.
        paper: Name of the paper's pattern.
        view: The part in sight; None for the usual one.
        foreign: What another program's file held beside the ink to read.
    """

    reading: str = ""
    alphabet: str = ""
    paper: str = ""
    view: View | None = None
    foreign: ForeignContent = NO_FOREIGN_CONTENT
