"""Model cards: what a model reads, how it was trained and how well it does."""

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from digitvision.faults import Fault
from digitvision.recognition.prediction import LINE, Label

CARD_FORMAT = "digitvision-model"
CARD_VERSION = 1
VIEWS = ("raster", "trajectory", "surroundings")

CHARACTER = "character"
EQUATION = "equation"
READINGS = (CHARACTER, LINE, EQUATION)
"""Kinds of models: for single glyphs, for whole lines of words, or for whole expressions."""

SINGLE = "float32"
HALF = "float16"
PRECISIONS = (SINGLE, HALF, "int8")
"""Types in which the weights of a LiteRT file are stored."""


class ModelFault(Fault):
    """A model that cannot be found, read, verified or written."""


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
    """Data that a model was trained on; `writers` is the number of its writers, 0 where the source does not have it."""

    name: str
    samples: int
    licence: str
    writers: int = 0

    @property
    def amount(self) -> str:
        """Number of samples and writers, in words."""
        written = f" by {self.writers:,} writers" if self.writers else ""
        return f"{self.samples:,} samples{written}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and the command that printed it; `value` is a fraction unless the name has a unit."""

    name: str
    value: float
    data: str
    samples: int
    command: str


_ALPHABET_KEYS: Final = {
    "class_indices": "places",
    "prior_correction": "biases",
    "in_vocabulary_above": "known_above",
}
"""Keys in cards' files for attributes that have another name here, so that existing models can be read."""


