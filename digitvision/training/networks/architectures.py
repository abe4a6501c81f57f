"""The architectures that can be trained: the program's own by name, a user's Python file, or a list of layers."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from digitvision.faults import Fault
from digitvision.layer_list import format_layers, is_list, problem_of, read_layers, summarize_layers
from digitvision.training.networks import cnn, listed, mobile, residual, small
from digitvision.training.networks.multi_view import INPUT_SHAPE

if TYPE_CHECKING:
    import keras

DEFAULT_ARCHITECTURE: Final = "cnn"
DEFAULT_LEARNING_RATE: Final = 0.001

_ARCHITECTURES: Final[dict[str, Callable[[tuple[int, int, int], int], "keras.Model"]]] = {
    "cnn": cnn.build,
    "small": small.build,
    "residual": residual.build,
    "mobile": mobile.build,
}


_USER_FILE: Final = ".py"
_FEWEST_CLASSES: Final = 2


def architecture_names() -> tuple[str, ...]:
    """Return the names of the program's own architectures."""
    return tuple(_ARCHITECTURES)


def is_user_file(architecture: str) -> bool:
    """Whether an architecture is the path of a user's Python file."""
    return architecture not in _ARCHITECTURES and Path(architecture).suffix == _USER_FILE


def normalize_architecture(architecture: str) -> str:
    """Make the path of a file absolute, and format a list of layers uniformly.

    An invalid architecture stays as it is; `check_architecture` reports it.
    """
    if is_user_file(architecture):
        return str(Path(architecture).absolute())
    if is_list(architecture):
        try:
            return format_layers(read_layers(architecture))
        except Fault:
            return architecture
    return architecture


def architecture_title(architecture: str) -> str:
    """Return the name of an architecture on a model card: of a file its name without the folders, which are private."""
    return Path(architecture).stem if is_user_file(architecture) else architecture


def check_architecture(name: str) -> str:
    """Check that there is such an architecture, and return its name. A user's file is not opened.

    Raises:
        Fault: There is no such architecture, or the list of layers makes no network.
    """
    if name in _ARCHITECTURES or is_user_file(name):
        return name
    if not is_list(name):
        raise Fault(
            f"There is no architecture “{name}”; there is: {', '.join(_ARCHITECTURES)}; or name a Python file that "
            "ends in .py, or list layers as in “conv 32 3, pool 2, dense 128”."
        )
    layers = read_layers(name)
    problem = problem_of(summarize_layers(layers, INPUT_SHAPE, _FEWEST_CLASSES), layers)
    if problem:
        raise Fault(problem)
    return name


def build_network(architecture: str, classes: int, *, learning_rate: float = DEFAULT_LEARNING_RATE) -> "keras.Model":
    """Build a new network and compile it.

    Args:
        architecture: One of `architecture_names()`, the path of a Python file with a function
            `build(input_shape, classes)`, which is run, or a list of layers as `layer_list` parses it.
        classes: Number of outputs.
        learning_rate: Learning rate of Adam.

    Raises:
        Fault: There is no such architecture, or it makes no network.
    """
    check_architecture(architecture)
    if is_user_file(architecture):
        from digitvision.training.networks.user_file import network_from_file

        network = network_from_file(Path(architecture), INPUT_SHAPE, classes)
    elif architecture in _ARCHITECTURES:
        network = _ARCHITECTURES[architecture](INPUT_SHAPE, classes)
    else:
        network = listed.build(read_layers(architecture), INPUT_SHAPE, classes)
    compile_network(network, learning_rate)
    return network


def compile_network(network: "keras.Model", learning_rate: float) -> None:
    """Compile a network with Adam, categorical cross-entropy and accuracy.

    Its optimizer and its metric have their variables at once: a first step that has to make some is traced twice.
    """
    import keras

    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss="categorical_crossentropy",
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
        # XLA brings no measurable speed on a processor and costs a second for each shape of a batch.
        jit_compile=False,
    )
    network.optimizer.build(network.trainable_variables)
