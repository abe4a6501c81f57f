"""Biases for logits: what a network that saw some classes too often, or too seldom, is put right with afterwards."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.recognizer import calibrated_probabilities

_STEPS: Final = 300
_RATE: Final = 0.05
_HOLD: Final = 2.0
"""Strength that keeps biases of rare classes near zero, in glyphs."""


def worthwhile_prior_correction(
    shares: NDArray[np.float32], truth: NDArray[np.int64], halves: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Biases for the logits, zero where they do not help on the half of the glyphs that they were not fitted on.

    Args:
        shares: float32 [N, C], the network's probabilities.
        truth: int64 [N], 0 to C - 1.
        halves: bool [N], which half each glyph belongs to; all that one writer wrote should be in one.

    Returns:
        float32 [C], of mean zero.
    """
    plain = right = 0
    for fitted in (halves, ~halves):
        prior_correction = _fitted_correction(shares[fitted], truth[fitted])
        rest = ~fitted
        plain += int((shares[rest].argmax(axis=1) == truth[rest]).sum())
        right += int(
            (calibrated_probabilities(shares[rest], 1.0, prior_correction).argmax(axis=1) == truth[rest]).sum()
        )
    return _fitted_correction(shares, truth) if right > plain else np.zeros(shares.shape[1], np.float32)


def _fitted_correction(shares: NDArray[np.float32], truth: NDArray[np.int64]) -> NDArray[np.float32]:
    """Biases of least cross-entropy, by gradient descent with momentum: the loss is convex in them."""
    count, classes = shares.shape
    target = np.bincount(truth, minlength=classes) / max(count, 1)
    prior_correction, push = np.zeros(classes), np.zeros(classes)
    frequency = np.maximum(target, 1 / max(count, 1))
    for _ in range(_STEPS if count else 0):
        gradient = calibrated_probabilities(shares, 1.0, prior_correction.astype(np.float32)).mean(axis=0) - target
        gradient += _HOLD / count * prior_correction
        # Steps in proportion to how rare a class is, or the rare ones would hardly move.
        push = 0.9 * push - _RATE * gradient / frequency
        prior_correction += np.clip(push, -0.5, 0.5)
    result: NDArray[np.float32] = (prior_correction - prior_correction.mean()).astype(np.float32)
    return result
