"""Names of layers for people: networks name their layers for programs."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication

from digitvision.recognition.models.model_card import Layer


def _tr(text: str) -> str:
    return QCoreApplication.translate("LayerNames", text)


_INPUTS: Final = {
    "raster": "Picture",
    "trajectory": "Path of the pen",
    "surroundings": "What is around it",
}
_KINDS: Final = {
    "Activation": "Activation",
    "Add": "Sum",
    "AveragePooling2D": "Pooling (mean)",
    "BatchNormalization": "Normalization",
    "Concatenate": "Joining",
    "Conv1D": "Convolution along the path",
    "Conv2D": "Convolution",
    "Conv2DTranspose": "Convolution, enlarging",
    "Dense": "Dense layer",
    "DepthwiseConv2D": "Convolution of each map",
    "Dot": "Product of rows",
    "Dropout": "Dropout",
    "Flatten": "All values in a row",
    "GlobalAveragePooling1D": "Mean along the path",
    "GlobalAveragePooling2D": "Mean of each map",
    "GlobalMaxPooling1D": "Maximum along the path",
    "GlobalMaxPooling2D": "Maximum of each map",
    "InputLayer": "Input",
    "MaxPooling1D": "Pooling along the path",
    "MaxPooling2D": "Pooling",
    "Maximum": "Maximum",
    "Minimum": "Minimum",
    "Multiply": "Product",
    "ReLU": "Rectifier",
    "Rescaling": "Scaling",
    "Reshape": "New shape",
    "SeparableConv2D": "Convolution, separable",
    "Softmax": "Softmax",
    "ZeroPadding2D": "Margin",
}


def layer_titles(layers: Mapping[str, Layer], order: Iterable[str]) -> dict[str, str]:
    """Return a title for each layer, as in "Convolution 2".

    Args:
        layers: The layers by their names in the network's file; the last of them gives the answers.
        order: These names in the order in which the layers are shown: those of one kind are numbered in it.

    Returns:
        The titles by the layers' names, each a different one.
    """
    plain = {name: _title(layer) for name, layer in layers.items()}
    if plain:
        plain[list(plain)[-1]] = _tr("Answers")
    many, numbers = Counter(plain.values()), Counter[str]()
    titles = {}
    for name in order:
        title = plain[name]
        numbers[title] += 1
        titles[name] = f"{title} {numbers[title]}" if many[title] > 1 else title
    return titles


def _title(layer: Layer) -> str:
    if layer.kind == "InputLayer" and layer.name in _INPUTS:
        return _tr(_INPUTS[layer.name])
    return _tr(_KINDS.get(layer.kind, layer.kind))
