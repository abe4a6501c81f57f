"""Words that there are, in a language or of the user: what is one of them is rather right."""

import gzip
import json
import math
import re
import time
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from digitvision.faults import Fault
from digitvision.recognition.text.languages import LANGUAGES

_RARE: Final = 50
"""Frequency in the lists up to which words of one or two letters are rather abbreviations: any two letters would do."""

_PIECE: Final = 50_000
"""Characters of a list that are taken apart at a time: other threads, such as the window's, go on in between."""

_BETWEEN: Final = re.compile(r',\s*"')

_MOST_USUAL: Final = 2.0

_LETTERS_ALONE: Final = frozenset({"a", "i", "y", "à", "o"})


class Lexicon:
    """Words in small letters, which may be written with capitals as well."""

    def __init__(self, words: Mapping[str, int], own: Iterable[str] = ()) -> None:
        """Take words.

        Args:
            words: The words of a language, in small letters, with their frequency in a list, from 1.
            own: Words of the user, in any case, which are as usual as any.
        """
        # Lists in alphabetical order take little memory, and find what begins alike.
        self._words = sorted(words)
        self._frequencies = array("L", (words[word] for word in self._words))
        self._own = sorted({word.lower() for word in own})

    def __len__(self) -> int:
        return len(self._words) + sum(_place_in(self._words, word) is None for word in self._own)

    def with_own(self, own: Iterable[str]) -> "Lexicon":
        """Return a lexicon of the same words of the language and of these of the user."""
        other = Lexicon({}, own)
        other._words, other._frequencies = self._words, self._frequencies
        return other

    def has(self, word: str) -> bool:
        """Tell whether there is this word, in any case; apostrophes around it and a genitive's ending do not count."""
        return self.usual(word) is not None

    def usual(self, word: str) -> float | None:
        """Return how usual a word is: the decimal logarithm of its frequency in thousands, at most 2; None for no word.

        Args:
            word: As for `has`.
        """
        own = word.strip("'").lower()
        found = self._usual(own)
        return self._usual(own[:-2]) if found is None and own.endswith("'s") else found

    def has_prefix(self, letters: str) -> bool:
        """Tell whether a word begins with these letters, in any case; apostrophes before it do not count."""
        own = letters.lstrip("'").lower()
        return _is_begun(self._words, own) or _is_begun(self._own, own)

    def _usual(self, word: str) -> float | None:
        if _place_in(self._own, word) is not None:
            return _MOST_USUAL
        place = _place_in(self._words, word)
        return None if place is None else min(math.log10(self._frequencies[place] / 1000), _MOST_USUAL)


def _place_in(words: Sequence[str], word: str) -> int | None:
    place = bisect_left(words, word)
    return place if place < len(words) and words[place] == word else None


def _is_begun(words: Sequence[str], letters: str) -> bool:
    place = bisect_left(words, letters)
    return place < len(words) and words[place].startswith(letters)


def load_lexicon(language: str) -> Lexicon:
    """Load the words of a language from pyspellchecker.

    Its lists are read without its own dictionary of frequencies, which takes ten times as long to build.

    Args:
        language: One of `LANGUAGES`.

    Raises:
        Fault: There is no list of this language, or it is damaged.
    """
    if language not in LANGUAGES:
        raise Fault(f"There are no words of the language “{language}”: take one of {', '.join(LANGUAGES)}.")
    try:
        # Its module is not run, which would take a tenth of a second and hold all other threads.
        package = find_spec("spellchecker")
        folder = Path(next(iter(package.submodule_search_locations or ()))) if package is not None else Path()
        content = (folder / "resources" / f"{language}.json.gz").read_bytes()
        text = gzip.decompress(content).decode("utf-8")
        return Lexicon(_words_in(text))
    except (OSError, ValueError, AttributeError, StopIteration) as error:
        raise Fault(
            f"The words of the language “{language}” cannot be loaded: install pyspellchecker again."
        ) from error


def _words_in(text: str) -> dict[str, int]:
    """Return the words of a JSON object of words and frequencies that it is worth while to know."""
    found: dict[str, int] = {}
    first = text.index("{") + 1
    end = text.rindex("}")
    while first < end:
        cut = _BETWEEN.search(text, min(first + _PIECE, end), end)
        last = end if cut is None else cut.start()
        for word, frequency in json.loads("{" + text[first:last] + "}").items():
            if (len(word) > 2 or frequency > _RARE) and (len(word) > 1 or word in _LETTERS_ALONE):
                found[word] = max(int(frequency), 1)
        first = last + 1
        time.sleep(0)
    return found
