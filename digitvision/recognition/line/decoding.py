"""From what the ink says of glyphs in a row to the strings that they may be, the best first."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.line.kinds import InkScores, Kind, word_scores
from digitvision.recognition.line.wordlist import WordList

_ALTERNATIVES: Final = 8
"""Other labellings of each word that are looked at."""

_FAMILIES: Final = ((0.5, True, False), (0.4, False, True), (0.1, True, True))
"""How frequent lines are of numbers, of words and of both: `(frequency, rows may be, others may be)`."""

Labels = tuple[int, ...]


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
    ink: InkScores, words: Sequence[tuple[int, int]], kinds: Sequence[Kind], listed: WordList | None = None
) -> list[Line]:
    """The readings of a line, the best first.

    Args:
        ink: Of all glyphs in reading order.
        words: Where each word begins and ends, see `geometry.words_of`.
        listed: Words that are to be expected; None for no expectation.
    """
    lines: dict[tuple[Labels, ...], Line] = {}
    choices = [_word_readings(ink, first, last, kinds, listed) for first, last in words]
    rows = {kind.row for kind in kinds}
    for frequency, row, other in _FAMILIES if len(rows) == 2 else ((1.0, True, True),):
        fitting = [[word for word in own if (row if word.kind.row else other)] for own in choices]
        if not all(fitting):
            continue
        best = [own[0] for own in fitting]
        score = math.log(frequency) + sum(word.score for word in best)
        others = [
            (own[0].score - word.score, place, word) for place, own in enumerate(fitting) for word in own[1:]
        ]
        others.sort(key=lambda one: one[0])
        for loss, place, word in [(0.0, 0, best[0]), *others[: 2 * _ALTERNATIVES]]:
            made = Line(score - loss, (*best[:place], word, *best[place + 1 :]))
            key = tuple(one.labels for one in made.words)
            if key not in lines or lines[key].score < made.score:
                lines[key] = made
    return sorted(lines.values(), key=lambda line: -line.score)


def _word_readings(
    ink: InkScores, first: int, last: int, kinds: Sequence[Kind], listed: WordList | None
) -> list[Word]:
    found: dict[Labels, Word] = {}
    for kind in kinds:
        base, scores = word_scores(kind, ink, first, last)
        readings = [(float(scores.max(axis=1).sum()), tuple(int(label) for label in scores.argmax(axis=1)))]
        readings += _substitutions(scores, *readings[0])
        if listed is not None and kind.letters:
            readings = listed.expected(readings, scores, capital=kind.name == "capitalised")
        for score, labels in readings:
            if labels not in found or found[labels].score < base + score:
                found[labels] = Word(base + score, labels, kind)
    return sorted(found.values(), key=lambda word: -word.score)[: 2 * _ALTERNATIVES]


def _substitutions(scores: NDArray[np.float64], best: float, labels: Labels) -> list[tuple[float, Labels]]:
    """The readings with one glyph other than in the best one, and with the two cheapest of these."""
    losses = scores.max(axis=1, keepdims=True) - scores
    losses[np.arange(len(labels)), list(labels)] = np.inf
    order = np.argsort(losses, axis=None, kind="stable")[:_ALTERNATIVES]
    found = []
    for flat in order.tolist():
        place, label = divmod(flat, scores.shape[1])
        found.append((best - float(losses[place, label]), (*labels[:place], label, *labels[place + 1 :])))
    changed = [divmod(flat, scores.shape[1]) for flat in order.tolist()]
    pairs = [(one, other) for one in changed[:3] for other in changed[:4] if one[0] < other[0]]
    for (one, one_label), (other, other_label) in pairs:
        both = list(labels)
        both[one], both[other] = one_label, other_label
        found.append((best - float(losses[one, one_label] + losses[other, other_label]), tuple(both)))
    return found
