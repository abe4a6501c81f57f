"""Lists of expected words, which help where the ink leaves letters open and never decide alone."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.faults import Fault
from digitvision.recognition.alphabets import LOWER
from digitvision.recognition.prediction import Label

WEIGHT: Final = 0.5
"""Weight of the words' log-probabilities beside the ink's."""

_LISTED: Final = 0.9
"""Share of written words that are in the list."""

_FOUND: Final = 6
"""Number of listed words that are considered for one word of ink."""

_LONGEST: Final = 60
"""Letters of a word up to which its gain grows: beyond it numbers overflow, and no word is so long."""


class WordList:
    """Words of small letters with their frequencies."""

    def __init__(self, frequencies: Mapping[str, float], labels: Sequence[Label]) -> None:
        """Take words and how often each occurs, in any unit; only words of the letters a to z are kept.

        Args:
            frequencies: Frequency of each word.
            labels: The model's labels.
        """
        index_of = {label.text: index for index, label in enumerate(labels)}
        self._small = np.array([index_of[letter] for letter in LOWER], np.intp)
        self._large = np.array([index_of[letter.upper()] for letter in LOWER], np.intp)
        self._letter = {index: number for number, index in (*_enumerated(self._small), *_enumerated(self._large))}
        kept = {
            word: frequency
            for word, frequency in frequencies.items()
            if word and frequency > 0 and word.isascii() and word.isalpha() and word.islower()
        }
        total = sum(kept.values())
        by_length: dict[int, list[str]] = {}
        for word in kept:
            by_length.setdefault(len(word), []).append(word)
        self._words = {
            length: np.frombuffer("".join(words).encode("ascii"), np.uint8).reshape(-1, length) - ord("a")
            for length, words in by_length.items()
        }
        self._shares = {length: np.array([kept[word] / total for word in words]) for length, words in by_length.items()}
        self._index_of = {
            tuple(row): index for length in self._words for index, row in enumerate(self._words[length].tolist())
        }

    def expected(
        self, readings: Sequence[tuple[float, tuple[int, ...]]], scores: NDArray[np.float64], *, capital: bool
    ) -> list[tuple[float, tuple[int, ...]]]:
        """Add the gain of expected words to a word's readings, and add the listed words that fit the ink.

        Args:
            readings: Scores and classes.
            scores: float64 [K, C], log-probabilities of each glyph.
            capital: Whether the first letter is a capital before small ones.
        """
        found = {labels: score + self._gain(labels) for score, labels in readings}
        best = readings[0][1]
        # A full stop or comma at the end is not a letter of the word.
        count = len(best) if best[-1] in self._letter else len(best) - 1
        if count in self._words:
            large = best[0] in self._large
            columns = [self._large if large and (index == 0 or not capital) else self._small for index in range(count)]
            tables = np.stack([scores[index, own] for index, own in enumerate(columns)])
            fit = tables[np.arange(count)[None, :], self._words[count]].sum(axis=1)
            fit += WEIGHT * _gains(self._shares[count], count)
            rest = float(scores[count, best[count]]) if count < len(best) else 0.0
            for index in np.argsort(-fit, kind="stable")[:_FOUND].tolist():
                letters = self._words[count][index].tolist()
                labels = tuple(int(own[letter]) for own, letter in zip(columns, letters, strict=True)) + best[count:]
                found[labels] = float(fit[index]) + rest
        return [(score, labels) for labels, score in found.items()]

    def _gain(self, labels: tuple[int, ...]) -> float:
        letters = tuple(self._letter.get(label, -1) for label in labels)
        if letters and letters[-1] < 0:
            letters = letters[:-1]
        index = self._index_of.get(letters)
        share = 0.0 if index is None else float(self._shares[len(letters)][index])
        return WEIGHT * float(_gains(np.array([share]), len(letters))[0])


def english_words(labels: Sequence[Label]) -> WordList:
    """Load the English words of pyspellchecker with their frequencies.

    Raises:
        Fault: pyspellchecker is not installed.
    """
    try:
        from spellchecker import SpellChecker
    except ImportError as error:
        raise Fault("There is no list of words: install pyspellchecker again.") from error
    return WordList(SpellChecker(language="en").word_frequency.dictionary, labels)


def _enumerated(indices: NDArray[np.intp]) -> list[tuple[int, int]]:
    return [(number, int(index)) for number, index in enumerate(indices)]


def _gains(shares: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return how much more probable words with these shares are than any string of as many letters."""
    gains: NDArray[np.float64] = np.log(
        1 - _LISTED + _LISTED * shares * math.exp(min(count, _LONGEST) * math.log(len(LOWER)))
    )
    return gains
