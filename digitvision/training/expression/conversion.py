"""Conversion of the trained networks to LiteRT: one file for strokes and one for symbols."""

import tempfile
from pathlib import Path
from typing import Any

from digitvision.recognition.expression.reading.networks import PICTURES, SYMBOLS
from digitvision.recognition.expression.reading.stroke_features import CHANNELS, PAIR_NUMBERS, POINTS, SCALARS
from digitvision.recognition.expression.reading.symbol_features import BOX_NUMBERS, LAYERS, SIDE, SYMBOL_PAIR_NUMBERS
from digitvision.training.expression.networks import WIDTH, Networks


def litert_forms(networks: Networks) -> tuple[bytes, bytes]:
    """Convert the networks; each file takes any number of strokes or symbols of one expression.

    Returns:
        The file for strokes; and that for symbols, with a signature for their rasters and one for all their features.
    """
    return _strokes_form(networks), _symbols_form(networks)


def _strokes_form(networks: Networks) -> bytes:
    import tensorflow as tf

    def strokes(paths: Any, scalars: Any, pairs: Any) -> dict[str, Any]:
        vectors = networks.paths(paths, training=False)[None]
        there = tf.ones_like(scalars[None, :, 0])
        together, _, vectors_out = networks.strokes([vectors, scalars[None], pairs[None], there], training=False)
        return {"together": together[0], "vectors": vectors_out[0]}

    inputs = [
        _input("paths", None, POINTS, CHANNELS),
        _input("scalars", None, SCALARS),
        _input("pairs", None, None, PAIR_NUMBERS),
    ]
    return _convert(networks, {"strokes": tf.function(strokes, input_signature=inputs, autograph=False)})


def _symbols_form(networks: Networks) -> bytes:
    import tensorflow as tf

    def pictures(rasters: Any) -> dict[str, Any]:
        return {"pictures": networks.pictures(rasters, training=False)}

    def symbols(strokes: Any, pictures: Any, boxes: Any, pairs: Any) -> dict[str, Any]:
        made = tf.ones_like(boxes[None, :, 0])
        classes, edges, roots = networks.symbols(
            [strokes[None], pictures[None], boxes[None], pairs[None], made], training=False
        )
        return {"classes": classes[0], "edges": edges[0], "roots": roots[0]}

    inputs = [
        _input("strokes", None, WIDTH),
        _input("pictures", None, WIDTH),
        _input("boxes", None, BOX_NUMBERS),
        _input("pairs", None, None, SYMBOL_PAIR_NUMBERS),
    ]
    rasters = [_input("rasters", None, SIDE, SIDE, LAYERS)]
    return _convert(
        networks,
        {
            SYMBOLS: tf.function(symbols, input_signature=inputs, autograph=False),
            PICTURES: tf.function(pictures, input_signature=rasters, autograph=False),
        },
    )


def _input(name: str, *shape: int | None) -> Any:
    """Return what TensorFlow is told of an input: its name, and its shape with None where any size will do."""
    import tensorflow as tf

    return tf.TensorSpec(shape, tf.float32, name=name)


def _convert(networks: Networks, functions: dict[str, Any]) -> bytes:
    """Return a LiteRT file with these functions as signatures of their names."""
    import tensorflow as tf

    module = tf.Module()
    module.functions = functions
    # The variables that a saved function reads have to be attributes of the saved module.
    module.variables_read = [weight.value for weight in networks.weights]
    signatures = {name: function.get_concrete_function() for name, function in functions.items()}
    with tempfile.TemporaryDirectory(prefix="digitvision-") as folder:
        target = str(Path(folder) / "saved")
        tf.saved_model.save(module, target, signatures=signatures)
        converter = tf.lite.TFLiteConverter.from_saved_model(target, signature_keys=list(signatures))
        # Weights of half precision: half the size, and logits that differ by a few thousandths.
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
        content: bytes = converter.convert()
    return content
