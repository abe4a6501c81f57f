"""An n-gram model of LaTeX: how probable the words of a formula are, given the words before and after them."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_ORDER: Final = 3
"""Number of words of an n-gram."""

_UNKNOWN: Final = 0
_BORDER: Final = 1
_FIRST_WORD: Final = 2
_ANY: Final = 1 / 150
"""Probability of a word of which nothing is known: formulas have about 150 different symbols."""

_COMMONNESS: Final = 0.5
"""Share of the words' own log-probabilities that is taken out: the ink says already how probable each symbol is."""


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Sorted codes of n-grams, and how often each occurs."""

    codes: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, codes: NDArray[np.int64], counts: NDArray[np.int64]) -> "_Table":
        own, index = np.unique(codes, return_inverse=True)
        return cls(own, np.bincount(index, counts, len(own)).astype(np.int64))

    def of_codes(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the count of each code; 0 for one that never occurred."""
        index = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        found: NDArray[np.int64] = np.where(self.codes[index] == codes, self.counts[index], 0)
        return found


class NgramModel:
    """A trigram model of words, read forwards and backwards.

    Trigrams that never occurred are estimated from bigrams, and these from single words: each order leaves to the next
    lower one a probability that grows with the number of different words it has seen (Witten & Bell 1991, "The
    zero-frequency problem").
    """

    def __init__(self, words: Sequence[str], codes: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
        """Take the words, and the trigrams' codes and counts.

        Args:
            words: The vocabulary.
            codes: int64 [T], ascending: the code of each trigram that occurs, see `_threes`.
            counts: int64 [T], at least 1: how often each occurs.

        Raises:
            ValueError: The arrays do not fit together or to the words.
        """
        base = len(words) + _FIRST_WORD
        if (
            codes.ndim != 1
            or not len(codes)
            or codes.shape != counts.shape
            or not (np.diff(codes) > 0).all()
            or codes[0] < 0
            or codes[-1] >= base**_ORDER
            or counts.min() < 1
        ):
            raise ValueError("it is no table of n-grams")
        self._words = tuple(words)
        self._base = base
        self._index_of = {word: index for index, word in enumerate(words, start=_FIRST_WORD)}
        self._threes = _Table(codes, counts)
        # Bigrams before the last word and after the first, and the number of different words beside each.
        front, behind = codes // base, codes % base**2
        self._before, self._after = _Table.of(front, counts), _Table.of(behind, counts)
        self._kinds_before, self._kinds_after = _Table.of(front, counts**0), _Table.of(behind, counts**0)
        twos = self._before
        self._ones = _Table.of(twos.codes // base, twos.counts)
        self._kinds_next = _Table.of(twos.codes // base, twos.counts**0)
        self._kinds_last = _Table.of(twos.codes % base, twos.counts**0)
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
        own, counts = np.unique(np.concatenate(codes), return_counts=True)
        return cls(words, own, counts.astype(np.int64))

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
        content = io.BytesIO()
        words = np.frombuffer("\n".join(self._words).encode(), np.uint8)
        steps = np.diff(self._threes.codes, prepend=0)
        np.savez_compressed(content, words=words, steps=steps, counts=self._threes.counts.astype(np.uint16))
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "NgramModel":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: The content is damaged.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                words = bytes(arrays["words"].astype(np.uint8)).decode().split("\n")
                return cls(words, np.cumsum(arrays["steps"].astype(np.int64)), arrays["counts"].astype(np.int64))
        except (OSError, ValueError, KeyError, EOFError, IndexError, zipfile.BadZipFile) as error:
            raise ValueError("it is no table of n-grams") from error


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
