"""Groups of strokes and covers by them, against an exhaustive search."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.recognition.line.stroke_groups import (
    MOST_IN_ONE,
    Group,
    best_segmentations,
    left_to_right,
    likely_groups,
    merge_logit,
    possible_groups,
)


def partitions(strokes: Sequence[int]) -> Iterator[list[Group]]:
    """Yield every way to divide strokes into groups."""
    if not strokes:
        yield []
        return
    first, rest = strokes[0], strokes[1:]
    for size in range(len(rest) + 1):
        for others in combinations(rest, size):
            left = [stroke for stroke in rest if stroke not in others]
            for partition in partitions(left):
                yield [(first, *others), *partition]


@pytest.mark.slow
@given(st.integers(1, 6), st.integers(0, 2**32 - 1), st.randoms())
def test_the_best_covers_are_the_best_of_all(count: int, seed: int, shuffle: Random) -> None:
    chance = np.random.default_rng(seed)
    groups = [
        group
        for size in range(1, count + 1)
        for group in combinations(range(count), size)
        if size == 1 or chance.random() < 0.7
    ]
    scores = {group: float(chance.normal()) for group in groups}
    order = list(range(count))
    shuffle.shuffle(order)
    every = sorted(
        (
            sum(scores[group] for group in segmentation)
            for segmentation in partitions(range(count))
            if all(g in scores for g in segmentation)
        ),
        reverse=True,
    )

    found = best_segmentations(groups, [scores[group] for group in groups], order, 5)

    assert [score for score, _ in found] == pytest.approx(every[:5])
    for score, segmentation in found:
        assert sorted(stroke for index in segmentation for stroke in groups[index]) == list(range(count))
        assert sum(scores[groups[index]] for index in segmentation) == pytest.approx(score)


def test_groups_are_connected_and_have_few_strokes() -> None:
    together = np.full((8, 8), -20, np.float32)
    for one in range(7):
        together[one, one + 1] = together[one + 1, one] = 2

    groups = possible_groups(together)

    assert {(0,), (0, 1), (0, 1, 2), (3, 4)} <= set(groups)
    assert (0, 2) not in groups
    assert max(len(group) for group in groups) == MOST_IN_ONE


def test_a_merge_counts_once_for_each_added_stroke() -> None:
    together = np.array([[9, 2, 4], [2, 9, 0], [4, 0, 9]], np.float32)

    assert merge_logit(together, (1,)) == 0
    assert merge_logit(together, (0, 1)) == pytest.approx(2)
    assert merge_logit(together, (0, 1, 2)) == pytest.approx(2 * 2)


def test_only_groups_of_likely_covers_are_kept() -> None:
    groups: list[Group] = [(0,), (1,), (0, 1), (2,), (3,), (2, 3)]

    kept = likely_groups(groups, [0, 0, 20, 0, 0, 1], [0, 1, 2, 3])

    assert [groups[index] for index in kept] == [(0, 1), (2,), (3,), (2, 3)]


@given(st.permutations(range(6)))
def test_reading_order_is_by_position(order: list[int]) -> None:
    boxes = np.array([[10.0 * index, 0, 10.0 * index + 8, 5] for index in order])

    assert [order[index] for index in left_to_right(boxes)] == sorted(order)
