"""Which lines are words, and are read as a whole by the network for lines, with their numbers read glyph by glyph."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import Candidate, GlyphReading, Label, Prediction, Reading
from digitvision.recognition.text.languages import DEFAULT_LANGUAGE
from digitvision.recognition.text.latex import word_latex
from digitvision.recognition.text.own_words import OwnWords
from digitvision.recognition.text.recognizer import TextLine, TextRecognizer, fits_words
from digitvision.recognition.text.row_overlap import SEVERAL_ABOVE, share_in_rows

ALPHABETS: Final = (None, "all", "letters")
"""The alphabets of lines within which words are read."""

CLEAR_ABOVE: Final = 0.5
"""Confidence from which words need not be compared with what the glyphs say."""

_LONG: Final = 12
"""Letters of a line from which it cannot be read glyph by glyph: these readings are right in one case of fifty."""

_POOR_BELOW: Final = 0.02
"""Confidence of a long line below which its glyphs are asked as well: it may be no line of words."""

_SCRAWL_BELOW: Final = 0.003
"""Confidence below which what looks like a line of words is rather none at all."""

_PLAUSIBLE: Final = 0.1
"""Confidence of words below which they are rather none: of numbers and sums it is 0.001 at most."""

_LETTER: Final = re.compile(r"[A-Za-z]")
_WORD: Final = re.compile(r"[A-Za-z]{2}")
_NUMBER: Final = re.compile(r"[0-9.,:/+\-%()]*[0-9][0-9.,:/+\-%()]*")
_FUNCTIONS: Final = re.compile(r"\b(?:sin|cos|tan|log|lim|ln)\b")

_LIKE_NUMBER: Final = re.compile(r"(?=.*[0-9])(?![0-9]+[a-z]$)[0-9IlioOsSyzZbBgqGT.,:/+\-%()]+")
"""Digits among letters that look like some; a small letter behind a number, as in `12b`, is one."""

_ENDS: Final = ".,:"

_LEAST_NUMBER: Final = 0.3
"""Share of numbers among what a word may be from which its glyphs are asked as well: `I` is rather a word than a 1."""

_CLEAR_NUMBER: Final = 0.8
"""Confidence of its glyphs from which what was read as letters may be a number."""

NumberReader = Callable[[Drawing], Reading]
"""Reads a drawing as a number, glyph by glyph."""


def has_words(text: str, *, functions: bool = False) -> bool:
    """Tell whether a text has two letters beside each other that are no name of a function.

    Args:
        text: The text.
        functions: Whether the names of functions count as well: there is no other way to read them.
    """
    return bool(_WORD.search(text if functions else _FUNCTIONS.sub(" ", text)))


class WholeWords:
    """Reads lines as words. Not thread-safe: each thread needs its own.

    The program's own network is loaded with the first line.
    """

    def __init__(self, store: ModelStore, model: str | None = None, own_words: OwnWords | None = None) -> None:
        """Take what is needed to load the network.

        Args:
            store: The models.
            model: Name or folder of a model of lines, which is loaded now; None for the program's.
            own_words: Words of the user, which are expected; None for none.

        Raises:
            ModelFault: The named model is missing or damaged, or does not read lines.
        """
        self._store = store
        self._own_words = own_words
        self._recognizer = None if model is None else TextRecognizer(store, model, own_words)
        self._is_missing = False

    def read(
        self,
        drawing: Drawing,
        *,
        top: int,
        corrections: Corrections,
        alphabet: str | None,
        language: str = DEFAULT_LANGUAGE,
    ) -> TextLine | None:
        """Read a drawing as words; None where it has none within this alphabet, or there is no network for lines.

        Args:
            drawing: The drawing.
            top: Number of candidates that are wanted.
            corrections: The user's corrections.
            alphabet: One of `ALPHABETS`; within others nothing is read.
            language: See `TextRecognizer.read`.

        Raises:
            Fault: There are no words of this language.
        """
        if alphabet not in ALPHABETS or not (recognizer := self._loaded()):
            return None
        found = recognizer.read(drawing.strokes, top=top, corrections=corrections, language=language)
        if found is None or corrections.words:
            return found
        if not has_words(found.text, functions=alphabet is None) or not fits_words(found.reading, corrections):
            return None
        if alphabet == "letters" and not found.text.replace(" ", "").isalpha():
            return None
        return found

    def _loaded(self) -> TextRecognizer | None:
        if self._recognizer is None and not self._is_missing:
            try:
                self._recognizer = TextRecognizer(self._store, own_words=self._own_words)
            except ModelFault:
                # Lines are still read glyph by glyph.
                self._is_missing = True
        return self._recognizer


def is_clear(words: TextLine, *, glyphs_can_be_read: bool) -> bool:
    """Tell whether a line is one of words, whatever its glyphs say.

    Where the glyphs cannot be read, it is one unless it is a scrawl.

    Args:
        words: The line as words.
        glyphs_can_be_read: Whether the line can be read glyph by glyph as well.
    """
    if words.is_told:
        return True
    letters = sum(map(str.isalpha, words.text))
    if not glyphs_can_be_read:
        return words.confidence >= _SCRAWL_BELOW
    return words.confidence >= CLEAR_ABOVE or (letters >= _LONG and words.confidence >= _POOR_BELOW)


def are_rather_words(words: TextLine, glyphs: Reading) -> bool:
    """Tell whether a line is rather what it says as words than what its glyphs say.

    Their confidences decide, but of a long line of words: no reading by its glyphs comes near it, unless that sees an
    equation or several rows. Words that there are win over unsure glyphs with letters among them, of which `compd9ed`
    comes.
    """
    if words.confidence >= glyphs.confidence or not glyphs.candidates:
        return True
    if words.is_listed and words.confidence >= _PLAUSIBLE and not glyphs.sure and _LETTER.search(glyphs.text):
        return not glyphs.suggested_mode
    return sum(map(str.isalpha, words.text)) >= _LONG and not glyphs.suggested_mode and not glyphs.likely


def is_in_rows(drawing: Drawing) -> bool:
    """Tell whether words were written in several rows."""
    return share_in_rows(np.array([stroke.bounds for stroke in drawing.strokes])) > SEVERAL_ABOVE


def with_numbers(reading: Reading, drawing: Drawing, read: NumberReader) -> Reading:
    """Return a reading of words in which numbers are what their glyphs say.

    Args:
        reading: The reading.
        drawing: Its drawing.
        read: Reads the strokes of a number.
    """
    glyphs = list(reading.glyphs)
    confidence = reading.confidence
    for index, glyph in enumerate(glyphs):
        if glyph.read is not None or not _may_be_number(glyph):
            continue
        number = read(Drawing(tuple(drawing.strokes[stroke] for stroke in glyph.strokes)))
        if not _NUMBER.fullmatch(number.text) or not _is_rather(glyph, number):
            continue
        confidence = min(confidence / max(glyph.confidence, confidence), 1.0) * number.confidence
        glyphs[index] = _as_number(glyph, number)
    if glyphs == list(reading.glyphs):
        return reading
    text = " ".join(glyph.text for glyph in glyphs)
    if text == reading.text:
        return reading
    first = Candidate(text, " ".join(word_latex(glyph.text) for glyph in glyphs), min(confidence, reading.confidence))
    return replace(reading, candidates=(first, *reading.candidates[1:]), glyphs=tuple(glyphs))


def _may_be_number(word: GlyphReading) -> bool:
    """Tell whether a word is a number to the network for lines, might be one, or has digits and what looks so."""
    rated = max((one.confidence for one in word.candidates if _NUMBER.fullmatch(one.text)), default=0.0)
    return rated >= _LEAST_NUMBER or bool(_LIKE_NUMBER.fullmatch(word.text))


def _is_rather(word: GlyphReading, number: Reading) -> bool:
    """Tell whether a word is rather this number than what the network for lines says."""
    if _NUMBER.fullmatch(word.text):
        # Small signs and brackets are told by the words around them: only digits may differ.
        same = _signs_of(word.text) == _signs_of(number.text)
        return same and number.confidence >= min(word.confidence, _CLEAR_NUMBER)
    ends = {text[-1] if text[-1] in _ENDS else "" for text in (word.text, number.text)}
    clear = number.confidence >= _CLEAR_NUMBER and number.confidence > word.confidence
    return clear and len(ends) == 1 and "%" not in number.text


def _signs_of(number: str) -> str:
    return "".join(" " if character.isdigit() else character for character in number)


def _as_number(word: GlyphReading, number: Reading) -> GlyphReading:
    """Return a word with the texts of a number before its own ones."""
    texts = dict.fromkeys(one.text for one in (*number.candidates, *word.candidates))
    labels = tuple(Label(text, word_latex(text)) for text in texts)
    known = {one.text: one.confidence for one in reversed((*number.candidates, *word.candidates))}
    shares = np.array([known[text] for text in texts])
    rest = max(float(shares[1:].sum()), 1e-6)
    shares[1:] *= min(1.0, (1 - float(shares[0])) / rest)
    candidates = tuple(
        Candidate(label.text, label.latex, float(share)) for label, share in zip(labels, shares, strict=True)
    )
    probabilities = (shares / max(float(shares.sum()), 1e-6)).astype(np.float32)
    prediction = Prediction(labels, probabilities, 1.0, number.sure)
    # The number may have more signs, or fewer.
    return replace(word, candidates=candidates, prediction=prediction, characters=())
