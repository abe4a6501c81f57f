"""Rows out of pairs that speak for and against each other."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digitvision.recognition.rows.row_clustering import joined_rows

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
