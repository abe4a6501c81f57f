"""Mapping the class names of data to the labels of models."""

import re
from collections.abc import Sequence
from typing import Final

from digitvision.recognition.alphabets import DIGITS, LOWER, UPPER, look_alikes
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
    # Other names of the same characters.
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

_LIKENESSES: Final[dict[str, str]] = {
    "0": r"\emptyset \varnothing \diameter \o \O \lozenge \diamond \fullmoon \circ \degree \mathcal{O} \square",
    "1": r"\uparrow \mathbb{1} \mathds{1}",
    "2": r"\partial",
    "7": r"\neg \rceil",
    "8": r"\with",
    "<": r"\langle \prec \lhd \triangleleft \angle \sphericalangle",
    ">": r"\rangle \succ \triangleright",
    "≤": r"\leqslant \preceq \preccurlyeq \lesssim \subseteq \trianglelefteq",
    "≥": r"\geqslant \succeq \gtrsim \supseteq",
    "=": r"\doteq \equiv",
    "≠": r"\not\equiv",
    "±": r"\mp",
    "→": r"\rightharpoonup \longrightarrow \shortrightarrow \rightsquigarrow \leadsto \hookrightarrow "
    r"\twoheadrightarrow \mapsto \longmapsto \nrightarrow",
    "∃": r"\nexists \ni",
    "∈": r"\epsilon \varepsilon \notin \mathcal{E} \mathscr{E}",
    "∫": r"\oint \fint",
    "∑": r"\Sigma",
    "√": r"\checkmark \checked",
    "…": r"\ddots \iddots \vdots",
    ".": r"\bullet \cdot",
    "*": r"\star",
    "|": r"\| \parallel \nmid",
    "\\": r"\setminus",
    "[": r"\lceil",
    "]": r"\rfloor \rceil",
    "(": r"\subset \leftmoon",
    ")": r"\supset",
    "#": r"\sharp",
    "~": r"\backsim",
    "-": r"\frown",
    "A": r"\AA \Lambda \wedge",
    "a": r"\aa \ae \propto \varpropto",
    "α": r"\propto \varpropto",
    "B": r"\ss",
    "b": r"\flat",
    "d": r"\delta",
    "h": r"\hbar",
    "I": r"\Im",
    "k": r"\kappa \varkappa",
    "L": r"\L \lfloor \pounds",
    "l": r"\ell \iota",
    "n": r"\eta \cap \sqcap",
    "p": r"\rho \varrho \wp",
    "R": r"\Re \mathds{R} \mathbb{R} \mathcal{R}",
    "S": r"\S \mathsection",
    "T": r"\top \perp \bot \tau",
    "t": r"\dag \vdash \tau",
    "u": r"\cup \sqcup \uplus",
    "v": r"\nu \vee",
    "w": r"\omega \varpi",
    "x": r"\chi",
    "z": r"\zeta",
    "{": r"\xi",
    "Δ": r"\triangle \vartriangle \triangleq",
    "θ": r"\Theta \vartheta",
    "π": r"\Pi \prod",
    "φ": r"\Phi \varphi",
    "μ": r"\mu",
}
"""By class: signs of other sources that belong to no alphabet and are written so similarly that nobody could tell them
from the class in every handwriting."""

_RESEMBLES: Final[dict[str, frozenset[str]]] = {
    name: frozenset(text for text, names in _LIKENESSES.items() if name in names.split())
    for name in " ".join(_LIKENESSES.values()).split()
}

_LETTER_IN_A_SCRIPT: Final = re.compile(r"\\math[a-z]+\{([A-Za-z0-9])\}")


def is_foreign(name: str, known: frozenset[str]) -> bool:
    """Whether a class is certainly none of the known ones and is written like none of them.

    Args:
        name: Name of the class in the data.
        known: Texts of the known classes.
    """
    text = label_of(name).text
    script = _LETTER_IN_A_SCRIPT.fullmatch(name)
    likenesses = {text, script.group(1) if script else text} | _RESEMBLES.get(name, frozenset())
    likenesses |= {alike for likeness in likenesses for alike in look_alikes(likeness)}
    return known.isdisjoint(likenesses)


def label_of(name: str) -> Label:
    """Return the label of a class; its name in the data is a character or a LaTeX command."""
    text = _TEXT_OF.get(name, name)
    return Label(text=text, latex=_LATEX_OF.get(text, text))


def alphabet_of(names: Sequence[str]) -> str:
    """Return the name of the smallest alphabet that has all these classes."""
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
