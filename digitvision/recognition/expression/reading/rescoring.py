"""N-best rescoring: choose the likely reading that looks most like a formula.

Whole readings are scored by their brackets, letter cases, unusual forms, fit into the rows' baselines, and n-grams: all
that the searches for a layout and for labels cannot see while they go on.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import LayoutError, LayoutTree, Symbol
from digitvision.recognition.expression.reading.baselines import fit_of_readings
from digitvision.recognition.expression.reading.brackets import odd_bars, unpaired
from digitvision.recognition.expression.reading.labelling import Labelling
from digitvision.recognition.expression.reading.letter_case import capitals_among, case_context_of, in_both_cases
from digitvision.recognition.expression.reading.ngrams import NgramModel
from digitvision.recognition.expression.reading.priors import SymbolPriors
from digitvision.recognition.expression.reading.rows import Row, rows_of
from digitvision.recognition.expression.reading.unusual_forms import unusual_forms_cost

LABELLINGS: Final = 5
"""Labellings of the best layout that are rescored beside its best one; `OTHER_LABELLINGS` of each other layout."""

OTHER_LABELLINGS: Final = 2

_UNPAIRED_COST: Final = 2.0
"""Cost of each bracket without a partner in its row, as a logarithm."""

_ODD_BARS_COST: Final = 1.0
"""Cost of each row whose bars do not make pairs."""

_BOTH_CASES_COST: Final = 1.5
"""Cost of each letter that occurs in both cases: in one of fifteen of CROHME's formulas where a letter repeats."""

_NGRAM_WEIGHT: Final = 0.12
_FIT_WEIGHT: Final = 0.1
"""Weight of the symbols' fit into their rows: low, as the networks have seen sizes and positions too."""

_HOPELESS: Final = 1e6


@dataclass(frozen=True, slots=True)
class Rescored:
    """A layout with its labels rescored.

    Attributes:
        tree: The layout with the best labels.
        labelling: The labelling that was given, in the new order.
        credit: What the reading gains by looking like a formula, less what its labels lose against the ink's best ones.
    """

    tree: LayoutTree
    labelling: Labelling
    credit: float


def rescore(
    found: Sequence[tuple[LayoutTree, Labelling]],
    labels: Sequence[str],
    symbol_priors: SymbolPriors | None = None,
    ngrams: NgramModel | None = None,
    ends: Sequence[NDArray[np.float64]] = (),
) -> list[Rescored]:
    """Rescore the labellings of each layout, and put the best first.

    Args:
        found: Layouts with the labels that the ink prefers, and the alternatives to these.
        labels: LaTeX of the classes.
        symbol_priors: Where capitals are found and how large symbols are; None to leave both out.
        ngrams: The n-gram model; None to leave it out.
        ends: The y of the tops and bottoms of each layout's symbols, float64 [M, 2] each; empty to leave sizes out.
    """
    variants = [
        [_relabelled(tree, of_class, labels) for of_class in (labelling.best, *_others(labelling))]
        for tree, labelling in found
    ]
    latex = [[_latex(tree) for tree in trees] for trees in variants]
    readable = [text for row in latex for text in row if text is not None]
    ngram_scores = dict(zip(readable, ngrams.scores(readable), strict=True)) if ngrams is not None and readable else {}
    layouts = [rows_of(tree) for tree, _ in found]
    fits = _fits([labelling for _, labelling in found], layouts, ends, symbol_priors)
    result = []
    for (_, labelling), rows, fit, trees, texts in zip(found, layouts, fits, variants, latex, strict=True):
        merits = [
            -_HOPELESS
            if text is None
            else _NGRAM_WEIGHT * float(ngram_scores.get(text, 0.0))
            + _FIT_WEIGHT * row_fit
            + _merit(tree, rows, symbol_priors)
            for tree, text, row_fit in zip(trees, texts, fit, strict=True)
        ]
        losses = [0.0, *(alternative[0] for alternative in labelling.alternatives)]
        totals = [merit - loss for merit, loss in zip(merits, losses, strict=True)]
        best = max(range(len(totals)), key=totals.__getitem__)
        result.append(Rescored(trees[best], _reordered(labelling, totals, best), totals[best]))
    return result


def _fits(
    labellings: Sequence[Labelling],
    layouts: Sequence[Sequence[Row]],
    ends: Sequence[NDArray[np.float64]],
    symbol_priors: SymbolPriors | None,
) -> list[list[float]]:
    """Return for each layout's labellings, the best one first, how well their symbols fit into their rows."""
    choices = [(labelling.best, *_others(labelling)) for labelling in labellings]
    if symbol_priors is None or not len(symbol_priors.baselines) or not ends:
        return [[0.0] * len(readings) for readings in choices]
    numbers = [_row_numbers(rows) for rows in layouts]
    counts = [len(readings) for readings in choices]
    fits = fit_of_readings(
        symbol_priors.baselines,
        [classes for readings in choices for classes in readings],
        [one for one, count in zip(ends, counts, strict=True) for _ in range(count)],
        [one for one, count in zip(numbers, counts, strict=True) for _ in range(count)],
    )
    return [part.tolist() for part in np.split(fits, np.cumsum(counts)[:-1])]


def _row_numbers(rows: Sequence[Row]) -> NDArray[np.intp]:
    """intp [M]: the number of each symbol's row."""
    numbers = np.zeros(sum(len(row.symbols) for row in rows), np.intp)
    for number, row in enumerate(rows):
        numbers[list(row.symbols)] = number
    return numbers


def _merit(tree: LayoutTree, rows: Sequence[Row], symbol_priors: SymbolPriors | None) -> float:
    """Return what a reading gains by its letter cases, less the costs of its brackets and unusual forms."""
    labels = [symbol.label for symbol in tree.symbols]
    written = [row.of(labels) for row in rows]
    costs = _UNPAIRED_COST * unpaired(written) + _ODD_BARS_COST * odd_bars(written)
    costs += _BOTH_CASES_COST * in_both_cases(labels) + unusual_forms_cost(labels, rows)
    if symbol_priors is None:
        return -costs
    return float(symbol_priors.capitals[case_context_of(labels)]) * capitals_among(labels) - costs


def _others(labelling: Labelling) -> list[tuple[int, ...]]:
    return [alternative[3] for alternative in labelling.alternatives]


def _relabelled(tree: LayoutTree, classes: Sequence[int], labels: Sequence[str]) -> LayoutTree:
    symbols = tuple(
        Symbol(labels[of_class], symbol.strokes) for of_class, symbol in zip(classes, tree.symbols, strict=True)
    )
    return LayoutTree(symbols, tree.relations)


def _latex(tree: LayoutTree) -> str | None:
    try:
        return tree.latex
    except LayoutError:
        return None


def _reordered(labelling: Labelling, totals: Sequence[float], best: int) -> Labelling:
    """Return the labelling with another of its readings as the best, and the others by how far they are behind it."""
    choices = [labelling.best, *_others(labelling)]
    own = choices[best]
    others = []
    for choice, total in zip(choices, totals, strict=True):
        if choice == own:
            continue
        index = next(index for index, (one, other) in enumerate(zip(choice, own, strict=True)) if one != other)
        others.append((totals[best] - total, index, choice[index], choice))
    others.sort()
    loss = 0.0 if best == 0 else labelling.alternatives[best - 1][0]
    return replace(
        labelling,
        best=own,
        probability=labelling.probability * math.exp(-loss),
        alternatives=tuple(others),
    )
