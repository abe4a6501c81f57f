"""Grouping by average linkage and the best tree, against exhaustive search and against scipy and networkx."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitvision.recognition.expression.reading.decoding import best_layout, groupings


def test_strokes_that_belong_together_are_merged() -> None:
    logits = np.full((4, 4), -5, np.float32)
    logits[0, 2] = logits[2, 0] = 4
    (only,) = groupings(logits)
    assert (only.groups, only.doubt) == (((0, 2), (1,), (3,)), 0.0)
    assert groupings(np.zeros((1, 1), np.float32))[0].groups == ((0,),)


def test_a_third_stroke_joins_by_the_mean_of_both() -> None:
    logits = np.array([[0, 5, 2], [5, 0, -3], [2, -3, 0]], np.float32)
    assert groupings(logits)[0].groups == ((0, 1), (2,))
    logits[1, 2] = logits[2, 1] = -1
    assert groupings(logits)[0].groups == ((0, 1, 2),)


def test_the_least_certain_merge_and_the_next_one_make_other_groupings() -> None:
    logits = np.full((4, 4), -9, np.float32)
    logits[0, 1] = logits[1, 0] = 1
    logits[2, 3] = logits[3, 2] = -2
    found = {grouping.groups: grouping.doubt for grouping in groupings(logits)}
    assert found == {((0, 1), (2,), (3,)): 0, ((0,), (1,), (2,), (3,)): 1, ((0, 1), (2, 3)): 2}
    assert len(groupings(logits, furthest=1.5)) == 2


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.integers(2, 30), st.integers(0, 10_000))
def test_groups_are_those_of_scipys_average_linkage(count: int, seed: int) -> None:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    rng = np.random.default_rng(seed)
    halves = rng.normal(-0.5, 2, (count, count)).astype(np.float32)
    logits = halves + halves.T
    # Average linkage depends on differences alone: distances are the logits below a value that no logit reaches.
    distances = 100 - logits.astype(np.float64)
    np.fill_diagonal(distances, 0)
    numbers = fcluster(linkage(squareform(distances), "average"), 100, "distance")

    expected = sorted(tuple(np.flatnonzero(numbers == number).tolist()) for number in np.unique(numbers))
    assert list(groupings(logits)[0].groups) == expected


def _exhaustive(edges: np.ndarray, roots: np.ndarray) -> float:
    """The greatest sum of any tree; a parent may have two children in one relation."""
    count = len(roots)
    best = -np.inf
    for parents in itertools.product(range(-1, count), repeat=count):
        if list(parents).count(-1) != 1 or any(parent == child for child, parent in enumerate(parents)):
            continue
        total, whole = 0.0, True
        for child, parent in enumerate(parents):
            total += roots[child] if parent == -1 else edges[child, parent].max()
            node, steps = child, 0
            while node != -1 and steps <= count:
                node, steps = parents[node], steps + 1
            whole &= node == -1
        if whole:
            best = max(best, total)
    return float(best)


def _uncontested_scores(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Random scores of edges and roots; each child has a relation of its own, so that no two claim the same one."""
    edges = np.full((count, count, count), -1000, np.float32)
    for child in range(count):
        edges[child, :, child] = rng.normal(size=count)
    return edges, rng.normal(size=count).astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4), st.integers(0, 10_000))
def test_the_tree_is_the_best_there_is(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    edges, roots = _uncontested_scores(rng, count)

    root, found = best_layout(edges, roots)

    assert sorted([root, *(child for _, child, _ in found)]) == list(range(count))
    total = roots[root] + sum(edges[child, parent, relation] for parent, child, relation in found)
    assert total == pytest.approx(_exhaustive(edges, roots), abs=1e-4)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.integers(1, 25), st.integers(0, 10_000))
def test_the_tree_is_networkxs_maximum_spanning_arborescence(count: int, seed: int) -> None:
    import networkx as nx

    edges, roots = _uncontested_scores(np.random.default_rng(seed), count)
    # A further node, the parent of the root, makes one problem of all roots; a second child of it never pays.
    further, penalty = count, 1000.0
    graph: nx.DiGraph[int] = nx.DiGraph()
    for child in range(count):
        graph.add_edge(further, child, weight=float(roots[child]) - penalty)
        for parent in range(count):
            if parent != child:
                graph.add_edge(parent, child, weight=float(edges[child, parent, child]))

    root, found = best_layout(edges, roots)

    expected = nx.maximum_spanning_arborescence(graph)
    assert {(further, root), *((parent, child) for parent, child, _ in found)} == set(expected.edges)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 7), st.integers(0, 10_000))
def test_no_parent_has_two_children_in_one_relation(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    edges = rng.normal(size=(count, count, 6)).astype(np.float32)

    root, found = best_layout(edges, rng.normal(size=count).astype(np.float32))

    taken = [(parent, relation) for parent, _, relation in found]
    assert len(set(taken)) == len(taken)
    assert sorted([root, *(child for _, child, _ in found)]) == list(range(count))


def test_the_weaker_of_two_children_in_one_relation_finds_another_parent() -> None:
    edges = np.full((3, 3, 2), -9, np.float32)
    edges[1, 0, 0] = 0
    edges[2, 0, 0] = -1
    edges[2, 1, 0] = -2
    root, found = best_layout(edges, np.array([0, -9, -9], np.float32))
    assert (root, found) == (0, [(0, 1, 0), (1, 2, 0)])


def test_sixty_symbols_take_little_time() -> None:
    rng = np.random.default_rng(1)
    edges = rng.normal(size=(60, 60, 6)).astype(np.float32)
    _, found = best_layout(edges, rng.normal(size=60).astype(np.float32))
    assert len(found) == 59
