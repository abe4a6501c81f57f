"""Labelled glyphs as they were written, and their preprocessing into datasets."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import RASTER_SIZE, rasterize, rasterize_picture
from digitvision.ink.spatial_context import FIELD, LAYERS, spatial_context
from digitvision.ink.stroke import NO_PRESSURE, Stroke
from digitvision.ink.trajectory import CHANNELS, POINTS, trajectory
from digitvision.training.data.dataset import TRAJECTORY_UNIT, DataFault, Dataset, Progress

Paths = tuple[NDArray[Any], ...]
"""The strokes of a glyph in the order of writing, each an array of numbers [P, 2]."""

Picture = NDArray[Any]
"""The picture of a glyph: uint8 [H, W], ink 255 on 0, or float32 [H, W], ink 1.0 on 0.0."""

_REPORT_EVERY: Final = 500


@dataclass(frozen=True, slots=True, eq=False)
class Glyphs:
    """Labelled glyphs as they were written.

    Attributes:
        name: Name of the data in model cards and reports.
        ink: N glyphs, each as strokes or as a picture.
        labels: int64 [N], indices into `label_names`.
        label_names: Names of all classes as the source writes them, also of those without a sample.
        writers: int64 [N], indices into `writer_names`; None if the source does not tell writers apart.
        writer_names: Names of the writers; empty if the source does not name them.
        licence: Licence as the source states it.
        context: For each glyph the other strokes of its line or expression; None if all glyphs stand alone.
    """

    name: str
    ink: Sequence[Paths | Picture]
    labels: NDArray[np.int64]
    label_names: tuple[str, ...]
    writers: NDArray[np.int64] | None = None
    writer_names: tuple[str, ...] = field(default=(), repr=False)
    licence: str = "not stated"
    context: Sequence[Paths] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.ink)

    def select(self, indices: NDArray[np.intp]) -> "Glyphs":
        """Return the glyphs at these indices."""
        return replace(
            self,
            ink=[self.ink[index] for index in indices.tolist()],
            labels=self.labels[indices],
            writers=None if self.writers is None else self.writers[indices],
            context=None if self.context is None else [self.context[index] for index in indices.tolist()],
        )


class StrokeInk(Sequence[Paths | Picture]):
    """Glyphs in the three arrays of an .npz of strokes; the strokes of a glyph are cut out when it is accessed."""

    def __init__(self, xy: NDArray[Any], stroke_end: NDArray[Any], sample_end: NDArray[Any]) -> None:
        self._xy = xy
        self._points = np.concatenate([[0], stroke_end]).astype(np.intp)
        self._strokes = np.concatenate([[0], sample_end]).astype(np.intp)

    def __len__(self) -> int:
        return len(self._strokes) - 1

    def __getitem__(self, row: Any) -> Any:
        if not 0 <= row < len(self):
            raise IndexError(row)
        strokes = range(self._strokes[row], self._strokes[row + 1])
        return tuple(self._xy[self._points[stroke] : self._points[stroke + 1]] for stroke in strokes)


def stroke_of(xy: NDArray[Any]) -> Stroke:
    """Make a stroke of positions [N, 2], without times and pressure."""
    points = np.zeros((len(xy), 4))
    points[:, :2] = xy
    points[:, 3] = NO_PRESSURE
    return Stroke(points)


def prepare(glyphs: Glyphs, progress: Progress | None = None) -> Dataset:
    """Preprocess every glyph for a network: strokes to all views, pictures to a raster.

    Raises:
        DataFault: A glyph cannot be drawn; the message names its row.
    """
    count = len(glyphs)
    rasters = np.empty((count, RASTER_SIZE, RASTER_SIZE), np.uint8)
    trajectories = np.zeros((count, POINTS, CHANNELS), np.int8)
    contexts = None if glyphs.context is None else np.zeros((count, FIELD, FIELD, LAYERS), np.uint8)
    has_strokes = False
    for row, ink in enumerate(glyphs.ink):
        try:
            if isinstance(ink, tuple):
                strokes = [stroke_of(path) for path in ink]
                put(rasters[row], trajectories[row], strokes)
                if contexts is not None and glyphs.context is not None:
                    others = [stroke_of(path) for path in glyphs.context[row]]
                    np.rint(spatial_context(strokes, others) * 255, out=contexts[row], casting="unsafe")
                has_strokes = True
            else:
                picture = ink.astype(np.float32) / np.float32(255) if ink.dtype == np.uint8 else ink
                np.rint(rasterize_picture(picture) * 255, out=rasters[row], casting="unsafe")
        except ValueError as error:
            raise DataFault(f"Row {row} of “{glyphs.name}” cannot be drawn: {error}.") from error
        if progress is not None and ((row + 1) % _REPORT_EVERY == 0 or row + 1 == count):
            progress(row + 1, count)
    return Dataset(
        name=glyphs.name,
        rasters=rasters,
        labels=glyphs.labels,
        label_names=glyphs.label_names,
        writers=glyphs.writers,
        writer_names=glyphs.writer_names,
        licence=glyphs.licence,
        trajectories=trajectories if has_strokes else None,
        context=contexts,
    )


def put(raster: NDArray[np.uint8], path: NDArray[np.int8], strokes: Sequence[Stroke]) -> None:
    """Render strokes into a dataset's arrays.

    Args:
        raster: uint8 [28, 28], which is written to.
        path: int8 [64, 6], the trajectory, which is written to.
        strokes: The strokes of the glyph.
    """
    np.rint(rasterize(strokes) * 255, out=raster, casting="unsafe")
    np.rint(trajectory(strokes) * TRAJECTORY_UNIT, out=path, casting="unsafe")
