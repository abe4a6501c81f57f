"""Labelled glyphs as they were written, before any preprocessing, and how they become datasets."""

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
"""A glyph's strokes: numbers [P, 2] each, in the order of writing."""

Picture = NDArray[Any]
"""A glyph's picture: uint8 [H, W], ink 255 on 0, or float32 [H, W], ink 1.0 on 0.0."""

_REPORT_EVERY: Final = 500


@dataclass(frozen=True, slots=True, eq=False)
class Glyphs:
    """What somebody wrote, and what it is.

    Attributes:
        name: What it is called in cards and reports.
        ink: N glyphs, each of strokes or a picture.
        labels: int64 [N], places in `label_names`.
        label_names: Every class that occurs or may occur, as the source writes it.
        writers: int64 [N], places in `writer_names`; None where the source names no writers.
        licence: As the source states it.
        context: For each glyph the other strokes of its line or expression; None where glyphs stand alone.
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
        """Only the glyphs at these places."""
        return replace(
            self,
            ink=[self.ink[place] for place in indices.tolist()],
            labels=self.labels[indices],
            writers=None if self.writers is None else self.writers[indices],
            context=None if self.context is None else [self.context[place] for place in indices.tolist()],
        )


class StrokeInk(Sequence[Paths | Picture]):
    """Glyphs in three arrays, as an .npz of strokes holds them; each is cut out when it is asked for."""

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
        return tuple(self._xy[self._points[k] : self._points[k + 1]] for k in strokes)


def stroke_of(xy: NDArray[Any]) -> Stroke:
    """A stroke of bare positions [N, 2]."""
    points = np.zeros((len(xy), 4))
    points[:, :2] = xy
    points[:, 3] = NO_PRESSURE
    return Stroke(points)


def prepare(glyphs: Glyphs, progress: Progress | None = None) -> Dataset:
    """Preprocess every glyph as the network sees it: strokes to all views, pictures to a raster.

    Raises:
        DataFault: A glyph cannot be drawn; the sentence names its row.
    """
    count = len(glyphs)
    rasters = np.empty((count, RASTER_SIZE, RASTER_SIZE), np.uint8)
    trajectories = np.zeros((count, POINTS, CHANNELS), np.int8)
    around = None if glyphs.context is None else np.zeros((count, FIELD, FIELD, LAYERS), np.uint8)
    written = False
    for row, ink in enumerate(glyphs.ink):
        try:
            if isinstance(ink, tuple):
                strokes = [stroke_of(path) for path in ink]
                put(rasters[row], trajectories[row], strokes)
                if around is not None and glyphs.context is not None:
                    others = [stroke_of(path) for path in glyphs.context[row]]
                    np.rint(spatial_context(strokes, others) * 255, out=around[row], casting="unsafe")
                written = True
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
        trajectories=trajectories if written else None,
        context=around,
    )


def put(raster: NDArray[np.uint8], path: NDArray[np.int8], strokes: Sequence[Stroke]) -> None:
    """Write a glyph's two views into their places in a dataset's arrays."""
    np.rint(rasterize(strokes) * 255, out=raster, casting="unsafe")
    np.rint(trajectory(strokes) * TRAJECTORY_UNIT, out=path, casting="unsafe")
