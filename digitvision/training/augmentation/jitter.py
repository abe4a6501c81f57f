"""Small random affine changes of rasters: slant, rotation, proportion, size and position."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import CENTRE

if TYPE_CHECKING:
    import tensorflow as tf

TURN_DEGREES: Final = 10.0
SLANT: Final = 0.2
"""Largest shear, in pixels sideways for each pixel up."""

SIZE: Final = 0.1
PROPORTION: Final = 0.1
SHIFT_PIXELS: Final = 1.0


def jitter(rasters: NDArray[np.float32], generator: np.random.Generator) -> "tf.Tensor":
    """Apply a small random affine map to each raster.

    Args:
        rasters: float32 [N, 28, 28, 1].
        generator: Source of the random numbers.

    Returns:
        float32 [N, 28, 28, 1].
    """
    import tensorflow as tf

    raw_ops: Any = tf.raw_ops
    return raw_ops.ImageProjectiveTransformV3(
        images=rasters,
        transforms=_transforms(len(rasters), generator),
        output_shape=np.array(rasters.shape[1:3], np.int32),
        fill_value=np.float32(0),
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )


def _transforms(count: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """Draw maps from positions in the result to positions in the raster, about the centre of mass; float32 [N, 8]."""
    turn = np.radians(generator.uniform(-TURN_DEGREES, TURN_DEGREES, count))
    slant = generator.uniform(-SLANT, SLANT, count)
    size = 1 + generator.uniform(-SIZE, SIZE, count)
    proportion = 1 + generator.uniform(-PROPORTION, PROPORTION, count)
    shift = generator.uniform(-SHIFT_PIXELS, SHIFT_PIXELS, (count, 2))
    cosine, sine = np.cos(turn), np.sin(turn)
    a, b = cosine * size * proportion, (slant * cosine - sine) * size
    c, d = sine * size * proportion, (slant * sine + cosine) * size
    middle = CENTRE - 0.5
    transforms = np.zeros((count, 8), np.float32)
    transforms[:, 0], transforms[:, 1] = a, b
    transforms[:, 2] = middle - (a + b) * middle + shift[:, 0]
    transforms[:, 3], transforms[:, 4] = c, d
    transforms[:, 5] = middle - (c + d) * middle + shift[:, 1]
    return transforms
