"""Says what a drawing is compared with: which samples, by what, and how far that can be relied on."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QWidget

from digitvision.recognition.models.model_card import ModelCard
from digitvision.ui.inside.inside_client import Compared

_MNIST = "mnist"
_DIGITS = "digits"


class NeighboursText(QLabel):
    """A few lines below the nearest samples or the map of classes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: ModelCard | None = None
        self._alphabet = ""
        self._on_map = False
        self._compared: Compared | None = None
        self._state = ""
        self.setWordWrap(True)
        self.setAccessibleName(self.tr("What the drawing is compared with"))

    def begin(self, card: ModelCard) -> None:
        """Another model's samples are to come."""
        self._card, self._compared, self._state = card, None, ""
        self._write()

    def set_alphabet(self, alphabet: str) -> None:
        """What is answered within."""
        self._alphabet = alphabet
        self._write()

    def set_map(self, on_map: bool) -> None:
        """Speak of the map, or of the nearest samples."""
        self._on_map = on_map
        self._write()

    @Slot(int, int)
    def show_progress(self, done: int, of: int) -> None:
        """So many samples are ready."""
        if self._compared is None:
            self._state = self.tr("The model reads the samples to compare with: {done:,} of {of:,} …").format(
                done=done, of=of
            )
            self._write()

    @Slot(str)
    def show_failure(self, sentence: str) -> None:
        """There is nothing to compare with."""
        self._state = sentence
        self._write()

    def show_compared(self, compared: Compared) -> None:
        """These are the samples."""
        self._compared, self._state = compared, ""
        self._write()

    def _write(self) -> None:
        self.setText(self._state or " ".join(self._sentences()))

    def _sentences(self) -> list[str]:
        if self._compared is None or self._card is None:
            return []
        gallery = self._compared.gallery
        learned = any(source.name.casefold() == _MNIST for source in self._card.data)
        mnist = (
            self.tr("{count:,} of MNIST's digits, which it was trained on, among others")
            if learned
            else self.tr("{count:,} of MNIST's digits, which it was not trained on")
        )
        told = [
            self.tr(
                "Compared with {mnist}, {shipped} drawings that came with the program and {own} of your own."
            ).format(
                mnist=mnist.format(count=gallery.count("mnist")),
                shipped=gallery.count("sample"),
                own=gallery.count("own"),
            )
        ]
        if self._alphabet != _DIGITS:
            told.append(
                self.tr("Samples of other classes may not come with the program: of those there are only your own.")
            )
        if not self._on_map:
            told.append(
                self.tr("The number is the cosine similarity of the features that enter the last layer; 1 is the most.")
            )
        elif self._compared.map is None:
            told.append(self.tr("There are too few classes for a map."))
        else:
            told.append(
                self.tr(
                    "Method: linear discriminant analysis, weighted by pairs of classes, of the features that enter "
                    "the last layer. Two dimensions cannot separate all classes that the network tells apart."
                )
            )
        if "trajectory" in self._card.views:
            told.append(self.tr("MNIST's samples have no pen's path, which sets drawings a little apart from them."))
        return told
