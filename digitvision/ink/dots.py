"""Taps of the pen: strokes that stay within the mark of the pen itself are dots, however the hand trembled."""

from typing import Final

import numpy as np

from digitvision.ink.stroke import Drawing, Stroke

DOT_SHARE: Final = 0.5
"""Of the pen's width: the mark of a stroke no longer than that is round to the eye."""


def with_dots(drawing: Drawing, pen_width: float) -> Drawing:
    """The drawing as it looks, for reading: each stroke that looks like a dot is one, of a single sample.

    A glyph is brought to one size before it is read, and so is the tremble of a tap that nobody sees: it looks like a
    bracket or a slash then.

    Args:
        pen_width: In the drawing's unit, at pressure 0.5.

    Returns:
        The same strokes at the same places; the drawing itself where there is no dot to mend.
    """
    strokes = tuple(_settled(stroke, pen_width * DOT_SHARE) for stroke in drawing.strokes)
    same = all(one is other for one, other in zip(strokes, drawing.strokes, strict=True))
    return drawing if same else Drawing(strokes)


def _settled(stroke: Stroke, reach: float) -> Stroke:
    bounds = stroke.bounds
    if len(stroke) == 1 or bounds.longer_side > reach:
        return stroke
    dot = stroke.points[:1].copy()
    dot[0, :2] = (bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2
    dot[0, 3] = np.mean(stroke.points[:, 3])
    return Stroke(dot)
