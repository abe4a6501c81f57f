"""Making a saved model of a trained network: LiteRT form, calibration, measured figures and card."""

import io
import platform
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision import __version__
from digitvision.ink.raster import PREPROCESSING_VERSION
from digitvision.recognition.models.model_card import DataSource, Figure, Layer, ModelCard, ModelFault
from digitvision.recognition.models.model_store import KERAS_FILE, LITERT_FILE, Model, ModelStore
from digitvision.recognition.prediction import Label
from digitvision.recognition.recognizer import VIEW_SHAPES, Recognizer, calibrated_probabilities
from digitvision.training.data.dataset import Dataset
from digitvision.training.evaluation.evaluation import Evaluation, answer
from digitvision.training.networks.conversion import Precision, litert_form
from digitvision.training.networks.multi_view import INPUT_SHAPE

if TYPE_CHECKING:
    import keras

LARGEST_DIFFERENCE: Final = 1e-4
"""Largest allowed difference between the two forms' probabilities of the same glyph."""

LARGEST_IN_HALVES: Final = 0.02
"""The same if the weights of the LiteRT form are in half precision."""

COMPARED_GLYPHS: Final = 512

FEWEST_TO_CALIBRATE: Final = 200
"""Fewest held-out samples for fitting a temperature: with fewer it would depend on chance more than on the network."""

SURE_PRECISION: Final = 0.995
"""Wanted share of right answers among the sure ones."""

SURE_AT_LEAST: Final = 0.8
"""Least confidence of a sure answer. Held-out samples are tidier than drawings on a canvas, so that a limit that is
fitted to them may be too low."""

_TEMPERATURES: Final = (0.5, 5.0)
"""Range in which the temperature is searched."""

_LIBRARIES: Final = ("tensorflow", "tensorflow-cpu", "keras", "ai-edge-litert", "numpy")


@dataclass(frozen=True, slots=True)
class Measured:
    """An evaluation for the card.

    Attributes:
        evaluation: The evaluation.
        data: What was measured on, in words.
        command: The command that prints the same figures.
    """

    evaluation: Evaluation
    data: str
    command: str

    def figures(self) -> tuple[Figure, ...]:
        """Return the figures as a card has them."""
        found = self.evaluation
        values = {
            "accuracy": found.accuracy,
            "wrong answers (count)": float(found.samples - found.right),
            "expected calibration error": found.calibration_error,
            "coverage of sure answers": found.sure.samples / found.samples,
            "accuracy of sure answers": found.sure.accuracy,
        }
        return tuple(
            Figure(name=name, value=value, data=self.data, samples=found.samples, command=self.command)
            for name, value in values.items()
        )


def card_of(
    network: "keras.Model",
    *,
    name: str,
    alphabet: str,
    labels: tuple[Label, ...],
    architecture: str,
    description: str = "",
    data: tuple[DataSource, ...] = (),
    settings: dict[str, Any] | None = None,
) -> ModelCard:
    """Make a card of what is known of a network before calibration and measurements; arguments as of `ModelCard`."""
    return ModelCard(
        name=name,
        alphabet=alphabet,
        labels=labels,
        architecture=architecture,
        input_shape=INPUT_SHAPE,
        parameters=int(network.count_params()),
        layers=layers_of(network),
        preprocessing=PREPROCESSING_VERSION,
        description=description,
        data=data,
        settings=settings or {},
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        versions=library_versions(),
    )


