"""The other candidates of an expression: a row of small buttons with typeset formulas, the next best first."""

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QImage, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from digitvision.recognition.expression.notation.typesetting import TypesetDifference, TypesetFormula
from digitvision.recognition.prediction import Candidate
from digitvision.ui.answer.formula_image import image_of
from digitvision.ui.answer.text_image import image_of_text, marked_characters
from digitvision.ui.reading.reading_text import unbroken_percent
from digitvision.ui.theme import accent

MOST: Final = 5
"""Largest number of buttons."""

ICON_HEIGHTS_PX: Final = (22, 38, 56)
"""Heights of the formulas on the buttons, from little room to much."""

BUTTON_EDGE_PX: Final = 10
WIDEST_ICON_PX: Final = 240
WIDEST_SHARE: Final = 0.125
"""Share of the row's width that an icon may have, where that is more than `WIDEST_ICON_PX`."""

READABLE: Final = 0.8
"""Smallest scale of a typeset formula at which superscripts are read at a glance. A formula that would have to be
smaller is shown in a shorter form."""

LEGIBLE: Final = 0.55
"""Smallest scale where no shorter form is readable; below it the formula is shown as text."""

FEWEST_SIGNS: Final = 3
"""Fewest signs that say what a reading is."""

MARK_ALPHA: Final = 80
TEXT_PX: Final = 18
"""Height of letters in words, which are not typeset; they look as large as typeset ones."""

PATIENCE_MS: Final = 250
"""How long the old candidates stay while the new ones are typeset: all change at once, and nothing flickers."""

SPACE_PX: Final = 8


