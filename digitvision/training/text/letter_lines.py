"""Lines put together from letters, digits and signs of one hand: what whole lines in the data hold too little of."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.lines.normalization import normalize_line
from digitvision.training.text.corpus import InkLine, read_samples

_Glyph = tuple[list[NDArray[np.float32]], float]
"""The strokes of a sample, with the longer side of its box 1 and the box's left and top at 0; and its height in
millimetres, not a number where unknown."""

_X_LETTERS: Final = "acemnorsuvwxz"

_PLACES: Final[dict[str, tuple[float, float]]] = {
    **dict.fromkeys(_X_LETTERS, (-1.0, 0.0)),
    **dict.fromkeys("bdfhkl", (-1.8, 0.0)),
    **dict.fromkeys("ti", (-1.55, 0.0)),
    **dict.fromkeys("gpqy", (-1.0, 0.8)),
    **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", (-1.75, 0.0)),
    **dict.fromkeys("!?&%/@$", (-1.8, 0.0)),
    **dict.fromkeys("()[]", (-1.9, 0.3)),
    **dict.fromkeys("'\"", (-1.9, -1.35)),
    "j": (-1.5, 0.8),
    ".": (-0.14, 0.0),
    ",": (-0.15, 0.35),
    ":": (-0.8, 0.0),
    ";": (-0.8, 0.35),
    "+": (-1.1, -0.1),
    "*": (-1.6, -0.8),
}
"""Where a sign stands: its top and bottom, with the baseline at 0 and the top of small letters at -1."""

_FLAT: Final[dict[str, tuple[float, float]]] = {"-": (-0.5, 0.7), "=": (-0.6, 0.9)}
"""Signs that are told by their width: the height of their middle, and their width."""

PLACED: Final = frozenset(_PLACES) | frozenset(_FLAT)
"""The characters that lines can be put together from."""


class LetterBank:
    """Samples of single characters, by writer."""

    def __init__(self, paths: Iterable[Path], without: Sequence[str] = ("ibm",), least_classes: int = 20) -> None:
        """Read files of strokes with one character a sample.

        Args:
            paths: The files.
            without: Contributors, as the writers' names begin, whose sizes cannot be relied on.
            least_classes: Different characters that a writer must have written for a line to be put together of them.

        Raises:
            DataFault: A file cannot be read.
        """
        self._by_writer: dict[str, dict[str, list[_Glyph]]] = defaultdict(lambda: defaultdict(list))
        self._by_character: dict[str, list[_Glyph]] = defaultdict(list)
        self.amounts: list[tuple[int, int]] = []
        """Number of samples and of writers of each file."""
        for path in paths:
            self._read(path, tuple(without))
        self._units = {writer: _unit(own) for writer, own in self._by_writer.items()}
        self._writers = sorted(writer for writer, own in self._by_writer.items() if len(own) >= least_classes)

    def _read(self, path: Path, without: tuple[str, ...]) -> None:
        writers: Counter[str] = Counter()
        with np.load(path, allow_pickle=False) as file:
            sizes = file["size_mm"][:, 1] if "size_mm" in file.files else None
        for index, (label, strokes, writer) in enumerate(read_samples(path)):
            if label not in PLACED or writer.startswith(without):
                continue
            points = np.concatenate(strokes)
            low = points.min(axis=0)
            longer = max(float((points.max(axis=0) - low).max()), 1.0)
            height = float(sizes[index]) if sizes is not None else float("nan")
            glyph = ([((stroke - low) / longer).astype(np.float32) for stroke in strokes], height)
            self._by_writer[writer][label].append(glyph)
            self._by_character[label].append(glyph)
            writers[writer] += 1
        self.amounts.append((writers.total(), len(writers)))

    def line(self, text: str, rng: np.random.Generator) -> InkLine:
        """Put a text together from one writer's samples, and from others' where that writer has none.

        Args:
            text: What it is to say: characters of `PLACED`, and spaces between them.
            rng: Decides on writer, samples, sizes and gaps.
        """
        writer = self._writers[int(rng.integers(len(self._writers)))]
        own, unit = self._by_writer[writer], self._units[writer]
        gap, word_gap = rng.uniform(0.1, 0.45), rng.uniform(0.9, 2.2)
        strokes: list[NDArray[np.float32]] = []
        right = 0.0
        for character in text:
            if character == " ":
                right += word_gap * rng.uniform(0.8, 1.25)
                continue
            choice = own.get(character) or self._by_character[character]
            placed, width = _placed(character, choice[int(rng.integers(len(choice)))], unit, rng)
            shift = np.array([right, rng.normal(0, 0.05)], np.float32)
            strokes += [stroke + shift for stroke in placed]
            right += width + max(gap * rng.lognormal(0, 0.4), 0.03)
        return InkLine(text, normalize_line(strokes).paths, writer)


def _unit(own: dict[str, list[_Glyph]]) -> float:
    """Return the median height of this writer's small letters in millimetres; not a number where unknown."""
    heights = [height for letter in _X_LETTERS for _, height in own.get(letter, ()) if height > 0]
    return float(np.median(heights)) if len(heights) >= 5 else float("nan")


def _placed(
    character: str, glyph: _Glyph, unit: float, rng: np.random.Generator
) -> tuple[list[NDArray[np.float32]], float]:
    """Return the strokes of a sample at its height above the baseline, its left side at 0; and its width."""
    strokes, millimetres = glyph
    extent = np.concatenate(strokes).max(axis=0)
    flat = _FLAT.get(character)
    vary = float(rng.lognormal(0, 0.1))
    if flat is not None:
        scale = flat[1] * vary / max(float(extent[0]), 0.2)
        top = flat[0] - float(extent[1]) * scale / 2
    else:
        top, bottom = _PLACES[character]
        usual = bottom - top
        height = usual * vary
        written = millimetres / unit
        if 0.65 * usual < written < 1.5 * usual:
            height = written
        scale = height / max(float(extent[1]), 0.25)
        # Letters that hang below the line keep their top, all others their foot.
        top = top if bottom > 0 else bottom - float(extent[1]) * scale
    return [stroke * np.float32(scale) + np.array([0, top], np.float32) for stroke in strokes], float(extent[0]) * scale
