"""A table of n-grams, and the file that keeps it: which n-grams occur, and how often."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_MOST: Final = 65535
"""The largest count that a file can hold; larger ones are written as this one."""

_DAMAGED: Final = "it is no table of n-grams"


@dataclass(frozen=True, slots=True, eq=False)
class NgramTable:
    """Sorted codes of n-grams, and how often each occurs.

    Attributes:
        codes: int64 [N], ascending: each n-gram that occurs, as a number whose digits are its members.
        counts: int64 [N], at least 1: how often each occurs.
    """

    codes: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, codes: NDArray[np.int64], counts: NDArray[np.int64]) -> "NgramTable":
        """Add up the counts of equal codes, which may be in any order."""
        own, index = np.unique(codes, return_inverse=True)
        return cls(own, np.bincount(index, counts, len(own)).astype(np.int64))

    @classmethod
    def counted(cls, codes: Iterable[NDArray[np.int64]]) -> "NgramTable":
        """Count the codes of several texts, of which there must be one at least."""
        own, counts = np.unique(np.concatenate(list(codes)), return_counts=True)
        return cls(own, counts.astype(np.int64))

    def of_codes(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the count of each code; 0 for one that never occurred."""
        index = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        found: NDArray[np.int64] = np.where(self.codes[index] == codes, self.counts[index], 0)
        return found

    def check(self, end: int) -> None:
        """Check a table that may come from anywhere.

        Args:
            end: The codes have to be below this number.

        Raises:
            ValueError: The arrays do not fit together, or to this number.
        """
        if (
            self.codes.ndim != 1
            or not len(self.codes)
            or self.codes.shape != self.counts.shape
            or not (np.diff(self.codes) > 0).all()
            or self.codes[0] < 0
            or self.codes[-1] >= end
            or self.counts.min() < 1
        ):
            raise ValueError(_DAMAGED)

    def to_bytes(self, words: Sequence[str] = ()) -> bytes:
        """Return a file's content, an npz: the table, and the words that its codes are made of if they are given."""
        content = io.BytesIO()
        steps = np.diff(self.codes, prepend=0)
        counts = np.minimum(self.counts, _MOST).astype(np.uint16)
        if words:
            listed = np.frombuffer("\n".join(words).encode(), np.uint8)
            np.savez_compressed(content, words=listed, steps=steps, counts=counts)
        else:
            np.savez_compressed(content, steps=steps, counts=counts)
        return content.getvalue()


def read_table(content: bytes, *, with_words: bool = False) -> tuple[NgramTable, tuple[str, ...]]:
    """Read what `NgramTable.to_bytes` wrote; the table is not checked yet, and without words there are none.

    Raises:
        ValueError: The content is damaged.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            words = bytes(arrays["words"].astype(np.uint8)).decode().split("\n") if with_words else ()
            codes = np.cumsum(arrays["steps"].astype(np.int64))
            return NgramTable(codes, arrays["counts"].astype(np.int64)), tuple(words)
    except (OSError, ValueError, KeyError, EOFError, IndexError, zipfile.BadZipFile) as error:
        raise ValueError(_DAMAGED) from error
