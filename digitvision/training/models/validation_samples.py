"""Real glyphs to try a model's other forms on: those that ship with the program, and the user's own drawings."""

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
"""Between two glyphs of a row, in shares of a glyph's longer side."""

_MOST_DRAWINGS: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleChoice:
    """Which glyphs to take.

    Attributes:
        first: Place of the first of MNIST's training digits; `pictures` is how many.
        variations: In how many hands the shipped drawings are written beside their own.
        seed: Of these hands.
    """

    first: int
    pictures: int
    variations: int
    seed: int


CHECKED: Final = SampleChoice(first=0, pictures=384, variations=11, seed=1)
"""What the forms' answers are compared on."""

TYPICAL: Final = SampleChoice(first=1000, pictures=300, variations=29, seed=2)
"""What the numbers inside a network are measured on for int8: other pictures and hands than those compared."""


def validation_glyphs(choice: SampleChoice) -> Dataset:
    """Pictures from MNIST, the shipped drawings alone and in rows, and up to 128 of the user's own drawings.

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
        # None yet, or one that cannot be read: the others will do.
        pass
    return join(parts, occurring_names(parts))


def measured_data(card: ModelCard) -> Dataset | None:
    """Labelled glyphs that the model was not trained on: MNIST's test, or those of the user's drawings it held out.

    Returns:
        None where the model does not answer all digits, and was trained on what only its maker has.

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
    # With drawings that came later, others would be held out.
    unchanged = [source.samples for source in card.data] == [len(parts.training)]
    return replace(parts.validation, name="drawings that were held out") if unchanged else None


def _shipped_ink(choice: SampleChoice) -> Glyphs:
    """The shipped drawings of digits as they are and in other hands, every second time between two neighbours."""
    files = sorted(resource_path("samples").glob("*.inkml"))
    written = [_of_size_one([stroke.xy for stroke in read_inkml(file).drawing.strokes]) for file in files]
    generator = np.random.default_rng(choice.seed)
    ink: list[Paths] = []
    around: list[Paths] = []
    for hand in range(1 + choice.variations):
        glyphs = written if hand == 0 else [tuple(vary(paths, generator, Variation())) for paths in written]
        for place, glyph in enumerate(glyphs):
            ink.append(glyph)
            alone = (place + hand) % 2 == 0
            around.append(() if alone else _neighbours(glyph, glyphs[place - 1], glyphs[(place + 1) % len(glyphs)]))
    return Glyphs(
        name="the shipped drawings",
        ink=ink,
        labels=np.tile(np.arange(len(files)), 1 + choice.variations),
        label_names=tuple(file.stem for file in files),
        context=around,
    )


def _of_size_one(paths: Sequence[NDArray[Any]]) -> Paths:
    points = np.concatenate(paths)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    size = float(np.ptp(points, axis=0).max())
    return tuple((path - middle) / size for path in paths)


def _neighbours(glyph: Paths, before: Paths, after: Paths) -> Paths:
    """The strokes of what stands on the left and on the right; all glyphs are of size one, around the origin."""
    left, right = (float(edge(np.concatenate(glyph)[:, 0])) for edge in (np.min, np.max))
    to_left = left - _GAP - float(np.concatenate(before)[:, 0].max())
    to_right = right + _GAP - float(np.concatenate(after)[:, 0].min())
    return tuple(
        path + np.array([shift, 0.0]) for paths, shift in ((before, to_left), (after, to_right)) for path in paths
    )
