"""A map of the classes: features of many glyphs in two dimensions that separate the classes.

Linear discriminant analysis with weighted pairs of classes: Loog, Duin, Haeb-Umbach 2001, "Multiclass linear dimension
reduction by weighted pairwise Fisher criteria", IEEE TPAMI 23(7). Fisher's own criterion spends both dimensions on the
pairs of classes that are far apart anyway; the weights let it separate those that are near each other as well. It is
linear, so that a new drawing has a position on the map without fitting anything again.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEWEST_OF_A_CLASS: Final = 3
"""Glyphs that a class needs to affect the axes: the mean of fewer says little. They are on the map all the same."""

_REGULARIZATION: Final = 0.1
"""Share of the mean variance that is added to each: few glyphs say little about covariances."""

_SMALLEST_SQUARE: Final = 1e-9
"""Smallest squared distance between means: classes whose means are nearer count as so far apart."""


@dataclass(frozen=True, slots=True, eq=False)
class ClassMap:
    """A map with the glyphs that it was made from.

    Attributes:
        axes: float64 [D, 2], the projection of features; `origin`, float64 [2], is subtracted from it.
        points: float32 [N, 2], the glyphs, in standard deviations from the middle of all.
        labels: Their classes.
        middles: The mean of each class's points, float64 [2], by class.
    """

    axes: NDArray[np.float64]
    origin: NDArray[np.float64]
    points: NDArray[np.float32]
    labels: tuple[str, ...]
    middles: dict[str, NDArray[np.float64]]

    def project(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the positions of features, float32 [..., D], on the map, float64 [..., 2]."""
        projected: NDArray[np.float64] = features.astype(np.float64) @ self.axes - self.origin
        return projected


def class_map(features: NDArray[np.float32], labels: Sequence[str]) -> ClassMap | None:
    """Compute the map that separates the classes of these glyphs best.

    Args:
        features: float32 [N, D].
        labels: The class of each glyph.

    Returns:
        The map; None where there are not two classes of at least `FEWEST_OF_A_CLASS` glyphs, or the features are equal.
    """
    names, classes = np.unique(np.array(labels, dtype=object).astype(str), return_inverse=True)
    chosen = np.flatnonzero(np.bincount(classes, minlength=len(names)) >= FEWEST_OF_A_CLASS)
    if len(chosen) < 2:
        return None
    values = features.astype(np.float64)
    means = np.stack([values[classes == project].mean(axis=0) for project in chosen])
    used = np.isin(classes, chosen)
    rest = (values[used] - means[np.searchsorted(chosen, classes[used])]).T.copy()
    # BLAS and LAPACK are avoided here and below: they divide the work among threads, which wait for each other for
    # seconds while a training uses the processors. One thread takes some 30 ms.
    within = np.einsum("dn,en->de", rest, rest) / rest.shape[1]
    mean_variance = float(np.trace(within)) / len(within)
    if not mean_variance > 0 or not math.isfinite(mean_variance):
        return None
    within += _REGULARIZATION * mean_variance * np.eye(len(within))
    # The directions are combinations of the classes' means after division by the covariance within classes.
    # There are as many of these columns as classes, which are few.
    transformed = _solve(within, means.T)
    axes = transformed @ _combinations(np.einsum("cd,de->ce", means, transformed))
    projected = np.einsum("nd,da->na", values, axes)
    spread = projected.std(axis=0)
    spread[spread <= 0] = 1.0
    axes = axes / spread
    origin = projected.mean(axis=0) / spread
    points = projected / spread - origin
    middles = {name: points[classes == project].mean(axis=0) for project, name in enumerate(names.tolist())}
    return ClassMap(axes, origin, points.astype(np.float32), tuple(names[classes].tolist()), middles)


def _solve(matrix: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Solve a system of linear equations with a positive definite matrix by Gauss-Jordan elimination."""
    table = np.hstack([matrix, right])
    for row in range(len(matrix)):
        table[row] /= table[row, row]
        factors = table[:, row].copy()
        factors[row] = 0.0
        table -= factors[:, None] * table[row]
    return table[:, len(matrix) :]


def _combinations(products: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the combinations of the means that give the two best directions, float64 [C, 2].

    Args:
        products: float64 [C, C], inner products of the means in units of the covariance within classes.
    """
    squares = products.diagonal()[:, None] + products.diagonal() - products - products.T
    squares = np.maximum(squares, _SMALLEST_SQUARE)
    errors = np.vectorize(math.erf, otypes=[np.float64])(np.sqrt(squares) / (2 * math.sqrt(2)))
    # A pair's weight is the probability that its classes are confused.
    weights = errors / (2 * squares)
    np.fill_diagonal(weights, 0.0)
    # The sum over all pairs of weight times difference times its transpose is M' L M for the means M and this L.
    values, vectors = np.linalg.eigh(np.diag(weights.sum(axis=1)) - weights)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    _, best = np.linalg.eigh(root.T @ products @ root)
    combined: NDArray[np.float64] = root @ best[:, :-3:-1]
    return combined
