"""Gathering of what a recipe learns from and holds out: the glyphs of its sources, and junk, before any is rendered."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.training.augmentation.junk_to_learn import neighbours, scribbles, upside_down, wrong_groupings
from digitvision.training.data.glyphs import Glyphs, Paths, Picture
from digitvision.training.data.held_out_writers import HeldOutWriters, names_writers
from digitvision.training.data.labels import is_foreign, label_of
from digitvision.training.data.loading import MNIST, MNIST_VALIDATION, load_glyphs
from digitvision.training.recipes.recipe import Recipe, Source

_JUNK_HELD_OUT: Final = 0.1

Inks = list[Paths | Picture]
_WithContext = tuple[Paths | Picture, Paths]
"""A glyph and the other strokes of its expression."""


@dataclass(slots=True)
class Gathered:
    """Glyphs that are to be rendered, an entry of each list for one glyph.

    Attributes:
        ink: Its strokes, or its picture.
        context: The other strokes of its expression; none where it stands alone.
        labels: The index of its class; the number of classes for junk.
        source: The index of its source; the number of sources for junk.
    """

    ink: Inks
    context: list[Paths]
    labels: list[int]
    source: list[int]

    def add(self, glyphs: Sequence[_WithContext], labels: Sequence[int], source: int) -> None:
        """Add glyphs of one source."""
        self.ink += [ink for ink, _ in glyphs]
        self.context += [context for _, context in glyphs]
        self.labels += labels
        self.source += [source] * len(glyphs)


def gather(recipe: Recipe, root: Path) -> tuple[Gathered, Gathered]:
    """Gather all glyphs of a recipe that are learned from, and those that are held out, with junk in both.

    Raises:
        DataFault: Data is missing or damaged.
    """
    index_of = {text: index for index, text in enumerate(recipe.classes)}
    junk_label = len(index_of)
    learned, held = Gathered([], [], [], []), Gathered([], [], [], [])
    foreign: tuple[list[_WithContext], list[_WithContext]] = ([], [])
    loaded = [_load(source, root) for source in recipe.sources]
    writers = HeldOutWriters(loaded, recipe.held_out, recipe.seed)
    for number, (source, glyphs) in enumerate(zip(recipe.sources, loaded, strict=True)):
        texts = [label_of(name).text for name in glyphs.label_names]
        table = np.array([index_of.get(text, -1) for text in texts])
        labels = table[glyphs.labels]
        out = _held_out(recipe, source, glyphs, writers)
        generator = np.random.default_rng([recipe.seed, number])
        if source.most:
            labels = np.where(_few_of_each(labels, source.most, generator), labels, -1)
        for target, chosen in (
            (learned, np.flatnonzero((labels >= 0) & ~out)),
            (held, np.flatnonzero((labels >= 0) & out)),
        ):
            repeat = source.repeat if target is learned else 1
            for _ in range(repeat):
                target.add(_with_context(glyphs, chosen, recipe), labels[chosen].tolist(), number)
        if source.foreign:
            known = frozenset(index_of)
            is_junk = np.array([is_foreign(name, known) for name in glyphs.label_names])[glyphs.labels]
            for group, share, chosen in (
                (foreign[0], 1.0, np.flatnonzero(is_junk & ~out)),
                (foreign[1], _JUNK_HELD_OUT, np.flatnonzero(is_junk & out)),
            ):
                group += _with_context(glyphs, generator.permutation(chosen)[: round(source.foreign * share)], recipe)
    for target, share, salt, others in ((learned, 1.0, 1, foreign[0]), (held, _JUNK_HELD_OUT, 2, foreign[1])):
        junk = _junk(recipe, root, target, share, writers, np.random.default_rng([recipe.seed, 999, salt]))
        junk += others
        target.add(junk, [junk_label] * len(junk), len(recipe.sources))
    return learned, held


def _with_context(glyphs: Glyphs, rows: NDArray[np.intp], recipe: Recipe) -> list[_WithContext]:
    context = glyphs.context if recipe.with_context else None
    return [(glyphs.ink[row], () if context is None else context[row]) for row in rows.tolist()]


def _few_of_each(labels: NDArray[np.int64], most: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Choose at most so many of each label at random, bool [N]."""
    order = generator.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    ordered = labels[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.concatenate([starts, [len(order)]])))
    kept = np.zeros(len(labels), bool)
    kept[order[rank < most]] = True
    return kept


def _held_out(recipe: Recipe, source: Source, glyphs: Glyphs, writers: HeldOutWriters) -> NDArray[np.bool_]:
    """bool [N]: whole writers where they are known, else glyphs by chance."""
    count = len(glyphs)
    if source.data == MNIST:
        return np.arange(count) >= count - MNIST_VALIDATION
    if glyphs.writers is not None and names_writers(glyphs):
        return np.array([name in writers for name in glyphs.writer_names])[glyphs.writers]
    return np.random.default_rng(recipe.seed).random(count) < recipe.held_out


def _junk(
    recipe: Recipe,
    root: Path,
    of: Gathered,
    share: float,
    writers: HeldOutWriters,
    generator: np.random.Generator,
) -> list[_WithContext]:
    wanted = {kind: round(count * share) for kind, count in recipe.junk.items()}
    classes = recipe.classes
    texts = [classes[label] if label < len(classes) else "" for label in of.labels]
    alone: Inks = [*scribbles(wanted.get("scribbles", 0), generator)]
    groups: list[_WithContext] = []
    if recipe.expressions and wanted.get("groupings"):
        # The held-out set takes the expressions of held-out writers, the other set those of all others.
        groups += wrong_groupings(
            root / recipe.expressions,
            wanted["groupings"],
            generator,
            leave_out=lambda writer: (writer in writers) == (share == 1.0),
        )
    alone += neighbours(of.ink, wanted.get("neighbours", 0), generator)
    alone += upside_down(of.ink, texts, wanted.get("upside_down", 0), generator, among=frozenset(classes))
    if not recipe.with_context:
        groups = [(ink, ()) for ink, _ in groups]
    return [*((ink, ()) for ink in alone), *groups]


def count_writers(recipe: Recipe, root: Path) -> tuple[int, ...]:
    """Return for each source how many writers its glyphs that are learned from have, 0 where it does not name them.

    Raises:
        DataFault: Data is missing or damaged.
    """
    loaded = [_load(source, root) for source in recipe.sources]
    writers = HeldOutWriters(loaded, recipe.held_out, recipe.seed)
    known = frozenset(recipe.classes)
    counts = []
    for source, glyphs in zip(recipe.sources, loaded, strict=True):
        if glyphs.writers is None or not glyphs.writer_names:
            counts.append(0)
            continue
        wanted = np.array([label_of(name).text in known for name in glyphs.label_names])[glyphs.labels]
        counts.append(len(np.unique(glyphs.writers[wanted & ~_held_out(recipe, source, glyphs, writers)])))
    return tuple(counts)


def _load(source: Source, root: Path) -> Glyphs:
    return load_glyphs(source.data if source.data == MNIST else str(root / source.data))
