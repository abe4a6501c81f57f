"""What a row is: an equation, which numbers and arithmetic are too, or words."""

import string
from dataclasses import replace
from typing import Final

from digitvision.recognition.prediction import LINE, Reading

FEWEST_LETTERS: Final = 6
"""Fewest letters of a row of words. The network for glyphs is sure of short words that nobody wrote: of CROHME 2013's
rows it took `ax + b` for “axtb”. The user can say that a shorter row is a word."""

_FEWEST_DOUBTED: Final = 3
"""Fewest letters that are as well a word as a product: on a page of equations, `ab` is a product rather than a word."""

_LETTERS: Final = 0.9
"""Least share of letters among the signs of words, as an equation or as a line."""

_FUNCTIONS: Final = frozenset({"sin", "cos", "tan", "cot", "log", "ln", "lg", "exp", "lim", "max", "min", "sup", "inf"})
"""Names of functions, which are no words where their letters are read one by one."""


def may_be_words(equation: Reading) -> bool:
    """Whether it is worth while to read a row as a line: as an equation it is no likely one, and nearly all letters."""
    letters = sum(glyph.candidates[0].text.isalpha() for glyph in equation.glyphs)
    return not equation.likely and letters >= FEWEST_LETTERS and letters >= _LETTERS * len(equation.glyphs)


def are_words(line: Reading) -> bool:
    """Whether a row that may be words, see `may_be_words`, is rather words, given how it is read as a line."""
    signs = line.text.replace(" ", "")
    letters = sum(map(str.isalpha, signs))
    return letters >= FEWEST_LETTERS and letters >= _LETTERS * len(signs) and line.likely and not line.suggested_mode


def with_doubted_word(equation: Reading) -> Reading:
    """Return the reading of a row as an equation, which suggests words where it is nothing but letters in a row.

    `the` may be a word, and a product of t, h and e: from `_FEWEST_DOUBTED` letters on, it is not sure which. The name
    of a function, such as `sin`, is one sign and no word.
    """
    signs = [] if equation.tree is None else [symbol.label for symbol in equation.tree.symbols]
    in_a_row = equation.tree is not None and all(relation == "Right" for *_, relation in equation.tree.relations)
    if len(signs) < 2 or not in_a_row or "".join(signs) in _FUNCTIONS or not all(map(_is_letter, signs)):
        return equation
    doubted = len(signs) >= _FEWEST_DOUBTED
    likely = equation.likely or equation.sure
    return replace(equation, suggested_mode=LINE, sure=equation.sure and not doubted, likely=likely)


def _is_letter(label: str) -> bool:
    return label in string.ascii_letters
