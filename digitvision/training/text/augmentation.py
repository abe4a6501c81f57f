"""Lines varied as hands vary: size, slant, zones, climb, waves, order of the delayed strokes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.lines.path_features import STEP


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChanges:
    """How strongly lines are varied; lengths in heights of the small letters.

    Attributes:
        slant, stretch, size: Standard deviations of the slant, and of the logarithms of the width and the size.
        zones: Standard deviation of the logarithms by which what stands above and below the small letters grows.
        climb: Standard deviation of the slope.
        drift: Standard deviation of the height of a slow wave of the baseline.
        warp: Standard deviation of the size of fast waves in both directions.
        jitter: Standard deviation of each point.
        step: Range of the logarithm of the distance between points of the path.
        delayed: Share of the lines in which small strokes are written at another time.
    """

    slant: float = 0.15
    stretch: float = 0.12
    size: float = 0.1
    zones: float = 0.15
    climb: float = 0.012
    drift: float = 0.1
    warp: float = 0.06
    jitter: float = 0.012
    step: float = 0.15
    delayed: float = 0.15


def vary_line(
    paths: Sequence[NDArray[np.float32]], changes: LineChanges, rng: np.random.Generator
) -> tuple[list[NDArray[np.float32]], float]:
    """Return the strokes of a line as another hand might have written them, and the step for their path.

    Args:
        paths: float32 [P, 2] of each stroke, normalised as by `normalize_line`.
        changes: How much to change.
        rng: Decides.
    """
    ends = np.cumsum([len(path) for path in paths])
    points = np.concatenate(paths)
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    above, below = np.exp(rng.normal(0, changes.zones, 2))
    y = np.where(y < -1, -1 + (y + 1) * above, np.where(y > 0, y * below, y))
    width = max(float(x.max()), 1.0)
    x = x - rng.normal(0, changes.slant) * y
    phases = rng.uniform(0, 2 * np.pi, 5)
    y = y + rng.normal(0, changes.drift) * np.sin(2 * np.pi * x / rng.uniform(10, 50) + phases[0])
    for index in (1, 3):
        wave = 2 * np.pi / rng.uniform(2.5, 9.0)
        x = x + rng.normal(0, 1.5 * changes.warp) * np.sin(wave * x + phases[index])
        y = y + rng.normal(0, changes.warp) * np.sin(wave * x + phases[index + 1])
    y = y + rng.normal(0, changes.climb) * (x - width / 2)
    size = np.exp(rng.normal(0, changes.size))
    result = np.stack([x * size * np.exp(rng.normal(0, changes.stretch)), y * size], axis=1)
    result += rng.normal(0, changes.jitter, result.shape)
    strokes = np.split(result.astype(np.float32), ends[:-1])
    if rng.random() < changes.delayed:
        strokes = _delayed(strokes, rng)
    return strokes, STEP * float(np.exp(rng.uniform(-changes.step, changes.step)))


def _delayed(strokes: list[NDArray[np.float32]], rng: np.random.Generator) -> list[NDArray[np.float32]]:
    """Move some small strokes, such as dots and crossbars, to a later time or to the end."""
    small = [np.ptp(stroke, axis=0).max() < 1.3 for stroke in strokes]
    share = rng.uniform(0.1, 1.0)
    to_end = rng.random() < 0.3
    places = np.arange(len(strokes), dtype=np.float64)
    for index, is_small in enumerate(small):
        if is_small and rng.random() < share:
            places[index] += len(strokes) if to_end else rng.integers(1, 6) + 0.5
    return [strokes[index] for index in np.argsort(places, kind="stable").tolist()]
