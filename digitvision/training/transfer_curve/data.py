"""Few samples of each class, drawn by chance, and held-out ones to measure on; only these are prepared."""

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
"""Held-out samples that are measured on: with these an accuracy is known within about two points."""

_DRAWN: Final = 41
_MEASURED: Final = 42
"""Keep the chance of what is drawn and of what is measured on apart."""


@dataclass(frozen=True, slots=True, eq=False)
class CurveData:
    """What an experiment with few samples learns from and is measured on.

    Attributes:
        label_names: The C classes, as the data names them.
        learned: All samples that are drawn in any repeat.
        drawn: For each repeat and each class the places in `learned`, in the order of being drawn: the few samples of
            a class are always among its many.
        held_out: The samples to measure on.
        levels: How many samples of each class are learned from, ascending.
        split: A phrase for each data, on what is held out.
        notices: Sentences on what is not as it was asked for.
    """

    label_names: tuple[str, ...]
    learned: Dataset = field(repr=False)
    drawn: tuple[tuple[NDArray[np.intp], ...], ...] = field(repr=False)
    held_out: Dataset = field(repr=False)
    levels: tuple[int, ...]
    split: tuple[str, ...]
    notices: tuple[str, ...]

    def rows(self, level: int, repeat: int) -> NDArray[np.intp]:
        """The places in `learned` of so many samples of each class, or of all there are where these are fewer."""
        return np.concatenate([places[:level] for places in self.drawn[repeat]])


def draw(
    names: Sequence[str], *, levels: Sequence[int], repeats: int, seed: int, progress: Progress | None = None
) -> CurveData:
    """Read data and draw from it.

    Args:
        names: Of the data, as `train` takes them; MNIST is its training part, whose last 5,000 are held out.
        levels: How many samples of each class are wanted.
        repeats: How often they are drawn anew.
        seed: Of all chance.
        progress: Told how many samples are ready, where that takes long.

    Raises:
        DataFault: Data is missing or damaged, or too little.
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
    drawn = [_drawn(learn, labels, len(classes), max(kept), seed, repeat) for repeat in range(repeats)]
    used = np.unique(np.concatenate([places for each in drawn for places in each]))
    measured = np.flatnonzero(held)
    measured = np.sort(np.random.default_rng([seed, _MEASURED]).permutation(measured)[:MOST_HELD_OUT])
    return CurveData(
        label_names=classes,
        learned=_prepared(sources, used, classes, progress),
        drawn=tuple(tuple(np.searchsorted(used, places) for places in each) for each in drawn),
        held_out=_prepared(sources, measured, classes, progress),
        levels=kept,
        split=phrases,
        notices=(*notices_of_empty_classes(sources), *unlearned, *notices),
    )


def notices_of_known_data(card: ModelCard, names: Sequence[str]) -> tuple[str, ...]:
    """A sentence where the base has learned from this data before: it then knows what is held out here."""
    before = {_stem(source.name) for source in card.data if source.samples}
    again = ["MNIST" if name == MNIST else Path(name).name for name in names if _stem(name) in before]
    if not again:
        return ()
    told = f"“{card.name}” has learned from {', '.join(again)} before"
    return (f"{told}: with transfer it may know the samples held out here.",)


def _stem(name: str) -> str:
    return Path(name).name.split(".")[0].casefold()


def _labels(source: Dataset | Glyphs, classes: tuple[str, ...]) -> NDArray[np.int64]:
    place = {name: index for index, name in enumerate(classes)}
    return np.array([place.get(name, -1) for name in source.label_names], np.int64)[source.labels]


def _levels(
    wanted: Sequence[int], counts: NDArray[np.int64], classes: tuple[str, ...]
) -> tuple[tuple[int, ...], list[str]]:
    """Those of the levels that there are samples for, and sentences on the others."""
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


def _drawn(
    learn: NDArray[np.intp], labels: NDArray[np.int64], classes: int, most: int, seed: int, repeat: int
) -> list[NDArray[np.intp]]:
    shuffled = np.random.default_rng([seed, _DRAWN, repeat]).permutation(learn)
    return [shuffled[labels[shuffled] == label][:most] for label in range(classes)]


def _prepared(
    sources: Sequence[Dataset | Glyphs], rows: NDArray[np.intp], classes: tuple[str, ...], progress: Progress | None
) -> Dataset:
    """The samples at these places of all sources, one after the other, as the network sees them."""
    parts, first = [], 0
    for source in sources:
        own = rows[(rows >= first) & (rows < first + len(source))] - first
        first += len(source)
        taken = source.select(own)
        parts.append(prepare(taken, progress) if isinstance(taken, Glyphs) else taken)
    return join(parts, classes)