@dataclass(frozen=True, slots=True)
class AlphabetCard:
    """Calibration and limits of a model within one alphabet.

    Attributes:
        name: One of `alphabets.ALPHABETS`, or another name.
        class_indices: The alphabet's classes, as indices into the card's labels.
        temperature: Divisor of these classes' logits (Guo et al. 2017, arXiv:1706.04599).
        prior_correction: Added to the logits after that, one number for each class; empty for none. It compensates for
            classes that are more frequent in training than in use.
        sure_above: Calibrated confidence from which an answer may count as sure.
        in_vocabulary_above: The in-vocabulary score, 0 to 1, that a glyph needs for its answer to count as sure.
    """

    name: str
    class_indices: tuple[int, ...]
    temperature: float = 1.0
    prior_correction: tuple[float, ...] = ()
    sure_above: float = 0.9
    in_vocabulary_above: float = 0.0

    def to_data(self) -> dict[str, Any]:
        """Return the values by their keys in a card's file."""
        return {_ALPHABET_KEYS.get(name, name): value for name, value in asdict(self).items()}

    @classmethod
    def from_data(cls, data: Any) -> "AlphabetCard":
        """Take the values by their keys in a card's file.

        Raises:
            KeyError: A value is missing.
            TypeError: The data is no table, a key is unknown, or a value is no list where one is needed.
        """
        if not isinstance(data, dict):
            raise TypeError("an alphabet is not a table")
        names = {key: name for name, key in _ALPHABET_KEYS.items()}
        values: dict[str, Any] = {names.get(str(key), str(key)): value for key, value in data.items()}
        lists = {name: tuple(values[name]) for name in ("class_indices", "prior_correction")}
        return cls(**{**values, **lists})

    def check(self, classes: int) -> None:
        """Check that the values make sense for a network with this number of classes.

        Raises:
            ValueError: They do not; the text is a reason.
        """
        fitting = [isinstance(index, int) and 0 <= index < classes for index in self.class_indices]
        if not fitting or not all(fitting) or len(set(self.class_indices)) != len(fitting):
            raise ValueError(f"the alphabet {self.name} does not fit the labels")
        numbers = (self.temperature, *self.prior_correction)
        if not all(isinstance(number, (int, float)) and math.isfinite(number) for number in numbers):
            raise ValueError(f"the calibration of the alphabet {self.name} is not made of numbers")
        if len(self.prior_correction) not in (0, len(self.class_indices)) or not self.temperature > 0:
            raise ValueError(f"the calibration of the alphabet {self.name} makes no sense")
        limits = (self.sure_above, self.in_vocabulary_above)
        if not all(isinstance(limit, (int, float)) and 0 <= limit <= 1 for limit in limits):
            raise ValueError(f"a limit of the alphabet {self.name} is not between 0 and 1")


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Everything about a model but its weights.

    Attributes:
        labels: The classes in the order of the network's outputs.
        preprocessing: `digitvision.ink.raster.PREPROCESSING_VERSION` at training; for a model that reads expressions
            `digitvision.recognition.expression.reading.stroke_features.FEATURES_VERSION`.
        temperature: Calibration after Guo et al. 2017 (arXiv:1706.04599): divisor of the logits.
        sure_above: Calibrated confidence from which an answer counts as sure.
        settings: Settings of the training by name (epochs, batch_size, learning_rate, seed …).
        created: Time of creation, ISO 8601, UTC.
        versions: Versions of the libraries that it was made with.
        sha256: Hex digests of the model's files by file name.
        views: Names of the network's inputs: `raster`, `trajectory`, `surroundings` (the spatial context).
        rejects: Whether the network has a last output beyond the labels, for junk.
        alphabets: The alphabets that it reads within, the one that it is made for first; empty for `alphabet` alone,
            with all labels, `temperature` and `sure_above`.
        reading: What it reads, one of `READINGS`.
        precision: Type of the weights in the LiteRT file, one of `PRECISIONS`; those of the Keras file are float32.
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
    views: tuple[str, ...] = ("raster",)
    rejects: bool = False
    alphabets: tuple[AlphabetCard, ...] = ()
    reading: str = CHARACTER
    precision: str = SINGLE

    @property
    def alphabet_names(self) -> tuple[str, ...]:
        """The alphabets that the model reads within."""
        return tuple(item.name for item in self.alphabets) or (self.alphabet,)

    def alphabet_card(self, name: str | None = None) -> AlphabetCard:
        """Return calibration and limits within an alphabet; None for the one that the model is made for.

        Raises:
            ModelFault: The model does not read within this alphabet.
        """
        if not self.alphabets:
            if name not in (None, self.alphabet):
                raise ModelFault(f"The model “{self.name}” answers within {self.alphabet}, not within {name}.")
            return AlphabetCard(
                self.alphabet, tuple(range(len(self.labels))), self.temperature, sure_above=self.sure_above
            )
        for item in self.alphabets:
            if name in (None, item.name):
                return item
        available = ", ".join(self.alphabet_names)
        raise ModelFault(f"The model “{self.name}” answers within {available}, not within {name}.")

    def to_json(self) -> bytes:
        """Return the content of the card's file."""
        card = {"format": CARD_FORMAT, "version": CARD_VERSION, **asdict(self)}
        card["alphabets"] = [item.to_data() for item in self.alphabets]
        return (json.dumps(card, ensure_ascii=False, indent=2) + "\n").encode()

    @classmethod
    def from_json(cls, data: bytes, *, where: str) -> "ModelCard":
        """Read a card.

        Args:
            data: The file's bytes.
            where: The model's name, for error messages.

        Raises:
            ModelFault: The content is no card, is damaged, or was written by a newer version.
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
                    "views": tuple(raw.get("views", ("raster",))),
                    "alphabets": tuple(AlphabetCard.from_data(item) for item in raw.get("alphabets", ())),
                }
            )
            card.check()
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFault(f"The model card of {where} is damaged: {error}.") from error
        return card

    def check(self) -> None:
        """Check that the values make sense together.

        Raises:
            ValueError: They do not; the text is a reason.
        """
        if not isinstance(self.name, str) or not self.labels:
            raise ValueError("a name and at least one label are needed")
        if not all(isinstance(label.text, str) and isinstance(label.latex, str) for label in self.labels):
            raise ValueError("labels are not texts")
        if not (isinstance(self.temperature, (int, float)) and self.temperature > 0):
            raise ValueError("the temperature is not a positive number")
        if not (isinstance(self.sure_above, (int, float)) and 0 <= self.sure_above <= 1):
            raise ValueError("the limit of sure answers is not between 0 and 1")
        if not set(self.views) <= set(VIEWS) or not self.views:
            raise ValueError("the network looks at something that this program cannot give it")
        if self.reading not in READINGS:
            raise ValueError("it reads what this program cannot show it")
        if self.precision not in PRECISIONS:
            raise ValueError("it does not say how its weights are kept")
        if not isinstance(self.rejects, bool):
            raise ValueError("it does not say whether the network has an output for what is no glyph")
        if not all(isinstance(count, int) for source in self.data for count in (source.samples, source.writers)):
            raise ValueError("how much data it was trained on is no number")
        for item in self.alphabets:
            item.check(len(self.labels))
        if not (isinstance(self.sha256, dict) and isinstance(self.settings, dict) and isinstance(self.versions, dict)):
            raise ValueError("checksums, settings or versions are not tables")
