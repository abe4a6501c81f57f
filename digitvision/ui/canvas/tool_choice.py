"""The tools of a canvas: the one that is chosen, the one that has the press, and the cursor that tells which."""

from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

from digitvision.ui.canvas.tool import Tool, ToolName

ERASERS: Final[frozenset[ToolName]] = frozenset({"eraser", "part eraser"})
"""The tools that the other end of a pen may stand for."""


class ToolChoice:
    """Hands out the tool for each press, and shows a tool's cursor on the widget."""

    def __init__(self, widget: QWidget, tools: dict[ToolName, Tool]) -> None:
        """Choose the pen.

        Args:
            widget: Gets the cursors.
            tools: A pen and an eraser at least.
        """
        self._widget = widget
        self._tools = tools
        self._eraser: ToolName = "eraser"
        self._shown: Tool | Qt.CursorShape | None = None
        self.name: ToolName = "pen"
        """Name of the tool that is chosen."""
        self.active: Tool | None = None
        """The tool that has the press; None while no pointer is down."""

    def add(self, name: ToolName, tool: Tool) -> None:
        """Have this tool used where the one of this name is chosen."""
        self._tools[name] = tool

    def choose(self, name: ToolName) -> bool:
        """Use this tool from the next press on; return whether it is another one.

        An eraser is from then on the one at the other end of a pen, too.
        """
        if name in ERASERS:
            self._eraser = name
        changed = name != self.name
        self.name = name
        self.refresh_cursor()
        return changed

    def take_up(self, *, erasing: bool, instead: Tool | None = None) -> Tool:
        """Give the press to the tool that is chosen, to the eraser, or to another one instead, and return it."""
        self.active = self._of(erasing=erasing) if instead is None else instead
        return self.active

    def put_down(self) -> Tool | None:
        """End the press, and return the tool that had it."""
        tool, self.active = self.active, None
        return tool

    def hover(self, position: QPointF, *, erasing: bool) -> None:
        """Show the cursor of the tool that a pointer here would use."""
        tool = self._of(erasing=erasing)
        if tool.hover(position):
            self._shown = None
        self._show(tool)

    def show_shape(self, shape: Qt.CursorShape | None) -> None:
        """Show a cursor of this shape; None for that of the chosen tool."""
        self._show(self._of(erasing=False) if shape is None else shape)

    def refresh_cursor(self) -> None:
        """Show the cursor of the chosen tool as it looks now."""
        self._shown = None
        self.show_shape(None)

    def _of(self, *, erasing: bool) -> Tool:
        return self._tools[self._eraser if erasing else self.name]

    def _show(self, shown: Tool | Qt.CursorShape) -> None:
        if self._shown == shown:
            return
        self._shown = shown
        self._widget.setCursor(QCursor(shown) if isinstance(shown, Qt.CursorShape) else shown.cursor())
