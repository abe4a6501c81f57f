"""Datasets: labelled glyphs, prepared for a network, and joining them."""

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
"""Called now and then with the number of items that are done and the number of all items."""

TRAJECTORY_UNIT: Final = 127
"""The byte that stands for 1.0 in a trajectory: bytes take a quarter of the memory of float32, and a step of one is
less than a tenth of a raster's pixel."""


class DataFault(Fault):
    """Data that cannot be found, read or used."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Labelled glyphs, prepared for a network.

    Attributes:
        name: Name of the data in model cards and reports.
        rasters: uint8 [N, 28, 28], ink 255 on 0, which takes a quarter of the memory of float32.
        labels: int64 [N], indices into `label_names`.
        label_names: Names of all classes as the source writes them, also of those without a sample.
        writers: int64 [N], indices into `writer_names`; None if the source does not tell writers apart.
        writer_names: Names of the writers; empty if the source does not name them.
        licence: Licence as the source states it.
        held_out: Number of samples at the end that are customarily held out for validation.
        trajectories: int8 [N, 64, 6], 127 for 1.0; all zero for glyphs that are pictures, None if all are pictures.
        context: uint8 [N, 24, 24, 2], 255 for 1.0: the spatial context; None if all glyphs stand alone.
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
        """Number of the writers of the samples; 0 if the source does not name them."""
        return 0 if self.writers is None or not self.writer_names else len(np.unique(self.writers))

    @property
    def fingerprint(self) -> int:
        """Checksum of rasters and labels, by which a resumed training notices that its data has changed."""
        return zlib.crc32(self.labels.tobytes(), zlib.crc32(self.rasters.tobytes()))

    def floats(self, indices: NDArray[np.intp] | slice = slice(None)) -> NDArray[np.float32]:
        """Return rasters as a network takes them, float32 [M, 28, 28], 0 to 1."""
        return self.rasters[indices].astype(np.float32) / np.float32(255)

    def paths(self, indices: NDArray[np.intp] | slice = slice(None)) -> NDArray[np.float32] | None:
        """Return trajectories as a network takes them, float32 [M, 64, 6], -1 to 1; None if there are none."""
        if self.trajectories is None:
            return None
        return self.trajectories[indices].astype(np.float32) / np.float32(TRAJECTORY_UNIT)

    def context_floats(self, indices: NDArray[np.intp] | slice = slice(None)) -> NDArray[np.float32] | None:
        """Return spatial contexts as a network takes them, float32 [M, 24, 24, 2], 0 to 1; None if there are none."""
        if self.context is None:
            return None
        return self.context[indices].astype(np.float32) / np.float32(255)

    def views(
        self, indices: NDArray[np.intp] | slice = slice(None)
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None, NDArray[np.float32] | None]:
        """Return rasters, trajectories and spatial contexts of samples, as `Recognizer.answers` takes them."""
        return self.floats(indices), self.paths(indices), self.context_floats(indices)

    def select(self, indices: NDArray[np.intp], *, name: str | None = None) -> "Dataset":
        """Return a dataset of the samples at these indices, under another name if one is given."""
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
    """Join datasets in order. The writers are left out.

    Args:
        datasets: At least one.
        label_names: Classes of the result, among them every class that has a sample.
    """
    index_of = {name: index for index, name in enumerate(label_names)}
    labels = []
    for item in datasets:
        table = np.array([index_of.get(name, -1) for name in item.label_names], np.int64)
        labels.append(table[item.labels])
    return Dataset(
        name=" + ".join(item.name for item in datasets),
        rasters=np.concatenate([item.rasters for item in datasets]),
        labels=np.concatenate(labels),
        label_names=label_names,
        trajectories=_join_views([item.trajectories for item in datasets], datasets),
        context=_join_views([item.context for item in datasets], datasets),
    )


def _join_views(parts: Sequence[NDArray[Any] | None], datasets: Sequence[Dataset]) -> NDArray[Any] | None:
    """Join the arrays of one view, with zeros for datasets that do not have it; None if no dataset has it."""
    present = next((part for part in parts if part is not None), None)
    if present is None:
        return None
    return np.concatenate(
        [
            np.zeros((len(item), *present.shape[1:]), present.dtype) if part is None else part
            for part, item in zip(parts, datasets, strict=True)
        ]
    )
