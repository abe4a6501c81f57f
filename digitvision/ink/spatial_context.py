"""Spatial context, the third view of a glyph that is part of a line or an expression: the ink around it.

Scaled to its own box, a `c` is a `C` and a comma a closing bracket. They differ in how large they are and how high they
stand among their neighbours: this view has that alone, and nothing of the glyph's shape.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitvision.ink.stroke import Stroke

SpatialContext = NDArray[np.float32]
"""float32 [FIELD, FIELD, LAYERS], 0 to 1; see `spatial_context`."""

FIELD: Final = 24
LAYERS: Final = 2

REACH: Final = 6.0
"""Width and height of the field in units; the unit is the median size of the strokes."""

_LEAST_UNIT: Final = 0.08
"""Smallest unit, as a share of the largest stroke's size: among dots and a long bar, the dots do not make the unit."""

_PEN: Final = 0.1
"""Units that are added around a glyph's path, so that the box of a minus has a height."""

_STEP: Final = 0.75
"""Longest distance of two marks of ink, in pixels of the field."""

_FARTHEST: Final = 1e6
"""Pixels of the field. Strokes that reach further say nothing about the glyph, and their numbers would overflow."""

_MOST_MARKS: Final = 100_000


def spatial_context(glyph: Sequence[Stroke], others: Sequence[Stroke]) -> SpatialContext:
    """Draw the glyph's box among the ink around it.

    Args:
        glyph: The glyph's strokes.
        others: All other strokes of the line or expression, in the same unit.

    Returns:
        float32 [24, 24, 2]: the ink of the other strokes, and the glyph's box filled, in a window around the middle of
        the box that is six times as wide and high as the strokes' median size. All zero without other strokes, as size
        and position are unknown then.
    """
    field = np.zeros((FIELD, FIELD, LAYERS), np.float32)
    if not others or not glyph:
        return field
    unit = unit_of((*glyph, *others))
    if unit == 0:
        return field
    scale = FIELD / REACH / unit
    points = np.concatenate([stroke.xy for stroke in glyph])
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    near = [path for path in (stroke.xy - middle for stroke in others) if np.abs(path).max() < _FARTHEST / scale]
    field[:, :, 0] = _ink([path * scale + FIELD / 2 for path in near])
    field[:, :, 1] = filled_boxes((high - low)[None] / unit)[0]
    return field


def contexts_of(groups: Sequence[Sequence[int]], strokes: Sequence[Stroke]) -> NDArray[np.float32]:
    """Draw the context of many glyphs of one line or expression; faster than `spatial_context` for each of them.

    Args:
        groups: Indices of each glyph's strokes.
        strokes: All strokes.

    Returns:
        float32 [M, 24, 24, 2].
    """
    fields = np.zeros((len(groups), FIELD, FIELD, LAYERS), np.float32)
    unit = unit_of(strokes) if len(strokes) > 1 else 0.0
    if unit == 0:
        return fields
    scale = FIELD / REACH / unit
    low = np.array([stroke.xy.min(axis=0) for stroke in strokes])
    high = np.array([stroke.xy.max(axis=0) for stroke in strokes])
    whole = (low.min(axis=0) + high.max(axis=0)) / 2
    # What is too far from the middle of everything is too far from every glyph that is not.
    near = np.maximum(np.abs(low - whole), np.abs(high - whole)).max(axis=1) < _FARTHEST / scale
    marks = [
        _marks((stroke.xy - whole) * scale) if there else None for stroke, there in zip(strokes, near, strict=True)
    ]
    at = np.concatenate([mark for mark in marks if mark is not None] or [np.zeros((0, 2))])
    owner = np.repeat(np.arange(len(strokes)), [0 if mark is None else len(mark) for mark in marks])
    drawn: list[NDArray[np.float64]] = []
    sizes: list[NDArray[np.float64]] = []
    owners: list[int] = []
    for index, group in enumerate(groups):
        own = list(group)
        if len(own) == len(strokes):
            continue
        box_low, box_high = low[own].min(axis=0), high[own].max(axis=0)
        middle = ((box_low + box_high) / 2 - whole) * scale
        inside = (np.abs(at - middle) < FIELD / 2 + 1).all(axis=1)
        for stroke in own:
            inside &= owner != stroke
        drawn.append(at[inside] - middle + FIELD / 2)
        sizes.append(box_high - box_low)
        owners.append(index)
    if drawn:
        field = np.repeat(np.arange(len(drawn)), [len(some) for some in drawn])
        fields[owners, :, :, 0] = _splat(np.concatenate(drawn), field, len(drawn))
        fields[owners, :, :, 1] = filled_boxes(np.array(sizes) / unit)
    return fields


