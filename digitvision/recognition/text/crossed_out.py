"""Words with a line drawn through them: they are told as crossed out, whatever they said before."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds, Stroke
from digitvision.recognition.text.words import ReadWord, WrittenWord, box_of

CROSSED_OUT: Final = "#"
"""The text of a word that is crossed out, as the network has learned it."""

CROSSED_SHARE: Final = 0.6
"""Probability that a word with a line through it is crossed out: it may be a crossbar, or an underline that slipped."""

_STRAIGHT: Final = 1.15
"""Length of a stroke, as a multiple of the distance of its ends, up to which it is a line."""

_FLAT: Final = 0.5
"""Height of such a line by its width, at most."""

_SPAN: Final = 0.7
"""Share of the width of a word's other ink that the line crosses."""

_SHORTEST: Final = 1.2
"""Width of the line in heights of the small letters; the crossbar of a t is shorter, or stands higher."""

_FEWEST_CROSSINGS: Final = 3
"""How often a line through a word crosses its ink at least; the bar of a t or an H crosses it once or twice."""

_BAND: Final = (-0.9, -0.1)
"""Where the middle of the line is, with the baseline at 0 and the top of the small letters at -1."""


def lines_through(paths: Sequence[NDArray[np.float32]]) -> list[int]:
    """Return the indices of strokes that are lines through other ink, as through a word.

    Args:
        paths: float32 [P, 2] of each stroke of a line of writing, normalised as by `normalize_line`.
    """
    return [
        index
        for index, path in enumerate(paths)
        if _is_line_in_band(path)
        and sum(_crossings(path, other) for place, other in enumerate(paths) if place != index) >= _FEWEST_CROSSINGS
    ]


def _crossings(line: NDArray[np.float32], path: NDArray[np.float32]) -> int:
    """Return how often a path goes from one side of a straight line to the other, between its ends."""
    left, right = line[line[:, 0].argmin()], line[line[:, 0].argmax()]
    slope = (right[1] - left[1]) / max(float(right[0] - left[0]), 1e-6)
    above = path[:, 1] < left[1] + slope * (path[:, 0] - left[0])
    between = (path[:, 0] >= left[0]) & (path[:, 0] <= right[0])
    return int(((above[1:] != above[:-1]) & between[1:] & between[:-1]).sum())


def is_covered(word: Bounds, line: Bounds) -> bool:
    """Tell whether a line reaches over most of a word's width; both in the same unit."""
    common = min(word.right, line.right) - max(word.left, line.left)
    return common >= _SPAN * (word.right - word.left)


def _is_line_in_band(path: NDArray[np.float32]) -> bool:
    width, height = (float(extent) for extent in np.ptp(path, axis=0))
    ends = float(np.hypot(*(path[-1] - path[0])))
    length = float(np.hypot(*np.diff(path, axis=0).T).sum()) if len(path) > 1 else 0.0
    middle = float(path[:, 1].min() + path[:, 1].max()) / 2
    straight = length <= _STRAIGHT * ends and height <= _FLAT * width
    return straight and width >= _SHORTEST and _BAND[0] <= middle <= _BAND[1]


def with_crossed_out(
    words: Sequence[ReadWord], strokes: Sequence[Stroke], lines: Sequence[int]
) -> list[ReadWord] | None:
    """Return the words, those crossed out that a line covers, with it; None where one of the lines covers none.

    Args:
        words: The words of the other strokes.
        strokes: All strokes of the line.
        lines: The indices of the lines through other ink.
    """
    result = list(words)
    for index in lines:
        line = strokes[index].bounds
        covered = [
            place
            for place, word in enumerate(result)
            if len(word.text) > 1 and is_covered(box_of(strokes, word.written.strokes), line)
        ]
        if not covered:
            return None
        first, last = covered[0], covered[-1] + 1
        result[first:last] = [_as_crossed_out(result[first:last], index)]
    return result


def _as_crossed_out(words: Sequence[ReadWord], line: int) -> ReadWord:
    """Return words with a line through them as one, which may still be what was read in it: it is not sure."""
    own = tuple(sorted((*(stroke for word in words for stroke in word.written.strokes), line)))
    begin, end = words[0].written, words[-1].written
    written = WrittenWord(CROSSED_OUT, begin.first, own, (own,), (begin.places[0], end.places[1]))
    read = words[0].texts if len(words) == 1 else (" ".join(word.text for word in words),)
    texts = (CROSSED_OUT, *(text for text in read if text != CROSSED_OUT))
    shares = (
        (CROSSED_SHARE, *((1 - CROSSED_SHARE) / (len(texts) - 1),) * (len(texts) - 1)) if len(texts) > 1 else (1.0,)
    )
    return ReadWord(written, texts, shares)
