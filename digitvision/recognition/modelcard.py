"""Model cards: what a model answers, how it was made and what was measured on it."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from digitvision.faults import Fault
from digitvision.recognition.prediction import Label

CARD_FORMAT = "digitvision-model"
CARD_VERSION = 1


class ModelFault(Fault):
    """A model that cannot be found, read, trusted or written."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer as the Model tab lists it; `output_shape` without the batch, `kind` is Keras's class name."""

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DataSource:
    """Data that a model was trained on."""

    name: str
    samples: int
    licence: str


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured, and the command that printed it; `value` is a fraction unless the name has a unit."""

    name: str
    value: float
    data: str
    samples: int
    command: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """All that is known of a model.

    Attributes:
        labels: The classes in the order of the network's outputs.
        preprocessing: `digitvision.ink.raster.PREPROCESSING_VERSION` of the training.
        temperature: Calibration after Guo et al. 2017 (arXiv:1706.04599): logits are divided by it.
        sure_above: Calibrated confidence from which an answer counts as sure.
        settings: The training's settings by name (epochs, batch_size, learning_rate, seed …).
        created: ISO 8601, UTC.
        versions: Of the libraries that made it.
        sha256: Hex digests of the model's files by file name.
    """

    name: str
    alphabet: str
    labels: tuple[Label, ...]
    architecture: str
    input_shape: tuple[int, int, int]
    parameters: int
    layers: tuple[Layer, ...]
    preprocessing: int
    temperature: float = 1.0
    sure_above: float = 0.9
    description: str = ""
    data: tuple[DataSource, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    created: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    sha256: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """The card as it lies on disk."""
        card = {"format": CARD_FORMAT, "version": CARD_VERSION, **asdict(self)}
        return (json.dumps(card, ensure_ascii=False, indent=2) + "\n").encode()

    @classmethod
    def from_json(cls, data: bytes, *, where: str) -> "ModelCard":
        """Read a card.

        Args:
            data: The file's bytes.
            where: Names the file in the sentence of a failure.

        Raises:
            ModelFault: It is no card, is damaged, or was written by a newer version.
        """
        try:
            raw = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ModelFault(f"The model card of {where} is damaged: it is not readable as JSON.") from error
        if not isinstance(raw, dict) or raw.pop("format", None) != CARD_FORMAT:
            raise ModelFault(f"{where} has no DigitVision model card.")
        version = raw.pop("version", None)
        if isinstance(version, int) and version > CARD_VERSION:
            raise ModelFault(f"{where} was made by a newer DigitVision; update the program to use it.")
        try:
            card = cls(
                **{
                    **raw,
                    "labels": tuple(Label(**label) for label in raw["labels"]),
                    "input_shape": tuple(raw["input_shape"]),
                    "layers": tuple(
                        Layer(**{**layer, "output_shape": tuple(layer["output_shape"])}) for layer in raw["layers"]
                    ),
                    "data": tuple(DataSource(**source) for source in raw.get("data", ())),
                    "figures": tuple(Figure(**figure) for figure in raw.get("figures", ())),
                }
            )
            card.check()
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFault(f"The model card of {where} is damaged: {error}.") from error
        return card

    def check(self) -> None:
        """Whether the values make sense together.

        Raises:
            ValueError: They do not; the text says which.
        """
        if not isinstance(self.name, str) or not self.labels:
            raise ValueError("a name and at least one label are needed")
        if not all(isinstance(label.text, str) and isinstance(label.latex, str) for label in self.labels):
            raise ValueError("labels are not texts")
        if not (isinstance(self.temperature, (int, float)) and self.temperature > 0):
            raise ValueError("the temperature is not a positive number")
        if not (isinstance(self.sure_above, (int, float)) and 0 <= self.sure_above <= 1):
            raise ValueError("the limit of sure answers is not between 0 and 1")
        if not (isinstance(self.sha256, dict) and isinstance(self.settings, dict) and isinstance(self.versions, dict)):
            raise ValueError("checksums, settings or versions are not tables")
