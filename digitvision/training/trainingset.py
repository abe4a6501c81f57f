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
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.files import reason, user_folder
from digitvision.ink.raster import PREPROCESSING_VERSION, RASTER_SIZE, rasterize, rasterize_picture
from digitvision.ink.trajectory import CHANNELS, POINTS, trajectory
from digitvision.recognition.alphabets import look_alikes
from digitvision.training.dataset import TRAJECTORY_UNIT, DataFault, Progress
from digitvision.training.datasets import MNIST, MNIST_VALIDATION, load_glyphs
from digitvision.training.glyphs import Glyphs, Paths, Picture, stroke_of
from digitvision.training.handwriting import Variation, vary
from digitvision.training.labels import label_of
from digitvision.training.negatives import neighbours, scribbles, upside_down, wrong_groupings
from digitvision.training.recipe import Recipe, Source

BUILD_VERSION: Final = 1
"""Changes with every change of what is built from the same recipe and data."""

_CHUNK: Final = 1000
_STRANGERS_HELD_OUT: Final = 0.1
_FEWEST_WRITERS: Final = 20
_LUMP: Final = 0.5
_ARRAYS: Final = ("rasters", "paths", "labels", "source", "held_rasters", "held_paths", "held_labels", "held_source")

Inks = list[Paths | Picture]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """Rendered glyphs.

    Attributes:
        rasters: uint8 [V, N, 28, 28], V ways to write each glyph; pictures look the same in all.
        paths: int8 [V, N, 64, 6], trajectories; all zero for pictures.
        labels: int64 [N], places in the recipe's classes; their number for strangers.
        source: int64 [N], places in the recipe's sources; their number for strangers.
        held_rasters: uint8 [M, 28, 28]: glyphs of writers that are not learned from, as written; likewise
            `held_paths`, `held_labels`, `held_source`.
    """

    rasters: NDArray[np.uint8]
    paths: NDArray[np.int8]
    labels: NDArray[np.int64]
    source: NDArray[np.int64]
    held_rasters: NDArray[np.uint8]
    held_paths: NDArray[np.int8]
    held_labels: NDArray[np.int64]
    held_source: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)


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
    return TrainingSet(**{name: np.load(place / f"{name}.npy", mmap_mode="r") for name in _ARRAYS})


