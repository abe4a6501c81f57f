"""The text on what a drawing is compared with: which samples, by which measure, and with what limits."""

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
        """Show nothing, because the samples of another model are still to be gathered."""
        self._card, self._compared, self._state = card, None, ""
        self._refresh()

    def set_alphabet(self, alphabet: str) -> None:
        """Write for this alphabet, within which the model answers."""
        self._alphabet = alphabet
        self._refresh()

    def set_map(self, on_map: bool) -> None:
        """Write about the map, or about the nearest samples."""
        self._on_map = on_map
        self._refresh()

    @Slot(int, int)
    def show_progress(self, done: int, of: int) -> None:
        """Show how many samples are ready."""
        if self._compared is None:
            self._state = self.tr("The model reads the samples to compare with: {done:,} of {of:,} …").format(
                done=done, of=of
            )
            self._refresh()

    @Slot(str)
    def show_failure(self, sentence: str) -> None:
        """Show why there is nothing to compare with."""
        self._state = sentence
        self._refresh()

    def show_compared(self, compared: Compared) -> None:
        """Describe these samples."""
        self._compared, self._state = compared, ""
        self._refresh()

    def _refresh(self) -> None:
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
        sentences = [
            self.tr(
                "Compared with {mnist}, {shipped} drawings that came with the program and {own} of your own."
            ).format(
                mnist=mnist.format(count=gallery.count("mnist")),
                shipped=gallery.count("sample"),
                own=gallery.count("own"),
            )
        ]
        if self._alphabet != _DIGITS:
            sentences.append(
                self.tr("Samples of other classes may not come with the program: of those there are only your own.")
            )
        if not self._on_map:
            sentences.append(
                self.tr("The number is the cosine similarity of the features that enter the last layer; 1 is the most.")
            )
        elif self._compared.map is None:
            sentences.append(self.tr("There are too few classes for a map."))
        else:
            sentences.append(
                self.tr(
                    "Method: linear discriminant analysis, weighted by pairs of classes, of the features that enter "
                    "the last layer. Two dimensions cannot separate all classes that the network tells apart."
                )
            )
        if "trajectory" in self._card.views:
            sentences.append(
                self.tr("MNIST's samples have no pen's path, which sets drawings a little apart from them.")
            )
        return sentences
