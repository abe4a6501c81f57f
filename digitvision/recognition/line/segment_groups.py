"""Groups of a picture's segments that may be one glyph, and the features that speak for and against each."""

import itertools
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.line.oversegmentation import Segments
from digitvision.recognition.line.stroke_groups import Group, boxes_of

MOST_IN_ONE: Final = 6
"""Most neighbouring segments of one glyph."""

_WIDEST: Final = 2.2
"""Largest width of a glyph, in heights of the writing: an m is no wider."""

_WIDEST_GAP: Final = 0.6
"""Largest gap between two segments of one glyph, in heights of the writing."""

_SMALL: Final = 0.45
"""Height, in heights of the writing, below which a segment that touches nothing may be a mark between the parts of a
glyph."""

_MOST_CONTACT: Final = 4.0
"""Widths of the pen over which two segments touch that count at most; up to `_SLIGHT` they count twice."""
_SLIGHT: Final = 0.6

_MOST_STACKED: Final = 4
"""Largest number of components above or below one that are tried as parts of its glyph."""

_STACKED: Final = 0.5
"""Least share of the narrower one's width in which two components overlap horizontally to be above each other."""

GLYPH_FEATURES: Final = (
    "in vocabulary",
    "in vocabulary of glyphs",
    "among",
    "glyph",
    "contact",
    "slight contact",
    "cuts",
    "gap",
    "joined",
    "stacked",
    "torn",
    "low",
    "high",
    "wide",
)
PASSED_FEATURES: Final = ("segment", "contact", "cuts", "height", "ink")

_LOW: Final = 0.8
_HIGH: Final = 1.2
_WIDE: Final = 0.8
"""Heights and a width, in heights of the writing, beyond which a glyph is unusual."""

_LEAST: Final = 1e-6
_LOWEST_SCORE: Final = -8.0


def possible_segment_groups(segments: Segments) -> list[Group]:
    """Return every single segment, and segments that follow each other in reading order, with and without small marks.

    A connected component is a group in however many segments it was cut, and so are two or three components above each
    other, as in an equals sign, whatever lies between them in reading order.
    """
    boxes, height = segments.boxes, segments.height
    touching = segments.contacts.sum(axis=1) > 0
    mark = (boxes[:, 3] - boxes[:, 1] < _SMALL * height) & ~touching
    found: dict[Group, None] = {}
    for first in range(len(segments)):
        group: Group = (first,)
        found[group] = None
        left, right = boxes[first, 0], boxes[first, 2]
        for other in range(first + 1, min(first + MOST_IN_ONE, len(segments))):
            left, gap = min(left, boxes[other, 0]), boxes[other, 0] - right
            right = max(right, boxes[other, 2])
            if gap > _WIDEST_GAP * height or right - left > _WIDEST * height:
                break
            group = (*group, other)
            found[group] = None
            found[tuple(segment for segment in group if segment in (first, other) or not mark[segment])] = None
    found.update(dict.fromkeys(_component_groups(segments)))
    return list(found)


def _component_groups(segments: Segments) -> Iterator[Group]:
    """Yield each connected component alone, with one other above or below it, and with two."""
    names = np.unique(segments.components).tolist()
    members = [tuple(np.flatnonzero(segments.components == name).tolist()) for name in names]
    shares = _shared_widths(boxes_of(segments.boxes, members))
    for index, own in enumerate(members):
        others = [int(other) for other in np.flatnonzero(shares[index] >= _STACKED) if other != index]
        for count in (0, 1, 2):
            for chosen in itertools.combinations(others[:_MOST_STACKED], count):
                group = tuple(sorted((*own, *(segment for other in chosen for segment in members[other]))))
                boxes = segments.boxes[list(group)]
                if len(group) == 1 or np.ptp(boxes[:, [0, 2]]) <= _WIDEST * segments.height:
                    yield group


