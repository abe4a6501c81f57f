"""Three light convolutions and no dense layer: a network that trains in about a minute, for trying things out.

Strided convolutions instead of pooling (Springenberg et al. 2015, arXiv:1412.6806), batch normalization (Ioffe and
Szegedy 2015, arXiv:1502.03167) and an average over all positions (Lin et al. 2014, arXiv:1312.4400).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

_CHANNELS = (12, 24, 48)


def build(input_shape: tuple[int, int, int], classes: int) -> "keras.Sequential":
    """Build the network, not compiled, with a softmax over the classes.

    Args:
        input_shape: Height, width and channels of the input.
        classes: Number of outputs.
    """
    from keras import Input, Sequential, layers

    network = Sequential([Input(input_shape)], name="small")
    for number, channels in enumerate(_CHANNELS, start=1):
        network.add(
            layers.Conv2D(channels, 3, strides=2, padding="same", use_bias=False, name=f"conv{number}"),
        )
        network.add(layers.BatchNormalization(name=f"norm{number}"))
        network.add(layers.ReLU(name=f"relu{number}"))
    network.add(layers.GlobalAveragePooling2D(name="mean"))
    network.add(layers.Dense(classes, activation="softmax", name="answers"))
    return network
