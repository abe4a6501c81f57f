"""Variation of handwriting: strokes changed as between writers and their devices, before anything is rendered.

Every change here was measured on writers outside of training; see `resources/recipes/glyphs.md` for what each brought.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.training.data.glyphs import Paths

_LEAST_POINTS: Final = 2
_DOT: Final = 0.02
"""Size of a glyph that is a single point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """Amounts of the variations; lengths as shares of the glyph's longer side, probabilities from 0 to 1.

    Attributes:
        turn: Standard deviation of the glyph's rotation, in degrees.
        slant: Standard deviation of the glyph's shear.
        proportion: Standard deviation of the logarithm of width to height.
        stroke_shift: Standard deviation of each stroke's position.
        stroke_size: Standard deviation of the logarithm of each stroke's size.
        stroke_turn: Standard deviation of each stroke's rotation, in degrees.
        wobble: Amplitude of slow waves along the ink.
        tremble: Standard deviation of the error of each point, as of coarse digitizers and trackpads.
        coarse: Probability that points are rounded to a coarse grid, as by a low resolution.
        sparse: Probability that only few points are kept, as of a slow device: down to 10 a second, where pens give
            250.
        rounded: Probability that corners are smoothed.
        ends: Probability that the ends of a stroke overshoot or fall short.
        reversed_stroke: Probability that a stroke is written from its end.
        reordered: Probability that the strokes come in another order.
        doubled: Probability that a short stroke is written twice.
        dropped: Probability that a tiny stroke is missing.
    """

    turn: float = 5.0
    slant: float = 0.13
    proportion: float = 0.13
    stroke_shift: float = 0.025
    stroke_size: float = 0.05
    stroke_turn: float = 2.5
    wobble: float = 0.018
    tremble: float = 0.006
    coarse: float = 0.08
    sparse: float = 0.2
    rounded: float = 0.15
    ends: float = 0.2
    reversed_stroke: float = 0.03
    reordered: float = 0.08
    doubled: float = 0.02
    dropped: float = 0.05


def vary(paths: Paths, generator: np.random.Generator, by: Variation) -> list[NDArray[np.float64]]:
    """Vary a glyph as if another person had written it.

    Args:
        paths: Strokes of the glyph, in any unit.
        generator: Source of the random numbers.
        by: Amounts of the variations.

    Returns:
        The strokes, float64 [P, 2] each, the longer side about 1.
    """
    points = np.concatenate(paths).astype(np.float64)
    counts = [len(path) for path in paths]
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    points = (points - (low + high) / 2) / (extent if extent > 0 else 1.0)
    points = points @ _glyph_map(generator, by).T
    strokes = np.split(points, np.cumsum(counts)[:-1])
    size = float(np.ptp(points, axis=0).max()) or _DOT
    strokes = [_vary_stroke(path, generator, by, size) for path in strokes]
    if len(strokes) > 1:
        strokes = _vary_order(strokes, generator, by, size)
    return strokes


def _glyph_map(generator: np.random.Generator, by: Variation) -> NDArray[np.float64]:
    """Draw a rotation, slant and proportion for a whole glyph, as a linear map, float64 [2, 2]."""
    turn = np.radians(generator.normal(0, by.turn))
    slant = generator.normal(0, by.slant)
    stretch = np.exp(generator.normal(0, by.proportion) / 2)
    turning = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    whole: NDArray[np.float64] = turning @ np.array([[1.0, -slant], [0.0, 1.0]]) @ np.diag([stretch, 1 / stretch])
    return whole


def _vary_stroke(
    path: NDArray[np.float64], generator: np.random.Generator, by: Variation, size: float
) -> NDArray[np.float64]:
    """Vary one stroke of a glyph of this size."""
    count = len(path)
    chance = generator.random(6)
    if count > _LEAST_POINTS:
        if chance[0] < by.sparse:
            path = _keep_few_points(path, generator)
        if chance[1] < by.rounded:
            path = _smooth(path, generator)
        if chance[2] < by.ends:
            path = _vary_ends(path, generator)
    middle = path.mean(axis=0)
    turn = np.radians(generator.normal(0, by.stroke_turn))
    scale = np.exp(generator.normal(0, by.stroke_size, 2))
    turning = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * scale
    path = (path - middle) @ turning.T + middle + generator.normal(0, by.stroke_shift * size, 2)
    if len(path) > _LEAST_POINTS:
        way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
        for _ in range(2):
            # Waves of about one or two lengths to the glyph's size, in a random direction.
            waves = np.sin(way / size * generator.uniform(2, 9) + generator.uniform(0, 2 * np.pi))
            path = path + waves[:, None] * generator.normal(0, by.wobble * size / 1.5, 2)
        if chance[3] < 0.5:
            path = path + generator.normal(0, by.tremble * size * generator.random(), path.shape)
    if chance[4] < by.coarse:
        grid = size / generator.uniform(12, 40)
        path = np.round(path / grid) * grid
    if chance[5] < by.reversed_stroke:
        path = path[::-1]
    return path


def _vary_order(
    strokes: list[NDArray[np.float64]], generator: np.random.Generator, by: Variation, size: float
) -> list[NDArray[np.float64]]:
    """Vary several strokes together: reorder them, write one twice, leave out a tiny one."""
    chance = generator.random(3)
    if chance[0] < by.reordered:
        strokes = [strokes[index] for index in generator.permutation(len(strokes))]
    extents = np.array([np.ptp(path, axis=0).max() for path in strokes])
    if chance[1] < by.doubled:
        shortest = int(extents.argmin())
        strokes = [*strokes, strokes[shortest] + generator.normal(0, 0.02 * size, 2)]
    # Only slips of the pen are left out: a larger stroke may distinguish the glyph, as a dot does.
    if chance[2] < by.dropped and extents.min() < 0.03 * size and len(strokes) > 3:
        strokes = [path for index, path in enumerate(strokes) if index != extents.argmin()]
    return strokes


def _keep_few_points(path: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    """Keep 6 to 24 points at equal steps, among them the ends."""
    wanted = int(generator.integers(6, 25))
    if len(path) <= wanted:
        return path
    return path[np.linspace(0, len(path) - 1, wanted).round().astype(np.intp)]


def _smooth(path: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    """Smooth a stroke with moving averages over up to a fifth of it; the ends stay."""
    reach = int(len(path) * generator.uniform(0.04, 0.2)) // 2
    if reach < 1:
        return path
    padded = np.concatenate([np.repeat(path[:1], reach, axis=0), path, np.repeat(path[-1:], reach, axis=0)])
    sums = np.cumsum(np.concatenate([np.zeros((1, 2)), padded]), axis=0)
    smooth: NDArray[np.float64] = (sums[2 * reach + 1 :] - sums[: -2 * reach - 1]) / (2 * reach + 1)
    smooth[0], smooth[-1] = path[0], path[-1]
    return smooth


def _vary_ends(path: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    """Cut either end by up to 8 % of the points, or extend it by up to 8 % of the stroke's length."""
    for _ in range(2):
        share = generator.uniform(-0.08, 0.08)
        if share < 0:
            cut = int(-share * len(path))
            path = path[: len(path) - cut] if len(path) - cut >= _LEAST_POINTS else path
        else:
            back = path[-1] - path[max(0, len(path) - 1 - max(1, len(path) // 10))]
            norm = float(np.hypot(*back))
            if norm > 0:
                length = float(np.hypot(*np.diff(path, axis=0).T).sum())
                path = np.concatenate([path, path[-1:] + back / norm * min(length * share, 0.08)])
        path = path[::-1]
    return path
