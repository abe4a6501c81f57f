"""Augmentation of rasters and trajectories that is cheap enough to be done anew in every batch."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import CENTRE, RASTER_SIZE

_ELASTIC_GRID: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Distortion:
    """Amounts of the distortions.

    Attributes:
        turn: Largest rotation to either side, in degrees.
        slant: Largest shear to either side.
        size: Largest change of the size, as a share of it.
        proportion: Largest change of width against height, as a share.
        shift: Largest shift along each axis, in pixels.
        strokes_share: Share of these amounts, 0 to 1, for glyphs of strokes, which were varied before rendering.
        elastic: Standard deviation of the elastic distortion of a picture, in pixels.
        elastic_chance: Probability that a picture is distorted elastically.
        weight_chance: Probability that a picture gets a thicker or thinner line.
        noise: Standard deviation of the noise in a picture, where ink is 1.
        noise_chance: Probability that a picture gets noise.
    """

    turn: float = 9.0
    slant: float = 0.16
    size: float = 0.09
    proportion: float = 0.1
    shift: float = 1.0
    strokes_share: float = 0.4
    elastic: float = 0.9
    elastic_chance: float = 0.5
    weight_chance: float = 0.3
    noise: float = 0.12
    noise_chance: float = 0.1


def random_maps(strength: NDArray[np.float64], by: Distortion, generator: np.random.Generator) -> NDArray[np.float64]:
    """Draw a small rotation, slant and change of size and proportion for each glyph.

    Args:
        strength: float64 [N], the share of the distortion that each glyph gets, 0 to 1.
        by: Amounts of the distortions.
        generator: Source of the random numbers.

    Returns:
        float64 [N, 2, 2], linear maps of positions.
    """
    count = len(strength)
    turn = np.radians(generator.uniform(-by.turn, by.turn, count)) * strength
    slant = generator.uniform(-by.slant, by.slant, count) * strength
    size = 1 + generator.uniform(-by.size, by.size, count) * strength
    proportion = 1 + generator.uniform(-by.proportion, by.proportion, count) * strength
    cosine, sine = np.cos(turn), np.sin(turn)
    maps = np.empty((count, 2, 2))
    maps[:, 0, 0], maps[:, 0, 1] = cosine * size * proportion, (slant * cosine - sine) * size
    maps[:, 1, 0], maps[:, 1, 1] = sine * size * proportion, (slant * sine + cosine) * size
    return maps


def move_trajectories(paths: NDArray[np.float32], maps: NDArray[np.float64]) -> NDArray[np.float32]:
    """Apply linear maps to trajectories; the directions keep their length of one.

    Args:
        paths: float32 [N, 64, 6].
        maps: float64 [N, 2, 2].

    Returns:
        float32 [N, 64, 6].
    """
    result = paths.copy()
    flat = maps.astype(np.float32).transpose(0, 2, 1)
    result[:, :, 0:2] = paths[:, :, 0:2] @ flat
    turned = paths[:, :, 2:4] @ flat
    norm = np.sqrt((turned**2).sum(axis=2, keepdims=True))
    result[:, :, 2:4] = np.divide(turned, norm, out=np.zeros_like(turned), where=norm > 0.1)
    return result


def warp_rasters(
    rasters: NDArray[np.float32],
    maps: NDArray[np.float64],
    bendable: NDArray[np.bool_],
    by: Distortion,
    generator: np.random.Generator,
) -> NDArray[np.float32]:
    """Apply linear maps to rasters about the centre of mass, shift them, and distort some of them elastically.

    The elastic distortion is that of Simard et al. 2003, "Best practices for convolutional neural networks applied to
    visual document analysis".

    Args:
        rasters: float32 [N, 28, 28].
        maps: float64 [N, 2, 2], applied to positions relative to the centre.
        bendable: bool [N], true for the rasters that may be distorted elastically.
        by: Amounts of the distortions.
        generator: Source of the random numbers.

    Returns:
        float32 [N, 28, 28].
    """
    count = len(rasters)
    middle = CENTRE - 0.5
    offsets = np.arange(RASTER_SIZE, dtype=np.float32) - np.float32(middle)
    back = np.linalg.inv(maps).astype(np.float32)
    shift = (generator.uniform(-by.shift, by.shift, (count, 2)) + middle).astype(np.float32)
    sources = [
        back[:, axis, 0, None, None] * offsets[None, None, :]
        + back[:, axis, 1, None, None] * offsets[None, :, None]
        + shift[:, axis, None, None]
        for axis in (0, 1)
    ]
    bent = np.flatnonzero(bendable & (generator.random(count) < by.elastic_chance))
    if len(bent):
        for axis in (0, 1):
            nodes = generator.normal(0, by.elastic, (len(bent), _ELASTIC_GRID, _ELASTIC_GRID)).astype(np.float32)
            sources[axis][bent] += _SMOOTH @ nodes @ _SMOOTH.T
    return _sample(rasters, sources[0], sources[1])


def _smooth() -> NDArray[np.float32]:
    """Return Gaussian weights, float32 [28, 6], that interpolate the nodes of a coarse grid over the raster."""
    nodes = np.linspace(0, RASTER_SIZE - 1, _ELASTIC_GRID)
    spread = (RASTER_SIZE - 1) / (_ELASTIC_GRID - 1) * 0.7
    weights = np.exp(-((np.arange(RASTER_SIZE)[:, None] - nodes) ** 2) / (2 * spread**2))
    # The weights are scaled so that pixels are moved as far on average as the nodes are.
    result: NDArray[np.float32] = (weights / np.sqrt((weights**2).sum(axis=1, keepdims=True))).astype(np.float32)
    return result


_SMOOTH: Final = _smooth()


def _sample(
    rasters: NDArray[np.float32], columns: NDArray[np.float32], rows: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Sample rasters at positions [N, 28, 28] with bilinear interpolation; outside of the raster there is no ink."""
    side = RASTER_SIZE + 2
    padded = np.zeros((len(rasters), side, side), np.float32)
    padded[:, 1:-1, 1:-1] = rasters
    last = np.float32(side - 1.001)
    x, y = np.clip(columns + 1, 0, last), np.clip(rows + 1, 0, last)
    left, top = x.astype(np.intp), y.astype(np.intp)
    right_share, low_share = x - left.astype(np.float32), y - top.astype(np.float32)
    first = (np.arange(len(rasters))[:, None, None] * side + top) * side + left
    flat = padded.ravel()
    upper = flat[first] * (1 - right_share) + flat[first + 1] * right_share
    lower = flat[first + side] * (1 - right_share) + flat[first + side + 1] * right_share
    result: NDArray[np.float32] = upper * (1 - low_share) + lower * low_share
    return result


