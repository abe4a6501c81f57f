"""The correction of priors compared with scipy's minimum of the same loss."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.training.recipes.prior_correction import worthwhile_prior_correction

CLASSES = 5


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_correction_is_the_one_of_the_least_loss(seed: int) -> None:
    from scipy.optimize import minimize
    from scipy.special import log_softmax, softmax

    generator = np.random.default_rng(seed)
    logits = generator.normal(size=(3000, CLASSES)) * 1.5
    # The network knows all classes alike, but some of them are much more frequent.
    frequent = np.log([0.5, 0.25, 0.15, 0.07, 0.03])
    chance = softmax(logits + frequent, axis=1)
    truth = (chance.cumsum(axis=1) > generator.random((3000, 1))).argmax(axis=1)

    def loss(biases: NDArray[np.float64]) -> float:
        scores = log_softmax(logits + biases, axis=1)[np.arange(3000), truth]
        # Biases are held near zero with the strength of two glyphs.
        return float(-scores.mean() + (biases**2).sum() / 3000)

    best: NDArray[np.float64] = minimize(loss, np.zeros(CLASSES)).x
    found = worthwhile_prior_correction(softmax(logits, axis=1).astype(np.float32), truth, np.arange(3000) % 2 == 0)

    assert found == pytest.approx(best - best.mean(), abs=5e-3)


def test_where_priors_are_right_nothing_is_corrected() -> None:
    answers = np.tile(np.eye(CLASSES, dtype=np.float32) * 0.9 + 0.02, (40, 1))

    found = worthwhile_prior_correction(answers, np.arange(200) % CLASSES, np.arange(200) % 2 == 0)

    assert not found.any()
