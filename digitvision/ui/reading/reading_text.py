"""The text beside a reading: how sure it is, what else it may be, and which of its candidates look alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QCoreApplication

from digitvision.ink.dots import is_dot
from digitvision.ink.stroke import Bounds
from digitvision.recognition.alphabets import mistakable
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.models.model_card import AlphabetCard
from digitvision.recognition.prediction import Candidate, Reading, Verdict, percent
from digitvision.ui.canvas.glyph_boxes import trust_in
from digitvision.ui.reading.reading_kinds import READINGS

NEXT_CANDIDATES: Final = 3
LEAST_CANDIDATE: Final = 0.001
"""Candidates with less confidence are not named among the next best."""

CLOSE_SHARE: Final = 0.2
"""A candidate is close to a better one when it has at least this share of its confidence."""

MOST_GUESSES: Final = 3
"""Number of candidates that are named where a reading is not sure."""

ReadingTrust: TypeAlias = Verdict | Literal["chosen"]
"""How far a reading of several glyphs can be relied on; a `chosen` one is what the user said that it is."""

_CONTEXT: Final = "AnswerWords"
_translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """The texts of an answer.

    Attributes:
        glyph: The answer itself; empty where it is not sure, because a guess in large type looks like an answer.
        headline: The confidence, or that the reading is not sure.
        verdict: The word for the confidence, or what a reading that is not sure might be.
        others: The candidates after the answer that can be chosen instead, best first; all of them where there is no
            answer, and none where the ink looks like none of them.
        likeness: A sentence on which candidates look alike; empty when none do.
    """

    glyph: str
    headline: str
    verdict: str
    others: tuple[Candidate, ...]
    likeness: str


def words_for(reading: Reading, alphabet: AlphabetCard) -> AnswerWords:
    """Return the texts for a reading that has candidates, by a recognizer of this alphabet."""
    best = reading.candidates[0]
    if reading.chosen:
        return _words_for_choice(reading, alphabet)
    likeness = _likeness(reading.candidates[: NEXT_CANDIDATES + 1])
    others = _worth_naming(reading.candidates)
    if reading.sure:
        sure = reading.verdict == "sure"
        verdict = _translate(_CONTEXT, "Sure") if sure else _translate(_CONTEXT, "Likely")
        return AnswerWords(reading.text, unbroken_percent(best.confidence), verdict, others[1:], likeness)
    headline = _translate(_CONTEXT, "Not sure")
    if reading.raster is not None and is_dot(reading.raster):
        return AnswerWords("", headline, _translate(_CONTEXT, "Too little ink to tell"), (), "")
    if is_foreign(reading, alphabet):
        # The most similar class of an alphabet that the glyph does not belong to would only mislead.
        return AnswerWords("", headline, _translate(_CONTEXT, "Looks like no symbol of this alphabet"), (), "")
    guesses = [one.text for one in reading.candidates if one.confidence >= CLOSE_SHARE * best.confidence]
    verdict = _translate(_CONTEXT, "Perhaps {symbols}").format(
        symbols=_list_of(guesses[:MOST_GUESSES], _translate(_CONTEXT, "{first} or {last}"))
    )
    return AnswerWords("", headline, verdict, others, likeness)


def _words_for_choice(reading: Reading, alphabet: AlphabetCard) -> AnswerWords:
    """Return the texts for what the user chose, beside what the network reads."""
    prediction = reading.glyphs[0].prediction
    read = prediction.candidates(NEXT_CANDIDATES + 1)
    verdict = _translate(_CONTEXT, "The network is not sure")
    if prediction.sure and not is_foreign(reading, alphabet):
        share = unbroken_percent(read[0].confidence)
        verdict = _translate(_CONTEXT, "The network reads {text}, {share}").format(text=read[0].text, share=share)
    weight = shown_weight(reading, alphabet)
    weighed = [replace(one, confidence=one.confidence * weight) for one in read]
    others = tuple(one for one in _worth_naming(weighed) if one.latex != reading.latex)
    return AnswerWords(reading.text, _translate(_CONTEXT, "Your choice"), verdict, others[:NEXT_CANDIDATES], "")


def trust_of(reading: Reading, corrections: Corrections, box: Bounds | None = None) -> ReadingTrust:
    """Return how far a reading of several glyphs can be relied on, where the user may have corrected some of them.

    What the user chose is no network's answer, sure or not. Glyphs that nobody chose may still be not sure.

    Args:
        reading: The reading, or that of a row.
        corrections: What the user has said of the drawing or the picture.
        box: The rectangle of the row in a picture; None for strokes.
    """
    if not any(glyph.is_word for glyph in reading.glyphs):
        # What was said of words is not heeded where glyphs are read.
        corrections = corrections.without_words()
    chosen = [glyph for glyph, _ in corrections.labels] + [child for child, _, _ in corrections.relations]
    own = frozenset(stroke for glyph in reading.glyphs for stroke in glyph.strokes)
    touched = any(glyph <= own for glyph in chosen)
    if box is not None:
        places = [place for place, _ in corrections.picture]
        touched = any(place is None or _is_within(place, box) for place in places)
        if box in places or None in places:
            return "chosen"
    if not touched:
        return reading.verdict
    others = [glyph for glyph in reading.glyphs if frozenset(glyph.strokes) not in chosen]
    is_open = reading.verdict == "not sure" and any(trust_in(glyph) == "not sure" for glyph in others)
    return reading.verdict if is_open else "chosen"


def trust_words(trust: ReadingTrust) -> str:
    """Return the word or words for how far a reading can be relied on."""
    return {
        "sure": _translate(_CONTEXT, "Sure"),
        "likely": _translate(_CONTEXT, "Likely"),
        "not sure": _translate(_CONTEXT, "Not sure"),
        "chosen": _translate(_CONTEXT, "Your choice"),
    }[trust]


def _is_within(box: Bounds, other: Bounds) -> bool:
    across = other.left <= box.left and box.right <= other.right
    return across and other.top <= box.top and box.bottom <= other.bottom


def _worth_naming(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    return tuple(one for one in candidates[: NEXT_CANDIDATES + 1] if one.confidence >= LEAST_CANDIDATE)


def is_foreign(reading: Reading, alphabet: AlphabetCard) -> bool:
    """Whether the glyph looks like none of the alphabet's symbols."""
    return any(glyph.prediction.in_vocabulary < alphabet.in_vocabulary_above for glyph in reading.glyphs)


