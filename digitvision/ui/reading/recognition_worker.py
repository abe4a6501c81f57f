"""The worker of recognition, which lives in a thread of its own: it loads models and answers requests."""

import logging
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from digitvision.faults import Fault
from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.models.model_card import CHARACTER, ModelFault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.multiple_glyphs import reading_for
from digitvision.recognition.prediction import LINE, Reading
from digitvision.recognition.recognizer import Recognizer
from digitvision.ui.document.document import NO_CORRECTIONS, Picture
from digitvision.ui.reading.reading_kinds import PLAIN_READING, READINGS, Reader, character_reader
from digitvision.ui.reading.row_typesetting import RowTypesetter, as_character
from digitvision.ui.reading.typesetting import (
    TYPESET_SIZE,
    TypesettingRequest,
    formula_of,
    typeset,
    typeset_candidate,
)

_WARMING_UP: Final = LayoutTree((Symbol("x"),))

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class RecognitionRequest:
    """Read this content.

    Attributes:
        revision: Number of the request; tells whether its answer is still wanted.
        content: The drawing or picture to read.
        live: Whether the pen is still down.
        reading: The kind of reading, one of `reading_kinds.READINGS`.
        corrections: The user's corrections of the content.
        alphabet: Name of the alphabet for several glyphs; that of single characters comes with their model.
        in_sight: Strokes of a page whose rows are to be typeset before the others.
    """

    revision: int
    content: Drawing | Picture
    live: bool
    reading: str = PLAIN_READING
    corrections: Corrections = NO_CORRECTIONS
    alphabet: str = ""
    in_sight: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class RecognitionAnswer:
    """The answer to a request.

    Attributes:
        revision: Number of the request.
        reading: The reading.
        live: Whether the pen was still down at the request.
        formula: The reading as a `TypesetFormula`, where it has a layout; else None.
        rows: The same for each row of a page, None also for those that are not typeset yet.
        complete: Whether all is read and typeset; else the same request, sent again, goes on.
    """

    revision: int
    reading: Reading
    live: bool
    formula: object = None
    rows: tuple[object, ...] = ()
    complete: bool = True


