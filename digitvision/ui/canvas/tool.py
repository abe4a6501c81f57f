"""What a tool of the canvas is, and what it sees of the canvas.

The canvas chooses one tool when the pointer goes down, and that tool gets everything until the pointer is lifted. A new
tool is a class with the methods of `Tool`; the canvas learns of it by `Canvas.add_tool`.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QCursor, QPalette

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.ui.canvas.live_stroke import LiveStroke
from digitvision.ui.canvas.pointer_input import PointerReport

ToolName = Literal["pen", "eraser", "part eraser", "select", "select rectangle"]

SELECT_TOOLS: Final[tuple[ToolName, ...]] = ("select", "select rectangle")
"""The tools that select ink: the selection is shown while one of them is chosen."""


class Tool(Protocol):
    """Turns the reports of one press into a change of the drawing, or of something that lies over it."""

    @property
    def live_stroke(self) -> LiveStroke | None:
        """The stroke that is being written; None where the tool writes none."""

    def preview(self, drawing: Drawing) -> Drawing:
        """Return the drawing as the press has changed it so far."""

    def cursor(self) -> QCursor:
        """Return the cursor that shows what the tool would do."""

    def hover(self, position: QPointF) -> bool:
        """Follow the pointer, which is near this pixel but not down; return whether the cursor changes with it."""

    def begin(self, report: PointerReport) -> None:
        """Start a press."""

    def extend(self, report: PointerReport) -> None:
        """Follow the pointer, which is down."""

    def end(self) -> None:
        """Finish the press and keep what it did."""

    def cancel(self) -> None:
        """Finish the press and leave no trace of it."""

    def drop_indices(self) -> None:
        """Forget the indices of strokes: the drawing has been replaced while the pointer is down."""


class ToolSurface(Protocol):
    """What a tool sees of the canvas, and what it can ask of it."""

    @property
    def drawing(self) -> Drawing:
        """The drawing without what the press has changed so far."""

    @property
    def stroke_boxes(self) -> NDArray[np.float64]:
        """float64 [N, 4]: the rectangle of each stroke in the drawing's unit: left, top, right, bottom."""

    @property
    def pen_width(self) -> float:
        """Width of the pen at a mouse's pressure, in the drawing's unit."""

    @property
    def scale(self) -> float:
        """Pixels of the canvas for each unit of the drawing."""

    def palette(self) -> QPalette:
        """Return the canvas's colours."""

    def devicePixelRatioF(self) -> float:
        """Return the number of device pixels for each pixel of the canvas."""

    def to_widget(self, x: float, y: float) -> QPointF:
        """Return where a position of the drawing lies on the canvas, in its pixels."""

    def to_drawing(self, position: QPointF) -> tuple[float, float]:
        """Return the position in the drawing that is shown at this pixel of the canvas."""

    def repaint_parts(self, rectangles: Iterable[QRectF]) -> None:
        """Paint these rectangles of the drawing anew, given in its unit."""

    def hide_strokes(self, indices: Iterable[int]) -> None:
        """Show the drawing without these strokes until it changes."""

    def show_hidden_strokes(self) -> None:
        """Show the hidden strokes again."""

    def tap(self, x: float, y: float) -> bool:
        """Hand a tap at this position of the drawing to what lies over the ink; return whether it was meant for it."""

    def announce_change(self) -> None:
        """Let listeners know that the preview of the drawing has changed."""

    def add_stroke(self, stroke: Stroke) -> None:
        """Ask for a stroke to be added to the drawing."""

    def erase_strokes(self, indices: tuple[int, ...]) -> None:
        """Ask for strokes to be taken out of the drawing."""

    def cut_strokes(self, remains: Mapping[int, tuple[Stroke, ...]]) -> None:
        """Ask for strokes, by their indices, to be replaced by what remains of them."""
