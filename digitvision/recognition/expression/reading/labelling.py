"""Choose the classes of a layout tree's symbols, by their ink and by which symbols usually stand beside which."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.reading.priors import SymbolPriors

WEIGHT: Final = 0.3
"""Weight of the symbol priors' logarithms beside those of the ink's probabilities."""

CONSIDERED: Final = 8
"""Number of most probable classes by the ink that are considered for each symbol."""

_NEVER: Final = -1e9

_LARGEST_CASE_LOSS: Final = 6.0
"""How much less probable labels with letters in another case may be, as a logarithm, to become an alternative."""

_Join = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Joins each row of scores into one score: their maximum, or the logarithm of the sum of their exponentials."""


@dataclass(frozen=True, slots=True, eq=False)
class Labelling:
    """The classes that the M symbols of a tree may have.

    Attributes:
        best: Index of each symbol's class in the labelling that is most probable as a whole.
        probability: Probability of the best labelling, given the tree, 0 to 1.
        marginals: float64 [M, C], the probability of each symbol's classes, summed over the classes of all others.
        alternatives: Other labellings as `(loss, symbol, class, labels)`, the least loss first: `labels` is the most
            probable labelling in which that symbol has that class, and `loss` how far its score is below the best's.
    """

    best: tuple[int, ...]
    probability: float
    marginals: NDArray[np.float64]
    alternatives: tuple[tuple[float, int, int, tuple[int, ...]], ...]


def label_symbols(
    classes: NDArray[np.float32],
    root: int,
    relations: Sequence[tuple[int, int, int]],
    symbol_priors: SymbolPriors | None,
    *,
    alternatives: int = 0,
    pairs_of_cases: Sequence[tuple[int, int]] = (),
    weight: float = WEIGHT,
) -> Labelling:
    """Choose the classes by dynamic programming over the tree (belief propagation; Pearl 1982).

    Args:
        classes: float32 [M, C], log-probabilities by the ink.
        root: Index of the symbol that is the tree's root.
        relations: `(parent, child, index in RELATIONS)` of every symbol but the root.
        symbol_priors: Which classes usually stand where; None to trust the ink alone.
        alternatives: Number of other labellings that are wanted.
        pairs_of_cases: Pairs of classes that are one letter in both cases. Labellings with one of these letters, or
            all of them, wholly in one case are added to the alternatives that are wanted.
        weight: Weight of the symbol priors beside the ink.
    """
    tree = _LabelTree(classes, root, relations, symbol_priors, weight)
    sums = tree.downward(_log_sum, *tree.upward(_log_sum))
    total = float(_log_sum(sums[root][None])[0])
    marginals = np.zeros(classes.shape)
    np.put_along_axis(marginals, tree.considered, np.exp(sums - total), axis=1)
    search = _BestLabels(tree)
    best = search.labels()
    others = search.alternatives(best, alternatives)
    for labels in _in_other_cases(best, pairs_of_cases):
        loss = search.score - _score(labels, classes, root, relations, symbol_priors, weight)
        if loss <= _LARGEST_CASE_LOSS and labels != best and all(labels != other[3] for other in others):
            symbol = next(symbol for symbol in range(len(best)) if labels[symbol] != best[symbol])
            others.append((loss, symbol, labels[symbol], labels))
    others.sort(key=lambda other: other[0])
    return Labelling(best, float(np.exp(search.score - total)), marginals, tuple(others))


