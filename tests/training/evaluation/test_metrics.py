"""The figures of an evaluation, against cases that can be counted and against slow ways to the same number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitvision.training.evaluation.metrics import (
    CALIBRATION_BINS,
    auroc,
    coverage_at_precision,
    expected_calibration_error,
    reliability,
    wilson_interval,
)

_ANSWERS = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40)


def _arrays(answers: list[tuple[int, bool]]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    return np.array([number / 20 for number, _ in answers]), np.array([right for _, right in answers])


def test_the_interval_is_wilson_s() -> None:
    # The textbook case of 81 among 263, and the ends of the scale.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson_interval(0, 10)[0] == 0.0
    assert wilson_interval(10, 10)[1] == pytest.approx(1.0)


def test_calibration_error_is_the_gap_in_each_bin() -> None:
    confidence = np.array([0.95, 0.95, 0.95, 0.95, 0.5, 0.5])
    right = np.array([True, True, True, False, True, False])

    # Four of six in a bin with a gap of 0.95 - 0.75, two in one with none.
    assert expected_calibration_error(confidence, right) == pytest.approx(4 / 6 * 0.2)
    assert expected_calibration_error(np.array([1.0, 0.0]), np.array([True, False])) == 0.0


def test_bins_hold_what_can_be_counted() -> None:
    bins = reliability(np.array([1.0, 0.95, 0.5, 1 / 15, 0.0]), np.array([True, False, True, False, False]))

    assert len(bins) == CALIBRATION_BINS
    assert (bins[14].samples, bins[14].accuracy) == (2, 0.5)
    assert bins[14].confidence == pytest.approx(0.975)
    assert (bins[7].samples, bins[7].confidence, bins[7].accuracy) == (1, 0.5, 1.0)
    # A limit belongs to the bin below, and nothing to the left of the first.
    assert bins[0].samples == 2
    assert (bins[3].low, bins[3].high, bins[3].samples, bins[3].accuracy) == (3 / 15, 4 / 15, 0, 0.0)


@pytest.mark.slow
@given(_ANSWERS)
def test_bins_hold_every_answer_once_and_only_those_of_their_confidence(answers: list[tuple[int, bool]]) -> None:
    confidence, right = _arrays(answers)

    bins = reliability(confidence, right)

    assert sum(item.samples for item in bins) == len(answers)
    assert sum(item.samples * item.accuracy for item in bins) == pytest.approx(right.sum())
    for item in bins:
        members = (confidence > item.low + 1e-9) | ((item.low == 0.0) & (confidence == 0.0))
        assert item.samples == (members & (confidence <= item.high + 1e-9)).sum()


def test_coverage_of_a_case_that_can_be_counted() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, False, True, True])

    assert coverage_at_precision(confidence, right, 1.0) == 0.4
    assert coverage_at_precision(confidence, right, 0.75) == 1.0
    assert coverage_at_precision(confidence, np.array([False] + [True] * 4), 0.9) == 0.0
    # Equal confidences stand or fall together, in whatever order they come.
    assert coverage_at_precision(np.full(4, 0.5), np.array([True, True, True, False]), 0.9) == 0.0


@pytest.mark.slow
@given(_ANSWERS, st.sampled_from([0.5, 0.8, 0.995, 1.0]))
def test_coverage_is_the_best_of_all_limits(answers: list[tuple[int, bool]], precision: float) -> None:
    confidence, right = _arrays(answers)
    kept = [confidence >= limit for limit in np.unique(confidence)]

    best = max((float(one.mean()) for one in kept if right[one].mean() >= precision), default=0.0)

    assert coverage_at_precision(confidence, right, precision) == pytest.approx(best)


@pytest.mark.slow
@given(_ANSWERS)
def test_auroc_is_the_share_of_pairs_in_the_right_order(answers: list[tuple[int, bool]]) -> None:
    confidence, right = _arrays(answers)
    pairs = [(good > bad) + (good == bad) / 2 for good in confidence[right] for bad in confidence[~right]]

    found = auroc(confidence, right)

    assert found == (pytest.approx(np.mean(pairs)) if pairs else None)
