"""Views of a recipe's glyphs, each in several variations of its handwriting, made on all processors."""

import multiprocessing
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import RASTER_SIZE, rasterize, rasterize_picture
from digitvision.ink.spatial_context import FIELD, filled_boxes, spatial_context, unit_of
from digitvision.ink.trajectory import CHANNELS, POINTS, trajectory
from digitvision.training.augmentation.handwriting import Variation, vary
from digitvision.training.augmentation.pictures import photograph
from digitvision.training.data.dataset import TRAJECTORY_UNIT, Progress
from digitvision.training.data.glyphs import Paths, stroke_of
from digitvision.training.recipes.gathering import Gathered, Inks
from digitvision.training.recipes.recipe import Recipe
from digitvision.training.run.workers import start_worker

_CHUNK: Final = 1000
_ALONE: Final = -1


def render(recipe: Recipe, learned: Gathered, held: Gathered, progress: Progress | None) -> dict[str, NDArray[Any]]:
    """Render the glyphs that are learned from in their variations, and those that are held out as they were written.

    Args:
        recipe: How glyphs are varied, and how often.
        learned: The glyphs that are learned from; `held` those that are held out.
        progress: Called with the number of glyphs that are rendered, and of all glyphs.

    Returns:
        The arrays of a `TrainingSet`, by its attributes.
    """
    total, done = len(learned.ink) + len(held.ink), 0

    def render_glyphs(of: Gathered, variants: int, pictures: int) -> _Rendered:
        nonlocal done
        count = len(of.ink)
        found = _Rendered.blank(count, variants, pictures)
        jobs = [
            _Job(of.ink[first : first + _CHUNK], of.context[first : first + _CHUNK], variants, pictures, first)
            for first in range(0, count, _CHUNK)
        ]
        first = 0
        for part in _in_parallel(recipe.seed, Variation(**recipe.variation), jobs):
            found.put(part, first)
            first += len(part.sizes)
            done += len(part.sizes)
            if progress is not None:
                progress(done, total)
        return found

    learned_views, held_views = render_glyphs(learned, recipe.variants, recipe.pictures), render_glyphs(held, 0, 1)
    rows, held_context_rows = learned_views.context_rows(), held_views.context_rows()
    held_context = np.stack([held_views.context, _boxes(held_views.sizes)], axis=-1)[held_context_rows >= 0]
    return {
        "rasters": learned_views.rasters,
        "paths": learned_views.paths,
        "pictures": learned_views.pictures,
        "labels": np.array(learned.labels, np.int64),
        "source": np.array(learned.source, np.int64),
        "context": learned_views.context[rows >= 0],
        "context_row": rows,
        "sizes": learned_views.sizes,
        "held_rasters": held_views.rasters[0],
        "held_paths": held_views.paths[0],
        "held_pictures": held_views.pictures[0],
        "held_labels": np.array(held.labels, np.int64),
        "held_source": np.array(held.source, np.int64),
        "held_context": held_context,
        "held_context_row": held_context_rows,
    }


def _boxes(sizes: NDArray[np.float32]) -> NDArray[np.uint8]:
    boxes: NDArray[np.uint8] = np.rint(filled_boxes(sizes.astype(np.float64)) * 255).astype(np.uint8)
    return boxes


@dataclass(frozen=True, slots=True)
class _Job:
    """Glyphs to be rendered together; `first` is the index of the first one among all glyphs."""

    ink: Inks
    context: list[Paths]
    variants: int
    pictures: int
    first: int


