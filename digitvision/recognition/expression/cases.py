"""Letters that are drawn alike in both cases: a formula rarely has the same one in both."""

from collections.abc import Collection, Sequence
from typing import Final

ALIKE: Final = "c o p s v w x y z"

OTHER_CASE: Final[dict[str, str]] = {
    one: other for letter in ALIKE.split() for one, other in ((letter, letter.upper()), (letter.upper(), letter))
}


def in_both_cases(labels: Collection[str]) -> int:
    """How many of these letters there are in both cases."""
    present = set(labels)
    return sum(letter in present and OTHER_CASE[letter] in present for letter in ALIKE.split())


def case_pairs(labels: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The places of the small and the capital letter of each of these that are among the labels in both cases."""
    place_of = {label: place for place, label in enumerate(labels)}
    return tuple(
        (place_of[letter], place_of[OTHER_CASE[letter]])
        for letter in ALIKE.split()
        if letter in place_of and OTHER_CASE[letter] in place_of
    )
