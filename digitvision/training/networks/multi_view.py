"""A network with several views of a glyph: its raster, the path that the pen took, and what lies around."""

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
"""The name of the last layer."""

DROPOUT: Final = 0.3
MAP_SIZE: Final = RASTER_SIZE // 2

_BRIGHTNESS: Final = 0.5
"""Brings what several points add up to in one place of a direction map to about one."""

_PLENTY: Final = 100.0
"""Makes the faintest grey of surroundings count as much as their black."""


def build_views(
    classes: int,
    *,
    width: int = 24,
    joint: int = 152,
    with_context: bool = False,
    picture_branches: Sequence[tuple[int, int]] = (),
) -> "keras.Model":
    """Convolutions over the raster (with shortcuts, He et al. 2016, arXiv:1512.03385) and along the trajectory.

    The trajectory is seen twice: as a sequence, and drawn into direction maps, one for each of eight directions in
    which the pen may go, which join the raster (after Bai and Huo 2005, "A study on the use of 8-directional features
    for online handwritten Chinese character recognition"). The raster's branch ends in weights for each place and
    channel (a global depthwise convolution, Chen et al. 2018, arXiv:1804.07573) and not in an average, because it
    matters where in a glyph something is. A missing trajectory is all zero, and so are missing surroundings.

    Args:
        classes: Number of outputs.
        width: Channels of the first convolution; the others are multiples.
        joint: Units where the views come together.
        with_context: Whether there is a third view.
        picture_branches: Width and joint units of each branch that looks at pictures only, see `with_picture_branches`.

    Returns:
        A network with the inputs `raster` [28, 28, 1], `trajectory` [64, 6] and, where asked for, `context`
        [24, 24, 2], and a softmax.
    """
    from keras import Input, Model, layers

    raster = Input(INPUT_SHAPE, name="raster")
    path = Input((POINTS, CHANNELS), name="trajectory")
    x = _seen(raster, width, directions=_direction_maps(path))

    y = _convolved(path, 2 * width, "path1", size=5)
    y = _convolved(y, 4 * width, "path2", size=5, stride=2)
    y = _refined(y, "path3")
    y = _convolved(y, 5 * width, "path4", stride=2)
    y = _refined(y, "path5")
    y = layers.Concatenate(name="followed")(
        [layers.GlobalAveragePooling1D(name="path_mean")(y), layers.GlobalMaxPooling1D(name="path_most")(y)]
    )

    views = {"raster": raster, "trajectory": path}
    branches = [x, y]
    if with_context:
        views["surroundings"] = Input((FIELD, FIELD, LAYERS), name="surroundings")
        branches.append(_placed(views["surroundings"]))
    z = _joined(layers.Concatenate(name="together")(branches), joint)
    if picture_branches:
        z = _by_picture_branches(z, views, picture_branches)
    answers = layers.Dense(classes, activation="softmax", dtype="float32", name=ANSWERS)(z)
    return Model(views, answers, name="views")


def build_raster(classes: int, *, width: int, joint: int) -> "keras.Model":
    """The raster's branch alone, for pictures: what `with_picture_branches` takes.

    Args:
        classes: Number of outputs.
        width: Channels of the first convolution.
        joint: Units before the answers.

    Returns:
        A network with the input `raster` [28, 28, 1] and a softmax.
    """
    from keras import Input, Model, layers

    raster = Input(INPUT_SHAPE, name="raster")
    z = _joined(_seen(raster, width), joint)
    answers = layers.Dense(classes, activation="softmax", dtype="float32", name=ANSWERS)(z)
    return Model(raster, answers, name="raster")


def with_picture_branches(network: "keras.Model", branches: "Sequence[keras.Model]") -> "keras.Model":
    """A network of views that reads pictures together with others, each of which has learned from pictures only.

    Its probabilities for a picture that stands alone are the geometric mean of theirs and its own, each brought to a
    sum of 1; for strokes, and for a picture in its surroundings, of which the others know nothing, they stay what they
    are. The mean is taken in the last layer, which stands on the features of all: so the whole still ends in one dense
    layer, as every network does that another one may begin with.

    Args:
        network: One that `build_views` made, without such branches.
        branches: Some that `build_raster` made, with the same classes in the same order.

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
    # The first network's features come with the share that it has in the answer; the last row is for pictures only.
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


def _seen(raster: Any, width: int, *, directions: Any = None, prefix: str = "") -> Any:
    """What a branch for rasters finds: a value for each channel, places weighed within it."""
    from keras import layers

    x = _convolved(raster, width, f"{prefix}raster1")
    x = layers.MaxPooling2D(2, name=f"{prefix}pool1")(x)
    if directions is not None:
        x = layers.Concatenate(name=f"{prefix}with_directions")([x, directions])
    x = _refined(_convolved(x, 2 * width, f"{prefix}raster2"), f"{prefix}raster3")
    x = layers.MaxPooling2D(2, name=f"{prefix}pool2")(x)
    x = _refined(_convolved(x, 4 * width, f"{prefix}raster4"), f"{prefix}raster5")
    x = layers.MaxPooling2D(2, padding="same", name=f"{prefix}pool3")(x)
    x = _convolved(x, 5 * width, f"{prefix}raster6")
    x = layers.DepthwiseConv2D(4, use_bias=False, name=f"{prefix}places")(x)
    x = layers.BatchNormalization(name=f"{prefix}places_norm")(x)
    return layers.Flatten(name=f"{prefix}seen")(x)


def _joined(z: Any, units: int, prefix: str = "") -> Any:
    """Features that the answers are told from."""
    from keras import layers

    z = layers.Dropout(DROPOUT, name=f"{prefix}dropout1")(z)
    z = layers.Dense(units, use_bias=False, name=f"{prefix}joint")(z)
    z = layers.BatchNormalization(name=f"{prefix}joint_norm")(z)
    z = layers.ReLU(name=f"{prefix}joint_relu")(z)
    return layers.Dropout(DROPOUT, name=f"{prefix}dropout2")(z)


def _by_picture_branches(z: Any, views: Mapping[str, Any], shapes: Sequence[tuple[int, int]]) -> Any:
    """The features of all branches: a picture's that stands alone are a share of the views' and all others; else the
    views' only."""
    from keras import layers

    # The trajectory's last channel is 1 at every point that there is.
    weights = np.zeros((CHANNELS, 1), np.float32)
    weights[5] = -1.0
    most = layers.GlobalMaxPooling1D(name="path_present")(views["trajectory"])
    absent = _fixed(most, weights, np.ones(1, np.float32), "absent")
    if "surroundings" in views:
        # Not joined with the path's: in int8, what is joined has one scale, and that would become the trajectory's.
        around = layers.GlobalMaxPooling2D(name="around_present")(views["surroundings"])
        alone = _fixed(around, np.full((LAYERS, 1), -_PLENTY, np.float32), np.ones(1, np.float32), "nothing_around")
        alone = layers.ReLU(name="nothing_around_relu")(alone)
        absent = layers.Multiply(name="picture_alone")([absent, alone])
    kept = np.full((1, 1), -len(shapes) / (len(shapes) + 1), np.float32)
    share = _fixed(absent, kept, np.ones(1, np.float32), "own_share")
    parts = [layers.Multiply(name=OWN_PART)([z, share])]
    for number, (width, joint) in enumerate(shapes, 1):
        prefix = f"picture{number}_"
        found = _joined(_seen(views["raster"], width, prefix=prefix), joint, prefix)
        parts.append(layers.Multiply(name=f"{prefix}part")([found, absent]))
    return layers.Concatenate(name="all_parts")([*parts, absent])


