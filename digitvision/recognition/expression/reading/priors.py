"""What formulas usually look like, to settle what the ink alone leaves open: what stands where, and how large."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import RELATIONS, LayoutTree
from digitvision.recognition.expression.reading.letter_case import COMPANIES, OTHER_CASE, company_of

_PRIOR: Final = 20.0
"""Occurrences that a class counts for, by its frequency, after each parent in each place: what was seen a few times
says little."""

_LEAST: Final = 0.5
"""Occurrences of a class that was never seen."""

NO_BASELINES: Final = np.zeros((0, 4), np.float32)
_TABLES: Final = ("follows", "begins", "capitals", "lines")


@dataclass(frozen=True, slots=True, eq=False)
class SymbolPriors:
    """How much more frequent each class is in each place than anywhere.

    Attributes:
        follows: float32 [C, 6, C]: logarithm of P(child | parent, relation) / P(child).
        begins: float32 [C]: the same of being the root.
        capitals: float32 [4]: how much higher the odds of a letter to be a capital are, as a logarithm, in each company
            (`letter_case.company_of`), of letters that are drawn alike in both cases.
        lines: float32 [C, 4]: how far tops and bottoms are above the line that a row is written on, and their spreads,
            in heights of a digit; NaN of classes that may be anywhere, or of which too few were seen; no
            rows where nobody measured.
    """

    follows: NDArray[np.float32]
    begins: NDArray[np.float32]
    capitals: NDArray[np.float32] = field(default_factory=lambda: np.zeros(COMPANIES, np.float32))
    lines: NDArray[np.float32] = field(default_factory=lambda: NO_BASELINES)

    def to_bytes(self) -> bytes:
        """As it lies on disk: an npz of half-precision numbers."""
        content = io.BytesIO()
        np.savez_compressed(
            content,
            follows=self.follows.astype(np.float16),
            begins=self.begins.astype(np.float16),
            capitals=self.capitals.astype(np.float16),
            lines=self.lines.astype(np.float16),
        )
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes, classes: int) -> "SymbolPriors":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: It is damaged, or for another number of classes.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                found = cls(*(arrays[name].astype(np.float32) for name in _TABLES))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError("it is no table of symbols") from error
        shapes = [getattr(found, name).shape for name in _TABLES]
        in_vocabulary = [(classes, len(RELATIONS), classes), (classes,), (COMPANIES,)]
        if shapes not in ([*in_vocabulary, (classes, 4)], [*in_vocabulary, NO_BASELINES.shape]):
            raise ValueError("it is for other classes")
        return found


def symbol_priors_of(
    trees: Iterable[LayoutTree], labels: Sequence[str], lines: NDArray[np.float32] = NO_BASELINES
) -> SymbolPriors:
    """Count how often each class stands where, after which; every different formula once.

    Args:
        lines: See `SymbolPriors`.
    """
    place_of = {label: place for place, label in enumerate(labels)}
    count = len(labels)
    follows = np.zeros((count, len(RELATIONS), count))
    begins = np.zeros(count)
    alone = np.full(count, _LEAST)
    cases = np.full((COMPANIES, 2), _LEAST)
    seen: set[str] = set()
    for tree in trees:
        if tree.latex in seen:
            continue
        seen.add(tree.latex)
        places = [place_of[symbol.label] for symbol in tree.symbols]
        np.add.at(alone, places, 1)
        begins[places[tree.root]] += 1
        present = {symbol.label for symbol in tree.symbols}
        for letter in present & OTHER_CASE.keys():
            cases[company_of(present), int(letter.isupper())] += 1
        for parent, child, relation in tree.relations:
            follows[places[parent], RELATIONS.index(relation), places[child]] += 1
    frequency = alone / alone.sum()

    def gained(counts: NDArray[np.float64]) -> NDArray[np.float32]:
        shares = (counts + _PRIOR * frequency) / (counts.sum(axis=-1, keepdims=True) + _PRIOR)
        result: NDArray[np.float32] = np.log(shares / frequency).astype(np.float32)
        return result

    odds = np.log(cases[:, 1] / cases[:, 0]) - np.log(cases[:, 1].sum() / cases[:, 0].sum())
    return SymbolPriors(gained(follows), gained(begins), odds.astype(np.float32), lines)
