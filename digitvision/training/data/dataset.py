"""Datasets: labelled rasters, and how they are joined."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.faults import Fault
from digitvision.ink.raster import RASTER_SIZE
from digitvision.ink.spatial_context import FIELD, LAYERS
from digitvision.ink.trajectory import CHANNELS, POINTS

Progress = Callable[[int, int], None]
"""Called with the number of things done and of all things, now and then."""

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
        context: uint8 [N, 24, 24, 2], 255 for 1.0; None where glyphs stand alone.
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
    context: NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        count = len(self.rasters)
        if self.rasters.shape != (count, RASTER_SIZE, RASTER_SIZE) or self.rasters.dtype != np.uint8:
            raise ValueError(f"rasters of {self.rasters.shape} {self.rasters.dtype}")
        if self.labels.shape != (count,) or (self.writers is not None and self.writers.shape != (count,)):
            raise ValueError("labels or writers do not fit the rasters")
        if self.trajectories is not None and self.trajectories.shape != (count, POINTS, CHANNELS):
            raise ValueError("trajectories do not fit the rasters")
        if self.context is not None and self.context.shape != (count, FIELD, FIELD, LAYERS):
            raise ValueError("contexts do not fit the rasters")

    def __len__(self) -> int:
        return len(self.rasters)

    @property
    def writer_count(self) -> int:
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

    def context_floats(self, indices: NDArray[np.intp] | slice = slice(None)) -> NDArray[np.float32] | None:
        """float32 [M, 24, 24, 2], 0 to 1: some of the surroundings as the network takes them; None without any."""
        if self.context is None:
            return None
        return self.context[indices].astype(np.float32) / np.float32(255)

    def views(
        self, indices: NDArray[np.intp] | slice = slice(None)
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None, NDArray[np.float32] | None]:
        """Rasters, trajectories and surroundings of some samples, as `Recognizer.answers` takes them."""
        return self.floats(indices), self.paths(indices), self.context_floats(indices)

    def select(self, indices: NDArray[np.intp], *, name: str | None = None) -> "Dataset":
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
            context=None if self.context is None else self.context[indices],
        )


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
        context=_joined([item.context for item in datasets], datasets),
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
