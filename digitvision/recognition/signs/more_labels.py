r"""Labels beyond those of the networks: the percent sign, which is found apart, and all that a user may type.

The networks give them no probability. A reading has one where it is pinned.
"""

import string
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.notation.symbols import TEXTS, text_of_label
from digitvision.recognition.prediction import Label

DEGREE: Final = r"\circ"
"""The degree sign, which is a raised ring."""

_PLAIN: Final = (*string.ascii_letters, *"?:;'\"*@", "<", ">")
_SAME_AS: Final = {"<": r"\lt", ">": r"\gt"}
_HOPELESS: Final = -1e6


def with_more_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the LaTeX of a model's classes, in their order, and after them what else may be pinned."""
    more = (_SAME_AS.get(label, label) for label in (*TEXTS, *_PLAIN))
    return tuple(dict.fromkeys((*labels, *more)))


def label_of(latex: str) -> Label:
    """Return the label of a class as a person would type it."""
    text = text_of_label(latex)
    return Label("-" if latex == "-" else text, latex)


def padded_scores(classes: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Return float32 [M, count]: logarithms of probabilities, next to nothing for classes that they lack."""
    result = np.full((len(classes), count), _HOPELESS, np.float32)
    result[:, : classes.shape[1]] = classes
    return result
