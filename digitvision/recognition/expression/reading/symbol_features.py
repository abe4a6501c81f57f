"""Features of symbols for the networks: each one's raster and box, and the geometry of each two of an expression."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.reading.stroke_features import Points, box_pairs, signed_log

SIDE: Final = 24
LAYERS: Final = 5
"""Layers of a symbol's raster: ink, and the pen's direction modulo a half turn in four parts."""

BOX_NUMBERS: Final = 8
SYMBOL_PAIR_NUMBERS: Final = 26

_MARGIN: Final = 2.5
"""Pixels left free around a symbol's longer side."""

_LEAST: Final = 0.05
_STEPS: Final = 4
"""Steps into which each piece between two points is divided, so that a path has no gaps in the raster."""


@dataclass(frozen=True, slots=True, eq=False)
class SymbolFeatures:
    """Features of an expression's M symbols, beside their rasters.

    Attributes:
        boxes: float32 [M, 8].
        pairs: float32 [M, M, 26]: geometry of the second symbol relative to the first.
        grouping: float32 [M, N]: share of each of N strokes in each symbol; each row sums up to 1.
    """

    boxes: NDArray[np.float32]
    pairs: NDArray[np.float32]
    grouping: NDArray[np.float32]


def symbol_features(points: Points, groups: Sequence[Sequence[int]]) -> SymbolFeatures:
    """Return the features of symbols.

    Args:
        points: Strokes in the expression's unit, see `stroke_features.Points`.
        groups: The strokes of each symbol.
    """
    strokes, firsts, counts = _members(groups)
    low = np.minimum.reduceat(points.min(axis=1)[strokes], firsts)
    high = np.maximum.reduceat(points.max(axis=1)[strokes], firsts)
    # The centre of a symbol's ink shows its baseline better than its box does: the bowl of a b, the stem of a p.
    mass = np.add.reduceat(points.mean(axis=1)[strokes], firsts) / counts[:, None]
    grouping = np.zeros((len(groups), len(points)), np.float32)
    grouping[np.repeat(np.arange(len(groups)), counts), strokes] = np.repeat(1 / counts, counts)
    sizes = np.maximum(high - low, _LEAST)
    whole_low, whole_high = low.min(axis=0), high.max(axis=0)
    boxes = np.concatenate(
        [
            np.log(sizes),
            np.log(sizes.max(axis=1))[:, None],
            np.log(sizes[:, :1] / sizes[:, 1:]),
            np.log(counts)[:, None],
            signed_log((low + high) / 2 - (whole_low + whole_high) / 2),
            signed_log(high[:, 1] - whole_high[1])[:, None],
        ],
        axis=1,
    )
    return SymbolFeatures(boxes.astype(np.float32), _pairs(groups, low, high, mass), grouping)


