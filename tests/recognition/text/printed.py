"""Words in printed letters, drawn for the tests."""

from typing import Final

import numpy as np

from digitvision.ink.stroke import Drawing, Stroke

_BOWL: Final = [(0.55 + 0.5 * np.cos(turn), 0.5 * np.sin(turn)) for turn in np.linspace(-0.7, -2 * np.pi + 0.7, 14)]
_RING: Final = [(0.5 + 0.5 * np.sin(turn), -0.5 - 0.5 * np.cos(turn)) for turn in np.linspace(0, -2 * np.pi * 1.03, 16)]

LETTERS: Final[dict[str, list[list[tuple[float, float]]]]] = {
    "o": [_RING],
    "c": [[(x, y - 0.5) for x, y in _BOWL]],
    "l": [[(0.1, -1.9), (0.12, -1.0), (0.1, 0.0)]],
    "i": [[(0.1, -1.0), (0.1, -0.5), (0.12, 0.0)], [(0.1, -1.5), (0.14, -1.44), (0.12, -1.4)]],
    "t": [[(0.35, -1.6), (0.34, -0.8), (0.36, -0.1), (0.6, 0.0)], [(0.0, -1.0), (0.35, -1.02), (0.7, -1.0)]],
    "n": [[(0.1, -1.0), (0.1, -0.5), (0.1, 0.0), (0.12, -0.6), (0.4, -1.0), (0.65, -0.85), (0.7, -0.4), (0.72, 0.0)]],
    "h": [[(0.1, -1.9), (0.1, -0.9), (0.1, 0.0), (0.14, -0.6), (0.4, -1.0), (0.62, -0.8), (0.66, -0.4), (0.68, 0.0)]],
    "e": [
        [
            *((0.05, -0.5), (0.5, -0.52), (0.9, -0.55), (0.85, -0.85), (0.5, -1.0)),
            *((0.15, -0.85), (0.0, -0.45), (0.15, -0.1), (0.5, 0.0), (0.9, -0.15)),
        ]
    ],
    "v": [[(0.0, -1.0), (0.2, -0.5), (0.4, 0.0), (0.6, -0.5), (0.8, -1.0)]],
    "1": [[(0.3, -1.8), (0.3, -0.9), (0.3, 0.0)]],
    "7": [[(0.0, -1.75), (0.45, -1.76), (0.9, -1.75), (0.6, -0.9), (0.35, 0.0)]],
    "4": [[(0.5, -1.8), (0.25, -1.2), (0.0, -0.7), (0.5, -0.7), (1.0, -0.7)], [(0.7, -1.2), (0.7, -0.6), (0.7, 0.1)]],
}
"""Strokes of each letter and digit, with the baseline at 0 and the top of small letters at -1."""

GAP: Final = 0.45
SPACE: Final = 1.6


def printed(text: str, *, scale: float = 60.0) -> Drawing:
    """Return a text of these letters as a drawing, letter by letter, with spaces between words."""
    strokes: list[Stroke] = []
    at = 0.0
    for letter in text:
        if letter == " ":
            at += SPACE
            continue
        paths = [np.array(path, np.float64) for path in LETTERS[letter]]
        strokes += [Stroke.of([(float(x + at) * scale, float(y) * scale + 200) for x, y in path]) for path in paths]
        at = max(float(path[:, 0].max()) for path in paths) + at + GAP
    return Drawing(tuple(strokes))
