"""Two convolutions and a dense layer: the plain network that every course begins with.

After LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied to document recognition", with rectified
linear units, max pooling and dropout (Srivastava et al. 2014) instead of the activations and pooling of that paper.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def build(input_shape: tuple[int, int, int], classes: int) -> "keras.Sequential":
    """Build the network, not compiled, with a softmax over the classes.

    Args:
        input_shape: Height, width and channels of the input.
        classes: Number of outputs.
    """
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input(input_shape),
            layers.Conv2D(32, (3, 3), activation="relu", name="conv1"),
            layers.MaxPooling2D((2, 2), name="pool1"),
            layers.Conv2D(64, (3, 3), activation="relu", name="conv2"),
            layers.MaxPooling2D((2, 2), name="pool2"),
            layers.Flatten(name="flatten"),
            layers.Dense(128, activation="relu", name="dense"),
            layers.Dropout(0.2, name="dropout"),
            layers.Dense(classes, activation="softmax", name="answers"),
        ],
        name="cnn",
    )
