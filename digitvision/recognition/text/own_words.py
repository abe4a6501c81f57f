"""The user's own words, such as names, which are learned from corrections and expected from then on."""

from pathlib import Path
from typing import Final

from digitvision.files import FileFault, user_folder, write_atomically

FILE: Final = "words.txt"
MOST: Final = 5000
"""Number of words that are expected, the last ones of the file."""

_LONGEST: Final = 40


def own_words_path() -> Path:
    """Return where the user's own words are kept, one a line; the file may not exist yet."""
    return user_folder() / FILE


class OwnWords:
    """The words of a file, which are read again where it has changed. Not thread-safe: each thread needs its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state: tuple[int, int] | None = None
        self._words: tuple[str, ...] = ()

    def words(self) -> tuple[str, ...]:
        """Return the words as they are in the file now, the oldest first; none where it cannot be read."""
        try:
            found = self._path.stat()
            state = found.st_mtime_ns, found.st_size
            if state != self._state:
                lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
                self._words = tuple(dict.fromkeys(line.strip() for line in lines if is_word(line.strip())))[-MOST:]
                self._state = state
        except OSError:
            self._words, self._state = (), None
        return self._words

    def add(self, text: str) -> None:
        """Add the words of a text, without the signs around them; a file that cannot be written stays as it is."""
        new = [word for word in (part.strip(".,;:!?\"'()[]") for part in text.split()) if is_word(word)]
        known = self.words()
        added = [word for word in dict.fromkeys(new) if word not in known]
        if not added:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # What else stands in the file, such as remarks, is the user's and stays.
            before = self._path.read_bytes() if self._path.exists() else b""
            end = b"" if before.endswith(b"\n") or not before else b"\n"
            write_atomically(self._path, before + end + ("\n".join(added) + "\n").encode())
        except (OSError, FileFault):
            # A word that is not remembered is no reason to stop: the correction itself is kept with the drawing.
            return


def is_word(text: str) -> bool:
    """Tell whether a text is a word that can be expected: two letters or more, with apostrophes and hyphens inside."""
    letters = text.replace("'", "").replace("-", "")
    return len(letters) >= 2 and len(text) <= _LONGEST and letters.isalpha()
