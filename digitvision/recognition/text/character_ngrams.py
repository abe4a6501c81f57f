"""A character n-gram model: which characters follow each other in texts."""

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.ngram_table import NgramTable, read_table
from digitvision.recognition.text.characters import CHARACTERS, classes_of, is_readable

V = TypeVar("V")

ORDER: Final = 6
"""Number of characters of an n-gram."""

_BASE: Final = len(CHARACTERS) + 1
_BORDER: Final = len(CHARACTERS)
"""What stands before the first character of a text."""

_REMEMBERED: Final = 20_000
"""Number of contexts whose distributions are kept: 350 bytes each."""


class CharacterNgrams:
    """The probability of each character after those before it, by up to five of them.

    N-grams that never occurred are estimated from shorter ones: each order leaves to the next lower one a probability
    that grows with the number of different characters it has seen (Witten & Bell 1991, "The zero-frequency problem").
    """

    def __init__(self, table: NgramTable) -> None:
        """Take the n-grams of the highest order.

        Args:
            table: The codes are numbers of six digits whose base is the number of characters and border.

        Raises:
            ValueError: The table is damaged, or does not fit to the characters.
        """
        table.check(_BASE**ORDER)
        self._table = table
        # Of each order from 1 on: the codes that occur, and how often.
        self._orders: list[tuple[list[int], NDArray[np.int64], NDArray[np.int64]]] = []
        for order in range(1, ORDER + 1):
            found = NgramTable.of(table.codes % _BASE**order, table.counts)
            self._orders.append((found.codes.tolist(), found.codes % _BASE, found.counts))
        self._known: OrderedDict[tuple[int, ...], NDArray[np.float64]] = OrderedDict()
        self._answers: OrderedDict[tuple[int, ...], NDArray[np.float32]] = OrderedDict()

    @classmethod
    def of_texts(cls, texts: Iterable[str]) -> "CharacterNgrams":
        """Count the n-grams of texts; those with a character that cannot be read are left out.

        Raises:
            ValueError: There is no text.
        """
        codes = [_codes_of(text) for text in texts if text and is_readable(text)]
        if not codes:
            raise ValueError("there is no text to count")
        return cls(NgramTable.counted(codes))

    def after(self, text: str) -> NDArray[np.float32]:
        """Return float32 [characters], the logarithm of the probability of each character after this text.

        Digits count as a border: nothing is said of what follows them, nor by them.

        Raises:
            KeyError: The text has a character that cannot be read.
        """
        context = _context(text)
        found = self._answers.get(context)
        if found is None:
            found = np.log(self._distribution(context)[:_BORDER]).astype(np.float32)
            _remember(self._answers, context, found)
        return found

    def log_probability(self, text: str) -> float:
        """Return the logarithm of the probability of a text's characters, digits left out."""
        return sum(
            float(self.after(text[:place])[classes_of(character)[0]])
            for place, character in enumerate(text)
            if not character.isdigit()
        )

    def _distribution(self, context: tuple[int, ...]) -> NDArray[np.float64]:
        """Return float64 [characters and border], the probability of each after these."""
        known = self._known.get(context)
        if known is not None:
            return known
        lower = self._distribution(context[1:]) if context else np.full(_BASE, 1 / _BASE)
        codes, lasts, counts = self._orders[len(context)]
        first = 0
        for character in context:
            first = first * _BASE + character
        begin = bisect_left(codes, first * _BASE)
        end = bisect_left(codes, (first + 1) * _BASE, begin)
        result = lower
        if end > begin:
            kinds = end - begin
            result = kinds * lower
            result[lasts[begin:end]] += counts[begin:end]
            result /= kinds + int(counts[begin:end].sum())
        _remember(self._known, context, result)
        return result

    def to_bytes(self) -> bytes:
        """Return the file's content: an npz."""
        return self._table.to_bytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> "CharacterNgrams":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: The content is damaged.
        """
        return cls(read_table(content)[0])


def _context(text: str) -> tuple[int, ...]:
    last = text[-(ORDER - 1) :]
    for place in range(len(last) - 1, -1, -1):
        if last[place].isdigit():
            return (*(_BORDER,) * (ORDER - 1 - len(last[place + 1 :])), *classes_of(last[place + 1 :]))
    return (*(_BORDER,) * (ORDER - 1 - len(last)), *classes_of(last))


def _codes_of(text: str) -> NDArray[np.int64]:
    row = np.array([_BORDER] * (ORDER - 1) + classes_of(text), np.int64)
    codes = np.zeros(len(text), np.int64)
    for place in range(ORDER):
        codes = codes * _BASE + row[place : place + len(text)]
    return codes


def _remember(memory: OrderedDict[tuple[int, ...], V], key: tuple[int, ...], value: V) -> None:
    memory[key] = value
    if len(memory) > _REMEMBERED:
        memory.popitem(last=False)