def _shared_widths(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64 [N, N]: overlap of each two boxes' widths, as a share of the narrower one's width."""
    shared = np.minimum(boxes[:, None, 2], boxes[None, :, 2]) - np.maximum(boxes[:, None, 0], boxes[None, :, 0])
    widths = np.maximum(boxes[:, 2] - boxes[:, 0], 1.0)
    found: NDArray[np.float64] = np.maximum(shared, 0) / np.minimum(widths[:, None], widths[None, :])
    return found


def glyph_features(
    segments: Segments,
    groups: list[Group],
    *,
    in_vocabulary: NDArray[np.floating],
    in_vocabulary_glyph: NDArray[np.floating],
    among: NDArray[np.floating],
) -> NDArray[np.float64]:
    """Compute the features that speak for and against each group being one glyph.

    Args:
        segments: The line's segments.
        groups: The M groups.
        in_vocabulary: [M], in-vocabulary scores by the alphabet's model.
        in_vocabulary_glyph: [M], in-vocabulary scores by the model of all classes.
        among: [M], the probability of the alphabet's classes together, among all.

    Returns:
        float64 [M, F], in the order of `GLYPH_FEATURES`: three logarithms; 1; widths of the pen over which the group
        touches segments outside, and how many of them; gaps between its segments; its number of components beyond one,
        and of those above each other; the largest overlap with a segment above or below it that is outside; how much
        lower, higher and wider than usual it is.
    """
    member = np.zeros((len(groups), len(segments)))
    for row, group in enumerate(groups):
        member[row, list(group)] = 1.0
    outside = (member @ segments.contacts) * (1 - member)
    boxes = boxes_of(segments.boxes, groups) / segments.height
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    gaps = [_gaps(segments.boxes[list(group)]) / segments.height for group in groups]
    joined = [len(set(segments.components[list(group)].tolist())) - 1 for group in groups]
    stacked = _shared_widths(segments.boxes) * (segments.components[:, None] != segments.components[None, :])
    stacked = np.where(stacked >= _STACKED, stacked, 0.0)
    torn = [stacked[np.ix_(one > 0, one == 0)].max(initial=0.0) for one in member]
    above = [_stacked_parts(stacked, segments.components, group) for group in groups]
    columns = (
        *(
            np.maximum(np.log(np.maximum(share, _LEAST)), _LOWEST_SCORE)
            for share in (in_vocabulary, in_vocabulary_glyph, among)
        ),
        np.ones(len(groups)),
        np.minimum(outside, _MOST_CONTACT).sum(axis=1),
        np.minimum(outside, _SLIGHT).sum(axis=1),
        (outside > 0).sum(axis=1),
        np.array(gaps),
        np.array(joined),
        np.array(above),
        np.array(torn),
        np.maximum(_LOW - heights, 0),
        np.maximum(heights - _HIGH, 0),
        np.maximum(widths - _WIDE, 0),
    )
    return np.stack(columns, axis=1).astype(np.float64)


def passed_features(segments: Segments) -> NDArray[np.float64]:
    """Compute the features that speak for and against each segment being left out, as no glyph of the alphabet.

    Returns:
        float64 [N, F], in the order of `PASSED_FEATURES`: 1; widths of the pen over which it touches others, and how
        many; its height, and the length of its ink as a stroke of the pen's width, both in heights of the writing.
    """
    columns = (
        np.ones(len(segments)),
        np.minimum(segments.contacts, _MOST_CONTACT).sum(axis=1),
        (segments.contacts > 0).sum(axis=1),
        (segments.boxes[:, 3] - segments.boxes[:, 1]) / segments.height,
        segments.masses() / segments.pen / segments.height,
    )
    return np.stack(columns, axis=1)


def _stacked_parts(stacked: NDArray[np.float64], components: NDArray[np.intp], group: Group) -> int:
    """Return the number of components of a group, beyond one, that lie above or below another of it."""
    own = list(group)
    inside = stacked[np.ix_(own, own)].max(axis=1) > 0
    return max(len(set(components[own][inside].tolist())) - 1, 0)


def _gaps(boxes: NDArray[np.float64]) -> float:
    """Return the sum of the gaps between boxes from left to right."""
    reached = np.maximum.accumulate(boxes[:, 2])
    return float(np.maximum(boxes[1:, 0] - reached[:-1], 0).sum())
