"""Letters that are drawn alike in both cases, and what the rest of a formula says of their case.

A formula rarely has the same letter in both cases, and capitals are rather found among capitals.
"""

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


COMPANIES: Final = 4
"""What other letters a formula may have, leaving out those that are alike: none, small ones, capitals, both."""


def company_of(labels: Collection[str]) -> int:
    """Which of these a formula with such labels has."""
    others = [label for label in labels if len(label) == 1 and label.isalpha() and label not in OTHER_CASE]
    return any(label.islower() for label in others) + 2 * any(label.isupper() for label in others)


def capitals_among(labels: Collection[str]) -> int:
    """How many different letters there are as capitals that might as well be small ones."""
    return sum(label.isupper() for label in set(labels) & OTHER_CASE.keys())
