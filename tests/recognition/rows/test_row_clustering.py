"""Rows out of pairs that speak for and against each other."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitvision.recognition.rows.row_clustering import RowClustering, joined_rows

Partition = list[list[int]]


def _arrays(logits: dict[tuple[int, int], float]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(list(logits), np.intp).reshape(-1, 2), np.array(list(logits.values()), np.float64)


def _partitions(items: list[int]) -> Iterator[Partition]:
    if not items:
        yield []
        return
    first, *rest = items
    for part in _partitions(rest):
        yield [[first], *part]
        for index, group in enumerate(part):
            yield [*part[:index], [first, *group], *part[index + 1 :]]


def _within(partition: Partition, logits: dict[tuple[int, int], float]) -> float:
    return sum(logits.get(pair, 0.0) for group in partition for pair in combinations(sorted(group), 2))


def test_strokes_are_joined_while_more_speaks_for_it_than_against() -> None:
    logits = {(0, 1): 3.0, (1, 2): 2.0, (0, 2): -1.0, (2, 3): 0.5, (1, 3): -4.0}

    rows = joined_rows(4, *_arrays(logits))

    assert sorted(row.strokes for row in rows) == [(0, 1, 2), (3,)]
    whole = next(row for row in rows if len(row.strokes) == 3)
    assert whole.weakest == 1.0
    assert list(whole.between.values()) == [-3.5]


def test_without_pairs_every_stroke_is_a_row() -> None:
    assert [row.strokes for row in joined_rows(3, *_arrays({}))] == [(0,), (1,), (2,)]


@pytest.mark.slow
@given(st.lists(st.integers(0, 2), min_size=2, max_size=6))
def test_rows_that_are_meant_are_found_as_by_trying_all_partitions(row_of: list[int]) -> None:
    rng = np.random.default_rng(row_of)
    logits = {
        (one, other): float(rng.uniform(0.5, 3) if row_of[one] == row_of[other] else rng.uniform(-3, -0.5))
        for one, other in combinations(range(len(row_of)), 2)
    }
    best = max(_partitions(list(range(len(row_of)))), key=lambda partition: _within(partition, logits))

    rows = joined_rows(len(row_of), *_arrays(logits))

    assert sorted(row.strokes for row in rows) == sorted(tuple(sorted(group)) for group in best)


@pytest.mark.slow
@given(
    st.integers(1, 7).flatmap(
        lambda count: st.tuples(
            st.just(count),
            st.dictionaries(
                st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] < pair[1]),
                st.floats(-5, 5),
            ),
        )
    )
)
def test_every_stroke_is_in_one_row_and_no_two_rows_would_rather_be_one(
    page: tuple[int, dict[tuple[int, int], float]],
) -> None:
    count, logits = page

    rows = joined_rows(count, *_arrays(logits))

    assert sorted(stroke for row in rows for stroke in row.strokes) == list(range(count))
    for index, row in enumerate(rows):
        for other, total in row.between.items():
            pairs = [(min(a, b), max(a, b)) for a in row.strokes for b in rows[other].strokes]
            assert total <= 0
            assert abs(total - sum(logits.get(pair, 0.0) for pair in pairs)) < 1e-9
            assert abs(rows[other].between[index] - total) < 1e-9


def _joined_plainly(count: int, logits: dict[tuple[int, int], float]) -> list[tuple[tuple[int, ...], float]]:
    """Join those two groups of the whole page whose sum is largest, over and over, by trying all."""
    groups: list[tuple[tuple[int, ...], float]] = [((stroke,), np.inf) for stroke in range(count)]

    def logit(a: int, b: int) -> float:
        return logits.get((min(a, b), max(a, b)), 0.0)

    while True:
        sums = {
            (one, other): sum((logit(a, b) for a in groups[one][0] for b in groups[other][0]), 0.0)
            for one, other in combinations(range(len(groups)), 2)
        }
        best = max(sums, key=lambda pair: sums[pair], default=(0, 0))
        if sums.get(best, 0.0) <= 0:
            return sorted(groups)
        (first, weakest), (second, weaker) = groups[best[0]], groups[best[1]]
        joined = tuple(sorted((*first, *second))), min(weakest, weaker, sums[best])
        groups = [group for index, group in enumerate(groups) if index not in best] + [joined]


# Powers of two, so that sums are exact, and no two sums are the same by chance.
_pages = st.integers(2, 9).flatmap(
    lambda count: st.tuples(
        st.just(count),
        st.permutations(range(count * (count - 1) // 2)),
        st.lists(st.sampled_from((-1, 0, 1)), min_size=count * (count - 1) // 2, max_size=count * (count - 1) // 2),
    )
)


@pytest.mark.slow
@given(st.lists(_pages, min_size=1, max_size=3))
@settings(max_examples=40)
def test_what_is_remembered_changes_no_row(pages: list[tuple[int, list[int], list[int]]]) -> None:
    remembering = RowClustering()
    for count, powers, signs in pages:
        pairs = combinations(range(count), 2)
        logits = {pair: sign * 2.0**power for pair, power, sign in zip(pairs, powers, signs, strict=True) if sign}
        # The same page twice, the second time with its pairs in another order, and then with a stroke more.
        backwards = dict(reversed(logits.items()))
        longer = {**logits, (0, count): 0.25, (count - 1, count): -0.125}
        for strokes, known in ((count, logits), (count, backwards), (count + 1, longer)):
            rows = remembering.joined(strokes, *_arrays(known))

            assert rows == joined_rows(strokes, *_arrays(known))
            assert [(row.strokes, row.weakest) for row in rows] == _joined_plainly(strokes, known)


def test_a_pair_that_comes_twice_counts_twice_and_its_order_does_not_matter() -> None:
    pairs = np.array([(0, 1), (1, 0), (1, 2)], np.intp)

    rows = joined_rows(3, pairs, np.array([-1.0, 3.0, -2.0]))

    assert [(row.strokes, row.weakest) for row in rows] == [((0, 1), 2.0), ((2,), np.inf)]
