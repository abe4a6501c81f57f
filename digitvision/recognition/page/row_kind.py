"""What a row is: an equation, which numbers and arithmetic are too, or words."""

import string
from dataclasses import replace
from typing import Final

from digitvision.recognition.prediction import LINE, Reading
from digitvision.recognition.text.recognizer import TextLine

_FEWEST_DOUBTED: Final = 3
"""Fewest letters that are as well a word as a product: on a page of equations, `ab` is a product rather than a word."""

_CLEAR_WORD: Final = 0.8
"""Confidence of words from which they win over letters in a row, which make as good a product."""

_SHARE: Final = 0.6
"""Confidence of words, as a share of the equation's, from which a row that is no sure equation is words."""

_LISTED_SHARE: Final = 0.5
_LISTED_LEAST: Final = 0.3
"""How much less confident listed words may be in both cases where the equation is not sure, and how confident they must
be for that: formulas are read as `Ben` and `Lon` with 0.26 at most."""

_LONG: Final = 12
_LONG_SHARE: Final = 0.1
"""Letters of a line from which words win over what is no likely equation with less confidence, and their least share.
Of 220 formulas of CROHME's training set none is taken for words so, of 110 lines of IAM-OnDB's first part 106 are."""

_FUNCTIONS: Final = frozenset({"sin", "cos", "tan", "cot", "log", "ln", "lg", "exp", "lim", "max", "min", "sup", "inf"})
"""Names of functions, which are no words where their letters are read one by one."""

_SIGNS: Final = frozenset({"times", "div", "cdot", "pm"})
"""Names of signs of arithmetic."""


def may_be_words(equation: Reading) -> bool:
    """Whether it is worth while to read a row as words: it is nothing but letters, or no sure equation with some."""
    if equation.sure:
        return has_letters_alone(equation)
    labels = [] if equation.tree is None else [symbol.label.removeprefix("\\") for symbol in equation.tree.symbols]
    return not equation.likely or any(label.isalpha() and label not in _SIGNS for label in labels)


def are_rather_words(words: TextLine, equation: Reading) -> bool:
    """Whether a row is rather words than an equation, by the confidences of both readings; a sure equation is one.

    Args:
        words: The row as words.
        equation: The row as an equation.
    """
    if words.is_told:
        return True
    listed = words.is_listed and words.confidence >= _LISTED_LEAST and not equation.sure
    share = _LISTED_SHARE if listed else 1.0
    if has_letters_alone(equation):
        # Each is as likely: clear words that there are win, `dark` and not `tan k`.
        return words.confidence >= share * min(equation.confidence, _CLEAR_WORD)
    if equation.sure or words.confidence >= share * _SHARE * equation.confidence:
        return not equation.sure
    # A long line is hardly ever right as a whole, and an equation of its many strokes has something right more often.
    is_long = sum(map(str.isalpha, words.text)) >= _LONG
    return is_long and not equation.likely and words.confidence >= _LONG_SHARE * equation.confidence


def has_letters_alone(equation: Reading) -> bool:
    """Whether a reading is nothing but letters and names of functions in a row."""
    if equation.tree is None or any(relation != "Right" for *_, relation in equation.tree.relations):
        return False
    labels = [symbol.label.removeprefix("\\") for symbol in equation.tree.symbols]
    return all(_is_letter(label) or label in _FUNCTIONS for label in labels)


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
