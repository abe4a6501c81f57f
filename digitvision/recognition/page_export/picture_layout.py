"""A page as a picture: where the values stand beside the ink, and where the text lies under which the ink is found.

It is the same for SVG, PDF and PNG. All lengths are in the drawing's unit.
"""

import functools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from digitvision.ink.stroke import Bounds, Drawing, pen_width_at
from digitvision.recognition.expression.notation.typesetting import TypesetFormula, svg_of_latex
from digitvision.recognition.page_export.latex_page import COMPUTED_COLOUR
from digitvision.recognition.page_export.page_rows import ExportRow, cleaned

SIZE: Final = 24.0
"""Size of the letters of a typeset value, in its own unit."""

DIGIT_HEIGHT: Final = 0.65 * SIZE
AXIS_HEIGHT: Final = 0.26 * SIZE
"""Height of a typeset digit, and of the middle of an equals sign above the baseline, in that unit."""

GAP: Final = 0.5
"""Space between the ink and a value, in heights of the writing."""

USUAL_HEIGHT: Final = 60.0
"""Height of writing where no row tells it, in the drawing's unit."""

LONGEST_SHARE: Final = 40.0
"""Longest value in heights of its digits; a longer one is made smaller."""

SMALLEST_SHARE: Final = 0.5
"""Smallest share of its size that a value has where there is little room beside other ink."""

_STEPS: Final = 6
"""Number of sizes that are tried from the largest to the smallest."""


@dataclass(frozen=True, slots=True)
class PlacedValue:
    """A value beside the ink.

    Attributes:
        formula: The value as a picture, in the colour of what was computed.
        text: The value as text.
        box: Where it stands.
    """

    formula: TypesetFormula
    text: str
    box: Bounds


@dataclass(frozen=True, slots=True)
class PlacedText:
    """Text that lies invisibly on what it says."""

    text: str
    box: Bounds


@dataclass(frozen=True, slots=True)
class PagePicture:
    """All that a picture of a page shows.

    Attributes:
        drawing: The ink.
        pen_width: Width of the pen at the pressure of a mouse.
        values: What was computed, beside the ink.
        texts: What was read, and the values as text; in the order in which they are read.
        bounds: The rectangle around all of it, with the width of the pen; None where there is nothing.
    """

    drawing: Drawing
    pen_width: float
    values: tuple[PlacedValue, ...]
    texts: tuple[PlacedText, ...]
    bounds: Bounds | None


def picture_of(
    drawing: Drawing,
    rows: Sequence[ExportRow],
    *,
    pen_width: float,
    with_values: bool = True,
    background: Bounds | None = None,
) -> PagePicture:
    """Lay out a page as a picture.

    Args:
        drawing: The ink, all of it or that of these rows.
        rows: Rows of the page; a value stands beside those that end with an equals sign, and under a column's rule,
            but for rows that are not sure: a picture has no place to say so, and the value would look certain.
        pen_width: Width of the pen at the pressure of a mouse, in the drawing's unit.
        with_values: Whether values are shown.
        background: The rectangle of a picture behind all, which was read instead of ink; None without one.
    """
    heights = {row.number: _height(row) for row in rows}
    known = [height for height in heights.values() if height > 0]
    usual = statistics.median(known) if known else USUAL_HEIGHT
    ink = [_grown(stroke.bounds, pen_width) for stroke in drawing.strokes]
    unsure = {row.number for row in rows if row.reading.verdict == "not sure"}
    values: list[PlacedValue] = []
    texts: list[PlacedText] = []
    for row in rows:
        if row.on_ink:
            texts.append(PlacedText(row.on_ink, row.box))
        taken = [*ink, *(other.box for other in rows if other is not row), *(other.box for other in values)]
        shown = with_values and unsure.isdisjoint({row.number, *row.within})
        value = _value(row, taken, heights[row.number] or usual) if shown else None
        if value is not None:
            values.append(value)
            texts.append(PlacedText(value.text, value.box))
    boxes = [value.box for value in values]
    bounds = _around(boxes if background is None else [*boxes, background], drawing, pen_width)
    return PagePicture(drawing, pen_width, tuple(values), tuple(texts), bounds)


