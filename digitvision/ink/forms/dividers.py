"""Which upright bars are a form's: those that repeat evenly, stand on its lines, or span more than the writing."""

from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.components import Components
from digitvision.ink.forms.bars import Bars
from digitvision.ink.runs import runs

_SAME: Final = (0.04, 1.6)
"""Largest difference between the ends of bars of one kind, as a share of their length and in pixels."""

_ALIKE: Final = 2.0
"""How much more the ends of bars may differ from those that are known to be a form's."""

_EDGE: Final = 3
"""Distance from the edge of a turned picture at which a bar is cut by it, in pixels."""

_CUT: Final = 1.04
"""Least length of dividers that the picture's edges cut above and below, in heights of the tallest glyph."""

_EVEN: Final = (0.06, 1.6)
"""Largest difference of their distances from even ones, as a share of the distance and in pixels."""

_UNEVEN: Final = 0.12
"""As `_EVEN`, at most, where distances are few pixels."""

_NARROWEST: Final = 0.6
"""Least distance of dividers, in heights of the writing."""

_EACH: Final = 0.7
"""Least share of the spaces between dividers in which something is written."""

_BEYOND: Final = 0.08
"""How far a divider reaches beyond the writing above and below, in heights of the writing."""

_LONG: Final = 1.12
"""Least length of dividers that stand on no line, in heights of the writing; `_SPAN` of a bar that is alone."""
_SPAN: Final = 1.7

_DOUBTED: Final = 1.2
"""Length in heights of the writing from which a bar that is not taken out is doubted."""

_SEVERAL: Final = 3
"""Least number of glyphs by which bars that stand on no line are judged."""

_OTHER: Final = 0.7
"""Share of a component's pixels that are bars from which it is no writing."""

_WHOLE: Final = 0.93
"""Share of a divider's length that is ink, where writing touches it."""

_TOUCHING: Final = 3
"""Pixels between the end of a bar and the line that it stands on."""


class Page(NamedTuple):
    """What upright bars are judged by.

    Attributes:
        mask: bool [H, W], the ink without level rules, turned level.
        parts: Its components.
        rules: bool [H, W], the level rules.
        paper: bool [H, W], what is within the picture.
        bars: The upright bars of the mask.
    """

    mask: NDArray[np.bool_]
    parts: Components
    rules: NDArray[np.bool_]
    paper: NDArray[np.bool_]
    bars: Bars


class Writing(NamedTuple):
    """The writing between the bars.

    Attributes:
        top: Upper end of its glyphs, in pixels.
        bottom: Lower end.
        height: Their height.
        boxes: int [M, 4], the boxes of its components.
        tallest: Height of the tallest one.
        several: Whether there are enough of them to say that a bar is longer than writing: in `10` a one may be.
    """

    top: float
    bottom: float
    height: float
    boxes: NDArray[np.intp]
    tallest: float
    several: bool


def writing_of(page: Page) -> Writing | None:
    """Return the components that are more than bars; None where there are none."""
    labels, count, boxes = page.parts
    if count == 0:
        return None
    masses = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    barred = np.bincount(labels[page.bars.labels > 0], minlength=count + 1)[1:]
    boxes = boxes[barred < _OTHER * masses]
    if len(boxes) == 0:
        return None
    heights = boxes[:, 3] - boxes[:, 1]
    tall = boxes[heights >= float(heights.max()) / 2]
    top, bottom = float(np.median(tall[:, 1])), float(np.median(tall[:, 3]))
    return Writing(
        top, bottom, float(np.median(tall[:, 3] - tall[:, 1])), boxes, float(heights.max()), len(tall) >= _SEVERAL
    )


def dividers(page: Page, writing: Writing) -> tuple[NDArray[np.bool_], bool]:
    """Return which bars are a form's, bool [N], and whether others may be."""
    bars = page.bars
    chosen = np.zeros(len(bars), bool)
    doubtful = False
    stands, cut = _standing(page), _cut(page)
    for group in _groups(bars):
        verdict = _is_form(page, writing, group, stands, cut)
        if verdict is None:
            doubtful = True
        elif verdict:
            chosen[group] = True
    chosen |= _like(bars, chosen)
    for index in np.flatnonzero(~chosen).tolist():
        verdict = _spans(page, writing, index, bool(chosen.any()), bool(cut[index]))
        if verdict is None:
            doubtful = True
        elif verdict:
            chosen[index] = True
    return chosen, doubtful


