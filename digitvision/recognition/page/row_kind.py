"""What a row is: an equation, which numbers and arithmetic are too, or words."""

from typing import Final

from digitvision.recognition.prediction import Reading

_FEWEST_LETTERS: Final = 3
"""Fewest letters of a row of words: shorter ones are products of variables, or their names."""

_SHORT: Final = 3
"""Number of letters up to which a row is words only where it makes no likely equation."""

_LETTERS: Final = 0.7
"""Least share of letters among the signs of words, as an equation or as a line."""


def may_be_words(equation: Reading) -> bool:
    """Whether it is worth while to read a row as a line: as an equation it is hardly more than letters in a row."""
    letters = sum(glyph.candidates[0].text.isalpha() for glyph in equation.glyphs)
    return letters >= _FEWEST_LETTERS and letters >= _LETTERS * len(equation.glyphs) and "=" not in equation.text


def are_words(line: Reading, equation: Reading) -> bool:
    """Whether a row is rather words than an equation.

    Args:
        line: How it is read as a line.
        equation: How it is read as an equation, for which `may_be_words` holds.
    """
    signs = line.text.replace(" ", "")
    letters = sum(map(str.isalpha, signs))
    if letters < _FEWEST_LETTERS or letters < _LETTERS * len(signs) or line.suggested_mode or not line.likely:
        return False
    if not equation.likely:
        return True
    in_row = equation.tree is not None and all(relation == "Right" for _, _, relation in equation.tree.relations)
    # Letters that stand on one line are a word, or a product; an index or a power is no word.
    return in_row and letters > _SHORT and line.confidence > equation.confidence
