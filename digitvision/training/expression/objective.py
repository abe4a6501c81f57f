"""The loss of the networks that read expressions."""

from typing import TYPE_CHECKING, Any, Final

from digitvision.recognition.expression.reading.stroke_features import CHANNELS, POINTS
from digitvision.recognition.expression.reading.symbol_features import LAYERS, SIDE
from digitvision.training.expression.networks import Networks

if TYPE_CHECKING:
    import tensorflow as tf

PARENT_WEIGHT: Final = 1.5
STROKE_WEIGHT: Final = 0.3
RASTER_WEIGHT: Final = 0.3
LABEL_SMOOTHING: Final = 0.05
_FAR: Final = -1e9

Views = dict[str, Any]
"""The arrays of a `batches.Batch` as tensors, by their names."""


def losses(networks: Networks, batch: Views, *, training: bool) -> "tuple[tf.Tensor, dict[str, tf.Tensor]]":
    """Return the loss of a batch, and its parts with the shares of symbols whose class and whose parent are right.

    Whether strokes belong to the same symbol: binary cross-entropy over pairs, summed for each stroke. Classes and
    parents: cross-entropy over symbols, where a parent with its relation, or being the root, is one choice. The second
    network is given the true symbols. Classes of single strokes and of rasters are learned as well, so that their
    vectors become useful early.
    """
    import tensorflow as tf

    shape = tf.shape(batch["paths"])
    size, strokes, symbols = shape[0], shape[1], tf.shape(batch["boxes"])[1]
    there, made = batch["strokes"], batch["symbols"]
    paths = networks.paths(tf.reshape(batch["paths"], (-1, POINTS, CHANNELS)), training=training)
    together, kinds, vectors = networks.strokes(
        [tf.reshape(paths, (size, strokes, -1)), batch["scalars"], batch["stroke_pairs"], there], training=training
    )
    pictures = networks.pictures(tf.reshape(batch["rasters"], (-1, SIDE, SIDE, LAYERS)), training=training)
    raster_classes = tf.reshape(networks.raster_classes(pictures), (size, symbols, -1))
    pictures = tf.reshape(pictures, (size, symbols, -1))
    classes, edges, roots = networks.symbols(
        [tf.matmul(batch["grouping"], vectors), pictures, batch["boxes"], batch["symbol_pairs"], made],
        training=training,
    )
    pairs = there[:, :, None] * there[:, None, :] * (1 - tf.eye(strokes)[None])
    apart = tf.nn.sigmoid_cross_entropy_with_logits(labels=batch["together"], logits=together)
    choices = parent_logits(edges, roots, made)
    log_shares = tf.nn.log_softmax(choices)
    chosen = tf.gather(log_shares, batch["edges"], batch_dims=2, axis=-1)
    parts = {
        "together": tf.reduce_sum(apart * pairs) / tf.reduce_sum(there),
        "class": _cross_entropy(classes, batch["labels"], made),
        "parent": -_mean(chosen, made),
        "stroke": _cross_entropy(kinds, batch["stroke_labels"], there),
        "raster": _cross_entropy(raster_classes, batch["labels"], made),
    }
    loss = parts["together"] + parts["class"] + PARENT_WEIGHT * parts["parent"]
    loss += STROKE_WEIGHT * parts["stroke"] + RASTER_WEIGHT * parts["raster"]
    parts["classes_right"] = _right(classes, batch["labels"], made)
    parts["parents_right"] = _right(choices, batch["edges"], made)
    return loss, parts


def parent_logits(edges: Any, roots: Any, made: Any) -> Any:
    """Return logits of the choices of each symbol, [B, M, 6 M + 1]: each parent with each relation, then the root."""
    import tensorflow as tf

    shape = tf.shape(edges)
    hidden = (1 - made)[:, None, :, None] + tf.eye(shape[1])[None, :, :, None]
    flat = tf.reshape(edges + hidden * _FAR, (shape[0], shape[1], -1))
    return tf.concat([flat, roots[..., None]], axis=-1)


def _cross_entropy(logits: Any, labels: Any, mask: Any) -> Any:
    import tensorflow as tf

    log_shares = tf.nn.log_softmax(logits)
    chosen = tf.gather(log_shares, labels, batch_dims=2, axis=-1)
    return -_mean((1 - LABEL_SMOOTHING) * chosen + LABEL_SMOOTHING * tf.reduce_mean(log_shares, axis=-1), mask)


def _mean(values: Any, mask: Any) -> Any:
    import tensorflow as tf

    return tf.reduce_sum(values * mask) / tf.reduce_sum(mask)


def _right(logits: Any, labels: Any, mask: Any) -> Any:
    import tensorflow as tf

    hit = tf.argmax(logits, axis=-1, output_type=tf.int32) == labels
    return _mean(tf.cast(hit, tf.float32), mask)
