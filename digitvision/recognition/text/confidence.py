"""Estimate the probability that a whole line of words was read right."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.text.characters import classes_of
from digitvision.recognition.text.decoding import Candidate, Language, Words, greedy_text

WEIGHTS: Final = (1.099, 0.378, 2.554, -0.094, 0.457, 0.351, 3.917, 0.338, -0.098, 0.298, -0.21, 0.259, -2.914)
"""Weights of `facts`, and the offset last: logistic regression on lines of both development parts of IAM-OnDB, and on
formulas of CROHME's training set that were read as words, which are wrong. A line of which only spaces beside signs
differ counts as half right: the texts have such spaces now and then where nobody wrote them. Fitted to the first part,
it is off by 3.9 % on the second (expected calibration error), and by 4.1 % where such lines count as right; of its
answers from 0.9 on, which are 15 %, 92.0 % are right, and 95.8 % so."""

PLAIN_WEIGHTS: Final = (0.387, 0.513, 16.737, -0.101, -0.798, 0.0, 0.0, 0.028, 0.283, 1.594, -1.064, 0.15, -1.109)
"""The same where nothing is said of which characters follow each other: off by 5.2 % on the second part, and hardly any
answer is sure."""

_LEAST_REST: Final = 1e-3
_LOWEST: Final = -12.0


def facts(
    log_probabilities: NDArray[np.float32],
    places: NDArray[np.int64],
    candidates: Sequence[Candidate],
    shares: Sequence[float],
    language: Language | None,
    words: Words | None,
) -> tuple[float, ...]:
    """Return the features of a line's readings from which the confidence is estimated.

    They are the logarithms of the best text's share among all, and (negated) of the share that it leaves; mean and
    least of the logarithms with which its characters are seen; the mean over the line of those of the most probable
    class; how usual its characters are after each other, on average; the share of its words that are in the list;
    whether it is also the most probable text without language; the logarithm of its length; sum and least of the
    logarithms of its words' shares; and the logarithm of the number of its signs, where spaces are easily missed.

    Args:
        log_probabilities: float32 [T, classes], see `LineNetwork.log_probabilities`.
        places: int64 [characters]: where each character is seen, see `places_of`.
        candidates: The texts that the line may say, the best first; at least one that is not empty.
        shares: The probability of each of its words among what else that word may be.
        language, words: As for `beam_search`.
    """
    text = candidates[0].text
    scores = np.array([one.score for one in candidates])
    share = float(1 / np.exp(scores - scores[0]).sum())
    seen = np.maximum(log_probabilities[places, classes_of(text)], _LOWEST)
    written = [word.strip("'") for word in _letters_only(text).split()]
    usual = 0.0
    if language is not None:
        spoken = [
            float(language.after(text[:index])[classes_of(character)[0]])
            for index, character in enumerate(text)
            if not character.isdigit()
        ]
        usual = max(float(np.mean(spoken)), -8.0) if spoken else 0.0
    listed = 0.0
    if words is not None and written:
        listed = sum(words.usual(word) is not None for word in written) / len(written)
    own = np.log(np.maximum(shares, 1e-4))
    return (
        math.log(share),
        -math.log(1 - share + _LEAST_REST),
        float(seen.mean()),
        float(seen.min()),
        float(log_probabilities.max(axis=1).mean()) * 10,
        usual,
        listed,
        float(greedy_text(log_probabilities).strip() == text),
        math.log(len(text)),
        max(float(own.sum()), -8.0),
        float(own.min()),
        math.log1p(sum(not (character.isalnum() or character.isspace()) for character in text)),
    )


def confidence_of(found: Sequence[float], *, with_language: bool) -> float:
    """Return the probability, 0 to 1, that the text with these `facts` is right.

    Args:
        found: The facts.
        with_language: Whether a language had its say on which characters follow each other.
    """
    weights = WEIGHTS if with_language else PLAIN_WEIGHTS
    score = weights[-1] + sum(weight * fact for weight, fact in zip(weights[:-1], found, strict=True))
    return 1 / (1 + math.exp(-min(max(score, -30.0), 30.0)))


def _letters_only(text: str) -> str:
    return "".join(character if character.isalpha() or character == "'" else " " for character in text)
