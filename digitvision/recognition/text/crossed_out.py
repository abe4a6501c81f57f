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

_BAND: Final = (-0.9, -0.1)
"""Where the middle of the line is, with the baseline at 0 and the top of the small letters at -1."""


def line_through(paths: Sequence[NDArray[np.float32]]) -> int | None:
    """Return the index of a stroke of a word that is a line through its others; None where none is.

    Args:
        paths: float32 [P, 2] of each stroke of the word, normalised as by `normalize_line`.
    """
    boxes = np.array([(*path.min(axis=0), *path.max(axis=0)) for path in paths])
    for index, path in enumerate(paths):
        others = np.delete(boxes, index, axis=0)
        if not _is_line_in_band(path) or not len(others):
            continue
        left, right = float(others[:, 0].min()), float(others[:, 2].max())
        common = min(float(boxes[index, 2]), right) - max(float(boxes[index, 0]), left)
        tall = others[(others[:, 1] < boxes[index, 1]) & (others[:, 3] > boxes[index, 3])]
        if common >= _SPAN * max(right - left, _SHORTEST) and len(tall):
            return index
    return None


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