class RecognitionWorker(QObject):
    """Lives in the recognition thread, where it loads models and answers requests."""

    loaded = Signal(object, str, str)
    """The `Model` that answers from now on, its alphabet's name, and a sentence when it is not the one asked for."""
    failed = Signal(str)
    """A sentence on why no model answers."""
    answered = Signal(object)
    """A `RecognitionAnswer`, or None when reading failed."""
    prepared = Signal(str, str)
    """Name of a kind of reading, and a sentence on why it cannot be used; empty when it is ready."""
    typeset = Signal(int, int, object)
    """Number of a request, index of a candidate, and its `TypesetDifference` or None."""
    latex_typeset = Signal(str, object)
    """LaTeX, and its `TypesetFormula` or None."""
    kind_found = Signal(int, str)
    """Number of a request, and the kind of reading that would read its drawing; empty where no other would."""

    def __init__(self, store: ModelStore) -> None:
        super().__init__()
        self._store = store
        self._recognizer: Recognizer | None = None
        self._readers: dict[str, Reader] = {}
        self._typesetter = RowTypesetter()
        self._rows: Reader | None = None
        """The program's own reader of lines, once it was needed to find out what a drawing is."""

    @Slot(str, str)
    def load(self, name: str, alphabet: str) -> None:
        """Load a model; when that fails go on with the one before, or else with one that came with the program.

        Args:
            name: Name of the model, or its folder; empty for the alphabet's default.
            alphabet: Alphabet to answer within; a named model without it answers within the one that it is made for.
        """
        try:
            self._recognizer = self._recognizer_of(name, alphabet)
        except Fault as error:
            self._fall_back(str(error), alphabet)
        else:
            self._report_loaded(self._recognizer, "")

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
            self._report_loaded(self._recognizer, f"{problem} “{self._recognizer.model.name}” answers instead.")

    def _report_loaded(self, recognizer: Recognizer, problem: str) -> None:
        self._readers[CHARACTER] = character_reader(recognizer)
        self.loaded.emit(recognizer.model, recognizer.alphabet.name, problem)

    @Slot(str, str)
    def prepare(self, reading: str, model: str) -> None:
        """Load the reader of a kind of reading; an empty name stands for the program's own model."""
        load = READINGS[reading].load
        problem = ""
        try:
            if reading == LINE and not model and self._rows is not None:
                self._readers[reading] = self._rows
            elif load is not None:
                self._readers[reading] = load(self._store, model)
            if load is not None:
                # Load the libraries for typesetting as well, so that the first answer need not wait for them.
                typeset(_WARMING_UP)
        except Fault as error:
            problem = str(error)
        except Exception:
            self.prepared.emit(reading, self.tr("This reading cannot be used; the log says why."))
            raise
        self.prepared.emit(reading, problem)

    @Slot(object)
    def answer(self, request: RecognitionRequest) -> None:
        """Read what a request holds, and emit `answered`."""
        try:
            answer = self._answer_to(request)
        except Exception:
            # Without an answer the client would wait for ever; the error itself goes to the log and the dialog.
            self.answered.emit(None)
            raise
        self.answered.emit(answer)

    def _answer_to(self, request: RecognitionRequest) -> RecognitionAnswer | None:
        content, kind = request.content, READINGS[request.reading]
        # While the pen is down, ink on a page may be a single character; more of it waits until the pen is up.
        reader = self._readers.get(CHARACTER if request.live and kind.rows else request.reading)
        if reader is None:
            return None
        if isinstance(content, Picture) and not kind.pictures:
            return RecognitionAnswer(request.revision, Reading(request.reading), request.live)
        ink = content.ink if isinstance(content, Picture) else content
        reading = reader(ink, request.corrections, request.alphabet)
        if not kind.rows or request.live:
            return RecognitionAnswer(request.revision, reading, request.live, formula_of(reading))
        single = self._readers.get(CHARACTER)
        if single is not None:
            reading = as_character(ink, reading, request.corrections, single)
        if isinstance(content, Picture):
            return RecognitionAnswer(
                request.revision, reading, request.live, None, self._typesetter.typeset_all(reading)
            )
        rows, complete = self._typesetter.typeset_rows(reading, request.in_sight)
        return RecognitionAnswer(request.revision, reading, request.live, None, rows, complete)

    @Slot(object)
    def find_kind(self, request: RecognitionRequest) -> None:
        """Find out which kind of reading would read a drawing that looks like no character; emit `kind_found`."""
        name = ""
        try:
            if isinstance(request.content, Drawing):
                name = self._kind_of(request.content)
        except Fault as error:
            # It is only a hint: whoever chooses the reading is told what is wrong with it.
            _log.warning("%s", error)
        except Exception:
            self.kind_found.emit(request.revision, "")
            raise
        self.kind_found.emit(request.revision, name)

    def _kind_of(self, drawing: Drawing) -> str:
        load = READINGS[LINE].load
        if self._rows is None and load is not None:
            self._rows = load(self._store, "")
        return "" if self._rows is None else reading_for(drawing.strokes, self._rows(drawing, NO_CORRECTIONS, ""))

    @Slot(object)
    def typeset_candidate(self, request: TypesettingRequest) -> None:
        """Typeset a candidate, and emit `typeset`."""
        try:
            formula = typeset_candidate(request)
        except Exception:
            self.typeset.emit(request.revision, request.index, None)
            raise
        self.typeset.emit(request.revision, request.index, formula)

    @Slot(str)
    def typeset_latex(self, latex: str) -> None:
        """Typeset LaTeX, and emit `latex_typeset`."""
        from digitvision.recognition.expression.notation.typesetting import svg_of_latex

        self.latex_typeset.emit(latex, svg_of_latex(latex, size=TYPESET_SIZE))
