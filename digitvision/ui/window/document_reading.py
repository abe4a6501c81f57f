"""How the drawing in the window is read goes with the drawing: into its file, its journal, and back."""

from PySide6.QtCore import QObject, Slot

from digitvision.recognition.alphabets import ALPHABETS
from digitvision.ui.document.document import Document
from digitvision.ui.models.model_choice import ModelChoice
from digitvision.ui.reading.reading_kinds import READINGS
from digitvision.ui.window.window_readings import WindowReadings


class DocumentReading(QObject):
    """Notes kind of reading and alphabet in the document, and uses those of a drawing that is opened.

    The user's choice for new drawings stays: a file that was opened decides for itself only.
    """

    def __init__(self, document: Document, readings: WindowReadings, choice: ModelChoice, parent: QObject) -> None:
        """Note nothing before `start`.

        Args:
            document: The content of the canvas.
            readings: Kind of reading, and alphabet of lines.
            choice: Alphabet of single characters.
            parent: The object's.
        """
        super().__init__(parent)
        self._document = document
        self._readings = readings
        self._choice = choice
        self._pinned = False
        self._noting = False
        readings.chosen.connect(self._note)
        readings.alphabet_changed.connect(self._note)
        choice.loading.connect(self._note)
        choice.changed.connect(self._note)
        document.replaced.connect(self._follow)

    def start(self, *, pinned: bool) -> None:
        """Begin, once the kind of reading is known that the window starts with.

        Args:
            pinned: Whether the command line has said how to read: then the first drawing is read so, whatever it says.
        """
        self._pinned = pinned
        self._noting = True
        self._note()

    @Slot()
    def _note(self, *_: object) -> None:
        if self._noting:
            self._document.remember(reading=self._readings.reading, alphabet=self._alphabet)

    @property
    def _alphabet(self) -> str:
        if not READINGS[self._readings.reading].alphabets:
            return ""
        return self._readings.alphabet if self._readings.has_alphabet else self._choice.alphabet

    @Slot()
    def _follow(self) -> None:
        """Read a drawing as it was read when it was kept, as far as that can be had."""
        settings, pinned = self._document.settings, self._pinned
        self._pinned = False
        if not pinned and self._noting:
            self._noting = False
            self._readings.follow(settings.reading)
            if self._readings.has_alphabet:
                if settings.alphabet in ALPHABETS:
                    self._readings.use_alphabet(settings.alphabet, keep=False)
            elif READINGS[self._readings.reading].alphabets and settings.alphabet in self._choice.alphabets:
                self._choice.use_alphabet(settings.alphabet, keep=False)
            self._noting = True
        self._note()
