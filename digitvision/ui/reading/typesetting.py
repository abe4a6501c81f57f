"""What of an answer is typeset, and what not: words are shown as text. It happens in the recognition thread."""

from dataclasses import dataclass
from typing import Final

from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.prediction import Reading
from digitvision.ui.reading.reading_kinds import READINGS

TYPESET_SIZE: Final = 24.0
"""Of a typeset formula's letters; it is painted in any size."""


@dataclass(frozen=True, slots=True, eq=False)
class TypesettingRequest:
    """Typeset the candidate in this place of an answer, and what it has otherwise than the reading `before` it."""

    revision: int
    place: int
    tree: LayoutTree
    before: LayoutTree


def formula_of(reading: Reading) -> object:
    """What was read as a `TypesetFormula`; None where there is none, or words."""
    if reading.tree is None or not reading.candidates or not _is_typeset(reading, reading.text):
        return None
    return typeset(reading.tree)


def requests_for(revision: int, reading: Reading) -> list[TypesettingRequest]:
    """What else is to be typeset of an answer."""
    words = words_in(reading)
    return [
        TypesettingRequest(revision, place, tree, reading.trees[0])
        for place, tree in enumerate(reading.trees)
        if place and place not in words
    ]


def words_in(reading: Reading) -> tuple[int, ...]:
    """Places of the candidates after the first that are not typeset."""
    others = enumerate(reading.candidates[1:], start=1)
    return tuple(place for place, one in others if not _is_typeset(reading, one.text))


def _is_typeset(reading: Reading, text: str) -> bool:
    return not (READINGS[reading.mode].words and any(sign.isalpha() for sign in text))


def typeset(tree: LayoutTree) -> object:
    """A `TypesetFormula` or None; in black, whatever the window's colours: these are put in when it is painted."""
    from digitvision.recognition.expression.notation.typesetting import svg_of

    return svg_of(tree, size=TYPESET_SIZE)


def typeset_candidate(request: TypesettingRequest) -> object:
    """A `TypesetDifference` or None."""
    from digitvision.recognition.expression.notation.typesetting import typeset_difference

    return typeset_difference(request.tree, request.before, size=TYPESET_SIZE)
