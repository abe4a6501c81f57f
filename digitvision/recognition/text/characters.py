"""The characters that lines are read in, and their places in the network's answer."""

from collections.abc import Iterable
from typing import Final

CHARACTERS: Final = " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,\"'-?!:;()%+/&#=[]@$*"
"""All characters that may be read, each at the index of its class; "#" stands for a crossed-out word."""

BLANK: Final = len(CHARACTERS)
"""The class of "no character here" of connectionist temporal classification, after those of all characters."""

CLASSES: Final = len(CHARACTERS) + 1

_INDEX: Final = {character: index for index, character in enumerate(CHARACTERS)}


def is_readable(text: str) -> bool:
    """Tell whether every character of a text is one that may be read."""
    return all(character in _INDEX for character in text)


def classes_of(text: str) -> list[int]:
    """Return the class of each character.

    Raises:
        KeyError: A character is none of those that may be read.
    """
    return [_INDEX[character] for character in text]


def text_of(classes: Iterable[int]) -> str:
    """Return the characters of these classes."""
    return "".join(CHARACTERS[index] for index in classes)
