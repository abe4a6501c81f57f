"""Inverted residuals in the manner of MobileNetV2, which need few multiplications for their accuracy.

After Sandler, Howard, Zhu, Zhmoginov, Chen 2018, "MobileNetV2: inverted residuals and linear bottlenecks"
(arXiv:1801.04381): each block widens its channels, filters each of them by itself, and narrows them again without a
nonlinearity; where the shape stays, a shortcut joins the narrow ends. Sizes are for 28x28 instead of 224x224.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import keras

EXPANSION: Final = 4
BLOCKS: Final = ((16, 1), (24, 2), (24, 1), (40, 2), (40, 1), (64, 1))
"""Channels at the narrow end, and stride."""

_FIRST: Final = 16
_LAST: Final = 160


def build(input_shape: tuple[int, int, int], classes: int) -> "keras.Model":
    """Build the network, not compiled, with a softmax over the classes.

    Args:
        input_shape: Height, width and channels of the input.
        classes: Number of outputs.
    """
    from keras import Input, Model, layers

    raster = Input(input_shape, name="raster")
    x = _filtered(layers.Conv2D(_FIRST, 3, padding="same", use_bias=False, name="conv"), raster)
    for number, (channels, stride) in enumerate(BLOCKS, start=1):
        x = _inverted(x, channels, stride, f"block{number}")
    x = _filtered(layers.Conv2D(_LAST, 1, use_bias=False, name="last"), x)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    x = layers.Dropout(0.2, name="dropout")(x)
    return Model(raster, layers.Dense(classes, activation="softmax", name="answers")(x), name="mobile")


def _inverted(x: Any, channels: int, stride: int, name: str) -> Any:
    """Add an inverted residual block: widen, filter each channel, narrow, and a shortcut if the shape stays."""
    from keras import layers

    narrow = x
    x = _filtered(layers.Conv2D(EXPANSION * x.shape[-1], 1, use_bias=False, name=f"{name}_widen"), x)
    x = _filtered(layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False, name=f"{name}_filter"), x)
    x = layers.Conv2D(channels, 1, use_bias=False, name=f"{name}_narrow")(x)
    x = layers.BatchNormalization(name=f"{name}_narrow_norm")(x)
    if stride == 1 and narrow.shape[-1] == channels:
        x = layers.Add(name=f"{name}_sum")([narrow, x])
    return x


def _filtered(layer: "keras.layers.Layer", x: Any) -> Any:
    """Apply a layer, normalize, and clip to 0 to 6, as the paper does for arithmetic of low precision."""
    from keras import layers

    x = layers.BatchNormalization(name=f"{layer.name}_norm")(layer(x))
    return layers.ReLU(6.0, name=f"{layer.name}_relu")(x)
