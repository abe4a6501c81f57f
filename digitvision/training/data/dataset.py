"""Datasets: labelled rasters, and how they are joined and split."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.faults import Fault
from digitvision.ink.raster import RASTER_SIZE
from digitvision.ink.spatial_context import FIELD, LAYERS
from digitvision.ink.trajectory import CHANNELS, POINTS

if TYPE_CHECKING:
    from digitvision.training.data.glyphs import Glyphs

Progress = Callable[[int, int], None]
"""Called with the number of things done and of all things, now and then."""

VALIDATION_SHARE: Final = 0.1
"""Of the samples, unless another is asked for."""

_EMPTY_TOLD: Final = 10
"""Empty classes that are told by name."""

TRAJECTORY_UNIT: Final = 127
"""Trajectories are kept in bytes, this for 1.0: finer than a tenth of a raster's pixel, a quarter of the memory."""


class DataFault(Fault):
    """Data that cannot be found, read or used."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Labelled glyphs, prepared as the network sees them.

    Attributes:
        name: What it is called in cards and reports.
        rasters: uint8 [N, 28, 28], ink 255 on 0: MNIST's own precision, a quarter of float32's memory.
        labels: int64 [N], places in `label_names`.
        label_names: Every class that occurs or may occur, as the source writes it.
        writers: int64 [N], places in `writer_names`; None where the source names no writers.
        licence: As the source states it.
        held_out: How many samples at the end are by convention kept for validation.
        trajectories: int8 [N, 64, 6], 127 for 1.0; all zero for glyphs that are pictures, None where all are.
        surroundings: uint8 [N, 24, 24, 2], 255 for 1.0; None where glyphs stand alone.
    """

    name: str
    rasters: NDArray[np.uint8]
    labels: NDArray[np.int64]
    label_names: tuple[str, ...]
    writers: NDArray[np.int64] | None = None
    writer_names: tuple[str, ...] = field(default=(), repr=False)
    licence: str = "not stated"
    held_out: int = 0
    trajectories: NDArray[np.int8] | None = None
    surroundings: NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        count = len(self.rasters)
        if self.rasters.shape != (count, RASTER_SIZE, RASTER_SIZE) or self.rasters.dtype != np.uint8:
            raise ValueError(f"rasters of {self.rasters.shape} {self.rasters.dtype}")
        if self.labels.shape != (count,) or (self.writers is not None and self.writers.shape != (count,)):
            raise ValueError("labels or writers do not fit the rasters")
        if self.trajectories is not None and self.trajectories.shape != (count, POINTS, CHANNELS):
            raise ValueError("trajectories do not fit the rasters")
        if self.surroundings is not None and self.surroundings.shape != (count, FIELD, FIELD, LAYERS):
            raise ValueError("surroundings do not fit the rasters")

    def __len__(self) -> int:
        return len(self.rasters)

    @property
    def hands(self) -> int:
        """How many people wrote it; 0 where the source does not name them."""
        return 0 if self.writers is None or not self.writer_names else len(np.unique(self.writers))

    @property
    def fingerprint(self) -> int:
        """Tells other rasters or labels from these, when a training goes on after a break."""
        return zlib.crc32(self.labels.tobytes(), zlib.crc32(self.rasters.tobytes()))

    def floats(self, indices: NDArray[np.intp] | slice = slice(None)) -> NDArray[np.float32]:
        """float32 [M, 28, 28], 0 to 1: some of the rasters as the network takes them."""
        return self.rasters[indices].astype(np.float32) / np.float32(255)

    def paths(self, indices: NDArray[np.intp] | slice = slice(None)) -> NDArray[np.float32] | None:
        """float32 [M, 64, 6], -1 to 1: some of the trajectories as the network takes them; None without any."""
        if self.trajectories is None:
            return None
        return self.trajectories[indices].astype(np.float32) / np.float32(TRAJECTORY_UNIT)

    def around(self, indices: NDArray[np.intp] | slice = slice(None)) -> NDArray[np.float32] | None:
        """float32 [M, 24, 24, 2], 0 to 1: some of the surroundings as the network takes them; None without any."""
        if self.surroundings is None:
            return None
        return self.surroundings[indices].astype(np.float32) / np.float32(255)

    def views(
        self, indices: NDArray[np.intp] | slice = slice(None)
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None, NDArray[np.float32] | None]:
        """Rasters, trajectories and surroundings of some samples, as `Recognizer.answers` takes them."""
        return self.floats(indices), self.paths(indices), self.around(indices)

    def taking(self, indices: NDArray[np.intp], *, name: str | None = None) -> "Dataset":
        """Only the samples at these places."""
        return Dataset(
            name=name or self.name,
            rasters=self.rasters[indices],
            labels=self.labels[indices],
            label_names=self.label_names,
            writers=None if self.writers is None else self.writers[indices],
            writer_names=self.writer_names,
            licence=self.licence,
            trajectories=None if self.trajectories is None else self.trajectories[indices],
            surroundings=None if self.surroundings is None else self.surroundings[indices],
        )


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
    return Split(dataset.taking(np.flatnonzero(~held)), dataset.taking(np.flatnonzero(held)), by)


def held_out_mask(of: "Dataset | Glyphs", seed: int, share: float = VALIDATION_SHARE) -> tuple[NDArray[np.bool_], str]:
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


def occurring_names(datasets: "Sequence[Dataset | Glyphs]") -> tuple[str, ...]:
    """The classes that at least one sample belongs to, sorted."""
    return tuple(sorted({item.label_names[label] for item in datasets for label in np.unique(item.labels)}))


def told_of_empty_classes(datasets: "Sequence[Dataset | Glyphs]") -> tuple[str, ...]:
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


def told_of_unlearned_classes(classes: Sequence[str], learned: Sequence[str]) -> tuple[str, ...]:
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


def join(datasets: Sequence[Dataset], label_names: tuple[str, ...]) -> Dataset:
    """All samples of all datasets, in order, over these classes; who wrote them is left out."""
    place = {name: index for index, name in enumerate(label_names)}
    labels = []
    for item in datasets:
        table = np.array([place.get(name, -1) for name in item.label_names], np.int64)
        labels.append(table[item.labels])
    return Dataset(
        name=" + ".join(item.name for item in datasets),
        rasters=np.concatenate([item.rasters for item in datasets]),
        labels=np.concatenate(labels),
        label_names=label_names,
        trajectories=_joined([item.trajectories for item in datasets], datasets),
        surroundings=_joined([item.surroundings for item in datasets], datasets),
    )


def _joined(parts: Sequence[NDArray[Any] | None], datasets: Sequence[Dataset]) -> NDArray[Any] | None:
    """All of a view's arrays, zero for the datasets that do not have it; None where none has."""
    there = next((part for part in parts if part is not None), None)
    if there is None:
        return None
    return np.concatenate(
        [
            np.zeros((len(item), *there.shape[1:]), there.dtype) if part is None else part
            for part, item in zip(parts, datasets, strict=True)
        ]
    )
