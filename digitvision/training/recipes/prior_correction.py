"""Prior correction: biases of the logits for classes that were too frequent, or too rare, in what was learned from."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.recognizer import calibrated_probabilities

_STEPS: Final = 300
_RATE: Final = 0.05
_HOLD: Final = 2.0
"""How strongly the biases of rare classes are kept near zero, as a number of glyphs."""


def worthwhile_prior_correction(
    shares: NDArray[np.float32], truth: NDArray[np.int64], halves: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return biases of the logits, all zero where they do not help on the glyphs that they were not fitted to.

    Args:
        shares: float32 [N, C], the probabilities that the network gives.
        truth: int64 [N], the right classes, 0 to C - 1.
        halves: bool [N], the half that each glyph belongs to; all glyphs of a writer should be in one half.

    Returns:
        float32 [C], of mean zero.
    """
    plain = right = 0
    for fitted in (halves, ~halves):
        prior_correction = _fit_correction(shares[fitted], truth[fitted])
        rest = ~fitted
        plain += int((shares[rest].argmax(axis=1) == truth[rest]).sum())
        right += int(
            (calibrated_probabilities(shares[rest], 1.0, prior_correction).argmax(axis=1) == truth[rest]).sum()
        )
    return _fit_correction(shares, truth) if right > plain else np.zeros(shares.shape[1], np.float32)


def _fit_correction(shares: NDArray[np.float32], truth: NDArray[np.int64]) -> NDArray[np.float32]:
    """Fit the biases with the least cross-entropy, by gradient descent with momentum: the loss is convex in them."""
    count, classes = shares.shape
    target = np.bincount(truth, minlength=classes) / max(count, 1)
    prior_correction, push = np.zeros(classes), np.zeros(classes)
    frequency = np.maximum(target, 1 / max(count, 1))
    for _ in range(_STEPS if count else 0):
        gradient = calibrated_probabilities(shares, 1.0, prior_correction.astype(np.float32)).mean(axis=0) - target
        gradient += _HOLD / count * prior_correction
        # Larger steps for rarer classes, whose biases would hardly change otherwise.
        push = 0.9 * push - _RATE * gradient / frequency
        prior_correction += np.clip(push, -0.5, 0.5)
    result: NDArray[np.float32] = (prior_correction - prior_correction.mean()).astype(np.float32)
    return result
