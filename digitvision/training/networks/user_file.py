"""Networks that a user's own Python file builds: the file is run, and the network is checked.

The network is saved and loaded again as an untrusted file (`keras_file.py`), so that it has Keras's own layers only and
every part of this program can load it later. Every failure is reported in one sentence, before any training begins.
"""

import hashlib
import os
import re
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from digitvision.faults import Fault
from digitvision.files import read_limited, reason
from digitvision.training.networks.keras_file import KerasFileFault, load_keras_file
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.networks.transfer import answering_layer

if TYPE_CHECKING:
    import keras

SOURCE_LIMIT: Final = 2**20

_MODULE: Final = "digitvision_own_architecture"
_BUILD: Final = "build"
_LONGEST_ERROR: Final = 240
_TRIALS: Final = 5
_TOLERANCE: Final = 1e-3
"""Largest allowed difference of the sum of probabilities from 1."""

_ESCAPES: Final = re.compile(r"\x1b\[[0-9;]*m")
_KERAS_DETAILS: Final = re.compile(r"\s*Arguments received by .*", re.DOTALL)
_KERAS_PREFACE: Final = re.compile(r"^Exception encountered when calling [^\n]*\n+")


def source_digest(path: Path) -> str:
    """Return the SHA-256 of a file's content as hex digits.

    Raises:
        FileFault: The file cannot be read.
    """
    return hashlib.sha256(read_limited(path, SOURCE_LIMIT)).hexdigest()


def network_from_file(path: Path, input_shape: tuple[int, int, int], classes: int) -> "keras.Model":
    """Run a Python file and return the network that its `build(input_shape, classes)` returns, not compiled.

    Args:
        path: The Python file.
        input_shape: Height, width and channels that the network has to take.
        classes: Number of probabilities that the network has to answer with.

    Raises:
        Fault: The file cannot be read, it raises, or it builds no network that can be trained, saved and loaded.
    """
    import_keras()
    network = _build(path, input_shape, classes)
    why = _wrong_shape(network, input_shape, classes)
    if not why:
        try:
            network = _save_and_load(_with_plain_ends(network))
            why = _wrong_answer(network, input_shape)
        except KerasFileFault as fault:
            why = fault.why
    if why:
        raise Fault(f"The network of “{path.name}” cannot be used: {why}.")
    return network


def _build(path: Path, input_shape: tuple[int, int, int], classes: int) -> Any:
    """Run the file and its function `build`, and return what that returns."""
    import keras

    source = read_limited(path, SOURCE_LIMIT)
    module = ModuleType(_MODULE)
    module.__file__ = str(path)
    with _as_program(path, module), _one_sentence_faults(path):
        exec(compile(source, str(path), "exec"), module.__dict__)
    build = getattr(module, _BUILD, None)
    if not callable(build):
        raise Fault(f"“{path.name}” has no function “{_BUILD}(input_shape, classes)”.")
    with (
        _as_program(path, module),
        _one_sentence_faults(path, getattr(getattr(build, "__code__", None), "co_firstlineno", 0)),
    ):
        network = build(input_shape, classes)
        if isinstance(network, keras.Model) and not network.built:
            network.build((None, *input_shape))
    return network


@contextmanager
def _as_program(path: Path, module: ModuleType) -> Iterator[None]:
    """Let the file import itself and its neighbours, and give it an empty standard input."""
    typed, folder = sys.stdin, str(path.parent)
    # The folder comes last in the path: a neighbour with the name of a library must not replace the library.
    sys.path.append(folder)
    sys.modules[_MODULE] = module
    with open(os.devnull, encoding="utf-8") as nothing:
        sys.stdin = nothing
        try:
            yield
        finally:
            sys.stdin = typed
            if folder in sys.path:
                sys.path.remove(folder)
            sys.modules.pop(_MODULE, None)


