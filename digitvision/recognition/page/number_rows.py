"""Rows of one glyph on a page of numbers: a letter that looks like a digit is one there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.notation.symbols import DIGITS, kind_of
from digitvision.recognition.page.row_form import RowForm
from digitvision.recognition.prediction import LIKELY_ABOVE, Candidate, Reading

_FEWEST: Final = 2
"""Fewest other rows of a page of numbers."""

_ODDS: Final = 30.0
"""How much more probable than a letter a digit is as the only sign of a row among numbers."""


def are_numbers(forms: Sequence[RowForm], fewest: int = _FEWEST) -> bool:
    """Whether rows are numbers and calculations with numbers, at least so many, and nothing else."""
    return len(forms) >= fewest and all(form.is_calculation or form.is_bar for form in forms)


def as_number(reading: Reading) -> Reading:
    """Return the reading of a row as a digit, where it is one letter that may be one; any other reading as it is.

    The digit is never sure: among numbers somebody may write a letter, too.
    """
    tree = reading.tree
    if tree is None or len(tree.symbols) != 1 or kind_of(tree.symbols[0].label) != "letter":
        return reading
    (glyph,) = reading.glyphs
    own = glyph.prediction.index_of(tree.symbols[0].label)
    shares = glyph.prediction.probabilities
    labels = enumerate(glyph.prediction.labels)
    digits = [(float(shares[index]), label) for index, label in labels if label.latex in DIGITS]
    if own is None or not digits or glyph.read is not None:
        return reading
    share, digit = max(digits, key=lambda one: one[0])
    likely = share * _ODDS / max(share * _ODDS + float(shares[own]), 1e-9)
    if likely <= LIKELY_ABOVE:
        return reading
    best = Candidate(digit.text, digit.latex, likely)
    others = [one for one in reading.candidates if one.latex != digit.latex]
    left = (1 - likely) / max(sum(one.confidence for one in others), 1e-9)
    candidates = (best, *(replace(one, confidence=one.confidence * min(left, 1.0)) for one in others))
    read = LayoutTree((Symbol(digit.latex, tree.symbols[0].strokes),))
    trees = (read, *(one for one in reading.trees if one.latex != digit.latex))
    return replace(
        reading,
        candidates=candidates[: len(trees)],
        sure=False,
        likely=True,
        tree=read,
        trees=trees,
        glyphs=(replace(glyph, candidates=candidates[: len(trees)]),),
    )
