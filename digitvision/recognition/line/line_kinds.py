"""Kinds of words in a line: all digits with their signs, or all letters in one pattern of case.

A zero and an O may look alike; between digits it is a zero. A kind defines which classes may be first, last and
between, and how frequent it is. Words that fit no kind are read as mixed, at a cost.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.alphabets import CLASSES, DIGITS, LOWER, UPPER
from digitvision.recognition.line.grammar import UNKNOWN
from digitvision.recognition.prediction import Label

NUMBER_SIGNS: Final = (".", ",", ":", "/", "%", "+", "-")
DEGREE_SIGN: Final = Label("°", r"\circ")
"""No class of the network, which takes it for a zero; lines have it by its size and place."""

ARITHMETIC_SIGNS: Final = (".", "+", "-", "=", "×", "÷", "/", "(", ")")
_RARE: Final = ("%", DEGREE_SIGN.text)
_SIGNS: Final = tuple(dict.fromkeys(NUMBER_SIGNS + ARITHMETIC_SIGNS))
_ENDS: Final = (".", ",", "!", "?")
_WITHIN: Final = ("-", "'")

_USUAL: Final = 21
"""Number of classes of the reference kind: with more classes, each single one is less probable by itself."""

_NEVER: Final = -1e4
_LEAST: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of word.

    Attributes:
        name: The kind's name.
        frequency: Share of words of this kind, 0 to 1.
        first: Classes that may be first, by their indices among the model's labels.
        inner: Classes that may be between the first and the last.
        last: Classes that may be last.
        row: Whether it is written like mathematics: the networks for expressions were trained on it, and sizes
            distinguish its signs.
        letters: Whether it is a word of letters only, but for its end.
        rare: Classes of it that are so rare that they make no other one less probable.
    """

    name: str
    frequency: float
    first: frozenset[int]
    inner: frozenset[int]
    last: frozenset[int]
    row: bool = False
    letters: bool = False
    rare: frozenset[int] = frozenset()


def kinds_of(alphabet: str | None, labels: Sequence[Label]) -> tuple[Kind, ...]:
    """Return the kinds of an alphabet, one of `alphabets.ALPHABETS`; None for numbers, arithmetic and words.

    Args:
        alphabet: The alphabet's name, or None.
        labels: The model's labels.
    """
    index_of = {label.text: index for index, label in enumerate(labels)}

    def indices(*groups: Sequence[str]) -> frozenset[int]:
        return frozenset(index_of[text] for group in groups for text in group if text in index_of)

    def same(
        name: str, frequency: float, classes: frozenset[int], *, row: bool = False, rare: Sequence[str] = ()
    ) -> Kind:
        all_classes = classes | indices(rare)
        return Kind(name, frequency, all_classes, all_classes, all_classes, row, rare=indices(rare))

    lower, upper = indices(LOWER), indices(UPPER)
    ends, within = indices(_ENDS), indices(_WITHIN)
    words = (
        Kind("lower", 0.18, lower, lower | within, lower | ends, letters=True),
        Kind("capitalised", 0.09, upper, lower | within, lower | ends, letters=True),
        Kind("upper", 0.08, upper, upper | within, upper | ends, letters=True),
    )
    if alphabet is None:
        return (
            same("digits", 0.3, indices(DIGITS), row=True),
            same("number", 0.15, indices(DIGITS, NUMBER_SIGNS), row=True, rare=_RARE[1:]),
            same("arithmetic", 0.15, indices(DIGITS, ARITHMETIC_SIGNS), row=True, rare=_RARE),
            same("equation", 0.03, indices(DIGITS, ARITHMETIC_SIGNS, UNKNOWN), row=True, rare=_RARE),
            *words,
            same("mixed", 0.05, indices(DIGITS, LOWER, UPPER, _SIGNS), rare=_RARE[1:]),
        )
    if alphabet == "letters":
        plain = (
            Kind("lower", 0.45, lower, lower, lower, letters=True),
            Kind("capitalised", 0.25, upper, lower, lower, letters=True),
            Kind("upper", 0.25, upper, upper, upper, letters=True),
        )
        return (*plain, same("mixed", 0.05, lower | upper))
    if alphabet == "all":
        return (*kinds_of(None, labels)[:-1], same("mixed", 0.05, indices(CLASSES["all"]), rare=_RARE[1:]))
    rare = _RARE if alphabet == "math" else ()
    one = same(alphabet, 1.0, indices(CLASSES[alphabet]), row=alphabet in ("digits", "math"), rare=rare)
    return (one,)


