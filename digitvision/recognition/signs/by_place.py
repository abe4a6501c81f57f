"""What sizes and places tell of an expression's signs, where the networks have seen too few of them to be believed.

It is told as corrections: with these the networks read the rest again.
"""

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.signs.absolute_bars import with_bars
from digitvision.recognition.signs.decimal_commas import with_decimal_commas
from digitvision.recognition.signs.mixed_numbers import with_mixed_numbers
from digitvision.recognition.signs.primes import with_primes


def told_by_place(
    tree: LayoutTree, boxes: NDArray[np.float64], points: NDArray[np.float64], corrections: Corrections
) -> Corrections:
    """Return corrections with the signs that their sizes and places tell; the same ones where they tell nothing.

    Args:
        tree: A layout as it was read.
        boxes: float64 [M, 4]: left, top, right, bottom of each of its symbols.
        points: float64 [N, P, 2]: the strokes, in the same unit.
        corrections: The user's corrections: what they are about stays as it is.
    """
    told = with_decimal_commas(tree, boxes, corrections)
    told = with_mixed_numbers(tree, boxes, told)
    told = with_bars(tree, boxes, told)
    return with_primes(tree, boxes, points, told)
