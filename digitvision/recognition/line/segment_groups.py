"""Which pieces of a picture's line may be one glyph, and what tells a good group from a bad one."""

import itertools
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.line.oversegmentation import Segments
from digitvision.recognition.line.stroke_groups import Group, boxes_of

MOST_IN_ONE: Final = 6
"""Pieces of one glyph."""

_WIDEST: Final = 2.2
"""Of the writing's height: an m is no wider."""

_WIDEST_GAP: Final = 0.6
"""Of the writing's height, between two pieces of one glyph."""

_SMALL: Final = 0.45
"""Of the writing's height: what is lower and touches nothing may be a mark between the parts of a glyph."""

_MOST_CONTACT: Final = 4.0
"""Widths of the pen beyond which it does not matter how much two pieces touch; up to `_SLIGHT` it matters more."""
_SLIGHT: Final = 0.6

_MOST_STACKED: Final = 4
"""Others above or below one part that are tried."""

_STACKED: Final = 0.5
"""Of the narrower one's width, over which two parts that hang not together lie above each other."""

GLYPH_FEATURES: Final = (
    "known",
    "known glyph",
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
PASSED_FEATURES: Final = ("piece", "contact", "cuts", "height", "ink")

_LOW: Final = 0.8
_HIGH: Final = 1.2
_WIDE: Final = 0.8
"""Heights and a width, by the writing's height, beyond which a glyph is unusual."""

_LEAST: Final = 1e-6
_LOWEST_SCORE: Final = -8.0


def possible_segment_groups(segments: Segments) -> list[Group]:
    """Every single piece, and pieces that follow each other in reading order; of these also without small marks.

    What hangs together is a group in however many pieces it was cut, and so are two or three such parts above each
    other, as an equals sign has them, whatever follows what.
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
    found.update(dict.fromkeys(_wholes(segments)))
    return list(found)


def _wholes(segments: Segments) -> Iterator[Group]:
    """What hangs together; and with one other above or below it, and with two."""
    names = np.unique(segments.components).tolist()
    members = [tuple(np.flatnonzero(segments.components == name).tolist()) for name in names]
    shares = _shared_widths(boxes_of(segments.boxes, members))
    for place, own in enumerate(members):
        others = [int(other) for other in np.flatnonzero(shares[place] >= _STACKED) if other != place]
        for count in (0, 1, 2):
            for chosen in itertools.combinations(others[:_MOST_STACKED], count):
                group = tuple(sorted((*own, *(segment for other in chosen for segment in members[other]))))
                boxes = segments.boxes[list(group)]
                if len(group) == 1 or np.ptp(boxes[:, [0, 2]]) <= _WIDEST * segments.height:
                    yield group


def _shared_widths(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64 [N, N]: over how much of the narrower one's width each two boxes lie above each other."""
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
    """What speaks for and against each group being one glyph.

    Args:
        in_vocabulary: [M], how much each looks like any class of the alphabet's model.
        in_vocabulary_glyph: [M], the same of the model of all classes.
        among: [M], the probability of the alphabet's classes together, among all.

    Returns:
        float64 [M, F], in the order of `GLYPH_FEATURES`: three logarithms; 1; widths of the pen over which it touches
        pieces outside, and how many of them; gaps between its pieces, how many that hang not together, and how many of
        these lie above each other; over how much of its width a piece lies above or below that is outside; how much
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
    """What speaks for and against each piece being passed over, as no glyph of the alphabet.

    Returns:
        float64 [N, F], in the order of `PASSED_FEATURES`: 1; widths of the pen over which it touches others, and how
        many; its height, and its ink as a stroke of the pen's width, both by the writing's height.
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
    """How many of the group's wholes, but for one, lie above or below another of it."""
    own = list(group)
    inside = stacked[np.ix_(own, own)].max(axis=1) > 0
    return max(len(set(components[own][inside].tolist())) - 1, 0)


def _gaps(boxes: NDArray[np.float64]) -> float:
    """The widths of the gaps between boxes from left to right, together."""
    reached = np.maximum.accumulate(boxes[:, 2])
    return float(np.maximum(boxes[1:, 0] - reached[:-1], 0).sum())
