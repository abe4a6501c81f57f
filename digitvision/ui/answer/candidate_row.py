"""What else an expression may be: a row of small typeset buttons, the next best first."""

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QImage, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from digitvision.recognition.expression.notation.typesetting import TypesetDifference, TypesetFormula
from digitvision.recognition.prediction import Candidate
from digitvision.ui.answer.formula_image import image_of
from digitvision.ui.answer.text_image import image_of_text, marked_signs
from digitvision.ui.reading.reading_text import unbroken_percent
from digitvision.ui.theme import accent

MOST: Final = 5
ICON_HEIGHTS_PX: Final = (22, 38, 56)
"""Of the formulas on the buttons, where there is little room and where there is more."""

BUTTON_EDGE_PX: Final = 10
WIDEST_ICON_PX: Final = 240
WIDEST_SHARE: Final = 0.125
"""Of the row's width: the same where the window is large."""

READABLE: Final = 0.8
"""Of the size in which formulas are typeset: the least in which exponents are read at a glance. What would have to be
smaller gives way to a shorter form."""

LEGIBLE: Final = 0.55
"""The same where no shorter form is readable, such as of integrals in little room: below this it is shown as text."""

MARK_ALPHA: Final = 80
TEXT_PX: Final = 18
"""Height of letters in words, which are not typeset: as large as typeset ones look."""

PATIENCE_MS: Final = 250
"""So long the readings before stay while new ones are typeset: all change at once, and nothing flickers."""

SPACE_PX: Final = 8


