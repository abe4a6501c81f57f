"""Letters that are drawn alike in both cases, and how the rest of a formula decides on their case.

A formula rarely has the same letter in both cases, and capitals are rather found among capitals.
"""

from collections.abc import Collection, Sequence
from typing import Final

ALIKE: Final = "c o p s v w x y z"

OTHER_CASE: Final[dict[str, str]] = {
    one: other for letter in ALIKE.split() for one, other in ((letter, letter.upper()), (letter.upper(), letter))
}


def in_both_cases(labels: Collection[str]) -> int:
    """Return how many of these letters occur in both cases."""
    present = set(labels)
    return sum(letter in present and OTHER_CASE[letter] in present for letter in ALIKE.split())


def case_pairs(labels: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Return the indices of the small and the capital letter, for each of these letters that has both labels."""
    index_of = {label: index for index, label in enumerate(labels)}
    return tuple(
        (index_of[letter], index_of[OTHER_CASE[letter]])
        for letter in ALIKE.split()
        if letter in index_of and OTHER_CASE[letter] in index_of
    )


CASE_CONTEXTS: Final = 4
"""Number of contexts: a formula's other letters, not drawn alike, are none (0), small (1), capital (2) or both (3)."""


def case_context_of(labels: Collection[str]) -> int:
    """Return which context, 0 to 3, the labels of a formula give to letters that are drawn alike in both cases."""
    others = [label for label in labels if len(label) == 1 and label.isalpha() and label not in OTHER_CASE]
    return any(label.islower() for label in others) + 2 * any(label.isupper() for label in others)


def capitals_among(labels: Collection[str]) -> int:
    """Return how many different letters occur as capitals that could as well be small ones."""
    return sum(label.isupper() for label in set(labels) & OTHER_CASE.keys())
