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

_SMALLEST_SQUARE: Final = 1e-9
"""Of a distance between means: classes that lie on each other are no nearer than that."""


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
    rest = (values[used] - means[np.searchsorted(chosen, classes[used])]).T.copy()
    # Without BLAS and LAPACK, here and below: they share the work out among threads, which wait for each other for
    # seconds where a training has the processors. By one thread it is done in some 30 ms.
    within = np.einsum("dn,en->de", rest, rest) / rest.shape[1]
    mean_variance = float(np.trace(within)) / len(within)
    if not mean_variance > 0 or not math.isfinite(mean_variance):
        return None
    within += _REGULARIZATION * mean_variance * np.eye(len(within))
    # All that matters of the features are the classes' means, seen through the inverse of how classes are spread: the
    # directions sought are combinations of as many columns as there are classes, whose number is small.
    turned = _solved(within, means.T)
    axes = turned @ _combinations(np.einsum("cd,de->ce", means, turned))
    placed = np.einsum("nd,da->na", values, axes)
    spread = placed.std(axis=0)
    spread[spread <= 0] = 1.0
    axes = axes / spread
    origin = placed.mean(axis=0) / spread
    points = placed / spread - origin
    middles = {name: points[classes == place].mean(axis=0) for place, name in enumerate(names.tolist())}
    return ClassMap(axes, origin, points.astype(np.float32), tuple(names[classes].tolist()), middles)


def _solved(matrix: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a positive definite matrix has to be multiplied with to give the right side, by Gauss and Jordan."""
    table = np.hstack([matrix, right])
    for row in range(len(matrix)):
        table[row] /= table[row, row]
        factors = table[:, row].copy()
        factors[row] = 0.0
        table -= factors[:, None] * table[row]
    return table[:, len(matrix) :]


def _combinations(products: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64 [C, 2]: how the means make up the two directions that serve most.

    Args:
        products: float64 [C, C], of the means with each other, every direction measured by the spread of classes.
    """
    squares = products.diagonal()[:, None] + products.diagonal() - products - products.T
    squares = np.maximum(squares, _SMALLEST_SQUARE)
    errors = np.vectorize(math.erf, otypes=[np.float64])(np.sqrt(squares) / (2 * math.sqrt(2)))
    # Each pair's weight is how likely its classes are mistaken for each other.
    weights = errors / (2 * squares)
    np.fill_diagonal(weights, 0.0)
    # The sum over all pairs of weight times difference times its transpose is M' L M for the means M and this L.
    values, vectors = np.linalg.eigh(np.diag(weights.sum(axis=1)) - weights)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    _, best = np.linalg.eigh(root.T @ products @ root)
    combined: NDArray[np.float64] = root @ best[:, :-3:-1]
    return combined
