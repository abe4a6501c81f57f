"""The classes of a tree's symbols, by their ink and by what stands beside what."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.reading.priors import SymbolPriors

WEIGHT: Final = 0.3
"""Of what formulas usually look like, beside the ink."""

CONSIDERED: Final = 8
"""Classes of each symbol."""

_NEVER: Final = -1e9

_DEAREST_CASE: Final = 6.0
"""How much less probable labels may be, as a logarithm, whose letters are in another case."""

_Join = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Rows of scores to one score each: the greatest, or the logarithm of the sum."""


@dataclass(frozen=True, slots=True, eq=False)
class Labelling:
    """What a tree's M symbols may be.

    Attributes:
        best: The most probable classes together, by their places.
        probability: Of these together, given the tree, 0 to 1.
        marginals: float64 [M, C]: each symbol's probabilities, whatever the others are.
        alternatives: Of every symbol and class but the best, the score of the most probable labelling with it, below
            the best one's: `(loss, symbol, class, labelling)`, the least loss first.
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
    """Choose by dynamic programming over the tree (belief propagation; Pearl 1982).

    Args:
        classes: float32 [M, C], log-probabilities by the ink.
        relations: `(parent, child, place in RELATIONS)` of every symbol but the root.
        symbol_priors: None to believe the ink alone.
        alternatives: How many of those are wanted.
        pairs_of_cases: Classes that are one letter in both cases. With each of these in the other case, or all of them
            in one, there are more alternatives than are wanted.
    """
    count, every = classes.shape
    width = min(CONSIDERED, every)
    chosen = np.argsort(-classes, axis=1, kind="stable")[:, :width]
    ink = np.take_along_axis(classes, chosen, axis=1).astype(np.float64)
    children: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for parent, child, relation in relations:
        children[parent].append((child, relation))
    order = [root]
    for place in order:
        order += [child for child, _ in children[place]]
    pairs: dict[int, NDArray[np.float64]] = {}
    if symbol_priors is not None:
        ink[root] += weight * symbol_priors.begins[chosen[root]]
        for parent, child, relation in relations:
            pairs[child] = weight * symbol_priors.follows[chosen[parent]][:, relation][:, chosen[child]].astype(
                np.float64
            )
    nothing = np.zeros((width, width))

    def upward(join: _Join) -> tuple[list[NDArray[np.float64]], dict[int, NDArray[np.float64]]]:
        up = [ink[place].copy() for place in range(count)]
        told: dict[int, NDArray[np.float64]] = {}
        for place in reversed(order):
            for child, _ in children[place]:
                told[child] = join(pairs.get(child, nothing) + up[child][None, :])
                up[place] += told[child]
        return up, told

    def downward(
        join: _Join, up: list[NDArray[np.float64]], told: dict[int, NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        whole = np.empty((count, width))
        whole[root] = up[root]
        for place in order:
            for child, _ in children[place]:
                rest = whole[place] - told[child]
                whole[child] = up[child] + join((pairs.get(child, nothing) + rest[:, None]).T)
        return whole

    sums = downward(_log_sum, *upward(_log_sum))
    total = float(_log_sum(sums[root][None])[0])
    marginals = np.zeros((count, every))
    np.put_along_axis(marginals, chosen, np.exp(sums - total), axis=1)
    best_up, best_told = upward(_most)
    most = downward(_most, best_up, best_told)
    parent_of = {child: parent for parent, child, _ in relations}
    # The best class of each symbol for each class of its parent.
    answers = {child: (pairs.get(child, nothing) + best_up[child]).argmax(axis=1) for child in parent_of}

    def labelling(fixed: int | None = None, as_place: int = 0) -> tuple[int, ...]:
        """The best labels, where one symbol's may be fixed; then its answers change, and those of what it hangs on."""
        changed: dict[int, NDArray[np.intp]] = {}
        up = best_up[root]
        if fixed is not None:
            up = np.full(width, _NEVER)
            up[as_place] = best_up[fixed][as_place]
            place = fixed
            while place != root:
                scores = pairs.get(place, nothing) + up
                changed[place] = scores.argmax(axis=1)
                parent = parent_of[place]
                up = best_up[parent] - best_told[place] + scores.max(axis=1)
                place = parent
        taken = {root: int(up.argmax())}
        for place in order[1:]:
            taken[place] = int(changed.get(place, answers[place])[taken[parent_of[place]]])
        return tuple(int(chosen[place, taken[place]]) for place in range(count))

    best = labelling()
    score = float(most[root].max())
    losses = [
        (score - float(most[place, number]), place, number)
        for place in range(count)
        for number in range(width)
        if int(chosen[place, number]) != best[place]
    ]
    losses.sort()
    others: list[tuple[float, int, int, tuple[int, ...]]] = []
    for loss, place, number in losses:
        if len(others) >= alternatives:
            break
        found = labelling(place, number)
        if all(found != other[3] for other in others):
            others.append((loss, place, int(chosen[place, number]), found))
    for found in _in_other_cases(best, pairs_of_cases):
        loss = score - _score(found, classes, root, relations, symbol_priors, weight)
        if loss <= _DEAREST_CASE and found != best and all(found != other[3] for other in others):
            place = next(place for place in range(count) if found[place] != best[place])
            others.append((loss, place, found[place], found))
    others.sort(key=lambda other: other[0])
    return Labelling(best, float(np.exp(score - total)), marginals, tuple(others))


def _in_other_cases(best: tuple[int, ...], pairs_of_cases: Sequence[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    """With one letter, or every one, wholly small or wholly capital."""
    present = [pair for pair in pairs_of_cases if not set(pair).isdisjoint(best)]
    for pairs in ([pair] for pair in present):
        for case in (0, 1):
            yield _cased(best, pairs, case)
    if len(present) > 1:
        for case in (0, 1):
            yield _cased(best, present, case)


def _cased(labels: tuple[int, ...], pairs: Sequence[tuple[int, int]], case: int) -> tuple[int, ...]:
    to = {label: pair[case] for pair in pairs for label in pair}
    return tuple(to.get(label, label) for label in labels)


def _score(
    labels: Sequence[int],
    classes: NDArray[np.float32],
    root: int,
    relations: Sequence[tuple[int, int, int]],
    symbol_priors: SymbolPriors | None,
    weight: float,
) -> float:
    """How probable labels are together, as a logarithm that says something beside others of the same tree."""
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


def _most(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = scores.max(axis=1)
    return result
