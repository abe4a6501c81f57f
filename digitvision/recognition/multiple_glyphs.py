"""Detect drawings that are read as one glyph but consist of several, and which reading would read them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Stroke
from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.prediction import IN_VOCABULARY_ABOVE, LINE, Reading

_GAP: Final = 0.06
"""Strokes with a smaller horizontal gap, as a share of the whole height, are one column."""

_WIDE_GAP: Final = 0.16
_WIDE: Final = 1.2
"""For two columns, the least gap or else the least width of both, in heights: an `H` or a `K` in two parts is one
letter, also for a model that knows only digits."""

_TALL: Final = 0.5
"""Least height of a column that is a glyph, as a share of the whole height: a dot or a dash beside one is none."""


_INK: Final = 0.5
"""Pixels of a picture that are darker are ink."""

_ROW: Final = 3
"""Least number of glyphs that are a row by their number: one sign may look like two, as in `$` or `"`."""

_SIGNS: Final = frozenset("=+×÷<>≤≥≠()[]{}|∫√")
_SIGNS_OF_NUMBERS: Final = frozenset("-−·/")
"""Signs that make a row an equation, also where it could be read as a line; the latter not among letters, where they
are hyphens, or the bars of t and f."""


def may_be_several(strokes: Sequence[Stroke], in_vocabulary: float) -> bool:
    """Whether it is worth while to read strokes as a line, to find out with `reading_for` what they are.

    Args:
        strokes: The strokes.
        in_vocabulary: In-vocabulary score of all strokes together, see `Prediction`.
    """
    return len(strokes) > 1 and in_vocabulary < IN_VOCABULARY_ABOVE


def reading_for(strokes: Sequence[Stroke], row: Reading) -> str:
    """Return the mode that would read strokes which look like no single glyph.

    Args:
        strokes: At least one stroke.
        row: How they are read as a line, within no alphabet.

    Returns:
        ``equation`` for something above something, for signs of arithmetic, and for letters beside digits; ``line`` for
        a number or a word; empty where they are rather one sign, of another alphabet perhaps, or a scribble.
    """
    if row.suggested_mode:
        return row.suggested_mode
    glyphs = len(row.glyphs)
    if glyphs < 2 or any(one.prediction.in_vocabulary < IN_VOCABULARY_ABOVE for one in row.glyphs):
        return ""
    in_columns = are_several(strokes, 0.0)
    if glyphs < _ROW and not in_columns:
        return ""
    letters, digits = any(map(str.isalpha, row.text)), any(map(str.isdigit, row.text))
    signs = _SIGNS if letters else _SIGNS | _SIGNS_OF_NUMBERS
    if (letters and digits) or (glyphs >= _ROW and not signs.isdisjoint(row.text)):
        return EQUATION
    return LINE if in_columns or row.likely else ""


def are_several(strokes: Sequence[Stroke], in_vocabulary: float) -> bool:
    """Whether strokes are obviously several glyphs: they look like junk together, and stand in separate columns.

    Neither is enough: an `H` in three strokes has columns, and a scribble looks like junk.

    Args:
        strokes: At least one stroke.
        in_vocabulary: In-vocabulary score of all strokes together, see `Prediction`.
    """
    if in_vocabulary >= IN_VOCABULARY_ABOVE:
        return False
    return _columns(np.array([stroke.bounds for stroke in strokes])) > 1


def are_several_in_picture(ink: NDArray[np.float32], in_vocabulary: float) -> bool:
    """Whether the ink of a picture is obviously several glyphs, as `are_several` does for strokes.

    Args:
        ink: float32 [H, W], 0 (paper) to 1 (ink).
        in_vocabulary: In-vocabulary score of all of it together, see `Prediction`.
    """
    mask = ink > _INK
    filled = np.flatnonzero(mask.any(axis=0))
    if not len(filled):
        return False
    boxes = []
    for run in np.split(filled, np.flatnonzero(np.diff(filled) > 1) + 1):
        rows = np.flatnonzero(mask[:, run[0] : run[-1] + 1].any(axis=1))
        boxes.append((run[0], rows[0], run[-1] + 1, rows[-1] + 1))
    # No glyph has three tall columns, whatever it looks like when it is squeezed into one raster.
    return _columns(np.array(boxes, np.float64)) > (1 if in_vocabulary < IN_VOCABULARY_ABOVE else 2)


def _columns(boxes: NDArray[np.float64]) -> int:
    """Return the number of columns that are glyphs, of boxes [N, 4] with left, top, right, bottom."""
    width, height = (float(side) for side in boxes[:, 2:].max(axis=0) - boxes[:, :2].min(axis=0))
    if height <= 0:
        return 0
    columns = _tall_columns(boxes, _GAP * height, _TALL * height)
    if columns == 2 and width < _WIDE * height:
        columns = _tall_columns(boxes, _WIDE_GAP * height, _TALL * height)
    return columns


def _tall_columns(boxes: NDArray[np.float64], gap: float, height: float) -> int:
    """Return the number of columns of at least this height, with at least this gap between them."""
    boxes = boxes[np.argsort(boxes[:, 0], kind="stable")]
    begins = np.flatnonzero(boxes[1:, 0] - np.maximum.accumulate(boxes[:, 2])[:-1] > gap) + 1
    return sum(column[:, 3].max() - column[:, 1].min() >= height for column in np.split(boxes, begins))
