"""How other people's networks take a picture: its shape, the range of its values, and which of ink and paper is bright.

Each step is there twice, in NumPy to try many conventions at once, and as layers that become part of the network.
"""

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import RASTER_SIZE
from digitvision.training.networks.multi_view import INPUT_SHAPE

if TYPE_CHECKING:
    import keras

WHITE_ON_BLACK: Final = "white-on-black"
BLACK_ON_WHITE: Final = "black-on-white"
INKS: Final = (WHITE_ON_BLACK, BLACK_ON_WHITE)

MNIST_MEAN: Final = 0.1307
MNIST_DEVIATION: Final = 0.3081
"""Mean and standard deviation of MNIST's pixels, by which many programs standardise their pictures."""

VALUES: Final[dict[str, tuple[float, float]]] = {
    "0-1": (1.0, 0.0),
    "0-255": (255.0, 0.0),
    "signed": (2.0, -1.0),
    "half": (1.0, -0.5),
    "standardised": (1 / MNIST_DEVIATION, -MNIST_MEAN / MNIST_DEVIATION),
    "signed-255": (255.0, -128.0),
}
"""Ranges of values by name, the most usual first: the factor of a brightness from 0 to 1, and what is added then."""

RANGES: Final = tuple(VALUES)

RESIZED: Final = "resized"
CENTRED: Final = "centred"

_COLOURS: Final = 3
_SMALLEST: Final = 4
_LARGEST: Final = 512


@dataclass(frozen=True, slots=True)
class TakenShape:
    """The shape of the pictures that a network takes.

    Attributes:
        height: Number of rows.
        width: Number of columns.
        channels: Number of channels, 1 or 3, which get the same values.
        shape: The network's own shape of this, without the batch.
        first: Whether the channels come first.
    """

    height: int
    width: int
    channels: int
    shape: tuple[int, ...]
    first: bool = False

    @property
    def is_raster(self) -> bool:
        """Whether this is the shape of this program's own rasters."""
        return self.shape == INPUT_SHAPE

    @property
    def fits(self) -> tuple[str, ...]:
        """The ways in which a raster can be brought to this size."""
        if (self.height, self.width) == (RASTER_SIZE, RASTER_SIZE):
            return (RESIZED,)
        # A small margin is customary, as is the box of 20 by 20 in which MNIST's digits lie; not a wide one.
        is_near = all(20 <= side <= 40 for side in (self.height, self.width))
        return (RESIZED, CENTRED) if is_near else (RESIZED,)


@dataclass(frozen=True, slots=True)
class InputConvention:
    """How a network wants its pictures.

    Attributes:
        values: One of `VALUES`.
        ink: One of `INKS`.
        fit: `RESIZED`, or `CENTRED` for a margin that is added or cut off.
        transposed: Whether rows and columns are exchanged.
    """

    values: str = "0-1"
    ink: str = WHITE_ON_BLACK
    fit: str = RESIZED
    transposed: bool = False

    @property
    def scale(self) -> tuple[float, float]:
        """The factor, and what is added after that, from ink 1.0 on 0.0 to the network's values."""
        factor, offset = VALUES[self.values]
        return (factor, offset) if self.ink == WHITE_ON_BLACK else (-factor, offset + factor)


def taken_shape(network: "keras.Model") -> TakenShape | str:
    """Return the shape of the pictures that a network takes, or a phrase on why they are none.

    Sides that may be of any length count as those of a raster.
    """
    inputs = network.input_shape
    if len(network.inputs) != 1 or not isinstance(inputs, tuple):
        return f"it takes {len(network.inputs)} inputs, but a raster is {INPUT_SHAPE}"
    given = inputs[1:]
    wrong = f"it takes {given}, but a raster is {INPUT_SHAPE}"
    sizes = tuple(RASTER_SIZE if size is None else int(size) for size in given)
    if len(sizes) == 1 or (len(sizes) == 2 and min(sizes) == 1):
        pixels = max(sizes)
        side = math.isqrt(pixels)
        found = TakenShape(side, side, 1, sizes) if side * side == pixels and None not in given else None
    elif len(sizes) == 2:
        found = TakenShape(*sizes, 1, sizes)
    elif len(sizes) == 3 and given[2] in (1, _COLOURS):
        found = TakenShape(*sizes, sizes)
    elif len(sizes) == 3 and given[0] in (1, _COLOURS):
        found = TakenShape(sizes[1], sizes[2], sizes[0], sizes, first=True)
    else:
        found = None
    if found is None or not all(_SMALLEST <= side <= _LARGEST for side in (found.height, found.width)):
        return f"{wrong}, and how it would become that is not plain"
    return found


