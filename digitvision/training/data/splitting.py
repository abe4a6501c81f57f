"""Splitting data into training and validation samples, and notices about classes without samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.training.data.dataset import DataFault, Dataset
from digitvision.training.data.glyphs import Glyphs

VALIDATION_SHARE: Final = 0.1
"""Default share of the samples that is held out."""

_MOST_NAMED: Final = 10
"""How many classes a notice names at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """The two parts of data.

    Attributes:
        training: The samples to learn from.
        validation: The samples that are held out, to choose the best epoch and to calibrate with.
        by: A phrase on what is held out, as in "20 of 201 writers".
    """

    training: Dataset
    validation: Dataset
    by: str


def split(dataset: Dataset, seed: int, share: float = VALIDATION_SHARE) -> Split:
    """Split a dataset as `held_out_mask` does.

    Raises:
        DataFault: There are too few samples to hold any out.
    """
    held, by = held_out_mask(dataset, seed, share)
    return Split(dataset.select(np.flatnonzero(~held)), dataset.select(np.flatnonzero(held)), by)


def held_out_mask(data: Dataset | Glyphs, seed: int, share: float = VALIDATION_SHARE) -> tuple[NDArray[np.bool_], str]:
    """Choose the samples to hold out: the customary ones, or else whole writers, or else samples at random.

    Args:
        data: The samples, prepared or not.
        seed: Seed of the random choice of writers or samples.
        share: Share of the samples to hold out, above 0 and below 1. Data with customary validation samples has all of
            these held out if the share is the default; whole writers are held out until they have written the share.

    Returns:
        bool [N], true for the samples that are held out, and a phrase on what is held out.

    Raises:
        DataFault: There are too few samples to hold any out.
    """
    count = len(data)
    if count < 2:
        raise DataFault(f"“{data.name}” holds too few samples to train with: two or more are needed.")
    generator = np.random.default_rng(seed)
    wanted = min(max(1, round(count * share)), count - 1)
    customary = data.held_out if isinstance(data, Dataset) else 0
    if 0 < customary < count:
        last = customary if share == VALIDATION_SHARE else wanted
        return np.arange(count) >= count - last, f"the last {last:,}"
    if data.writers is not None and len(np.unique(data.writers)) > 1:
        writers = generator.permutation(np.unique(data.writers))
        sizes = np.array([np.count_nonzero(data.writers == writer) for writer in writers])
        # At least one writer is held out, and at least one is learned from.
        taken = min(int(np.searchsorted(np.cumsum(sizes), wanted)) + 1, len(writers) - 1)
        return np.isin(data.writers, writers[:taken]), f"{taken} of {len(writers)} writers"
    held = np.zeros(count, bool)
    held[generator.permutation(count)[:wanted]] = True
    return held, "a tenth at random" if share == VALIDATION_SHARE else f"{share * 100:g} % at random"


def occurring_names(datasets: Sequence[Dataset | Glyphs]) -> tuple[str, ...]:
    """Return the classes that have at least one sample, sorted."""
    return tuple(sorted({item.label_names[label] for item in datasets for label in np.unique(item.labels)}))


def notices_of_empty_classes(datasets: Sequence[Dataset | Glyphs]) -> tuple[str, ...]:
    """Return a sentence for each dataset that names classes of which no dataset has a sample."""
    present = frozenset(occurring_names(datasets))
    sentences = []
    for item in datasets:
        empty = [name for name in item.label_names if name not in present]
        if empty:
            listed = ", ".join(empty[:_MOST_NAMED]) + (" …" if len(empty) > _MOST_NAMED else "")
            classes = "class" if len(empty) == 1 else f"{len(empty)} classes"
            sentences.append(
                f"“{item.name}” names the {classes} {listed} without a sample: the model will not know them."
            )
    return tuple(sentences)


def notices_of_unlearned_classes(classes: Sequence[str], learned: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence on the classes whose samples are all held out; nothing if there is no such class.

    Args:
        classes: The classes that have samples.
        learned: The classes that have training samples.

    Raises:
        DataFault: Fewer than two classes are left to learn from.
    """
    lost = sorted(frozenset(classes) - frozenset(learned))
    if len(learned) < 2:
        raise DataFault("All samples but those held out are of a single class; hold out less, or take more data.")
    if not lost:
        return ()
    listed = ", ".join(lost[:_MOST_NAMED]) + (" …" if len(lost) > _MOST_NAMED else "")
    return (f"Every sample of {listed} is held out: the model cannot learn it. Hold out less, or take more data.",)
