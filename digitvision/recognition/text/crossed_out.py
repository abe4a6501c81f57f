"""Words with a line drawn through them: they are told as crossed out, whatever they said before."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds

CROSSED_OUT: Final = "#"
"""The text of a word that is crossed out, as the network has learned it."""

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