def line_labels(labels: Sequence[Label]) -> tuple[Label, ...]:
    """Return the classes of lines: those of the network for glyphs, and the degree sign."""
    return (*labels, *(() if DEGREE_SIGN in labels else (DEGREE_SIGN,)))


def padded_shares(shares: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return float64 [M, count]: probabilities of classes, 0 for those that are missing."""
    return np.pad(shares, ((0, 0), (0, count - shares.shape[1])))


def with_classes(kinds: Sequence[Kind], classes: Iterable[int]) -> tuple[Kind, ...]:
    """Return kinds of which the last, that of mixed words, has these classes as well: the user has chosen them."""
    *others, mixed = kinds
    more = frozenset(classes)
    added = more - mixed.inner
    return (
        *others,
        replace(
            mixed,
            first=mixed.first | more,
            inner=mixed.inner | more,
            last=mixed.last | more,
            rare=mixed.rare | added,
        ),
    )


def with_rare_classes(kinds: Sequence[Kind], classes: Iterable[int]) -> tuple[Kind, ...]:
    """Return kinds of which those that are written like mathematics have these classes as well, as rare ones."""
    more = frozenset(classes)
    return tuple(
        replace(kind, first=kind.first | more, inner=kind.inner | more, last=kind.last | more, rare=kind.rare | more)
        if kind.row
        else kind
        for kind in kinds
    )


@dataclass(frozen=True, slots=True, eq=False)
class InkScores:
    """Scores by the ink of M glyphs in a row for C classes.

    Attributes:
        shares: float64 [M, C], the glyph network's probabilities.
        rows: float64 [M, C], logarithms of scores from all that distinguishes classes of mathematics; not normalized.
        pinned: The class of each glyph that the user has chosen one for, by the glyph's index.
    """

    shares: NDArray[np.float64]
    rows: NDArray[np.float64]
    pinned: Mapping[int, int] = field(default_factory=dict)


def fit_of(kind: Kind, ink: InkScores, first: int, last: int) -> float:
    """Return how well the glyphs from `first` up to `last` (exclusive) fit a kind.

    It is the logarithm of the kind's frequency and of the share of the ink's probability that falls on its classes;
    minus infinity where the kind contradicts what the user has chosen.
    """
    allowed = _allowed(kind, last - first, ink.shares.shape[1])
    if not all(allowed[index - first, label] for index, label in _pinned(ink, first, last)):
        return -math.inf
    shares = (ink.shares[first:last] * allowed).sum(axis=1)
    counted = allowed.copy()
    counted[:, sorted(kind.rare)] = False
    expected = _USUAL / counted.sum(axis=1)
    return math.log(kind.frequency) + float(np.log(np.maximum(shares, _LEAST) * expected).sum())


def word_scores(kind: Kind, ink: InkScores, first: int, last: int) -> NDArray[np.float64]:
    """float64 [K, C]: log-probabilities within a kind that `fit_of` finds possible, for glyphs before `last`."""
    allowed = _allowed(kind, last - first, ink.shares.shape[1])
    for index, label in _pinned(ink, first, last):
        allowed[index - first] = np.arange(allowed.shape[1]) == label
    own = ink.rows[first:last] if kind.row else np.log(np.maximum(ink.shares[first:last], _LEAST))
    own = np.where(allowed, own, -np.inf)
    highest = own.max(axis=1, keepdims=True)
    scores: NDArray[np.float64] = own - highest - np.log(np.exp(own - highest).sum(axis=1, keepdims=True))
    return np.maximum(scores, _NEVER)


def _pinned(ink: InkScores, first: int, last: int) -> list[tuple[int, int]]:
    return [(index, label) for index, label in ink.pinned.items() if first <= index < last]


def _allowed(kind: Kind, count: int, classes: int) -> NDArray[np.bool_]:
    """bool [K, C]: the classes that are allowed at each index of a word of `count` glyphs."""
    allowed = np.zeros((count, classes), bool)
    allowed[:, sorted(kind.inner)] = True
    for index, own in ((count - 1, kind.last), (0, kind.first)):
        allowed[index] = False
        allowed[index, sorted(own)] = True
    return allowed
