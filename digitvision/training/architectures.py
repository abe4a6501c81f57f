"""The networks that can be trained, by name."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from digitvision.faults import Fault
from digitvision.ink.raster import RASTER_SIZE
from digitvision.training.networks import cnn, mobile, residual, small

if TYPE_CHECKING:
    import keras

INPUT_SHAPE: Final = (RASTER_SIZE, RASTER_SIZE, 1)
DEFAULT_ARCHITECTURE: Final = "cnn"
DEFAULT_LEARNING_RATE: Final = 0.001

_ARCHITECTURES: Final[dict[str, Callable[[tuple[int, int, int], int], "keras.Model"]]] = {
    "cnn": cnn.build,
    "small": small.build,
    "residual": residual.build,
    "mobile": mobile.build,
}


def architecture_names() -> tuple[str, ...]:
    """The names that `build_network` takes."""
    return tuple(_ARCHITECTURES)


def check_architecture(name: str) -> str:
    """The name, when there is such an architecture.

    Raises:
        Fault: There is none.
    """
    if name not in _ARCHITECTURES:
        raise Fault(f"There is no architecture “{name}”; there is: {', '.join(_ARCHITECTURES)}.")
    return name


def build_network(architecture: str, classes: int, *, learning_rate: float = DEFAULT_LEARNING_RATE) -> "keras.Model":
    """A new network, compiled.

    Args:
        architecture: One of `architecture_names()`.
        classes: Number of outputs.
        learning_rate: Adam's step size.

    Raises:
        Fault: There is no such architecture.
    """
    network = _ARCHITECTURES[check_architecture(architecture)](INPUT_SHAPE, classes)
    compile_network(network, learning_rate)
    return network


def compile_network(network: "keras.Model", learning_rate: float) -> None:
    """Compile a network with Adam, categorical cross-entropy and accuracy."""
    import keras

    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        # Compiling through XLA gains nothing measurable on a processor and costs a second for each batch shape.
        jit_compile=False,
    )
