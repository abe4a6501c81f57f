"""The next best answers for a single character: a row of small buttons, the most probable first."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from digitvision.recognition.prediction import Candidate
from digitvision.ui.reading.reading_text import NEXT_CANDIDATES, unbroken_percent

SPACE_PX: Final = 6

PAUSE_MS: Final = 60
"""The buttons follow the bars after as long: nobody chooses while the pen is down, and the bars must not wait for them.
"""


class ChoiceRow(QWidget):
    """Offers candidates; as many are in sight as there is room for, and the row is hidden without any."""

    chosen = Signal(str)
    """LaTeX of the candidate that the user has chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._candidates: Sequence[Candidate] = ()
        self._waiting: Sequence[Candidate] = ()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._show_waiting)
        self._caption = QLabel(self.tr("Or"))
        self._buttons = [self._make_button(index) for index in range(NEXT_CANDIDATES)]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_PX)
        layout.addWidget(self._caption)
        for button in self._buttons:
            layout.addWidget(button)
        layout.addStretch(1)
        # The buttons that do not fit are hidden, so the row itself needs no width.
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        # The chart need not be laid out anew with every answer, and stays where it is.
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("Next best answers"))
        self.hide()

    def _make_button(self, index: int) -> QToolButton:
        button = QToolButton()
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.chosen.emit(self._candidates[index].latex))
        return button

    @property
    def buttons(self) -> list[QToolButton]:
        """The buttons in sight, the most probable answer first."""
        return [button for button in self._buttons if not button.isHidden()]

    def show_candidates(self, candidates: Sequence[Candidate]) -> None:
        """Offer these candidates, the first of them at most `NEXT_CANDIDATES`.

        They come once no others do for a moment, and those before stay until then; where there are none, the row is
        hidden at once.
        """
        self._waiting = candidates[: len(self._buttons)]
        if self._waiting:
            self._pause.start()
        else:
            self._pause.stop()
            self._show_waiting()

    @Slot()
    def _show_waiting(self) -> None:
        self._candidates = self._waiting
        for button, candidate in zip(self._buttons, self._candidates, strict=False):
            share = unbroken_percent(candidate.confidence)
            text = f"{candidate.text}  {share}".replace("&", "&&")
            if button.text() != text:
                button.setText(text)
                button.setAccessibleName(self.tr("Read it as {text}").format(text=candidate.text))
                button.setToolTip(self.tr("Read it as {text} ({share})").format(text=candidate.text, share=share))
        self._arrange()
        self.setVisible(bool(self._candidates))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Show as many buttons as there is room for, and at least one."""
        left = self.width() - self._caption.sizeHint().width()
        for index, button in enumerate(self._buttons):
            left -= button.sizeHint().width() + SPACE_PX
            button.setVisible(index < len(self._candidates) and (left >= 0 or index == 0))
