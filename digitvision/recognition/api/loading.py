"""Loading what reads: the recognizers by their models, and readers of everything that can be read."""

import functools
import os
import threading
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from digitvision.ink.stroke import Bounds
from digitvision.recognition import prediction
from digitvision.recognition.api.file_readers import CharacterReader, EquationReader, FileReader, LineReader, PageReader
from digitvision.recognition.api.readings import Reading
from digitvision.recognition.api.sources import Content, RequestFault, Source, content_of
from digitvision.recognition.models.model_card import CHARACTER, EQUATION
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.recognition.prediction import LINE, PAGE
from digitvision.recognition.reader import DEFAULT_TOP
from digitvision.recognition.text.languages import DEFAULT_LANGUAGE, LANGUAGES, PLAIN

if TYPE_CHECKING:
    from digitvision.recognition.expression.reading.recognizer import EquationRecognizer
    from digitvision.recognition.line.recognizer import LineRecognizer
    from digitvision.recognition.line.word_list import WordList
    from digitvision.recognition.page.page_recognizer import PageRecognizer
    from digitvision.recognition.recognizer import Recognizer

READINGS: Final = (CHARACTER, LINE, EQUATION, PAGE)
"""Readings that this version can do."""

_MOST_KEPT: Final = 4
"""Readers that `read` keeps in each thread: those of some ways of reading, and not of every model there is."""


class Reader:
    """A loaded reader, for one drawing or picture after another. Not thread-safe: each thread loads its own.

    It may keep a child process that works out values; `close`, the end of a `with` block, or of the program ends it.
    """

    def __init__(self, contents: FileReader) -> None:
        """Take what reads drawings and pictures; the reader closes it."""
        self._contents = contents
        self._closing = weakref.finalize(self, contents.close)

    def read(self, source: Source, *, top: int = DEFAULT_TOP, page: int = 1) -> Reading:
        """Read a drawing or a picture.

        Args:
            source: What is to be read, as for `digitvision.read`.
            top: Largest number of candidates, 1 or more.
            page: Which page of a TIFF file with several, from 1.

        Raises:
            Fault: The file cannot be read, or the source is no drawing or picture; the text is a sentence on why.
        """
        if top < 1:
            raise RequestFault(f"The number of candidates is 1 or more, not {top}.")
        content = content_of(source, page)
        contents = self._contents
        if content.drawing is not None:
            found = contents.read_drawing(content.drawing, content.corrections, top)
        else:
            assert content.ink is not None
            found = contents.read_picture(content.ink, top)
        count = 0 if content.drawing is None else len(content.drawing.strokes)
        return Reading(
            found,
            contents.values_of(found),
            contents.notes_of(found),
            shown=content.shown,
            strokes=range(count) if found.candidates else (),
            box=_box_of(content, found),
            remark=content.remark,
            pages=content.pages,
        )

    def close(self) -> None:
        """End what the reader keeps; it reads no more values afterwards. Closing twice does nothing."""
        self._closing()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def load(
    model: "str | os.PathLike[str] | None" = None,
    *,
    reading: str | None = None,
    alphabet: str | None = None,
    words: bool = False,
    language: str = DEFAULT_LANGUAGE,
) -> Reader:
    """Load a reader, for many drawings and pictures.

    Args:
        model: Name or folder of a model, see `digitvision.models`; None for the program's own choice.
        reading: What the ink is read as, `character`, `line`, `equation` or `page`; None for what the model is made
            for, a character where none is named.
        alphabet: For characters and lines, the characters that may be answered: `digits`, `upper`, `lower`, `letters`,
            `math` or `all`; None for the model's own, and for numbers, arithmetic and words in a line.
        words: For lines that are read glyph by glyph, as those in pictures are, whether English words are preferred.
        language: For lines, whose words are expected: `en`, `de`, `fr`, or `none` for names, codes and the like.

    Raises:
        RequestFault: There is no such reading or language, or words are wanted where none are read.
        ModelFault: There is no such model, it is damaged, or it does not read this.
    """
    if reading is not None and reading not in READINGS:
        raise RequestFault(f"There is no reading “{reading}”: take one of {', '.join(READINGS)}.")
    name = None if model is None else os.fspath(model)
    if reading is None:
        own = ModelStore().find(name).card.reading if name else CHARACTER
        reading = own if own in READINGS else CHARACTER
    if words and reading != LINE:
        raise RequestFault("English words are for the reading “line” only.")
    if language not in (*LANGUAGES, PLAIN):
        raise RequestFault(f"There is no language “{language}”: take one of {', '.join((*LANGUAGES, PLAIN))}.")
    return Reader(_contents(reading, name, alphabet, words=words, language=language))


