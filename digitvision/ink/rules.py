"""Remove ruled lines and frames around writing from a picture, and keep whole what crosses them."""

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from digitvision.ink.components import Components, components_of
from digitvision.ink.runs import run_lengths

INK: Final = 0.35
"""Darkness from which a pixel may be part of a rule, 0 to 1."""

_LEAST_LENGTH: Final = 0.45
"""Shortest rule, as a share of the picture's width: no stroke of a line of writing is so long."""

_LEAST_BY_HEIGHT: Final = 2.0
"""Shortest rule in heights of the writing, for pictures of one or two glyphs."""

_GAP: Final = 0.12
"""Longest gap in a rule, in heights of the writing: faint rules are broken."""

_THICKEST: Final = 0.2
"""Thickest rule, in heights of the writing."""

_ENDS: Final = 2
"""Pixels above and below its long rows that the ends of a sloping rule reach."""

_CROSSING: Final = 1.6
"""Thickness from which something crosses a rule there, in usual thicknesses of the rule."""

_ENCLOSED: Final = 0.7
"""Share of all other ink that a frame encloses at least; `_HELD` is that ink's least share of the frame's own."""
_HELD: Final = 0.1
_HELD_STRAIGHT: Final = 0.03
"""As `_HELD`, for a frame that has to be straight and so cannot be a zero: a `1` is little ink."""

_CLOSED: Final = 0.7
"""Share of each side of its box along which a frame runs, within `_DEEP` of the box's shorter side."""
_DEEP: Final = 0.15
_SOLID: Final = 0.5
"""Share of its box that an empty frame fills at most."""

_WHOLE: Final = 0.9
_STRAIGHT: Final = 0.04
"""As `_CLOSED` and `_DEEP`, for a frame that is empty or has to be straight."""


def without_rules(ink: NDArray[np.float32], parts: Components | None = None) -> NDArray[np.float32]:
    """Return a picture's ink without frames and long level rules.

    Args:
        ink: float32 [H, W], 0 (paper) to 1 (ink).
        parts: The components of the ink that is at least `INK`; None where they are not known.
    """
    mask = ink >= INK
    if not mask.any():
        return ink
    parts = parts or components_of(mask)
    frame = frame_in(parts, ink)
    if frame.any():
        ink = _without(frame, mask, ink)
        mask = mask & ~frame
        parts = components_of(mask)
    rules = level_rules(mask, parts)
    return _without(rules, mask, ink) if rules.any() else ink


def without_frame(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a picture's ink without a straight frame around a single glyph; a ring such as that of `θ` stays.

    Args:
        ink: float32 [H, W], 0 (paper) to 1 (ink).
    """
    mask = ink >= INK
    frame = frame_in(components_of(mask), ink, straight=True)
    if not frame.any():
        return ink
    return _without(frame, mask, ink)


def _without(part: NDArray[np.bool_], mask: NDArray[np.bool_], ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the ink without a part of its mask and that part's soft edge, but for what crosses it."""
    return np.where(near(part) & ~(mask & ~part), np.float32(0), ink)


def frame_in(parts: Components, ink: NDArray[np.float32], *, straight: bool = False) -> NDArray[np.bool_]:
    """bool [H, W]: the component around nearly all other ink; around some of it where it has to be straight."""
    labels, count, boxes = parts
    nothing = np.zeros(labels.shape, bool)
    if count == 0:
        return nothing
    masses = np.bincount(labels.ravel(), weights=ink.ravel(), minlength=count + 1)
    masses[0] = 0
    heights = boxes[:, 3] - boxes[:, 1]
    component = int(np.argmax((boxes[:, 2] - boxes[:, 0]) * heights))
    left, top, right, bottom = boxes[component]
    inside = (boxes[:, 0] >= left) & (boxes[:, 2] <= right) & (boxes[:, 1] >= top) & (boxes[:, 3] <= bottom)
    inside[component] = False
    others = float(masses.sum() - masses[component + 1])
    enclosed = float(masses[1:][inside].sum())
    # A zero with a speck in it is no frame: a frame encloses a certain amount of ink.
    held = _HELD_STRAIGHT if straight else _HELD
    if (straight or count > 1) and (enclosed < _ENCLOSED * others or others < held * masses[component + 1]):
        return nothing
    found: NDArray[np.bool_] = labels == component + 1
    own = found[top:bottom, left:right]
    if count == 1 and float(own.mean()) > _SOLID:
        # A bar, such as a one or a minus sign that is alone.
        return nothing
    # An empty one has to be straight, or it would be a zero.
    deep, closed = (_STRAIGHT, _WHOLE) if straight or count == 1 else (_DEEP, _CLOSED)
    depth = max(2, round(deep * min(own.shape)))
    sides = (own[:depth].any(axis=0), own[-depth:].any(axis=0), own[:, :depth].any(axis=1), own[:, -depth:].any(axis=1))
    return found if all(float(side.mean()) >= closed for side in sides) else nothing


def level_rules(mask: NDArray[np.bool_], parts: Components) -> NDArray[np.bool_]:
    """bool [H, W]: the pixels of long level lines of a mask with these components, where nothing crosses them."""
    boxes = parts.boxes
    heights, widths = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    written = heights[widths < 3 * heights]
    # Without any writing, its height is assumed to be a third of the picture's.
    height = float(np.median(written[written >= written.max() / 2])) if len(written) else mask.shape[0] / 3
    width = mask.shape[1]
    least = max(int(max(_LEAST_LENGTH * width, _LEAST_BY_HEIGHT * height)), 3)
    if least > width:
        return np.zeros(mask.shape, bool)
    # A rule may slope, so that it continues in the pixels above and below.
    thick = _spread_down(mask)
    closed = _closed_across(thick, max(1, round(_GAP * height)))
    long = run_lengths(closed) >= least
    for _ in range(_ENDS):
        long = near(long)
    thickness = run_lengths(np.ascontiguousarray(mask.T)).T
    thickest = max(2.0, _THICKEST * height)
    on_rule: NDArray[np.bool_] = mask & long & (thickness <= thickest)
    usual = float(np.median(thickness[on_rule])) if on_rule.any() else 0.0
    thin: NDArray[np.bool_] = thickness <= _CROSSING * usual + 1
    return on_rule & thin


def _spread_down(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the mask with the pixels above and below each of its pixels."""
    spread = mask.copy()
    spread[1:] |= mask[:-1]
    spread[:-1] |= mask[1:]
    return spread


def near(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the mask with the eight neighbours of each of its pixels."""
    spread = _spread_down(mask)
    near = spread.copy()
    near[:, 1:] |= spread[:, :-1]
    near[:, :-1] |= spread[:, 1:]
    return near


def _closed_across(mask: NDArray[np.bool_], gap: int) -> NDArray[np.bool_]:
    """Return the mask with gaps of up to `gap` pixels in its rows filled."""
    side = gap + 1
    grown = sliding_window_view(np.pad(mask, ((0, 0), (gap, gap))), side, axis=1).any(axis=2)
    closed: NDArray[np.bool_] = np.asarray(sliding_window_view(grown, side, axis=1).all(axis=2), bool)
    return closed
