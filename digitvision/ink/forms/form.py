"""Take a form out of a picture's ink: ruled lines are told from digits by what repeats and by what they span."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.components import Components, components_of
from digitvision.ink.forms.bars import Bars, upright_bars, with_dotted
from digitvision.ink.forms.boxes import boxes_in
from digitvision.ink.forms.dividers import Page, Writing, dividers, more_dividers, writing_of
from digitvision.ink.forms.turning import turned_back
from digitvision.ink.rules import INK, frame_in, level_rules, near, without_rules
from digitvision.ink.runs import run_lengths

_LEAST: Final = 0.12
"""Least length of a form's upright bars, as a share of the picture's height; `_LEAST_PX` in pixels."""
_LEAST_PX: Final = 5

_SCRAP: Final = 0.25
"""Longer side of a bit that is left of a form, in heights of the writing; `_SLIVER` the shorter side of another."""
_SLIVER: Final = 0.1

_FOUND: Final = 0.6
"""Least share of a frame that a form of straight lines has in common with it."""

_WITHIN: Final = 0.15
"""How far from the ends of the writing a rule runs through it, in heights of the writing; `_RULED` is its least length,
as a share of the picture's width."""
_RULED: Final = 0.3

_RULED_TURNED: Final = 0.6
"""Least length of rules that are turned and belong to no other lines, as a share of the picture's width."""

_THICKER: Final = 1.6
"""Thickness from which something crosses a bar there, in thicknesses of the bar."""


class WithoutForm(NamedTuple):
    """A picture's ink without the form that it was written into.

    Attributes:
        ink: float32 [H, W], 0 (paper) to 1 (ink).
        doubtful: Whether some of what is left may be a part of the form, so that no reading of it is sure.
        cells: Whether it was written into cells, so that its gaps say nothing.
    """

    ink: NDArray[np.float32]
    doubtful: bool = False
    cells: bool = False


def without_form(ink: NDArray[np.float32]) -> WithoutForm:
    """Return a picture's ink without frames, ruled lines, and the dividers, boxes and bars of forms.

    Args:
        ink: float32 [H, W], 0 (paper) to 1 (ink).
    """
    mask = ink >= INK
    if not mask.any():
        return WithoutForm(ink)
    turned = turned_back(mask)
    parts = components_of(turned.mask)
    form, doubtful, cells = _form_in(turned.mask, parts, turned.paper)
    is_level = turned.mask is mask
    parts = parts if is_level else components_of(mask)
    frame = frame_in(parts, ink)
    if not form.any():
        # Where nothing was turned, level rules would have been found already.
        return WithoutForm(ink if is_level and not frame.any() else without_rules(ink, parts), doubtful)
    part = np.zeros(mask.shape, bool)
    part[mask] = near(form)[turned.rows, turned.columns] & ~(turned.mask & ~form)[turned.rows, turned.columns]
    if float((part & frame).sum()) < _FOUND * float(frame.sum()):
        # A frame that was drawn by hand is not straight, and is told by what it encloses.
        return WithoutForm(without_rules(ink, parts), doubtful or _is_touched(frame))
    left = np.where(near(part) & ~(mask & ~part), np.float32(0), ink)
    left = _without_scraps(left, part)
    return WithoutForm(without_rules(left), doubtful, cells)


def _is_touched(frame: NDArray[np.bool_]) -> bool:
    """Whether writing within a frame, bool [H, W], touches it, so that it goes with it."""
    rows, columns = np.flatnonzero(frame.any(axis=1)), np.flatnonzero(frame.any(axis=0))
    own = frame[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    down, across = (side // 5 for side in own.shape)
    return bool(own[down : own.shape[0] - down, across : own.shape[1] - across].any())


def _form_in(
    mask: NDArray[np.bool_], parts: Components, paper: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], bool, bool]:
    """Return the pixels of a form in a mask that is turned level, whether more of it may be left, and whether it has
    cells; the mask's components are known."""
    boxes = boxes_in(parts)
    if boxes.any():
        mask = mask & ~boxes
        parts = components_of(mask)
    rules = level_rules(mask, parts)
    rest = mask & ~rules
    if rules.any():
        parts = components_of(rest)
    least = max(_LEAST_PX, round(_LEAST * mask.shape[0]))
    page = Page(rest, parts, rules, paper, with_dotted(upright_bars(rest, least), parts))
    writing = writing_of(page)
    if writing is None:
        return boxes | rules, False, bool(boxes.any())
    chosen, doubtful = dividers(page, writing)
    if not paper.all() and not chosen.any() and not boxes.any() and rules.any(axis=0).mean() < _RULED_TURNED:
        # Turned, the feet of two glyphs may lie in one level line.
        return np.zeros(mask.shape, bool), doubtful, False
    through = _through(rules, writing)
    if chosen.any():
        rules |= _thin(page.bars, chosen, rest) | more_dividers(page, writing, chosen)
    return boxes | rules, doubtful or through, bool(boxes.any()) or int(chosen.sum()) > 2


def _through(rules: NDArray[np.bool_], writing: Writing) -> bool:
    """Whether rules run through the writing: they take a part of its level strokes with them."""
    within = round(_WITHIN * writing.height)
    across = rules[round(writing.top) + within : max(round(writing.bottom) - within, 0)].any(axis=0)
    return bool(across.size and across.mean() >= _RULED)


def _thin(bars: Bars, chosen: NDArray[np.bool_], mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool [H, W]: the pixels of the chosen bars, their edges included, but for what crosses them."""
    form = bars.pixels_of(chosen)
    across = run_lengths(mask)
    for left, top, right, bottom in bars.boxes[chosen].tolist():
        field = (slice(max(top - 1, 0), bottom + 1), slice(max(left - 1, 0), right + 1))
        own = form[field]
        usual = float(np.median(across[field][own]))
        form[field] |= mask[field] & (across[field] <= _THICKER * usual + 1)
    return form


def _without_scraps(ink: NDArray[np.float32], part: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the ink without what is left of the form: bits that lay against it, and are no point of a pen."""
    labels, count, boxes = components_of(ink >= INK)
    if count == 0:
        return ink
    sides = (boxes[:, 2:] - boxes[:, :2]).astype(np.float64)
    height = float(np.median(sides[sides[:, 1] >= sides[:, 1].max() / 2, 1]))
    touching = np.zeros(count + 1, bool)
    touching[labels[near(near(part))]] = True
    scrap = touching[1:] & ((sides.max(axis=1) < _SCRAP * height) | (sides.min(axis=1) < _SLIVER * height))
    taken = np.concatenate([[False], scrap])[labels]
    return np.where(near(taken) & ~((labels > 0) & ~taken), np.float32(0), ink) if taken.any() else ink