def _convolved(x: Any, filters: int, name: str, *, size: int = 3, stride: int = 1) -> Any:
    from keras import layers

    kind = layers.Conv2D if len(x.shape) == 4 else layers.Conv1D
    x = kind(filters, size, strides=stride, padding="same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization(name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x)


def _refined(x: Any, name: str) -> Any:
    from keras import layers

    return layers.Add(name=f"{name}_sum")([x, _convolved(x, x.shape[-1], name)])


def _placed(around: Any) -> Any:
    """The surroundings' branch, small: it has to learn sizes and places, not formulas by heart."""
    from keras import layers

    x = _convolved(around, 12, "around1", size=5, stride=2)
    x = _convolved(x, 24, "around2", stride=2)
    x = _convolved(x, 24, "around3", stride=2)
    x = layers.Flatten(name="around_seen")(x)
    x = layers.Dense(32, use_bias=False, name="around_joint")(x)
    x = layers.BatchNormalization(name="around_norm")(x)
    return layers.ReLU(name="around_relu")(x)


def _direction_maps(path: Any) -> Any:
    """The trajectory drawn into maps of 14x14: eight directions, beginnings of strokes, and all points.

    Each point is shared out among the four places around it; that is a product of its shares across and down, so the
    whole is one product of matrices and every layer a plain one of Keras's.
    """
    from keras import layers

    # x, y, cosine, sine, beginning, present: a fixed layer mixes them to what the maps show.
    kinds = np.zeros((CHANNELS, 10), np.float32)
    for place, angle in enumerate(np.arange(8) * np.pi / 4):
        kinds[2:4, place] = np.cos(angle), np.sin(angle)
    kinds[4, 8] = kinds[5, 9] = 1.0
    shown = layers.ReLU(name="directions_relu")(_fixed(path, kinds, np.zeros(10, np.float32), "directions"))
    across = _shares(path, 0, "across")
    down = _shares(path, 1, "down")
    marks = layers.Multiply(name="marks")(
        [
            layers.Reshape((POINTS, MAP_SIZE, 1), name="across_each")(across),
            layers.Reshape((POINTS, 1, 10), name="shown_each")(shown),
        ]
    )
    marks = layers.Reshape((POINTS, MAP_SIZE * 10), name="marks_flat")(marks)
    maps = layers.Dot(axes=(1, 1), name="maps_flat")([down, marks])
    maps = layers.Rescaling(_BRIGHTNESS, name="maps_scaled")(maps)
    return layers.Reshape((MAP_SIZE, MAP_SIZE, 10), name="maps")(maps)


def _shares(path: Any, channel: int, name: str) -> Any:
    """How much of each point belongs to each of the 14 columns or rows: 1 at its middle, 0 a place farther."""
    from keras import layers

    # Coordinates run from -1 to 1 over the glyph's longer side without the pen's width.
    scale = (GLYPH_BOX - PEN_WIDTH) / 2 * MAP_SIZE / RASTER_SIZE
    middle = (MAP_SIZE - 1) / 2
    sides = []
    for sign, side in ((1.0, "after"), (-1.0, "before")):
        weights = np.zeros((CHANNELS, MAP_SIZE), np.float32)
        weights[channel] = -sign * scale
        # A point that is not there is nowhere.
        weights[5] = sign * (np.arange(MAP_SIZE) - middle) + 1
        sides.append(_fixed(path, weights, np.zeros(MAP_SIZE, np.float32), f"{name}_{side}"))
    return layers.ReLU(name=f"{name}_relu")(layers.Minimum(name=f"{name}_least")(sides))


def _fixed(x: Any, weights: NDArray[np.float32], biases: NDArray[np.float32], name: str) -> Any:
    """A dense layer that is not trained."""
    from keras import layers

    layer = layers.Dense(len(biases), trainable=False, name=name)
    result = layer(x)
    layer.set_weights([weights, biases])
    return result
