"""Layers that are painted over the ink, and get a tap before it becomes a dot."""

from typing import Protocol

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from digitvision.ui.canvas.tool import Tool


class CanvasOverlay(Protocol):
    """One layer over the ink."""

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint what lies in this part of the canvas, given in its pixels."""

    def is_button(self, position: QPointF) -> bool:
        """Whether a tap at this position is meant for the overlay."""

    def tap(self, position: QPointF) -> None:
        """Press the button of the overlay that lies here."""


class Grip(Protocol):
    """Something over the ink that can be taken hold of and dragged, whichever tool is chosen."""

    def tool_at(self, position: QPointF) -> Tool | None:
        """Return what gets a press at this position instead of the chosen tool; None where there is nothing to hold."""


class CanvasOverlays:
    """All overlays of a canvas, in the order in which they are painted."""

    def __init__(self, top: CanvasOverlay) -> None:
        """Begin with the overlay that lies over all others."""
        self._overlays = [top]
        self._grips: list[Grip] = []

    def add(self, overlay: CanvasOverlay, *, lowest: bool = False) -> None:
        """Add an overlay that is painted over the others but for the one at the top, or below all of them."""
        self._overlays.insert(0 if lowest else -1, overlay)

    def add_grip(self, grip: Grip) -> None:
        """Let something be taken hold of."""
        self._grips.append(grip)

    def tool_at(self, position: QPointF) -> Tool | None:
        """Return what gets a press at this position instead of the chosen tool; None for that tool itself."""
        return next((tool for grip in self._grips if (tool := grip.tool_at(position)) is not None), None)

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint what lies in this part of the canvas."""
        for overlay in self._overlays:
            overlay.paint(painter, window)

    def is_button(self, position: QPointF) -> bool:
        """Whether a tap at this position is meant for one of the overlays."""
        return any(overlay.is_button(position) for overlay in self._overlays)

    def tap(self, position: QPointF) -> bool:
        """Hand a tap to the overlay that it is meant for; return whether there is one."""
        overlay = next((one for one in reversed(self._overlays) if one.is_button(position)), None)
        if overlay is not None:
            overlay.tap(position)
        return overlay is not None
