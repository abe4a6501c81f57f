"""The best labellings of a sequence, against an exhaustive search."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.recognition.line.viterbi import best_labellings


@pytest.mark.slow
@given(st.integers(1, 4), st.integers(2, 5), st.integers(0, 2**32 - 1), st.booleans())
def test_the_best_labelling_is_the_best_of_all(count: int, classes: int, seed: int, costs: bool) -> None:
    chance = np.random.default_rng(seed)
    scores = chance.normal(size=(count, classes))
    begins = chance.normal(size=classes).astype(np.float32) if costs else None
    pairs = chance.normal(size=(classes, classes)).astype(np.float32) if costs else None

    def score_of(labels: tuple[int, ...]) -> float:
        total = float(scores[range(count), labels].sum())
        if begins is not None and pairs is not None:
            # Terms may cancel out: a sum in float32 would lose digits that the search keeps in float64.
            total += float(begins[labels[0]]) + float(pairs[labels[:-1], labels[1:]].sum(dtype=np.float64))
        return total

    every = sorted((score_of(labels) for labels in product(range(classes), repeat=count)), reverse=True)

    found = best_labellings(scores, begins, pairs, 4)

    assert found[0][0] == pytest.approx(every[0])
    assert len({labels for _, labels in found}) == len(found) <= 4
    for score, labels in found:
        assert score == pytest.approx(score_of(labels))
    assert [score for score, _ in found] == sorted((score for score, _ in found), reverse=True)
    if len(found) > 1:
        assert found[1][0] == pytest.approx(every[1])
