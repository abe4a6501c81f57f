"""An n-gram model of LaTeX: how probable the words of a formula are, given the words before and after them."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.ngram_table import NgramTable, read_table

_ORDER: Final = 3
"""Number of words of an n-gram."""

_UNKNOWN: Final = 0
_BORDER: Final = 1
_FIRST_WORD: Final = 2
_ANY: Final = 1 / 150
"""Probability of a word of which nothing is known: formulas have about 150 different symbols."""

_COMMONNESS: Final = 0.5
"""Share of the words' own log-probabilities that is taken out: the ink says already how probable each symbol is."""


class NgramModel:
    """A trigram model of words, read forwards and backwards.

    Trigrams that never occurred are estimated from bigrams, and these from single words: each order leaves to the next
    lower one a probability that grows with the number of different words it has seen (Witten & Bell 1991, "The
    zero-frequency problem").
    """

    def __init__(self, words: Sequence[str], trigrams: NgramTable) -> None:
        """Take the words, and the trigrams.

        Args:
            words: The vocabulary.
            trigrams: Those that occur, by their codes, see `_threes`.

        Raises:
            ValueError: The table is damaged, or does not fit to the words.
        """
        base = len(words) + _FIRST_WORD
        trigrams.check(base**_ORDER)
        codes, counts = trigrams.codes, trigrams.counts
        self._words = tuple(words)
        self._base = base
        self._index_of = {word: index for index, word in enumerate(words, start=_FIRST_WORD)}
        self._threes = trigrams
        # Bigrams before the last word and after the first, and the number of different words beside each.
        front, behind = codes // base, codes % base**2
        self._before, self._after = NgramTable.of(front, counts), NgramTable.of(behind, counts)
        self._kinds_before, self._kinds_after = NgramTable.of(front, counts**0), NgramTable.of(behind, counts**0)
        twos = self._before
        self._ones = NgramTable.of(twos.codes // base, twos.counts)
        self._kinds_next = NgramTable.of(twos.codes // base, twos.counts**0)
        self._kinds_last = NgramTable.of(twos.codes % base, twos.counts**0)
        self._total, self._kinds = int(twos.counts.sum()), len(self._ones.codes)

    @classmethod
    def of_formulas(cls, formulas: Iterable[str]) -> "NgramModel":
        """Count the trigrams of formulas in canonical LaTeX; equal formulas count once.

        Raises:
            ValueError: There is no formula.
        """
        different = sorted({formula for formula in formulas if formula.split()})
        words = sorted({word for formula in different for word in formula.split()})
        index_of = {word: index for index, word in enumerate(words, start=_FIRST_WORD)}
        base = len(words) + _FIRST_WORD
        codes = [
            _threes(np.array([index_of[word] for word in formula.split()], np.int64), base) for formula in different
        ]
        if not codes:
            raise ValueError("there is no formula to count")
        return cls(words, NgramTable.counted(codes))

    def scores(self, formulas: Sequence[str]) -> NDArray[np.float64]:
        """Return how much more each looks like a formula than its words by themselves, float64 [K], logarithms."""
        indices = [
            np.array([self._index_of.get(word, _UNKNOWN) for word in formula.split()], np.int64) for formula in formulas
        ]
        owner = np.repeat(np.arange(len(indices)), [len(one) + 2 for one in indices])
        threes = np.concatenate([_threes(one, self._base) for one in indices])
        base = self._base
        # Forwards, a trigram's last word follows the two others; backwards, its first one precedes them.
        first, middle, last = threes // base**2, threes // base % base, threes % base
        occurred = self._threes.of_codes(threes)
        before, after = threes // base, threes % base**2
        forwards = _mixed(
            occurred,
            self._before.of_codes(before),
            self._kinds_before.of_codes(before),
            self._two(middle, last, forwards=True),
        )
        backwards = _mixed(
            occurred,
            self._after.of_codes(after),
            self._kinds_after.of_codes(after),
            self._two(first, middle, forwards=False),
        )
        # A formula's last trigram has only borders to predict forwards, its first one only borders backwards.
        ends = np.append(np.flatnonzero(np.diff(owner)), len(owner) - 1)
        begins = np.append(0, ends[:-1] + 1)
        ahead = np.log(forwards)
        ahead[ends] = 0
        behind = np.log(backwards)
        behind[begins] = 0
        alone = np.log(self._one(last))
        alone[ends] = 0
        total = 0.5 * ahead + 0.5 * behind - _COMMONNESS * alone
        return np.bincount(owner, total, len(indices)).astype(np.float64)

    def _one(self, word: NDArray[np.int64]) -> NDArray[np.float64]:
        chance: NDArray[np.float64] = (self._ones.of_codes(word) + self._kinds * _ANY) / (self._total + self._kinds)
        return chance

    def _two(self, first: NDArray[np.int64], second: NDArray[np.int64], *, forwards: bool) -> NDArray[np.float64]:
        """Return the probability of the second word after the first, or backwards of the first before the second."""
        occurred = self._before.of_codes(first * self._base + second)
        given, wanted = (first, second) if forwards else (second, first)
        kinds = (self._kinds_next if forwards else self._kinds_last).of_codes(given)
        return _mixed(occurred, self._ones.of_codes(given), kinds, self._one(wanted))

    def to_bytes(self) -> bytes:
        """Return the file's content: an npz."""
        return self._threes.to_bytes(self._words)

    @classmethod
    def from_bytes(cls, content: bytes) -> "NgramModel":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: The content is damaged.
        """
        table, words = read_table(content, with_words=True)
        return cls(words, table)


def _mixed(
    occurred: NDArray[np.int64], given: NDArray[np.int64], kinds: NDArray[np.int64], lower: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mix the observed probability with that of the lower order, which stands alone where nothing was observed."""
    chance: NDArray[np.float64] = np.where(given > 0, (occurred + kinds * lower) / np.maximum(given + kinds, 1), lower)
    return chance


def _threes(words: NDArray[np.int64], base: int) -> NDArray[np.int64]:
    """Return the codes of the trigrams of K words with borders around them, int64 [K + 2]."""
    border = np.full(2, _BORDER, np.int64)
    row = np.concatenate([border, words, border])
    codes: NDArray[np.int64] = (row[:-2] * base + row[1:-1]) * base + row[2:]
    return codes