def _height(row: ExportRow) -> float:
    """Return the height of a row's writing, 0 where it has none: signs are flat, so the higher glyphs tell it."""
    heights = [glyph.box.height for glyph in row.reading.glyphs]
    highest = max(heights, default=0.0)
    is_rule = row.kind in ("column", "rule")
    return 0.0 if is_rule else statistics.median([one for one in heights if one >= highest / 2] or [0.0])


def _value(row: ExportRow, taken: Sequence[Bounds], height: float) -> PlacedValue | None:
    """Return a row's value in its place; None where it has none, or none that is shown beside the ink.

    Args:
        row: The row.
        taken: Where it must not stand.
        height: Height of the row's writing.
    """
    if row.computed is None or not (row.asks or row.has_sum_below):
        return None
    formula = svg_of_latex(row.computed.latex, colour=f"#{COMPUTED_COLOUR}", size=SIZE)
    if formula is None:
        return None
    scale = min(height / DIGIT_HEIGHT, height * LONGEST_SHARE / formula.width)
    text = cleaned(row.computed.text)
    if row.has_sum_below:
        width, high = formula.width * scale, formula.height * scale
        top = row.box.bottom + GAP * height
        under = Bounds(row.box.right - width, top, row.box.right, top + high)
        if not any(_meet(under, box) for box in taken):
            return PlacedValue(formula, text, under)
    sign = row.reading.glyphs[-1].box if row.reading.glyphs else row.box
    start, middle = row.box.right + GAP * height, (sign.top + sign.bottom) / 2
    return PlacedValue(formula, text, _beside(formula, start, middle, scale, taken))


def _beside(formula: TypesetFormula, start: float, middle: float, largest: float, taken: Sequence[Bounds]) -> Bounds:
    """Return where a value stands to the right of its equals sign: smaller where there is little room before other ink,
    and behind that where there is too little.

    Args:
        formula: The value.
        start: Where it begins.
        middle: The y of the middle of its signs.
        largest: Its largest scale.
        taken: Where it must not stand.
    """
    boxes = []
    for step in range(_STEPS + 1):
        scale = largest * (1 - step / _STEPS * (1 - SMALLEST_SHARE))
        top = middle + (AXIS_HEIGHT - formula.baseline) * scale
        boxes.append(Bounds(start, top, start + formula.width * scale, top + formula.height * scale))
        # So near to other ink, it would look like a part of it.
        room = GAP * DIGIT_HEIGHT * scale
        around = Bounds(start, top, boxes[-1].right + room, boxes[-1].bottom)
        if not any(_meet(around, box) for box in taken):
            return boxes[-1]
    widest = boxes[0]
    left = _free_from(start, widest.top, widest.bottom, widest.width, taken)
    return Bounds(left, widest.top, left + widest.width, widest.bottom)


def _grown(box: Bounds, by: float) -> Bounds:
    """Return a rectangle with space on all sides: ink reaches beyond the path of its pen."""
    return Bounds(box.left - by, box.top - by, box.right + by, box.bottom + by)


def _meet(one: Bounds, other: Bounds) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def _free_from(left: float, top: float, bottom: float, width: float, taken: Sequence[Bounds]) -> float:
    """Return where a value may begin, from `left` on, so that it covers nothing."""
    for box in sorted(box for box in taken if box.top < bottom and box.bottom > top):
        if box.left < left + width and box.right > left:
            left = box.right + GAP * (bottom - top)
    return left


def _around(boxes: Sequence[Bounds], drawing: Drawing, pen_width: float) -> Bounds | None:
    """Return the rectangle around boxes and ink; None where there is neither."""
    ink = drawing.bounds
    if ink is not None:
        reach = max(pen_width_at(float(stroke.points[:, 3].max()), pen_width) for stroke in drawing.strokes) / 2
        boxes = [*boxes, Bounds(ink.left - reach, ink.top - reach, ink.right + reach, ink.bottom + reach)]
    return functools.reduce(Bounds.united, boxes) if boxes else None