def picture_contexts_of(
    groups: Sequence[Sequence[int]],
    ink: NDArray[np.float32],
    labels: NDArray[np.intp],
    boxes: NDArray[np.float64],
    *,
    unit: float,
    pen: float,
) -> NDArray[np.float32]:
    """Draw the context of many glyphs of a picture, whose ink is divided into segments.

    Args:
        groups: Indices of each glyph's segments.
        ink: float32 [H, W], 0 to 1.
        labels: int [H, W], the index of each pixel's segment plus 1, 0 for none.
        boxes: float64 [N, 4], of the segments: left, top, right, bottom, including the pen's width.
        unit: The unit in pixels, as `unit_of` would give it for strokes.
        pen: The pen's width in pixels: boxes are reduced by it, and ink is divided by it to get its length.

    Returns:
        float32 [M, 24, 24, 2].
    """
    fields = np.zeros((len(groups), FIELD, FIELD, LAYERS), np.float32)
    if len(boxes) < 2:
        return fields
    scale = FIELD / REACH / unit
    margin = int(np.ceil(REACH * unit)) + 1
    padded, padded_labels = np.pad(ink, margin), np.pad(labels, margin)
    half = REACH * unit / 2
    for field, group in zip(fields, groups, strict=True):
        own = list(group)
        if len(own) == len(boxes):
            continue
        low, high = boxes[own, :2].min(axis=0), boxes[own, 2:].max(axis=0)
        left, top = np.maximum((low + high) / 2 + margin - half, 0)
        rows = slice(int(top), int(top + 2 * half) + 2)
        columns = slice(int(left), int(left + 2 * half) + 2)
        there = padded_labels[rows, columns]
        others = np.where((there > 0) & ~np.isin(there, np.array(own) + 1), padded[rows, columns], np.float32(0))
        offset = (left - int(left), top - int(top))
        height, width = others.shape
        box = (offset[0], offset[1], min(offset[0] + 2 * half, width), min(offset[1] + 2 * half, height))
        drawn = Image.fromarray(others).resize((FIELD, FIELD), Image.Resampling.BOX, box=box)
        field[:, :, 0] = np.minimum(np.asarray(drawn, np.float32) / (pen * scale), 1.0)
        field[:, :, 1] = filled_boxes(np.maximum(high - low - pen, 0.0)[None] / unit)[0]
    return fields


def filled_boxes(sizes: NDArray[np.float64]) -> NDArray[np.float32]:
    """Draw the second layer for glyphs of given sizes.

    Args:
        sizes: float64 [N, 2], width and height in units.

    Returns:
        float32 [N, 24, 24], 1 inside a box around the middle, and the covered share of the pixels on its edge.
    """
    half = (sizes / 2 + _PEN) * (FIELD / REACH)
    edges = np.arange(FIELD)
    inside = np.minimum(edges + 1, FIELD / 2 + half[..., None]) - np.maximum(edges, FIELD / 2 - half[..., None])
    inside = np.clip(inside, 0, 1).astype(np.float32)
    boxes: NDArray[np.float32] = inside[:, 1, :, None] * inside[:, 0, None, :]
    return boxes


def unit_of(strokes: Sequence[Stroke]) -> float:
    """Return the unit that sizes in a line or expression are measured in: the strokes' median size; 0 for none."""
    sizes = np.array([np.ptp(stroke.xy, axis=0).max() for stroke in strokes])
    unit = max(float(np.median(sizes)), _LEAST_UNIT * float(sizes.max()))
    with np.errstate(over="ignore"):
        return unit if unit > 0 and np.isfinite(FIELD / REACH / np.float64(unit)) else 0.0


def _ink(paths: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """float64 [FIELD, FIELD]: marks along the paths, each shared out among the four pixels around it."""
    near = [path for path in paths if not (path.max(axis=0) < 0).any() and not (path.min(axis=0) > FIELD).any()]
    marks = np.concatenate([_marks(path) for path in near] or [np.zeros((0, 2))])
    ink: NDArray[np.float64] = _splat(marks, np.zeros(len(marks), np.intp), 1)[0]
    return ink


def _marks(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64 [K, 2]: points along a path, in pixels."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    travelled = np.concatenate([[0.0], np.cumsum(steps)])
    count = min(int(travelled[-1] / _STEP) + 2, _MOST_MARKS)
    positions = np.linspace(0.0, travelled[-1], count)
    return np.stack([np.interp(positions, travelled, path[:, 0]), np.interp(positions, travelled, path[:, 1])], axis=1)


def _splat(marks: NDArray[np.float64], field: NDArray[np.intp], count: int) -> NDArray[np.float64]:
    """float64 [count, FIELD, FIELD]: marks in several fields, each shared out among the four pixels around it."""
    side = FIELD + 2
    at = marks + 0.5
    inside = ((at > 0) & (at < FIELD + 1)).all(axis=1)
    at, field = at[inside], field[inside]
    corner = np.floor(at).astype(np.intp)
    (x, y), (right, below) = corner.T, (at - corner).T
    first = (field * side + y) * side + x
    shares = (
        (0, (1 - right) * (1 - below)),
        (1, right * (1 - below)),
        (side, (1 - right) * below),
        (side + 1, right * below),
    )
    drawn = sum(np.bincount(first + step, share, count * side * side) for step, share in shares)
    return np.minimum(np.reshape(drawn, (count, side, side))[:, 1:-1, 1:-1] * _STEP, 1.0)