@dataclass(frozen=True, slots=True)
class _Rendered:
    """Views of glyphs, see `TrainingSet`; `context` has a row for each glyph, those that stand `alone` included."""

    rasters: NDArray[np.uint8]
    paths: NDArray[np.int8]
    pictures: NDArray[np.uint8]
    context: NDArray[np.uint8]
    alone: NDArray[np.bool_]
    sizes: NDArray[np.float32]

    @classmethod
    def blank(cls, count: int, variants: int, pictures: int) -> "_Rendered":
        shape = (max(variants, 1), count)
        return cls(
            rasters=np.zeros((*shape, RASTER_SIZE, RASTER_SIZE), np.uint8),
            paths=np.zeros((*shape, POINTS, CHANNELS), np.int8),
            pictures=np.zeros((pictures, count, RASTER_SIZE, RASTER_SIZE), np.uint8),
            context=np.zeros((count, FIELD, FIELD), np.uint8),
            alone=np.ones(count, bool),
            sizes=np.zeros((count, 2), np.float32),
        )

    def put(self, part: "_Rendered", first: int) -> None:
        """Take over the views of some glyphs, of which the first has this index."""
        rows = slice(first, first + len(part.sizes))
        self.rasters[:, rows], self.paths[:, rows], self.pictures[:, rows] = part.rasters, part.paths, part.pictures
        self.context[rows], self.alone[rows], self.sizes[rows] = part.context, part.alone, part.sizes

    def context_rows(self) -> NDArray[np.int64]:
        """Return the row of each glyph's context when glyphs that stand alone are left out, int64 [N]; -1 for these."""
        return np.where(self.alone, _ALONE, np.cumsum(~self.alone) - 1).astype(np.int64)


def _in_parallel(seed: int, by: Variation, jobs: list[_Job]) -> Iterator[_Rendered]:
    work = partial(_render_chunk, seed, by)
    processors = os.cpu_count() or 1
    if processors == 1 or len(jobs) < 2 * processors or hasattr(sys, "_MEIPASS"):
        yield from map(work, jobs)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processors, mp_context=spawn, initializer=start_worker) as pool:
        yield from pool.map(work, jobs)


def _render_chunk(seed: int, by: Variation, job: _Job) -> _Rendered:
    """Render some glyphs in their variations, or as they were written where there are to be none."""
    generator = np.random.default_rng([seed, job.first, job.variants])
    found = _Rendered.blank(len(job.ink), job.variants, job.pictures)
    for row, glyph in enumerate(job.ink):
        if not isinstance(glyph, tuple):
            picture = glyph.astype(np.float32) / np.float32(255 if glyph.dtype == np.uint8 else 1)
            raster = _bytes(rasterize_picture(picture))
            found.rasters[:, row] = found.pictures[:, row] = raster
            found.sizes[row] = _extent_of_raster(raster)
            continue
        for variant in range(len(found.rasters)):
            written = vary(glyph, generator, by) if job.variants else list(glyph)
            strokes = [stroke_of(path) for path in written]
            found.rasters[variant, row] = _bytes(rasterize(strokes))
            found.paths[variant, row] = np.rint(trajectory(strokes) * TRAJECTORY_UNIT)
        for variant in range(job.pictures):
            written = vary(glyph, generator, by) if job.variants else list(glyph)
            found.pictures[variant, row] = _bytes(rasterize_picture(photograph(tuple(written), generator)))
        own, others = [stroke_of(path) for path in glyph], [stroke_of(path) for path in job.context[row]]
        unit = unit_of([*own, *others]) if others else 0.0
        found.sizes[row] = np.ptp(np.concatenate(glyph), axis=0) / (unit or 1.0)
        if unit:
            found.context[row] = _bytes(spatial_context(own, others)[:, :, 0])
            found.alone[row] = False
    return found


def _bytes(field: NDArray[np.float32]) -> NDArray[np.uint8]:
    field_of_bytes: NDArray[np.uint8] = np.rint(field * 255).astype(np.uint8)
    return field_of_bytes


def _extent_of_raster(raster: NDArray[np.uint8]) -> tuple[int, int]:
    """Return width and height of the ink of a raster, in pixels."""
    return int(np.ptp(np.flatnonzero(raster.any(axis=0)))), int(np.ptp(np.flatnonzero(raster.any(axis=1))))
