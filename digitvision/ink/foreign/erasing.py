"""What erasers' strokes in other programs' files take of the ink before them."""

import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.editing.partial_erasing import cut_stroke
from digitvision.ink.stroke import Stroke

_LEAST_GAP: Final = 0.02
"""Part of the drawing's height that an eraser has to be wide: a finer gap would not be seen under a pen."""


def erased(strokes: list[Stroke], erasers: Sequence[tuple[int, Stroke, float]]) -> list[Stroke]:
    """Return the strokes without what erasers took away of those that were there before them.

    An eraser whose gap would not be seen under a pen takes nothing: what it erased is gone from the file already.

    Args:
        strokes: The strokes.
        erasers: How many strokes were there before, the eraser's stroke, and its width in the drawing's unit.
    """
    if not strokes:
        return strokes
    height = max(stroke.bounds.bottom for stroke in strokes) - min(stroke.bounds.top for stroke in strokes)
    remains = [[stroke] for stroke in strokes]
    for before, eraser, width in erasers:
        if width <= _LEAST_GAP * height:
            continue
        path = eraser.xy if len(eraser) > 1 else np.repeat(eraser.xy, 2, axis=0)
        for index in range(before):
            remains[index] = [piece for one in remains[index] for piece in _cut(one, path, width / 2)]
    return [piece for many in remains for piece in many]


def _cut(stroke: Stroke, path: NDArray[np.float64], reach: float) -> list[Stroke]:
    """Return what an eraser leaves of a stroke on its path, float64 [N, 2]."""
    found = [stroke]
    for start, end in itertools.pairwise(path):
        low, high = np.minimum(start, end) - reach, np.maximum(start, end) + reach
        rest: list[Stroke] = []
        for one in found:
            box = one.bounds
            if box.right < low[0] or box.left > high[0] or box.bottom < low[1] or box.top > high[1]:
                rest.append(one)
                continue
            cut = cut_stroke(one, start, end, reach, crumb=reach)
            rest.extend((one,) if cut is None else cut)
        found = rest
    return found
