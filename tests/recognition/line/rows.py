"""Lines for the tests: the shipped drawings of digits in a row, with signs drawn between them."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from digitvision.ink.stroke import Bounds, Drawing, Stroke
from tests.ink.drawings import line, sample_drawing


def ring(x: float, y: float, wide: float, tall: float) -> Stroke:
    """Return a ring around a place, drawn from its top to the left."""
    turn = np.linspace(-np.pi / 2, -2.5 * np.pi, 18)
    return Stroke.of([(x + wide / 2 * np.cos(one), y + tall / 2 * np.sin(one)) for one in turn])


PERCENTS: Final[dict[str, list[Stroke]]] = {
    "rings": [ring(15, 22, 28, 32), line((72, 4), (60, 24), (8, 98)), ring(66, 78, 28, 32)],
    "small rings": [ring(12, 16, 16, 18), ring(58, 80, 16, 18), line((62, 0), (36, 48), (6, 100))],
    "joined": [
        Stroke.of([(30, 18), (22, 6), (10, 8), (4, 22), (10, 34), (22, 32), (32, 14), (66, 4), (46, 44), (12, 98)]),
        ring(64, 80, 26, 30),
    ],
}
"""Percent signs as three writers draw them."""

HEIGHT: Final = 100.0
GAP: Final = 30.0

_SIGNS: Final[dict[str, tuple[float, list[Stroke]]]] = {
    "+": (60, [line((0, 55), (60, 55)), line((30, 25), (30, 85))]),
    "-": (50, [line((0, 55), (25, 54), (50, 55))]),
    "=": (60, [line((0, 45), (60, 45)), line((0, 68), (60, 68))]),
    "÷": (60, [line((0, 55), (60, 55)), line((29, 30), (31, 31)), line((29, 79), (31, 80))]),
    "/": (40, [line((40, 0), (0, 100))]),
    "°": (24, [ring(12, 6, 24, 26)]),
    ",": (10, [line((8, 86), (7, 100), (1, 116))]),
    "|": (4, [line((3, -25), (2, 50), (1, 125))]),
    "\N{PRIME}": (8, [line((6, -4), (2, 22))]),
    "\N{DOUBLE PRIME}": (22, [line((6, -4), (2, 22)), line((20, -4), (16, 22))]),
    ".": (6, [line((0, 96), (3, 98), (6, 96), (3, 94))]),
}


def row(text: str, *, gap: float = GAP, percent: Sequence[Stroke] = PERCENTS["rings"]) -> Drawing:
    """Return digits, `+ - = ÷ % / ° . , |`, primes and spaces as a drawing, in the order of reading."""
    strokes: list[Stroke] = []
    at = 0.0
    for sign in text:
        if sign == " ":
            at += 2 * HEIGHT
            continue
        if sign.isdigit():
            own = sample_drawing(int(sign)).fit_into(Bounds(0, 0, 3 * HEIGHT, HEIGHT))
            bounds = own.bounds
            assert bounds is not None
            width, drawn = bounds.width, [stroke.moved(scale=1, dx=-bounds.left, dy=0) for stroke in own.strokes]
        else:
            width, drawn = (80.0, list(percent)) if sign == "%" else _SIGNS[sign]
        strokes += [stroke.moved(scale=1, dx=at, dy=0) for stroke in drawn]
        at += width + gap
    return Drawing(tuple(strokes))


def mixed_number(whole: int, above: int, below: int) -> Drawing:
    """Return a number with a fraction close behind it, its bar beside the middle."""
    number = row(str(whole))
    bounds = number.bounds
    assert bounds is not None
    left = bounds.right + 20
    parts = [row(str(above)), row(str(below))]
    small = [moved(part, scale=0.5, dx=left + 5, dy=dy) for part, dy in zip(parts, (-15, 65), strict=True)]
    right = max(part.bounds.right for part in small if part.bounds is not None)
    bar = line((left - 4, 50), ((left + right) / 2, 50), (right + 6, 49))
    return Drawing((*number.strokes, *small[0].strokes, bar, *small[1].strokes))


def reordered(drawing: Drawing, order: Sequence[int]) -> Drawing:
    return Drawing(tuple(drawing.strokes[index] for index in order))


def moved(drawing: Drawing, *, scale: float, dx: float, dy: float) -> Drawing:
    return Drawing(tuple(stroke.moved(scale=scale, dx=dx, dy=dy) for stroke in drawing.strokes))


def scribble(strokes: int, seed: int, *, points: int = 20) -> Drawing:
    """Return random strokes, all over each other."""
    chance = np.random.default_rng(seed)
    return Drawing(tuple(Stroke.of(chance.uniform(0, 300, (points, 2)).tolist()) for _ in range(strokes)))
