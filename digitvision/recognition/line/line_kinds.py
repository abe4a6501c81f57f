"""What the words of a line usually are: all digits with their signs, or all letters in one pattern of case.

A zero and an O may look alike; between digits it is a zero. A kind says which classes may stand first, last and
between, and how frequent it is; what fits no kind is read as mixed, at a price.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.alphabets import CLASSES, DIGITS, LOWER, UPPER
from digitvision.recognition.prediction import Label

NUMBER_SIGNS: Final = (".", ",", ":", "/", "%", "+", "-")
ARITHMETIC_SIGNS: Final = (".", "+", "-", "=", "×", "÷", "/", "(", ")")
_SIGNS: Final = tuple(dict.fromkeys(NUMBER_SIGNS + ARITHMETIC_SIGNS))
_ENDS: Final = (".", ",", "!", "?")
_WITHIN: Final = ("-", "'")

_USUAL: Final = 21
"""Classes of the kind that the others are compared with: each class more makes any single one less to be expected."""

_NEVER: Final = -1e4
_LEAST: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of word.

    Attributes:
        frequency: How many words are of this kind, from 0 to 1.
        first: Classes that may stand first, by their places among the model's labels; `inner` between, `last` last.
        row: Whether it is written as mathematics is: the networks for expressions know it, and sizes tell signs apart.
        letters: Whether it is a word of letters only, but for its end.
    """

    name: str
    frequency: float
    first: frozenset[int]
    inner: frozenset[int]
    last: frozenset[int]
    row: bool = False
    letters: bool = False


def kinds_of(alphabet: str | None, labels: Sequence[Label]) -> tuple[Kind, ...]:
    """The kinds of an alphabet, one of `alphabets.ALPHABETS`; None for numbers, arithmetic and words.

    Args:
        labels: The model's.
    """
    place_of = {label.text: place for place, label in enumerate(labels)}

    def places(*groups: Sequence[str]) -> frozenset[int]:
        return frozenset(place_of[text] for group in groups for text in group if text in place_of)

    def same(name: str, frequency: float, classes: frozenset[int], *, row: bool = False) -> Kind:
        return Kind(name, frequency, classes, classes, classes, row)

    lower, upper = places(LOWER), places(UPPER)
    ends, within = places(_ENDS), places(_WITHIN)
    words = (
        Kind("lower", 0.18, lower, lower | within, lower | ends, letters=True),
        Kind("capitalised", 0.09, upper, lower | within, lower | ends, letters=True),
        Kind("upper", 0.08, upper, upper | within, upper | ends, letters=True),
    )
    if alphabet is None:
        return (
            same("digits", 0.3, places(DIGITS), row=True),
            same("number", 0.15, places(DIGITS, NUMBER_SIGNS), row=True),
            same("arithmetic", 0.15, places(DIGITS, ARITHMETIC_SIGNS), row=True),
            *words,
            same("mixed", 0.05, places(DIGITS, LOWER, UPPER, _SIGNS)),
        )
    if alphabet == "letters":
        plain = (
            Kind("lower", 0.45, lower, lower, lower, letters=True),
            Kind("capitalised", 0.25, upper, lower, lower, letters=True),
            Kind("upper", 0.25, upper, upper, upper, letters=True),
        )
        return (*plain, same("mixed", 0.05, lower | upper))
    if alphabet == "all":
        return (*kinds_of(None, labels)[:-1], same("mixed", 0.05, places(CLASSES["all"])))
    one = same(alphabet, 1.0, places(CLASSES[alphabet]), row=alphabet in ("digits", "math"))
    return (one,)


@dataclass(frozen=True, slots=True, eq=False)
class InkScores:
    """What the ink of M glyphs in a row says of C classes.

    Attributes:
        shares: float64 [M, C], the glyph network's probabilities.
        rows: float64 [M, C], logarithms of all that tells classes of mathematics apart, of any sum.
    """

    shares: NDArray[np.float64]
    rows: NDArray[np.float64]


def fit_of(kind: Kind, ink: InkScores, first: int, last: int) -> float:
    """How well the glyphs from `first` up to but without `last` fit a kind.

    It is the logarithm of the kind's frequency and of how much of the ink's probability falls on its classes.
    """
    allowed = _allowed(kind, last - first, ink.shares.shape[1])
    shares = (ink.shares[first:last] * allowed).sum(axis=1)
    expected = _USUAL / allowed.sum(axis=1)
    return math.log(kind.frequency) + float(np.log(np.maximum(shares, _LEAST) * expected).sum())


def word_scores(kind: Kind, ink: InkScores, first: int, last: int) -> NDArray[np.float64]:
    """float64 [K, C]: logarithms of probabilities within a kind, of the glyphs from `first` up to `last`."""
    allowed = _allowed(kind, last - first, ink.shares.shape[1])
    own = ink.rows[first:last] if kind.row else np.log(np.maximum(ink.shares[first:last], _LEAST))
    own = np.where(allowed, own, -np.inf)
    highest = own.max(axis=1, keepdims=True)
    scores: NDArray[np.float64] = own - highest - np.log(np.exp(own - highest).sum(axis=1, keepdims=True))
    return np.maximum(scores, _NEVER)


def _allowed(kind: Kind, count: int, classes: int) -> NDArray[np.bool_]:
    """bool [K, C]: which class may stand where in a word of so many glyphs."""
    allowed = np.zeros((count, classes), bool)
    allowed[:, sorted(kind.inner)] = True
    for place, own in ((count - 1, kind.last), (0, kind.first)):
        allowed[place] = False
        allowed[place, sorted(own)] = True
    return allowed
