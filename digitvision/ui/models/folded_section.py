"""A line that opens what is folded behind it."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from digitvision.ui.widgets.layouts import add_layout


class FoldedSection(QWidget):
    """Shows its title alone until somebody opens it with a click or the space key."""

    def __init__(self, title: str, tip: str, content: QWidget, parent: QWidget | None = None) -> None:
        """Fold `content` behind a line.

        Args:
            title: The text on the line, which is the accessible name, too.
            tip: The tool tip, a sentence on what is behind the line.
            content: The folded widget; the section takes it over.
            parent: The widget's.
        """
        super().__init__(parent)
        self._content = content
        self._line = QToolButton()
        self._line.setText(title)
        self._line.setToolTip(tip)
        self._line.setAccessibleName(title)
        self._line.setAutoRaise(True)
        self._line.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._line.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._line.clicked.connect(self._turn)
        line = QHBoxLayout()
        line.addWidget(self._line)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        add_layout(layout, line)
        layout.addWidget(content)
        self.set_open(False)

    @property
    def title(self) -> str:
        """The text on the line."""
        return self._line.text()

    @property
    def is_open(self) -> bool:
        """Whether the content is shown."""
        return not self._content.isHidden()

    def set_open(self, is_open: bool) -> None:
        """Open or fold the section."""
        self._line.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self._line.setAccessibleDescription(self.tr("Open") if is_open else self.tr("Folded"))
        self._content.setVisible(is_open)

    @Slot()
    def _turn(self) -> None:
        self.set_open(not self.is_open)