def symbol_rasters(points: Points, groups: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """Draw each symbol with its proportions kept, its longer side filling the field but for a margin.

    Args:
        points: Strokes in the expression's unit, see `stroke_features.Points`.
        groups: The strokes of each symbol.

    Returns:
        float32 [M, 24, 24, 5], 0 to 1: ink, and the pen's direction in four parts.
    """
    strokes, firsts, sizes = _members(groups)
    low = np.minimum.reduceat(points.min(axis=1)[strokes], firsts)
    high = np.maximum.reduceat(points.max(axis=1)[strokes], firsts)
    scale = (SIDE - 2 * _MARGIN) / np.maximum((high - low).max(axis=1), _LEAST)
    owner = np.repeat(np.arange(len(groups)), sizes)
    middle = ((low + high) / 2)[owner, None]
    scaled = (_finer(points)[strokes] - middle) * scale[owner, None, None] + SIDE / 2
    path, step = scaled.reshape(-1, 2), np.diff(scaled, axis=1, append=scaled[:, -1:]).reshape(-1, 2)
    owner = np.repeat(owner, scaled.shape[1])
    angle = np.arctan2(step[:, 1], step[:, 0]) % np.pi / (np.pi / 4)
    moving = np.hypot(step[:, 0], step[:, 1]) > 1e-9
    weights = np.zeros((len(path), LAYERS))
    weights[:, 0] = 1
    for quarter in range(4):
        # Each direction is shared among the two parts that it lies between.
        away = np.abs((angle - quarter + 2) % 4 - 2)
        weights[:, 1 + quarter] = np.maximum(1 - away, 0) * moving
    total = _splat(path - 0.5, weights, owner, len(groups))
    return np.minimum(total, 1.0).astype(np.float32)


def _members(groups: Sequence[Sequence[int]]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return all groups' strokes one after the other, where each group begins among them, and each group's size."""
    strokes = np.array([stroke for group in groups for stroke in group], np.intp)
    sizes = np.array([len(group) for group in groups], np.intp)
    return strokes, np.cumsum(sizes) - sizes, sizes


def _finer(points: Points) -> Points:
    """Return the strokes with points put between theirs, float64 [N, K, 2]."""
    shares = np.arange(_STEPS) / _STEPS
    between = (
        points[:, :-1, None] * (1 - shares)[None, None, :, None] + points[:, 1:, None] * shares[None, None, :, None]
    )
    return np.concatenate([between.reshape(len(points), -1, 2), points[:, -1:]], axis=1)


def _splat(
    path: NDArray[np.float64], weights: NDArray[np.float64], owner: NDArray[np.intp], count: int
) -> NDArray[np.float64]:
    """Share out each point among the four pixels around it: weights [P, LAYERS] to float64 [count, 24, 24, LAYERS]."""
    corner = np.clip(np.floor(path).astype(np.intp), 0, SIDE - 2)
    share = np.clip(path - corner, 0, 1)
    total = np.zeros(count * SIDE * SIDE * LAYERS)
    for right in (0, 1):
        for down in (0, 1):
            part = (share[:, 0] if right else 1 - share[:, 0]) * (share[:, 1] if down else 1 - share[:, 1])
            pixel = (owner * SIDE + corner[:, 1] + down) * SIDE + corner[:, 0] + right
            bins = pixel[:, None] * LAYERS + np.arange(LAYERS)
            total += np.bincount(bins.ravel(), (part[:, None] * weights).ravel(), len(total))
    return total.reshape(count, SIDE, SIDE, LAYERS)


def _pairs(
    groups: Sequence[Sequence[int]], low: NDArray[np.float64], high: NDArray[np.float64], mass: NDArray[np.float64]
) -> NDArray[np.float32]:
    first = np.array([min(group) for group in groups], np.float64)
    last = np.array([max(group) for group in groups], np.float64)
    numbers = [
        *box_pairs(low, high),
        signed_log(mass[None, :, 0] - mass[:, None, 0]),
        signed_log(mass[None, :, 1] - mass[:, None, 1]),
        signed_log(first[None, :] - last[:, None]),
        signed_log(first[None, :] - first[:, None]),
    ]
    return np.stack(numbers, axis=2).astype(np.float32)


def ends_of(points: Points, tree: LayoutTree) -> NDArray[np.float64]:
    """float64 [M, 2]: the y of the top and of the bottom of each of a tree's symbols."""
    heights = points[..., 1]
    tops, bottoms = heights.min(axis=1), heights.max(axis=1)
    own = [list(symbol.strokes) for symbol in tree.symbols]
    return np.array([(tops[strokes].min(), bottoms[strokes].max()) for strokes in own], np.float64)


def boxes_of(points: Points, tree: LayoutTree) -> NDArray[np.float64]:
    """float64 [M, 4]: left, top, right, bottom of each of a tree's symbols."""
    own = [points[list(symbol.strokes)] for symbol in tree.symbols]
    return np.array([[*one.min(axis=(0, 1)), *one.max(axis=(0, 1))] for one in own])