def vary_ink(
    rasters: NDArray[np.float32], pictures: NDArray[np.bool_], by: Distortion, generator: np.random.Generator
) -> NDArray[np.float32]:
    """Make lines thicker or thinner, or add noise, in some of the rasters that are pictures.

    Args:
        rasters: float32 [N, 28, 28], changed in place.
        pictures: bool [N], true for the rasters that are pictures.
        by: Amounts of the distortions.
        generator: Source of the random numbers.

    Returns:
        The same array.
    """
    count = len(pictures)
    amounts = generator.uniform(-0.6, 0.7, count)
    for row in np.flatnonzero(pictures & (generator.random(count) < by.weight_chance)).tolist():
        neighbourhoods = np.lib.stride_tricks.sliding_window_view(np.pad(rasters[row], 1), (3, 3))
        other = neighbourhoods.max(axis=(2, 3)) if amounts[row] > 0 else neighbourhoods.min(axis=(2, 3))
        rasters[row] += np.float32(abs(amounts[row])) * (other - rasters[row])
    noisy = np.flatnonzero(pictures & (generator.random(count) < by.noise_chance))
    if len(noisy):
        noise = generator.normal(0, by.noise, (len(noisy), RASTER_SIZE, RASTER_SIZE)).astype(np.float32)
        rasters[noisy] = np.clip(rasters[noisy] + noise, 0.0, 1.0)
    return rasters
