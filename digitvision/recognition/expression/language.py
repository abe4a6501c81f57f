"""Which symbols follow which: what formulas usually look like, to settle what the ink alone leaves open."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import RELATIONS, LayoutTree

_PRIOR: Final = 20.0
"""Occurrences that a class counts for, by its frequency, after each parent in each place: what was seen a few times
says little."""

_LEAST: Final = 0.5
"""Occurrences of a class that was never seen."""


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """How much more frequent each class is in each place than anywhere.

    Attributes:
        follows: float32 [C, 6, C]: logarithm of P(child | parent, relation) / P(child).
        begins: float32 [C]: the same of being the root.
    """

    follows: NDArray[np.float32]
    begins: NDArray[np.float32]

    def to_bytes(self) -> bytes:
        """As it lies on disk: an npz of half-precision numbers."""
        content = io.BytesIO()
        np.savez_compressed(content, follows=self.follows.astype(np.float16), begins=self.begins.astype(np.float16))
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes, classes: int) -> "Language":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: It is damaged, or for another number of classes.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                found = cls(arrays["follows"].astype(np.float32), arrays["begins"].astype(np.float32))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError("it is no table of symbols") from error
        if found.follows.shape != (classes, len(RELATIONS), classes) or found.begins.shape != (classes,):
            raise ValueError("it is for other classes")
        return found


def language_of(trees: Iterable[LayoutTree], labels: Sequence[str]) -> Language:
    """Count how often each class stands where, after which; every different formula once."""
    place_of = {label: place for place, label in enumerate(labels)}
    count = len(labels)
    follows = np.zeros((count, len(RELATIONS), count))
    begins = np.zeros(count)
    alone = np.full(count, _LEAST)
    seen: set[str] = set()
    for tree in trees:
        if tree.latex in seen:
            continue
        seen.add(tree.latex)
        places = [place_of[symbol.label] for symbol in tree.symbols]
        np.add.at(alone, places, 1)
        begins[places[tree.root]] += 1
        for parent, child, relation in tree.relations:
            follows[places[parent], RELATIONS.index(relation), places[child]] += 1
    frequency = alone / alone.sum()

    def gained(counts: NDArray[np.float64]) -> NDArray[np.float32]:
        shares = (counts + _PRIOR * frequency) / (counts.sum(axis=-1, keepdims=True) + _PRIOR)
        result: NDArray[np.float32] = np.log(shares / frequency).astype(np.float32)
        return result

    return Language(gained(follows), gained(begins))
