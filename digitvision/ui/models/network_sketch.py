"""Sums the layers of a model card up in a few steps, for the diagram on the Model tab.

The sketch is made from the card alone, so that it is there at once: no file of the model is opened for it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby
from typing import Final

from PySide6.QtCore import QCoreApplication

from digitvision.ink.trajectory import POINTS
from digitvision.recognition.models.model_card import EQUATION, Layer, ModelCard

MOST_STEPS: Final = 6
"""A row of more layers than this is summed up: layers with maps of one size become one step."""

_CONTEXT: Final = "surroundings"
_CONVOLUTION: Final = re.compile(r"(Separable|Depthwise)?Conv(1D|2D|3D|2DTranspose)$")
_POOLING: Final = re.compile(r"(Max|Average)Pooling[123]D$")
_ATTENTION: Final = re.compile(r"(block\d+)_")
_PICTURE_BRANCH: Final = re.compile(r"(picture\d+)_")


class Shape(Enum):
    """The kinds of drawings for a step."""

    PICTURE = "picture"
    PATH = "path"
    CONTEXT = "context"
    MAPS = "maps"
    SEQUENCE = "sequence"
    ATTENTION = "attention"
    UNITS = "units"
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True)
class Step:
    """One box of the diagram.

    Attributes:
        shape: The kind of drawing.
        title: The name of the step, as in "2 convolutions".
        detail: Its output, as in "48 maps 14 × 14".
        side: Points along a map's or a sequence's longer side, 0 where it has none.
        channels: Number of maps or units, 0 where that says nothing.
    """

    shape: Shape
    title: str
    detail: str
    side: int = 0
    channels: int = 0


@dataclass(frozen=True, slots=True)
class Sketch:
    """A network: rows of steps side by side, and the steps in which all rows come together.

    Attributes:
        rows: At least one; where `joined` is empty each row ends in answers of its own.
        joined: The steps after the rows have come together.
    """

    rows: tuple[tuple[Step, ...], ...]
    joined: tuple[Step, ...] = ()

    @property
    def description(self) -> str:
        """The sketch in words, for people who hear the page."""
        rows = [_chain(row) for row in self.rows]
        text = "; ".join(rows)
        if self.joined and len(rows) > 1:
            return _tr("{rows}; all of them together: {joined}").format(rows=text, joined=_chain(self.joined))
        return _chain((*self.rows[0], *self.joined)) if self.joined else text


def sketch_of(card: ModelCard) -> Sketch:
    """Sum the network of a card up in a few steps."""
    if card.reading == EQUATION:
        return _expression_sketch(card)
    # A network of several views that somebody else named is drawn as a plain row.
    return _sketch_of_views(card) or _plain_sketch(card)


def _plain_sketch(card: ModelCard) -> Sketch:
    steps = list(_steps(card.layers))
    if steps:
        # The last layer with weights gives the answers.
        steps.pop()
    return Sketch(((_picture_input(card), *_fitting(steps, card.layers)),), (_answers(card),))


def _sketch_of_views(card: ModelCard) -> Sketch | None:
    """A row for each view of the glyph, and one for what has learned from pictures alone.

    None where the card's layers do not have the names that the program's own networks of several views have.
    """
    if len(card.views) < 2:
        return None
    named: dict[str, list[Layer]] = {view: [] for view in card.views}
    branches: dict[str, list[Layer]] = {}
    joints = []
    for layer in card.layers:
        branch = _PICTURE_BRANCH.match(layer.name)
        base = _PICTURE_BRANCH.sub("", layer.name)
        if base == "joint":
            joints.append(layer)
        elif branch:
            branches.setdefault(branch[1], []).append(layer)
        elif base.startswith(("raster", "places")):
            named["raster"].append(layer)
        elif base.startswith("path"):
            named.setdefault("trajectory", []).append(layer)
        elif base.startswith("around"):
            named.setdefault(_CONTEXT, []).append(layer)
    inputs = {
        "raster": _picture_input(card),
        "trajectory": Step(Shape.PATH, _tr("the pen's path"), _tr("{count} points").format(count=POINTS)),
        _CONTEXT: Step(Shape.CONTEXT, _tr("its context"), _tr("what is around it")),
    }
    rows = [(inputs[view], *_by_size(layers, convolutions=True)) for view, layers in named.items() if layers]
    if branches:
        # They are alike: one of them is drawn for all.
        many = _tr("{count} networks").format(count=len(branches)) if len(branches) > 1 else inputs["raster"].detail
        alone = replace(inputs["raster"], title=_tr("picture alone"), detail=many)
        rows.append((alone, *_by_size(next(iter(branches.values())), convolutions=True)))
    if not rows:
        return None
    features = sum(layer.output_shape[-1] for layer in joints if layer.output_shape)
    joined = [Step(Shape.UNITS, _tr("joined"), _tr("{count} features").format(count=features), 0, features)]
    return Sketch(tuple(rows), (*(joined if features else ()), _answers(card)))


def _expression_sketch(card: ModelCard) -> Sketch:
    """Two networks: one that finds which strokes belong together, and one that reads symbols and their relations."""
    parts: dict[str, list[Layer]] = {}
    for layer in card.layers:
        parts.setdefault(layer.name.partition("/")[0], []).append(layer)
    rows = []
    for inside, whole, entry, last in (
        (
            "paths",
            "strokes",
            Step(Shape.PATH, _tr("each stroke"), _tr("the pen's path")),
            Step(Shape.ANSWERS, _tr("which strokes"), _tr("make one symbol")),
        ),
        (
            "pictures",
            "symbols",
            Step(Shape.PICTURE, _tr("each symbol"), _tr("its picture")),
            Step(Shape.ANSWERS, _tr("which symbol it is"), _tr("and where it belongs")),
        ),
    ):
        if inside in parts and whole in parts:
            steps = _by_size(parts[inside], convolutions=True)
            rows.append((entry, *steps, *_attention(parts[whole]), last))
    if rows:
        return Sketch(tuple(rows))
    return Sketch(((Step(Shape.PATH, _tr("strokes"), ""), *_by_size(card.layers)),), (_answers(card),))


def _attention(layers: Sequence[Layer]) -> Iterator[Step]:
    blocks = {found[0] for layer in layers if (found := _ATTENTION.search(layer.name))}
    if blocks:
        title = _count(len(blocks), _tr("attention block"), _tr("attention blocks"))
        yield Step(Shape.ATTENTION, title, _tr("each sees all others"), 0, len(blocks))


def _picture_input(card: ModelCard) -> Step:
    height, width = card.input_shape[:2]
    return Step(Shape.PICTURE, _tr("picture"), f"{height} × {width}", max(height, width), 1)


def _answers(card: ModelCard) -> Step:
    title = _count(len(card.labels), _tr("answer"), _tr("answers"))
    return Step(Shape.ANSWERS, title, _tr("and “junk”") if card.rejects else "", 0, len(card.labels))


def _fitting(steps: Sequence[Step], layers: Sequence[Layer]) -> tuple[Step, ...]:
    """These steps, or fewer that sum them up where they are too many."""
    if len(steps) <= MOST_STEPS:
        return tuple(steps)
    summed = _by_size(layers)[:-1]
    if len(summed) <= MOST_STEPS:
        return tuple(summed)
    left_out = len(summed) - MOST_STEPS + 1
    more = Step(Shape.UNITS, _tr("…"), _count(left_out, _tr("step more"), _tr("steps more")))
    return (*summed[: MOST_STEPS - 2], more, summed[-1])


def _steps(layers: Sequence[Layer]) -> Iterator[Step]:
    """A step for each layer that computes something a student would draw."""
    for layer in layers:
        if _POOLING.match(layer.kind):
            yield _maps(layer, _tr("pooling"))
        elif layer.parameters and "Normalization" not in layer.kind:
            yield _step([layer])


def _by_size(layers: Sequence[Layer], *, convolutions: bool = False) -> list[Step]:
    """A step for all layers in a row whose outputs have one size; dense layers keep a step each.

    Args:
        layers: Layers in the order of the card.
        convolutions: Whether the other layers are left out.
    """
    weighing = [
        layer
        for layer in layers
        if layer.parameters
        and "Normalization" not in layer.kind
        # The maps shrink to single numbers there: that is no step of its own in the small diagram.
        and layer.output_shape[:2] != (1, 1)
        and (not convolutions or _CONVOLUTION.match(layer.kind))
    ]
    return [_step(list(group)) for _, group in groupby(weighing, key=_size)]


def _size(layer: Layer) -> tuple[object, ...]:
    return layer.output_shape[:-1] if len(layer.output_shape) > 1 else (layer.name,)


def _step(layers: Sequence[Layer]) -> Step:
    last = layers[-1]
    if _CONVOLUTION.match(last.kind):
        return _maps(last, _count(len(layers), _tr("convolution"), _tr("convolutions")))
    if last.kind == "Dense" and len(last.output_shape) == 1:
        units = last.output_shape[0]
        return Step(Shape.UNITS, _tr("dense layer"), _tr("{count} units").format(count=units), 0, units)
    title = _spoken_kind(last.kind) if len(layers) == 1 else _tr("{count} layers").format(count=len(layers))
    if len(last.output_shape) > 1:
        return _maps(last, title)
    units = last.output_shape[0] if last.output_shape else 0
    return Step(Shape.UNITS, title, _tr("{count} units").format(count=units) if units else "", 0, units)


def _maps(layer: Layer, title: str) -> Step:
    *sides, channels = layer.output_shape
    size = " × ".join(map(str, sides))
    if len(sides) == 1:
        detail = _tr("{count} channels × {size}").format(count=channels, size=size)
        return Step(Shape.SEQUENCE, title, detail, sides[0], channels)
    return Step(Shape.MAPS, title, _tr("{count} maps {size}").format(count=channels, size=size), max(sides), channels)


def _spoken_kind(kind: str) -> str:
    """A Keras class's name as words, as in "multi head attention"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", kind).lower()


def _chain(steps: Sequence[Step]) -> str:
    return _tr(", then ").join(f"{step.title} ({step.detail})" if step.detail else step.title for step in steps)


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}" if number != 1 else one


def _tr(text: str) -> str:
    return QCoreApplication.translate("NetworkSketch", text)
