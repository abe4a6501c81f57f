"""The slider for the pen's width on the screen."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QWidget

from digitvision.ui.settings import PEN_WIDTHS

WIDTH_PX: Final = 96


class PenSlider(QSlider):
    """Its values are thousandths of the canvas's shorter side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(*(int(width) for width in PEN_WIDTHS))
        self.setFixedWidth(WIDTH_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(self.tr("Width of the pen on the screen; the reading stays the same"))
        self.setAccessibleName(self.tr("Pen width"))
