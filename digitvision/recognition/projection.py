"""Features of many glyphs in two dimensions, so that the classes come apart: a map of the classes.

Linear discriminant analysis with weighted pairs of classes: Loog, Duin, Haeb-Umbach 2001, "Multiclass linear dimension
reduction by weighted pairwise Fisher criteria", IEEE TPAMI 23(7). Fisher's own criterion spends both dimensions on the
pairs of classes that are far apart anyway; the weights let it serve those that are near each other as well. It is
linear, so that a new drawing has its place without anything being fitted again.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEWEST_OF_A_CLASS: Final = 3
"""Of fewer glyphs a class's middle says little; they are placed, but the axes are not chosen by them."""

_REGULARIZATION: Final = 0.1
"""Of the mean variance, added to each: few glyphs tell little of how features vary together."""


@dataclass(frozen=True, slots=True, eq=False)
class ClassMap:
    """Where glyphs lie.

    Attributes:
        axes: float64 [D, 2], with `origin`, float64 [2], what places features.
        points: float32 [N, 2]: the glyphs that it was made of, in spreads from the middle of all.
        labels: Their classes.
        middles: By class the mean of its points, float64 [2].
    """

    axes: NDArray[np.float64]
    origin: NDArray[np.float64]
    points: NDArray[np.float32]
    labels: tuple[str, ...]
    middles: dict[str, NDArray[np.float64]]

    def place(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """float64 [..., 2]: where features, float32 [..., D], lie on the map."""
        placed: NDArray[np.float64] = features.astype(np.float64) @ self.axes - self.origin
        return placed


def class_map(features: NDArray[np.float32], labels: Sequence[str]) -> ClassMap | None:
    """The map on which these glyphs' classes come apart best.

    Args:
        features: float32 [N, D].
        labels: The class of each of them.

    Returns:
        None where there are not two classes of at least `FEWEST_OF_A_CLASS` glyphs, or the features do not differ.
    """
    names, classes = np.unique(np.array(labels, dtype=object).astype(str), return_inverse=True)
    chosen = np.flatnonzero(np.bincount(classes, minlength=len(names)) >= FEWEST_OF_A_CLASS)
    if len(chosen) < 2:
        return None
    values = features.astype(np.float64)
    means = np.stack([values[classes == place].mean(axis=0) for place in chosen])
    used = np.isin(classes, chosen)
    rest = values[used] - means[np.searchsorted(chosen, classes[used])]
    within = rest.T @ rest / len(rest)
    mean_variance = float(np.trace(within)) / len(within)
    if not mean_variance > 0 or not math.isfinite(mean_variance):
        return None
    within += _REGULARIZATION * mean_variance * np.eye(len(within))
    # Turned so that every class is as wide in each direction as in any other.
    whitening = np.linalg.inv(np.linalg.cholesky(within)).T
    _, directions = np.linalg.eigh(_between(means @ whitening))
    axes = whitening @ directions[:, :-3:-1]
    placed = values @ axes
    spread = placed.std(axis=0)
    axes = axes / np.where(spread > 0, spread, 1.0)
    placed = values @ axes
    origin = placed.mean(axis=0)
    points = placed - origin
    middles = {name: points[classes == place].mean(axis=0) for place, name in enumerate(names.tolist())}
    return ClassMap(axes, origin, points.astype(np.float32), tuple(names[classes].tolist()), middles)


def _between(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """How the classes' means differ from each other, each pair by the weight of how likely it is mistaken."""
    squares = np.maximum(((means[:, None] - means[None]) ** 2).sum(axis=2), 1e-9)
    errors = np.vectorize(math.erf, otypes=[np.float64])(np.sqrt(squares) / (2 * math.sqrt(2)))
    weights = errors / (2 * squares)
    np.fill_diagonal(weights, 0.0)
    # The sum over all pairs of weight × difference × its transpose, without a loop over the pairs.
    summed: NDArray[np.float64] = means.T @ (np.diag(weights.sum(axis=1)) - weights) @ means
    return summed
