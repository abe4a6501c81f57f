"""A bar with one sentence and perhaps a button, for expected failures and news that need no dialog."""

from collections.abc import Callable
from typing import Final, Literal

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from digitvision.ui.theme import icon

NoticeKind = Literal["good", "note", "warning"]

SPARE_PX: Final = 8
"""Space left at the end of a sentence, so that none is wrapped for a fraction of a pixel."""


class NoticeBar(QFrame):
    """Hidden while there is no notice; a new notice replaces the old one."""

    appeared = Signal()
    """A notice has come into sight."""
    gone = Signal(str)
    """The notice is hidden again; with the name of its cause."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._kind: NoticeKind = "warning"
        self._about = ""
        self._action: Callable[[], object] | None = None
        self._second_action: Callable[[], object] | None = None
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # A path may have no character to break the line at; it must not make the window wider than the screen.
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        self._second = QPushButton()
        self._second.clicked.connect(self._act_second)
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        self._close.setText("✕")
        self._close.setToolTip(self.tr("Dismiss"))
        self._close.setAccessibleName(self.tr("Dismiss"))
        self._close.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.setSpacing(8)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        layout.addWidget(self._second)
        layout.addWidget(self._close)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence in sight; empty without one."""
        return "" if self.isHidden() else self._text.text()

    def show_notice(
        self,
        sentence: str,
        *,
        kind: NoticeKind,
        label: str = "",
        action: Callable[[], object] | None = None,
        second: tuple[str, Callable[[], object]] | None = None,
        about: str = "",
    ) -> None:
        """Show a notice.

        Args:
            sentence: The text.
            kind: Decides the icon.
            label: Text of the button.
            action: Called by the button; None for no button.
            second: Text of another button, and what it calls; None for no other.
            about: Name of the notice's cause, with which `settle` hides it; empty for one that stays until it is closed
                or replaced.
        """
        self._kind = kind
        self._about = about
        self._action = action
        self._text.setText(sentence)
        self.setAccessibleName(sentence)
        self._button.setText(label)
        self._button.setVisible(action is not None)
        text, self._second_action = second or ("", None)
        self._second.setText(text)
        self._second.setVisible(second is not None)
        self._take_icon()
        self.show()
        self.appeared.emit()

    @property
    def about(self) -> str:
        """Name of the cause of the notice in sight; empty without one."""
        return self._about

    def settle(self, about: str) -> None:
        """Hide the notice if this is its cause, which is gone."""
        if about and about == self._about:
            self.dismiss()

    def width_of_one_line(self) -> int:
        """Return the width in pixels that the notice needs for its sentence on one line."""
        return self.minimumSizeHint().width() + self._text.fontMetrics().horizontalAdvance(self._text.text()) + SPARE_PX

    @Slot()
    def dismiss(self) -> None:
        """Hide the notice."""
        self._action = self._second_action = None
        about, self._about = self._about, ""
        if not self.isHidden():
            self.hide()
            self.gone.emit(about)

    @Slot()
    def _act(self) -> None:
        action = self._action
        self.dismiss()
        if action is not None:
            action()

    @Slot()
    def _act_second(self) -> None:
        action = self._second_action
        self.dismiss()
        if action is not None:
            action()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self.isHidden():
            self._take_icon()

    def _take_icon(self) -> None:
        name = {"good": "check", "note": "stop", "warning": "warning"}[self._kind]
        self._icon.setPixmap(icon(name, self.palette()).pixmap(20, 20))
