"""What is learned from and what is held out, and which classes have samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.training.data.dataset import DataFault, Dataset
from digitvision.training.data.glyphs import Glyphs

VALIDATION_SHARE: Final = 0.1
"""Share of the samples that are held out unless another is asked for."""

_EMPTY_TOLD: Final = 10
"""How many empty classes a sentence names."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """What is learned from, and what is held out to choose by; `by` says how they were told apart."""

    training: Dataset
    validation: Dataset
    by: str


def split(dataset: Dataset, seed: int, share: float = VALIDATION_SHARE) -> Split:
    """Hold out a part for validation, see `held_out_mask`.

    Raises:
        DataFault: There are too few samples to hold any out.
    """
    held, by = held_out_mask(dataset, seed, share)
    return Split(dataset.select(np.flatnonzero(~held)), dataset.select(np.flatnonzero(held)), by)


def held_out_mask(of: Dataset | Glyphs, seed: int, share: float = VALIDATION_SHARE) -> tuple[NDArray[np.bool_], str]:
    """Which samples are held out: the customary ones, else whole writers, else some by chance; and a phrase for that.

    Args:
        of: The samples, prepared or not.
        seed: Of the chance by which writers or samples are drawn.
        share: Of the samples, above 0 and below 1. Where it is the usual one, as many of the customary ones are held
            out as is the custom; whole writers until they have written it.

    Raises:
        DataFault: There are too few samples to hold any out.
    """
    count = len(of)
    if count < 2:
        raise DataFault(f"“{of.name}” holds too few samples to train with: two or more are needed.")
    generator = np.random.default_rng(seed)
    wanted = min(max(1, round(count * share)), count - 1)
    customary = of.held_out if isinstance(of, Dataset) else 0
    if 0 < customary < count:
        last = customary if share == VALIDATION_SHARE else wanted
        return np.arange(count) >= count - last, f"the last {last:,}"
    if of.writers is not None and len(np.unique(of.writers)) > 1:
        writers = generator.permutation(np.unique(of.writers))
        sizes = np.array([np.count_nonzero(of.writers == writer) for writer in writers])
        # At least one writer stays on either side.
        taken = min(int(np.searchsorted(np.cumsum(sizes), wanted)) + 1, len(writers) - 1)
        return np.isin(of.writers, writers[:taken]), f"{taken} of {len(writers)} writers"
    held = np.zeros(count, bool)
    held[generator.permutation(count)[:wanted]] = True
    return held, "a tenth at random" if share == VALIDATION_SHARE else f"{share * 100:g} % at random"


def occurring_names(datasets: Sequence[Dataset | Glyphs]) -> tuple[str, ...]:
    """The classes that at least one sample belongs to, sorted."""
    return tuple(sorted({item.label_names[label] for item in datasets for label in np.unique(item.labels)}))


def notices_of_empty_classes(datasets: Sequence[Dataset | Glyphs]) -> tuple[str, ...]:
    """A sentence for each dataset that names classes of which no dataset holds a sample: no network can learn these."""
    there = frozenset(occurring_names(datasets))
    sentences = []
    for item in datasets:
        empty = [name for name in item.label_names if name not in there]
        if empty:
            told = ", ".join(empty[:_EMPTY_TOLD]) + (" …" if len(empty) > _EMPTY_TOLD else "")
            classes = "class" if len(empty) == 1 else f"{len(empty)} classes"
            sentences.append(
                f"“{item.name}” names the {classes} {told} without a sample: the model will not know them."
            )
    return tuple(sentences)


def notices_of_unlearned_classes(classes: Sequence[str], learned: Sequence[str]) -> tuple[str, ...]:
    """A sentence on the classes whose every sample is held out, where there are any.

    Args:
        classes: Those that occur.
        learned: Those that occur among the samples that are learned from.

    Raises:
        DataFault: Fewer than two classes are left to learn from.
    """
    lost = sorted(frozenset(classes) - frozenset(learned))
    if len(learned) < 2:
        raise DataFault("All samples but those held out are of a single class; hold out less, or take more data.")
    if not lost:
        return ()
    told = ", ".join(lost[:_EMPTY_TOLD]) + (" …" if len(lost) > _EMPTY_TOLD else "")
    return (f"Every sample of {told} is held out: the model cannot learn it. Hold out less, or take more data.",)
