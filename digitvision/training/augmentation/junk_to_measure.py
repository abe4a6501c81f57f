"""Junk to measure with, of which a model should not be sure: scribbles, dots, pairs of glyphs, glyphs of other
alphabets, and glyphs upside down."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.alphabets import look_alikes
from digitvision.recognition.models.model_card import ModelCard
from digitvision.recognition.prediction import Label
from digitvision.training.augmentation.scribbles import dots, scribble
from digitvision.training.data.glyphs import Glyphs, Paths, Picture
from digitvision.training.data.labels import label_of

MOST_OF_A_KIND: Final = 1000
MOST_DOTS: Final = 200
SEED: Final = 20_240_229

_GAP: Final = 0.15
"""Distance of two glyphs that are shown as one, in heights of a glyph."""

_DOT_LIKE: Final = frozenset((*".,:;'`·⋅…⋯÷-−!ij∴∵\"", "\u2032"))
"""Signs that are written as one dot or a few; if an alphabet has one of them, dots are no junk."""

_FULL_BODIED: Final = frozenset("2345689abdeghkmpqyABEGHKMPQRSW")
"""Classes of which two side by side are no glyph of a third class, as r and n look like an m, or c and l like a d."""

_TURNED: Final = {
    entry.split()[0]: frozenset(entry.split()[1:])
    for line in (
        "0 0 O o, 1 1 l I | /, 2 2 Z z, 3 ε E ∑, 4 h, 5 5 S s, 6 9 g q, 7 L <, 8 8 B, 9 6 b",
        "a e, b q 9 g, d p, e a, f t j, g 6 b, h y 4 μ, j r f, k k, m w m, p d, q b 6, r j J, t f t, v ^ Λ A ∧, w m w",
        "y h λ, A ∀ V v, B B 8 g, C ) ⊃ >, E 3 ∃, F t j, G, J f r Γ, K K k, L 7 Γ ¬, P d, R, T ⊥ t, U ∩ n, Y λ",
        "?, &, @, $ $ S, π u U, β g, √, ∀ A, ∃ E, ∑ 3 ∑, γ λ, λ y Y γ, μ h, sin, cos, tan, log, lim",
    )
    for entry in line.split(", ")
}
"""By class: the classes that it looks like upside down. Classes that are missing look like themselves, or their look is
not known."""


def junk_of(glyphs: Glyphs, labels: Sequence[Label], card: ModelCard) -> tuple[Glyphs, ...]:
    """Make junk of every kind for an alphabet, the same at every call; kinds that cannot be made are left out.

    Args:
        glyphs: Data from which glyphs of other alphabets are taken, and glyphs to turn upside down and to pair.
        labels: Labels of the alphabet.
        card: Card of the model; it has the texts of classes that the data names by LaTeX commands.

    Returns:
        At most `MOST_OF_A_KIND` glyphs of each kind, named scribbles, dots, groupings, foreign and upside down. Their
        labels have no meaning.
    """
    generator = np.random.default_rng(SEED)
    alphabet = frozenset(label.text for label in labels)
    texts = _texts(glyphs.label_names, card)
    groups = [_drawn("scribbles", scribble, MOST_OF_A_KIND, generator)]
    if alphabet.isdisjoint(_DOT_LIKE):
        groups.append(_drawn("dots", dots, MOST_DOTS, generator))
    for kind, wanted, change in (
        ("foreign", lambda text: _is_foreign(text, alphabet), None),
        ("upside down", lambda text: text in alphabet and is_junk_upside_down(text, alphabet), turn_upside_down),
    ):
        rows = _some(glyphs, texts, wanted, generator)
        ink = [glyphs.ink[row] if change is None else change(glyphs.ink[row]) for row in rows.tolist()]
        groups.append(_group(kind, ink))
    rows = _some(glyphs, texts, lambda text: text in alphabet & _FULL_BODIED, generator)
    pairs = zip(rows[::2].tolist(), rows[1::2].tolist(), strict=False)
    groups.append(_group("groupings", [side_by_side(glyphs.ink[first], glyphs.ink[second]) for first, second in pairs]))
    return tuple(group for group in groups if len(group))


def is_junk_upside_down(text: str, alphabet: frozenset[str]) -> bool:
    """Whether a glyph of this class is certainly no glyph of the alphabet when it is turned upside down."""
    if text not in _TURNED:
        return False
    turned = _TURNED[text]
    return alphabet.isdisjoint(turned.union(*map(look_alikes, turned)))


def turn_upside_down(ink: Paths | Picture) -> Paths | Picture:
    """Turn a glyph by 180 degrees; the order of the strokes stays."""
    if isinstance(ink, tuple):
        return tuple(-np.asarray(path, np.float64) for path in ink)
    return ink[::-1, ::-1]


def side_by_side(first: Paths | Picture, second: Paths | Picture) -> Paths | Picture:
    """Join two glyphs to one, side by side and of the same height.

    Raises:
        ValueError: One glyph is of strokes and the other is a picture.
    """
    if isinstance(first, tuple) and isinstance(second, tuple):
        left, right = _scaled(first), _scaled(second)
        edge = max(float(path[:, 0].max()) for path in left) + _GAP
        return (*left, *(path + np.array([edge, 0.0]) for path in right))
    if isinstance(first, tuple) or isinstance(second, tuple):
        raise ValueError("strokes and a picture do not make one glyph")
    pictures = [_cropped(first), _cropped(second)]
    height = max(map(len, pictures))
    gap = np.zeros((height, round(height * _GAP)), pictures[0].dtype)
    beginning, end = (np.pad(part, ((0, height - len(part)), (0, 0))) for part in pictures)
    return np.hstack([beginning, gap, end])


def _cropped(picture: Picture) -> Picture:
    """Crop a picture to its ink; a blank picture stays as it is."""
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    if len(rows) == 0:
        return picture
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _scaled(paths: Paths) -> Paths:
    """Scale a glyph to a height of 1 and move its upper left corner to the origin."""
    points = np.concatenate(paths).astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    height = float(high[1] - low[1]) or float(high[0] - low[0]) or 1.0
    return tuple((path - low) / height for path in paths)


def _is_foreign(text: str, alphabet: frozenset[str]) -> bool:
    return text not in alphabet and alphabet.isdisjoint(look_alikes(text))


def _texts(names: Sequence[str], card: ModelCard) -> tuple[str, ...]:
    """Return the text of each class of the data."""
    by_latex = {label.latex: label.text for label in card.labels}
    return tuple(by_latex.get(name, label_of(name).text) for name in names)


def _some(
    glyphs: Glyphs, texts: Sequence[str], wanted: Callable[[str], bool], generator: np.random.Generator
) -> NDArray[np.intp]:
    """Return the indices of glyphs of the wanted classes in random order, at most `MOST_OF_A_KIND`."""
    classes = np.array([wanted(text) for text in texts], bool)
    rows = np.flatnonzero(classes[glyphs.labels])
    return generator.permutation(rows)[:MOST_OF_A_KIND]


def _drawn(
    kind: str, draw: Callable[[np.random.Generator], Paths], count: int, generator: np.random.Generator
) -> Glyphs:
    return _group(kind, [draw(generator) for _ in range(count)])


def _group(kind: str, ink: Sequence[Paths | Picture]) -> Glyphs:
    return Glyphs(kind, ink, np.zeros(len(ink), np.int64), ("",))
