"""Conversion of networks: to LiteRT in several precisions, and to ONNX."""

import tempfile
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.quiet_libraries import without_converter_notices, without_tensorflow_notices

if TYPE_CHECKING:
    import keras

Precision = Literal["float32", "float16", "int8"]
Views = Mapping[str, NDArray[np.float32]]
"""Glyphs as a network takes them: for the name of each input float32 [N, …]."""

ONNX_OPSET: Final = 17
"""Version of the ONNX operators: old enough for programs of 2022, new enough for all layers that are exported."""

ONNX_OUTPUT: Final = "probabilities"
_BATCH: Final = "N"
_ONLY_SIGNATURE: Final = "serving_default"
"""Name that TensorFlow gives to a signature that needs none."""


def keras_network(model: Model) -> "keras.Model":
    """Load the Keras form of a model of the library, not compiled.

    Raises:
        ModelFault: The file is missing or damaged, or this version of Keras cannot load it.
    """
    import keras

    model.keras_form()
    try:
        network: keras.Model = keras.saving.load_model(model.keras_path, compile=False, safe_mode=True)
    except Exception as error:
        # Keras raises exceptions of many types for files of other versions.
        raise ModelFault(f"Keras cannot load the model “{model.name}”; train it again with this version.") from error
    return network


def litert_form(
    network: "keras.Model", workplace: Path, precision: Precision = "float32", typical: Views | None = None
) -> bytes:
    """Convert a network to a LiteRT file. Its inputs and outputs are float32 in every precision.

    Args:
        network: The network.
        workplace: A folder for temporary files.
        precision: Precision of the weights; int8 also calculates with whole numbers (Jacob et al. 2018,
            arXiv:1712.05877).
        typical: For int8: real glyphs, from which the range of every layer's values is measured.

    Raises:
        ModelFault: The network has a layer that LiteRT cannot run.
        OSError: The folder cannot be written.
    """
    import tensorflow as tf

    if precision == "int8" and typical is None:
        raise ValueError("without typical glyphs no range can be chosen")
    with tempfile.TemporaryDirectory(dir=workplace, prefix="export-") as folder, without_tensorflow_notices():
        try:
            save_frozen({_ONLY_SIGNATURE: _answering(network)}, Path(folder))
            converter = tf.lite.TFLiteConverter.from_saved_model(folder)
            if precision != "float32":
                converter.optimizations = [tf.lite.Optimize.DEFAULT]
            if precision == "float16":
                converter.target_spec.supported_types = [tf.float16]
            if precision == "int8" and typical is not None:
                converter.representative_dataset = lambda: _one_by_one(network, typical)
            # The converter warns that the interpreter with which it runs the glyphs is deprecated.
            with warnings.catch_warnings(), without_converter_notices():
                warnings.simplefilter("ignore")
                content: bytes = converter.convert()
        except OSError:
            raise
        except Exception as error:
            # The converter's own exception has moved between TensorFlow's versions, and is an `Exception` itself.
            raise ModelFault("The network cannot be brought to LiteRT's form: it has a layer unknown there.") from error
    return content


def save_frozen(functions: Mapping[str, Any], folder: Path) -> None:
    """Save compiled functions in TensorFlow's own format, as signatures of these names, with variables as constants.

    LiteRT's converter makes constants of them in any case. Saved as variables they would be followed through all layers
    before, written, and read again twice, which is most of the time that a conversion takes.

    Args:
        functions: `tf.function`s with signatures.
        folder: An empty folder.
    """
    import tensorflow as tf

    frozen = {name: _frozen(function) for name, function in functions.items()}
    module = tf.Module()
    # Functions that are saved have to be attributes of what is saved.
    module.functions = frozen
    # Nothing is learned from what is saved; gradients of activations would refer to tensors that are constants by now.
    options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
    tf.saved_model.save(module, str(folder), signatures=frozen, options=options)


def _frozen(function: Any) -> Any:
    """Return the compiled function with its variables as constants; its inputs and outputs keep their names."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    concrete = function.get_concrete_function()
    constant = convert_variables_to_constants_v2(concrete, lower_control_flow=False)

    def answer(*inputs: Any) -> Any:
        return tf.nest.pack_sequence_as(concrete.structured_outputs, constant(*inputs))

    return tf.function(answer, input_signature=function.input_signature, autograph=False)


def _answering(network: "keras.Model") -> Any:
    """Return a compiled function from glyphs to the network's outputs, with the names that Keras itself exports."""
    import keras
    import tensorflow as tf

    given = network.inputs[0] if len(network.inputs) == 1 else network.input

    def answer(*views: Any) -> dict[str, Any]:
        outputs = keras.tree.flatten(network(keras.tree.pack_sequence_as(given, views), training=False))
        return {f"output_{place}": output for place, output in enumerate(outputs)}

    signature = [tf.TensorSpec(item.shape, item.dtype, name=item.name) for item in keras.tree.flatten(given)]
    # Autograph needs the source of the function, which a bundle does not have.
    return tf.function(answer, input_signature=signature, autograph=False)


def _one_by_one(network: "keras.Model", views: Views) -> Iterator[Any]:
    """Yield each glyph as the converter takes it: by the names of the inputs, or in a list if there is one input."""
    for row in range(len(next(iter(views.values())))):
        glyph = {view: values[row : row + 1] for view, values in views.items()}
        yield list(glyph.values()) if len(network.inputs) == 1 else glyph


def onnx_form(network: "keras.Model", views: Views, properties: Mapping[str, str]) -> bytes:
    """Convert a network to an ONNX file that takes any number of glyphs at a time.

    Args:
        network: The network.
        views: Some glyphs; the inputs of the file get their names and shapes.
        properties: Texts for the metadata of the file.

    Raises:
        ModelFault: The network has a layer that ONNX does not know.
    """
    import onnx
    import tensorflow as tf
    import tf2onnx.convert

    names = list(views)

    def answer(*inputs: Any) -> dict[str, Any]:
        given = inputs[0] if len(network.inputs) == 1 else dict(zip(names, inputs, strict=True))
        return {ONNX_OUTPUT: network(given, training=False)}

    signature = [tf.TensorSpec((None, *views[name].shape[1:]), tf.float32, name=name) for name in names]
    # Autograph needs the source of the function, which a bundle does not have.
    function = tf.function(answer, input_signature=signature, autograph=False)
    try:
        with without_tensorflow_notices():
            form, _ = tf2onnx.convert.from_function(function, input_signature=signature, opset=ONNX_OPSET)
        for item in (*form.graph.input, *form.graph.output):
            item.type.tensor_type.shape.dim[0].dim_param = _BATCH
        onnx.helper.set_model_props(form, dict(properties))
        onnx.checker.check_model(form)
        content: bytes = form.SerializeToString()
    except Exception as error:
        # The converter raises exceptions of many types for a layer that it does not know.
        raise ModelFault("The network cannot be brought to ONNX: it has a layer unknown there.") from error
    return content


def onnx_outputs(content: bytes, views: Views) -> NDArray[np.float32]:
    """Run an ONNX file with the reference implementation of the format, which is slow but independent of any runtime.

    Returns:
        float32 [N, C].

    Raises:
        ModelFault: The file cannot be run.
    """
    from onnx.reference import ReferenceEvaluator

    try:
        outputs = ReferenceEvaluator(content).run([ONNX_OUTPUT], dict(views))[0]
    except Exception as error:
        # Its operations raise the exceptions of NumPy.
        raise ModelFault("The ONNX file cannot be run as the standard says; nothing was written.") from error
    return np.asarray(outputs, dtype=np.float32)
