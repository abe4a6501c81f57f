"""What a recipe trains on: every glyph rendered in several hands, strangers, and held-out writers; built once, kept."""

import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from digitvision.files import reason, user_folder
from digitvision.ink.raster import PREPROCESSING_VERSION, RASTER_SIZE, rasterize, rasterize_picture
from digitvision.ink.surroundings import FIELD, LAYERS, filled_boxes, surroundings, unit_of
from digitvision.ink.trajectory import CHANNELS, POINTS, trajectory
from digitvision.training.dataset import TRAJECTORY_UNIT, DataFault, Progress
from digitvision.training.datasets import MNIST, MNIST_VALIDATION, load_glyphs
from digitvision.training.glyphs import Glyphs, Paths, Picture, stroke_of
from digitvision.training.handwriting import Variation, vary
from digitvision.training.labels import is_foreign, label_of
from digitvision.training.negatives import neighbours, scribbles, upside_down, wrong_groupings
from digitvision.training.pictures import photographed
from digitvision.training.recipe import Recipe, Source

BUILD_VERSION: Final = 2
"""Changes with every change of what is built from the same recipe and data."""

_CHUNK: Final = 1000
_STRANGERS_HELD_OUT: Final = 0.1
_FEWEST_WRITERS: Final = 20
_LUMP: Final = 0.5
_ALONE: Final = -1

Way = Literal["alone", "in place", "pictured"]
"""How held-out glyphs are shown: by raster and trajectory; with what lies around them as well, those that do not stand
alone; as pictures."""

Inks = list[Paths | Picture]
_Placed = tuple[Paths | Picture, Paths]
"""A glyph and the other strokes around it."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """Rendered glyphs.

    Attributes:
        rasters: uint8 [V, N, 28, 28], V ways to write each glyph; pictures look the same in all.
        paths: int8 [V, N, 64, 6], trajectories; all zero for pictures.
        pictures: uint8 [P, N, 28, 28], rasters of P pictures of each glyph.
        labels: int64 [N], places in the recipe's classes; their number for strangers.
        source: int64 [N], places in the recipe's sources; their number for strangers.
        around: uint8 [A, 24, 24], the other ink around the glyphs that do not stand alone.
        around_row: int64 [N], places in `around`; -1 for glyphs that stand alone.
        sizes: float32 [N, 2], width and height of the glyphs; in units (see `ink/surroundings.py`) where they do not
            stand alone, else in any.
        held_rasters: uint8 [M, 28, 28]: glyphs of writers that are not learned from, as written; likewise
            `held_paths`, `held_labels`, `held_source`.
        held_pictures: uint8 [M, 28, 28], rasters of one picture of each.
        held_around: uint8 [B, 24, 24, 2], surroundings of those of them that do not stand alone.
        held_around_row: int64 [M], places in `held_around`; -1 for glyphs that stand alone.
    """

    rasters: NDArray[np.uint8]
    paths: NDArray[np.int8]
    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    source: NDArray[np.int64]
    around: NDArray[np.uint8]
    around_row: NDArray[np.int64]
    sizes: NDArray[np.float32]
    held_rasters: NDArray[np.uint8]
    held_paths: NDArray[np.int8]
    held_pictures: NDArray[np.uint8]
    held_labels: NDArray[np.int64]
    held_source: NDArray[np.int64]
    held_around: NDArray[np.uint8]
    held_around_row: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def held_shown(self, way: Way) -> NDArray[np.bool_]:
        """bool [M]: which of the held-out glyphs this way shows something of that the others do not."""
        written: NDArray[np.bool_] = self.held_paths[:, 0, -1] > 0
        if way == "in place":
            return self.held_around_row >= 0
        return written if way == "pictured" else np.ones(len(written), bool)

    def held(
        self, way: Way, rows: NDArray[np.intp] | slice
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None, NDArray[np.float32] | None]:
        """Rasters, trajectories and surroundings of some held-out glyphs, as `Recognizer.answers` takes them."""
        rasters = (self.held_pictures if way == "pictured" else self.held_rasters)[rows]
        paths = around = None
        if way != "pictured":
            paths = self.held_paths[rows].astype(np.float32) / np.float32(TRAJECTORY_UNIT)
        if way == "in place":
            places = self.held_around_row[rows]
            around = np.zeros((len(places), FIELD, FIELD, LAYERS), np.float32)
            around[places >= 0] = self.held_around[places[places >= 0]].astype(np.float32) / np.float32(255)
        return rasters.astype(np.float32) / np.float32(255), paths, around


def ways_of(recipe: Recipe) -> tuple[Way, ...]:
    """The ways in which a recipe's network is shown glyphs."""
    return ("alone", "in place", "pictured") if recipe.surrounded else ("alone", "pictured")


