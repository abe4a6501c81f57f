"""The text beside an exported model: its labels, and how its inputs are made and its outputs used."""

from typing import Final

from digitvision import __version__
from digitvision.ink.raster import RASTER_SIZE
from digitvision.ink.spatial_context import FIELD, LAYERS
from digitvision.ink.trajectory import CHANNELS, POINTS
from digitvision.recognition.models.model_card import ModelCard

MADE_BY: Final = "Written by DigitVision"
"""Words by which a file of this kind is told from a user's own text."""

_VIEWS: Final = {
    "raster": f"""\
raster, float32 [N, {RASTER_SIZE}, {RASTER_SIZE}, 1], from 0 (paper) to 1 (ink): the glyph as a picture, rows from the
top. Its longer side is scaled to 20 pixels and its centre of mass moved to the middle, as in MNIST; strokes are drawn
with a pen of 2.4 pixels.""",
    "trajectory": f"""\
trajectory, float32 [N, {POINTS}, {CHANNELS}], from -1 to 1: the pen's path at equal steps, {POINTS} points, each stroke
with points in proportion to its length. A point is x and y (to the right and down) from the middle of the glyph's box
in halves of its longer side; cosine and sine of the direction in which the pen arrived, 0 at a stroke's beginning; 1 at
a stroke's beginning, else 0; and 1. All zero for a picture.""",
    "surroundings": f"""\
surroundings, float32 [N, {FIELD}, {FIELD}, {LAYERS}], from 0 to 1: a window around the middle of the glyph's box, six
times as wide and high as the median size of all strokes of the line. The first layer is the ink of the other strokes,
the second the glyph's box, filled. All zero for a glyph that stands alone.""",
}

_INPUTS: Final = """\
A LiteRT file takes one glyph at a time unless its inputs are resized, and writes more around their names; a network
with one input may call it otherwise. Their shapes tell the inputs apart."""

_CALIBRATION: Final = """\
Calibration: to answer within an alphabet, take the logarithms of its labels' probabilities, divide them by its
temperature, add its biases where it has any, and bring the exponentials to a sum of 1."""


def export_text(card: ModelCard) -> str:
    """Return the labels in the order of the outputs, one a line, and after an empty line the description."""
    labels = "\n".join(label.text for label in card.labels)
    return f"{labels}\n\n{description_text(card)}"


def description_text(card: ModelCard) -> str:
    """Describe how the inputs are made and the outputs used."""
    outputs = len(card.labels) + card.rejects
    paragraphs = [
        f"{MADE_BY} {__version__} for the model “{card.name}”. {card.description}".strip(),
        f"Inputs, N glyphs at a time, made by preprocessing {card.preprocessing} of DigitVision:",
        *(_VIEWS[view] for view in card.views),
        _INPUTS,
        f"Output: float32 [N, {outputs}], probabilities of sum 1; the first {len(card.labels)} are those of the labels "
        "in their order."
        + (
            " The last one is for junk, what is no glyph of any class: scribbles, for instance." if card.rejects else ""
        ),
        _CALIBRATION,
        "\n".join(_alphabet_line(card, name) for name in card.alphabet_names),
        *_trained_on(card),
        "The file that ends in .card.json has all of this for programs, and what was measured.",
    ]
    return "\n\n".join(paragraphs) + "\n"


def _alphabet_line(card: ModelCard, name: str) -> str:
    item = card.alphabet_card(name)
    labels = "all labels" if len(item.class_indices) == len(card.labels) else f"{len(item.class_indices)} labels"
    prior_correction = ", with biases" if item.prior_correction else ""
    return f"{name}: {labels}, temperature {item.temperature:g}{prior_correction}, sure above {item.sure_above:g}"


def _trained_on(card: ModelCard) -> list[str]:
    """List the training data with its licences, which may hold for the model too."""
    lines = [f"{source.name}: {source.amount}, {source.licence}" for source in card.data if source.samples]
    return ["\n".join(["Trained on:", *lines])] if lines else []
