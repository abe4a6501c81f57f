"""Lines of ink with their texts, from the files that hold them."""

import json
import lzma
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.lines.normalization import normalize_line
from digitvision.training.data.dataset import DataFault

MOST_WORDS: Final = 6
"""Pieces of sentences have one to so many words."""

_ROW_STEP: Final = 0.2
"""A word begins a new row where it starts left of the end of the word before by more than this share of its width."""


@dataclass(frozen=True, slots=True, eq=False)
class InkLine:
    """A line that was written, with what it says.

    Attributes:
        text: What it says.
        paths: float32 [P, 2] of each stroke, normalised as by `normalize_line` unless said otherwise.
        writer: Who wrote it; "" where the source does not say so.
    """

    text: str
    paths: tuple[NDArray[np.float32], ...]
    writer: str = ""


def read_lines(path: Path) -> Iterator[InkLine]:
    """Read whole lines from a file of expressions (``.jsonl.xz``) with `truth` and `strokes`.

    Raises:
        DataFault: The file cannot be read or is damaged.
    """
    for row in _rows(path):
        yield InkLine(str(row["truth"]), _normalized(row["strokes"]), str(row.get("writer", "")))


def read_raw_lines(path: Path) -> Iterator[InkLine]:
    """Read lines as they were written, not normalised, from a file of expressions or of strokes with texts.

    Raises:
        DataFault: The file cannot be read or is damaged.
    """
    if path.suffix == ".npz":
        for text, strokes, writer in read_samples(path):
            yield InkLine(text, tuple(stroke.astype(np.float32) for stroke in strokes), writer)
        return
    for row in _rows(path):
        paths = tuple(_path(numbers).astype(np.float32) for numbers in row["strokes"])
        yield InkLine(str(row["truth"]), paths, str(row.get("writer", "")))


def read_pieces(path: Path, rng: np.random.Generator) -> Iterator[InkLine]:
    """Read sentences with their words' strokes, and cut them into pieces of one to six words of the same row.

    Raises:
        DataFault: The file cannot be read or is damaged.
    """
    for row in _rows(path):
        words = [(label, [_path(row["strokes"][index]) for index in indices]) for label, indices in row["words"]]
        first = 0
        while first < len(words):
            wanted = int(rng.integers(1, MOST_WORDS + 1))
            last = first + 1
            while last < min(first + wanted, len(words)) and _goes_on(words[last - 1][1], words[last][1]):
                last += 1
            chosen = words[first:last]
            strokes = [stroke for _, some in chosen for stroke in some]
            if strokes:
                text = " ".join(label for label, _ in chosen)
                yield InkLine(text, normalize_line(strokes).paths, str(row["writer"]))
            first = last


def read_strings(path: Path) -> Iterator[InkLine]:
    """Read strings from a file of strokes (``.npz``), each scaled as one sample.

    Raises:
        DataFault: The file cannot be read or is damaged.
    """
    for text, strokes, writer in read_samples(path):
        yield InkLine(text, normalize_line(strokes).paths, writer)


def read_samples(path: Path) -> Iterator[tuple[str, list[NDArray[np.float64]], str]]:
    """Read label, strokes and writer of each sample of a file of strokes (``.npz``)."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        strokes = np.split(arrays["xy"].astype(np.float64), arrays["stroke_end"][:-1])
        first = 0
        for index, last in enumerate(arrays["sample_end"].tolist()):
            label = str(arrays["label_names"][arrays["labels"][index]])
            yield label, strokes[first:last], str(arrays["writer_names"][arrays["writer"][index]])
            first = last
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise DataFault(f"“{path}” cannot be read as strokes with labels.") from error


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                if row["strokes"]:
                    yield row
    except (OSError, lzma.LZMAError, KeyError, ValueError) as error:
        raise DataFault(f"“{path}” cannot be read as lines of ink.") from error


def _path(numbers: Sequence[float]) -> NDArray[np.float64]:
    return np.array(numbers, np.float64).reshape(-1, 2)


def _normalized(strokes: Iterable[Sequence[float]]) -> tuple[NDArray[np.float32], ...]:
    return normalize_line([_path(numbers) for numbers in strokes]).paths


def _goes_on(before: Sequence[NDArray[np.float64]], word: Sequence[NDArray[np.float64]]) -> bool:
    if not before or not word:
        return False
    left = min(float(stroke[:, 0].min()) for stroke in word)
    ends = [float(stroke[:, 0].max()) for stroke in before]
    begins = [float(stroke[:, 0].min()) for stroke in before]
    return left > max(ends) - _ROW_STEP * (max(ends) - min(begins))
