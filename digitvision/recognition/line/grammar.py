"""Which signs of numbers and arithmetic stand beside which: a bracket does not open after a digit, no two points meet.

Nothing is forbidden. What is not written costs as much as a glyph that looks rather like something else.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from digitvision.recognition.expression.layout import RELATIONS
from digitvision.recognition.expression.reading.priors import SymbolPriors
from digitvision.recognition.prediction import Label

UNUSUAL: Final = -4.0
"""Logarithm of how much less probable what is not written is."""

_PARTS: Final = {
    **dict.fromkeys("0123456789", "digit"),
    **dict.fromkeys(".,:/", "between"),
    **dict.fromkeys("+-", "sign"),
    **dict.fromkeys("=×÷", "operator"),
    "(": "open",
    ")": "close",
    "%": "end",
}
_USUAL: Final = {
    "digit": ("digit", "between", "sign", "operator", "close", "end"),
    "between": ("digit", "open"),
    "sign": ("digit", "open"),
    "operator": ("digit", "open", "sign"),
    "open": ("digit", "open", "sign"),
    "close": ("close", "operator", "sign", "between"),
    "end": ("operator", "sign", "close"),
}
"""What may follow each part of a number or of arithmetic. After a bracket only the slash of `between` is written, but a
point there is rare enough to need no rule."""

_BEGINNING: Final = ("digit", "open", "sign")
_ENDING: Final = ("digit", "close", "end")


def grammar_of(labels: Sequence[Label]) -> SymbolPriors:
    """The costs of pairs in a row and of the beginning; 0 for classes of which nothing is known."""
    parts = [_PARTS.get(label.text, "") for label in labels]
    count = len(labels)
    follows = np.zeros((count, len(RELATIONS), count), np.float32)
    right = RELATIONS.index("Right")
    for place, part in enumerate(parts):
        if part:
            follows[place, right] = [UNUSUAL if other and other not in _USUAL[part] else 0.0 for other in parts]
    begins = np.array([UNUSUAL if part and part not in _BEGINNING else 0.0 for part in parts], np.float32)
    return SymbolPriors(follows, begins)


def whole_cost(texts: Sequence[str]) -> float:
    """What the end and brackets without their partners cost."""
    depth = missing = 0
    for text in texts:
        depth += (text == "(") - (text == ")")
        if depth < 0:
            missing, depth = missing + 1, 0
    part = _PARTS.get(texts[-1], "")
    # A sum may end with its equals sign: the result is still to come.
    ending = UNUSUAL if part and part not in _ENDING and texts[-1] != "=" else 0.0
    return ending + UNUSUAL * (missing + depth)
