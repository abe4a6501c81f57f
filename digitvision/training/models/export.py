"""Exporting models for other programs: a model is converted, compared on real glyphs, and only then written."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from digitvision.faults import Fault
from digitvision.files import make_folder_of, read_limited, reason, write_together
from digitvision.recognition.models.model_card import SINGLE, ModelCard, ModelFault
from digitvision.recognition.models.model_store import KERAS_FILE, LITERT_FILE, Model
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.data.dataset import Dataset, Progress
from digitvision.training.evaluation.evaluation import label_indices
from digitvision.training.models.export_text import MADE_BY, description_text, export_text
from digitvision.training.models.saving import LARGEST_DIFFERENCE, network_answers, network_inputs, trial
from digitvision.training.models.validation_samples import CHECKED, TYPICAL, measured_data, validation_glyphs
from digitvision.training.networks.conversion import (
    Precision,
    Views,
    keras_network,
    litert_form,
    onnx_form,
    onnx_outputs,
)
from digitvision.training.networks.keras_import import import_keras

if TYPE_CHECKING:
    import keras

ExportForm = Literal["keras", "tflite", "onnx"]

CARD_SUFFIX: Final = ".card.json"
TEXT_SUFFIX: Final = ".txt"

LEAST_ALIKE: Final[dict[Precision, float]] = {"float16": 0.99, "int8": 0.97}
"""Smallest share of real glyphs that a form of lower precision has to answer as the model itself does."""

ONNX_GLYPHS: Final = 64
"""Number of glyphs that are compared for ONNX, whose reference implementation is slow."""

MOST_MEASURED: Final = 10_000
"""Most samples on which the accuracy is measured, evenly taken from all: MNIST's test part has as many."""

_TEXT_LIMIT: Final = 2**20
_STEPS: Final = 4
_KILOBYTE: Final = 1024
_MEGABYTE: Final = 1024**2


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Accuracy of a form of lower precision.

    Attributes:
        value: Accuracy of the form, 0 to 1.
        float32: Accuracy of the model itself.
        data: Name of the data.
        samples: Number of its glyphs.
    """

    value: float
    float32: float
    data: str
    samples: int


@dataclass(frozen=True, slots=True)
class Exported:
    """An exported model, and what was measured before it was written.

    Attributes:
        path: File of the model; its card and its labels lie beside it.
        size: Size of that file in bytes.
        samples: Number of real glyphs whose answers were compared.
        largest_difference: Largest difference between a probability of this form and of the model.
        same_answers: Share of these glyphs that both answer alike, 0 to 1.
        accuracy: Accuracy of a form of lower precision, if there is data to measure it.
    """

    path: Path
    size: int
    samples: int
    largest_difference: float
    same_answers: float
    accuracy: Accuracy | None

    def to_json(self) -> str:
        """Format as a JSON object."""
        found = self.accuracy
        return json.dumps(
            {
                "path": str(self.path),
                "bytes": self.size,
                "samples": self.samples,
                "largest_difference": self.largest_difference,
                "same_answers": self.same_answers,
                "accuracy": None if found is None else found.value,
                "accuracy_float32": None if found is None else found.float32,
                "measured_on": None if found is None else found.data,
                "measured_samples": None if found is None else found.samples,
            },
            ensure_ascii=False,
        )

    def to_text(self) -> str:
        """Format as two lines: the path, and what was measured."""
        size = f"{self.size / _MEGABYTE:.2f} MB" if self.size >= _MEGABYTE else f"{self.size / _KILOBYTE:.0f} KB"
        parts = [
            f"{size}",
            f"{self.same_answers * 100:.1f} % of {self.samples} real glyphs answered as by the model itself",
            f"largest difference of a probability {self.largest_difference:.2g}",
        ]
        if self.accuracy is not None:
            found = self.accuracy
            parts.append(
                f"accuracy on {found.data} {found.value * 100:.2f} %, {found.float32 * 100:.2f} % before: "
                f"{_change(found.value - found.float32)}"
            )
        return f"{self.path}\n{'; '.join(parts)}"


def export_model(
    model: Model,
    form: ExportForm,
    target: Path,
    *,
    precision: Precision = "float32",
    progress: Progress | None = None,
) -> Exported:
    """Write a model for other programs, with its card and its labels beside it, if it answers as the model does.

    Args:
        model: The model.
        form: Format of the file.
        target: The file, or a folder; in a folder the file is named after the model.
        precision: Precision of the weights in LiteRT's format; the other formats are float32.
        progress: Called with the number of steps that are done.

    Raises:
        ValueError: The format has no such precision.
        Fault: The model is damaged or has a layer that the format does not know, the converted model answers
            differently, or the files cannot be written. Nothing is written then.
    """
    if precision != "float32" and form != "tflite":
        raise ValueError(f"{form} is written in float32 only")
    files = _Files(model, form, precision, target)
    report = progress or (lambda done, total: None)
    report(0, _STEPS)
    import_keras()
    network = keras_network(model)
    checked = validation_glyphs(CHECKED)
    if form == "onnx":
        checked = checked.select(np.linspace(0, len(checked) - 1, ONNX_GLYPHS).astype(np.intp))
    report(1, _STEPS)
    try:
        with tempfile.TemporaryDirectory(prefix="digitvision-") as folder:
            content, answers = _convert(model, network, form, precision, checked, Path(folder))
            report(2, _STEPS)
            found = _compare(model, network, form, precision, checked, answers(checked))
            report(3, _STEPS)
            accuracy = None if precision == "float32" else _accuracy(model, answers)
    except OSError as error:
        raise ModelFault(f"The model “{model.name}” cannot be exported: {reason(error)}.") from error
    report(_STEPS, _STEPS)
    files.write(content)
    return Exported(files.model, len(content), len(checked), *found, accuracy)


class _Files:
    """The files of an export. A file in their way that is not one of an earlier export refuses the export."""

    def __init__(self, model: Model, form: ExportForm, precision: Precision, target: Path) -> None:
        """Choose the paths; arguments as of `export_model`.

        Raises:
            Fault: The model's file would be one of those beside it, a file of something else is in the way, or the
                folder cannot be made.
        """
        if target.is_dir():
            small = "" if precision == "float32" else f"-{precision}"
            target = target / f"{model.name}{small}.{form}"
        make_folder_of(target)
        self.model = target
        self._card = replace(model.card, precision=precision)
        self._beside = {suffix: target.with_name(target.stem + suffix) for suffix in (CARD_SUFFIX, TEXT_SUFFIX)}
        if target in self._beside.values():
            raise Fault(f"“{target.name}” is the name of a file beside the model; take a name that ends in .{form}.")
        text = self._beside[TEXT_SUFFIX]
        if text.exists() and MADE_BY.encode() not in read_limited(text, _TEXT_LIMIT):
            raise Fault(f"The labels would replace “{text}”, which is no file of an export; take another name.")

    def write(self, content: bytes) -> None:
        """Write the model's file with this content, its card and its labels."""
        write_together(
            {
                self._beside[CARD_SUFFIX]: self._card.to_json(),
                self._beside[TEXT_SUFFIX]: export_text(self._card).encode(),
                self.model: content,
            }
        )