class CandidateRow(QWidget):
    """Offers the candidates after the first, once they are typeset."""

    chosen = Signal(int)
    """The place of a candidate."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = QLabel(self.tr("Or"))
        self._buttons = [self._make_button(place) for place in range(1, MOST + 1)]
        self._candidates: Sequence[Candidate] = ()
        self._formulas: dict[int, TypesetDifference | None] = {}
        self._coming: Sequence[Candidate] | None = None
        self._coming_formulas: dict[int, TypesetDifference | None] = {}
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._change)
        self._icon_height = ICON_HEIGHTS_PX[0]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_PX)
        layout.addWidget(self._caption)
        for button in self._buttons:
            layout.addWidget(button)
        layout.addStretch(1)
        self.set_icon_height(ICON_HEIGHTS_PX[0])

    def set_icon_height(self, height: int) -> None:
        """How high a formula on a button may be: the more room, the less has to be left out."""
        self._icon_height = height
        for button in self._buttons:
            button.setFixedHeight(self._icon_height + BUTTON_EDGE_PX)
        self.setFixedHeight(self._icon_height + BUTTON_EDGE_PX)
        self._dress_all()

    def _make_button(self, place: int) -> QToolButton:
        button = QToolButton()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setText("0")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._choose(place))
        return button

    @property
    def buttons(self) -> list[QToolButton]:
        """The buttons in sight, the next best reading first."""
        return [button for button in self._buttons if not button.isHidden()]

    def clear(self) -> None:
        """Offer nothing."""
        self.show_candidates(())

    def show_candidates(self, candidates: Sequence[Candidate]) -> None:
        """Offer what comes after the first, when `show_formula` has told of each; after a while the rest as text.

        What was offered before stays in sight until then, but cannot be chosen any more.
        """
        before, formulas = self._candidates, self._formulas
        if self._coming is not None:
            before, formulas = self._coming, self._coming_formulas
        same = [one.latex for one in candidates] == [one.latex for one in before]
        self._coming, self._coming_formulas = candidates, dict(formulas) if same else {}
        self._patience.start()
        self._change_if_complete()

    def show_formula(self, place: int, formula: TypesetDifference | None) -> None:
        """A candidate typeset beside the first one; None leaves it as text."""
        if self._coming is not None:
            self._coming_formulas[place] = formula
            self._change_if_complete()
        elif place < len(self._candidates) and place <= len(self._buttons):
            self._formulas[place] = formula
            self._dress(self._buttons[place - 1], place)
            self._arrange()

    def _change_if_complete(self) -> None:
        shown = range(1, min(len(self._coming or ()), len(self._buttons) + 1))
        if all(place in self._coming_formulas for place in shown):
            self._change()

    @Slot()
    def _change(self) -> None:
        """Offer what was coming, as far as it is typeset."""
        self._patience.stop()
        if self._coming is not None:
            self._candidates, self._formulas = self._coming, self._coming_formulas
            self._coming, self._coming_formulas = None, {}
            self._dress_all()

    def _choose(self, place: int) -> None:
        # Of the readings before, nothing is left to be chosen.
        if self._coming is None:
            self.chosen.emit(place)

    def _dress_all(self) -> None:
        for place, button in enumerate(self._buttons, start=1):
            if place < len(self._candidates):
                self._dress(button, place)
        self._arrange()

    def _dress(self, button: QToolButton, place: int) -> None:
        candidate, formula = self._candidates[place], self._formulas.get(place)
        share = unbroken_percent(candidate.confidence)
        button.setAccessibleName(self.tr("Read it as {text}").format(text=candidate.text))
        button.setToolTip(self.tr("Read it as {text} ({share})").format(text=candidate.text, share=share))
        ratio = self.devicePixelRatioF()
        image = None if formula is None else self._formula_image(formula, ratio)
        pixmap = QPixmap.fromImage(self._text_image(candidate.text, ratio) if image is None else image)
        # In the picture's own size: in any other it would be blurred.
        shown = QSize(math.ceil(pixmap.width() / ratio), math.ceil(pixmap.height() / ratio))
        pixmap.setDevicePixelRatio(ratio)
        button.setIcon(QIcon(pixmap))
        button.setIconSize(shown)
        button.setText(f"  {share}")

    def _formula_image(self, formula: TypesetDifference, ratio: float) -> QImage | None:
        """None for what nobody could read in the room that there is."""
        form, scale = self._form_and_scale(formula)
        if scale < LEGIBLE:
            return None
        changed = formula.changed & form.places.keys()
        # Where all of it is different, a mark would say nothing.
        marked = changed if changed != form.places.keys() else frozenset[int]()
        colour, mark = self._colours()
        return image_of(form, scale=scale * ratio, colour=colour, ground=None, marked=marked, mark=mark)

    def _text_image(self, text: str, ratio: float) -> QImage:
        font = self.font()
        font.setPixelSize(TEXT_PX)
        colour, mark = self._colours()
        signs = marked_signs(text, self._candidates[0].text)
        return image_of_text(signs, font=font, ratio=ratio, colour=colour, mark=mark)

    def _colours(self) -> tuple[QColor, QColor]:
        """Of what is read, and of what lies behind that which is different."""
        mark = QColor(accent(self.palette()))
        mark.setAlpha(MARK_ALPHA)
        return self.palette().color(QPalette.ColorRole.ButtonText), mark

    def _form_and_scale(self, formula: TypesetDifference) -> tuple[TypesetFormula, float]:
        """The first form that can be read in the room that there is, or the one that can be read best."""
        widest = max(WIDEST_ICON_PX, self.width() * WIDEST_SHARE)
        sized = [(form, min(1.0, widest / form.width, self._icon_height / form.height)) for form in formula.forms]
        return next((one for one in sized if one[1] >= READABLE), max(sized, key=lambda one: one[1]))

    def _arrange(self) -> None:
        """Show as many as there is room for."""
        left = self.width() - self._caption.sizeHint().width()
        for place, button in enumerate(self._buttons, start=1):
            left -= button.sizeHint().width() + SPACE_PX
            button.setVisible(place < len(self._candidates) and (left >= 0 or place == 1))
        self._caption.setVisible(len(self._candidates) > 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._dress_all()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress_all()
