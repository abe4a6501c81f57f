"""A network with two views of a glyph: its raster, and the path that the pen took."""

from typing import TYPE_CHECKING, Any, Final

from digitvision.ink.raster import RASTER_SIZE
from digitvision.ink.trajectory import CHANNELS, POINTS

if TYPE_CHECKING:
    import keras

DROPOUT: Final = 0.3


def build_two_views(classes: int, *, width: int = 24, joint: int = 160) -> "keras.Model":
    """Convolutions over the raster (with shortcuts, He et al. 2016, arXiv:1512.03385) and along the trajectory.

    The raster's branch ends in weights for each place and channel (a global depthwise convolution, Chen et al. 2018,
    arXiv:1804.07573) and not in an average, because it matters where in a glyph something is. A missing trajectory is
    all zero.

    Args:
        classes: Number of outputs.
        width: Channels of the first convolution; the others are multiples.
        joint: Units where both views come together.

    Returns:
        A network with the inputs `raster` [28, 28, 1] and `trajectory` [64, 6] and a softmax.
    """
    from keras import Input, Model, layers

    def convolved(x: Any, filters: int, name: str, *, size: int = 3, stride: int = 1) -> Any:
        kind = layers.Conv2D if len(x.shape) == 4 else layers.Conv1D
        x = kind(filters, size, strides=stride, padding="same", use_bias=False, name=name)(x)
        x = layers.BatchNormalization(name=f"{name}_norm")(x)
        return layers.ReLU(name=f"{name}_relu")(x)

    def refined(x: Any, name: str) -> Any:
        return layers.Add(name=f"{name}_sum")([x, convolved(x, x.shape[-1], name)])

    raster = Input((RASTER_SIZE, RASTER_SIZE, 1), name="raster")
    x = convolved(raster, width, "raster1")
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = refined(convolved(x, 2 * width, "raster2"), "raster3")
    x = layers.MaxPooling2D(2, name="pool2")(x)
    x = refined(convolved(x, 4 * width, "raster4"), "raster5")
    x = layers.MaxPooling2D(2, padding="same", name="pool3")(x)
    x = convolved(x, 16 * width // 3, "raster6")
    x = layers.DepthwiseConv2D(4, use_bias=False, name="places")(x)
    x = layers.BatchNormalization(name="places_norm")(x)
    x = layers.Flatten(name="seen")(x)

    path = Input((POINTS, CHANNELS), name="trajectory")
    y = convolved(path, 2 * width, "path1", size=5)
    y = convolved(y, 4 * width, "path2", size=5, stride=2)
    y = refined(y, "path3")
    y = convolved(y, 16 * width // 3, "path4", stride=2)
    y = refined(y, "path5")
    y = layers.Concatenate(name="followed")(
        [layers.GlobalAveragePooling1D(name="path_mean")(y), layers.GlobalMaxPooling1D(name="path_most")(y)]
    )

    z = layers.Concatenate(name="both")([x, y])
    z = layers.Dropout(DROPOUT, name="dropout1")(z)
    z = layers.Dense(joint, use_bias=False, name="joint")(z)
    z = layers.BatchNormalization(name="joint_norm")(z)
    z = layers.ReLU(name="joint_relu")(z)
    z = layers.Dropout(DROPOUT, name="dropout2")(z)
    answers = layers.Dense(classes, activation="softmax", dtype="float32", name="answers")(z)
    return Model({"raster": raster, "trajectory": path}, answers, name="two_views")
