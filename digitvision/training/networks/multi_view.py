"""Networks with several views of a glyph: its raster, its trajectory and its spatial context."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import GLYPH_BOX, PEN_WIDTH, RASTER_SIZE
from digitvision.ink.spatial_context import FIELD, LAYERS
from digitvision.ink.trajectory import CHANNELS, POINTS
from digitvision.recognition.inspection.features import OWN_PART

if TYPE_CHECKING:
    import keras

INPUT_SHAPE: Final = (RASTER_SIZE, RASTER_SIZE, 1)
"""Shape of a raster as a network takes it: height, width and one channel."""

ANSWERS: Final = "answers"
"""Name of the last layer."""

DROPOUT: Final = 0.3
MAP_SIZE: Final = RASTER_SIZE // 2

_BRIGHTNESS: Final = 0.5
"""Scales the sum of several points in one cell of a direction map to about one."""

_PLENTY: Final = 100.0
"""Factor by which the faintest grey of a spatial context counts as much as black."""


def build_views(
    classes: int,
    *,
    width: int = 24,
    joint: int = 152,
    with_context: bool = False,
    picture_branches: Sequence[tuple[int, int]] = (),
) -> "keras.Model":
    """Build a network with convolutions over the raster, along the trajectory and over the spatial context.

    The convolutions over the raster have shortcuts (He et al. 2016, arXiv:1512.03385). The trajectory is used twice:
    as a sequence, and drawn into direction maps that join the raster, one for each of eight directions of the pen
    (after Bai and Huo 2005, "A study on the use of 8-directional features for online handwritten Chinese character
    recognition"). The branch of the raster ends in weights for each position and channel (a global depthwise
    convolution, Chen et al. 2018, arXiv:1804.07573) and not in an average, because positions within a glyph matter. A
    missing trajectory is all zero, and so is a missing spatial context.

    Args:
        classes: Number of outputs.
        width: Channels of the first convolution; the others have multiples of it.
        joint: Units of the layer that joins the views.
        with_context: Whether the network has the spatial context as its third view.
        picture_branches: Width and joint units of each branch for pictures, see `with_picture_branches`.

    Returns:
        A network with the inputs `raster` [28, 28, 1], `trajectory` [64, 6] and, with context, `surroundings`
        [24, 24, 2], and a softmax over the classes; not compiled.
    """
    from keras import Input, Model, layers

    raster = Input(INPUT_SHAPE, name="raster")
    path = Input((POINTS, CHANNELS), name="trajectory")
    x = _raster_features(raster, width, directions=_direction_maps(path))

    y = _convolve(path, 2 * width, "path1", size=5)
    y = _convolve(y, 4 * width, "path2", size=5, stride=2)
    y = _residual(y, "path3")
    y = _convolve(y, 5 * width, "path4", stride=2)
    y = _residual(y, "path5")
    y = layers.Concatenate(name="followed")(
        [layers.GlobalAveragePooling1D(name="path_mean")(y), layers.GlobalMaxPooling1D(name="path_most")(y)]
    )

    views = {"raster": raster, "trajectory": path}
    branches = [x, y]
    if with_context:
        views["surroundings"] = Input((FIELD, FIELD, LAYERS), name="surroundings")
        branches.append(_context_features(views["surroundings"]))
    z = _joint_features(layers.Concatenate(name="together")(branches), joint)
    if picture_branches:
        z = _add_picture_branches(z, views, picture_branches)
    answers = layers.Dense(classes, activation="softmax", dtype="float32", name=ANSWERS)(z)
    return Model(views, answers, name="views")


def build_raster(classes: int, *, width: int, joint: int) -> "keras.Model":
    """Build the branch of the raster alone, as a network for pictures that `with_picture_branches` takes.

    Args:
        classes: Number of outputs.
        width: Channels of the first convolution.
        joint: Units of the layer before the last.

    Returns:
        A network with the input `raster` [28, 28, 1] and a softmax over the classes; not compiled.
    """
    from keras import Input, Model, layers

    raster = Input(INPUT_SHAPE, name="raster")
    z = _joint_features(_raster_features(raster, width), joint)
    answers = layers.Dense(classes, activation="softmax", dtype="float32", name=ANSWERS)(z)
    return Model(raster, answers, name="raster")


def with_picture_branches(network: "keras.Model", branches: "Sequence[keras.Model]") -> "keras.Model":
    """Join a network of views with networks that were trained with pictures only, as branches for pictures.

    For a picture that stands alone, the probabilities are the geometric mean of those of all networks, normalized to a
    sum of 1. For strokes, and for a picture with a spatial context, which the branches do not have, they are those of
    the first network. The mean is taken in the last layer, whose inputs are the features of all networks, so that the
    whole ends in one dense layer and can be the base of another training.

    Args:
        network: A network that `build_views` made without branches for pictures.
        branches: Networks that `build_raster` made, with the same classes in the same order.

    Returns:
        A new network with the same inputs and outputs as the first.
    """
    own, bias = network.get_layer(ANSWERS).get_weights()
    shapes = tuple((branch.get_layer("raster1").filters, branch.get_layer("joint").units) for branch in branches)
    whole = build_views(
        own.shape[1],
        width=network.get_layer("raster1").filters,
        joint=network.get_layer("joint").units,
        with_context="surroundings" in network.input,
        picture_branches=shapes,
    )
    for layer in network.layers:
        if layer.name != ANSWERS and layer.weights:
            whole.get_layer(layer.name).set_weights(layer.get_weights())
    # The features of the first network arrive scaled by its share in the answer. The last row of the kernel, whose
    # input is 1 for a picture alone and else 0, corrects the bias.
    rows, rest = [own], -bias * (len(branches) / (len(branches) + 1))
    for number, branch in enumerate(branches, 1):
        for layer in branch.layers:
            if layer.name != ANSWERS and layer.weights:
                whole.get_layer(f"picture{number}_{layer.name}").set_weights(layer.get_weights())
        kernel, shift = branch.get_layer(ANSWERS).get_weights()
        rows.append(kernel / (len(branches) + 1))
        rest = rest + shift / (len(branches) + 1)
    whole.get_layer(ANSWERS).set_weights([np.concatenate([*rows, rest[None]]), bias])
    return whole


def _raster_features(raster: Any, width: int, *, directions: Any = None, prefix: str = "") -> Any:
    """Return the features of a branch for rasters: one value for each channel, a weighted sum over its positions."""
    from keras import layers

    x = _convolve(raster, width, f"{prefix}raster1")
    x = layers.MaxPooling2D(2, name=f"{prefix}pool1")(x)
    if directions is not None:
        x = layers.Concatenate(name=f"{prefix}with_directions")([x, directions])
    x = _residual(_convolve(x, 2 * width, f"{prefix}raster2"), f"{prefix}raster3")
    x = layers.MaxPooling2D(2, name=f"{prefix}pool2")(x)
    x = _residual(_convolve(x, 4 * width, f"{prefix}raster4"), f"{prefix}raster5")
    x = layers.MaxPooling2D(2, padding="same", name=f"{prefix}pool3")(x)
    x = _convolve(x, 5 * width, f"{prefix}raster6")
    x = layers.DepthwiseConv2D(4, use_bias=False, name=f"{prefix}places")(x)
    x = layers.BatchNormalization(name=f"{prefix}places_norm")(x)
    return layers.Flatten(name=f"{prefix}seen")(x)


def _joint_features(z: Any, units: int, prefix: str = "") -> Any:
    """Return the features from which the last layer answers."""
    from keras import layers

    z = layers.Dropout(DROPOUT, name=f"{prefix}dropout1")(z)
    z = layers.Dense(units, use_bias=False, name=f"{prefix}joint")(z)
    z = layers.BatchNormalization(name=f"{prefix}joint_norm")(z)
    z = layers.ReLU(name=f"{prefix}joint_relu")(z)
    return layers.Dropout(DROPOUT, name=f"{prefix}dropout2")(z)


def _add_picture_branches(z: Any, views: Mapping[str, Any], shapes: Sequence[tuple[int, int]]) -> Any:
    """Join the features of the views with those of the branches for pictures.

    For a picture that stands alone the features of the views are scaled by their share and those of the branches
    follow; for everything else the features of the branches are zero.
    """
    from keras import layers

    # The last channel of the trajectory is 1 at every point, and 0 if there is no trajectory.
    weights = np.zeros((CHANNELS, 1), np.float32)
    weights[5] = -1.0
    most = layers.GlobalMaxPooling1D(name="path_present")(views["trajectory"])
    absent = _fixed_dense(most, weights, np.ones(1, np.float32), "absent")
    if "surroundings" in views:
        # The two tests are not joined in one layer: in int8 it would have one scale, that of the trajectory.
        present = layers.GlobalMaxPooling2D(name="around_present")(views["surroundings"])
        alone = _fixed_dense(
            present, np.full((LAYERS, 1), -_PLENTY, np.float32), np.ones(1, np.float32), "nothing_around"
        )
        alone = layers.ReLU(name="nothing_around_relu")(alone)
        absent = layers.Multiply(name="picture_alone")([absent, alone])
    kept = np.full((1, 1), -len(shapes) / (len(shapes) + 1), np.float32)
    share = _fixed_dense(absent, kept, np.ones(1, np.float32), "own_share")
    parts = [layers.Multiply(name=OWN_PART)([z, share])]
    for number, (width, joint) in enumerate(shapes, 1):
        prefix = f"picture{number}_"
        features = _joint_features(_raster_features(views["raster"], width, prefix=prefix), joint, prefix)
        parts.append(layers.Multiply(name=f"{prefix}part")([features, absent]))
    return layers.Concatenate(name="all_parts")([*parts, absent])


def _convolve(x: Any, filters: int, name: str, *, size: int = 3, stride: int = 1) -> Any:
    from keras import layers

    kind = layers.Conv2D if len(x.shape) == 4 else layers.Conv1D
    x = kind(filters, size, strides=stride, padding="same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization(name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x)


def _residual(x: Any, name: str) -> Any:
    from keras import layers

    return layers.Add(name=f"{name}_sum")([x, _convolve(x, x.shape[-1], name)])


def _context_features(context: Any) -> Any:
    """Return the features of the spatial context; the branch is small, to learn sizes and positions, not formulas."""
    from keras import layers

    x = _convolve(context, 12, "around1", size=5, stride=2)
    x = _convolve(x, 24, "around2", stride=2)
    x = _convolve(x, 24, "around3", stride=2)
    x = layers.Flatten(name="around_seen")(x)
    x = layers.Dense(32, use_bias=False, name="around_joint")(x)
    x = layers.BatchNormalization(name="around_norm")(x)
    return layers.ReLU(name="around_relu")(x)


def _direction_maps(path: Any) -> Any:
    """Draw the trajectory into maps of 14x14: eight directions, beginnings of strokes, and all points.

    Each point is distributed over the four nearest cells. Its weight in a cell is the product of a weight across and
    one down, so that the maps are a product of matrices and all layers are plain ones of Keras.
    """
    from keras import layers

    # A fixed layer maps the channels x, y, cosine, sine, beginning and presence to the ten maps.
    kinds = np.zeros((CHANNELS, 10), np.float32)
    for index, angle in enumerate(np.arange(8) * np.pi / 4):
        kinds[2:4, index] = np.cos(angle), np.sin(angle)
    kinds[4, 8] = kinds[5, 9] = 1.0
    values = layers.ReLU(name="directions_relu")(_fixed_dense(path, kinds, np.zeros(10, np.float32), "directions"))
    across = _cell_weights(path, 0, "across")
    down = _cell_weights(path, 1, "down")
    marks = layers.Multiply(name="marks")(
        [
            layers.Reshape((POINTS, MAP_SIZE, 1), name="across_each")(across),
            layers.Reshape((POINTS, 1, 10), name="shown_each")(values),
        ]
    )
    marks = layers.Reshape((POINTS, MAP_SIZE * 10), name="marks_flat")(marks)
    maps = layers.Dot(axes=(1, 1), name="maps_flat")([down, marks])
    maps = layers.Rescaling(_BRIGHTNESS, name="maps_scaled")(maps)
    return layers.Reshape((MAP_SIZE, MAP_SIZE, 10), name="maps")(maps)


def _cell_weights(path: Any, channel: int, name: str) -> Any:
    """Return the weight of each point in each of 14 columns or rows: 1 in the middle of a cell, 0 one cell farther."""
    from keras import layers

    # Coordinates run from -1 to 1 over the glyph's longer side without the pen's width.
    scale = (GLYPH_BOX - PEN_WIDTH) / 2 * MAP_SIZE / RASTER_SIZE
    middle = (MAP_SIZE - 1) / 2
    sides = []
    for sign, side in ((1.0, "after"), (-1.0, "before")):
        weights = np.zeros((CHANNELS, MAP_SIZE), np.float32)
        weights[channel] = -sign * scale
        # Without a point the last channel is 0, and so are all weights.
        weights[5] = sign * (np.arange(MAP_SIZE) - middle) + 1
        sides.append(_fixed_dense(path, weights, np.zeros(MAP_SIZE, np.float32), f"{name}_{side}"))
    return layers.ReLU(name=f"{name}_relu")(layers.Minimum(name=f"{name}_least")(sides))


def _fixed_dense(x: Any, weights: NDArray[np.float32], biases: NDArray[np.float32], name: str) -> Any:
    """Apply a dense layer with fixed weights, which is not trained."""
    from keras import layers

    layer = layers.Dense(len(biases), trainable=False, name=name)
    result = layer(x)
    layer.set_weights([weights, biases])
    return result
