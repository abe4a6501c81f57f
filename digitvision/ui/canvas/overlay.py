"""What is painted over the ink, and hears of a tap before it becomes a dot."""

from typing import Protocol

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter


class CanvasOverlay(Protocol):
    """One layer over the ink."""

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint what lies in this part of the canvas, in its pixels."""

    def is_button(self, position: QPointF) -> bool:
        """Whether a tap here is meant for the overlay."""

    def tap(self, position: QPointF) -> None:
        """Somebody has tapped on a button of the overlay."""


class CanvasOverlays:
    """All of them, in the order in which they are painted."""

    def __init__(self) -> None:
        self._overlays: list[CanvasOverlay] = []

    def add(self, overlay: CanvasOverlay) -> None:
        """Paint this over the others from now on."""
        self._overlays.append(overlay)

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint what lies in this part of the canvas."""
        for overlay in self._overlays:
            overlay.paint(painter, window)

    def is_button(self, position: QPointF) -> bool:
        """Whether a tap here is meant for one of them."""
        return any(overlay.is_button(position) for overlay in self._overlays)

    def tap(self, position: QPointF) -> bool:
        """Hand on a tap; whether it was meant for one of them."""
        overlay = next((one for one in self._overlays if one.is_button(position)), None)
        if overlay is not None:
            overlay.tap(position)
        return overlay is not None
