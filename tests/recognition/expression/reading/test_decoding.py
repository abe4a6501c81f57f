"""Grouping by average linkage and the best tree, against exhaustive search."""

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


def test_a_third_stroke_needs_the_mean_of_both() -> None:
    logits = np.array([[0, 5, 2], [5, 0, -3], [2, -3, 0]], np.float32)
    assert groupings(logits)[0].groups == ((0, 1), (2,))
    logits[1, 2] = logits[2, 1] = -1
    assert groupings(logits)[0].groups == ((0, 1, 2),)


def test_the_least_certain_merge_and_the_next_one_are_doubted() -> None:
    logits = np.full((4, 4), -9, np.float32)
    logits[0, 1] = logits[1, 0] = 1
    logits[2, 3] = logits[3, 2] = -2
    found = {way.groups: way.doubt for way in groupings(logits)}
    assert found == {((0, 1), (2,), (3,)): 0, ((0,), (1,), (2,), (3,)): 1, ((0, 1), (2, 3)): 2}
    assert len(groupings(logits, furthest=1.5)) == 2


def _exhaustive(edges: np.ndarray, roots: np.ndarray) -> float:
    """The greatest sum of any tree, two children in one place allowed."""
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


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4), st.integers(0, 10_000))
def test_the_tree_is_the_best_there_is(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Each child has a relation of its own, so that no two ever claim one place.
    edges = np.full((count, count, count), -1000, np.float32)
    for child in range(count):
        edges[child, :, child] = rng.normal(size=count)
    roots = rng.normal(size=count).astype(np.float32)

    root, found = best_layout(edges, roots)

    assert sorted([root, *(child for _, child, _ in found)]) == list(range(count))
    total = roots[root] + sum(edges[child, parent, relation] for parent, child, relation in found)
    assert total == pytest.approx(_exhaustive(edges, roots), abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 7), st.integers(0, 10_000))
def test_no_place_is_taken_twice(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    edges = rng.normal(size=(count, count, 6)).astype(np.float32)

    root, found = best_layout(edges, rng.normal(size=count).astype(np.float32))

    taken = [(parent, relation) for parent, _, relation in found]
    assert len(set(taken)) == len(taken)
    assert sorted([root, *(child for _, child, _ in found)]) == list(range(count))


def test_of_two_children_in_one_place_the_weaker_goes_elsewhere() -> None:
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
