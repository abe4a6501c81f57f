"""A field with a number of the chosen row: stepped up and down, it shows what the page would come to."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QWidget

from digitvision.recognition.calculation.page_rows import page_rows
from digitvision.recognition.calculation.scrubbing import WrittenNumber, numbers_of
from digitvision.recognition.prediction import RowReading

FAST: Final = 10
FINE: Final = Fraction(1, 10)
"""Steps for one of these, with Shift and with Alt."""

WIDTH_PX: Final = 110
LONGEST: Final = 14
"""Number of characters that a number has at most; a longer one is not stepped further."""

_STEPS: Final = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_PageUp: FAST,
    Qt.Key.Key_PageDown: -FAST,
}


class NumberField(QAbstractSpinBox):
    """Steps one number of a row. When it is left, everything is again what is written."""

    changed = Signal(object, object)
    """Indices of the number's symbols in the row's tree, and what it is now, a `Fraction`."""
    left = Signal()
    """The numbers are what is written."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: Sequence[WrittenNumber] = ()
        self._index = 0
        self._value: Fraction | None = None
        self.lineEdit().setReadOnly(True)
        self.setFixedWidth(WIDTH_PX)
        self.setAccessibleName(self.tr("Number of this row"))
        self.setToolTip(
            self.tr(
                "Try another number: Up and Down change it, with Shift by tens and with Alt by tenths; Left and Right "
                "choose another number of the row. Esc shows again what you wrote."
            )
        )
        self.hide()

    @property
    def value(self) -> Fraction | None:
        """What the number is now; None while it is what is written."""
        return self._value

    def show_row(self, row: RowReading | None) -> None:
        """Offer the numbers of this row, the first one first; without any the field is hidden."""
        tree = None if row is None else row.reading.tree
        # Words have no value that could follow.
        has_value = row is not None and tree is not None and page_rows([row])[0].has_value
        numbers = numbers_of(tree) if tree is not None and has_value else ()
        if [one.symbols for one in numbers] != [one.symbols for one in self._numbers]:
            self._index = 0
        self._numbers = numbers
        self.setVisible(bool(numbers))
        self.let_go()

    def let_go(self) -> None:
        """Show the number as it is written; nobody is told."""
        self._value = None
        self._show()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag
        return flags.StepUpEnabled | flags.StepDownEnabled if self._numbers else flags.StepNone

    def stepBy(self, steps: int) -> None:
        """Step the number by this number of its last decimal places, by tens with Shift and by tenths with Alt."""
        self._step(steps * pace(QApplication.keyboardModifiers()))

    def _step(self, steps: Fraction) -> None:
        if not self._numbers:
            return
        number = self._numbers[self._index]
        value = (number.value if self._value is None else self._value) + steps * number.step
        if len(number_text(value)) <= LONGEST:
            self._value = value
            self._show()
            self.changed.emit(number.symbols, value)

    def _choose(self, index: int) -> None:
        self._leave()
        self._index = index % len(self._numbers)
        self._show()

    def _leave(self) -> None:
        scrubbed = self._value is not None
        self.let_go()
        if scrubbed:
            self.left.emit()

    def _show(self) -> None:
        if not self._numbers:
            self.lineEdit().clear()
            return
        number = self._numbers[self._index]
        text, count = number_text(number.value if self._value is None else self._value), len(self._numbers)
        place = self.tr("{place} of {count}").format(place=self._index + 1, count=count)
        self.lineEdit().setText(text if count == 1 else f"{text}  ({place})")
        self.lineEdit().setCursorPosition(0)
        self.setAccessibleDescription(self.tr("Number {place}: {text}").format(place=place, text=text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = Qt.Key(event.key()), event.modifiers()
        if self._numbers and key in _STEPS:
            self._step(_STEPS[key] * pace(keys))
        elif self._numbers and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._choose(self._index + (1 if key == Qt.Key.Key_Right else -1))
        elif key == Qt.Key.Key_Escape and self._value is not None:
            self._leave()
        else:
            # Letters are keys of tools, also here.
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._leave()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Nobody who scrolls past it means the number.
        event.ignore()


def number_text(value: Fraction) -> str:
    """Return a number that ends in decimals as text, with a minus sign as it is printed."""
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    return text.replace("-", "−")


def pace(modifiers: Qt.KeyboardModifier) -> Fraction:
    """Return how many steps are taken at once with these keys held."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return Fraction(FAST)
    return FINE if modifiers & Qt.KeyboardModifier.AltModifier else Fraction(1)
