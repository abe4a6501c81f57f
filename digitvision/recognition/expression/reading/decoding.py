"""Find symbols and a layout in the networks' scores: the strokes of each symbol, and the best tree of relations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_NEVER: Final = -1e9

_FURTHEST: Final = 3.0
"""Largest doubt, as a logit, of another grouping that is considered."""


MOST_OTHERS: Final = 4
"""Largest number of layouts beside the best one."""

_LARGEST: Final = 60
"""Number of symbols up to which other layouts are searched for: the time grows with the square of their number."""

_CLOSEST: Final = 3.0
"""How much less probable another relation may be, as a logarithm, for its layout to be considered."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to group strokes into symbols.

    Attributes:
        groups: Each symbol's strokes in ascending order; symbols are ordered by their first stroke.
        doubt: How far, as a logit, the networks would have to be wrong for this grouping; 0 for the one they prefer.
    """

    groups: tuple[tuple[int, ...], ...]
    doubt: float = 0.0


def groupings(logits: NDArray[np.float32], furthest: float = _FURTHEST) -> list[Grouping]:
    """Return the preferred grouping, then that without its weakest merge and that with one merge more, if likely.

    Args:
        logits: float32 [N, N], symmetric: above 0 where two strokes are more likely of one symbol than not.
        furthest: The largest doubt that is considered.
    """
    merges = list(_merges(logits))
    made = sum(mean > 0 for _, mean in merges)
    single = tuple((stroke,) for stroke in range(len(logits)))

    def after(count: int) -> tuple[tuple[int, ...], ...]:
        return merges[count - 1][0] if count else single

    found = [Grouping(after(made))]
    if made and merges[made - 1][1] <= furthest:
        found.append(Grouping(after(made - 1), merges[made - 1][1]))
    if made < len(merges) and -merges[made][1] <= furthest:
        found.append(Grouping(after(made + 1), -merges[made][1]))
    return found


def _merges(logits: NDArray[np.float32]) -> Iterator[tuple[tuple[tuple[int, ...], ...], float]]:
    """Merge the two groups that belong together most, again and again (average linkage).

    Yields:
        The groups after each merge, and the mean logit that led to it. The last merge is the first whose mean is not
        above 0.
    """
    count = len(logits)
    groups = [[stroke] for stroke in range(count)]
    # Sums of logits between groups; the mean is the sum divided by the product of the groups' sizes.
    sums = logits.astype(np.float64).copy()
    sizes = np.ones(count)
    alive = np.ones(count, bool)
    means = sums.copy()
    np.fill_diagonal(means, _NEVER)
    while alive.sum() > 1:
        one, other = divmod(int(means.argmax()), count)
        one, other = min(one, other), max(one, other)
        mean = float(means[one, other])
        groups[one] += groups[other]
        sums[one] += sums[other]
        sums[:, one] += sums[:, other]
        sizes[one] += sizes[other]
        alive[other] = False
        means[other] = means[:, other] = _NEVER
        means[one, alive] = sums[one, alive] / (sizes[one] * sizes[alive])
        means[alive, one] = means[one, alive]
        means[one, one] = _NEVER
        yield tuple(sorted(tuple(sorted(group)) for group, there in zip(groups, alive, strict=True) if there)), mean
        if mean <= 0:
            return


def best_layout(edges: NDArray[np.float32], roots: NDArray[np.float32]) -> tuple[int, list[tuple[int, int, int]]]:
    """Find the most probable tree in which no symbol has two children in the same relation.

    Each tree is a maximum arborescence (Chu & Liu 1965; Edmonds 1967). Where two children claim the same relation to
    their parent, the weaker claim is forbidden and the search starts again.

    Args:
        edges: float32 [M, M, R]: log-probability that the symbol of the first axis has the one of the second as its
            parent, in relation R.
        roots: float32 [M]: log-probability of each symbol to be the root, which begins the outermost row.

    Returns:
        The root, and `(parent, child, relation)` of all other symbols.
    """
    count = len(roots)
    scores = edges.astype(np.float64).copy()
    scores[np.arange(count), np.arange(count)] = _NEVER
    while True:
        relations = scores.argmax(axis=2)
        best = np.take_along_axis(scores, relations[..., None], axis=2)[..., 0]
        root, parents = _best_root(best, roots.astype(np.float64))
        claims: dict[tuple[int, int], list[int]] = {}
        for child in range(count):
            if child != root:
                claims.setdefault((int(parents[child]), int(relations[child, parents[child]])), []).append(child)
        contested = [(claim, children) for claim, children in claims.items() if len(children) > 1]
        if not contested:
            found = [
                (int(parents[child]), child, int(relations[child, parents[child]]))
                for child in range(count)
                if child != root
            ]
            return root, found
        for (parent, relation), children in contested:
            strongest = max(children, key=lambda child: scores[child, parent, relation])
            for child in children:
                if child != strongest:
                    scores[child, parent, relation] = _NEVER


def other_layouts(
    edges: NDArray[np.float32], roots: NDArray[np.float32], relations: Sequence[tuple[int, int, int]]
) -> list[tuple[int, list[tuple[int, int, int]]]]:
    """Find other trees, each without one of the least certain relations of the best tree.

    Args:
        edges: As in `best_layout`.
        roots: As in `best_layout`.
        relations: Relations of the best tree, as `best_layout` returns them.

    Returns:
        Trees as `best_layout` returns them, at most `MOST_OTHERS`; none where there are more than 60 symbols.
    """
    if len(roots) > _LARGEST:
        return []
    doubts = []
    for parent, child, relation in relations:
        rest = edges[child].copy()
        rest[parent, relation] = _NEVER
        lead = float(edges[child, parent, relation]) - max(float(rest.max()), float(roots[child]))
        if lead <= _CLOSEST:
            doubts.append((lead, parent, child, relation))
    found: list[tuple[int, list[tuple[int, int, int]]]] = []
    found_before = {frozenset(relations)}
    for _, parent, child, relation in sorted(doubts)[:MOST_OTHERS]:
        without = edges.copy()
        without[child, parent, relation] = _NEVER
        root, others = best_layout(without, roots)
        if frozenset(others) not in found_before:
            found_before.add(frozenset(others))
            found.append((root, others))
    return found


def _best_root(best: NDArray[np.float64], roots: NDArray[np.float64]) -> tuple[int, NDArray[np.intp]]:
    """Return the root and each symbol's parent; a further node, parent of the root, makes one problem of all roots."""
    count = len(roots)
    # The penalty is so large that a second child of the further node never pays.
    penalty = 1e6
    table = np.full((count + 1, count + 1), _NEVER)
    table[:count, :count] = best
    table[:count, count] = roots - penalty
    parents = _arborescence(table, count)
    root = int(np.flatnonzero(parents[:count] == count)[0])
    return root, parents[:count]


