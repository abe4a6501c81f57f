"""Readers of files' contents, one for each way of reading."""

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.faults import Fault
from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.prediction import PAGE, Reading
from digitvision.recognition.reader import read_character, read_character_picture
from digitvision.recognition.recognizer import Recognizer

if TYPE_CHECKING:
    from digitvision.recognition.calculation.page_rows import RowResult
    from digitvision.recognition.expression.reading.recognizer import EquationRecognizer
    from digitvision.recognition.expression.semantics.values import Value
    from digitvision.recognition.line.recognizer import LineRecognizer
    from digitvision.recognition.line.word_list import WordList
    from digitvision.recognition.page.page_recognizer import PageRecognizer


_SIGNS: Final = frozenset("+-−=×·÷/")
"""Signs of arithmetic, without which a line has no value besides what stands there."""


class FileReader(AbstractContextManager["FileReader"]):
    """Reads drawings and pictures; a context manager that frees what it holds at its end."""

    @abstractmethod
    def read_drawing(self, drawing: Drawing, corrections: Corrections, top: int) -> Reading:
        """Read strokes with the user's corrections, with at most `top` candidates."""

    @abstractmethod
    def read_picture(self, ink: NDArray[np.float32], top: int) -> Reading:
        """Read a picture's ink, float32 [H, W] from 0 to 1, with at most `top` candidates.

        Raises:
            Fault: Pictures cannot be read in this way.
        """

    def value_of(self, reading: Reading) -> "Value | None":
        """Return the value of a reading of one row; None where it has none."""
        return None

    def values_of(self, reading: Reading) -> "tuple[Value | None, ...]":
        """Return the value of each row of a reading, None for a row that has none; a reading is a row, or a page."""
        if reading.mode == PAGE:
            return tuple(self.value_of(row.reading) for row in reading.rows)
        return (self.value_of(reading),) if reading.candidates else ()

    def notes_of(self, reading: Reading) -> tuple[str, ...]:
        """Return of each row of a page why it has no value, empty where there is nothing to say; nothing of others."""
        return ()

    def close(self) -> None:
        """End what it holds; nothing more is read then."""
        return

    def __exit__(self, *_: object) -> None:
        self.close()


class CharacterReader(FileReader):
    """Reads each file as one glyph."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer

    def read_drawing(self, drawing: Drawing, corrections: Corrections, top: int) -> Reading:
        return read_character(self._recognizer, drawing, top=top, corrections=corrections)

    def read_picture(self, ink: NDArray[np.float32], top: int) -> Reading:
        return read_character_picture(self._recognizer, ink, top=top)


class ReaderOfValues(FileReader):
    """Reads what may have a value, which a process of its own computes."""

    def __init__(self) -> None:
        from digitvision.recognition.expression.semantics.value_process import ValueProcess

        self._values = ValueProcess()

    def value_of(self, reading: Reading) -> "Value | None":
        from digitvision.recognition.expression.semantics.value_faults import ValueFault

        if reading.tree is None:
            return None
        try:
            return self._values.value_of(reading.tree)
        except ValueFault:
            # A reading without a value is not a failure.
            return None

    def close(self) -> None:
        self._values.close()


class LineReader(ReaderOfValues):
    """Reads each file as one line, and computes the value of arithmetic."""

    def __init__(
        self, recognizer: "LineRecognizer", alphabet: str | None, words: "WordList | None", language: str
    ) -> None:
        super().__init__()
        self._recognizer = recognizer
        self._alphabet = alphabet
        self._words = words
        self._language = language

    def read_drawing(self, drawing: Drawing, corrections: Corrections, top: int) -> Reading:
        return self._recognizer.read(
            drawing,
            top=top,
            corrections=corrections,
            alphabet=self._alphabet,
            words=self._words,
            language=self._language,
        )

    def read_picture(self, ink: NDArray[np.float32], top: int) -> Reading:
        return self._recognizer.read_picture(ink, top=top, alphabet=self._alphabet, words=self._words)

    def value_of(self, reading: Reading) -> "Value | None":
        # A number has no other value, and a word is no product of its letters.
        if _SIGNS.isdisjoint(reading.text) or any(glyph.is_word for glyph in reading.glyphs):
            return None
        return super().value_of(reading)


class EquationReader(ReaderOfValues):
    """Reads each file as one expression, and computes its value."""

    def __init__(self, recognizer: "EquationRecognizer") -> None:
        super().__init__()
        self._recognizer = recognizer

    def read_drawing(self, drawing: Drawing, corrections: Corrections, top: int) -> Reading:
        return self._recognizer.read(drawing, top=top, corrections=corrections)

    def read_picture(self, ink: NDArray[np.float32], top: int) -> Reading:
        raise Fault("Equations are read from drawings only: a picture does not tell its strokes.")


class PageReader(ReaderOfValues):
    """Reads each file as a page of rows, and computes what they come to, row by row."""

    def __init__(self, recognizer: "PageRecognizer") -> None:
        super().__init__()
        self._recognizer = recognizer
        self._worked_out: tuple[Reading, tuple[RowResult, ...]] | None = None

    def read_drawing(self, drawing: Drawing, corrections: Corrections, top: int) -> Reading:
        return self._recognizer.read(drawing, top=top, corrections=corrections)

    def read_picture(self, ink: NDArray[np.float32], top: int) -> Reading:
        return self._recognizer.read_picture(ink, top=top)

    def values_of(self, reading: Reading) -> "tuple[Value | None, ...]":
        return tuple(result.value for result in self._results_of(reading))

    def notes_of(self, reading: Reading) -> tuple[str, ...]:
        return tuple(result.sentence for result in self._results_of(reading))

    def _results_of(self, reading: Reading) -> "tuple[RowResult, ...]":
        from digitvision.recognition.calculation.calculation import Calculation
        from digitvision.recognition.calculation.page_rows import page_rows

        if self._worked_out is None or self._worked_out[0] is not reading:
            self._worked_out = reading, Calculation(self._values).update(page_rows(reading.rows))
        return self._worked_out[1]
