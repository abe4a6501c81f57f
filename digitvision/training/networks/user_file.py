"""A network that a user's own Python file builds: the file is run, and what it builds is looked over.

What comes out is a network read back from a file of which nothing is believed (`keras_file.py`), so it is made of
Keras's own layers only, and every loader of this program takes what is saved of it. Whatever the file does wrong is
told in one sentence, before any training begins.
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
"""By which an answer's probabilities may miss 1."""

_ESCAPES: Final = re.compile(r"\x1b\[[0-9;]*m")
_KERAS_DETAILS: Final = re.compile(r"\s*Arguments received by .*", re.DOTALL)
_KERAS_PREFACE: Final = re.compile(r"^Exception encountered when calling [^\n]*\n+")


def source_digest(path: Path) -> str:
    """SHA-256 of what an architecture's file holds, as hex digits.

    Raises:
        FileFault: It cannot be read.
    """
    return hashlib.sha256(read_limited(path, SOURCE_LIMIT)).hexdigest()


def network_from_file(path: Path, input_shape: tuple[int, int, int], classes: int) -> "keras.Model":
    """The network that the file's `build(input_shape, classes)` returns, not compiled.

    Args:
        path: Of a Python file, which is run.
        input_shape: What the network has to take.
        classes: How many probabilities it has to answer with.

    Raises:
        Fault: The file cannot be read, raises, or builds no network that could be trained, saved and loaded.
    """
    import_keras()
    network = _built(path, input_shape, classes)
    why = _misfit(network, input_shape, classes)
    if not why:
        try:
            network = _read_back(_plain(network))
            why = _misanswer(network, input_shape)
        except KerasFileFault as fault:
            why = fault.why
    if why:
        raise Fault(f"The network of “{path.name}” cannot be used: {why}.")
    return network


def _built(path: Path, input_shape: tuple[int, int, int], classes: int) -> Any:
    import keras

    source = read_limited(path, SOURCE_LIMIT)
    module = ModuleType(_MODULE)
    module.__file__ = str(path)
    with _as_program(path, module), _told(path):
        exec(compile(source, str(path), "exec"), module.__dict__)
    build = getattr(module, _BUILD, None)
    if not callable(build):
        raise Fault(f"“{path.name}” has no function “{_BUILD}(input_shape, classes)”.")
    with _as_program(path, module), _told(path, getattr(getattr(build, "__code__", None), "co_firstlineno", 0)):
        network = build(input_shape, classes)
        if isinstance(network, keras.Model) and not network.built:
            network.build((None, *input_shape))
    return network


@contextmanager
def _as_program(path: Path, module: ModuleType) -> Iterator[None]:
    """Let the file find its neighbours and itself, and keep it from waiting for what somebody types."""
    typed, folder = sys.stdin, str(path.parent)
    # Behind all others: a neighbour named as a library is must not take that one's place.
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
def _told(path: Path, line: int = 0) -> Iterator[None]:
    """Turn whatever other people's code raises into one sentence.

    Args:
        path: Of that code.
        line: To name when none of the file's own was reached.
    """
    try:
        yield
    except KeyboardInterrupt:
        # That is the user, who wants all of this to end.
        raise
    except SyntaxError as error:
        place = f", line {error.lineno}," if error.filename == str(path) and error.lineno else ""
        raise Fault(f"“{path.name}”{place} cannot be read as Python: {_phrase(error.msg)}.") from error
    except BaseException as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        number = lines[-1] if lines else line
        place = f", line {number}," if number else ""
        if isinstance(error, SystemExit):
            raise Fault(f"“{path.name}”{place} ends the program instead of building a network (SystemExit).") from error
        told = _phrase(_text_of(error))
        raise Fault(f"“{path.name}”{place} fails: {type(error).__name__}{': ' if told else ''}{told}.") from error


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        # Other people's classes may fail at that, too.
        return ""


def _phrase(text: str) -> str:
    """An error's text in one line: of Keras's long ones, what went wrong and not with which arguments."""
    plain = _KERAS_DETAILS.sub("", _KERAS_PREFACE.sub("", _ESCAPES.sub("", text)))
    words = " ".join(plain.split()).rstrip(".")
    return words if len(words) <= _LONGEST_ERROR else words[: _LONGEST_ERROR - 2] + " …"


def _misfit(network: Any, input_shape: tuple[int, int, int], classes: int) -> str:
    """Why this is no network for rasters and classes; empty where it is one."""
    import keras

    if not isinstance(network, keras.Model):
        return f"“{_BUILD}” returns {_named(network)}, not a Keras model"
    if type(network) not in (keras.Model, keras.Sequential) and type(network).__name__ != "Functional":
        return f"it is a class of its own, “{type(network).__name__}”, which a saved model cannot hold"
    try:
        inputs, outputs = len(network.inputs), network.outputs
        taken, given = network.input_shape, network.output_shape
    except (AttributeError, TypeError, ValueError):
        return "it is not said what it takes and answers"
    if inputs != 1 or taken != (None, *input_shape):
        return f"it takes {_shown(taken)}, but a raster is {input_shape}"
    if len(outputs) != 1 or given != (None, classes):
        return f"it answers {_shown(given)}, not one probability for each of {classes} classes"
    if outputs[0].dtype != "float32":
        return f"it answers in {outputs[0].dtype}; its last layer needs dtype=“float32”"
    if answering_layer(network) is None:
        return "it does not end in a dense layer with softmax"
    return ""


def _plain(network: "keras.Model") -> "keras.Model":
    """The network with its one input and one output as such, not in a list or by name."""
    import keras

    if isinstance(network, keras.Sequential):
        return network
    return keras.Model(network.inputs[0], network.outputs[0], name=network.name)


def _read_back(network: "keras.Model") -> "keras.Model":
    """The network as it comes back from a file."""
    with tempfile.TemporaryDirectory(prefix="digitvision-") as folder:
        path = Path(folder) / "network.keras"
        try:
            with warnings.catch_warnings():
                # What a file may not hold is told by whoever reads it.
                warnings.simplefilter("ignore")
                network.save(path)
        except OSError as error:
            raise Fault(f"The network cannot be saved: {reason(error)}.") from error
        except Exception as error:
            raise KerasFileFault(path, f"it cannot be saved: {_phrase(_text_of(error))}") from error
        return load_keras_file(path)


def _misanswer(network: "keras.Model", input_shape: tuple[int, int, int]) -> str:
    """Why its answers are no probabilities; empty where they are."""
    rasters = np.random.default_rng(0).random((_TRIALS, *input_shape), np.float32)
    # A blank one, too: dividing by its mean, for instance, makes no number.
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


def _shown(shape: Any) -> str:
    """A shape without its batch."""
    return str(shape[1:]) if isinstance(shape, tuple) and shape and shape[0] is None else str(shape)
