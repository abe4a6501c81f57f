"""Views of a recipe's glyphs, in several hands each, on all processors."""

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
    total, done = len(learned.ink) + len(held.ink), 0

    def rendered(of: Gathered, variants: int, pictures: int) -> _Rendered:
        nonlocal done
        count = len(of.ink)
        found = _Rendered.blank(count, variants, pictures)
        jobs = [
            _Job(of.ink[first : first + _CHUNK], of.around[first : first + _CHUNK], variants, pictures, first)
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

    seen, kept = rendered(learned, recipe.variants, recipe.pictures), rendered(held, 0, 1)
    rows, held_rows = seen.rows_around(), kept.rows_around()
    held_around = np.stack([kept.around, _boxes(kept.sizes)], axis=-1)[held_rows >= 0]
    return {
        "rasters": seen.rasters,
        "paths": seen.paths,
        "pictures": seen.pictures,
        "labels": np.array(learned.labels, np.int64),
        "source": np.array(learned.source, np.int64),
        "around": seen.around[rows >= 0],
        "around_row": rows,
        "sizes": seen.sizes,
        "held_rasters": kept.rasters[0],
        "held_paths": kept.paths[0],
        "held_pictures": kept.pictures[0],
        "held_labels": np.array(held.labels, np.int64),
        "held_source": np.array(held.source, np.int64),
        "held_around": held_around,
        "held_around_row": held_rows,
    }


def _boxes(sizes: NDArray[np.float32]) -> NDArray[np.uint8]:
    boxes: NDArray[np.uint8] = np.rint(filled_boxes(sizes.astype(np.float64)) * 255).astype(np.uint8)
    return boxes


@dataclass(frozen=True, slots=True)
class _Job:
    """Glyphs to be rendered together; `first` is the place of the first one among all."""

    ink: Inks
    around: list[Paths]
    variants: int
    pictures: int
    first: int


@dataclass(frozen=True, slots=True)
class _Rendered:
    """Views of glyphs, see `TrainingSet`; `around` has a row for each glyph, also for those that are `alone`."""

    rasters: NDArray[np.uint8]
    paths: NDArray[np.int8]
    pictures: NDArray[np.uint8]
    around: NDArray[np.uint8]
    alone: NDArray[np.bool_]
    sizes: NDArray[np.float32]

    @classmethod
    def blank(cls, count: int, variants: int, pictures: int) -> "_Rendered":
        shape = (max(variants, 1), count)
        return cls(
            rasters=np.zeros((*shape, RASTER_SIZE, RASTER_SIZE), np.uint8),
            paths=np.zeros((*shape, POINTS, CHANNELS), np.int8),
            pictures=np.zeros((pictures, count, RASTER_SIZE, RASTER_SIZE), np.uint8),
            around=np.zeros((count, FIELD, FIELD), np.uint8),
            alone=np.ones(count, bool),
            sizes=np.zeros((count, 2), np.float32),
        )

    def put(self, part: "_Rendered", first: int) -> None:
        """Write some glyphs' views into their places."""
        rows = slice(first, first + len(part.sizes))
        self.rasters[:, rows], self.paths[:, rows], self.pictures[:, rows] = part.rasters, part.paths, part.pictures
        self.around[rows], self.alone[rows], self.sizes[rows] = part.around, part.alone, part.sizes

    def rows_around(self) -> NDArray[np.int64]:
        """int64 [N]: where each glyph's surroundings come to lie when those of glyphs that stand alone are left out."""
        return np.where(self.alone, _ALONE, np.cumsum(~self.alone) - 1).astype(np.int64)


def _in_parallel(seed: int, by: Variation, jobs: list[_Job]) -> Iterator[_Rendered]:
    work = partial(_rendered, seed, by)
    processors = os.cpu_count() or 1
    if processors == 1 or len(jobs) < 2 * processors or hasattr(sys, "_MEIPASS"):
        yield from map(work, jobs)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processors, mp_context=context, initializer=start_worker) as pool:
        yield from pool.map(work, jobs)


def _rendered(seed: int, by: Variation, job: _Job) -> _Rendered:
    """One chunk in its variants, or as it was written when none is asked for."""
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
        own, others = [stroke_of(path) for path in glyph], [stroke_of(path) for path in job.around[row]]
        unit = unit_of([*own, *others]) if others else 0.0
        found.sizes[row] = np.ptp(np.concatenate(glyph), axis=0) / (unit or 1.0)
        if unit:
            found.around[row] = _bytes(spatial_context(own, others)[:, :, 0])
            found.alone[row] = False
    return found


def _bytes(field: NDArray[np.float32]) -> NDArray[np.uint8]:
    field_of_bytes: NDArray[np.uint8] = np.rint(field * 255).astype(np.uint8)
    return field_of_bytes


def _extent_of_raster(raster: NDArray[np.uint8]) -> tuple[int, int]:
    """Width and height of a raster's ink."""
    return int(np.ptp(np.flatnonzero(raster.any(axis=0)))), int(np.ptp(np.flatnonzero(raster.any(axis=1))))
