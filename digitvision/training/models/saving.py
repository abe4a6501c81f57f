"""A trained network to a saved model: LiteRT form, calibration, measured figures, card."""

import io
import platform
import tempfile
import zipfile
from collections.abc import Sequence
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
from digitvision.recognition.quiet_libraries import without_litert_notice
from digitvision.recognition.recognizer import VIEW_SHAPES, Recognizer, calibrated_probabilities
from digitvision.training.data.dataset import Dataset
from digitvision.training.evaluation.evaluation import Evaluation, answer
from digitvision.training.networks.conversion import Precision, litert_form
from digitvision.training.networks.multi_view import INPUT_SHAPE

if TYPE_CHECKING:
    import keras

LARGEST_DIFFERENCE: Final = 1e-4
"""Between the two forms' probabilities for the same glyph."""

LARGEST_IN_HALVES: Final = 0.02
"""The same where the LiteRT form's weights are kept in half precision."""

COMPARED_GLYPHS: Final = 512

FEWEST_TO_CALIBRATE: Final = 200
"""With fewer held-out samples a fitted temperature says more about chance than about the network."""

SURE_PRECISION: Final = 0.995
"""Share of sure answers that are to be right."""

SURE_AT_LEAST: Final = 0.8
"""Held-out samples are tidier than what comes on a canvas: no lower confidence counts as sure."""

_TEMPERATURES: Final = (0.5, 5.0)
_LIBRARIES: Final = ("tensorflow", "tensorflow-cpu", "keras", "ai-edge-litert", "numpy")


@dataclass(frozen=True, slots=True)
class Measured:
    """An evaluation for the card, with the words for its data and the command that prints it."""

    evaluation: Evaluation
    data: str
    command: str

    def figures(self) -> tuple[Figure, ...]:
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
    """A card with all that the network itself tells; calibration and figures come later."""
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


def in_halves(weights: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    """Weights as half precision tells them, those excepted that only shift or scale; packed they are half as long."""
    return [weight.astype(np.float16).astype(np.float32) if weight.ndim > 1 else weight for weight in weights]


def both_forms(network: "keras.Model", workplace: Path, precision: Precision = "float32") -> dict[str, bytes]:
    """The bytes of `model.keras` and `model.tflite`.

    Args:
        workplace: A folder for temporary files; it is made where it is missing.
        precision: Of the LiteRT form's weights.

    Raises:
        ModelFault: The network has a layer that LiteRT cannot run.
        OSError: The folder cannot be written.
    """
    return {KERAS_FILE: keras_bytes(network, workplace), LITERT_FILE: litert_form(network, workplace, precision)}


def keras_bytes(network: "keras.Model", workplace: Path) -> bytes:
    """The network as a `.keras` file, packed: Keras itself leaves the optimizer's zeros as long as they are."""
    workplace.mkdir(parents=True, exist_ok=True)
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory(dir=workplace, prefix="export-") as folder:
        path = Path(folder) / KERAS_FILE
        network.save(path)
        with zipfile.ZipFile(path) as plain, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in plain.namelist():
                archive.writestr(name, plain.read(name))
    return packed.getvalue()


def trial(card: ModelCard, files: dict[str, bytes], workplace: Path) -> Recognizer:
    """A recognizer of a model that is not saved yet, so that what is measured is the file itself.

    Raises:
        ModelFault: LiteRT cannot run the file.
    """
    with tempfile.TemporaryDirectory(dir=workplace, prefix="trial-") as folder:
        model = ModelStore(bundled=Path(folder) / "none", user=Path(folder)).save(card, files)
        with without_litert_notice():
            return Recognizer(model)


def compare_forms(
    network: "keras.Model",
    recognizer: Recognizer,
    rasters: NDArray[np.float32],
    trajectories: NDArray[np.float32] | None = None,
    context: NDArray[np.float32] | None = None,
    *,
    most: float = LARGEST_DIFFERENCE,
) -> float:
    """The largest difference between the outputs of the Keras and the LiteRT form.

    Raises:
        ModelFault: They differ by more than `most`.
    """
    inputs = network_inputs(network, rasters, trajectories, context)
    expected = np.asarray(network.predict_on_batch(inputs))
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
    """Glyphs as this network takes them: float32 [N, 28, 28, 1], or that and its other views by name."""
    if len(network.inputs) == 1:
        return rasters[..., None]
    given = {"raster": rasters[..., None], "trajectory": trajectories, "surroundings": context}
    inputs = {}
    for view in network.input:
        values = given[view]
        inputs[view] = np.zeros((len(rasters), *VIEW_SHAPES[view]), np.float32) if values is None else values
    return inputs


def calibrate(card: ModelCard, recognizer: Recognizer, validation: Dataset) -> ModelCard:
    """The card with the temperature and the limit of sure answers that fit the held-out samples.

    The dataset's labels are the model's. The temperature minimises the negative log-likelihood. Sure is the lowest
    confidence, though not below `SURE_AT_LEAST`, from which on `SURE_PRECISION` of the answers are right.
    """
    raw = answer(recognizer, validation, np.arange(len(validation)))
    temperature = 1.0
    if len(validation) >= FEWEST_TO_CALIBRATE:
        temperature = fit_temperature(raw, validation.labels)
    probabilities = calibrated_probabilities(raw, temperature)
    right = probabilities.argmax(axis=1) == validation.labels
    sure_above = fit_sure_limit(probabilities.max(axis=1).astype(np.float64), right)
    return replace(card, temperature=temperature, sure_above=sure_above)


def fit_temperature(probabilities: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """The temperature of least negative log-likelihood, by golden section: it has one minimum."""
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
    """See `calibrate`; 1.0, so that hardly anything is sure, where no limit is high enough."""
    high = confidence >= SURE_AT_LEAST
    order = np.argsort(-confidence[high], kind="stable")
    ranked = confidence[high][order]
    precision = np.cumsum(right[high][order]) / np.arange(1, len(order) + 1)
    # Equal confidences are above the limit together.
    last_of_its_kind = np.append(ranked[1:] < ranked[:-1], True)[: len(ranked)]
    good = np.flatnonzero((precision >= SURE_PRECISION) & last_of_its_kind)
    if len(good) == 0:
        return 1.0
    return SURE_AT_LEAST if good[-1] == len(ranked) - 1 else float(ranked[good[-1]])


def finish(store: ModelStore, card: ModelCard, files: dict[str, bytes], measured: Sequence[Measured]) -> Model:
    """Save the model with its figures.

    Raises:
        ModelFault: The store cannot be written; a model of the same name is unchanged.
    """
    return store.save(replace(card, figures=tuple(figure for item in measured for figure in item.figures())), files)


def layers_of(network: "keras.Model") -> tuple[Layer, ...]:
    """The network's layers as a card and the Model tab list them."""
    return tuple(
        Layer(
            name=layer.name,
            kind=type(layer).__name__,
            output_shape=tuple(int(size) for size in layer.output.shape[1:]),
            parameters=int(layer.count_params()),
            detail=_detail(layer.get_config()),
        )
        for layer in network.layers
    )


def _detail(config: dict[str, Any]) -> str:
    """What a person wants to know of a layer beside its shape."""
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
    found = {"digitvision": __version__, "python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found
