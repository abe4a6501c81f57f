"""Which model answers, and within which alphabet: loads what the user chooses, and remembers it in the settings."""

from PySide6.QtCore import QObject, Signal, Slot

from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.ui.reading.recognition_client import RecognitionClient
from digitvision.ui.settings import SettingsStore


class ModelChoice(QObject):
    """Has models loaded, and holds the one that answers.

    A model that the user chose stays as long as it answers within the chosen alphabet; otherwise the default of the
    alphabet answers. So a window that is opened again reads as it did before.
    """

    loading = Signal(str)
    """A model of this name is being loaded; the name is empty for the default of an alphabet."""
    changed = Signal(str)
    """Model or alphabet have changed, or could not be changed; then the sentence says why, else it is empty."""
    remembered = Signal()
    """The settings have changed."""

    def __init__(
        self,
        settings: SettingsStore,
        store: ModelStore,
        recognition: RecognitionClient,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._store = store
        self._recognition = recognition
        # The models asked for and loaded last; both are empty for the default of the alphabet.
        self._wanted = ""
        self._answering = ""
        self._is_users = False
        self.model: Model | None = None
        """The model that answers; None while none is loaded."""
        self.alphabet = ""
        """The alphabet that the model answers within, or that is being loaded."""
        recognition.model_loaded.connect(self._on_loaded)

    @property
    def alphabets(self) -> tuple[str, ...]:
        """The alphabets that can be chosen: those of all models in the library, and those of the current model."""
        known = self._store.alphabets()
        own = () if self.model is None else self.model.card.alphabet_names
        return (*known, *(name for name in own if name not in known))

    def start(self, model: str, alphabet: str) -> None:
        """Load the first model.

        Args:
            model: Name or folder; empty for the model in the settings, if it answers within `alphabet`.
            alphabet: Name of the alphabet; empty for the one in the settings.
        """
        wanted = model or self._settings.values.model
        if not model and alphabet and not self._answers(wanted, alphabet):
            wanted = ""
        self._wanted, self.alphabet = wanted, alphabet or self._settings.values.alphabet
        self._recognition.start(self._wanted, self.alphabet)

    @Slot(str)
    def use_model(self, name: str) -> None:
        """Let this model answer from now on, within the current alphabet or else the one that it is made for."""
        self._load(name, self.alphabet)

    @Slot(str, str)
    def follow(self, name: str, new_name: str) -> None:
        """Load a renamed model again if it is the one that answers."""
        if self.model is not None and self.model.name == name:
            self._load(new_name, self.alphabet)

    @Slot(str)
    def do_without(self, name: str) -> None:
        """Load the default of the alphabet if a removed model is the one that answers."""
        if self.model is not None and self.model.name == name:
            self._load("", self.alphabet)

    @Slot(str)
    def use_alphabet(self, name: str, *, keep: bool = True) -> None:
        """Answer within this alphabet from now on; `keep` says whether that is the user's choice for other drawings."""
        if name != self.alphabet:
            stays = self.model is not None and name in self.model.card.alphabet_names
            self._load(self._answering if stays else "", name, keep=keep)

    def _load(self, model: str, alphabet: str, *, keep: bool = True) -> None:
        self._is_users = keep
        self._wanted, self.alphabet = model, alphabet
        self.loading.emit(model)
        self._recognition.load(model, alphabet)

    def _answers(self, model: str, alphabet: str) -> bool:
        try:
            return bool(model) and alphabet in self._store.find(model).card.alphabet_names
        except ModelFault:
            return False

    @Slot(object, str, str)
    def _on_loaded(self, model: Model, alphabet: str, problem: str) -> None:
        self.model, self.alphabet = model, alphabet
        if not problem:
            self._answering = self._wanted
            # A choice on the command line holds for this window only.
            if self._is_users:
                self._settings.change(model=self._wanted, alphabet=alphabet)
                self.remembered.emit()
        self.changed.emit(problem)
