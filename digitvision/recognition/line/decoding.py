"""Decode the scores of glyphs in a row into the strings that they may be, the best first."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from digitvision.recognition.expression.reading.priors import SymbolPriors
from digitvision.recognition.line.grammar import whole_cost
from digitvision.recognition.line.line_kinds import InkScores, Kind, fit_of, word_scores
from digitvision.recognition.line.viterbi import Labels, best_labellings
from digitvision.recognition.line.word_list import WordList
from digitvision.recognition.prediction import Label

_ALTERNATIVES: Final = 8
"""Number of other labellings of each word that are considered."""

_HOPELESS: Final = 15.0
"""How much worse than the best one a kind may fit, as a logarithm."""

_ROWS: Final = 0.5
"""Share of lines that are numbers and arithmetic; `_WORDS` of words, `_BOTH` of both."""
_WORDS: Final = 0.4
_BOTH: Final = 0.1


@dataclass(frozen=True, slots=True)
class Word:
    """One possible reading of one word of the line.

    Attributes:
        score: Logarithm of its probability, its kind's included, comparable among readings of the word.
        labels: Classes of its glyphs, as indices among the model's labels.
        kind: The word's kind.
    """

    score: float
    labels: Labels
    kind: Kind


@dataclass(frozen=True, slots=True)
class Line:
    """One possible reading of a whole line."""

    score: float
    words: tuple[Word, ...]

    @property
    def labels(self) -> Labels:
        return tuple(label for word in self.words for label in word.labels)


def read_words(
    ink: InkScores,
    words: Sequence[tuple[int, int]],
    kinds: Sequence[Kind],
    labels: Sequence[Label],
    grammar: SymbolPriors,
    listed: WordList | None = None,
) -> list[Line]:
    """Return the readings of a line, the best first; none of them contradicts what the user has chosen.

    Args:
        ink: Scores of all glyphs in reading order.
        words: First glyph of each word and the glyph after its last, see `word_gaps.words_of`.
        kinds: The kinds of words that are allowed.
        labels: The model's labels.
        grammar: The grammar of numbers and arithmetic.
        listed: Expected words; None for no expectation.
    """
    lines: dict[Labels, Line] = {}
    rows = [kind for kind in kinds if kind.row]
    others = [kind for kind in kinds if not kind.row]
    cache: dict[tuple[int, int, str], list[Word]] = {}

    def readings_of(first: int, last: int, candidates: Sequence[Kind]) -> list[Word]:
        fits = [fit_of(kind, ink, first, last) for kind in candidates]
        found = []
        for kind, fit in zip(candidates, fits, strict=True):
            if fit == -math.inf or fit < max(fits) - _HOPELESS:
                continue
            key = (first, last, kind.name)
            if key not in cache:
                expected = listed if kind.letters else None
                cache[key] = _word_readings(ink, first, last, kind, fit, labels, grammar, expected)
            found += cache[key]
        return sorted(found, key=lambda word: -word.score)[: 2 * _ALTERNATIVES]

    # Gaps around the signs of arithmetic do not separate words: a line of numbers is read as a whole.
    whole = [(0, len(ink.shares))]
    for frequency, spans, candidates in ((_ROWS, whole, rows), (_WORDS, words, others), (_BOTH, words, kinds)):
        if not candidates:
            continue
        choices = [readings_of(first, last, candidates) for first, last in spans]
        if not all(choices):
            # None of these kinds has what the user has chosen for some glyph.
            continue
        for line in _combined(math.log(frequency), choices):
            if line.labels not in lines or lines[line.labels].score < line.score:
                lines[line.labels] = line
    return sorted(lines.values(), key=lambda line: -line.score)


def _combined(base: float, choices: Sequence[Sequence[Word]]) -> Iterator[Line]:
    """Yield the best words together, then lines with one word replaced by another of its readings."""
    best = [readings[0] for readings in choices]
    score = base + sum(word.score for word in best)
    yield Line(score, tuple(best))
    others = [
        (readings[0].score - word.score, index, word) for index, readings in enumerate(choices) for word in readings[1:]
    ]
    others.sort(key=lambda one: one[0])
    for loss, index, word in others[: 2 * _ALTERNATIVES]:
        yield Line(score - loss, (*best[:index], word, *best[index + 1 :]))


def _word_readings(
    ink: InkScores,
    first: int,
    last: int,
    kind: Kind,
    fit: float,
    labels: Sequence[Label],
    grammar: SymbolPriors,
    listed: WordList | None,
) -> list[Word]:
    scores = word_scores(kind, ink, first, last)
    begins, pairs = (grammar.begins, grammar.follows[:, 0]) if kind.row else (None, None)
    readings = best_labellings(scores, begins, pairs, _ALTERNATIVES + 1)
    if kind.row:
        readings = [
            (score + whole_cost([labels[label].text for label in classes]), classes) for score, classes in readings
        ]
    readings.sort(key=lambda one: -one[0])
    if listed is not None:
        readings = listed.expected(readings, scores, capital=kind.name == "capitalised")
    return [
        Word(fit + score, classes, kind)
        for score, classes in readings
        if all(classes[index - first] == label for index, label in ink.pinned.items() if first <= index < last)
    ]