def read(
    source: Source,
    *,
    reading: str | None = None,
    alphabet: str | None = None,
    model: "str | os.PathLike[str] | None" = None,
    top: int = DEFAULT_TOP,
    words: bool = False,
    page: int = 1,
    language: str = DEFAULT_LANGUAGE,
) -> Reading:
    """Read a drawing or a picture.

    The model is loaded at the first call; each thread keeps it for the next ones, until models change on the disk.

    Args:
        source: The name of an InkML file or of a picture (PNG, JPEG, BMP, TIFF, WebP); strokes, each a list or an array
            of (x, y), (x, y, time) or (x, y, time, pressure), y downwards in any unit, time in milliseconds and
            pressure from 0 to 1; a `Drawing`; or a picture, as Pillow has it or as an array: numbers [H, W] of any
            range, or colours [H, W, 3], dark on light or light on dark.
        reading: What the ink is read as, see `load`.
        alphabet: The characters that may be answered, see `load`.
        model: Name or folder of a model, see `load`.
        top: Largest number of candidates, 1 or more.
        words: Whether English words are preferred in a line, see `load`.
        page: Which page of a TIFF file with several, from 1; `Reading.pages` is their number.
        language: Whose words are expected in a line, see `load`.

    Returns:
        The reading. Without any ink, and where ink is refused (`Reading.error`), it has no candidates.

    Raises:
        Fault: The file cannot be read, the source is no drawing or picture, or there is no such model or reading. The
            text is one sentence on why.
    """
    kept = _kept(reading, alphabet, None if model is None else os.fspath(model), words, language)
    return kept.read(source, top=top, page=page)


def models() -> tuple[Model, ...]:
    """Return all models, the shipped ones and the user's own, each with `name`, `folder` and its `card`.

    Damaged ones are left out: `load` says what is wrong with one of them.
    """
    return tuple(ModelStore().models(reading=None)[0])


def load_recognizer(model: str | None, alphabet: str | None) -> "Recognizer":
    """Load the recognizer of the named model, or of the alphabet's default model."""
    from digitvision.recognition.recognizer import Recognizer

    return Recognizer(ModelStore().for_alphabet(alphabet, model), alphabet)


def load_line_recognizer(model: str | None) -> "LineRecognizer":
    """Load the recognizer of lines, with the named model of glyphs or the program's."""
    from digitvision.recognition.line.recognizer import LineRecognizer

    return LineRecognizer(ModelStore(), model)


def load_equation_recognizer(model: str | None) -> "EquationRecognizer":
    """Load the recognizer of the named model, or of the one that came with the program."""
    from digitvision.recognition.expression.reading.model import default_expression_model
    from digitvision.recognition.expression.reading.recognizer import EquationRecognizer

    return EquationRecognizer(default_expression_model(ModelStore(), model))


def load_page_recognizer(model: str | None) -> "PageRecognizer":
    """Load the recognizer of pages, with the named model of equations or of words, or the program's."""
    from digitvision.recognition.page.page_recognizer import PageRecognizer

    return PageRecognizer(ModelStore(), model)


def load_words(recognizer: "LineRecognizer") -> "WordList":
    """Load the English words that a recognizer can read.

    Raises:
        Fault: The package with the words is missing.
    """
    from digitvision.recognition.line.word_list import english_words

    return english_words(recognizer.labels)


def _contents(reading: str, model: str | None, alphabet: str | None, *, words: bool, language: str) -> FileReader:
    if reading == LINE:
        recognizer = load_line_recognizer(model)
        return LineReader(recognizer, alphabet, load_words(recognizer) if words else None, language)
    if reading == EQUATION:
        return EquationReader(load_equation_recognizer(model))
    if reading == PAGE:
        return PageReader(load_page_recognizer(model))
    return CharacterReader(load_recognizer(model, alphabet))


class _Kept(threading.local):
    """The readers that `read` has loaded in this thread, the last used at the end."""

    def __init__(self) -> None:
        self.readers: OrderedDict[tuple[object, ...], Reader] = OrderedDict()


_kept_readers = _Kept()


def _kept(reading: str | None, alphabet: str | None, model: str | None, words: bool, language: str) -> Reader:
    """Return a reader that is loaded already, or load it."""
    readers = _kept_readers.readers
    key = (reading, alphabet, model, words, language, ModelStore().state(model))
    reader = readers.pop(key, None)
    if reader is None:
        reader = load(model, reading=reading, alphabet=alphabet, words=words, language=language)
    readers[key] = reader
    while len(readers) > _MOST_KEPT:
        # It is closed when nobody has it any more.
        readers.popitem(last=False)
    return reader


def _box_of(content: Content, found: prediction.Reading) -> Bounds | None:
    """Return the rectangle around a drawing's strokes, or around what was read in a picture; None without any."""
    if content.drawing is not None:
        return content.drawing.bounds
    boxes = [row.box for row in found.rows] + [glyph.box for glyph in found.glyphs]
    return functools.reduce(Bounds.united, boxes) if boxes else None