def _arborescence(scores: NDArray[np.float64], root: int) -> NDArray[np.intp]:
    """Return each node's parent in the arborescence of the greatest sum; `scores` is float64 [child, parent]."""
    count = len(scores)
    scores = scores.copy()
    np.fill_diagonal(scores, 2 * _NEVER)
    parents: NDArray[np.intp] = scores.argmax(axis=1)
    parents[root] = root
    cycle = _cycle(parents, root)
    if not cycle:
        return parents
    inside = np.zeros(count, bool)
    inside[cycle] = True
    ring = np.array(cycle)
    outside = np.flatnonzero(~inside)
    cycle_scores = np.array([scores[child, parents[child]] for child in cycle])
    # Contract the cycle into one node: entering it at a child costs the edge that the child had within it.
    into = scores[np.ix_(ring, outside)] - cycle_scores[:, None]
    out = scores[np.ix_(outside, ring)]
    small = np.full((len(outside) + 1, len(outside) + 1), 2 * _NEVER)
    small[:-1, :-1] = scores[np.ix_(outside, outside)]
    small[-1, :-1] = into.max(axis=0)
    small[:-1, -1] = out.max(axis=1)
    found = _arborescence(small, int(np.flatnonzero(outside == root)[0]))
    merged = len(outside)
    for index, child in enumerate(outside):
        parent = found[index]
        parents[child] = cycle[int(out[index].argmax())] if parent == merged else outside[parent]
    entered = outside[found[merged]]
    broken = cycle[int(into[:, found[merged]].argmax())]
    parents[broken] = entered
    parents[root] = root
    return parents


def _cycle(parents: NDArray[np.intp], root: int) -> list[int]:
    """Return the nodes of one cycle in the order of their parents; an empty list where there is none."""
    state = np.zeros(len(parents), np.int8)
    state[root] = 2
    for start in range(len(parents)):
        path = []
        node = start
        while state[node] == 0:
            state[node] = 1
            path.append(node)
            node = int(parents[node])
        if state[node] == 1:
            return path[path.index(node) :]
        state[path] = 2
    return []