@contextmanager
def _one_sentence_faults(path: Path, line: int = 0) -> Iterator[None]:
    """Turn every exception of other people's code into a fault of one sentence.

    Args:
        path: The file of that code.
        line: Line to name if the traceback has no line of the file.
    """
    try:
        yield
    except KeyboardInterrupt:
        # The user has pressed Ctrl-C to end this program.
        raise
    except SyntaxError as error:
        position = f", line {error.lineno}," if error.filename == str(path) and error.lineno else ""
        raise Fault(f"“{path.name}”{position} cannot be read as Python: {_phrase(error.msg)}.") from error
    except BaseException as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        number = lines[-1] if lines else line
        position = f", line {number}," if number else ""
        if isinstance(error, SystemExit):
            raise Fault(
                f"“{path.name}”{position} ends the program instead of building a network (SystemExit)."
            ) from error
        text = _phrase(_text_of(error))
        raise Fault(f"“{path.name}”{position} fails: {type(error).__name__}{': ' if text else ''}{text}.") from error


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        # The class of the exception is other people's code too, and may fail.
        return ""


def _phrase(text: str) -> str:
    """Shorten the text of an exception to one line, without the list of arguments that Keras adds."""
    plain = _KERAS_DETAILS.sub("", _KERAS_PREFACE.sub("", _ESCAPES.sub("", text)))
    words = " ".join(plain.split()).rstrip(".")
    return words if len(words) <= _LONGEST_ERROR else words[: _LONGEST_ERROR - 2] + " …"


def _wrong_shape(network: Any, input_shape: tuple[int, int, int], classes: int) -> str:
    """Say why this is no network for these inputs and classes; empty if it is one."""
    import keras

    if not isinstance(network, keras.Model):
        return f"“{_BUILD}” returns {_named(network)}, not a Keras model"
    if type(network) not in (keras.Model, keras.Sequential) and type(network).__name__ != "Functional":
        return f"it is a class of its own, “{type(network).__name__}”, which a saved model cannot hold"
    try:
        inputs, outputs = len(network.inputs), network.outputs
        taken, given = network.input_shape, network.output_shape
    except (AttributeError, TypeError, ValueError):
        return "its inputs and outputs are not defined"
    if inputs != 1 or taken != (None, *input_shape):
        return f"it takes {_without_batch(taken)}, but a raster is {input_shape}"
    if len(outputs) != 1 or given != (None, classes):
        return f"it answers {_without_batch(given)}, not one probability for each of {classes} classes"
    if outputs[0].dtype != "float32":
        return f"it answers in {outputs[0].dtype}; its last layer needs dtype=“float32”"
    if answering_layer(network) is None:
        return "it does not end in a dense layer with softmax"
    return ""


def _with_plain_ends(network: "keras.Model") -> "keras.Model":
    """Return the network with its input and output as plain tensors, not in a list or a dictionary."""
    import keras

    if isinstance(network, keras.Sequential):
        return network
    return keras.Model(network.inputs[0], network.outputs[0], name=network.name)


def _save_and_load(network: "keras.Model") -> "keras.Model":
    """Save a network to a file and load it again with all checks."""
    with tempfile.TemporaryDirectory(prefix="digitvision-") as folder:
        path = Path(folder) / "network.keras"
        try:
            with warnings.catch_warnings():
                # What Keras warns of here is refused when the file is loaded.
                warnings.simplefilter("ignore")
                network.save(path)
        except OSError as error:
            raise Fault(f"The network cannot be saved: {reason(error)}.") from error
        except Exception as error:
            raise KerasFileFault(path, f"it cannot be saved: {_phrase(_text_of(error))}") from error
        return load_keras_file(path)


def _wrong_answer(network: "keras.Model", input_shape: tuple[int, int, int]) -> str:
    """Say why the answers of a network are no probabilities; empty if they are."""
    rasters = np.random.default_rng(0).random((_TRIALS, *input_shape), np.float32)
    # One raster is blank: a network that divides by its mean, for instance, has no number as its answer.
    rasters[0] = 0
    try:
        answers = np.asarray(network.predict_on_batch(rasters))
    except Exception as error:
        return f"it cannot answer: {_phrase(_text_of(error))}"
    if not np.isfinite(answers).all():
        return "its answers are no numbers"
    if answers.min() < 0 or not np.allclose(answers.sum(axis=1), 1, atol=_TOLERANCE):
        return "its answers are no probabilities that sum to 1; it has to end in a softmax"
    return ""


def _named(thing: Any) -> str:
    return "nothing" if thing is None else f"a {type(thing).__name__}"


def _without_batch(shape: Any) -> str:
    """Format a shape without its batch."""
    return str(shape[1:]) if isinstance(shape, tuple) and shape and shape[0] is None else str(shape)
