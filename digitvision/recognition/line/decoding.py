"""From what the ink says of glyphs in a row to the strings that they may be, the best first."""

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
"""Other labellings of each word that are looked at."""

_HOPELESS: Final = 15.0
"""How much worse than the best one a kind may fit."""

_ROWS: Final = 0.5
"""How frequent lines are of numbers; `_WORDS` of words, `_BOTH` of both."""
_WORDS: Final = 0.4
_BOTH: Final = 0.1


@dataclass(frozen=True, slots=True)
class Word:
    """One possible reading of one word of the line.

    Attributes:
        score: Logarithm of its probability beside the other readings', its kind's part in it.
        labels: Classes of its glyphs, as places among the model's labels.
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
    """The readings of a line, the best first.

    Args:
        ink: Of all glyphs in reading order.
        words: Where each word begins and ends, see `geometry.words_of`.
        labels: The model's.
        grammar: Of numbers and arithmetic.
        listed: Words that are to be expected; None for no expectation.
    """
    lines: dict[Labels, Line] = {}
    rows = [kind for kind in kinds if kind.row]
    others = [kind for kind in kinds if not kind.row]
    known: dict[tuple[int, int, str], list[Word]] = {}

    def readings_of(first: int, last: int, own: Sequence[Kind]) -> list[Word]:
        fits = [fit_of(kind, ink, first, last) for kind in own]
        found = []
        for kind, fit in zip(own, fits, strict=True):
            if fit < max(fits) - _HOPELESS:
                continue
            key = (first, last, kind.name)
            if key not in known:
                expected = listed if kind.letters else None
                known[key] = _word_readings(ink, first, last, kind, fit, labels, grammar, expected)
            found += known[key]
        return sorted(found, key=lambda word: -word.score)[: 2 * _ALTERNATIVES]

    # Room around the signs of arithmetic parts no words: a line of numbers is read as a whole.
    whole = [(0, len(ink.shares))]
    for frequency, spans, own in ((_ROWS, whole, rows), (_WORDS, words, others), (_BOTH, words, kinds)):
        if not own:
            continue
        for line in _lines(math.log(frequency), [readings_of(first, last, own) for first, last in spans]):
            if line.labels not in lines or lines[line.labels].score < line.score:
                lines[line.labels] = line
    return sorted(lines.values(), key=lambda line: -line.score)


def _lines(base: float, choices: Sequence[Sequence[Word]]) -> Iterator[Line]:
    """The best words together, and with one of them replaced by another of its readings."""
    best = [own[0] for own in choices]
    score = base + sum(word.score for word in best)
    yield Line(score, tuple(best))
    others = [(own[0].score - word.score, place, word) for place, own in enumerate(choices) for word in own[1:]]
    others.sort(key=lambda one: one[0])
    for loss, place, word in others[: 2 * _ALTERNATIVES]:
        yield Line(score - loss, (*best[:place], word, *best[place + 1 :]))


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
        readings = [(score + whole_cost([labels[label].text for label in own]), own) for score, own in readings]
    readings.sort(key=lambda one: -one[0])
    if listed is not None:
        readings = listed.expected(readings, scores, capital=kind.name == "capitalised")
    return [Word(fit + score, own, kind) for score, own in readings]
