"""The trained networks in LiteRT's form: one file that looks at strokes, one that looks at symbols."""

import tempfile
from pathlib import Path
from typing import Any

from digitvision.recognition.expression.strokefeatures import CHANNELS, PAIR_NUMBERS, POINTS, SCALARS
from digitvision.recognition.expression.symbolfeatures import BOX_NUMBERS, LAYERS, SIDE, SYMBOL_PAIR_NUMBERS
from digitvision.training.expression.networks import WIDTH, Networks


def litert_forms(networks: Networks) -> tuple[bytes, bytes]:
    """Both files' contents; each takes any number of strokes or symbols, of one expression."""
    import tensorflow as tf

    def spec(name: str, *shape: int | None) -> Any:
        return tf.TensorSpec(shape, tf.float32, name=name)

    def strokes(paths: Any, scalars: Any, pairs: Any) -> dict[str, Any]:
        vectors = networks.paths(paths, training=False)[None]
        there = tf.ones_like(scalars[None, :, 0])
        together, _, told = networks.strokes([vectors, scalars[None], pairs[None], there], training=False)
        return {"together": together[0], "vectors": told[0]}

    def symbols(strokes: Any, rasters: Any, boxes: Any, pairs: Any) -> dict[str, Any]:
        pictures = networks.pictures(rasters, training=False)[None]
        made = tf.ones_like(boxes[None, :, 0])
        classes, edges, roots = networks.symbols(
            [strokes[None], pictures, boxes[None], pairs[None], made], training=False
        )
        return {"classes": classes[0], "edges": edges[0], "roots": roots[0]}

    first = [
        spec("paths", None, POINTS, CHANNELS),
        spec("scalars", None, SCALARS),
        spec("pairs", None, None, PAIR_NUMBERS),
    ]
    second = [
        spec("strokes", None, WIDTH),
        spec("rasters", None, SIDE, SIDE, LAYERS),
        spec("boxes", None, BOX_NUMBERS),
        spec("pairs", None, None, SYMBOL_PAIR_NUMBERS),
    ]
    return _converted(networks, strokes, first), _converted(networks, symbols, second)


def _converted(networks: Networks, function: Any, signature: list[Any]) -> bytes:
    import tensorflow as tf

    compiled = tf.function(function, input_signature=signature, autograph=False)
    module = tf.Module()
    module.call = compiled
    # What a saved function reads has to belong to what is saved.
    module.variables_read = [weight.value for weight in networks.weights]
    with tempfile.TemporaryDirectory(prefix="digitvision-") as folder:
        target = str(Path(folder) / "saved")
        tf.saved_model.save(module, target, signatures={"serving_default": compiled.get_concrete_function()})
        content: bytes = tf.lite.TFLiteConverter.from_saved_model(target).convert()
    return content
