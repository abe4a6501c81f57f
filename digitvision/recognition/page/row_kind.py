"""What a row is: an equation, which numbers and arithmetic are too, or words."""

from typing import Final

from digitvision.recognition.prediction import Reading

FEWEST_LETTERS: Final = 6
"""Fewest letters of a row of words. The network for glyphs is sure of short words that nobody wrote: of CROHME 2013's
rows it took `ax + b` for “axtb”. The user can say that a shorter row is a word."""

_LETTERS: Final = 0.9
"""Least share of letters among the signs of words, as an equation or as a line."""


def may_be_words(equation: Reading) -> bool:
    """Whether it is worth while to read a row as a line: as an equation it is no likely one, and nearly all letters."""
    letters = sum(glyph.candidates[0].text.isalpha() for glyph in equation.glyphs)
    return not equation.likely and letters >= FEWEST_LETTERS and letters >= _LETTERS * len(equation.glyphs)


def are_words(line: Reading) -> bool:
    """Whether a row that may be words, see `may_be_words`, is rather words, given how it is read as a line."""
    signs = line.text.replace(" ", "")
    letters = sum(map(str.isalpha, signs))
    return letters >= FEWEST_LETTERS and letters >= _LETTERS * len(signs) and line.likely and not line.suggested_mode