def build_training_set(recipe: Recipe, root: Path, progress: Progress | None = None) -> TrainingSet:
    """Build what a recipe trains on, or take what was built before.

    The same recipe and data give the same set, byte for byte, on any number of processors.

    Args:
        root: The folder that the recipe's paths start from.

    Raises:
        DataFault: Data is missing or damaged, or there is no room to keep what is built.
    """
    place = user_folder() / "training" / "sets" / _fingerprint(recipe, root)
    if not place.is_dir():
        ink, held = _gather(recipe, root)
        arrays = _render(recipe, ink, held, progress)
        _keep(place, arrays)
    # Mapped, not read: a set is larger than what many machines have to spare.
    return TrainingSet(
        **{item.name: np.load(place / f"{item.name}.npy", mmap_mode="r") for item in fields(TrainingSet)}
    )


def count_writers(recipe: Recipe, root: Path) -> tuple[int, ...]:
    """How many people wrote each source's glyphs that are learned from; 0 where the source does not name them.

    Raises:
        DataFault: Data is missing or damaged.
    """
    counts = []
    for source in recipe.sources:
        glyphs = _load(source, root)
        if glyphs.writers is None or not glyphs.writer_names:
            counts.append(0)
            continue
        known = frozenset(recipe.classes)
        wanted = np.array([label_of(name).text in known for name in glyphs.label_names])[glyphs.labels]
        counts.append(len(np.unique(glyphs.writers[wanted & ~_held_out(recipe, source, glyphs)])))
    return tuple(counts)


def _load(source: Source, root: Path) -> Glyphs:
    return load_glyphs(source.data if source.data == MNIST else str(root / source.data))


def _fingerprint(recipe: Recipe, root: Path) -> str:
    """Names the set by all that it depends on; data by size and time, which is quick and enough on one machine."""
    facts: dict[str, Any] = {"build": BUILD_VERSION, "preprocessing": PREPROCESSING_VERSION}
    facts["variation"] = asdict(Variation(**recipe.variation))
    facts["recipe"] = {
        name: value
        for name, value in asdict(recipe).items()
        if name
        in (
            "name",
            "alphabets",
            "sources",
            "strangers",
            "expressions",
            "variants",
            "pictures",
            "surrounded",
            "held_out",
            "seed",
        )
    }
    for path in [source.data for source in recipe.sources if source.data != MNIST] + [recipe.expressions]:
        if path:
            try:
                found = (root / path).stat()
            except OSError as error:
                raise DataFault(f"The recipe needs “{path}” in “{root}”: {reason(error)}.") from error
            facts[path] = [found.st_size, found.st_mtime_ns]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]


@dataclass(slots=True)
class _Gathered:
    """Glyphs on their way to being rendered; `around` has no strokes for those that stand alone."""

    ink: Inks
    around: list[Paths]
    labels: list[int]
    source: list[int]

    def add(self, glyphs: Sequence[_Placed], labels: Sequence[int], source: int) -> None:
        self.ink += [ink for ink, _ in glyphs]
        self.around += [around for _, around in glyphs]
        self.labels += labels
        self.source += [source] * len(glyphs)


def _gather(recipe: Recipe, root: Path) -> tuple[_Gathered, _Gathered]:
    """All glyphs of a recipe to learn from, and those that are held out; strangers among both."""
    place_of = {text: place for place, text in enumerate(recipe.classes)}
    stranger = len(place_of)
    learned, held = _Gathered([], [], [], []), _Gathered([], [], [], [])
    foreign: tuple[list[_Placed], list[_Placed]] = ([], [])
    for number, source in enumerate(recipe.sources):
        glyphs = _load(source, root)
        texts = [label_of(name).text for name in glyphs.label_names]
        table = np.array([place_of.get(text, -1) for text in texts])
        labels = table[glyphs.labels]
        out = _held_out(recipe, source, glyphs)
        generator = np.random.default_rng([recipe.seed, number])
        if source.most:
            labels = np.where(_few_of_each(labels, source.most, generator), labels, -1)
        for target, chosen in (
            (learned, np.flatnonzero((labels >= 0) & ~out)),
            (held, np.flatnonzero((labels >= 0) & out)),
        ):
            repeat = source.repeat if target is learned else 1
            for _ in range(repeat):
                target.add(_placed(glyphs, chosen, recipe), labels[chosen].tolist(), number)
        if source.foreign:
            known = frozenset(place_of)
            strange = np.array([is_foreign(name, known) for name in glyphs.label_names])[glyphs.labels]
            for group, share, chosen in (
                (foreign[0], 1.0, np.flatnonzero(strange & ~out)),
                (foreign[1], _STRANGERS_HELD_OUT, np.flatnonzero(strange & out)),
            ):
                group += _placed(glyphs, generator.permutation(chosen)[: round(source.foreign * share)], recipe)
    for target, share, salt, others in ((learned, 1.0, 1, foreign[0]), (held, _STRANGERS_HELD_OUT, 2, foreign[1])):
        strangers = _strangers(recipe, root, target, share, np.random.default_rng([recipe.seed, 999, salt]))
        strangers += others
        target.add(strangers, [stranger] * len(strangers), len(recipe.sources))
    return learned, held


