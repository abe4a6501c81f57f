"""Words that there are, in a language or of the user: what is one of them is rather right."""

import gzip
import json
import re
import time
from collections.abc import Collection, Iterable
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

_LETTERS_ALONE: Final = frozenset({"a", "i", "y", "à", "o"})


class Lexicon:
    """Words in small letters, which may be written with capitals as well."""

    def __init__(self, words: Iterable[str], own: Collection[str] = ()) -> None:
        """Take words.

        Args:
            words: The words of a language, in small letters.
            own: Words of the user, in any case.
        """
        # Of a frozen set this is the same one.
        self._words = frozenset(words)
        self._own = frozenset(word.lower() for word in own)

    def __len__(self) -> int:
        return len(self._words | self._own)

    def with_own(self, own: Collection[str]) -> "Lexicon":
        """Return a lexicon of the same words of the language and of these of the user."""
        return Lexicon(self._words, own)

    def has(self, word: str) -> bool:
        """Tell whether there is this word, in any case; apostrophes around it and a genitive's ending do not count."""
        own = word.strip("'").lower()
        return self._is_listed(own) or (own.endswith("'s") and self._is_listed(own[:-2]))

    def _is_listed(self, word: str) -> bool:
        return word in self._words or word in self._own


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


def _words_in(text: str) -> set[str]:
    """Return the words of a JSON object of words and frequencies that is worth while to know."""
    found: set[str] = set()
    first = text.index("{") + 1
    end = text.rindex("}")
    while first < end:
        cut = _BETWEEN.search(text, min(first + _PIECE, end), end)
        last = end if cut is None else cut.start()
        for word, frequency in json.loads("{" + text[first:last] + "}").items():
            if (len(word) > 2 or frequency > _RARE) and (len(word) > 1 or word in _LETTERS_ALONE):
                found.add(word)
        first = last + 1
        time.sleep(0)
    return found
