"""Detect glyphs by whose sizes and places a line was not what it is read as: of two rows, of a form, or no digits.

So does a cross that is read as something else: a line may begin with a sign of multiplication.

What closes a round bracket that nobody opened is the letter or number of an exercise, `a) 6+5=`.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.line.ruled_strokes import bars_span
from digitvision.recognition.rows.word_gaps import row_height

_TALL: Final = 0.5
"""Least height of a glyph that counts, in the usual height of the line's glyphs: signs and points stand anywhere."""

_BESIDE: Final = 0.25
"""Least share of the lower neighbour's height that is beside the other, however much the line slopes."""

_SMALL: Final = 0.4
"""Height below which a digit is none, in the usual height: a tick of a form, a comma, or an exponent."""

_LOW: Final = 0.62
"""The same for a 4: a plus sign is about so high, and what is written in one go resembles a 4."""
_LOW_BETWEEN: Final = 0.75
"""The same for a 4 between two other glyphs, where a plus sign may stand: of the fours beside digits in CROHME's
training set 8 in 1,000 are lower than three quarters of these, and of the plus signs 66 in 100."""

_BETWEEN: Final = frozenset("+×÷")
"""Signs with a number on either side; a plus may begin one."""
_EQUALS: Final = "="
_NEVER_BEHIND: Final = _BETWEEN | {_EQUALS}
_FLAT_SIGNS: Final = frozenset({"=", "-", "\N{MINUS SIGN}"})
_UNDER: Final = 0.5
"""Least share of a flat sign's width above which digits stand where it underlines them."""

_UNKNOWN: Final = frozenset("xX")
_LIKE_DIGITS: Final = frozenset("bgIlOoqSsZz")
"""Letters that are written like digits."""
_CROSS: Final = 0.5
"""Least probability of a cross that was read as a digit or another sign."""
_TIMES: Final = 0.002
"""The same of a sign of multiplication that was read as an x, where something follows that is behind no x."""

_BARS: Final = frozenset("1lI|")
_THIN: Final = 0.25
"""Largest width of a bar, as a share of its height."""


def is_doubtful(texts: Sequence[str], boxes: NDArray[np.float64]) -> bool:
    """Whether a reading of a line is doubtful by where its glyphs are.

    Args:
        texts: The text of each of M glyphs, in reading order; at least one.
        boxes: float64 [M, 4]: left, top, right, bottom of each.
    """
    if ")" in texts and "(" not in texts[: texts.index(")")]:
        return True
    heights = boxes[:, 3] - boxes[:, 1]
    digits = np.array([text.isdecimal() for text in texts])
    if (digits & (heights < _SMALL * row_height(boxes))).any():
        return True
    fours = np.array([text == "4" for text in texts])
    limits = np.full(len(texts), _LOW_BETWEEN)
    limits[[0, -1]] = _LOW
    if (fours & (heights < limits * row_height(boxes))).any() or has_sign_behind_sign(texts):
        return True
    bars = np.array([text in _BARS for text in texts]) & (boxes[:, 2] - boxes[:, 0] <= _THIN * heights)
    written = np.array([is_tall(text) for text in texts])
    if any(pair == (_EQUALS, _EQUALS) for pair in pairwise(texts)) or _underlines(texts, boxes):
        return True
    return stand_in_two_rows(boxes) or bars_span(boxes[bars], boxes[~bars & written])


def has_sign_behind_sign(texts: Sequence[str]) -> bool:
    """Whether a sign of arithmetic follows another one that takes none behind it, as in `++8`: one is a letter."""
    return any(one in _BETWEEN and other in _NEVER_BEHIND for one, other in pairwise(texts)) or (
        len(texts) > 1 and texts[0] in _BETWEEN - {"+"}
    )


def hides_cross(texts: Sequence[str], times: NDArray[np.float64], unknown: NDArray[np.float64]) -> bool:
    """Whether a sign of multiplication may have been taken for something else, as where a line begins with one.

    Args:
        texts: The text of each of M glyphs, in reading order; at least one.
        times: float64 [M]: the probability that each is a sign of multiplication by its ink.
        unknown: float64 [M]: the same of an x, small or capital; ink alone does not tell these apart.
    """
    others = np.array([not text.isalpha() and text != "×" for text in texts])
    if (others & (times + unknown >= _CROSS)).any():
        return True
    if len(texts) < 2 or texts[0] not in _UNKNOWN or times[0] < _TIMES:
        return False
    return texts[1].isdecimal() or (len(texts) == 2 and texts[1] in _LIKE_DIGITS)


def is_tall(text: str) -> bool:
    """Whether a glyph is a digit or a letter, and no bar: beside it a one is about as high, beside a sign higher."""
    return text.isalnum() and text not in _BARS


def _underlines(texts: Sequence[str], boxes: NDArray[np.float64]) -> bool:
    """Whether a flat sign stands below a glyph rather than beside it: it is a line, or two, under a result.

    Args:
        texts: The text of each glyph.
        boxes: float64 [M, 4].
    """
    written = np.array([text.isalnum() for text in texts])
    for place in (place for place, text in enumerate(texts) if text in _FLAT_SIGNS):
        left, top, right, bottom = boxes[place].tolist()
        higher = written & (boxes[:, 3] < (top + bottom) / 2)
        shared = np.minimum(boxes[higher, 2], right) - np.maximum(boxes[higher, 0], left)
        # Between two ones, which hardly cover it, it is below both.
        if higher[max(place - 1, 0) : place + 2].sum() == 2 or np.maximum(shared, 0).sum() > _UNDER * (right - left):
            return True
    return False


def stand_in_two_rows(boxes: NDArray[np.float64]) -> bool:
    """Whether some neighbours stand above each other rather than beside.

    Args:
        boxes: float64 [M, 4], in reading order, as for `is_doubtful`.
    """
    tall = boxes[boxes[:, 3] - boxes[:, 1] >= _TALL * row_height(boxes)]
    if len(tall) < 2:
        return False
    shared = np.minimum(tall[1:, 3], tall[:-1, 3]) - np.maximum(tall[1:, 1], tall[:-1, 1])
    heights = tall[:, 3] - tall[:, 1]
    return bool((shared < _BESIDE * np.minimum(heights[1:], heights[:-1])).any())