def _placed(glyphs: Glyphs, rows: NDArray[np.intp], recipe: Recipe) -> list[_Placed]:
    around = glyphs.around if recipe.surrounded else None
    return [(glyphs.ink[row], () if around is None else around[row]) for row in rows.tolist()]


def _few_of_each(labels: NDArray[np.int64], most: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    """bool [N]: at most so many of each label, by chance."""
    order = generator.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    ordered = labels[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.concatenate([starts, [len(order)]])))
    kept = np.zeros(len(labels), bool)
    kept[order[rank < most]] = True
    return kept


def _held_out(recipe: Recipe, source: Source, glyphs: Glyphs) -> NDArray[np.bool_]:
    """bool [N]: whole writers where they are known, chosen by their names, so that one is out in every source."""
    count = len(glyphs)
    if source.data == MNIST:
        return np.arange(count) >= count - MNIST_VALIDATION
    if glyphs.writers is not None and glyphs.writer_names:
        # Some sources lump most of their writers together under one name: that is no writer to hold out.
        lump = np.bincount(glyphs.writers).max() > _LUMP * count
        if not lump and len(np.unique(glyphs.writers)) >= _FEWEST_WRITERS:
            out = np.array([_is_held_out(name, recipe) for name in glyphs.writer_names])
            return out[glyphs.writers]
    return np.random.default_rng(recipe.seed).random(count) < recipe.held_out


def _is_held_out(writer: str, recipe: Recipe) -> bool:
    digest = hashlib.sha256(f"{recipe.seed}:{writer}".encode()).digest()
    return int.from_bytes(digest[:4], "big") < recipe.held_out * 2**32


def _strangers(
    recipe: Recipe, root: Path, of: _Gathered, share: float, generator: np.random.Generator
) -> list[_Placed]:
    wanted = {kind: round(count * share) for kind, count in recipe.strangers.items()}
    classes = recipe.classes
    texts = [classes[label] if label < len(classes) else "" for label in of.labels]
    alone: Inks = [*scribbles(wanted.get("scribbles", 0), generator)]
    groups: list[_Placed] = []
    if recipe.expressions and wanted.get("groupings"):
        # The held-out set takes the held-out writers' expressions, learning all the others'.
        groups += wrong_groupings(
            root / recipe.expressions,
            wanted["groupings"],
            generator,
            leave_out=lambda writer: _is_held_out(writer, recipe) == (share == 1.0),
        )
    alone += neighbours(of.ink, wanted.get("neighbours", 0), generator)
    alone += upside_down(of.ink, texts, wanted.get("upside_down", 0), generator)
    if not recipe.surrounded:
        groups = [(ink, ()) for ink, _ in groups]
    return [*((ink, ()) for ink in alone), *groups]


def _render(recipe: Recipe, learned: _Gathered, held: _Gathered, progress: Progress | None) -> dict[str, NDArray[Any]]:
    total, done = len(learned.ink) + len(held.ink), 0

    def rendered(of: _Gathered, variants: int, pictures: int) -> _Rendered:
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
        place = slice(first, first + len(part.sizes))
        self.rasters[:, place], self.paths[:, place], self.pictures[:, place] = part.rasters, part.paths, part.pictures
        self.around[place], self.alone[place], self.sizes[place] = part.around, part.alone, part.sizes

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
    with ProcessPoolExecutor(processors, mp_context=context, initializer=_start_worker) as pool:
        yield from pool.map(work, jobs)


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it however it ends: nobody else would end the workers then."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


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
            found.pictures[variant, row] = _bytes(rasterize_picture(photographed(tuple(written), generator)))
        own, others = [stroke_of(path) for path in glyph], [stroke_of(path) for path in job.around[row]]
        unit = unit_of([*own, *others]) if others else 0.0
        found.sizes[row] = np.ptp(np.concatenate(glyph), axis=0) / (unit or 1.0)
        if unit:
            found.around[row] = _bytes(surroundings(own, others)[:, :, 0])
            found.alone[row] = False
    return found


def _bytes(field: NDArray[np.float32]) -> NDArray[np.uint8]:
    field_of_bytes: NDArray[np.uint8] = np.rint(field * 255).astype(np.uint8)
    return field_of_bytes


def _extent_of_raster(raster: NDArray[np.uint8]) -> tuple[int, int]:
    """Width and height of a raster's ink."""
    return int(np.ptp(np.flatnonzero(raster.any(axis=0)))), int(np.ptp(np.flatnonzero(raster.any(axis=1))))


def _keep(place: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Write the arrays into a folder that is whole or not there."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".building-", dir=place.parent))
        try:
            for name, array in arrays.items():
                np.save(temporary / f"{name}.npy", array)
            os.replace(temporary, place)
        except OSError:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    except OSError as error:
        raise DataFault(f"What was built for training cannot be kept in “{place.parent}”: {reason(error)}.") from error
