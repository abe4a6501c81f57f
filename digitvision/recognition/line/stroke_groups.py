"""Which strokes of a line may be one glyph, and the best ways to share all strokes out among such groups.

The groups are an exact cover: every stroke is in one glyph. A line is a row, so the strokes are taken from left to
right and the search meets few open ends; the order of writing has no say.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_IN_ONE: Final = 5
"""Strokes of one glyph: an E has four, and somebody lifts the pen once more."""

_LEAST_LOGIT: Final = -5.0
"""Two strokes that are less probably of one glyph are not put together."""

_MOST_NEIGHBOURS: Final = 6
_MOST_OF_ONE_STROKE: Final = 40
"""Groups that begin with one stroke: in a scribble everything lies near everything."""

_BEAM: Final = 48
"""Beginnings of covers that are kept for each number of strokes from the left."""

_SUREST: Final = 6.0
"""Logit beyond which two strokes are not more probably of one glyph, or of two."""

_LOOKS: Final = 32
"""Covers of strokes that hang together whose groups are looked at, at most."""

_CROWD: Final = 16
"""Strokes that hang together in one piece, beyond which it is hardly writing; `_CROWD_BEAM` is the beam for them."""
_CROWD_BEAM: Final = 4

_DOUBT: Final = 4.5
"""Logit by which such a cover may be behind the best one."""

Group = tuple[int, ...]


def possible_groups(together: NDArray[np.float32], least: float = _LEAST_LOGIT) -> list[Group]:
    """Every single stroke, and the sets of up to five that hang together.

    Args:
        together: float32 [N, N], symmetric: logit of each two strokes to be of one glyph.
        least: The logit from which two strokes hang together.
    """
    count = len(together)
    near: list[list[int]] = []
    for stroke in range(count):
        order = [int(other) for other in np.argsort(-together[stroke], kind="stable") if other != stroke]
        near.append([other for other in order if together[stroke, other] > least][:_MOST_NEIGHBOURS])
    found: dict[Group, None] = {}
    for first in range(count):
        grown: list[Group] = [(first,)]
        seen = {grown[0]}
        for group in grown:
            if len(seen) >= _MOST_OF_ONE_STROKE:
                break
            if len(group) == MOST_IN_ONE:
                continue
            for member in group:
                for other in near[member]:
                    larger = tuple(sorted((*group, other)))
                    if other > first and other not in group and larger not in seen:
                        seen.add(larger)
                        grown.append(larger)
        found.update(dict.fromkeys(grown))
    return list(found)


def merge_logit(together: NDArray[np.float32], group: Group) -> float:
    """How probable it is that strokes are one glyph: the mean logit of two of them, for each merge that it takes."""
    if len(group) == 1:
        return 0.0
    own = np.clip(together[np.ix_(group, group)], -_SUREST, _SUREST)
    pairs = len(group) * (len(group) - 1)
    return float((own.sum() - np.trace(own)) / pairs) * (len(group) - 1)


def best_segmentations(
    groups: Sequence[Group], scores: Sequence[float], order: Sequence[int], most: int, beam: int = _BEAM
) -> list[tuple[float, tuple[int, ...]]]:
    """The covers of all strokes by groups with the greatest sums of scores.

    Args:
        groups: Among them every single stroke.
        scores: Of each group.
        order: All strokes, from left to right.
        most: Covers that are wanted.
        beam: Beginnings that are kept at every stroke.

    Returns:
        Each cover's sum and the places of its groups, the best first.
    """
    rank = {stroke: place for place, stroke in enumerate(order)}
    masks = [sum(1 << rank[stroke] for stroke in group) for group in groups]
    beginning: list[list[int]] = [[] for _ in order]
    for place, group in enumerate(groups):
        beginning[min(rank[stroke] for stroke in group)].append(place)
    # By the strokes that are covered: everything before `now`, and some behind it.
    open_ends: list[dict[int, list[tuple[float, tuple[int, ...]]]]] = [{} for _ in range(len(order) + 1)]
    open_ends[0][0] = [(0.0, ())]
    for now in range(len(order)):
        ends = open_ends[now]
        if len(ends) > beam:
            best = sorted(ends, key=lambda mask: -ends[mask][0][0])[:beam]
            ends = {mask: ends[mask] for mask in best}
        for mask, ways in ends.items():
            for place in beginning[now]:
                if mask & masks[place]:
                    continue
                covered = mask | masks[place]
                following = now + 1
                while covered >> following & 1:
                    following += 1
                kept = open_ends[following].setdefault(covered, [])
                kept += [(score + scores[place], (*way, place)) for score, way in ways]
                kept.sort(key=lambda one: -one[0])
                del kept[most:]
        open_ends[now] = {}
    (found,) = open_ends[len(order)].values()
    return found


def left_to_right(boxes: NDArray[np.float64]) -> list[int]:
    """Boxes in reading order.

    Args:
        boxes: float64 [N, 4]: left, top, right, bottom.
    """
    middles = (boxes[:, 0] + boxes[:, 2]) / 2
    return [int(place) for place in np.argsort(middles, kind="stable")]


def boxes_of(boxes: NDArray[np.float64], groups: Iterable[Group]) -> NDArray[np.float64]:
    """float64 [M, 4]: the boxes around groups of boxes."""
    found = [
        np.concatenate([boxes[list(group), :2].min(axis=0), boxes[list(group), 2:].max(axis=0)]) for group in groups
    ]
    return np.array(found).reshape(-1, 4)


def worth_a_look(groups: Sequence[Group], merges: Sequence[float], order: Sequence[int]) -> list[int]:
    """Places of the groups that are in some cover not much less probable than the best one, by the merges alone.

    Looking at a group costs a network's answer; most strokes are clearly alone or clearly one glyph with others.
    """
    found: set[int] = set()
    for part in _parts(groups, len(order)):
        inside = [place for place, group in enumerate(groups) if group[0] in part]
        if len(inside) == 1:
            found.update(inside)
            continue
        own_order = [stroke for stroke in order if stroke in part]
        # Where so much hangs together it is no writing: a quick answer, then, rather than a careful one.
        looks, beam = (_LOOKS, _BEAM) if len(part) <= _CROWD else (1, _CROWD_BEAM)
        own = [groups[place] for place in inside]
        segmentations = best_segmentations(own, [merges[place] for place in inside], own_order, looks, beam)
        for total, segmentation in segmentations:
            if total >= segmentations[0][0] - _DOUBT:
                found.update(inside[place] for place in segmentation)
    return sorted(found)


def _parts(groups: Sequence[Group], count: int) -> list[frozenset[int]]:
    """The strokes that hang together through groups."""
    owner = list(range(count))

    def root(stroke: int) -> int:
        while owner[stroke] != stroke:
            owner[stroke] = owner[owner[stroke]]
            stroke = owner[stroke]
        return stroke

    for group in groups:
        for stroke in group[1:]:
            owner[root(stroke)] = root(group[0])
    parts: dict[int, set[int]] = {}
    for stroke in range(count):
        parts.setdefault(root(stroke), set()).add(stroke)
    return [frozenset(part) for part in parts.values()]
