"""Detect glyphs of two rows that were read as one: neighbours in the reading that do not stand beside each other."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_TALL: Final = 0.5
"""Least height of a glyph that counts, in the usual height of the line's glyphs: signs and points stand anywhere."""

_BESIDE: Final = 0.25
"""Least share of the lower neighbour's height that is beside the other, however much the line slopes."""


def stand_in_two_rows(boxes: NDArray[np.float64]) -> bool:
    """Whether some neighbours stand above each other rather than beside.

    Args:
        boxes: float64 [M, 4]: left, top, right, bottom of each glyph, in reading order.
    """
    heights = boxes[:, 3] - boxes[:, 1]
    tall = boxes[heights >= _TALL * float(np.median(heights[heights >= heights.max() / 2]))]
    if len(tall) < 2:
        return False
    shared = np.minimum(tall[1:, 3], tall[:-1, 3]) - np.maximum(tall[1:, 1], tall[:-1, 1])
    heights = tall[:, 3] - tall[:, 1]
    return bool((shared < _BESIDE * np.minimum(heights[1:], heights[:-1])).any())