_Answers = Callable[[Dataset], NDArray[np.float32]]
"""Returns a form's answers to glyphs over all its outputs, float32 [N, C]."""


def _convert(
    model: Model,
    network: "keras.Model",
    form: ExportForm,
    precision: Precision,
    checked: Dataset,
    workplace: Path,
) -> tuple[bytes, _Answers]:
    """Convert a model; return the content of the file, and a function that returns its answers."""
    if form == "onnx":
        content = onnx_form(network, _views(network, checked), _properties(model.card))
        return content, lambda glyphs: onnx_outputs(content, _views(network, glyphs))
    if precision == model.card.precision:
        recognizer, content = Recognizer(model), model.litert()
    else:
        typical = _views(network, validation_glyphs(TYPICAL)) if precision == "int8" else None
        content = litert_form(network, workplace, precision, typical)
        card = replace(model.card, name="trial", precision=SINGLE)
        recognizer = trial(card, {LITERT_FILE: content, KERAS_FILE: b""}, workplace)
    if form == "keras":
        content = model.keras_form()
    return content, lambda glyphs: recognizer.outputs(*glyphs.views())


def _compare(
    model: Model,
    network: "keras.Model",
    form: ExportForm,
    precision: Precision,
    checked: Dataset,
    answers: NDArray[np.float32],
) -> tuple[float, float]:
    """Return the largest difference to the network's probabilities, and the share of equal answers.

    Raises:
        ModelFault: The difference is too large, or the share too small.
    """
    expected = network_answers(network, network_inputs(network, *checked.views()))
    if expected.shape != answers.shape:
        raise ModelFault(f"“{model.name}” was not exported: {form} gives other outputs than the model has.")
    difference = float(np.abs(expected - answers).max(initial=0.0))
    labels = len(model.card.labels)
    alike = float((expected[:, :labels].argmax(axis=1) == answers[:, :labels].argmax(axis=1)).mean())
    if precision == "float32":
        if not difference <= LARGEST_DIFFERENCE:
            raise ModelFault(f"“{model.name}” was not exported: {form} answers differently, by {difference:.2g}.")
    elif alike < LEAST_ALIKE[precision]:
        raise ModelFault(
            f"“{model.name}” was not exported: in {precision} it answers only {alike * 100:.1f} % of {len(checked)} "
            "real glyphs as before; take another precision."
        )
    return difference, alike


def _accuracy(model: Model, answers: _Answers) -> Accuracy | None:
    """Measure the accuracy of the model and of its form, among the classes that the data has."""
    data = measured_data(model.card)
    if data is None:
        return None
    truth = label_indices(data, model.card.labels)
    known = np.flatnonzero(truth >= 0)
    known = known[np.linspace(0, len(known) - 1, min(len(known), MOST_MEASURED)).astype(np.intp)]
    data, truth = data.select(known, name=data.name), truth[known]
    among = np.unique(truth)

    def share(found: NDArray[np.float32]) -> float:
        return float((among[found[:, among].argmax(axis=1)] == truth).mean())

    own = Recognizer(model).outputs(*data.views())
    return Accuracy(share(answers(data)), share(own), data.name, len(data))


def _change(accuracy: float) -> str:
    """Describe a change of the accuracy, a share, in words."""
    points = f"{abs(accuracy) * 100:.2f}"
    if float(points) == 0:
        return "no change"
    return f"{points} points {'gained' if accuracy > 0 else 'lost'}"


def _views(network: "keras.Model", glyphs: Dataset) -> Views:
    inputs = network_inputs(network, *glyphs.views())
    return inputs if isinstance(inputs, dict) else {"raster": inputs}


def _properties(card: ModelCard) -> dict[str, str]:
    """Return the metadata of an ONNX file, which are texts."""
    calibration: dict[str, Any] = {
        name: {"temperature": item.temperature, "biases": item.prior_correction, "places": item.class_indices}
        for name, item in ((name, card.alphabet_card(name)) for name in card.alphabet_names)
    }
    return {
        "labels": json.dumps([label.text for label in card.labels], ensure_ascii=False),
        "preprocessing": str(card.preprocessing),
        "calibration": json.dumps(calibration),
        "description": description_text(card),
    }
