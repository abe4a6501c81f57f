"""Batches for a training by a recipe: rendered glyphs, distorted anew whenever they are learned from."""

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

OTHER_CONTEXT: Final = 0.35
"""Chance that a glyph gets the context of another one of its role, so that no formula is learned by heart; the same for
a glyph that was written alone."""

ALONE: Final = 0.35
"""Chance that a glyph of an expression is learned from as if it stood alone."""

_HIGH: Final = frozenset(("small", "tall", "hanging", "opening", "closing", "bar", "integral", "root", "raised"))
"""Roles whose height tells how large a glyph is written."""

_LEAST_SIZE: Final = 1e-3
_MOST_GROWN: Final = 2.0
"""Largest size of a glyph, as a multiple of the one whose context it gets."""

_SIZE_JITTER: Final = 0.08
_CONTEXT_SHIFT: Final = 1

RARE_SHARE: Final = 0.25
RARE_POWER: Final = 0.5
"""An epoch has more glyphs of rare classes: as many as `RARE_SHARE` of all glyphs of expressions, and a class is drawn
by its frequency to the power `RARE_POWER`. They keep their context: how frequent a class is in these expressions says
little about others, and size and position tell a rare X from a frequent x."""

OWN_ALPHABET: Final = 0.75
"""Chance that a glyph is compared only with the classes of the smallest alphabet that it was written for: the
difference between `c` and `C` is not to be learned at the cost of those between the letters of one case."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """The B glyphs that one step learns from; C is the number of classes without junk.

    Attributes:
        rasters: float32 [B, 28, 28, 1].
        paths: float32 [B, 64, 6].
        context: float32 [B, 24, 24, 2]; None where the network has no input for it.
        labels: int64 [B], C for junk.
        among: float32 [B, C + 1], 1 for the classes that a glyph is compared with, its own included.
    """

    rasters: NDArray[np.float32]
    paths: NDArray[np.float32]
    context: NDArray[np.float32] | None
    labels: NDArray[np.int64]
    among: NDArray[np.float32]


class Batches:
    """The batches of an epoch, the same for the same seed and epoch."""

    def __init__(self, recipe: Recipe, training_set: TrainingSet, epoch: int) -> None:
        self._recipe = recipe
        self._set = training_set
        self._epoch = epoch
        self._generator = np.random.default_rng([recipe.seed, 7, epoch])
        self._distortion = Distortion(**recipe.distortion)
        self._masks, self._choices = _alphabets(recipe)
        self._rows_by_role = _rows_by_role(recipe, training_set) if recipe.with_context else {}
        rare = _rare(recipe, training_set, self._generator) if recipe.with_context else np.zeros(0, np.intp)
        # The further glyphs of rare classes come after all others: from there on a number stands for one of them.
        self._rows = np.concatenate([np.arange(len(training_set)), rare])
        self._order = self._generator.permutation(len(self._rows))
        self._widest = [len(CLASSES[name]) > len(CLASSES["letters"]) for name in sorted(recipe.learned, key=_size)]
        self._roles = [role_of(text) for text in recipe.classes]

    def __len__(self) -> int:
        """Return the number of batches; samples that would not fill the last one are left out of this epoch."""
        return len(self._order) // self._recipe.batch_size

    def batch(self, number: int) -> Batch:
        """Return the batch of this number, counted from 0; batches have to be taken in their order."""
        recipe, generator = self._recipe, self._generator
        size = recipe.batch_size
        numbers = self._order[number * size : (number + 1) * size]
        numbers = numbers[np.argsort(self._rows[numbers], kind="stable")]
        chosen, rare = self._rows[numbers], numbers >= len(self._set)
        variant = (self._epoch + chosen) % recipe.variants
        rasters = self._set.rasters[variant, chosen]
        paths = self._set.paths[variant, chosen].astype(np.float32) / np.float32(TRAJECTORY_UNIT)
        is_picture = (paths[:, 0, -1] == 0) | (generator.random(size) < recipe.without_trajectory)
        # In the order of the file, which is mapped and not read.
        rows = chosen[is_picture]
        rasters[is_picture] = self._set.pictures[(self._epoch + rows) % recipe.pictures, rows]
        by = self._distortion
        maps = random_maps(np.where(is_picture, 1.0, by.strokes_share), by, generator)
        paths = move_trajectories(paths, maps)
        paths[is_picture] = 0.0
        labels = self._set.labels[chosen]
        context = self._context(chosen, labels, rare) if recipe.with_context else None
        has_context = np.zeros(size, bool) if context is None else np.asarray(context.any(axis=(1, 2, 3)))
        return Batch(
            rasters=vary_ink(
                warp_rasters(rasters.astype(np.float32) / np.float32(255), maps, is_picture, by, generator),
                is_picture,
                by,
                generator,
            )[..., None],
            paths=paths,
            context=context,
            labels=labels,
            among=self._among(labels, self._set.source[chosen], has_context),
        )

    def _among(
        self, labels: NDArray[np.int64], sources: NDArray[np.int64], has_context: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        own = self._generator.random(len(labels)) < OWN_ALPHABET
        drawn = self._generator.random(len(labels))
        rows = []
        for label, source, there, small, chance in zip(
            labels.tolist(), sources.tolist(), has_context, own, drawn, strict=True
        ):
            suitable = [index for index in self._choices.get(source, ()) if self._masks[index][label]]
            if there:
                # Size and position tell an O from an o: only alphabets as large as that of expressions are taken.
                suitable = [index for index in suitable if self._widest[index]]
            # The choices are sorted, the smallest alphabet first; the last mask has all classes.
            rows.append((suitable[0] if small else suitable[int(chance * len(suitable))]) if suitable else -1)
        return self._masks[rows]

    def _context(
        self, chosen: NDArray[np.intp], labels: NDArray[np.int64], rare: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Return a context for each glyph, float32 [B, 24, 24, 2]: its own, that of another of its role, or none."""
        generator = self._generator
        field = np.zeros((len(chosen), FIELD, FIELD, LAYERS), np.float32)
        sizes = np.zeros((len(chosen), 2))
        chance, alone = generator.random(len(chosen)), generator.random(len(chosen)) < ALONE
        alone &= ~rare
        shifts = generator.integers(-_CONTEXT_SHIFT, _CONTEXT_SHIFT + 1, (len(chosen), 2))
        there = np.zeros(len(chosen), bool)
        for row, (index, label) in enumerate(zip(chosen.tolist(), labels.tolist(), strict=True)):
            context = int(self._set.context_row[index])
            own = self._set.sizes[index].astype(np.float64)
            role = self._roles[label] if label < len(self._roles) else ""
            others = self._rows_by_role.get(role)
            if chance[row] < OTHER_CONTEXT and others is not None:
                other = int(others[generator.integers(len(others))])
                context = int(self._set.context_row[other])
                sizes[row] = _scale_size(own, self._set.sizes[other].astype(np.float64), role)
            elif context >= 0 and not alone[row]:
                sizes[row] = own
            else:
                continue
            there[row] = True
            field[row, :, :, 0] = _shift_field(self._set.context[context], *shifts[row].tolist())
        field[:, :, :, 0] /= np.float32(255)
        sizes *= np.exp(generator.normal(0, _SIZE_JITTER, sizes.shape))
        field[there, :, :, 1] = filled_boxes(sizes[there])
        return field


