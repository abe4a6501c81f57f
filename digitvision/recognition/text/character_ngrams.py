"""A character n-gram model: which characters follow each other in texts."""

import io
import zipfile
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

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

    def __init__(self, codes: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
        """Take the n-grams of the highest order.

        Args:
            codes: int64 [N], ascending: each n-gram that occurs, as a number of six digits whose base is the number of
                characters and border.
            counts: int64 [N], at least 1: how often each occurs.

        Raises:
            ValueError: The arrays do not fit together or to the characters.
        """
        if (
            codes.ndim != 1
            or not len(codes)
            or codes.shape != counts.shape
            or not (np.diff(codes) > 0).all()
            or codes[0] < 0
            or codes[-1] >= _BASE**ORDER
            or counts.min() < 1
        ):
            raise ValueError("it is no table of n-grams")
        self._codes, self._counts = codes, counts
        # Of each order from 1 on: the codes that occur, and how often.
        self._orders: list[tuple[list[int], NDArray[np.int64], NDArray[np.int64]]] = []
        for order in range(1, ORDER + 1):
            own, index = np.unique(codes % _BASE**order, return_inverse=True)
            sums = np.bincount(index, counts, len(own)).astype(np.int64)
            self._orders.append((own.tolist(), own % _BASE, sums))
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
        own, counts = np.unique(np.concatenate(codes), return_counts=True)
        return cls(own, counts.astype(np.int64))

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
        content = io.BytesIO()
        steps = np.diff(self._codes, prepend=0)
        np.savez_compressed(content, steps=steps, counts=np.minimum(self._counts, 65535).astype(np.uint16))
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "CharacterNgrams":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: The content is damaged.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                return cls(np.cumsum(arrays["steps"].astype(np.int64)), arrays["counts"].astype(np.int64))
        except (OSError, ValueError, KeyError, EOFError, IndexError, zipfile.BadZipFile) as error:
            raise ValueError("it is no table of n-grams") from error


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
