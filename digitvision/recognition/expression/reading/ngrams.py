"""Which words of LaTeX follow each other in formulas: what a whole reading looks like beside another one."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_ORDER: Final = 3
_UNKNOWN: Final = 0
_BORDER: Final = 1
_FIRST_WORD: Final = 2
_ANY: Final = 1 / 150
"""Probability of a word of which nothing is known: about as many signs are written."""

_COMMONNESS: Final = 0.5
"""How much of the words' own frequency is taken out: the ink has told already what is there."""


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Counts of what follows what: sorted codes of words in a row, and how often each occurs."""

    codes: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, codes: NDArray[np.int64], counts: NDArray[np.int64]) -> "_Table":
        own, place = np.unique(codes, return_inverse=True)
        return cls(own, np.bincount(place, counts, len(own)).astype(np.int64))

    def of_codes(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The count of each; 0 of what never occurred."""
        place = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        found: NDArray[np.int64] = np.where(self.codes[place] == codes, self.counts[place], 0)
        return found


class NgramModel:
    """Counts of three words in a row, read forwards and backwards.

    What never occurred is told from fewer words: each order gives as much as it has seen different words to the next
    lower one (Witten & Bell 1991, "The zero-frequency problem").
    """

    def __init__(self, words: Sequence[str], codes: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
        """Take the words, and the code of each three in a row with how often it occurs.

        Raises:
            ValueError: They are not of one kind.
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
        self._place_of = {word: place for place, word in enumerate(words, start=_FIRST_WORD)}
        self._threes = _Table(codes, counts)
        # By the two words before the last, or after the first; and each seen from both sides.
        front, back = codes // base, codes % base**2
        self._before, self._after = _Table.of(front, counts), _Table.of(back, counts)
        self._kinds_before, self._kinds_after = _Table.of(front, counts**0), _Table.of(back, counts**0)
        twos = self._before
        self._ones = _Table.of(twos.codes // base, twos.counts)
        self._kinds_next = _Table.of(twos.codes // base, twos.counts**0)
        self._kinds_last = _Table.of(twos.codes % base, twos.counts**0)
        self._total, self._kinds = int(twos.counts.sum()), len(self._ones.codes)

    @classmethod
    def of_formulas(cls, formulas: Iterable[str]) -> "NgramModel":
        """Count canonical LaTeX; every different formula once.

        Raises:
            ValueError: There is no formula.
        """
        different = sorted({formula for formula in formulas if formula.split()})
        words = sorted({word for formula in different for word in formula.split()})
        place_of = {word: place for place, word in enumerate(words, start=_FIRST_WORD)}
        base = len(words) + _FIRST_WORD
        codes = [
            _threes(np.array([place_of[word] for word in formula.split()], np.int64), base) for formula in different
        ]
        if not codes:
            raise ValueError("there is no formula to count")
        own, counts = np.unique(np.concatenate(codes), return_counts=True)
        return cls(words, own, counts.astype(np.int64))

    def scores(self, formulas: Sequence[str]) -> NDArray[np.float64]:
        """How much more each looks like a formula than its words by themselves: logarithms, float64 [K]."""
        places = [
            np.array([self._place_of.get(word, _UNKNOWN) for word in formula.split()], np.int64) for formula in formulas
        ]
        owner = np.repeat(np.arange(len(places)), [len(one) + 2 for one in places])
        threes = np.concatenate([_threes(one, self._base) for one in places])
        base = self._base
        # Of these three, forwards the last one follows the others, backwards the first one.
        first, middle, last = threes // base**2, threes // base % base, threes % base
        seen = self._threes.of_codes(threes)
        before, after = threes // base, threes % base**2
        forwards = _mixed(
            seen,
            self._before.of_codes(before),
            self._kinds_before.of_codes(before),
            self._two(middle, last, forwards=True),
        )
        backwards = _mixed(
            seen,
            self._after.of_codes(after),
            self._kinds_after.of_codes(after),
            self._two(first, middle, forwards=False),
        )
        # The last three have nothing to tell forwards, the first three nothing backwards.
        ends = np.append(np.flatnonzero(np.diff(owner)), len(owner) - 1)
        begins = np.append(0, ends[:-1] + 1)
        told = np.log(forwards)
        told[ends] = 0
        back = np.log(backwards)
        back[begins] = 0
        alone = np.log(self._one(last))
        alone[ends] = 0
        total = 0.5 * told + 0.5 * back - _COMMONNESS * alone
        return np.bincount(owner, total, len(places)).astype(np.float64)

    def _one(self, word: NDArray[np.int64]) -> NDArray[np.float64]:
        chance: NDArray[np.float64] = (self._ones.of_codes(word) + self._kinds * _ANY) / (self._total + self._kinds)
        return chance

    def _two(self, first: NDArray[np.int64], second: NDArray[np.int64], *, forwards: bool) -> NDArray[np.float64]:
        """Of the second word after the first one, or of the first one before the second."""
        seen = self._before.of_codes(first * self._base + second)
        given, wanted = (first, second) if forwards else (second, first)
        kinds = (self._kinds_next if forwards else self._kinds_last).of_codes(given)
        return _mixed(seen, self._ones.of_codes(given), kinds, self._one(wanted))

    def to_bytes(self) -> bytes:
        """As it lies on disk: an npz."""
        content = io.BytesIO()
        words = np.frombuffer("\n".join(self._words).encode(), np.uint8)
        steps = np.diff(self._threes.codes, prepend=0)
        np.savez_compressed(content, words=words, steps=steps, counts=self._threes.counts.astype(np.uint16))
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "NgramModel":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: It is damaged.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                words = bytes(arrays["words"].astype(np.uint8)).decode().split("\n")
                return cls(words, np.cumsum(arrays["steps"].astype(np.int64)), arrays["counts"].astype(np.int64))
        except (OSError, ValueError, KeyError, EOFError, IndexError, zipfile.BadZipFile) as error:
            raise ValueError("it is no table of n-grams") from error


def _mixed(
    seen: NDArray[np.int64], given: NDArray[np.int64], kinds: NDArray[np.int64], lower: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What was seen of all that was given, and the rest by the lower order; that alone where nothing was given."""
    chance: NDArray[np.float64] = np.where(given > 0, (seen + kinds * lower) / np.maximum(given + kinds, 1), lower)
    return chance


def _threes(words: NDArray[np.int64], base: int) -> NDArray[np.int64]:
    """The codes of each three words in a row, int64 [K + 2], with borders around the K words."""
    border = np.full(2, _BORDER, np.int64)
    row = np.concatenate([border, words, border])
    codes: NDArray[np.int64] = (row[:-2] * base + row[1:-1]) * base + row[2:]
    return codes
