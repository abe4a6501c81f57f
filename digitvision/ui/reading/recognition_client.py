"""The client of recognition in the window's thread: at most one request is in flight and one waits, the newest."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.models.model_card import CHARACTER
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.prediction import Reading
from digitvision.ui.document.document import NO_CORRECTIONS, Picture
from digitvision.ui.reading.reading_kinds import PLAIN_READING, READINGS
from digitvision.ui.reading.recognition_worker import RecognitionAnswer, RecognitionRequest, RecognitionWorker
from digitvision.ui.reading.typesetting import TypesettingRequest, requests_for, words_in

SHUTDOWN_LIMIT_MS: Final = 3000
"""Longest wait for the thread at the end; an answer takes about a thousandth of it."""

VALUES_FIRST_MS: Final = 15
"""How long a page that is not read in full waits after its first answer: what the row that was written on comes to is
worked out in the meantime, and typeset before other rows are read."""

_log = logging.getLogger(__name__)


class RecognitionClient(QObject):
    """The window's side: sends requests, drops answers that are out of date, and owns the thread.

    Requests wait while the model is loading; then the newest is answered. Candidates are typeset when no request waits.
    """

    recognized = Signal(object, bool)
    """A `Reading` of the canvas's content, and whether the pen is still down."""
    typeset = Signal(int, object)
    """Index of a candidate of the last reading, and the candidate typeset, or None. The first, which comes with its
    reading, is a `TypesetFormula`; the others are a `TypesetDifference` each."""
    latex_typeset = Signal(str, object)
    """LaTeX that `typeset_latex` was called with, and its `TypesetFormula` or None; of several only the newest.
    The same for each that `typeset_values` was called with."""
    rows_typeset = Signal(object)
    """The rows of the page that was just `recognized`: for each a `TypesetFormula`, or None."""
    model_loaded = Signal(object, str, str)
    """The `Model` that answers from now on, its alphabet's name, and a sentence when it is not the one asked for."""
    load_failed = Signal(str)
    """A sentence on why no model answers."""
    prepared = Signal(str, str)
    """Name of a kind of reading, and a sentence on why it cannot be used; empty when it is ready."""

    kind_found = Signal(str)
    """The kind of reading that would read what `find_kind` was called for; empty where no other would."""

    _load_requested = Signal(str, str)
    _prepare_requested = Signal(str, str)
    _answer_requested = Signal(object)
    _typeset_requested = Signal(object)
    _latex_requested = Signal(str)
    _kind_requested = Signal(object)

    def __init__(self, worker: RecognitionWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._revision = 0
        self._wanted_since = 0
        self._loading = 0
        self._in_flight = False
        self._reading = PLAIN_READING
        self._alphabet = ""
        self._prepared: set[str] = set()
        self._preparing = 0
        self._asked: RecognitionRequest | None = None
        self._waiting: RecognitionRequest | None = None
        self._unfinished: RecognitionRequest | None = None
        self._in_sight: frozenset[int] = frozenset()
        self._answered = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(VALUES_FIRST_MS)
        self._pause.timeout.connect(self._send)
        self._to_typeset: list[TypesettingRequest] = []
        self._latex = ""
        self._values: list[str] = []
        self._kind_wanted = False
        self._worker = worker
        self._recognition_thread = QThread()
        self._recognition_thread.setObjectName("recognition")
        worker.moveToThread(self._recognition_thread)
        self._load_requested.connect(worker.load)
        self._prepare_requested.connect(worker.prepare)
        self._answer_requested.connect(worker.answer)
        self._typeset_requested.connect(worker.typeset_candidate)
        self._latex_requested.connect(worker.typeset_latex)
        self._kind_requested.connect(worker.find_kind)
        worker.loaded.connect(self._on_loaded)
        worker.failed.connect(self._on_failed)
        worker.prepared.connect(self._on_prepared)
        worker.answered.connect(self._on_answered)
        worker.typeset.connect(self._on_typeset)
        worker.latex_typeset.connect(self._on_latex_typeset)
        worker.kind_found.connect(self._on_kind_found)

    @property
    def reading(self) -> str:
        """The kind of reading that requests are read as."""
        return self._reading

    @property
    def idle(self) -> bool:
        """Whether every request is answered in full and every candidate typeset."""
        unread = self._waiting is not None or self._unfinished is not None
        waits = unread or self._latex or self._values or self._to_typeset or self._kind_wanted
        return self._is_ready and not (self._in_flight or self._preparing or waits)

    @property
    def _is_ready(self) -> bool:
        """Whether the reader of the present kind is loaded."""
        return self._reading in self._prepared

    def start(self, model_name: str, alphabet: str = "") -> None:
        """Start the thread and load the first model."""
        self._recognition_thread.start()
        self.load(model_name, alphabet)

    def load(self, model_name: str, alphabet: str = "") -> None:
        """Load another model for single characters, or another of its alphabets; see `RecognitionWorker.load`."""
        self._prepared.discard(CHARACTER)
        self._loading += 1
        self._load_requested.emit(model_name, alphabet)

    def read_as(self, reading: str, model: str = "") -> None:
        """Read as this kind from now on.

        Its reader is loaded when it is first wanted, and again where a model is named.
        """
        self.forget()
        self._reading = reading
        self.prepare(reading, model)

    def prepare(self, reading: str, model: str = "") -> None:
        """Load the reader of a kind, where it is not loaded yet or a model is named; `prepared` is emitted then."""
        if READINGS[reading].load is not None and (model or reading not in self._prepared):
            self._prepared.discard(reading)
            self._preparing += 1
            self._prepare_requested.emit(reading, model)

    def answer_within(self, alphabet: str) -> None:
        """Read several glyphs within this alphabet, one of `alphabets.ALPHABETS`, from the next request on.

        The alphabet of single characters comes with their model.
        """
        self._alphabet = alphabet

    def request(self, content: Drawing | Picture, *, live: bool, corrections: Corrections = NO_CORRECTIONS) -> None:
        """Have this content read, instead of any that waits."""
        self._revision += 1
        request = RecognitionRequest(self._revision, content, live, self._reading, corrections, self._alphabet)
        if not live and not (self._asked is not None and _extends(self._asked, request)):
            self._wanted_since = self._revision
        self._to_typeset = []
        self._kind_wanted = False
        self._asked = self._waiting = request
        self._unfinished = None
        self._send()

    def look_at(self, strokes: Collection[int]) -> None:
        """Note which strokes of a page are in sight: their rows are typeset before the others."""
        self._in_sight = frozenset(strokes)

    def typeset_latex(self, latex: str) -> None:
        """Have LaTeX typeset when no request waits."""
        self._latex = latex
        self._send()

    def typeset_values(self, latex: Sequence[str]) -> None:
        """Have several pieces of LaTeX typeset one by one when no request waits, instead of any before them."""
        self._values = list(dict.fromkeys(latex))
        self._send()

    def typeset_candidates(self, reading: Reading) -> None:
        """Have the other candidates of one row of the last page typeset; `typeset` is emitted for each."""
        self._to_typeset = requests_for(self._revision, reading)
        for index in words_in(reading):
            self.typeset.emit(index, None)
        self._send()

    def find_kind(self) -> None:
        """Have it found out which kind of reading would read the content, when no request waits."""
        self._kind_wanted = self._asked is not None
        self._send()

    def forget(self) -> None:
        """Drop all requests and the answers that are on their way."""
        self._revision += 1
        self._wanted_since = self._revision
        self._asked = self._waiting = self._unfinished = None
        self._latex = ""
        self._values = []
        self._kind_wanted = False
        self._to_typeset = []
        self._pause.stop()

    def shut_down(self) -> None:
        """End the thread, and wait until it has ended."""
        self.forget()
        self._recognition_thread.quit()
        if not self._recognition_thread.wait(SHUTDOWN_LIMIT_MS):
            _log.error("The recognition thread did not end in time.")
            self._recognition_thread.wait()

    @Slot()
    def _send(self) -> None:
        if not self._is_ready or self._in_flight:
            return
        if self._waiting is not None:
            self._in_flight = True
            request, self._waiting = self._waiting, None
            self._answer_requested.emit(replace(request, in_sight=self._in_sight))
        elif self._latex:
            self._in_flight = True
            latex, self._latex = self._latex, ""
            self._latex_requested.emit(latex)
        elif self._values:
            self._in_flight = True
            self._latex_requested.emit(self._values.pop(0))
        elif self._unfinished is not None:
            if self._pause.isActive():
                return
            self._in_flight = True
            request, self._unfinished = self._unfinished, None
            self._answer_requested.emit(replace(request, in_sight=self._in_sight))
        elif self._to_typeset:
            # One at a time, so that a new drawing waits for no more than one.
            self._in_flight = True
            self._typeset_requested.emit(self._to_typeset.pop(0))
        elif self._kind_wanted:
            self._in_flight, self._kind_wanted = True, False
            self._kind_requested.emit(self._asked)

    @Slot(object, str, str)
    def _on_loaded(self, model: Model, alphabet: str, problem: str) -> None:
        self._loading -= 1
        # Of several loads in a row only the last counts. Whatever it came to, a model answers if any load succeeded.
        if not self._loading:
            self._prepared.add(CHARACTER)
            self.model_loaded.emit(model, alphabet, problem)
            self._send()

    @Slot(str)
    def _on_failed(self, problem: str) -> None:
        self._loading -= 1
        self.load_failed.emit(problem)

    @Slot(str, str)
    def _on_prepared(self, reading: str, problem: str) -> None:
        self._preparing -= 1
        if not problem:
            self._prepared.add(reading)
        self.prepared.emit(reading, problem)
        self._send()

    @Slot(object)
    def _on_answered(self, answer: RecognitionAnswer | None) -> None:
        self._in_flight = False
        # While the pen is down or an expression grows, each answer is shown, because on a slow machine there would be
        # none otherwise. In all other cases only the newest is shown.
        if answer is not None and answer.revision >= self._wanted_since:
            newest = answer.revision == self._revision
            if not answer.live and newest and not answer.reading.rows:
                # The candidates of a page's row are asked for one row at a time, and outlast the slices that follow.
                self._to_typeset = requests_for(answer.revision, answer.reading)
            # Before the answer is shown, so that whoever asks whether all is read hears that it is not.
            self._unfinished = None if answer.complete or not newest else self._asked
            if self._unfinished is not None and answer.revision != self._answered:
                self._pause.start()
            self._answered = answer.revision
            self.recognized.emit(answer.reading, answer.live)
            self.typeset.emit(0, answer.formula)
            for index in words_in(answer.reading):
                self.typeset.emit(index, None)
            if answer.rows:
                self.rows_typeset.emit(answer.rows)
        self._send()

    @Slot(int, int, object)
    def _on_typeset(self, revision: int, index: int, formula: object) -> None:
        self._in_flight = False
        if revision == self._revision:
            self.typeset.emit(index, formula)
        self._send()

    @Slot(int, str)
    def _on_kind_found(self, revision: int, name: str) -> None:
        self._in_flight = False
        if revision == self._revision:
            self.kind_found.emit(name)
        self._send()

    @Slot(str, object)
    def _on_latex_typeset(self, latex: str, formula: object) -> None:
        self._in_flight = False
        self.latex_typeset.emit(latex, formula)
        self._send()


def _extends(before: RecognitionRequest, now: RecognitionRequest) -> bool:
    """Whether the only change is that strokes were added to a line or an expression."""
    if before.live or not READINGS[now.reading].several_glyphs:
        return False
    if (before.reading, before.alphabet) != (now.reading, now.alphabet):
        return False
    if not (isinstance(before.content, Drawing) and isinstance(now.content, Drawing)):
        return False
    written = before.content.strokes
    return before.corrections == now.corrections and now.content.strokes[: len(written)] == written
