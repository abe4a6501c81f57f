"""A network written as a list of layers: parsing the list, and the shape and cost of each layer.

``conv 32 3, pool 2, conv 64 3, pool 2, dense 128, dropout 0.2`` is such a list. Convolutions and dense layers are
rectified, convolutions and pools use no padding, what is dense flattens what comes before it, and the last layer, a
softmax over the classes, is not written.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from digitvision.faults import Fault

MOST_LAYERS: Final = 40
MOST_PARAMETERS: Final = 50_000_000
"""Limit of a network's parameters: 200 MB, more than rasters need and less than fills a machine's memory."""

_STRIDE: Final = "stride"
_NORM_PARAMETERS: Final = 4
"""Parameters of each channel of a normalization: scale, shift, running mean and running variance."""

_VERBS: Final = {"conv": "convolve", "pool": "pool", "mean": "average"}
"""By the kinds of layers that need a picture as input: the verb for a message."""

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """A number that a kind of layer takes, with its range. An editor changes it by 1, or by 0.01 if it is not whole."""

    name: str
    default: float
    least: float
    most: float
    whole: bool = True

    def read(self, word: str) -> float:
        """Parse the number.

        Raises:
            Fault: The word is no number, or one out of range.
        """
        try:
            number = int(word) if self.whole else float(word)
        except ValueError:
            number = math.nan
        if not self.least <= number <= self.most:
            kind = "whole number" if self.whole else "number"
            raise Fault(f"“{word}” is no {kind} from {self.least:g} to {self.most:g}")
        return number


KINDS: Final[dict[str, tuple[Size, ...]]] = {
    "conv": (Size("filters", 32, 1, 1024), Size("size", 3, 1, 28), Size(_STRIDE, 1, 1, 28)),
    "pool": (Size("size", 2, 2, 28),),
    "norm": (),
    "dense": (Size("units", 128, 1, 8192),),
    "dropout": (Size("share", 0.2, 0.0, 0.95, whole=False),),
    "flatten": (),
    "mean": (),
}
"""The kinds of layers with the numbers that each takes, in order: convolution, maximum over squares, batch
normalization, dense layer, dropout, all values in one row, mean over all positions. A stride is written after the word
"stride"."""


@dataclass(frozen=True, slots=True)
class ListedLayer:
    """One layer of a list: its kind, one of `KINDS`, and a number for each of `KINDS[kind]`."""

    kind: str
    numbers: tuple[float, ...] = ()

    @classmethod
    def plain(cls, kind: str) -> "ListedLayer":
        """Make a layer of this kind with the default numbers."""
        return cls(kind, tuple(size.default for size in KINDS[kind]))

    def __str__(self) -> str:
        words = [self.kind]
        for size, number in zip(KINDS[self.kind], self.numbers, strict=True):
            if size.name != _STRIDE:
                words.append(f"{number:g}")
            elif number != size.default:
                words += [_STRIDE, f"{number:g}"]
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """Output shape and cost of one layer.

    Attributes:
        shape: Shape of the output without the batch; empty if this layer or one before it is impossible.
        parameters: Number of all parameters, also of those that are not trained.
        multiply_adds: Multiplications with an addition each for one glyph.
        problem: Why this layer is impossible, in words; empty if it is possible, or if one before it is not.
    """

    shape: Shape = ()
    parameters: int = 0
    multiply_adds: int = 0
    problem: str = ""


def is_list(text: str) -> bool:
    """Whether a text is meant as a list of layers, be it valid or not."""
    return "," in text or text.split(" ")[0] in KINDS


def read_layers(text: str) -> tuple[ListedLayer, ...]:
    """Parse a list of layers.

    Raises:
        Fault: A layer cannot be parsed, or there are none or more than `MOST_LAYERS`.
    """
    parts = text.split(",")
    if len(parts) > MOST_LAYERS:
        raise Fault(f"A list of layers may have {MOST_LAYERS} of them, this one has {len(parts)}.")
    return tuple(_read_layer(part.split()) for part in parts)


def format_layers(layers: Sequence[ListedLayer]) -> str:
    """Write the list so that `read_layers` can parse it."""
    return ", ".join(map(str, layers))


def summarize_layers(layers: Sequence[ListedLayer], input_shape: Shape, classes: int) -> tuple[LayerSummary, ...]:
    """Calculate shape and cost of each layer, and after them of the softmax over the classes.

    Args:
        layers: The layers of a list.
        input_shape: Height, width and channels of the input.
        classes: Number of outputs.
    """
    steps: list[LayerSummary] = []
    shape = input_shape
    for layer in (*layers, ListedLayer("dense", (classes,))):
        step = _step(layer, shape) if shape else LayerSummary()
        steps.append(step)
        shape = step.shape
    return tuple(steps)


def problem_of(steps: Sequence[LayerSummary], layers: Sequence[ListedLayer]) -> str:
    """Say in one sentence why this list makes no network; empty if it makes one."""
    for number, (step, layer) in enumerate(zip(steps, layers, strict=False), start=1):
        if step.problem:
            return f"Layer {number}, “{layer}”: {step.problem}."
    parameters = sum(step.parameters for step in steps)
    if parameters > MOST_PARAMETERS:
        return f"This network would have {parameters:,} parameters; {MOST_PARAMETERS:,} are the most."
    return ""


def _read_layer(words: list[str]) -> ListedLayer:
    if not words:
        raise Fault("A layer is missing in the list of layers: there is nothing before, between or after the commas.")
    kind, *rest = words
    if kind not in KINDS:
        raise Fault(f"There is no layer “{kind}”; there is: {', '.join(KINDS)}.")
    plain = [size for size in KINDS[kind] if size.name != _STRIDE]
    strides = [size for size in KINDS[kind] if size.name == _STRIDE]
    at = rest.index(_STRIDE) if _STRIDE in rest else len(rest)
    given, after = rest[:at], rest[at + 1 :]
    try:
        if len(given) > len(plain) or len(after) > len(strides) or (at < len(rest) and not after):
            form = [kind, *(size.name.upper() for size in plain), *("[stride N]" for _ in strides)]
            raise Fault(f"it is written as “{' '.join(form)}”")
        numbers = [
            size.read(words[index]) if index < len(words) else size.default
            for sizes, words in ((plain, given), (strides, after))
            for index, size in enumerate(sizes)
        ]
    except Fault as fault:
        raise Fault(f"The layer “{' '.join([kind, *rest])}” cannot be: {fault}.") from fault
    return ListedLayer(kind, tuple(numbers))


def _step(layer: ListedLayer, shape: Shape) -> LayerSummary:
    if layer.kind in _VERBS:
        return _step_in_picture(layer, shape)
    row = math.prod(shape)
    match layer.kind:
        case "norm":
            return LayerSummary(shape, _NORM_PARAMETERS * shape[-1])
        case "dense":
            units = int(layer.numbers[0])
            return LayerSummary((units,), (row + 1) * units, row * units)
        case "flatten":
            return LayerSummary((row,))
        case _:
            return LayerSummary(shape)


def _step_in_picture(layer: ListedLayer, shape: Shape) -> LayerSummary:
    verb = _VERBS[layer.kind]
    if len(shape) != 3:
        return LayerSummary(problem=f"the values are in one row here: nothing to {verb}")
    height, width, channels = shape
    if layer.kind == "mean":
        return LayerSummary((channels,))
    filters, side, stride = map(int, layer.numbers if layer.kind == "conv" else (channels, *layer.numbers * 2))
    narrower = min(height, width)
    if narrower < side:
        wide = "1 pixel" if narrower == 1 else f"only {narrower} pixels"
        return LayerSummary(problem=f"the picture is {wide} wide here: nothing to {verb}")
    after = ((height - side) // stride + 1, (width - side) // stride + 1, filters)
    if layer.kind == "pool":
        return LayerSummary(after)
    kernel = side * side * channels * filters
    return LayerSummary(after, kernel + filters, kernel * after[0] * after[1])
