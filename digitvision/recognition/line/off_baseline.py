"""Whether what is read as a line is none: something stands above something, is raised, or within a root.

The networks for expressions have said so already when they were asked how well the glyphs follow each other.
"""

import math
from typing import Final

from digitvision.recognition.expression.layout import RELATIONS
from digitvision.recognition.line.reader import LineReading

_OFF: Final = [RELATIONS.index(relation) for relation in ("Sup", "Above", "Below", "Inside")]
"""No index: commas and the ends of letters stand as low."""

_CERTAIN: Final = math.log(0.9)


def leaves_row(reading: LineReading) -> bool:
    """Whether some glyph almost certainly stands above, below, raised beside, or inside another one."""
    return reading.scores is not None and bool((reading.scores.edges[:, :, _OFF] >= _CERTAIN).any())
