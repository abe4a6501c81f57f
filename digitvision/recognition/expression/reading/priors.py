"""Priors of symbols, learned from many formulas, for what the ink leaves open: what stands where, and how large."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import RELATIONS, LayoutTree
from digitvision.recognition.expression.reading.letter_case import CASE_CONTEXTS, OTHER_CASE, case_context_of

_PRIOR: Final = 20.0
"""Pseudo-occurrences of the classes, by their frequency, after each parent in each relation: counts of a few mean
little."""

_LEAST: Final = 0.5
"""Pseudo-occurrences of each class, so that none is impossible."""

NO_BASELINES: Final = np.zeros((0, 4), np.float32)
_TABLES: Final = ("follows", "begins", "capitals", "lines")
"""Names of the arrays in the file, in the order of the attributes."""


@dataclass(frozen=True, slots=True, eq=False)
class SymbolPriors:
    """Frequencies of C classes in each position, relative to their frequencies anywhere.

    Attributes:
        follows: float32 [C, 6, C]: logarithm of P(child | parent, relation) / P(child).
        begins: float32 [C]: logarithm of P(class | root) / P(class).
        capitals: float32 [4]: for letters that are drawn alike in both cases, the logarithm of how much higher the odds
            of a capital are in each context (`letter_case.case_context_of`).
        baselines: float32 [C, 4]: how far tops and bottoms are above the baseline, and the standard deviations of
            both, in heights of a digit; NaN for classes that may be anywhere or occurred too seldom; no rows where
            nothing was measured.
    """

    follows: NDArray[np.float32]
    begins: NDArray[np.float32]
    capitals: NDArray[np.float32] = field(default_factory=lambda: np.zeros(CASE_CONTEXTS, np.float32))
    baselines: NDArray[np.float32] = field(default_factory=lambda: NO_BASELINES)

    def to_bytes(self) -> bytes:
        """Return the file's content: an npz of half-precision numbers."""
        content = io.BytesIO()
        np.savez_compressed(
            content,
            follows=self.follows.astype(np.float16),
            begins=self.begins.astype(np.float16),
            capitals=self.capitals.astype(np.float16),
            lines=self.baselines.astype(np.float16),
        )
        return content.getvalue()

    def padded(self, classes: int) -> "SymbolPriors":
        """Return priors for a larger number of classes that say nothing of those that are new."""
        known = len(self.begins)
        follows = np.zeros((classes, len(RELATIONS), classes), np.float32)
        follows[:known, :, :known] = self.follows
        begins = np.zeros(classes, np.float32)
        begins[:known] = self.begins
        baselines = self.baselines
        if len(baselines):
            baselines = np.full((classes, 4), np.nan, np.float32)
            baselines[:known] = self.baselines
        return SymbolPriors(follows, begins, self.capitals, baselines)

    @classmethod
    def from_bytes(cls, content: bytes, classes: int) -> "SymbolPriors":
        """Read what `to_bytes` wrote.

        Args:
            content: The file's content.
            classes: The number of classes C that it has to be for.

        Raises:
            ValueError: The content is damaged, or for another number of classes.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                found = cls(*(arrays[name].astype(np.float32) for name in _TABLES))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError("it is no table of symbols") from error
        shapes = [table.shape for table in (found.follows, found.begins, found.capitals, found.baselines)]
        expected = [(classes, len(RELATIONS), classes), (classes,), (CASE_CONTEXTS,)]
        if shapes not in ([*expected, (classes, 4)], [*expected, NO_BASELINES.shape]):
            raise ValueError("it is for other classes")
        return found


def symbol_priors_of(
    trees: Iterable[LayoutTree], labels: Sequence[str], baselines: NDArray[np.float32] = NO_BASELINES
) -> SymbolPriors:
    """Count how often each class stands in each relation to which parent; equal formulas count once.

    Args:
        trees: The formulas.
        labels: LaTeX of the classes, in their order.
        baselines: See `SymbolPriors`.
    """
    index_of = {label: index for index, label in enumerate(labels)}
    count = len(labels)
    follows = np.zeros((count, len(RELATIONS), count))
    begins = np.zeros(count)
    alone = np.full(count, _LEAST)
    cases = np.full((CASE_CONTEXTS, 2), _LEAST)
    counted: set[str] = set()
    for tree in trees:
        if tree.latex in counted:
            continue
        counted.add(tree.latex)
        classes = [index_of[symbol.label] for symbol in tree.symbols]
        np.add.at(alone, classes, 1)
        begins[classes[tree.root]] += 1
        present = {symbol.label for symbol in tree.symbols}
        for letter in present & OTHER_CASE.keys():
            cases[case_context_of(present), int(letter.isupper())] += 1
        for parent, child, relation in tree.relations:
            follows[classes[parent], RELATIONS.index(relation), classes[child]] += 1
    frequency = alone / alone.sum()

    def log_ratios(counts: NDArray[np.float64]) -> NDArray[np.float32]:
        shares = (counts + _PRIOR * frequency) / (counts.sum(axis=-1, keepdims=True) + _PRIOR)
        result: NDArray[np.float32] = np.log(shares / frequency).astype(np.float32)
        return result

    odds = np.log(cases[:, 1] / cases[:, 0]) - np.log(cases[:, 1].sum() / cases[:, 0].sum())
    return SymbolPriors(log_ratios(follows), log_ratios(begins), odds.astype(np.float32), baselines)
