"""Recognition off the window's thread: newest wins, at most one request in flight and one waiting."""

import logging
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QThread, Signal, Slot

from digitvision.faults import Fault
from digitvision.ink.stroke import Drawing
from digitvision.recognition.modelcard import ModelFault
from digitvision.recognition.modelstore import Model, ModelStore
from digitvision.recognition.prediction import Reading
from digitvision.recognition.reader import read_character, read_character_picture
from digitvision.recognition.recognizer import Recognizer
from digitvision.ui.document import Picture

SHUTDOWN_LIMIT_MS: Final = 3000
"""Longest wait for the thread at the end; an answer takes a thousandth of it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class RecognitionRequest:
    """What to read; `revision` tells whether the answer is still wanted, `live` that the pen is still down."""

    revision: int
    content: Drawing | Picture
    live: bool


@dataclass(frozen=True, slots=True, eq=False)
class RecognitionAnswer:
    revision: int
    reading: Reading
    live: bool


class RecognitionWorker(QObject):
    """Lives in the recognition thread, loads the model there and answers."""

    loaded = Signal(object, str, str)
    """The `Model` that answers from now on, its alphabet's name, and a sentence when it is not the one asked for."""
    failed = Signal(str)
    """No model answers; the sentence says why."""
    answered = Signal(object)
    """A `RecognitionAnswer`, or None when reading failed."""

    def __init__(self, store: ModelStore) -> None:
        super().__init__()
        self._store = store
        self._recognizer: Recognizer | None = None

    @Slot(str, str)
    def load(self, name: str, alphabet: str) -> None:
        """Load a model; when that fails go on with the one before, or else with one that came with the program.

        Args:
            name: Of the model, or its folder; the alphabet's default when empty.
            alphabet: To answer within; a named model that does not know it answers within the one it is made for.
        """
        try:
            self._recognizer = self._recognizer_of(name, alphabet)
        except Fault as error:
            self._fall_back(str(error), alphabet)
        else:
            self._tell_loaded(self._recognizer, "")

    def _recognizer_of(self, name: str, alphabet: str) -> Recognizer:
        if not name:
            return Recognizer(self._store.for_alphabet(alphabet or None), alphabet or None)
        model = self._store.find(name)
        return Recognizer(model, alphabet if alphabet in model.card.alphabet_names else None)

    def _fall_back(self, problem: str, alphabet: str) -> None:
        _log.warning("%s", problem)
        failure = ""
        for wanted in (alphabet or None, None):
            if self._recognizer is None:
                try:
                    self._recognizer = Recognizer(self._store.bundled_default(wanted), wanted)
                except ModelFault as error:
                    failure = str(error)
        if self._recognizer is None:
            self.failed.emit(f"{problem} {failure}" if failure not in problem else problem)
        else:
            self._tell_loaded(self._recognizer, f"{problem} “{self._recognizer.model.name}” answers instead.")

    def _tell_loaded(self, recognizer: Recognizer, problem: str) -> None:
        self.loaded.emit(recognizer.model, recognizer.alphabet.name, problem)

    @Slot(object)
    def answer(self, request: RecognitionRequest) -> None:
        if self._recognizer is None:
            self.answered.emit(None)
            return
        try:
            if isinstance(request.content, Picture):
                reading = read_character_picture(self._recognizer, request.content.ink)
            else:
                reading = read_character(self._recognizer, request.content)
        except Exception:
            # The client must hear of it, or its slot would stay taken; the error itself goes to the log and dialog.
            self.answered.emit(None)
            raise
        self.answered.emit(RecognitionAnswer(request.revision, reading, request.live))


class RecognitionClient(QObject):
    """The window's side: asks, drops what is out of date, and owns the thread.

    Requests wait while the model is loading; then the newest is answered.
    """

    recognized = Signal(object, bool)
    """A `Reading` of what is on the canvas now, and whether the pen is still down."""
    model_loaded = Signal(object, str, str)
    """The `Model` that answers from now on, its alphabet's name, and a sentence when it is not the one asked for."""
    load_failed = Signal(str)

    _load_requested = Signal(str, str)
    _answer_requested = Signal(object)

    def __init__(self, worker: RecognitionWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._revision = 0
        self._wanted_since = 0
        self._ready = False
        self._loading = 0
        self._in_flight = False
        self._waiting: RecognitionRequest | None = None
        self._worker = worker
        self._recognition_thread = QThread()
        self._recognition_thread.setObjectName("recognition")
        worker.moveToThread(self._recognition_thread)
        self._load_requested.connect(worker.load)
        self._answer_requested.connect(worker.answer)
        worker.loaded.connect(self._on_loaded)
        worker.failed.connect(self._on_failed)
        worker.answered.connect(self._on_answered)

    @property
    def idle(self) -> bool:
        """Whether everything that was asked is answered."""
        return self._ready and not self._in_flight and self._waiting is None

    def start(self, model_name: str, alphabet: str = "") -> None:
        """Start the thread and load the first model."""
        self._recognition_thread.start()
        self.load(model_name, alphabet)

    def load(self, model_name: str, alphabet: str = "") -> None:
        """Change the model or its alphabet; requests from now on are answered by it. See `RecognitionWorker.load`."""
        self._ready = False
        self._loading += 1
        self._load_requested.emit(model_name, alphabet)

    def request(self, content: Drawing | Picture, *, live: bool) -> None:
        """Have this read; it takes the place of whatever was waiting."""
        self._revision += 1
        if not live:
            self._wanted_since = self._revision
        self._waiting = RecognitionRequest(self._revision, content, live)
        self._send()

    def forget(self) -> None:
        """Nothing is to be read; answers on their way are dropped."""
        self._revision += 1
        self._wanted_since = self._revision
        self._waiting = None

    def shut_down(self) -> None:
        """End the thread; it is gone when this returns."""
        self.forget()
        self._recognition_thread.quit()
        if not self._recognition_thread.wait(SHUTDOWN_LIMIT_MS):
            _log.error("The recognition thread did not end in time.")
            self._recognition_thread.wait()

    def _send(self) -> None:
        if self._ready and not self._in_flight and self._waiting is not None:
            self._in_flight = True
            request, self._waiting = self._waiting, None
            self._answer_requested.emit(request)

    @Slot(object, str, str)
    def _on_loaded(self, model: Model, alphabet: str, problem: str) -> None:
        self._loading -= 1
        # Of several loads in a row the last counts; it ends with a model that answers, if any of them did.
        if not self._loading:
            self._ready = True
            self.model_loaded.emit(model, alphabet, problem)
            self._send()

    @Slot(str)
    def _on_failed(self, problem: str) -> None:
        self._loading -= 1
        self.load_failed.emit(problem)

    @Slot(object)
    def _on_answered(self, answer: RecognitionAnswer | None) -> None:
        self._in_flight = False
        # While the pen is down each answer is shown, or on a slow machine none ever would be; after it, the last only.
        if answer is not None and answer.revision >= self._wanted_since:
            self.recognized.emit(answer.reading, answer.live)
        self._send()
