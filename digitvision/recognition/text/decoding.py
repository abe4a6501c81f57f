"""From the network's answer along a line to texts (connectionist temporal classification, Graves et al. 2006)."""

import math
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.text.characters import BLANK, CHARACTERS, text_of

WIDTH: Final = 30
"""Number of texts that are followed along a line."""

WEIGHT: Final = 0.5
"""Weight of the language model's logarithms beside the network's."""

BONUS: Final = 1.0
"""Added for each character on which the language model has its say: without it short texts would win."""

_LEAST: Final = -7.0
"""A character less probable than this at a place, as a logarithm, is not considered there."""

_NEVER: Final = -math.inf


class Language(Protocol):
    """What tells how probable a character is after others."""

    def after(self, text: str) -> NDArray[np.float32]:
        """Return float32 [characters], the logarithm of the probability of each character after this text."""


class Candidate(NamedTuple):
    """A text that a line may say; `score` is the logarithm by which candidates are compared."""

    text: str
    score: float


def greedy_text(log_probabilities: NDArray[np.float32]) -> str:
    """Return the text of the most probable class at each place.

    Args:
        log_probabilities: float32 [T, classes], see `LineNetwork.log_probabilities`.
    """
    best = log_probabilities.argmax(axis=1)
    changes = np.append(True, best[1:] != best[:-1]) if len(best) else np.zeros(0, bool)
    return text_of(best[changes & (best != BLANK)].tolist())


def beam_search(
    log_probabilities: NDArray[np.float32],
    language: Language | None = None,
    *,
    width: int = WIDTH,
    weight: float = WEIGHT,
    bonus: float = BONUS,
) -> list[Candidate]:
    """Return the most probable texts of a line, the best first: each sums up all ways to write it along the line.

    A prefix beam search (Hannun et al. 2014, arXiv:1408.2873). The language model has its say on everything but digits,
    which do not follow from what stands before them.

    Args:
        log_probabilities: float32 [T, classes], see `LineNetwork.log_probabilities`.
        language: How probable characters are after others; None to believe the network alone.
        width: Number of texts to follow, and most that are returned.
        weight, bonus: See `WEIGHT` and `BONUS`.
    """
    # For each text: logarithms of the probability with no character last, with its own last one, and of the language.
    beam: dict[str, tuple[float, float, float]] = {"": (0.0, _NEVER, 0.0)}
    for frame in log_probabilities:
        values = frame.tolist()
        likely = [(CHARACTERS[index], values[index]) for index in np.flatnonzero(frame[:BLANK] > _LEAST).tolist()]
        chances = dict(likely)
        blank = values[BLANK]
        grown: dict[str, tuple[float, float]] = {}
        said: dict[str, float] = {}
        for text, (empty, full, spoken) in beam.items():
            total = _sum(empty, full)
            last = text[-1:]
            old = grown.get(text, (_NEVER, _NEVER))
            repeated = full + chances[last] if last in chances else _NEVER
            grown[text] = (_sum(old[0], total + blank), _sum(old[1], repeated))
            said[text] = spoken
            for character, chance in likely:
                longer = text + character
                before = empty if character == last else total
                if before == _NEVER:
                    continue
                old = grown.get(longer, (_NEVER, _NEVER))
                grown[longer] = (old[0], _sum(old[1], before + chance))
                if longer not in said:
                    said[longer] = (
                        beam[longer][2]
                        if longer in beam
                        else spoken + _spoken(language, text, character, weight, bonus)
                    )
        ranked = sorted(grown, key=lambda text: -_sum(*grown[text]) - said[text])[:width]
        beam = {text: (*grown[text], said[text]) for text in ranked}
    return [Candidate(text, _sum(empty, full) + spoken) for text, (empty, full, spoken) in beam.items()]


def _spoken(language: Language | None, text: str, character: str, weight: float, bonus: float) -> float:
    if language is None or character.isdigit():
        return 0.0
    return weight * float(language.after(text)[_INDEX[character]]) + bonus


def _sum(first: float, second: float) -> float:
    """Return the logarithm of the sum of two numbers of which the logarithms are given."""
    if first < second:
        first, second = second, first
    return first if second == _NEVER else first + math.log1p(math.exp(second - first))


_INDEX: Final = {character: index for index, character in enumerate(CHARACTERS)}
