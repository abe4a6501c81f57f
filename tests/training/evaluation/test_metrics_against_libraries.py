"""The figures of an evaluation compared with scikit-learn and scipy, which calculate them in other ways.

The two are imported where they are used: to import them takes longer than to collect all tests of this folder.
"""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.data.loading import load
from digitvision.training.evaluation.evaluation import TOP, evaluate
from digitvision.training.evaluation.metrics import (
    CALIBRATION_BINS,
    auroc,
    coverage_at_precision,
    expected_calibration_error,
    reliability,
    wilson_interval,
)

pytestmark = pytest.mark.slow

SEEDS = range(8)


def _answers(seed: int, *, ties: bool = False) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Confidences and whether the answers are right, more often so where the confidence is high.

    Args:
        ties: Whether many answers share a confidence.
    """
    generator = np.random.default_rng(seed)
    confidence = generator.beta(4, 1, 400)
    right = generator.random(400) < confidence ** generator.uniform(0.3, 2)
    # Values between the limits of the bins: libraries disagree on which side of a limit the limit itself is.
    return (np.ceil(confidence * 20) / 20 - 0.01 if ties else confidence), right


@pytest.mark.parametrize(("right", "samples"), [(0, 1), (1, 1), (0, 10), (3, 7), (81, 263), (9917, 10_000), (400, 400)])
def test_the_interval_is_that_of_scipy(right: int, samples: int) -> None:
    from scipy.stats import binomtest

    expected = binomtest(right, samples).proportion_ci(0.95, method="wilson")

    assert wilson_interval(right, samples) == pytest.approx((expected.low, expected.high), abs=1e-7)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_area_under_the_roc_curve_is_that_of_scikit_learn(seed: int, ties: bool) -> None:
    from sklearn.metrics import roc_auc_score

    confidence, right = _answers(seed, ties=ties)

    assert auroc(confidence, right) == pytest.approx(roc_auc_score(right, confidence))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bins_are_those_of_scikit_learn(seed: int) -> None:
    from sklearn.calibration import calibration_curve

    confidence, right = _answers(seed)
    accuracies, confidences = calibration_curve(right, confidence, n_bins=CALIBRATION_BINS, strategy="uniform")

    # scikit-learn leaves empty bins out.
    bins = [item for item in reliability(confidence, right) if item.samples]

    assert [item.accuracy for item in bins] == pytest.approx(accuracies)
    assert [item.confidence for item in bins] == pytest.approx(confidences)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_calibration_error_is_that_of_bins_by_scipy(seed: int, ties: bool) -> None:
    from scipy.stats import binned_statistic

    confidence, right = _answers(seed, ties=ties)
    edges = np.linspace(0, 1, CALIBRATION_BINS + 1)
    # The sum of the gaps within a bin is the gap of the means times the number of samples.
    sums, _, _ = binned_statistic(confidence, confidence - right, "sum", bins=edges)

    assert expected_calibration_error(confidence, right) == pytest.approx(float(np.abs(sums).sum()) / len(right))


@pytest.mark.parametrize("precision", [0.7, 0.9, 0.995])
@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_coverage_is_that_of_the_best_limit_on_scikit_learn_s_curve(seed: int, ties: bool, precision: float) -> None:
    from sklearn.metrics import precision_recall_curve

    confidence, right = _answers(seed, ties=ties)
    precisions, _, limits = precision_recall_curve(right, confidence)
    coverages = [
        float((confidence >= limit).mean())
        for limit, reached in zip(limits, precisions, strict=False)
        if reached >= precision
    ]

    assert coverage_at_precision(confidence, right, precision) == pytest.approx(max(coverages, default=0.0))


def test_confusion_and_shares_of_an_evaluation_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import accuracy_score, confusion_matrix, top_k_accuracy_score

    found = evaluate(Recognizer(ModelStore().find("classic")), load("mnist", "test").select(np.arange(2000)))
    truth, answers = found.outcomes.truth, found.outcomes.answers
    probabilities = found.outcomes.answered.probabilities

    assert found.right < 2000, "without mistakes there would be nothing off the diagonal"
    np.testing.assert_array_equal(found.confusion, confusion_matrix(truth, answers, labels=range(10)))
    assert found.accuracy == pytest.approx(accuracy_score(truth, answers))
    assert found.in_top / found.samples == pytest.approx(
        top_k_accuracy_score(truth, probabilities, k=TOP, labels=range(10))
    )
