"""From the network's answer along a line to texts (connectionist temporal classification, Graves et al. 2006)."""

import math
from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.text.characters import BLANK, CHARACTERS, text_of

WIDTH: Final = 40
"""Most texts that are followed along a line."""

WEIGHT: Final = 0.3
"""Weight of the language model's logarithms beside the network's."""

BONUS: Final = 0.7
"""Added for each character on which the language model has its say: without it short texts would win."""

LETTER_BONUS: Final = 0.9
"""Added for each letter of a word that is in the list; if it were added for each word, cutting one in two would pay."""

USUAL_BONUS: Final = 0.15
"""Added to it for a word that is ten times as frequent, see `Words.usual`."""

_LEAST: Final = -6.0
"""A character less probable than this at a place, as a logarithm, is not considered there."""

_HOPELESS: Final = 8.0
"""Texts whose score is so much lower than the best one's are not followed, but for the best few."""

_FEW: Final = 8

_NEVER: Final = -math.inf

_NO_WORD: Final = -1


class Language(Protocol):
    """What tells how probable a character is after others."""

    def after(self, text: str) -> NDArray[np.float32]:
        """Return float32 [characters], the logarithm of the probability of each character after this text."""


class Words(Protocol):
    """What tells which words there are."""

    def usual(self, word: str) -> float | None:
        """Return how usual a word is, in any case: the decimal logarithm of its frequency; None where there is none."""

    def has_prefix(self, letters: str) -> bool:
        """Tell whether there is a word that begins with these letters, in any case."""


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
        width: Most texts to follow, and to return.
        weight, bonus: See `WEIGHT` and `BONUS`.
    """
    search = _Search(before, language, words, weight, bonus)
    beam = {before: _Followed(0.0, _NEVER, 0.0, _NO_WORD)}
    for frame in log_probabilities:
        chances = {index: float(frame[index]) for index in np.flatnonzero(frame[:BLANK] > _LEAST).tolist()}
        blank = float(frame[BLANK])
        if not chances:
            for followed in beam.values():
                followed.end(followed.total + blank, _NEVER)
            continue
        ranked = sorted(search.grown(beam, chances, blank).items(), key=_score_of, reverse=True)[:width]
        least = ranked[0][1].score - _HOPELESS
        beam = dict(item for place, item in enumerate(ranked) if place < _FEW or item[1].score >= least)
    found = [
        Candidate(text[len(before) :], followed.score + search.worth.added(text, followed.word, "", _NO_WORD))
        for text, followed in beam.items()
    ]
    return sorted(found, key=lambda candidate: -candidate.score)


class _Followed:
    """A text that is followed along a line.

    Attributes:
        empty, full: Logarithms of the probability that it ends here with no character, and with its own last one.
        spoken: What the language adds.
        word: Where the word begins that it ends with; `_NO_WORD` where it ends with none.
        total: The logarithm of the sum of both probabilities, when `end` was called.
        score: The same with what the language adds.
    """

    __slots__ = ("empty", "full", "score", "spoken", "total", "word")

    def __init__(self, empty: float, full: float, spoken: float, word: int) -> None:
        self.spoken = spoken
        self.word = word
        self.end(empty, full)

    def end(self, empty: float, full: float) -> None:
        """Take the probabilities at the end of a place along the line."""
        self.empty = empty
        self.full = full
        self.total = _sum(empty, full)
        self.score = self.total + self.spoken


def _score_of(item: tuple[str, _Followed]) -> float:
    return item[1].score


class _Worth:
    """What the list of words adds to a text.

    A word is worth `LETTER_BONUS` a letter as soon as it begins as a listed word does: were it so only at its end, long
    words would have been given up before. What has come to no listed word loses it.
    """

    def __init__(self, words: Words | None) -> None:
        self._words = words
        self._begun: dict[str, float] = {"": 0.0}

    def word_of(self, text: str, index: int, last: int, word: int) -> int:
        """Return where the word begins that a text ends with.

        What follows a digit at once, such as the b of 12b, is no word.

        Args:
            text: The text with its last character.
            index, last: Classes of its last character and of that before.
            word: Where the word begins that it ended with before.
        """
        if self._words is None or index not in _WITHIN_WORDS:
            return _NO_WORD
        if last in _WITHIN_WORDS:
            return word
        return _NO_WORD if text[-2:-1].isdigit() else len(text) - 1

    def added(self, text: str, word: int, longer: str, next_word: int) -> float:
        """Return what is added where a text becomes a longer one, with the words that both end with."""
        if word == next_word == _NO_WORD or self._words is None:
            return 0.0
        begun = 0.0 if word == _NO_WORD else self._begun_as(self._words, text[word:])
        if next_word != _NO_WORD:
            return self._begun_as(self._words, longer[next_word:]) - begun
        usual = self._words.usual(text[word:])
        letters = len(text) - word
        return -begun if usual is None else letters * (LETTER_BONUS + USUAL_BONUS * usual) - begun

    def _begun_as(self, words: Words, letters: str) -> float:
        known = self._begun.get(letters)
        if known is None:
            known = self._begun[letters] = LETTER_BONUS * len(letters) if words.has_prefix(letters) else 0.0
        return known


class _Search:
    """What a search goes by along a line; see `beam_search`."""

    def __init__(
        self, before: str, language: Language | None, words: Words | None, weight: float, bonus: float
    ) -> None:
        self.worth = _Worth(words)
        self._begin = len(before)
        self._language = language
        self._weight = weight
        self._bonus = bonus
        self._rows: dict[str, list[float]] = {}

    def grown(self, beam: Mapping[str, _Followed], chances: Mapping[int, float], blank: float) -> dict[str, _Followed]:
        """Return the texts that stay or grow longer at a place along the line.

        Args:
            beam: The texts that are followed.
            chances: Logarithms of the probabilities of the characters that are considered there, by their classes.
            blank: The same of no character.
        """
        limit = max(followed.score for followed in beam.values()) + max(blank, *chances.values())
        limit -= _HOPELESS + self._bonus
        grown: dict[str, _Followed] = {}
        for text, own in beam.items():
            last = _INDEX[text[-1]] if len(text) > self._begin else BLANK
            total, spoken = own.total, own.spoken
            stays = grown.get(text)
            if stays is None:
                stays = grown[text] = _Followed(_NEVER, _NEVER, spoken, own.word)
            stays.empty = _sum(stays.empty, total + blank)
            if last in chances:
                stays.full = _sum(stays.full, own.full + chances[last])
            for index, chance in chances.items():
                chance += own.empty if index == last else total
                if chance + spoken < limit:
                    continue
                longer = text + CHARACTERS[index]
                follower = grown.get(longer)
                if follower is None:
                    follower = grown[longer] = self._follower(text, own, longer, index, last)
                follower.full = _sum(follower.full, chance)
        for followed in grown.values():
            followed.end(followed.empty, followed.full)
        return grown

    def _follower(self, text: str, own: _Followed, longer: str, index: int, last: int) -> _Followed:
        """Return a text with one more character, of which nothing is known yet but what the language says."""
        row = self._row_after(text, index)
        added = self._weight * row[index] + self._bonus if row else 0.0
        word = self.worth.word_of(longer, index, last, own.word)
        added += self.worth.added(text, own.word, longer, word)
        return _Followed(_NEVER, _NEVER, own.spoken + added, word)

    def _row_after(self, text: str, index: int) -> list[float]:
        """Return what the language says of all characters after a text; nothing where it has no say on this one.

        It has none on digits, nor on what stands right behind one: `12 kg` and `12b` are both usual.
        """
        if self._language is None or index in _DIGITS or text[-1:].isdigit():
            return []
        if text not in self._rows:
            self._rows[text] = self._language.after(text).tolist()
        return self._rows[text]


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
