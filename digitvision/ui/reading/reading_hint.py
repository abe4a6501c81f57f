"""A hint at another kind of reading, where the ink is obviously not of the kind that it is read as."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from digitvision.ui.reading.reading_kinds import READINGS, reading_tip

PATIENCE_MS: Final = 800
"""The pause before a hint: between two strokes of one glyph, the ink may look like several glyphs for a moment."""

SPACE_PX: Final = 8


class ReadingHint(QWidget):
    """A question, with a button for each answer. It never takes the focus, and it goes when the ink changes."""

    wanted = Signal(str)
    """Name of the kind of reading that the user has chosen."""
    doubted = Signal()
    """The pause after `doubt` is over: it is to be found out which kind of reading is to be suggested."""
    shown_changed = Signal()
    """The hint has appeared or disappeared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._in_doubt = False
        self._question = QLabel()
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_PX)
        self._layout.addWidget(self._question)
        self._layout.addStretch(1)
        self._buttons: dict[str, QPushButton] = {}
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PATIENCE_MS)
        self._pause.timeout.connect(self._end_pause)
        self.hide()

    def _make_button(self, name: str) -> QPushButton:
        button = QPushButton(
            {
                "character": self.tr("Read as a character"),
                "line": self.tr("Read as a line"),
                "equation": self.tr("Read as an equation"),
                "page": self.tr("Read as a page"),
            }[name]
        )
        button.setToolTip(f"{reading_tip(name)} ({READINGS[name].key})")
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.wanted.emit(name))
        self._layout.insertWidget(self._layout.count() - 1, button)
        return button

    @property
    def name(self) -> str:
        """Name of the kind of reading that is suggested; empty when no hint is in sight."""
        return self.names[0] if len(self.names) == 1 else ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the kinds of reading that can be chosen here; empty when no hint is in sight."""
        return () if self.isHidden() else self._names

    def suggest(self, name: str) -> None:
        """Suggest one of `reading_kinds.READINGS` after a pause; an empty name hides the hint at once."""
        self._end_doubt()
        self._set_names((name,) if name else ())

    def doubt(self) -> None:
        """Emit `doubted` after a pause, for the ink looks like no glyph; what is in sight stays meanwhile."""
        self._in_doubt = True
        self._pause.start()

    def offer(self, names: Sequence[str]) -> None:
        """Offer these of `reading_kinds.READINGS` at once; none hides the hint."""
        self._end_doubt()
        if self._set_names(tuple(names)):
            self._pause.stop()
            self._appear()

    def hold(self) -> None:
        """Begin the pause anew, because somebody writes."""
        if self._pause.isActive():
            self._pause.start()

    def _end_doubt(self) -> None:
        if self._in_doubt:
            self._in_doubt = False
            self._pause.stop()

    def _set_names(self, names: tuple[str, ...]) -> bool:
        """Begin the pause before these names appear; return whether there are any that were not there before."""
        if names == self._names:
            return False
        self._names = names
        self._pause.stop()
        if not self.isHidden():
            self.hide()
            self.shown_changed.emit()
        if names:
            self._pause.start()
        return bool(names)

    @Slot()
    def _end_pause(self) -> None:
        if self._in_doubt:
            self._in_doubt = False
            self.doubted.emit()
        else:
            self._appear()

    def _appear(self) -> None:
        questions = {
            "line": self.tr("Several symbols?"),
            "equation": self.tr("An equation?"),
            "page": self.tr("Several rows?"),
        }
        question = questions.get(self._names[0], "") if len(self._names) == 1 else ""
        self._question.setText(question)
        self._question.setVisible(bool(question))
        for name in self._names:
            if name not in self._buttons:
                self._buttons[name] = self._make_button(name)
        for name, button in self._buttons.items():
            button.setVisible(name in self._names)
            button.setAccessibleDescription(question)
        self.show()
        self.shown_changed.emit()