def _fingerprint(recipe: Recipe, root: Path) -> str:
    """Names the set by all that it depends on; data by size and time, which is quick and enough on one machine."""
    facts: dict[str, Any] = {"build": BUILD_VERSION, "preprocessing": PREPROCESSING_VERSION}
    facts["variation"] = asdict(Variation())
    facts["recipe"] = {
        name: value
        for name, value in asdict(recipe).items()
        if name in ("name", "alphabets", "sources", "strangers", "expressions", "variants", "held_out", "seed")
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
    """Glyphs on their way to being rendered."""

    ink: Inks
    labels: list[int]
    source: list[int]

    def add(self, ink: Sequence[Paths | Picture], labels: Sequence[int], source: int) -> None:
        self.ink += ink
        self.labels += labels
        self.source += [source] * len(ink)


def _gather(recipe: Recipe, root: Path) -> tuple[_Gathered, _Gathered]:
    """All glyphs of a recipe to learn from, and those that are held out; strangers among both."""
    place_of = {text: place for place, text in enumerate(recipe.classes)}
    stranger = len(place_of)
    learned, held = _Gathered([], [], []), _Gathered([], [], [])
    foreign: Inks = []
    for number, source in enumerate(recipe.sources):
        glyphs = load_glyphs(source.data if source.data == MNIST else str(root / source.data))
        texts = [label_of(name).text for name in glyphs.label_names]
        table = np.array([place_of.get(text, -1) for text in texts])
        labels = table[glyphs.labels]
        out = _held_out(recipe, source, glyphs)
        for target, chosen in (
            (learned, np.flatnonzero((labels >= 0) & ~out)),
            (held, np.flatnonzero((labels >= 0) & out)),
        ):
            repeat = source.repeat if target is learned else 1
            for _ in range(repeat):
                target.add([glyphs.ink[row] for row in chosen.tolist()], labels[chosen].tolist(), number)
        if source.foreign:
            known = frozenset(place_of)
            strange = np.array([text not in known and look_alikes(text).isdisjoint(known) for text in texts])
            rows = np.flatnonzero(strange[glyphs.labels])
            generator = np.random.default_rng([recipe.seed, number])
            picked: list[int] = generator.permutation(rows)[: source.foreign].tolist()
            foreign += [glyphs.ink[row] for row in picked]
    for target, share, salt in ((learned, 1.0, 1), (held, _STRANGERS_HELD_OUT, 2)):
        strangers = _strangers(recipe, root, target, share, np.random.default_rng([recipe.seed, 999, salt]))
        cut = int(len(foreign) * _STRANGERS_HELD_OUT)
        strangers += foreign[cut:] if target is learned else foreign[:cut]
        target.add(strangers, [stranger] * len(strangers), len(recipe.sources))
    return learned, held


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


def _strangers(recipe: Recipe, root: Path, of: _Gathered, share: float, generator: np.random.Generator) -> Inks:
    wanted = {kind: round(count * share) for kind, count in recipe.strangers.items()}
    classes = recipe.classes
    found: Inks = [*scribbles(wanted.get("scribbles", 0), generator)]
    if recipe.expressions and wanted.get("groupings"):
        # The held-out set takes the held-out writers' expressions, learning all the others'.
        found += wrong_groupings(
            root / recipe.expressions,
            wanted["groupings"],
            generator,
            leave_out=lambda writer: _is_held_out(writer, recipe) == (share == 1.0),
        )
    found += neighbours(of.ink, wanted.get("neighbours", 0), generator)
    texts = [classes[label] if label < len(classes) else "" for label in of.labels]
    found += upside_down(of.ink, texts, wanted.get("upside_down", 0), generator)
    return found


def _render(recipe: Recipe, learned: _Gathered, held: _Gathered, progress: Progress | None) -> dict[str, NDArray[Any]]:
    count, variants = len(learned.ink), recipe.variants
    arrays: dict[str, NDArray[Any]] = {
        "rasters": np.empty((variants, count, RASTER_SIZE, RASTER_SIZE), np.uint8),
        "paths": np.empty((variants, count, POINTS, CHANNELS), np.int8),
        "labels": np.array(learned.labels, np.int64),
        "source": np.array(learned.source, np.int64),
        "held_rasters": np.empty((len(held.ink), RASTER_SIZE, RASTER_SIZE), np.uint8),
        "held_paths": np.empty((len(held.ink), POINTS, CHANNELS), np.int8),
        "held_labels": np.array(held.labels, np.int64),
        "held_source": np.array(held.source, np.int64),
    }
    jobs = [(learned.ink[first : first + _CHUNK], variants, (recipe.seed, first)) for first in range(0, count, _CHUNK)]
    jobs += [(held.ink[first : first + _CHUNK], 0, (0, 0)) for first in range(0, len(held.ink), _CHUNK)]
    first, done = 0, 0
    for rasters, paths in _in_parallel(jobs):
        if first == count:
            first, count = 0, -1
        part = slice(first, first + rasters.shape[1])
        if count >= 0:
            arrays["rasters"][:, part], arrays["paths"][:, part] = rasters, paths
        else:
            arrays["held_rasters"][part], arrays["held_paths"][part] = rasters[0], paths[0]
        first = part.stop
        done += rasters.shape[1]
        if progress is not None:
            progress(done, len(learned.ink) + len(held.ink))
    return arrays


_Job = tuple[Inks, int, tuple[int, int]]
_Rendered = tuple[NDArray[np.uint8], NDArray[np.int8]]


def _in_parallel(jobs: list[_Job]) -> Iterator[_Rendered]:
    processors = os.cpu_count() or 1
    if processors == 1 or len(jobs) < 2 * processors or hasattr(sys, "_MEIPASS"):
        yield from map(_rendered, jobs)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processors, mp_context=context, initializer=_start_worker) as pool:
        yield from pool.map(_rendered, jobs)


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it however it ends: nobody else would end the workers then."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _rendered(job: _Job) -> _Rendered:
    """One chunk in its variants, or as it was written when none is asked for."""
    ink, variants, seed = job
    generator = np.random.default_rng(seed)
    by = Variation()
    shape = (max(variants, 1), len(ink))
    rasters = np.zeros((*shape, RASTER_SIZE, RASTER_SIZE), np.uint8)
    paths = np.zeros((*shape, POINTS, CHANNELS), np.int8)
    for row, glyph in enumerate(ink):
        if not isinstance(glyph, tuple):
            picture = glyph.astype(np.float32) / np.float32(255 if glyph.dtype == np.uint8 else 1)
            rasters[:, row] = np.rint(rasterize_picture(picture) * 255)
            continue
        for variant in range(shape[0]):
            if variants:
                varied, pen_width = vary(glyph, generator, by)
                strokes = [stroke_of(path) for path in varied]
                rasters[variant, row] = np.rint(rasterize(strokes, pen_width=pen_width) * 255)
            else:
                strokes = [stroke_of(path) for path in glyph]
                rasters[variant, row] = np.rint(rasterize(strokes) * 255)
            paths[variant, row] = np.rint(trajectory(strokes) * TRAJECTORY_UNIT)
    return rasters, paths


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
