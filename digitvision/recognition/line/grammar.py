"""Grammar of numbers and arithmetic: no bracket opens after a digit, and no two points follow each other.

Nothing is forbidden: what is not usual costs as much as a glyph that looks rather like another class.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from digitvision.recognition.expression.layout import RELATIONS
from digitvision.recognition.expression.reading.priors import SymbolPriors
from digitvision.recognition.prediction import Label

UNUSUAL: Final = -4.0
"""Logarithm of how much less probable unusual pairs are."""

SENSELESS: Final = -8.0
"""As `UNUSUAL`, for a sign of multiplication or division with nothing before it: it is an x, or no sign at all."""

UNKNOWN: Final = "x"
"""The letter that stands for a number in a line: a sign of multiplication with nothing before it is this one."""

_PARTS: Final = {
    **dict.fromkeys("0123456789", "digit"),
    **dict.fromkeys(".,:/", "between"),
    **dict.fromkeys("+-", "sign"),
    **dict.fromkeys("=×÷", "operator"),
    "(": "open",
    ")": "close",
    "%": "end",
    "°": "end",
    UNKNOWN: "unknown",
}
_USUAL: Final = {
    "digit": ("digit", "between", "sign", "operator", "close", "end", "unknown"),
    "between": ("digit", "open", "unknown"),
    "sign": ("digit", "open", "unknown"),
    "operator": ("digit", "open", "sign", "unknown"),
    "open": ("digit", "open", "sign", "unknown"),
    "close": ("close", "operator", "sign", "between"),
    "end": ("operator", "sign", "close"),
    "unknown": ("operator", "sign", "close", "between"),
}
"""What may follow each part of a number or of arithmetic. After a bracket only the slash of `between` is usual, but a
point there is too rare to need a rule."""

_BETWEEN_FACTORS: Final = ("×", "÷")
_BEGINNING: Final = ("digit", "open", "sign", "unknown")
_ENDING: Final = ("digit", "close", "end", "unknown")


def grammar_of(labels: Sequence[Label]) -> SymbolPriors:
    """Return the scores of pairs in a row and of its beginning; 0 for classes without a rule."""
    parts = [_PARTS.get(label.text, "") for label in labels]
    count = len(labels)
    follows = np.zeros((count, len(RELATIONS), count), np.float32)
    right = RELATIONS.index("Right")
    for index, part in enumerate(parts):
        if part:
            follows[index, right] = [UNUSUAL if other and other not in _USUAL[part] else 0.0 for other in parts]
    begins = np.array([UNUSUAL if part and part not in _BEGINNING else 0.0 for part in parts], np.float32)
    factors = [index for index, label in enumerate(labels) if label.text in _BETWEEN_FACTORS]
    begins[factors] = SENSELESS
    for index, part in enumerate(parts):
        if part in ("sign", "operator", "open"):
            follows[index, right, factors] = SENSELESS
    return SymbolPriors(follows, begins)


def whole_cost(texts: Sequence[str]) -> float:
    """Return the cost of a row's end and of brackets without partners."""
    depth = missing = 0
    for text in texts:
        depth += (text == "(") - (text == ")")
        if depth < 0:
            missing, depth = missing + 1, 0
    part = _PARTS.get(texts[-1], "")
    # A sum may end with its equals sign: the result is not written yet.
    ending = UNUSUAL if part and part not in _ENDING and texts[-1] != "=" else 0.0
    return ending + UNUSUAL * (missing + depth)
