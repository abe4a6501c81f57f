"""Words that are to be expected: a help where the ink leaves letters open, never a rule."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.faults import Fault
from digitvision.recognition.alphabets import LOWER
from digitvision.recognition.prediction import Label

WEIGHT: Final = 0.5
"""Of what words usually are, beside the ink."""

_LISTED: Final = 0.9
"""Share of written words that are in the list."""

_FOUND: Final = 6
"""Listed words that are looked at for one word of ink."""

_LONGEST: Final = 60
"""Letters: beyond it numbers overflow, and no word is so long."""


class WordList:
    """Words of small letters by their frequency."""

    def __init__(self, frequencies: Mapping[str, float], labels: Sequence[Label]) -> None:
        """Take words with how often each is met, in any unit; others than of the letters a to z are left out.

        Args:
            labels: The model's.
        """
        place_of = {label.text: place for place, label in enumerate(labels)}
        self._small = np.array([place_of[letter] for letter in LOWER], np.intp)
        self._large = np.array([place_of[letter.upper()] for letter in LOWER], np.intp)
        self._letter = {place: number for number, place in (*_numbered(self._small), *_numbered(self._large))}
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
        self._places = {
            tuple(row): place for length in self._words for place, row in enumerate(self._words[length].tolist())
        }

    def expected(
        self, readings: Sequence[tuple[float, tuple[int, ...]]], scores: NDArray[np.float64], *, capital: bool
    ) -> list[tuple[float, tuple[int, ...]]]:
        """Readings of a word with what words usually are taken into account, and the listed words that fit the ink.

        Args:
            readings: Scores and classes.
            scores: float64 [K, C]: logarithms of each glyph's probabilities.
            capital: Whether the first letter is a capital before small ones.
        """
        found = {labels: score + self._gain(labels) for score, labels in readings}
        best = readings[0][1]
        # A full stop or comma at the end is no letter of the word.
        count = len(best) if best[-1] in self._letter else len(best) - 1
        if count in self._words:
            large = best[0] in self._large
            columns = [self._large if large and (place == 0 or not capital) else self._small for place in range(count)]
            tables = np.stack([scores[place, own] for place, own in enumerate(columns)])
            fit = tables[np.arange(count)[None, :], self._words[count]].sum(axis=1)
            fit += WEIGHT * _gains(self._shares[count], count)
            rest = float(scores[count, best[count]]) if count < len(best) else 0.0
            for place in np.argsort(-fit, kind="stable")[:_FOUND].tolist():
                letters = self._words[count][place].tolist()
                labels = tuple(int(own[letter]) for own, letter in zip(columns, letters, strict=True)) + best[count:]
                found[labels] = float(fit[place]) + rest
        return [(score, labels) for labels, score in found.items()]

    def _gain(self, labels: tuple[int, ...]) -> float:
        letters = tuple(self._letter.get(label, -1) for label in labels)
        if letters and letters[-1] < 0:
            letters = letters[:-1]
        place = self._places.get(letters)
        share = 0.0 if place is None else float(self._shares[len(letters)][place])
        return WEIGHT * float(_gains(np.array([share]), len(letters))[0])


def english_words(labels: Sequence[Label]) -> WordList:
    """The English words of pyspellchecker with their frequencies.

    Raises:
        Fault: It is not installed.
    """
    try:
        from spellchecker import SpellChecker
    except ImportError as error:
        raise Fault("There is no list of words: install DigitVision with its extra “words”.") from error
    return WordList(SpellChecker(language="en").word_frequency.dictionary, labels)


def _numbered(places: NDArray[np.intp]) -> list[tuple[int, int]]:
    return [(number, int(place)) for number, place in enumerate(places)]


def _gains(shares: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """How much more probable words of these shares are than any string of as many letters."""
    gains: NDArray[np.float64] = np.log(
        1 - _LISTED + _LISTED * shares * math.exp(min(count, _LONGEST) * math.log(len(LOWER)))
    )
    return gains
