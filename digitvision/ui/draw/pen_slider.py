"""The slider for the pen's width on the screen."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QWidget

WIDTH_PX: Final = 96

STEPS: Final = 14
"""Number of key presses from the thinnest pen to the thickest."""


class PenSlider(QSlider):
    """A slider whose values are thousandths of the canvas's shorter side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFixedWidth(WIDTH_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(self.tr("Width of the pen on the screen; the reading stays the same"))
        self.setAccessibleName(self.tr("Pen width"))

    def offer(self, thinnest: float, thickest: float) -> None:
        """Set the range of widths, in thousandths of the canvas's shorter side."""
        self.setRange(int(thinnest), int(thickest))
        self.setSingleStep(round((thickest - thinnest) / STEPS))
