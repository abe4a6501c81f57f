"""A residual network for small pictures: ResNet-14 with 24, 48 and 96 channels.

After He, Zhang, Ren, Sun 2016, "Deep residual learning for image recognition" (arXiv:1512.03385), section 4.2, the
networks for pictures of 32x32: three stages of blocks of two convolutions with a shortcut, halved in size and doubled
in channels from one to the next. Where a block changes the shape, its shortcut is a 1x1 convolution (option B there).
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import keras

CHANNELS: Final = (24, 48, 96)
BLOCKS: Final = 2
"""Blocks in each stage; the depth is six times that and two."""


def build(input_shape: tuple[int, int, int], classes: int) -> "keras.Model":
    """Build the network, not compiled, with a softmax over the classes.

    Args:
        input_shape: Height, width and channels of the input.
        classes: Number of outputs.
    """
    from keras import Input, Model, layers

    raster = Input(input_shape, name="raster")
    x = _normed(layers.Conv2D(CHANNELS[0], 3, padding="same", use_bias=False, name="conv")(raster), "conv")
    x = layers.ReLU(name="conv_relu")(x)
    for stage, channels in enumerate(CHANNELS, start=1):
        for block in range(1, BLOCKS + 1):
            stride = 2 if stage > 1 and block == 1 else 1
            x = _block(x, channels, stride, f"block{stage}_{block}")
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    x = layers.Dropout(0.2, name="dropout")(x)
    return Model(raster, layers.Dense(classes, activation="softmax", name="answers")(x), name="residual")


def _block(x: Any, channels: int, stride: int, name: str) -> Any:
    """Add a residual block: two convolutions and a shortcut."""
    from keras import layers

    shortcut = x
    if stride != 1 or x.shape[-1] != channels:
        shortcut = layers.Conv2D(channels, 1, strides=stride, use_bias=False, name=f"{name}_shortcut")(x)
        shortcut = _normed(shortcut, f"{name}_shortcut")
    x = layers.Conv2D(channels, 3, strides=stride, padding="same", use_bias=False, name=f"{name}_conv1")(x)
    x = layers.ReLU(name=f"{name}_relu1")(_normed(x, f"{name}_conv1"))
    x = layers.Conv2D(channels, 3, padding="same", use_bias=False, name=f"{name}_conv2")(x)
    x = layers.Add(name=f"{name}_sum")([shortcut, _normed(x, f"{name}_conv2")])
    return layers.ReLU(name=f"{name}_relu2")(x)


def _normed(x: Any, name: str) -> Any:
    from keras import layers

    return layers.BatchNormalization(name=f"{name}_norm")(x)