class CandidateRow(QWidget):
    """Offers the candidates after the first, once they are typeset."""

    chosen = Signal(int)
    """Index of a candidate."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = QLabel(self.tr("Or"))
        self._buttons = [self._make_button(index) for index in range(1, MOST + 1)]
        self._candidates: Sequence[Candidate] = ()
        self._formulas: dict[int, TypesetDifference | None] = {}
        self._seen: dict[int, bytes] = {}
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
        """Set how high a formula on a button may be."""
        self._icon_height = height
        for button in self._buttons:
            button.setFixedHeight(self._icon_height + BUTTON_EDGE_PX)
        self.setFixedHeight(self._icon_height + BUTTON_EDGE_PX)
        self._dress_all()

    def _make_button(self, index: int) -> QToolButton:
        button = QToolButton()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setText("0")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._choose(index))
        return button

    @property
    def buttons(self) -> list[QToolButton]:
        """The buttons in sight, the next best reading first."""
        return [button for button in self._buttons if not button.isHidden()]

    def clear(self) -> None:
        """Show no candidates."""
        self.show_candidates(())

    def show_candidates(self, candidates: Sequence[Candidate]) -> None:
        """Show the candidates after the first, once `show_formula` was called for each, or after `PATIENCE_MS`.

        The candidates before stay in sight until then, but cannot be chosen any more. A candidate that is not typeset
        in time is shown as text.
        """
        before, formulas = self._candidates, self._formulas
        if self._coming is not None:
            before, formulas = self._coming, self._coming_formulas
        same = [one.latex for one in candidates] == [one.latex for one in before]
        self._coming, self._coming_formulas = candidates, dict(formulas) if same else {}
        self._patience.start()
        self._change_if_complete()

    def show_formula(self, index: int, formula: TypesetDifference | None) -> None:
        """Set how a candidate is typeset, with its difference from the first one; None for text."""
        if self._coming is not None:
            self._coming_formulas[index] = formula
            self._change_if_complete()
        elif index < len(self._candidates) and index <= len(self._buttons):
            self._formulas[index] = formula
            self._dress(self._buttons[index - 1], index)
            self._arrange()

    def _change_if_complete(self) -> None:
        shown = range(1, min(len(self._coming or ()), len(self._buttons) + 1))
        if all(index in self._coming_formulas for index in shown):
            self._change()

    @Slot()
    def _change(self) -> None:
        """Show the new candidates, those that are not typeset yet as text."""
        self._patience.stop()
        if self._coming is not None:
            self._candidates, self._formulas = self._coming, self._coming_formulas
            self._coming, self._coming_formulas = None, {}
            self._dress_all()

    def _choose(self, index: int) -> None:
        # While new candidates are on their way, those in sight are out of date.
        if self._coming is None:
            self.chosen.emit(index)

    def _dress_all(self) -> None:
        for index, button in enumerate(self._buttons, start=1):
            if index < len(self._candidates):
                self._dress(button, index)
        self._arrange()

    def _dress(self, button: QToolButton, index: int) -> None:
        candidate, formula = self._candidates[index], self._formulas.get(index)
        share = unbroken_percent(candidate.confidence)
        button.setAccessibleName(self.tr("Read it as {text}").format(text=candidate.text))
        button.setToolTip(self.tr("Read it as {text} ({share})").format(text=candidate.text, share=share))
        ratio = self.devicePixelRatioF()
        self._seen.pop(index, None)
        image = None if formula is None else self._formula_image(index, formula, ratio)
        pixmap = QPixmap.fromImage(self._text_image(candidate.text, ratio) if image is None else image)
        # In the picture's own size, because in any other it would be blurred.
        shown = QSize(math.ceil(pixmap.width() / ratio), math.ceil(pixmap.height() / ratio))
        pixmap.setDevicePixelRatio(ratio)
        button.setIcon(QIcon(pixmap))
        button.setIconSize(shown)
        button.setText(f"  {share}")

    def _formula_image(self, index: int, formula: TypesetDifference, ratio: float) -> QImage | None:
        """Return the picture of a candidate; None where it would be too small to be read, or look like another one."""
        before = [svg for other, svg in self._seen.items() if other < index]
        forms = [form for form in formula.forms if form.svg not in before]
        form, scale = self._form_and_scale(forms or formula.forms)
        if scale < LEGIBLE:
            return None
        self._seen[index] = form.svg
        changed = formula.changed & form.rectangles.keys()
        # Where every symbol is different, marks would say nothing.
        marked = changed if changed != form.rectangles.keys() else frozenset[int]()
        colour, mark = self._colours()
        return image_of(form, scale=scale * ratio, colour=colour, ground=None, marked=marked, mark=mark)

    def _text_image(self, text: str, ratio: float) -> QImage:
        font = self.font()
        font.setPixelSize(TEXT_PX)
        colour, mark = self._colours()
        characters = marked_characters(text, self._candidates[0].text)
        return image_of_text(characters, font=font, ratio=ratio, colour=colour, mark=mark)

    def _colours(self) -> tuple[QColor, QColor]:
        """Return the colour of text and formulas, and the colour behind what is different."""
        mark = QColor(accent(self.palette()))
        mark.setAlpha(MARK_ALPHA)
        return self.palette().color(QPalette.ColorRole.ButtonText), mark

    def _form_and_scale(self, forms: Sequence[TypesetFormula]) -> tuple[TypesetFormula, float]:
        """Return the longest form that is readable in the room that there is, or the largest one, and its scale.

        A sign or two beside dots could be anything: the longest form that is at least legible says more.
        """
        widest = max(WIDEST_ICON_PX, self.width() * WIDEST_SHARE)
        sized = [(form, min(1.0, widest / form.width, self._icon_height / form.height)) for form in forms]
        best = next((one for one in sized if one[1] >= READABLE), max(sized, key=lambda one: one[1]))
        if len(best[0].rectangles) < FEWEST_SIGNS:
            return next((one for one in sized if one[1] >= LEGIBLE), best)
        return best

    def _arrange(self) -> None:
        """Show as many buttons as there is room for."""
        left = self.width() - self._caption.sizeHint().width()
        for index, button in enumerate(self._buttons, start=1):
            left -= button.sizeHint().width() + SPACE_PX
            button.setVisible(index < len(self._candidates) and (left >= 0 or index == 1))
        self._caption.setVisible(len(self._candidates) > 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._dress_all()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress_all()
