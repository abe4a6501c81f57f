"""The best labellings of a chain of glyphs, where each pair of neighbours has a cost (Viterbi 1967)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

CONSIDERED: Final = 8
"""Classes of each glyph."""

Labels = tuple[int, ...]


def best_labellings(
    scores: NDArray[np.float64],
    begins: NDArray[np.float32] | None,
    pairs: NDArray[np.float32] | None,
    most: int,
) -> list[tuple[float, Labels]]:
    """The best labelling, and for the glyphs and classes that cost least the best one with each, the best first.

    Args:
        scores: float64 [K, C], K at least 1: logarithms of probabilities.
        begins: float32 [C], added for the first glyph; None for nothing.
        pairs: float32 [C, C], added for each glyph's class (second axis) after that of the one before it.
        most: Labellings that are wanted.
    """
    count, every = scores.shape
    width = min(CONSIDERED, every)
    chosen = np.argsort(-scores, axis=1, kind="stable")[:, :width]
    ink = np.take_along_axis(scores, chosen, axis=1)
    if begins is not None:
        ink[0] += begins[chosen[0]]
    steps = np.zeros((count - 1, width, width))
    if pairs is not None and count > 1:
        steps = pairs[chosen[:-1, :, None], chosen[1:, None, :]].astype(np.float64)
    forward, before = ink.copy(), np.zeros((count, width), np.intp)
    for place in range(1, count):
        ways = forward[place - 1][:, None] + steps[place - 1]
        before[place] = ways.argmax(axis=0)
        forward[place] += ways.max(axis=0)
    backward, after = np.zeros((count, width)), np.zeros((count, width), np.intp)
    for place in range(count - 2, -1, -1):
        ways = steps[place] + (ink[place + 1] + backward[place + 1])[None, :]
        after[place] = ways.argmax(axis=1)
        backward[place] = ways.max(axis=1)
    through = forward + backward
    found: dict[Labels, float] = {}
    for flat in np.argsort(-through, axis=None, kind="stable")[: count + most].tolist():
        place, number = divmod(flat, width)
        way = [number]
        for earlier in range(place, 0, -1):
            way.append(int(before[earlier, way[-1]]))
        way.reverse()
        for later in range(place, count - 1):
            way.append(int(after[later, way[-1]]))
        labels = tuple(chosen[np.arange(count), way].tolist())
        found.setdefault(labels, float(through[place, number]))
        if len(found) >= most:
            break
    return [(score, labels) for labels, score in found.items()]
