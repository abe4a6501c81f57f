"""Batches of expressions, varied and prepared in another process while the networks learn."""

from collections.abc import Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import RELATIONS
from digitvision.recognition.expression.reading.stroke_features import (
    CHANNELS,
    PAIR_NUMBERS,
    POINTS,
    SCALARS,
    stroke_features,
)
from digitvision.recognition.expression.reading.symbol_features import (
    BOX_NUMBERS,
    LAYERS,
    SIDE,
    SYMBOL_PAIR_NUMBERS,
    symbol_features,
    symbol_rasters,
)
from digitvision.training.data.loading import load_glyphs
from digitvision.training.expression.augmentation import Bank, Changes, add_glyphs, bank_of, vary
from digitvision.training.expression.corpus import Expression, read_corpus, relation_indices
from digitvision.training.run.workers import start_worker

AHEAD: Final = 6
"""Number of batches that are prepared before they are needed."""

_SIZE_NOISE: Final = 0.25
"""Standard deviation of the logarithm of a factor for sizes: expressions of similar size share a batch, but not always
the same ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """B expressions of up to N strokes and M symbols each; entries beyond those of an expression are zero.

    Attributes:
        paths: float32 [B, N, 32, 6]; `scalars` [B, N, 8]; `stroke_pairs` [B, N, N, 31]; `strokes` [B, N], 1 for each.
        rasters: float32 [B, M, 24, 24, 5]; `boxes` [B, M, 8]; `symbol_pairs` [B, M, M, 26]; `symbols` [B, M], 1 each.
        grouping: float32 [B, M, N], see `symbol_features`.
        together: float32 [B, N, N], 1 where two strokes belong to the same symbol.
        stroke_labels: int32 [B, N], the class of the symbol of each stroke; `labels` [B, M] that of each symbol.
        edges: int32 [B, M], index of the parent times 6 plus index of the relation; 6 M for the root.
    """

    paths: NDArray[np.float32]
    scalars: NDArray[np.float32]
    stroke_pairs: NDArray[np.float32]
    strokes: NDArray[np.float32]
    rasters: NDArray[np.float32]
    boxes: NDArray[np.float32]
    symbol_pairs: NDArray[np.float32]
    symbols: NDArray[np.float32]
    grouping: NDArray[np.float32]
    together: NDArray[np.float32]
    stroke_labels: NDArray[np.int32]
    labels: NDArray[np.int32]
    edges: NDArray[np.int32]


def batch_of(expressions: Sequence[Expression], labels: Sequence[str]) -> Batch:
    """Return expressions as the networks learn from them.

    Args:
        expressions: What was written.
        labels: The classes that the networks answer.
    """
    index_of = {label: index for index, label in enumerate(labels)}
    size = len(expressions)
    most = max(len(one.points) for one in expressions)
    most_symbols = max(len(one.tree.symbols) for one in expressions)
    batch = Batch(
        np.zeros((size, most, POINTS, CHANNELS), np.float32),
        np.zeros((size, most, SCALARS), np.float32),
        np.zeros((size, most, most, PAIR_NUMBERS), np.float32),
        np.zeros((size, most), np.float32),
        np.zeros((size, most_symbols, SIDE, SIDE, LAYERS), np.float32),
        np.zeros((size, most_symbols, BOX_NUMBERS), np.float32),
        np.zeros((size, most_symbols, most_symbols, SYMBOL_PAIR_NUMBERS), np.float32),
        np.zeros((size, most_symbols), np.float32),
        np.zeros((size, most_symbols, most), np.float32),
        np.zeros((size, most, most), np.float32),
        np.zeros((size, most), np.int32),
        np.zeros((size, most_symbols), np.int32),
        np.zeros((size, most_symbols), np.int32),
    )
    for row, one in enumerate(expressions):
        count, symbols = len(one.points), one.tree.symbols
        many = len(symbols)
        of_strokes = stroke_features(one.points)
        batch.paths[row, :count], batch.scalars[row, :count] = of_strokes.paths, of_strokes.scalars
        batch.stroke_pairs[row, :count, :count] = of_strokes.pairs
        batch.strokes[row, :count] = 1
        groups = [symbol.strokes for symbol in symbols]
        of_symbols = symbol_features(one.points, groups)
        batch.rasters[row, :many], batch.boxes[row, :many] = symbol_rasters(one.points, groups), of_symbols.boxes
        batch.symbol_pairs[row, :many, :many] = of_symbols.pairs
        batch.symbols[row, :many] = 1
        batch.grouping[row, :many, :count] = of_symbols.grouping
        for index, symbol in enumerate(symbols):
            own = list(symbol.strokes)
            batch.together[row][np.ix_(own, own)] = 1
            batch.stroke_labels[row, own] = batch.labels[row, index] = index_of[symbol.label]
        batch.edges[row] = most_symbols * len(RELATIONS)
        for parent, child, relation in relation_indices(one.tree):
            batch.edges[row, child] = parent * len(RELATIONS) + relation
    return batch


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSettings:
    """What a helper process needs to prepare batches.

    Attributes:
        corpus: The file of expressions.
        writers: The writers whose expressions are learned from.
        labels: Classes in the order of the networks' outputs.
        size: Number of expressions of a batch.
        seed: The seed of all random choices.
        changes: How strongly expressions are varied.
        banks: Files of single glyphs that may replace symbols.
    """

    corpus: Path
    writers: frozenset[str]
    labels: tuple[str, ...]
    size: int
    seed: int
    changes: Changes
    banks: tuple[Path, ...] = ()


class Batches:
    """The batches of all epochs."""

    def __init__(self, settings: BatchSettings, sizes: Sequence[int]) -> None:
        """Take the settings and the number of strokes of each expression that is learned from, in its order."""
        self._settings = settings
        self._sizes = np.array(sizes, np.float64)

    def __len__(self) -> int:
        """Return the number of batches of an epoch."""
        return -(-len(self._sizes) // self._settings.size)

    def rows(self, epoch: int) -> list[NDArray[np.intp]]:
        """Return the indices of the expressions of each batch of an epoch."""
        generator = np.random.default_rng([self._settings.seed, epoch])
        noisy = self._sizes * np.exp(generator.normal(0, _SIZE_NOISE, len(self._sizes)))
        order = np.argsort(noisy)
        parts = [order[first : first + self._settings.size] for first in range(0, len(order), self._settings.size)]
        return [parts[index] for index in generator.permutation(len(parts))]

    def batches(self, first_epoch: int, last_epoch: int, workers: int = 1) -> Generator[tuple[int, Batch], None, None]:
        """Yield the batches of these epochs with their epoch, prepared ahead by so many helper processes."""
        jobs = [
            (epoch, number, rows)
            for epoch in range(first_epoch, last_epoch + 1)
            for number, rows in enumerate(self.rows(epoch))
        ]
        with ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(self._settings,)
        ) as pool:
            waiting: list[tuple[int, Future[Batch]]] = []
            try:
                for epoch, number, rows in jobs:
                    waiting.append((epoch, pool.submit(_prepare_batch, epoch, number, rows)))
                    if len(waiting) > AHEAD:
                        ready, future = waiting.pop(0)
                        yield ready, future.result()
                for ready, future in waiting:
                    yield ready, future.result()
            finally:
                for _, future in waiting:
                    future.cancel()


_helper: dict[str, object] = {}
"""What a helper process makes all its batches from."""


def learned_from(settings: BatchSettings) -> list[Expression]:
    """Read the expressions of the writers that are learned from, in the order of the file."""
    return [one for one in read_corpus(settings.corpus) if one.writer in settings.writers]


def _begin(settings: BatchSettings) -> None:
    start_worker()
    expressions = learned_from(settings)
    bank = bank_of(expressions)
    for path in settings.banks:
        add_glyphs(bank, load_glyphs(str(path)), settings.labels, settings.seed)
    _helper.update(settings=settings, expressions=expressions, bank=bank)


def _prepare_batch(epoch: int, number: int, rows: NDArray[np.intp]) -> Batch:
    settings, expressions, bank = _helper["settings"], _helper["expressions"], _helper["bank"]
    assert isinstance(settings, BatchSettings)
    assert isinstance(expressions, list)
    assert isinstance(bank, Bank)
    generator = np.random.default_rng([settings.seed, epoch, number])
    known = frozenset(settings.labels)
    return batch_of(
        [vary(expressions[row], expressions, bank, known, generator, settings.changes) for row in rows.tolist()],
        settings.labels,
    )
