"""Detect drawings that are read as a line but are none: with something above something, raised, or within a root.

The networks for expressions have scored this already, together with how well the glyphs follow each other.
"""

import math
from collections.abc import Collection
from typing import Final

import numpy as np

from digitvision.recognition.expression.layout import RELATIONS
from digitvision.recognition.line.reader import LineReading

_OFF: Final = [RELATIONS.index(relation) for relation in ("Sup", "Above", "Below", "Inside")]
"""Relations of a glyph off the baseline; subscripts are not among them, as commas and ends of letters stand as low."""

_CERTAIN: Final = math.log(0.9)


def leaves_row(reading: LineReading, strange: Collection[int]) -> bool:
    """Whether some glyph almost certainly stands above, below, raised beside, or inside another one.

    Args:
        reading: The reading.
        strange: Indices of glyphs that these networks do not know, or that are raised in a line as well.
    """
    if reading.scores is None:
        return False
    off = (reading.scores.edges[:, :, _OFF] >= _CERTAIN).any(axis=(1, 2))
    return any(index not in strange for index in np.flatnonzero(off).tolist())
