"""Real glyphs on which converted models are compared: those that ship with the program, and the user's drawings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.inkml import read_inkml
from digitvision.recognition.alphabets import DIGITS
from digitvision.recognition.models.model_card import ModelCard
from digitvision.resources import resource_path
from digitvision.training.augmentation.handwriting import Variation, vary
from digitvision.training.data.dataset import DataFault, Dataset, join
from digitvision.training.data.glyphs import Glyphs, Paths, prepare
from digitvision.training.data.loading import DRAWINGS, MNIST, load, load_glyphs
from digitvision.training.data.splitting import occurring_names, split

_GAP: Final = 0.4
"""Distance of two glyphs in a row, as a share of a glyph's longer side."""

_MOST_DRAWINGS: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleChoice:
    """A choice of glyphs.

    Attributes:
        first: Index of the first of MNIST's training digits.
        pictures: Number of MNIST's training digits.
        variations: Number of handwriting variations of each shipped drawing.
        seed: Seed of these variations.
    """

    first: int
    pictures: int
    variations: int
    seed: int


CHECKED: Final = SampleChoice(first=0, pictures=384, variations=11, seed=1)
"""Glyphs on which the answers of a converted model are compared."""

TYPICAL: Final = SampleChoice(first=1000, pictures=300, variations=29, seed=2)
"""Glyphs with which the ranges of a network's values are measured for int8: none of those in `CHECKED`."""


def validation_glyphs(choice: SampleChoice) -> Dataset:
    """Load pictures from MNIST, the shipped drawings alone and in rows, and up to 128 of the user's own drawings.

    Raises:
        Fault: A shipped file is damaged.
    """
    mnist = load(MNIST, "training").select(np.arange(choice.first, choice.first + choice.pictures))
    parts = [mnist, prepare(_shipped_ink(choice))]
    try:
        drawings = load_glyphs(DRAWINGS)
        taken = np.linspace(0, len(drawings) - 1, min(len(drawings), _MOST_DRAWINGS)).astype(np.intp)
        parts.append(prepare(drawings.select(taken)))
    except DataFault:
        # There are no drawings yet, or one cannot be read: the other glyphs are enough.
        pass
    return join(parts, occurring_names(parts))


def measured_data(card: ModelCard) -> Dataset | None:
    """Load labelled glyphs that a model was not trained with: MNIST's test part, or the user's drawings it held out.

    Returns:
        None if the model neither answers all digits nor was trained with the user's drawings alone, or if the
        drawings have changed since.

    Raises:
        DataFault: The shipped data is damaged.
    """
    if set(DIGITS) <= {label.text for label in card.labels}:
        return load(MNIST, "test")
    seed = card.settings.get("seed")
    if card.settings.get("data") != [DRAWINGS] or not isinstance(seed, int):
        return None
    try:
        parts = split(load(DRAWINGS, "training"), seed)
    except DataFault:
        return None
    # If drawings were added or removed since the training, other ones would be held out now.
    unchanged = [source.samples for source in card.data] == [len(parts.training)]
    return replace(parts.validation, name="drawings that were held out") if unchanged else None


def _shipped_ink(choice: SampleChoice) -> Glyphs:
    """Load the shipped drawings of digits with variations of them; every second one has neighbours as its context."""
    files = sorted(resource_path("samples").glob("*.inkml"))
    written = [_of_size_one([stroke.xy for stroke in read_inkml(file).drawing.strokes]) for file in files]
    generator = np.random.default_rng(choice.seed)
    ink: list[Paths] = []
    context: list[Paths] = []
    for variation in range(1 + choice.variations):
        glyphs = written if variation == 0 else [tuple(vary(paths, generator, Variation())) for paths in written]
        for index, glyph in enumerate(glyphs):
            ink.append(glyph)
            alone = (index + variation) % 2 == 0
            context.append(() if alone else _neighbours(glyph, glyphs[index - 1], glyphs[(index + 1) % len(glyphs)]))
    return Glyphs(
        name="the shipped drawings",
        ink=ink,
        labels=np.tile(np.arange(len(files)), 1 + choice.variations),
        label_names=tuple(file.stem for file in files),
        context=context,
    )


def _of_size_one(paths: Sequence[NDArray[Any]]) -> Paths:
    """Scale a glyph to a longer side of 1 and move its middle to the origin."""
    points = np.concatenate(paths)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    size = float(np.ptp(points, axis=0).max())
    return tuple((path - middle) / size for path in paths)


def _neighbours(glyph: Paths, before: Paths, after: Paths) -> Paths:
    """Return the strokes of two glyphs, moved to the left and to the right of a glyph.

    All glyphs have the size 1 and the origin in their middle.
    """
    left, right = (float(edge(np.concatenate(glyph)[:, 0])) for edge in (np.min, np.max))
    to_left = left - _GAP - float(np.concatenate(before)[:, 0].max())
    to_right = right + _GAP - float(np.concatenate(after)[:, 0].min())
    return tuple(
        path + np.array([shift, 0.0]) for paths, shift in ((before, to_left), (after, to_right)) for path in paths
    )
