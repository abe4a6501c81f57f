"""Conversion of the trained networks to LiteRT: one file for strokes and one for symbols."""

import tempfile
from pathlib import Path
from typing import Any

from digitvision.recognition.expression.reading.networks import PICTURES, SYMBOLS
from digitvision.recognition.expression.reading.stroke_features import CHANNELS, PAIR_NUMBERS, POINTS, SCALARS
from digitvision.recognition.expression.reading.symbol_features import BOX_NUMBERS, LAYERS, SIDE, SYMBOL_PAIR_NUMBERS
from digitvision.training.expression.networks import WIDTH, Networks
from digitvision.training.networks.conversion import save_frozen


class LitertForms:
    """Conversion of networks; they are traced once, whatever weights are given to them later."""

    def __init__(self, networks: Networks) -> None:
        self._functions = (_stroke_functions(networks), _symbol_functions(networks))

    def files(self) -> tuple[bytes, bytes]:
        """Convert the networks as they are now; each file takes any number of strokes or symbols of one expression.

        Returns:
            The file for strokes; and that for symbols, with a signature for their rasters and one for all their
            features.
        """
        strokes, symbols = (_convert(functions) for functions in self._functions)
        return strokes, symbols


def _stroke_functions(networks: Networks) -> dict[str, Any]:
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
    return {"strokes": tf.function(strokes, input_signature=inputs, autograph=False)}


def _symbol_functions(networks: Networks) -> dict[str, Any]:
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
    return {
        SYMBOLS: tf.function(symbols, input_signature=inputs, autograph=False),
        PICTURES: tf.function(pictures, input_signature=rasters, autograph=False),
    }


def _input(name: str, *shape: int | None) -> Any:
    """Return what TensorFlow is told of an input: its name, and its shape with None where any size will do."""
    import tensorflow as tf

    return tf.TensorSpec(shape, tf.float32, name=name)


def _convert(functions: dict[str, Any]) -> bytes:
    """Return a LiteRT file with these functions as signatures of their names."""
    import tensorflow as tf

    with tempfile.TemporaryDirectory(prefix="digitvision-") as folder:
        save_frozen(functions, Path(folder))
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=list(functions))
        # Weights of half precision: half the size, and logits that differ by a few thousandths.
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
        content: bytes = converter.convert()
    return content
