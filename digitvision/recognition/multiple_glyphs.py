"""Whether what is read as one glyph was written as several, side by side."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Stroke
from digitvision.recognition.prediction import IN_VOCABULARY_ABOVE

_GAP: Final = 0.06
"""Of the whole height: strokes that are nearer to each other, seen from above, stand in one column."""

_WIDE_GAP: Final = 0.16
_WIDE: Final = 1.2
"""Of the height: between two columns the least gap, or else their least width together. Some write an `H` or a `K` in
two pieces, which are one letter still where only digits are known."""

_TALL: Final = 0.5
"""Of the whole height, the least height of a column that is a glyph: a dot or a dash beside one is none."""


def are_several(strokes: Sequence[Stroke], in_vocabulary: float) -> bool:
    """Whether strokes are obviously several glyphs: they look like no sign, and stand in columns with room between.

    Neither is enough: an `H` in three strokes has columns, and a scribble looks like no sign.

    Args:
        strokes: At least one.
        in_vocabulary: How much all of them together look like a glyph, see `Prediction`.
    """
    if in_vocabulary >= IN_VOCABULARY_ABOVE:
        return False
    boxes = np.array([stroke.bounds for stroke in strokes])
    width, height = (float(side) for side in boxes[:, 2:].max(axis=0) - boxes[:, :2].min(axis=0))
    if height <= 0:
        return False
    columns = _tall_columns(boxes, _GAP * height, _TALL * height)
    if columns == 2 and width < _WIDE * height:
        columns = _tall_columns(boxes, _WIDE_GAP * height, _TALL * height)
    return columns > 1


def _tall_columns(boxes: NDArray[np.float64], gap: float, height: float) -> int:
    """How many columns of at least this height there are with at least this gap between them."""
    boxes = boxes[np.argsort(boxes[:, 0], kind="stable")]
    begins = np.flatnonzero(boxes[1:, 0] - np.maximum.accumulate(boxes[:, 2])[:-1] > gap) + 1
    return sum(column[:, 3].max() - column[:, 1].min() >= height for column in np.split(boxes, begins))
