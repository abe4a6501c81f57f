"""Which candidates of a reading are typeset: all but words, which are shown as text. Done in the recognition thread."""

from dataclasses import dataclass
from typing import Final

from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.prediction import Reading
from digitvision.ui.reading.reading_kinds import READINGS

TYPESET_SIZE: Final = 24.0
"""Size of a typeset formula's letters, in the formula's unit; it can be painted in any other."""


@dataclass(frozen=True, slots=True, eq=False)
class TypesettingRequest:
    """Typeset one candidate of an answer, with the difference from the best one.

    Attributes:
        revision: Number of the request that was answered.
        index: Index of the candidate, from 1.
        tree: Layout of the candidate.
        before: Layout of the best candidate.
    """

    revision: int
    index: int
    tree: LayoutTree
    before: LayoutTree


def formula_of(reading: Reading) -> object:
    """Return the best candidate as a `TypesetFormula`; None where it has no layout, or is a word."""
    if reading.tree is None or not reading.candidates or not is_typeset(reading, reading.text):
        return None
    return typeset(reading.tree)


def requests_for(revision: int, reading: Reading) -> list[TypesettingRequest]:
    """Return the requests for the other candidates of a reading that are typeset."""
    words = words_in(reading)
    return [
        TypesettingRequest(revision, index, tree, reading.trees[0])
        for index, tree in enumerate(reading.trees)
        if index and index not in words
    ]


def words_in(reading: Reading) -> tuple[int, ...]:
    """Return the indices of the candidates after the first that are not typeset."""
    others = enumerate(reading.candidates[1:], start=1)
    return tuple(index for index, one in others if not is_typeset(reading, one.text))


def is_typeset(reading: Reading, text: str) -> bool:
    """Whether a candidate of this text is typeset; words are shown as text."""
    return not (READINGS[reading.mode].words and any(character.isalpha() for character in text))


def typeset(tree: LayoutTree) -> object:
    """Return a layout as a `TypesetFormula`, or None; it is black, and gets the window's colours when it is painted."""
    from digitvision.recognition.expression.notation.typesetting import svg_of

    return svg_of(tree, size=TYPESET_SIZE)


def typeset_candidate(request: TypesettingRequest) -> object:
    """Return a candidate as a `TypesetDifference`, or None."""
    from digitvision.recognition.expression.notation.typesetting import typeset_difference

    return typeset_difference(request.tree, request.before, size=TYPESET_SIZE)
