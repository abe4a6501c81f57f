"""Batches for a recipe's training: rendered glyphs, varied once more as whole pictures are varied cheaply."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.spatial_context import FIELD, LAYERS, filled_boxes
from digitvision.recognition.alphabets import CLASSES
from digitvision.training.augmentation.distortion import (
    Distortion,
    move_trajectories,
    random_maps,
    vary_ink,
    warp_rasters,
)
from digitvision.training.data.dataset import TRAJECTORY_UNIT
from digitvision.training.data.symbol_roles import role_of
from digitvision.training.recipes.recipe import Recipe
from digitvision.training.recipes.training_set import TrainingSet

OTHER_PLACE: Final = 0.35
"""Chance that a glyph stands where another of its role stood, so that no formula is learned by heart; and chance that
one which was written alone is put into such a place."""

ALONE: Final = 0.35
"""Chance that a glyph of an expression is shown as if it stood alone."""

_HIGH: Final = frozenset(("small", "tall", "hanging", "opening", "closing", "bar", "integral", "root", "raised"))
"""Roles of which the height says how large a glyph is written."""

_LEAST_SIZE: Final = 1e-3
_MOST_GROWN: Final = 2.0
"""Times the length of what stood there."""

_SIZE_JITTER: Final = 0.08
_AROUND_SHIFT: Final = 1

RARE_SHARE: Final = 0.25
RARE_POWER: Final = 0.5
"""So many more glyphs, in shares of those of expressions, are drawn with chances that fall with their class's frequency
(to this power of it a class is drawn), and shown in their places: how frequent a class is in the expressions that are
learned from says little of other expressions, and size and place tell a rare X from a frequent x."""

OWN_ALPHABET: Final = 0.75
"""Chance that a glyph is told from the classes of the smallest alphabet that it was written for only: what a `c` and a
`C` differ by is not learned at the cost of what the letters of one case differ by."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What one step learns from.

    Attributes:
        rasters: float32 [B, 28, 28, 1].
        paths: float32 [B, 64, 6].
        around: float32 [B, 24, 24, 2]; None where the network does not look at it.
        labels: int64 [B].
        among: float32 [B, C + 1], 1 for the classes that each glyph is to be told from, its own included.
    """

    rasters: NDArray[np.float32]
    paths: NDArray[np.float32]
    around: NDArray[np.float32] | None
    labels: NDArray[np.int64]
    among: NDArray[np.float32]


class Batches:
    """An epoch's batches, the same for the same seed and epoch."""

    def __init__(self, recipe: Recipe, training_set: TrainingSet, epoch: int) -> None:
        self._recipe = recipe
        self._set = training_set
        self._epoch = epoch
        self._generator = np.random.default_rng([recipe.seed, 7, epoch])
        self._distortion = Distortion(**recipe.distortion)
        self._masks, self._choices = _alphabets(recipe)
        self._places = _places_by_role(recipe, training_set) if recipe.with_context else {}
        rare = _rare(recipe, training_set, self._generator) if recipe.with_context else np.zeros(0, np.intp)
        # The rare ones come after all others: from that place on a number stands for one of them.
        self._rows = np.concatenate([np.arange(len(training_set)), rare])
        self._order = self._generator.permutation(len(self._rows))
        self._widest = [len(CLASSES[name]) > len(CLASSES["letters"]) for name in sorted(recipe.learned, key=_size)]
        self._roles = [role_of(text) for text in recipe.classes]

    def __len__(self) -> int:
        """Batches; the samples that would not fill the last one wait for another epoch."""
        return len(self._order) // self._recipe.batch_size

    def batch(self, number: int) -> Batch:
        """The batch of this number, to be asked for in order."""
        recipe, generator = self._recipe, self._generator
        size = recipe.batch_size
        numbers = self._order[number * size : (number + 1) * size]
        numbers = numbers[np.argsort(self._rows[numbers], kind="stable")]
        chosen, rare = self._rows[numbers], numbers >= len(self._set)
        variant = (self._epoch + chosen) % recipe.variants
        rasters = self._set.rasters[variant, chosen]
        paths = self._set.paths[variant, chosen].astype(np.float32) / np.float32(TRAJECTORY_UNIT)
        pictured = (paths[:, 0, -1] == 0) | (generator.random(size) < recipe.without_trajectory)
        # Asked for in the order of the file, which is mapped and not read.
        rows = chosen[pictured]
        rasters[pictured] = self._set.pictures[(self._epoch + rows) % recipe.pictures, rows]
        by = self._distortion
        maps = random_maps(np.where(pictured, 1.0, by.strokes_share), by, generator)
        paths = move_trajectories(paths, maps)
        paths[pictured] = 0.0
        labels = self._set.labels[chosen]
        around = self._around(chosen, labels, rare) if recipe.with_context else None
        placed = np.zeros(size, bool) if around is None else np.asarray(around.any(axis=(1, 2, 3)))
        return Batch(
            rasters=vary_ink(
                warp_rasters(rasters.astype(np.float32) / np.float32(255), maps, pictured, by, generator),
                pictured,
                by,
                generator,
            )[..., None],
            paths=paths,
            around=around,
            labels=labels,
            among=self._among(labels, self._set.source[chosen], placed),
        )

    def _among(
        self, labels: NDArray[np.int64], sources: NDArray[np.int64], placed: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        own = self._generator.random(len(labels)) < OWN_ALPHABET
        drawn = self._generator.random(len(labels))
        rows = []
        for label, source, there, small, chance in zip(
            labels.tolist(), sources.tolist(), placed, own, drawn, strict=True
        ):
            fitting = [index for index in self._choices.get(source, ()) if self._masks[index][label]]
            if there:
                # Size and place tell an O from an o: only what is nothing in expressions is left out.
                fitting = [index for index in fitting if self._widest[index]]
            # The choices are sorted, the smallest alphabet first; the last of the masks has all classes.
            rows.append((fitting[0] if small else fitting[int(chance * len(fitting))]) if fitting else -1)
        return self._masks[rows]

    def _around(
        self, chosen: NDArray[np.intp], labels: NDArray[np.int64], rare: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Surroundings: a glyph's own, those of another of its role, or none."""
        generator = self._generator
        field = np.zeros((len(chosen), FIELD, FIELD, LAYERS), np.float32)
        sizes = np.zeros((len(chosen), 2))
        chance, alone = generator.random(len(chosen)), generator.random(len(chosen)) < ALONE
        alone &= ~rare
        shifts = generator.integers(-_AROUND_SHIFT, _AROUND_SHIFT + 1, (len(chosen), 2))
        there = np.zeros(len(chosen), bool)
        for row, (index, label) in enumerate(zip(chosen.tolist(), labels.tolist(), strict=True)):
            around = int(self._set.around_row[index])
            own = self._set.sizes[index].astype(np.float64)
            role = self._roles[label] if label < len(self._roles) else ""
            others = self._places.get(role)
            if chance[row] < OTHER_PLACE and others is not None:
                other = int(others[generator.integers(len(others))])
                around = int(self._set.around_row[other])
                sizes[row] = _fitted(own, self._set.sizes[other].astype(np.float64), role)
            elif around >= 0 and not alone[row]:
                sizes[row] = own
            else:
                continue
            there[row] = True
            field[row, :, :, 0] = _shifted(self._set.around[around], *shifts[row].tolist())
        field[:, :, :, 0] /= np.float32(255)
        sizes *= np.exp(generator.normal(0, _SIZE_JITTER, sizes.shape))
        field[there, :, :, 1] = filled_boxes(sizes[there])
        return field


def _fitted(own: NDArray[np.float64], other: NDArray[np.float64], role: str) -> NDArray[np.float64]:
    """A glyph's width and height where another of its role stood: as high, or as long where a role has no height.

    Args:
        own: float64 [2], in any unit.
        other: float64 [2], in units.
    """
    longer = max(float(own.max()), _LEAST_SIZE)
    scale = float(other.max()) / longer
    if role in _HIGH and own[1] > _LEAST_SIZE * longer:
        scale = min(float(other[1] / own[1]), _MOST_GROWN * scale)
    return own * scale


def _shifted(field: NDArray[np.uint8], down: int, right: int) -> NDArray[np.uint8]:
    """The field moved by so many pixels; nothing comes in from outside."""
    reach = max(abs(down), abs(right))
    roomy = np.pad(field, reach)
    top, left = reach - down, reach - right
    return roomy[top : top + len(field), left : left + len(field)]


def _size(alphabet: str) -> int:
    return len(CLASSES[alphabet])


def _alphabets(recipe: Recipe) -> tuple[NDArray[np.float32], dict[int, list[int]]]:
    """The classes of every alphabet and of all, junk with each; and which of them each source's glyphs are for."""
    names = sorted(recipe.learned, key=_size)
    masks = np.ones((len(names) + 1, len(recipe.classes) + 1), np.float32)
    for row, name in enumerate(names):
        masks[row, :-1] = [text in CLASSES[name] for text in recipe.classes]
    choices = {
        number: [row for row, name in enumerate(names) if name in source.alphabets]
        for number, source in enumerate(recipe.sources)
    }
    return masks, choices


def _rare(recipe: Recipe, of: TrainingSet, generator: np.random.Generator) -> NDArray[np.intp]:
    """Glyphs of expressions once more, the rarer their class the likelier each of them."""
    glyphs = np.flatnonzero((of.around_row >= 0) & (of.labels < len(recipe.classes)))
    if len(glyphs) == 0:
        return glyphs
    counts = np.bincount(of.labels[glyphs])
    chances = counts[of.labels[glyphs]].astype(np.float64) ** (RARE_POWER - 1)
    drawn: NDArray[np.intp] = generator.choice(glyphs, round(RARE_SHARE * len(glyphs)), p=chances / chances.sum())
    return drawn


def _places_by_role(recipe: Recipe, of: TrainingSet) -> dict[str, NDArray[np.intp]]:
    """For every role the glyphs of it that do not stand alone."""
    with_context = np.flatnonzero((of.around_row >= 0) & (of.labels < len(recipe.classes)))
    roles = np.array([role_of(text) for text in recipe.classes])[of.labels[with_context]]
    return {str(role): with_context[roles == role] for role in np.unique(roles)}
