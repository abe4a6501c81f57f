"""Gaps in a row of glyphs: which of them separate words, or groups of digits."""

import itertools
from typing import Final

import numpy as np
from numpy.typing import NDArray

_WORD_GAP: Final = 0.7
"""Least gap between words, in heights of the row."""

_WORD_GAPS: Final = 2.5
"""Least gap between words, in usual gaps between glyphs."""

_FEW_GAPS: Final = 3
_WORD_GAP_OF_FEW: Final = 1.2
"""As `_WORD_GAP`, for lines with fewer gaps than `_FEW_GAPS`, which do not show the usual gap."""

_LEAST_GAP: Final = 0.12


def row_height(boxes: NDArray[np.float64]) -> float:
    """Return the median height of the glyphs that are at least half as high as the highest.

    Args:
        boxes: float64 [M, 4], at least one: left, top, right, bottom.
    """
    heights = boxes[:, 3] - boxes[:, 1]
    height = float(np.median(heights[heights >= heights.max() / 2]))
    # A row of dashes only has its width as the only size.
    return height if height > 0 else max(float((boxes[:, 2] - boxes[:, 0]).max()), 1e-9)


def words_of(boxes: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Divide glyphs into words: `(first, last)` by indices of glyphs, `last` exclusive.

    A gap separates words where it is wide compared with the glyphs' height and with the other gaps.

    Args:
        boxes: float64 [M, 4], in reading order.
    """
    if len(boxes) == 0:
        return []
    reached = np.maximum.accumulate(boxes[:, 2])
    gaps = boxes[1:, 0] - reached[:-1]
    unit = row_height(boxes)
    # Even where half of the gaps separate words, this quantile is one of the gaps within words.
    usual = max(float(np.quantile(gaps, 0.4)) if len(gaps) > 1 else 0.0, _LEAST_GAP * unit)
    least = _WORD_GAP if len(gaps) >= _FEW_GAPS else _WORD_GAP_OF_FEW
    wide = np.flatnonzero((gaps > least * unit) & (gaps > _WORD_GAPS * usual)) + 1
    edges = [0, *(int(edge) for edge in wide), len(boxes)]
    return list(itertools.pairwise(edges))
