"""Class names of data to labels of models."""

from collections.abc import Sequence
from typing import Final

from digitvision.recognition.alphabets import DIGITS, LOWER, UPPER
from digitvision.recognition.prediction import Label

_LATEX_OF: Final = {
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
    "<": r"\lt",
    ">": r"\gt",
    "Δ": r"\Delta",
    "α": r"\alpha",
    "β": r"\beta",
    "γ": r"\gamma",
    "λ": r"\lambda",
    "μ": r"\mu",
    "π": r"\pi",
    "σ": r"\sigma",
    "θ": r"\theta",
    "φ": r"\phi",
    "cos": r"\cos",
    "sin": r"\sin",
    "tan": r"\tan",
    "lim": r"\lim",
    "log": r"\log",
    "÷": r"\div",
    "×": r"\times",
    "±": r"\pm",
    "∃": r"\exists",
    "∀": r"\forall",
    "≥": r"\geq",
    "≤": r"\leq",
    "≠": r"\neq",
    "∈": r"\in",
    "∞": r"\infty",
    "∫": r"\int",
    "∑": r"\sum",
    "√": r"\sqrt",
    "…": r"\ldots",
    "\N{PRIME}": r"\prime",
    "→": r"\rightarrow",
}
_TEXT_OF: Final = {latex: text for text, latex in _LATEX_OF.items()} | {
    # Other sources' names for the same signs.
    r"\sqrt{}": "√",
    r"\dots": "…",
    r"\dotsc": "…",
    r"\mid": "|",
    r"\ast": "*",
    r"\to": "→",
    r"\ne": "≠",
    r"\le": "≤",
    r"\ge": "≥",
    "COMMA": ",",
}


def label_of(name: str) -> Label:
    """The label of a class that data calls `name`: a character, or a LaTeX command."""
    text = _TEXT_OF.get(name, name)
    return Label(text=text, latex=_LATEX_OF.get(text, text))


def alphabet_of(names: Sequence[str]) -> str:
    """The smallest alphabet that holds all these classes."""
    classes = frozenset(names)
    for alphabet, members in (
        ("digits", DIGITS),
        ("upper", UPPER),
        ("lower", LOWER),
        ("letters", UPPER + LOWER),
    ):
        if classes <= frozenset(members):
            return alphabet
    return "math" if classes.isdisjoint(UPPER + LOWER) else "all"
