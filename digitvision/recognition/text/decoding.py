"""From the network's answer along a line to texts (connectionist temporal classification, Graves et al. 2006)."""

import math
from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.text.characters import BLANK, CHARACTERS, text_of

WIDTH: Final = 20
"""Number of texts that are followed along a line."""

WEIGHT: Final = 0.4
"""Weight of the language model's logarithms beside the network's."""

BONUS: Final = 0.7
"""Added for each character on which the language model has its say: without it short texts would win."""

WORD_BONUS: Final = 1.5
"""Added for each word that is in the list of words."""

_LEAST: Final = -6.0
"""A character less probable than this at a place, as a logarithm, is not considered there."""

_HOPELESS: Final = 8.0
"""Texts whose score would be so much lower than the best one's are not followed."""

_NEVER: Final = -math.inf


class Language(Protocol):
    """What tells how probable a character is after others."""

    def after(self, text: str) -> NDArray[np.float32]:
        """Return float32 [characters], the logarithm of the probability of each character after this text."""


class Words(Protocol):
    """What tells which words there are."""

    def has(self, word: str) -> bool:
        """Tell whether there is this word, in any case."""


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
    words: Words | None = None,
    *,
    before: str = "",
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
        words: Which words there are; None for no list.
        before: What stands before the line.
        width: Number of texts to follow, and most that are returned.
        weight, bonus: See `WEIGHT` and `BONUS`.
    """
    beam = {before: _Followed(0.0, _NEVER, 0.0)}
    rows: dict[str, list[float]] = {}
    for frame in log_probabilities:
        chances = {index: float(frame[index]) for index in np.flatnonzero(frame[:BLANK] > _LEAST).tolist()}
        blank = float(frame[BLANK])
        if not chances:
            for followed in beam.values():
                followed.empty, followed.full = followed.total + blank, _NEVER
            continue
        limit = max(followed.score for followed in beam.values()) + max(blank, *chances.values()) - _HOPELESS
        grown: dict[str, _Followed] = {}
        for text, own in beam.items():
            last = _INDEX[text[-1]] if len(text) > len(before) else BLANK
            total, spoken = own.total, own.spoken
            stays = grown.get(text)
            if stays is None:
                stays = grown[text] = _Followed(_NEVER, _NEVER, spoken)
            stays.empty = _sum(stays.empty, total + blank)
            if last in chances:
                stays.full = _sum(stays.full, own.full + chances[last])
            for index, chance in chances.items():
                chance += own.empty if index == last else total
                if chance + spoken + bonus < limit:
                    continue
                longer = text + CHARACTERS[index]
                follower = grown.get(longer)
                if follower is None:
                    row = _row_after(language, text, index, rows)
                    added = weight * row[index] + bonus if row else 0.0
                    if words is not None and index not in _WITHIN_WORDS and last in _WITHIN_WORDS:
                        added += _word_bonus(text, words)
                    follower = grown[longer] = _Followed(_NEVER, _NEVER, spoken + added)
                follower.full = _sum(follower.full, chance)
        ranked = sorted(grown.items(), key=lambda item: -item[1].score)
        beam = dict(ranked[:width])
    return _ranked(beam, len(before), words)


class _Followed:
    """A text that is followed along a line.

    Attributes:
        empty, full: Logarithms of the probability that it ends here with no character, and with its own last one.
        spoken: What the language adds.
    """

    __slots__ = ("empty", "full", "spoken")

    def __init__(self, empty: float, full: float, spoken: float) -> None:
        self.empty = empty
        self.full = full
        self.spoken = spoken

    @property
    def total(self) -> float:
        return _sum(self.empty, self.full)

    @property
    def score(self) -> float:
        return _sum(self.empty, self.full) + self.spoken


def _ranked(beam: Mapping[str, _Followed], begin: int, words: Words | None) -> list[Candidate]:
    """Return the texts from `begin` on, the best first, with what their last words add."""
    found = [
        Candidate(text[begin:], followed.score + (_word_bonus(text, words) if words is not None else 0.0))
        for text, followed in beam.items()
    ]
    return sorted(found, key=lambda candidate: -candidate.score)


def _row_after(language: Language | None, text: str, index: int, rows: dict[str, list[float]]) -> list[float]:
    """Return what the language says of all characters after a text; nothing where it has no say on this one.

    It has none on digits, nor on what stands right behind one: `12 kg` and `12b` are both usual.
    """
    if language is None or index in _DIGITS or text[-1:].isdigit():
        return []
    if text not in rows:
        rows[text] = language.after(text).tolist()
    return rows[text]


def _word_bonus(text: str, words: Words) -> float:
    """Return what is added for the word at the end of a text."""
    first = len(text)
    while first and _INDEX[text[first - 1]] in _WITHIN_WORDS:
        first -= 1
    # What follows a digit at once, such as the b of 12b, is no word.
    if first == len(text) or (first and text[first - 1].isdigit()):
        return 0.0
    return WORD_BONUS if words.has(text[first:]) else 0.0


def _sum(first: float, second: float) -> float:
    """Return the logarithm of the sum of two numbers of which the logarithms are given."""
    if first < second:
        first, second = second, first
    return first if second == _NEVER else first + math.log1p(math.exp(second - first))


_INDEX: Final = {character: index for index, character in enumerate(CHARACTERS)}
_WITHIN_WORDS: Final = frozenset(
    index for index, character in enumerate(CHARACTERS) if character.isalpha() or character == "'"
)
_DIGITS: Final = frozenset(index for index, character in enumerate(CHARACTERS) if character.isdigit())