def to_half_precision(weights: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    """Round weights to half precision, except vectors, which shift or scale; packed they are half as long."""
    return [weight.astype(np.float16).astype(np.float32) if weight.ndim > 1 else weight for weight in weights]


def model_files(network: "keras.Model", workplace: Path, precision: Precision = "float32") -> dict[str, bytes]:
    """Convert a network to the files of a model.

    Args:
        network: The network.
        workplace: A folder for temporary files; it is made if it is missing.
        precision: Precision of the weights in the LiteRT form.

    Returns:
        The content of the Keras and the LiteRT file by the file's name.

    Raises:
        ModelFault: The network has a layer that LiteRT cannot run.
        OSError: The folder cannot be written.
    """
    return {KERAS_FILE: keras_bytes(network, workplace), LITERT_FILE: litert_form(network, workplace, precision)}


def keras_bytes(network: "keras.Model", workplace: Path) -> bytes:
    """Save a network as a `.keras` file and compress it; Keras stores the zeros of the optimizer uncompressed."""
    workplace.mkdir(parents=True, exist_ok=True)
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory(dir=workplace, prefix="export-") as folder:
        path = Path(folder) / KERAS_FILE
        network.save(path)
        with zipfile.ZipFile(path) as plain, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in plain.namelist():
                archive.writestr(name, plain.read(name))
    return packed.getvalue()


def trial(card: ModelCard, files: dict[str, bytes], workplace: Path, alphabet: str | None = None) -> Recognizer:
    """Make a recognizer of a model that is not saved yet, so that the measurements are of the files themselves.

    Args:
        card: The card so far.
        files: The files by their names.
        workplace: A folder for temporary files.
        alphabet: The alphabet to answer within; None for the model's own.

    Raises:
        ModelFault: LiteRT cannot run the file.
    """
    with tried_model(card, files, workplace) as model:
        return Recognizer(model, alphabet)


@contextmanager
def tried_model(card: ModelCard, files: dict[str, bytes], workplace: Path) -> Iterator[Model]:
    """Save a model where no one looks for it, while it is tried.

    Args:
        card: The card so far.
        files: The files by their names.
        workplace: A folder for temporary files; it is made if it is missing.

    Raises:
        ModelFault: The store cannot be written.
    """
    workplace.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=workplace, prefix="trial-") as folder:
        yield ModelStore(bundled=Path(folder) / "none", user=Path(folder)).save(card, files)


def compare_forms(
    network: "keras.Model",
    recognizer: Recognizer,
    rasters: NDArray[np.float32],
    trajectories: NDArray[np.float32] | None = None,
    context: NDArray[np.float32] | None = None,
    *,
    most: float = LARGEST_DIFFERENCE,
) -> float:
    """Return the largest difference between the outputs of the Keras and the LiteRT form.

    Args:
        network: The Keras form.
        recognizer: A recognizer with the LiteRT form.
        rasters: float32 [N, 28, 28].
        trajectories: float32 [N, 64, 6], or None.
        context: float32 [N, 24, 24, 2], or None.
        most: Largest allowed difference.

    Raises:
        ModelFault: The outputs differ by more than `most`.
    """
    expected = network_answers(network, network_inputs(network, rasters, trajectories, context))
    difference = float(np.abs(expected - recognizer.outputs(rasters, trajectories, context)).max(initial=0.0))
    if not difference <= most:
        raise ModelFault(
            f"The model was not saved: its LiteRT form answers differently from the network, by {difference:.2g}."
        )
    return difference


def network_inputs(
    network: "keras.Model",
    rasters: NDArray[np.float32],
    trajectories: NDArray[np.float32] | None,
    context: NDArray[np.float32] | None = None,
) -> "NDArray[np.float32] | dict[str, NDArray[np.float32]]":
    """Return glyphs as a network takes them: float32 [N, 28, 28, 1], or this and the other views by the inputs' names.

    Views that are None are filled with zeros. The other arguments are as of `compare_forms`.
    """
    if len(network.inputs) == 1:
        return rasters[..., None]
    given = {"raster": rasters[..., None], "trajectory": trajectories, "surroundings": context}
    inputs = {}
    for view in network.input:
        values = given[view]
        inputs[view] = np.zeros((len(rasters), *VIEW_SHAPES[view]), np.float32) if values is None else values
    return inputs


def network_answers(
    network: "keras.Model", inputs: "NDArray[np.float32] | dict[str, NDArray[np.float32]]"
) -> NDArray[np.float32]:
    """Return a network's outputs for some hundred glyphs, float32 [N, C]; see `network_inputs`.

    It is not compiled for them, as Keras does to predict: that takes longer than their answers.
    """
    return np.asarray(network(inputs, training=False), np.float32)


def calibrate(card: ModelCard, recognizer: Recognizer, validation: Dataset) -> ModelCard:
    """Fit temperature and limit of sure answers to held-out samples, and return the card with them.

    The temperature minimises the negative log-likelihood. The limit is the lowest confidence, but at least
    `SURE_AT_LEAST`, above which a share of `SURE_PRECISION` of the answers are right.

    Args:
        card: The card.
        recognizer: A recognizer of the model with temperature 1.
        validation: Held-out samples, with the model's labels in the same order.
    """
    raw = answer(recognizer, validation, np.arange(len(validation)))
    temperature = 1.0
    if len(validation) >= FEWEST_TO_CALIBRATE:
        temperature = fit_temperature(raw, validation.labels)
    probabilities = calibrated_probabilities(raw, temperature)
    right = probabilities.argmax(axis=1) == validation.labels
    sure_above = fit_sure_limit(probabilities.max(axis=1).astype(np.float64), right)
    return replace(card, temperature=temperature, sure_above=sure_above)


