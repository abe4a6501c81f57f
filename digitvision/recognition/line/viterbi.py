"""The best labellings of a sequence of glyphs in which each pair of neighbours has a score (Viterbi 1967)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

CONSIDERED: Final = 8
"""Number of most probable classes that are considered for each glyph."""

Labels = tuple[int, ...]


def best_labellings(
    scores: NDArray[np.float64],
    begins: NDArray[np.float32] | None,
    pairs: NDArray[np.float32] | None,
    most: int,
) -> list[tuple[float, Labels]]:
    """Find the best labelling, then the best ones in which one glyph has another class, the best first.

    Args:
        scores: float64 [K, C], K at least 1: log-probabilities.
        begins: float32 [C], added for the class of the first glyph; None for nothing.
        pairs: float32 [C, C], added for each glyph's class (second axis) after that of the one before it.
        most: Number of labellings that are wanted.
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
    for index in range(1, count):
        totals = forward[index - 1][:, None] + steps[index - 1]
        before[index] = totals.argmax(axis=0)
        forward[index] += totals.max(axis=0)
    backward, after = np.zeros((count, width)), np.zeros((count, width), np.intp)
    for index in range(count - 2, -1, -1):
        totals = steps[index] + (ink[index + 1] + backward[index + 1])[None, :]
        after[index] = totals.argmax(axis=1)
        backward[index] = totals.max(axis=1)
    through = forward + backward
    found: dict[Labels, float] = {}
    for flat in np.argsort(-through, axis=None, kind="stable")[: count + most].tolist():
        index, option = divmod(flat, width)
        path = [option]
        for earlier in range(index, 0, -1):
            path.append(int(before[earlier, path[-1]]))
        path.reverse()
        for later in range(index, count - 1):
            path.append(int(after[later, path[-1]]))
        labels = tuple(chosen[np.arange(count), path].tolist())
        found.setdefault(labels, float(through[index, option]))
        if len(found) >= most:
            break
    return [(score, labels) for labels, score in found.items()]