class _LabelTree:
    """A layout tree whose M symbols each have K considered classes, and the two passes of messages over it.

    Attributes:
        root: Index of the root symbol.
        considered: intp [M, K], the considered classes of each symbol, the most probable by the ink first.
        order: All symbols, each after its parent.
        parent_of: The parent of each symbol but the root.
    """

    def __init__(
        self,
        classes: NDArray[np.float32],
        root: int,
        relations: Sequence[tuple[int, int, int]],
        symbol_priors: SymbolPriors | None,
        weight: float,
    ) -> None:
        """Take the arguments of `label_symbols`."""
        count, class_count = classes.shape
        width = min(CONSIDERED, class_count)
        self.root = root
        self.considered = np.argsort(-classes, axis=1, kind="stable")[:, :width]
        self.parent_of = {child: parent for parent, child, _ in relations}
        self._children: list[list[int]] = [[] for _ in range(count)]
        for parent, child, _ in relations:
            self._children[parent].append(child)
        self.order = [root]
        for symbol in self.order:
            self.order += self._children[symbol]
        self._ink = np.take_along_axis(classes, self.considered, axis=1).astype(np.float64)
        self._pairs: dict[int, NDArray[np.float64]] = {}
        self._no_pairs = np.zeros((width, width))
        if symbol_priors is None:
            return
        considered = self.considered
        self._ink[root] += weight * symbol_priors.begins[considered[root]]
        for parent, child, relation in relations:
            self._pairs[child] = weight * symbol_priors.follows[considered[parent]][:, relation][
                :, considered[child]
            ].astype(np.float64)

    def pairs(self, child: int) -> NDArray[np.float64]:
        """float64 [K, K]: scores of the parent's classes (rows) with the child's (columns)."""
        return self._pairs.get(child, self._no_pairs)

    def upward(self, join: _Join) -> tuple[list[NDArray[np.float64]], dict[int, NDArray[np.float64]]]:
        """Pass messages from the leaves to the root.

        Returns:
            For each symbol the scores of its classes with all symbols below it, float64 [K]; and the message of each
            symbol to its parent, float64 [K], over the parent's classes.
        """
        up = [ink.copy() for ink in self._ink]
        messages: dict[int, NDArray[np.float64]] = {}
        for symbol in reversed(self.order):
            for child in self._children[symbol]:
                messages[child] = join(self.pairs(child) + up[child][None, :])
                up[symbol] += messages[child]
        return up, messages

    def downward(
        self, join: _Join, up: list[NDArray[np.float64]], messages: dict[int, NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        """Pass messages from the root to the leaves, after `upward`.

        Returns:
            float64 [M, K]: the scores of each symbol's classes with all other symbols of the tree.
        """
        whole = np.empty(self.considered.shape)
        whole[self.root] = up[self.root]
        for symbol in self.order:
            for child in self._children[symbol]:
                rest = whole[symbol] - messages[child]
                whole[child] = up[child] + join((self.pairs(child) + rest[:, None]).T)
        return whole


class _BestLabels:
    """Finds the best labelling of a tree, and the best ones in which one symbol's class is fixed.

    Attributes:
        score: Score of the best labelling, as a logarithm.
    """

    def __init__(self, tree: _LabelTree) -> None:
        self._tree = tree
        self._up, self._messages = tree.upward(_maximum)
        self._most = tree.downward(_maximum, self._up, self._messages)
        # The best class of each symbol for each class of its parent.
        self._answers = {child: (tree.pairs(child) + self._up[child]).argmax(axis=1) for child in tree.parent_of}
        self.score = float(self._most[tree.root].max())

    def labels(self, fixed: int | None = None, option: int = 0) -> tuple[int, ...]:
        """Return the best labels, one symbol's fixed to an option (an index among its considered classes) if wanted.

        Fixing a symbol changes its own answer and those of the symbols between it and the root, and no others.
        """
        tree = self._tree
        changed: dict[int, NDArray[np.intp]] = {}
        up = self._up[tree.root]
        if fixed is not None:
            up = np.full(tree.considered.shape[1], _NEVER)
            up[option] = self._up[fixed][option]
            symbol = fixed
            while symbol != tree.root:
                scores = tree.pairs(symbol) + up
                changed[symbol] = scores.argmax(axis=1)
                parent = tree.parent_of[symbol]
                up = self._up[parent] - self._messages[symbol] + scores.max(axis=1)
                symbol = parent
        taken = {tree.root: int(up.argmax())}
        for symbol in tree.order[1:]:
            taken[symbol] = int(changed.get(symbol, self._answers[symbol])[taken[tree.parent_of[symbol]]])
        return tuple(int(considered[taken[symbol]]) for symbol, considered in enumerate(tree.considered))

    def alternatives(self, best: tuple[int, ...], count: int) -> list[tuple[float, int, int, tuple[int, ...]]]:
        """Return up to `count` different labellings with another class than the best one's, see `Labelling`."""
        considered = self._tree.considered
        losses = [
            (self.score - float(self._most[symbol, option]), symbol, option)
            for symbol in range(considered.shape[0])
            for option in range(considered.shape[1])
            if int(considered[symbol, option]) != best[symbol]
        ]
        losses.sort()
        found: list[tuple[float, int, int, tuple[int, ...]]] = []
        for loss, symbol, option in losses:
            if len(found) >= count:
                break
            labels = self.labels(symbol, option)
            if all(labels != other[3] for other in found):
                found.append((loss, symbol, int(considered[symbol, option]), labels))
        return found


def _in_other_cases(best: tuple[int, ...], pairs_of_cases: Sequence[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    """Yield the best labels with one letter, or every letter, wholly small or wholly capital."""
    present = [pair for pair in pairs_of_cases if not set(pair).isdisjoint(best)]
    for pairs in ([pair] for pair in present):
        for case in (0, 1):
            yield _in_case(best, pairs, case)
    if len(present) > 1:
        for case in (0, 1):
            yield _in_case(best, present, case)


def _in_case(labels: tuple[int, ...], pairs: Sequence[tuple[int, int]], case: int) -> tuple[int, ...]:
    """Replace the labels of these letters by those in one case: 0 the first of each pair, 1 the second."""
    replacement = {label: pair[case] for pair in pairs for label in pair}
    return tuple(replacement.get(label, label) for label in labels)


def _score(
    labels: Sequence[int],
    classes: NDArray[np.float32],
    root: int,
    relations: Sequence[tuple[int, int, int]],
    symbol_priors: SymbolPriors | None,
    weight: float,
) -> float:
    """Return the score of a labelling: the logarithm of its probability, up to a constant of the tree."""
    total = float(classes[np.arange(len(labels)), list(labels)].sum())
    if symbol_priors is None:
        return total
    total += weight * float(symbol_priors.begins[labels[root]])
    return total + weight * sum(
        float(symbol_priors.follows[labels[parent], relation, labels[child]]) for parent, child, relation in relations
    )


def _log_sum(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    highest = scores.max(axis=1, keepdims=True)
    result: NDArray[np.float64] = highest[:, 0] + np.log(np.exp(scores - highest).sum(axis=1))
    return result


def _maximum(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = scores.max(axis=1)
    return result