def shown_weight(reading: Reading, alphabet: AlphabetCard) -> float:
    """Return what a character's probabilities are multiplied by where they are shown, 0 to 1.

    They add up to 1 among the alphabet's classes, even for ink that looks like none of them.
    """
    return reading.glyphs[0].prediction.in_vocabulary if is_foreign(reading, alphabet) else 1.0


def unbroken_percent(confidence: float) -> str:
    """Return a confidence in percent that stays on one line."""
    return percent(confidence).replace(" ", "\u00a0")


def latex_says_more(reading: Reading) -> bool:
    """Whether a reading's LaTeX says anything that its text does not: that of a word is its letters with spaces."""
    if any(glyph.is_word for glyph in reading.glyphs):
        return False
    return not READINGS[reading.mode].words or reading.latex.replace(" ", "") != reading.text.replace(" ", "")


def _likeness(candidates: Sequence[Candidate]) -> str:
    """Return a sentence on the first candidates that look alike and are close; empty when none are."""
    for number, better in enumerate(candidates):
        close = [
            other.text for other in candidates[number + 1 :] if other.confidence >= CLOSE_SHARE * better.confidence
        ]
        alike = mistakable(better.text, close)
        if alike and better.confidence >= CLOSE_SHARE * candidates[0].confidence:
            symbols = _list_of([better.text, *alike], _translate(_CONTEXT, "{first} and {last}"))
            return _translate(_CONTEXT, "{symbols} look alike: size or context decides").format(symbols=symbols)
    return ""


def _list_of(symbols: Sequence[str], last_two: str) -> str:
    """Return symbols as a list, the last joined to the others by the pattern `last_two`."""
    *first, last = symbols
    return last_two.format(first=", ".join(first), last=last) if first else last