def _scale_size(own: NDArray[np.float64], other: NDArray[np.float64], role: str) -> NDArray[np.float64]:
    """Return the width and height of a glyph scaled to another one: as high, or as long where the role has no height.

    Args:
        own: Width and height of the glyph, float64 [2], in any unit.
        other: Width and height of the other one, float64 [2], in units (see `ink/spatial_context.py`).
        role: The role of both.
    """
    longer = max(float(own.max()), _LEAST_SIZE)
    scale = float(other.max()) / longer
    if role in _HIGH and own[1] > _LEAST_SIZE * longer:
        scale = min(float(other[1] / own[1]), _MOST_GROWN * scale)
    return own * scale


def _shift_field(field: NDArray[np.uint8], down: int, right: int) -> NDArray[np.uint8]:
    """Return a field shifted by so many pixels down and right; zeros come in from outside."""
    reach = max(abs(down), abs(right))
    roomy = np.pad(field, reach)
    top, left = reach - down, reach - right
    return roomy[top : top + len(field), left : left + len(field)]


def _size(alphabet: str) -> int:
    return len(CLASSES[alphabet])


def _alphabets(recipe: Recipe) -> tuple[NDArray[np.float32], dict[int, list[int]]]:
    """Return a mask of the classes of each alphabet and one of all classes, and the rows of the masks for each source.

    Returns:
        float32 [A + 1, C + 1], junk being in every mask; and by the index of a source, the alphabets of its glyphs.
    """
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
    """Draw glyphs of expressions once more, each the likelier the rarer its class."""
    glyphs = np.flatnonzero((of.context_row >= 0) & (of.labels < len(recipe.classes)))
    if len(glyphs) == 0:
        return glyphs
    counts = np.bincount(of.labels[glyphs])
    chances = counts[of.labels[glyphs]].astype(np.float64) ** (RARE_POWER - 1)
    drawn: NDArray[np.intp] = generator.choice(glyphs, round(RARE_SHARE * len(glyphs)), p=chances / chances.sum())
    return drawn


def _rows_by_role(recipe: Recipe, of: TrainingSet) -> dict[str, NDArray[np.intp]]:
    """Return for every role the rows of those of its glyphs that do not stand alone."""
    with_context = np.flatnonzero((of.context_row >= 0) & (of.labels < len(recipe.classes)))
    roles = np.array([role_of(text) for text in recipe.classes])[of.labels[with_context]]
    return {str(role): with_context[roles == role] for role in np.unique(roles)}
