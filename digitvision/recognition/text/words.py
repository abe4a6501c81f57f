"""The words of a line, with the strokes of each and what else each of them may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.lines.path_features import STRIDE
from digitvision.ink.stroke import Bounds, Stroke
from digitvision.recognition.text.alignment import places_of
from digitvision.recognition.text.reader import FollowedLine

_SMALL: Final = 1.3
"""Strokes that are smaller than this many heights of the small letters may have been written later than their word."""

_FAR: Final = 3.0
"""Distance in heights of the small letters from which a small stroke belongs to another word than it was read in."""


@dataclass(frozen=True, slots=True)
class WrittenWord:
    """A word of a line, or several where one stroke has written them.

    Attributes:
        text: What it says, without spaces around it.
        first: Index of its first character in the line's text.
        strokes: Indices of its strokes, ascending; at least one.
        parts: Indices of the strokes of each of its characters but spaces; some have none of their own.
        places: The first place of the network's answer that is its own, and the one after its last.
    """

    text: str
    first: int
    strokes: tuple[int, ...]
    parts: tuple[tuple[int, ...], ...]
    places: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class ReadWord:
    """A word with what else it may be.

    Attributes:
        written: Its strokes, and what the line's text says there.
        texts: What it may be, the best first.
        shares: The probability of each.
        chosen: Whether the user chose the first one.
    """

    written: WrittenWord
    texts: tuple[str, ...]
    shares: tuple[float, ...]
    chosen: bool = False

    @property
    def text(self) -> str:
        """What it says."""
        return self.texts[0]


def box_of(strokes: Sequence[Stroke], indices: Sequence[int]) -> Bounds:
    """Return the rectangle of some of these strokes, at least one, in their unit."""
    boxes = [strokes[index].bounds for index in indices]
    return Bounds(
        min(one.left for one in boxes),
        min(one.top for one in boxes),
        max(one.right for one in boxes),
        max(one.bottom for one in boxes),
    )


def words_of_line(line: FollowedLine, text: str) -> list[WrittenWord]:
    """Return the words of a line's text; every stroke is in exactly one of them.

    Args:
        line: The line.
        text: What it says, with at least one character that is no space, and neither begins nor ends with one.

    Raises:
        ValueError: The text has more characters than the line can have.
    """
    places = places_of(line.log_probabilities, text)
    rows = np.minimum(places * STRIDE + STRIDE // 2, len(line.strokes) - 1)
    spans = _spans(text)
    marks = [[(int(line.strokes[rows[index]]), index) for index in range(*span)] for span in spans]
    owners = _owners(line.paths, [[stroke for stroke, _ in own] for own in marks])
    middles = np.array([float(path[:, 0].min() + path[:, 0].max()) / 2 for path in line.paths])
    found: list[WrittenWord] = []
    first = 0
    for number, span in enumerate(spans):
        strokes = [stroke for stroke, owner in enumerate(owners) if first <= owner <= number]
        if not strokes and number + 1 < len(spans):
            # One stroke has written this word and the next one.
            continue
        if not strokes:
            last = found.pop()
            first, strokes = next(index for index, own in enumerate(spans) if own[0] == last.first), list(last.strokes)
        begin = spans[first][0]
        own_marks = [mark for own in marks[first : number + 1] for mark in own]
        found.append(
            WrittenWord(
                text[begin : span[1]],
                begin,
                tuple(strokes),
                _parts(strokes, own_marks, middles),
                _between(places, begin, span[1], len(line.log_probabilities)),
            )
        )
        first = number + 1
    return found


def _spans(text: str) -> list[tuple[int, int]]:
    """Return the index of each word's first character and of the one after its last."""
    spans, first = [], 0
    for word in text.split(" "):
        if word:
            spans.append((first, first + len(word)))
        first += len(word) + 1
    return spans


def _between(places: NDArray[np.int64], begin: int, end: int, length: int) -> tuple[int, int]:
    """Return the places after the space before a word and before the one after it."""
    first = int(places[begin - 1]) + 1 if begin else 0
    last = int(places[end]) if end < len(places) else length
    return first, last


def _owners(paths: Sequence[NDArray[np.float32]], marks: Sequence[Sequence[int]]) -> list[int]:
    """Return the number of the word that each stroke belongs to.

    Args:
        paths: The strokes, normalised.
        marks: For each word the strokes in which its characters are seen, once for each character.
    """
    votes = np.zeros((len(paths), len(marks)), np.int64)
    for word, strokes in enumerate(marks):
        np.add.at(votes, (list(strokes), word), 1)
    owners = np.where(votes.any(axis=1), votes.argmax(axis=1), -1)
    lefts = np.array([float(path[:, 0].min()) for path in paths])
    rights = np.array([float(path[:, 0].max()) for path in paths])
    small = np.array([float(np.ptp(path, axis=0).max()) < _SMALL for path in paths])
    middles = (lefts + rights) / 2
    for stroke in np.flatnonzero(small & (owners >= 0)).tolist():
        others = (owners == owners[stroke]) & (np.arange(len(paths)) != stroke)
        if others.any() and not lefts[others].min() - _FAR <= middles[stroke] <= rights[others].max() + _FAR:
            owners[stroke] = -1
    seen = [word for word in range(len(marks)) if (owners == word).any()]
    if not seen:
        return [0] * len(paths)
    begins = np.array([lefts[owners == word].min() for word in seen])
    ends = np.array([rights[owners == word].max() for word in seen])
    for stroke in np.flatnonzero(owners < 0).tolist():
        away = np.maximum(np.maximum(begins - middles[stroke], middles[stroke] - ends), 0.0)
        owners[stroke] = seen[int(away.argmin())]
    return [int(owner) for owner in owners]


def _parts(
    strokes: Sequence[int], marks: Sequence[tuple[int, int]], middles: NDArray[np.float64]
) -> tuple[tuple[int, ...], ...]:
    """Return the strokes of each of a word's characters: where it is seen, and what stands nearest to that."""
    own = set(strokes)
    found: dict[int, list[int]] = {index: [] for _, index in marks}
    seen = {}
    for stroke, index in marks:
        if stroke in own and stroke not in seen:
            seen[stroke] = index
    for stroke in strokes:
        if stroke in seen:
            found[seen[stroke]].append(stroke)
            continue
        nearest = min(seen, key=lambda other: abs(middles[other] - middles[stroke]), default=None)
        found[seen[nearest] if nearest is not None else marks[0][1]].append(stroke)
    return tuple(tuple(found[index]) for index in sorted(found))