def calibrated_loss(probabilities: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """Return the mean negative log-likelihood with the best temperature; arguments as of `fit_temperature`."""
    calibrated = calibrated_probabilities(probabilities, fit_temperature(probabilities, truth))
    return float(-np.log(np.maximum(calibrated[np.arange(len(truth)), truth], 1e-12)).mean())


def fit_temperature(probabilities: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """Return the temperature of the least negative log-likelihood, found by golden-section search: it has one minimum.

    Args:
        probabilities: float32 [N, C], with temperature 1.
        truth: int64 [N], indices of the right classes.

    Returns:
        A temperature from 0.5 to 5.
    """
    logits = np.log(np.maximum(probabilities.astype(np.float64), 1e-12))

    def loss(temperature: float) -> float:
        scaled = logits / temperature
        scaled -= scaled.max(axis=1, keepdims=True)
        chosen = np.take_along_axis(scaled, truth[:, None], axis=1)[:, 0]
        return float((np.log(np.exp(scaled).sum(axis=1)) - chosen).mean())

    golden = (5**0.5 - 1) / 2
    low, high = np.log(_TEMPERATURES)
    while high - low > 1e-4:
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(float(np.exp(left))) < loss(float(np.exp(right))):
            high = right
        else:
            low = left
    return round(float(np.exp((low + high) / 2)), 4)


def fit_sure_limit(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the limit of sure answers, see `calibrate`; 1.0 if there is none, so that hardly any answer is sure.

    Args:
        confidence: float64 [N], calibrated.
        right: bool [N], whether the answers are right.
    """
    high = confidence >= SURE_AT_LEAST
    order = np.argsort(-confidence[high], kind="stable")
    ranked = confidence[high][order]
    precision = np.cumsum(right[high][order]) / np.arange(1, len(order) + 1)
    # Answers of equal confidence are on the same side of any limit.
    last_of_its_kind = np.append(ranked[1:] < ranked[:-1], True)[: len(ranked)]
    possible = np.flatnonzero((precision >= SURE_PRECISION) & last_of_its_kind)
    if len(possible) == 0:
        return 1.0
    return SURE_AT_LEAST if possible[-1] == len(ranked) - 1 else float(ranked[possible[-1]])


def finish(store: ModelStore, card: ModelCard, files: dict[str, bytes], measured: Sequence[Measured]) -> Model:
    """Save a model with its figures in the store.

    Raises:
        ModelFault: The store cannot be written; a model of the same name is unchanged.
    """
    return store.save(with_figures(card, measured), files)


def with_figures(card: ModelCard, measured: Sequence[Measured]) -> ModelCard:
    """Return the card with the figures of these evaluations."""
    return replace(card, figures=tuple(figure for item in measured for figure in item.figures()))


def layers_of(network: "keras.Model") -> tuple[Layer, ...]:
    """Describe the layers of a network as a model card lists them."""
    return tuple(
        Layer(
            name=layer.name,
            kind=type(layer).__name__,
            output_shape=tuple(int(size or 0) for size in layer.output.shape[1:]),
            parameters=int(layer.count_params()),
            detail=_detail(layer.get_config()),
        )
        for layer in network.layers
    )


def _detail(config: dict[str, Any]) -> str:
    """Describe sizes and activation of a layer in words."""
    words = []
    if "filters" in config and "kernel_size" in config:
        words.append(f"{config['filters']} filters {'×'.join(map(str, config['kernel_size']))}")
    if "pool_size" in config:
        words.append("×".join(map(str, config["pool_size"])))
    if "rate" in config:
        words.append(f"{config['rate']:g} dropped while training")
    activation = config.get("activation")
    if isinstance(activation, str) and activation != "linear":
        words.append(activation)
    return ", ".join(words)


def library_versions() -> dict[str, str]:
    """Return the versions of this program, Python and the libraries that train and convert, by name."""
    found = {"digitvision": __version__, "python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found
