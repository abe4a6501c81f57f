"""The settings of a training in words, as the command line and the page of a model list them."""

from collections.abc import Mapping
from typing import Any, Final

from digitvision.recognition.models.data_names import alphabet_words, data_name

_NAMES: Final = {
    "input": "gets pictures",
    "recipe": "recipe",
    "data": "data",
    "validation": "held out of each data set",
    "base": "begins with the model",
    "begins_with": "begins with the weights of",
    "freeze": "layers that are not trained",
    "new_head": "has a new last layer",
    "two_stages": "trains the last layer first",
    "pictured_by": "reads pictures together with",
    "beside": "other alphabets that are learned",
    "frequent": "alphabets whose class frequencies count in doubt",
    "strangers": "pieces of junk among the samples",
    "members": "pairs of networks",
    "epochs": "epochs",
    "kept_epoch": "epoch that was kept",
    "restart_after": "learning rate begun anew after epoch",
    "batch_size": "batch size",
    "learning_rate": "learning rate",
    "schedule": "course of the learning rate",
    "patience": "stops after epochs without improvement",
    "weight_decay": "weight decay",
    "label_smoothing": "label smoothing",
    "dropout": "dropout",
    "average": "past's weight in the running mean of the weights",
    "pieces": "pieces of sentences in an epoch",
    "strings": "numbers in an epoch",
    "made": "lines put together from letters in an epoch",
    "mixed": "words with numbers in an epoch",
    "channels": "channels of the convolutions",
    "units": "units of a recurrent layer in each direction",
    "layers": "recurrent layers",
    "width": "channels of the first convolution",
    "joint": "units of the layer that joins the views",
    "variants": "handwriting variations of each glyph",
    "pictures": "pictures made of each glyph",
    "without_trajectory": "share of drawn glyphs that are read as pictures",
    "held_out": "share of the writers that is held out",
    "augment": "samples are varied",
    "seed": "seed of the random numbers",
}
"""Names of settings by their keys on a card, in the order of listing. Curves, times and tables stay on the card."""

_LIBRARIES: Final = {
    "digitvision": "DigitVision",
    "python": "Python",
    "keras": "Keras",
    "numpy": "NumPy",
    "tensorflow": "TensorFlow",
    "tensorflow-cpu": "TensorFlow",
    "ai-edge-litert": "LiteRT",
}


def settings_in_words(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List the settings of a training that people may want to know, each with its name and its value in words.

    Settings that are empty, zero or off are left out: the training went without them.

    Args:
        settings: The settings by their keys on a model card.
    """
    words = [(name, _value(key, settings[key])) for key, name in _NAMES.items() if settings.get(key)]
    return [(name, value) for name, value in words if value]


def libraries_in_words(versions: Mapping[str, str]) -> list[str]:
    """List libraries with their versions, by the names that people know."""
    return [f"{_LIBRARIES.get(name, name)} {version}" for name, version in versions.items()]


def _value(key: str, value: Any) -> str:
    if key == "data":
        return ", ".join(data_name(str(item)) for item in value)
    if key in ("beside", "frequent"):
        return ", ".join(alphabet_words(str(item)) for item in value)
    if key == "freeze":
        return "all but the last" if value == -1 else f"the first {value:,} with weights"
    if isinstance(value, bool):
        return "yes"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
