"""Batches for a recipe's training: rendered glyphs, varied once more as whole pictures are varied cheaply."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import CENTRE, RASTER_SIZE
from digitvision.training.dataset import TRAJECTORY_UNIT
from digitvision.training.recipe import Recipe
from digitvision.training.trainingset import TrainingSet

if TYPE_CHECKING:
    import tensorflow as tf

TURN_DEGREES: Final = 9.0
SLANT: Final = 0.16
SIZE: Final = 0.09
PROPORTION: Final = 0.1
SHIFT_PIXELS: Final = 1.0

STROKES_SHARE: Final = 0.4
"""How much of this glyphs of strokes get: they were varied before they were rendered."""

WEIGHT_CHANCE: Final = 0.3
NOISE_CHANCE: Final = 0.1
"""Chances that a glyph without a trajectory, as pictures are, gets bolder or finer, and noise."""

_NOISE: Final = 0.12


Batch = tuple["tf.Tensor", NDArray[np.float32], NDArray[np.int64]]


class Feed:
    """An epoch's batches, the same for the same seed and epoch."""

    def __init__(self, recipe: Recipe, training_set: TrainingSet, epoch: int) -> None:
        self._recipe = recipe
        self._set = training_set
        self._epoch = epoch
        self._generator = np.random.default_rng([recipe.seed, 7, epoch])
        self._order = self._generator.permutation(len(training_set))

    def __len__(self) -> int:
        """Batches; the samples that would not fill the last one wait for another epoch."""
        return len(self._order) // self._recipe.batch_size

    def batch(self, number: int) -> Batch:
        """The batch of this number, to be asked for in order.

        Returns:
            Rasters float32 [B, 28, 28, 1], trajectories float32 [B, 64, 6], labels int64 [B].
        """
        size = self._recipe.batch_size
        chosen = np.sort(self._order[number * size : (number + 1) * size])
        variant = (self._epoch + chosen) % self._recipe.variants
        rasters = self._set.rasters[variant, chosen].astype(np.float32)[..., None] / np.float32(255)
        paths = self._set.paths[variant, chosen].astype(np.float32) / np.float32(TRAJECTORY_UNIT)
        generator = self._generator
        written = paths[:, 0, -1] > 0
        maps = _maps(np.where(written, STROKES_SHARE, 1.0), generator)
        paths = _moved(paths, maps)
        hidden = generator.random(size) < self._recipe.without_trajectory
        paths[hidden] = 0.0
        return (
            _drawn_on(_warped(rasters, maps, generator), ~written | hidden, generator),
            paths,
            self._set.labels[chosen],
        )


def _maps(strength: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    """float64 [N, 2, 2]: a small turning, slant and change of size and proportion for each glyph."""
    count = len(strength)
    turn = np.radians(generator.uniform(-TURN_DEGREES, TURN_DEGREES, count)) * strength
    slant = generator.uniform(-SLANT, SLANT, count) * strength
    size = 1 + generator.uniform(-SIZE, SIZE, count) * strength
    proportion = 1 + generator.uniform(-PROPORTION, PROPORTION, count) * strength
    cosine, sine = np.cos(turn), np.sin(turn)
    maps = np.empty((count, 2, 2))
    maps[:, 0, 0], maps[:, 0, 1] = cosine * size * proportion, (slant * cosine - sine) * size
    maps[:, 1, 0], maps[:, 1, 1] = sine * size * proportion, (slant * sine + cosine) * size
    return maps


def _moved(paths: NDArray[np.float32], maps: NDArray[np.float64]) -> NDArray[np.float32]:
    """Trajectories under the maps; directions keep their length of one."""
    moved = paths.copy()
    flat = maps.astype(np.float32).transpose(0, 2, 1)
    moved[:, :, 0:2] = paths[:, :, 0:2] @ flat
    turned = paths[:, :, 2:4] @ flat
    norm = np.sqrt((turned**2).sum(axis=2, keepdims=True))
    moved[:, :, 2:4] = np.divide(turned, norm, out=np.zeros_like(turned), where=norm > 0.1)
    return moved


def _warped(rasters: NDArray[np.float32], maps: NDArray[np.float64], generator: np.random.Generator) -> "tf.Tensor":
    """Rasters under the maps, about the centre of mass, and shifted a little."""
    import tensorflow as tf

    back = np.linalg.inv(maps)
    middle = CENTRE - 0.5
    shift = generator.uniform(-SHIFT_PIXELS, SHIFT_PIXELS, (len(maps), 2))
    transforms = np.zeros((len(maps), 8), np.float32)
    transforms[:, 0:2], transforms[:, 3:5] = back[:, 0], back[:, 1]
    transforms[:, [2, 5]] = middle - back.sum(axis=2) * middle + shift
    raw_ops: Any = tf.raw_ops
    return raw_ops.ImageProjectiveTransformV3(
        images=rasters,
        transforms=transforms,
        output_shape=np.array([RASTER_SIZE, RASTER_SIZE], np.int32),
        fill_value=np.float32(0),
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )


def _drawn_on(rasters: "tf.Tensor", pictures: NDArray[np.bool_], generator: np.random.Generator) -> "tf.Tensor":
    """Some of the pictures with a bolder or finer line, or with noise."""
    import tensorflow as tf

    count = len(pictures)
    chosen = pictures & (generator.random(count) < WEIGHT_CHANCE)
    amount = (generator.uniform(-0.6, 0.7, count) * chosen).astype(np.float32)[:, None, None, None]
    bolder = tf.nn.max_pool2d(rasters, 3, 1, "SAME")
    finer = -tf.nn.max_pool2d(-rasters, 3, 1, "SAME")
    rasters = rasters + np.maximum(amount, 0) * (bolder - rasters) + np.maximum(-amount, 0) * (finer - rasters)
    noisy = np.flatnonzero(pictures & (generator.random(count) < NOISE_CHANCE))
    if len(noisy):
        noise = np.zeros((count, RASTER_SIZE, RASTER_SIZE, 1), np.float32)
        noise[noisy] = generator.normal(0, _NOISE, (len(noisy), RASTER_SIZE, RASTER_SIZE, 1))
        rasters = tf.clip_by_value(rasters + noise, 0.0, 1.0)
    return rasters
