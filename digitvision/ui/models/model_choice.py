"""Which model answers, and within which alphabet: what was chosen, what came of it, and what is remembered."""

from PySide6.QtCore import QObject, Signal, Slot

from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.ui.reading.recognition_worker import RecognitionClient
from digitvision.ui.settings import SettingsStore


class ModelChoice(QObject):
    """Has models loaded, and knows the one that answers.

    A model that the user chose stays as long as it answers within the chosen alphabet; else the alphabet's default
    answers, so that a window that is opened again reads as it did.
    """

    loading = Signal(str)
    """A model of this name is being loaded; empty for an alphabet's default."""
    changed = Signal(str)
    """Model or alphabet are others, or stayed against the wish; then the sentence says why."""
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
        # Both are empty for the default of the alphabet.
        self._wanted = ""
        self._answering = ""
        self._is_users = False
        self.model: Model | None = None
        """The model that answers; None while none is loaded."""
        self.alphabet = ""
        """The alphabet that is answered within, or that is being loaded."""
        recognition.model_loaded.connect(self._on_loaded)

    @property
    def alphabets(self) -> tuple[str, ...]:
        """The alphabets that can be chosen: those that some model knows, and the present model's own."""
        known = self._store.alphabets()
        own = () if self.model is None else self.model.card.alphabet_names
        return (*known, *(name for name in own if name not in known))

    def start(self, model: str, alphabet: str) -> None:
        """Load the first model.

        Args:
            model: Name or folder; empty for the user's, as far as it answers within an alphabet that is asked for.
            alphabet: Empty for the user's.
        """
        wanted = model or self._settings.values.model
        if not model and alphabet and not self._answers(wanted, alphabet):
            wanted = ""
        self._wanted, self.alphabet = wanted, alphabet or self._settings.values.alphabet
        self._recognition.start(self._wanted, self.alphabet)

    @Slot(str)
    def use_model(self, name: str) -> None:
        """Have this model answer from now on, within the present alphabet or else the one that it is made for."""
        self._load(name, self.alphabet)

    @Slot(str, str)
    def follow(self, name: str, new_name: str) -> None:
        """A model was renamed: it goes on answering if it did."""
        if self.model is not None and self.model.name == name:
            self._load(new_name, self.alphabet)

    @Slot(str)
    def do_without(self, name: str) -> None:
        """A model was removed: the alphabet's default answers in its place."""
        if self.model is not None and self.model.name == name:
            self._load("", self.alphabet)

    @Slot(str)
    def use_alphabet(self, name: str) -> None:
        """Answer within this alphabet from now on."""
        if name != self.alphabet:
            stays = self.model is not None and name in self.model.card.alphabet_names
            self._load(self._answering if stays else "", name)

    def _load(self, model: str, alphabet: str) -> None:
        self._is_users = True
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
            # What the command line asked for is for this window only.
            if self._is_users:
                self._settings.change(model=self._wanted, alphabet=alphabet)
                self.remembered.emit()
        self.changed.emit(problem)
