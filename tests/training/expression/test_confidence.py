"""How far readings of expressions can be relied on."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from digitvision.recognition.expression.reading.recognizer import FACTS
from digitvision.training.expression.confidence import SURE_AT_LEAST, fit_confidence, sure_limit


def test_sure_begins_where_enough_of_the_readings_are_right_and_never_below_the_least() -> None:
    confidence = np.linspace(1.0, 0.5, 501)
    right = confidence > 0.95
    limit = sure_limit(confidence, right)
    assert 0.9 <= limit < 0.95
    assert right[confidence >= limit].mean() >= 0.94
    assert sure_limit(confidence, np.ones(501, bool)) == SURE_AT_LEAST
    assert sure_limit(confidence, np.zeros(501, bool)) == 1.0


def test_from_a_few_readings_nothing_is_learned() -> None:
    assert fit_confidence([]) is None


def test_a_few_lucky_readings_make_no_limit() -> None:
    confidence = np.linspace(1.0, 0.99, 10)
    assert sure_limit(confidence, np.ones(10, bool)) == pytest.approx(1.0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_weights_are_those_of_scikit_learn_s_logistic_regression(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sklearn.linear_model import LogisticRegression

    generator = np.random.default_rng(seed)
    inputs = generator.normal(size=(400, FACTS))
    right = generator.random(400) < 1 / (1 + np.exp(-(inputs @ generator.normal(size=FACTS) + 0.5)))
    outcomes: list[Any] = [
        SimpleNamespace(reading=row, right=is_right) for row, is_right in zip(inputs, right, strict=True)
    ]
    monkeypatch.setattr("digitvision.training.expression.confidence.facts", lambda reading: reading)

    found = fit_confidence(outcomes)

    # The strength of scikit-learn's penalty is that of the losses: here it is half a sample of each hundred.
    expected = LogisticRegression(C=1 / (0.5 * len(outcomes) / 100), tol=1e-10, max_iter=10_000).fit(inputs, right)
    assert found == pytest.approx([*expected.coef_[0], *expected.intercept_], abs=1e-4)
