"""The network for lines of ink: convolutions over the pen's path, then recurrent layers in both directions."""

from typing import TYPE_CHECKING, Any

import numpy as np

from digitvision.ink.lines.path_features import FEATURES
from digitvision.recognition.text.characters import BLANK, CLASSES
from digitvision.training.text.batches import Batch
from digitvision.training.text.recurrent import bidirectional

if TYPE_CHECKING:
    import keras


def build_network(units: int, layers: int, channels: tuple[int, int], dropout: float = 0.0) -> "keras.Model":
    """Build an untrained network that reads lines.

    Args:
        units: Units of each recurrent layer in each direction.
        layers: Number of recurrent layers.
        channels: Channels of both convolutions, each of which halves the length.
        dropout: Share of channels left out in training, the same ones along a whole line.

    Returns:
        A network from float32 [B, N, 9], as `path_features` gives them with N filled up to a multiple of four, to
        logits [B, N / 4, classes], the last class being the blank.
    """
    import keras

    inputs = values = keras.Input((None, FEATURES), name="path")
    for number, count in enumerate(channels, start=1):
        values = keras.layers.Conv1D(count, 5, strides=2, padding="same", name=f"convolution_{number}")(values)
        values = keras.layers.LayerNormalization(name=f"normalization_{number}")(values)
        values = keras.layers.Activation("silu", name=f"activation_{number}")(values)
    for number in range(1, layers + 1):
        values = keras.layers.SpatialDropout1D(dropout, name=f"dropout_{number}")(values)
        recurrent = keras.layers.LSTM(units, return_sequences=True)
        values = keras.layers.Bidirectional(recurrent, name=f"recurrent_{number}")(values)
    values = keras.layers.SpatialDropout1D(dropout, name="dropout")(values)
    return keras.Model(inputs, keras.layers.Dense(CLASSES, name="logits")(values), name="lines")


def learning_logits(network: "keras.Model", paths: Any) -> Any:
    """Return the network's logits as in training, with the recurrent layers in their faster form."""
    import keras

    values = paths
    for layer in network.layers[1:]:
        if isinstance(layer, keras.layers.Bidirectional):
            values = bidirectional(layer, values)
        else:
            values = layer(values, training=True)
    return values


def tensors_of(batch: Batch) -> tuple[Any, ...]:
    """Return a batch as `batch_signature` describes it."""
    import tensorflow as tf

    sizes = np.array([len(text) for text in batch.texts], np.int32)
    return tuple(tf.constant(array) for array in (batch.paths, batch.places, batch.classes, batch.lengths, sizes))


def batch_signature() -> list[Any]:
    """What a batch is to a compiled function: of any number of lines of any length."""
    import tensorflow as tf

    return [
        tf.TensorSpec((None, None, FEATURES), tf.float32),
        tf.TensorSpec((None, 2), tf.int64),
        tf.TensorSpec((None,), tf.int32),
        tf.TensorSpec((None,), tf.int32),
        tf.TensorSpec((None,), tf.int32),
    ]


def loss_of(logits: Any, places: Any, classes: Any, lengths: Any, sizes: Any) -> Any:
    """Return the loss of a batch: the mean of the lines' losses by character.

    It is that of connectionist temporal classification (Graves et al. 2006).

    Args:
        logits: float32 [B, T, classes].
        places, classes, lengths: See `Batch`.
        sizes: int32 [B], the number of characters of each text.
    """
    import tensorflow as tf

    longest = tf.cast(tf.maximum(tf.reduce_max(sizes), 1), tf.int64)
    texts = tf.SparseTensor(places, classes, tf.stack([tf.shape(logits, tf.int64)[0], longest]))
    losses = tf.nn.ctc_loss(texts, logits, None, lengths, logits_time_major=False, blank_index=BLANK)
    return tf.reduce_mean(losses / tf.cast(tf.maximum(sizes, 1), tf.float32))
