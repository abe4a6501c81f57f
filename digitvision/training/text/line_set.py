"""What a network for lines learns from in an epoch: real lines, pieces, numbers, and lines that are put together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.lines.normalization import normalize_line
from digitvision.recognition.text.characters import is_readable
from digitvision.training.data.dataset import DataFault, Progress
from digitvision.training.recipes.recipe import Source
from digitvision.training.text.corpus import InkLine, read_lines, read_pieces, read_strings
from digitvision.training.text.letter_lines import LetterBank
from digitvision.training.text.made_texts import made_text
from digitvision.training.text.recipe import LineRecipe

_DIGIT_HEIGHT: Final = (1.3, 1.9)
"""Height of digits beside words, in heights of the small letters."""

_GAP: Final = (0.9, 2.0)
_LONGEST_MIXED: Final = 24
_CUTS: Final = 2
"""How often each sentence is cut into pieces, each time elsewhere."""


@dataclass(frozen=True, slots=True, eq=False)
class LineSet:
    """All lines to learn from.

    Attributes:
        recipe: How many of each kind an epoch has.
        lines, pieces, numbers: Lines of the three kinds of files.
        letters: What lines can be put together from; None where the recipe has no letters.
        words: Words of the texts, in small letters, each as often as it is to be chosen.
        amounts: Number of samples and of writers, 0 where they are not known, of each of the recipe's sources.
    """

    recipe: LineRecipe
    lines: Sequence[InkLine]
    pieces: Sequence[InkLine]
    numbers: Sequence[InkLine]
    letters: LetterBank | None
    words: Sequence[str]
    amounts: Sequence[tuple[int, int]]

    def __len__(self) -> int:
        recipe = self.recipe
        return len(self.lines) + recipe.pieces + recipe.strings + recipe.made + recipe.mixed

    @property
    def texts(self) -> list[str]:
        """The different texts that were written by people, in a settled order."""
        return sorted({line.text for line in (*self.lines, *self.pieces)})

    def epoch(self, rng: np.random.Generator) -> list[Callable[[np.random.Generator], InkLine]]:
        """Return what gives the lines of an epoch, in a random order."""
        recipe = self.recipe
        chosen: list[Callable[[np.random.Generator], InkLine]] = [_given(line) for line in self.lines]
        for count, lines in ((recipe.pieces, self.pieces), (recipe.strings, self.numbers)):
            chosen += [_given(lines[index]) for index in _some(count, len(lines), rng)]
        chosen += [self._made] * recipe.made
        chosen += [self._mixed] * recipe.mixed
        return [chosen[index] for index in rng.permutation(len(chosen)).tolist()]

    def _made(self, rng: np.random.Generator) -> InkLine:
        if self.letters is None:
            raise ValueError("there are no letters to put lines together from")
        return self.letters.line(made_text(self.words, rng), rng)

    def _mixed(self, rng: np.random.Generator) -> InkLine:
        """Return a few words with one or two numbers beside them, and maybe words again, as far apart as words are."""
        words = self._made(rng) if self.letters is not None and (rng.random() < 0.5 or not self.pieces) else None
        if words is None or len(words.text) > _LONGEST_MIXED:
            words = self.pieces[int(rng.integers(len(self.pieces)))] if self.pieces else words
        if words is None:
            raise ValueError("there are no words to put beside numbers")
        height = rng.uniform(*_DIGIT_HEIGHT)
        parts = [(words, 1.0), (self._number(rng), height)]
        if rng.random() < 0.4:
            parts.reverse()
        if rng.random() < 0.3:
            parts.append((self._number(rng), height))
        if self.pieces and rng.random() < 0.3:
            parts.append((self.pieces[int(rng.integers(len(self.pieces)))], 1.0))
        strokes: list[NDArray[np.float32]] = []
        right = 0.0
        gap = rng.uniform(*_GAP)
        for line, scale in parts:
            strokes += [path * np.float32(scale) + np.array([right, 0], np.float32) for path in line.paths]
            right = max(float(path[:, 0].max()) for path in strokes) + gap
        return InkLine(" ".join(line.text for line, _ in parts), normalize_line(strokes).paths)

    def _number(self, rng: np.random.Generator) -> InkLine:
        return self.numbers[int(rng.integers(len(self.numbers)))]


def read_line_set(recipe: LineRecipe, root: Path, progress: Progress | None = None) -> LineSet:
    """Read everything that a recipe names to learn from.

    Args:
        recipe: The recipe.
        root: The folder that its paths start from.
        progress: Called with the number of files that are read, and of all.

    Raises:
        DataFault: A file cannot be read, or there is nothing to learn from.
    """
    rng = np.random.default_rng([recipe.seed, 11])
    ready = 0

    def gather(sources: Sequence[Source], read: Callable[[Path], Iterable[InkLine]]) -> list[list[InkLine]]:
        nonlocal ready
        found = []
        for source in sources:
            found.append([line for line in read(root / source.data) if is_readable(line.text)])
            ready += 1
            if progress is not None:
                progress(ready, len(recipe.sources))
        return found

    lines = gather(recipe.lines, read_lines)
    pieces = gather(recipe.sentences, lambda path: [line for _ in range(_CUTS) for line in read_pieces(path, rng)])
    numbers = gather(recipe.numbers, read_strings)
    letters = LetterBank([root / source.data for source in recipe.letters]) if recipe.letters else None
    if not any(lines):
        raise DataFault("The recipe's files hold no line to learn from.")
    amounts = [
        (len(some) // cuts, len({line.writer for line in some} - {""}))
        for kind, cuts in ((lines, 1), (pieces, _CUTS), (numbers, 1))
        for some in kind
    ]
    whole, cut, counted = ([line for some in kind for line in some] for kind in (lines, pieces, numbers))
    return LineSet(
        recipe=recipe,
        lines=whole,
        pieces=cut,
        numbers=counted,
        letters=letters,
        words=_words((*whole, *cut), rng),
        amounts=amounts + (letters.amounts if letters is not None else []),
    )


def read_held_out(sources: Sequence[Source], root: Path) -> list[InkLine]:
    """Read the lines that are measured on.

    Raises:
        DataFault: A file cannot be read, or there is none.
    """
    found = [line for source in sources for line in read_lines(root / source.data)]
    if not found:
        raise DataFault("The recipe's files hold no line to measure on.")
    return found


def _words(lines: Sequence[InkLine], rng: np.random.Generator) -> list[str]:
    """Return each word of the texts once, and as many again by how frequent they are."""
    frequent = [word for line in lines for word in line.text.lower().split() if word.isalpha() and word.isascii()]
    if not frequent:
        return ["a"]
    once = sorted(set(frequent))
    return once + [frequent[index] for index in rng.integers(0, len(frequent), len(once)).tolist()]


def _given(line: InkLine) -> Callable[[np.random.Generator], InkLine]:
    return lambda _: line


def _some(count: int, of: int, rng: np.random.Generator) -> list[int]:
    """Choose so many of them, each once before any twice."""
    rounds = [rng.permutation(of) for _ in range(-(-count // of))] if of else []
    return np.concatenate(rounds)[:count].tolist() if rounds else []
