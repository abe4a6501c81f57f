"""Class names of data to labels of models."""

from collections.abc import Sequence
from typing import Final

from digitvision.recognition.prediction import Label

_ESCAPED_IN_LATEX: Final = {
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "\\": r"\backslash",
    "^": r"\wedge",
    "~": r"\sim",
}

_DIGITS: Final = frozenset("0123456789")
_UPPER: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOWER: Final = frozenset("abcdefghijklmnopqrstuvwxyz")


def label_of(name: str) -> Label:
    """The label of a class that data calls `name`: a character, or a LaTeX command."""
    return Label(text=name, latex=_ESCAPED_IN_LATEX.get(name, name))


def alphabet_of(names: Sequence[str]) -> str:
    """The smallest alphabet that holds all these classes."""
    classes = frozenset(names)
    for alphabet, members in (
        ("digits", _DIGITS),
        ("upper", _UPPER),
        ("lower", _LOWER),
        ("letters", _UPPER | _LOWER),
    ):
        if classes <= members:
            return alphabet
    return "math" if classes.isdisjoint(_UPPER | _LOWER) else "all"