def more_dividers(page: Page, writing: Writing, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool [H, W]: bars like the chosen ones, told by their whole length of ink, which writing touches."""
    found = np.zeros(page.mask.shape, bool)
    boxes = page.bars.boxes[chosen]
    top, bottom = (int(np.median(boxes[:, side])) for side in (1, 3))
    if bottom - top < _LONG * writing.height:
        return found
    inked = page.mask[top:bottom].copy()
    inked[:, 1:] |= page.mask[top:bottom, :-1]
    inked[:, :-1] |= page.mask[top:bottom, 1:]
    widest = float(np.median(boxes[:, 2] - boxes[:, 0])) + 2
    starts, ends = runs((inked.mean(axis=0) >= _WHOLE)[None])
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        middle = (start + end - 1) / 2
        across = slice(max(round(middle - widest / 2), 0), round(middle + widest / 2) + 1)
        found[max(top - 1, 0) : bottom + 1, across] = page.mask[max(top - 1, 0) : bottom + 1, across]
    return found


def _groups(bars: Bars) -> list[NDArray[np.intp]]:
    """Return the bars whose ends are at the same heights, the largest group first; at least two each."""
    left = np.arange(len(bars))
    groups = []
    while len(left) > 1:
        tops, bottoms = bars.boxes[left, 1], bars.boxes[left, 3]
        near = _SAME[0] * bars.lengths[left] + _SAME[1]
        same = (np.abs(tops[:, None] - tops) <= near[:, None]) & (np.abs(bottoms[:, None] - bottoms) <= near[:, None])
        best = int(np.argmax(same.sum(axis=1)))
        group = left[same[best]]
        if len(group) < 2:
            break
        groups.append(group[np.argsort(bars.centres[group])])
        left = left[~same[best]]
    return groups


def _cut(page: Page) -> NDArray[np.bool_]:
    """bool [N]: whether each bar reaches from the picture's upper edge to the lower."""
    boxes = page.bars.boxes
    edge = 1 if page.paper.all() else _EDGE
    middles = (boxes[:, 0] + boxes[:, 2]) // 2
    padded = np.pad(page.paper, ((edge, edge), (0, 0)))
    return np.asarray(~padded[boxes[:, 1], middles] & ~padded[boxes[:, 3] + 2 * edge - 1, middles])


def _like(bars: Bars, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool [N]: which bars nearly end where one of the chosen does."""
    if not chosen.any():
        return chosen
    ends, own = bars.boxes[:, [1, 3]], bars.boxes[chosen][:, [1, 3]]
    near = _ALIKE * (_SAME[0] * bars.lengths + _SAME[1])
    found: NDArray[np.bool_] = (np.abs(ends[:, None] - own).max(axis=2) <= near[:, None]).any(axis=1)
    return found


def _standing(page: Page) -> NDArray[np.bool_]:
    """bool [N]: whether each bar stands on a level rule, or hangs from one."""
    found = np.zeros(len(page.bars), bool)
    for index, (left, top, right, bottom) in enumerate(page.bars.boxes.tolist()):
        columns = slice(max(left - 1, 0), right + 1)
        for first, last in ((bottom - _TOUCHING, bottom + _TOUCHING), (top - _TOUCHING, top + _TOUCHING)):
            found[index] |= bool(page.rules[max(first, 0) : max(last, 0), columns].any())
    return found


def _is_form(
    page: Page, writing: Writing, group: NDArray[np.intp], stands: NDArray[np.bool_], cut: NDArray[np.bool_]
) -> bool | None:
    """Whether bars with the same ends are a form's; None where that is open."""
    bars = page.bars
    count = len(group)
    centres, length = bars.centres[group], float(np.median(bars.lengths[group]))
    top, bottom = (float(np.median(bars.boxes[group, side])) for side in (1, 3))
    even = _are_even(centres, writing.height)
    filled = _filled(writing, centres)
    on_rule = float(stands[group].mean()) >= 0.8
    if on_rule and ((count > 2 and even) or (count >= 2 and length >= _LONG * writing.height)):
        return True
    if not writing.several:
        return False
    if bool(cut[group].all()) and length >= _CUT * writing.tallest:
        # Ones may fill a picture that was cut out closely.
        return True if (count > 2 and even and filled >= _EACH) or length >= _LONG * writing.height else None
    beyond = _BEYOND * writing.height
    longer = top < writing.top - beyond and bottom > writing.bottom + beyond and length >= _LONG * writing.height
    if longer and count > 2:
        return True
    if longer:
        # Two bars may be those of an absolute value.
        around = centres[0] <= writing.boxes[:, 0].min() and centres[-1] >= writing.boxes[:, 2].max()
        return True if length >= 2 * writing.height else None if around else False
    if count > 2 and even and filled >= _EACH and not _are_flat(writing, centres):
        apart = abs(top - writing.top) > beyond or abs(bottom - writing.bottom) > beyond
        return True if apart else None if count > 3 else False
    return False


def _are_even(centres: NDArray[np.float64], height: float) -> bool:
    """Whether most distances are one and the same, wide enough for a glyph, and the others are multiples of it."""
    steps = np.diff(centres)
    step = float(np.median(steps))
    if step < _NARROWEST * height:
        return False
    times = np.maximum(np.rint(steps / step), 1)
    step = float(steps.sum() / times.sum())
    near = min(_EVEN[0] * step + _EVEN[1], _UNEVEN * step)
    return bool((times == 1).mean() >= _EACH and (np.abs(steps - times * step) <= near).all())


def _filled(writing: Writing, centres: NDArray[np.float64]) -> float:
    """Return the share of the spaces between bars in which something is written."""
    middles = (writing.boxes[:, 0] + writing.boxes[:, 2]) / 2
    return float(np.mean([((middles > a) & (middles < b)).any() for a, b in pairwise(centres.tolist())]))


def _are_flat(writing: Writing, centres: NDArray[np.float64]) -> bool:
    """Whether all that stands between bars is as wide as high, as the signs between ones are."""
    middles = (writing.boxes[:, 0] + writing.boxes[:, 2]) / 2
    inner = writing.boxes[(middles > centres[0]) & (middles < centres[-1])]
    return bool(((inner[:, 3] - inner[:, 1]) <= 1.2 * (inner[:, 2] - inner[:, 0])).all())


def _spans(page: Page, writing: Writing, index: int, in_form: bool, whole: bool) -> bool | None:
    """Whether a bar that is alone of its kind is a margin's; None where that is open."""
    left, top, right, bottom = page.bars.boxes[index].tolist()
    length = bottom - top
    if not writing.several or length < _DOUBTED * writing.height or top > writing.top or bottom < writing.bottom:
        return False
    outside = right <= writing.boxes[:, 0].min() or left >= writing.boxes[:, 2].max()
    if length >= _SPAN * writing.height and (outside or whole or in_form):
        return True
    beyond = _BEYOND * writing.height
    spans = top < writing.boxes[:, 1].min() - beyond and bottom > writing.boxes[:, 3].max() + beyond
    return None if outside and spans else False
