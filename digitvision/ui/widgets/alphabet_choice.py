"""The choice of an alphabet, and the alphabets' names on screen."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from digitvision.ui.widgets.choice_box import ChoiceBox


def alphabet_title(name: str) -> str:
    """Return an alphabet's name on screen; an alphabet that a model defines keeps its name."""
    translate = QCoreApplication.translate
    titles = {
        "digits": translate("Alphabets", "Digits"),
        "upper": translate("Alphabets", "Capitals"),
        "lower": translate("Alphabets", "Small letters"),
        "letters": translate("Alphabets", "Letters"),
        "math": translate("Alphabets", "Mathematics"),
        "all": translate("Alphabets", "Everything"),
    }
    return titles.get(name, name)


class AlphabetChoice(QWidget):
    """A label and a box with the alphabets that some model answers within."""

    chosen = Signal(str)
    """Name of the alphabet that the user has chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = ChoiceBox()
        self._box.setAccessibleName(self.tr("Alphabet"))
        self._box.setToolTip(self.tr("What may be written: the answer is one of the alphabet's symbols"))
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        # A click leaves the focus with the canvas.
        self._box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._box.activated.connect(self._choose)
        label = QLabel(self.tr("&Alphabet"))
        label.setBuddy(self._box)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 16, 2)
        layout.setSpacing(8)
        layout.addWidget(label)
        layout.addWidget(self._box)

    def show_alphabets(self, names: Sequence[str], current: str) -> None:
        """List these alphabets; `current` is the one in use."""
        if [self._box.itemData(row) for row in range(self._box.count())] != list(names):
            self._box.clear()
            for name in names:
                self._box.addItem(alphabet_title(name), name)
        self._box.setCurrentIndex(self._box.findData(current))

    @Slot(int)
    def _choose(self, row: int) -> None:
        self.chosen.emit(self._box.itemData(row))
