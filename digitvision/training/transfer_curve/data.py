"""Drawing few samples of each class at random, and held-out ones to measure on; only these are prepared."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.models.model_card import ModelCard
from digitvision.training.data.dataset import DataFault, Dataset, Progress, join
from digitvision.training.data.glyphs import Glyphs, prepare
from digitvision.training.data.loading import MNIST, load_glyphs, load_mnist
from digitvision.training.data.splitting import (
    held_out_mask,
    notices_of_empty_classes,
    notices_of_unlearned_classes,
    occurring_names,
)

MOST_HELD_OUT: Final = 2000
"""Largest number of held-out samples to measure on: with these an accuracy is exact to about two points."""

_DRAWN: Final = 41
_MEASURED: Final = 42
"""Parts of the seeds, so that the samples to learn from and to measure on are drawn independently."""


@dataclass(frozen=True, slots=True, eq=False)
class CurveData:
    """The samples of a transfer curve.

    Attributes:
        label_names: Names of the C classes in the data.
        learned: The training samples that are drawn in any repeat.
        drawn: For each repeat and each class, indices into `learned` in the order of drawing: a small training set is
            always a part of a larger one.
        held_out: The samples to measure on.
        levels: Numbers of samples of each class to learn from, ascending.
        split: For each data a phrase on what is held out.
        notices: Sentences on what differs from the request.
    """

    label_names: tuple[str, ...]
    learned: Dataset = field(repr=False)
    drawn: tuple[tuple[NDArray[np.intp], ...], ...] = field(repr=False)
    held_out: Dataset = field(repr=False)
    levels: tuple[int, ...]
    split: tuple[str, ...]
    notices: tuple[str, ...]

    def rows(self, level: int, repeat: int) -> NDArray[np.intp]:
        """Return the indices into `learned` of so many samples of each class, or of all samples of smaller classes."""
        return np.concatenate([indices[:level] for indices in self.drawn[repeat]])


def draw(
    names: Sequence[str], *, levels: Sequence[int], repeats: int, seed: int, progress: Progress | None = None
) -> CurveData:
    """Read data and draw the samples of a curve.

    Args:
        names: Names or paths of data, as `train` takes them; `mnist` is its training part, of which the last 5,000
            samples are held out.
        levels: Wanted numbers of samples of each class.
        repeats: Number of drawings.
        seed: Seed of the random numbers.
        progress: Called with the number of samples that are ready.

    Raises:
        DataFault: Data is missing or damaged, or there are too few samples.
    """
    sources: list[Dataset | Glyphs] = [
        load_mnist("training") if name == MNIST else load_glyphs(name, progress) for name in names
    ]
    classes = occurring_names(sources)
    if len(classes) < 2:
        raise DataFault("The data holds a single class; two or more are needed to tell them apart.")
    masks, phrases = zip(*(held_out_mask(source, seed) for source in sources), strict=True)
    held = np.concatenate(masks)
    labels = np.concatenate([_labels(source, classes) for source in sources])
    learn = np.flatnonzero(~held)
    counts = np.bincount(labels[learn], minlength=len(classes))
    learned = [name for name, count in zip(classes, counts.tolist(), strict=True) if count]
    unlearned = notices_of_unlearned_classes(classes, learned)
    kept, notices = _levels(levels, counts, classes)
    drawn = [_draw_classes(learn, labels, len(classes), max(kept), seed, repeat) for repeat in range(repeats)]
    used = np.unique(np.concatenate([indices for each in drawn for indices in each]))
    measured = np.flatnonzero(held)
    measured = np.sort(np.random.default_rng([seed, _MEASURED]).permutation(measured)[:MOST_HELD_OUT])
    return CurveData(
        label_names=classes,
        learned=_prepare_rows(sources, used, classes, progress),
        drawn=tuple(tuple(np.searchsorted(used, indices) for indices in each) for each in drawn),
        held_out=_prepare_rows(sources, measured, classes, progress),
        levels=kept,
        split=phrases,
        notices=(*notices_of_empty_classes(sources), *unlearned, *notices),
    )


def notices_of_known_data(card: ModelCard, names: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence if the base was trained with this data: it may then know the samples that are held out here."""
    before = {_stem(source.name) for source in card.data if source.samples}
    again = ["MNIST" if name == MNIST else Path(name).name for name in names if _stem(name) in before]
    if not again:
        return ()
    listed = ", ".join(again)
    return (f"“{card.name}” has learned from {listed} before: with transfer it may know the samples held out here.",)


def _stem(name: str) -> str:
    return Path(name).name.split(".")[0].casefold()


def _labels(source: Dataset | Glyphs, classes: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the index of each sample's class among the classes, int64 [N]."""
    index_of = {name: index for index, name in enumerate(classes)}
    return np.array([index_of.get(name, -1) for name in source.label_names], np.int64)[source.labels]


def _levels(
    wanted: Sequence[int], counts: NDArray[np.int64], classes: tuple[str, ...]
) -> tuple[tuple[int, ...], list[str]]:
    """Return the levels for which there are enough samples, and sentences on the others."""
    levels = tuple(sorted(set(wanted)))
    kept = tuple(level for level in levels if level <= counts.max())
    if not kept:
        raise DataFault(f"The data has no {levels[0]:,} samples of any class to learn from; {counts.max():,} at most.")
    notices = []
    if kept != levels:
        left_out = ", ".join(f"{level:,}" for level in levels[len(kept) :])
        notices.append(f"No class has more than {counts.max():,} samples to learn from; {left_out} was left out.")
    few = [name for name, count in zip(classes, counts.tolist(), strict=True) if count < kept[-1]]
    if few:
        notices.append(
            f"{len(few)} of {len(classes)} classes have fewer than {kept[-1]:,} samples to learn from; "
            "of these all are taken."
        )
    return kept, notices


def _draw_classes(
    learn: NDArray[np.intp], labels: NDArray[np.int64], classes: int, most: int, seed: int, repeat: int
) -> list[NDArray[np.intp]]:
    """Draw at most so many samples of each class; return their rows in the order of drawing."""
    shuffled = np.random.default_rng([seed, _DRAWN, repeat]).permutation(learn)
    return [shuffled[labels[shuffled] == label][:most] for label in range(classes)]


def _prepare_rows(
    sources: Sequence[Dataset | Glyphs], rows: NDArray[np.intp], classes: tuple[str, ...], progress: Progress | None
) -> Dataset:
    """Prepare the samples at these rows, which count through all sources one after the other."""
    parts, first = [], 0
    for source in sources:
        own = rows[(rows >= first) & (rows < first + len(source))] - first
        first += len(source)
        taken = source.select(own)
        parts.append(prepare(taken, progress) if isinstance(taken, Glyphs) else taken)
    return join(parts, classes)
