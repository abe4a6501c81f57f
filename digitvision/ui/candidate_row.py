"""What else an expression may be: a row of small typeset buttons, the next best first."""

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from digitvision.recognition.expression.typesetting import TypesetFormula
from digitvision.recognition.prediction import Candidate
from digitvision.ui.answer_words import unbroken_percent
from digitvision.ui.formula_picture import image_of

MOST: Final = 5
ICON_HEIGHTS_PX: Final = (22, 38)
"""Of the formulas on the buttons, where there is little room and where there is more."""

BUTTON_EDGE_PX: Final = 10
WIDEST_ICON_PX: Final = 240
LONGEST_TEXT: Final = 24
SPACE_PX: Final = 8


class CandidateRow(QWidget):
    """Offers the candidates after the first."""

    chosen = Signal(int)
    """The place of a candidate."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = QLabel(self.tr("Or"))
        self._buttons = [self._make_button(place) for place in range(1, MOST + 1)]
        self._formulas: dict[int, TypesetFormula] = {}
        self._candidates: Sequence[Candidate] = ()
        self._icon_height = ICON_HEIGHTS_PX[0]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_PX)
        layout.addWidget(self._caption)
        for button in self._buttons:
            layout.addWidget(button)
        layout.addStretch(1)
        self.set_roomy(False)

    def set_roomy(self, roomy: bool) -> None:
        """Whether there is room for larger buttons, on which fractions can be read."""
        self._icon_height = ICON_HEIGHTS_PX[roomy]
        for button in self._buttons:
            button.setFixedHeight(self._icon_height + BUTTON_EDGE_PX)
        self.setFixedHeight(self._icon_height + BUTTON_EDGE_PX)
        self._dress_all()

    def _make_button(self, place: int) -> QToolButton:
        button = QToolButton()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setText("0")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.chosen.emit(place))
        return button

    @property
    def buttons(self) -> list[QToolButton]:
        """The buttons in sight, the next best reading first."""
        return [button for button in self._buttons if not button.isHidden()]

    def clear(self) -> None:
        """Offer nothing."""
        self.show_candidates(())

    def show_candidates(self, candidates: Sequence[Candidate]) -> None:
        """Offer what comes after the first; as text until they are typeset."""
        if [one.latex for one in candidates] != [one.latex for one in self._candidates]:
            self._formulas = {}
        self._candidates = candidates
        self._dress_all()

    def show_formula(self, place: int, formula: TypesetFormula | None) -> None:
        """A candidate typeset; None leaves it as text."""
        if formula is not None and place < len(self._candidates) and place <= len(self._buttons):
            self._formulas[place] = formula
            self._dress(self._buttons[place - 1], place)
            self._arrange()

    def _dress_all(self) -> None:
        for place, button in enumerate(self._buttons, start=1):
            if place < len(self._candidates):
                self._dress(button, place)
        self._arrange()

    def _dress(self, button: QToolButton, place: int) -> None:
        candidate, formula = self._candidates[place], self._formulas.get(place)
        share = unbroken_percent(candidate.confidence)
        # Its own button would take the ampersand for a mnemonic.
        text = candidate.text.replace("&", "&&")
        short = text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
        button.setAccessibleName(self.tr("Read it as {text}").format(text=candidate.text))
        button.setToolTip(self.tr("Read it as {text} ({share})").format(text=candidate.text, share=share))
        if formula is None:
            button.setIcon(QIcon())
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setText(f"{short}   {share}")
            return
        size = QSize(round(formula.width), round(formula.height))
        room = QSize(WIDEST_ICON_PX, self._icon_height)
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        ratio = self.devicePixelRatioF()
        colour = self.palette().color(QPalette.ColorRole.ButtonText)
        scale = max(size.height() / formula.height, size.width() / formula.width) * ratio
        pixmap = QPixmap.fromImage(image_of(formula, scale=scale, colour=colour, ground=None))
        # In the picture's own size: in any other it would be blurred.
        shown = QSize(math.ceil(pixmap.width() / ratio), math.ceil(pixmap.height() / ratio))
        pixmap.setDevicePixelRatio(ratio)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIcon(QIcon(pixmap))
        button.setIconSize(shown)
        button.setText(f"  {share}")

    def _arrange(self) -> None:
        """Show as many as there is room for."""
        left = self.width() - self._caption.sizeHint().width()
        for place, button in enumerate(self._buttons, start=1):
            left -= button.sizeHint().width() + SPACE_PX
            button.setVisible(place < len(self._candidates) and (left >= 0 or place == 1))
        self._caption.setVisible(len(self._candidates) > 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress_all()