def conventions(
    taken: TakenShape, values: str | None, ink: str | None, *, transposed: bool
) -> tuple[InputConvention, ...]:
    """Return the conventions that are possible; `values` and `ink` where they are known."""
    ranges = tuple(VALUES) if values is None else (values,)
    inks = INKS if ink is None else (ink,)
    return tuple(
        InputConvention(one, colour, fit, transposed)
        for one, colour, fit in itertools.product(ranges, inks, taken.fits)
    )


def prepared(rasters: NDArray[np.float32], convention: InputConvention, taken: TakenShape) -> NDArray[np.float32]:
    """Bring rasters to the form that a network takes.

    Args:
        rasters: float32 [N, 28, 28], ink 1.0 on 0.0.
        convention: The convention.
        taken: The network's shape.

    Returns:
        float32 [N, …] with the network's shape.
    """
    if convention.transposed:
        rasters = rasters.transpose(0, 2, 1)
    matrix = _resizing if convention.fit == RESIZED else _centring
    rows, columns = matrix(RASTER_SIZE, taken.height), matrix(RASTER_SIZE, taken.width)
    factor, offset = convention.scale
    pictures = (rows @ rasters @ columns.T) * np.float32(factor) + np.float32(offset)
    stacked = np.stack([pictures] * taken.channels, axis=1 if taken.first else -1)
    return np.ascontiguousarray(stacked.reshape(len(rasters), *taken.shape), np.float32)


def prepare(raster: Any, convention: InputConvention, taken: TakenShape) -> Any:
    """Do as `prepared` in layers: from a Keras tensor of a raster to one of the form that the network takes."""
    from keras import layers

    found = raster
    if convention.transposed:
        found = layers.Permute((2, 1, 3), name="fit_upright")(found)
    if (taken.height, taken.width) != (RASTER_SIZE, RASTER_SIZE):
        if convention.fit == CENTRED:
            found = _centred(found, taken)
        else:
            rows, columns = _resizing(RASTER_SIZE, taken.height), _resizing(RASTER_SIZE, taken.width)
            found = resized(found, rows, columns, "fit")
    factor, offset = convention.scale
    if (factor, offset) != (1.0, 0.0):
        found = layers.Rescaling(factor, offset, name="fit_values")(found)
    if taken.channels == _COLOURS:
        found = layers.Concatenate(name="fit_colours")([found, found, found])
    if taken.first:
        found = layers.Permute((3, 1, 2), name="fit_channels_first")(found)
    if tuple(found.shape[1:]) != taken.shape:
        found = layers.Reshape(taken.shape, name="fit_shape")(found)
    return found


def resized(found: Any, rows: NDArray[np.float32], columns: NDArray[np.float32], name: str) -> Any:
    """Resize a Keras tensor [N, height, width, C] by two matrices, in layers that all of the program's forms know.

    Args:
        found: The tensor.
        rows: float32 [new height, height].
        columns: float32 [new width, width].
        name: Beginning of the layers' names.
    """
    from keras import layers

    # Channels come first meanwhile, as a dense layer works along the last side.
    found = layers.Permute((3, 1, 2), name=f"{name}_rows")(found)
    for matrix, side in ((columns, "width"), (rows, "height")):
        dense = layers.Dense(len(matrix), use_bias=False, trainable=False, name=f"{name}_{side}")
        found = dense(found)
        dense.set_weights([matrix.T])
        found = layers.Permute((1, 3, 2), name=f"{name}_turned_{side}")(found)
    return layers.Permute((2, 3, 1), name=f"{name}_size")(found)


def _centred(found: Any, taken: TakenShape) -> Any:
    """Add a margin, or cut one off, on all sides of a Keras tensor."""
    from keras import layers

    margins = [_margin(RASTER_SIZE, side) for side in (taken.height, taken.width)]
    added = [tuple(max(part, 0) for part in margin) for margin in margins]
    cut = [tuple(max(-part, 0) for part in margin) for margin in margins]
    if any(map(any, cut)):
        found = layers.Cropping2D(cut, name="fit_cropped")(found)
    if any(map(any, added)):
        found = layers.ZeroPadding2D(added, name="fit_margin")(found)
    return found


def _margin(old: int, new: int) -> tuple[int, int]:
    """Return how much is added before and after a side; cut off where it is negative."""
    before = math.trunc((new - old) / 2)
    return before, new - old - before


def _resizing(old: int, new: int) -> NDArray[np.float32]:
    """Return the matrix of linear interpolation along one side, float32 [new, old]; it averages where it shrinks."""
    step = old / new
    middles = (np.arange(new) + 0.5) * step
    distance = np.abs(np.arange(old) + 0.5 - middles[:, None]) / max(step, 1.0)
    weights = np.maximum(1 - distance, 0)
    matrix: NDArray[np.float32] = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return matrix


def _centring(old: int, new: int) -> NDArray[np.float32]:
    """Return the matrix that adds or cuts off a margin along one side, float32 [new, old]."""
    return np.eye(new, old, k=-_margin(old, new)[0], dtype=np.float32)
