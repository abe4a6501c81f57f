"""Geometry of a row: which signs are low, small or wide beside digits."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.rows.word_gaps import row_height

_FEW: Final = 4
"""Number of nearest tall glyphs that give the middle of the row at a glyph: a line may slope."""

_FINEST: Final = 0.1
"""Added to sizes, in heights of the row, before logarithms are taken: smaller sizes all count as equal."""

_USUAL: Final[Mapping[str, tuple[tuple[float, float, float], tuple[float, float, float]]]] = {
    "digit": ((-0.03, -0.40, 0.00), (0.28, 0.40, 0.12)),
    "1": ((-0.04, -0.68, -0.02), (0.28, 0.71, 0.12)),
    "bracket": ((0.22, -0.93, -0.01), (0.23, 0.40, 0.12)),
    "/": ((0.25, -0.61, 0.00), (0.25, 0.40, 0.12)),
    "+": ((-0.40, -0.44, 0.07), (0.39, 0.39, 0.17)),
    "×": ((-0.37, -0.46, 0.18), (0.31, 0.34, 0.16)),
    "÷": ((-0.14, -0.18, 0.10), (0.33, 0.43, 0.16)),
    "-": ((-1.87, -0.57, 0.07), (0.31, 0.40, 0.19)),
    "=": ((-0.92, -0.39, 0.11), (0.41, 0.43, 0.20)),
    ".": ((-1.88, -1.82, 0.35), (0.39, 0.43, 0.25)),
    ",": ((-0.88, -1.55, 0.42), (0.39, 0.53, 0.21)),
    ":": ((-0.60, -1.75, 0.10), (0.35, 0.45, 0.25)),
    "%": ((0.00, -0.10, 0.00), (0.30, 0.40, 0.15)),
}
"""Mean and deviation of `row_positions` by class, in rows of CROHME's training set, by the text of the label."""

_BRACKETS: Final = "()[]{}|"
_FURTHEST: Final = 3.5
"""Deviations beyond which a class gets no less probable, as handwriting varies."""


def row_positions(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how large each glyph is in its row, and how low it stands.

    Args:
        boxes: float64 [M, 4], in reading order.

    Returns:
        float64 [M, 3]: logarithms of height and width in heights of the row, and how far its middle is below that of
        the tall glyphs around it, in heights of the row.
    """
    heights, widths = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    unit = row_height(boxes)
    across, down = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    tall = np.flatnonzero(heights >= heights.max() / 2)
    away = np.abs(across[:, None] - across[None, tall])
    nearest = tall[np.argsort(away, axis=1, kind="stable")[:, :_FEW]]
    below = down - np.median(down[nearest], axis=1)
    return np.stack([np.log(heights / unit + _FINEST), np.log(widths / unit + _FINEST), below / unit], axis=1)


def size_scores(boxes: NDArray[np.float64], texts: Sequence[str]) -> NDArray[np.float64]:
    """float64 [M, C]: logarithm of the density of each glyph's size and position for each class; for classes without
    statistics that of a digit, or the mean over all classes."""
    positions = row_positions(boxes)
    names = list(_USUAL)
    means = np.array([_USUAL[name][0] for name in names])
    deviations = np.array([_USUAL[name][1] for name in names])
    away = np.abs(positions[:, None, :] - means[None]) / deviations[None]
    densities = -0.5 * (np.minimum(away, _FURTHEST) ** 2).sum(axis=2) - np.log(deviations).sum(axis=1)[None]
    index_of = {name: number for number, name in enumerate(names)}
    unknown = densities.mean(axis=1)
    result = np.empty((len(boxes), len(texts)))
    for index, text in enumerate(texts):
        name = "bracket" if text in _BRACKETS else text if text in index_of else "digit" if text.isdigit() else ""
        result[:, index] = densities[:, index_of[name]] if name else unknown
    return result
