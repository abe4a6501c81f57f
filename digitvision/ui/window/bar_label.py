"""A word in the tool bar that names what stands beside it, and does not look like a button."""

from typing import Final

from PySide6.QtGui import QFontInfo, QPalette
from PySide6.QtWidgets import QLabel

SHARE: Final = 0.9
"""Its size as a share of that of the buttons' text."""

MARGIN_PX: Final = 8


def bar_label(text: str) -> QLabel:
    """Make such a label: small and muted, where the texts of buttons are neither."""
    label = QLabel(text)
    label.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 0)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    font = label.font()
    font.setPointSizeF(QFontInfo(font).pointSizeF() * SHARE)
    label.setFont(font)
    return label
