"""A worker that loads and answers only when it may, and the client that asks it."""

import threading
from typing import cast

from PySide6.QtCore import QObject, Signal, Slot
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.prediction import Candidate, Reading, RowReading
from digitvision.ui.reading.recognition_client import RecognitionClient
from digitvision.ui.reading.recognition_worker import RecognitionAnswer, RecognitionRequest, RecognitionWorker
from digitvision.ui.reading.typesetting import TypesettingRequest
from tests.ui.hand import stroke
from tests.ui.windows import PATIENCE_MS


class SlowWorker(QObject):
    """Has the signals of the real worker; each answer is the number of strokes, and waits until it is let go."""

    loaded = Signal(object, str, str)
    failed = Signal(str)
    answered = Signal(object)
    prepared = Signal(str, str)
    typeset = Signal(int, int, object)
    latex_typeset = Signal(str, object)
    kind_found = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []
        self.loads: list[str] = []
        self.may_load = threading.Semaphore(0)
        self.may_answer = threading.Semaphore(0)
        self.broken = False
        self.candidates = 1
        self.readings: list[str] = []
        self.typeset_indices: list[int] = []
        self.typeset_latex_of: list[str] = []
        self.looked_at: list[int] = []
        self.slices = 1
        """Number of answers that a request takes until it is read in full."""
        self.rows = False
        """Whether an answer is a page of one row."""
        self._slices: dict[int, int] = {}

    @Slot(str, str)
    def load(self, name: str, alphabet: str) -> None:
        self.loads.append(name)
        assert self.may_load.acquire(timeout=PATIENCE_MS / 1000)
        if name == "none":
            self.failed.emit("There is no model.")
        else:
            self.loaded.emit(name, alphabet, "")

    @Slot(str, str)
    def prepare(self, reading: str, model: str) -> None:
        assert self.may_load.acquire(timeout=PATIENCE_MS / 1000)
        self.prepared.emit(reading, "It is not installed." if model == "none" else "")

    @Slot(object)
    def typeset_candidate(self, request: TypesettingRequest) -> None:
        self.typeset_indices.append(request.index)
        assert self.may_answer.acquire(timeout=PATIENCE_MS / 1000)
        self.typeset.emit(request.revision, request.index, f"formula {request.index}")

    @Slot(str)
    def typeset_latex(self, latex: str) -> None:
        self.typeset_latex_of.append(latex)
        assert self.may_answer.acquire(timeout=PATIENCE_MS / 1000)
        self.latex_typeset.emit(latex, f"picture of {latex}")

    @Slot(object)
    def find_kind(self, request: RecognitionRequest) -> None:
        assert isinstance(request.content, Drawing)
        self.looked_at.append(len(request.content.strokes))
        assert self.may_answer.acquire(timeout=PATIENCE_MS / 1000)
        self.kind_found.emit(request.revision, "line")

    @Slot(object)
    def answer(self, request: RecognitionRequest) -> None:
        assert isinstance(request.content, Drawing)
        count = len(request.content.strokes)
        self.asked.append(count)
        self.readings.append(request.reading)
        assert self.may_answer.acquire(timeout=PATIENCE_MS / 1000)
        if self.broken:
            self.answered.emit(None)
        else:
            trees = tuple(LayoutTree((Symbol(str(number)),)) for number in range(self.candidates))
            candidates = tuple(Candidate(str(count), str(count), 1.0) for _ in trees)
            reading = Reading(request.reading, candidates, trees=trees)
            if self.rows:
                row = RowReading(reading, tuple(range(count)), Bounds(0, 0, 1, 1))
                reading = Reading(request.reading, candidates[:1], rows=(row,))
            given = self._slices[request.revision] = self._slices.get(request.revision, 0) + 1
            complete = given >= self.slices
            answer = RecognitionAnswer(request.revision, reading, request.live, "formula", complete=complete)
            self.answered.emit(answer)


class Bench:
    """A client, its slow worker, and the readings that the client has emitted."""

    def __init__(self, qtbot: QtBot) -> None:
        self.worker = SlowWorker()
        self.client = RecognitionClient(cast(RecognitionWorker, self.worker))
        self.heard: list[str] = []
        self.client.recognized.connect(lambda reading, _live: self.heard.append(reading.text))
        self._qtbot = qtbot
        self.client.start("classic")

    def ask(self, strokes: int, *, live: bool = False) -> None:
        self.client.request(Drawing(tuple(stroke((i, i)) for i in range(strokes))), live=live)

    def load(self) -> None:
        self.worker.may_load.release()
        with self._qtbot.waitSignal(self.client.model_loaded, timeout=PATIENCE_MS):
            pass

    def let_answer(self, count: int = 1) -> None:
        self.worker.may_answer.release(count)

    def wait_asked(self, count: int) -> None:
        self._qtbot.waitUntil(lambda: len(self.worker.asked) == count, timeout=PATIENCE_MS)

    def worker_typeset(self, count: int) -> None:
        """Wait until this number of pieces of LaTeX has come to the worker."""
        self._qtbot.waitUntil(lambda: len(self.worker.typeset_latex_of) >= count, timeout=PATIENCE_MS)

    def wait_idle(self) -> None:
        self._qtbot.waitUntil(lambda: self.client.idle, timeout=PATIENCE_MS)
