"""Batches of lines of similar length, varied anew in every epoch and prepared while the network learns."""

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.lines.path_features import FEATURES, STEP, STRIDE, path_features
from digitvision.recognition.text.characters import classes_of, is_readable
from digitvision.recognition.text.network import filled_up
from digitvision.training.text.augmentation import LineChanges, vary_line
from digitvision.training.text.corpus import InkLine
from digitvision.training.text.line_set import LineSet

LONGEST: Final = 1600
"""Points of the longest path that is learned from: longer ones would need much memory and teach nothing else."""

_SORTED_TOGETHER: Final = 24
"""Batches whose lines are shared out among them by their length."""

_SHORTEST_LIMIT: Final = 140
"""Points of the longest line at the first step, where short lines come first: about a dozen characters."""

_LEAST_PER_CHARACTER: Final = 8
"""Points that a character has at least on average: lines that are too long at present are not even prepared."""

_AHEAD: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """The B lines that one step learns from.

    Attributes:
        paths: float32 [B, N, 9], zeros after a line's end.
        places: int64 [L, 2]: line and place of each character of the texts.
        classes: int32 [L]: the class of each character.
        lengths: int32 [B]: the number of the network's answers that belong to each line.
        texts: What each line says; empty where it cannot be learned.
    """

    paths: NDArray[np.float32]
    places: NDArray[np.int64]
    classes: NDArray[np.int32]
    lengths: NDArray[np.int32]
    texts: tuple[str, ...]


def batch_of(paths: Sequence[NDArray[np.float32]], texts: Sequence[str]) -> Batch:
    """Put paths with their texts together; paths as `filled_up` gives them."""
    together = np.zeros((len(paths), max(len(path) for path in paths), FEATURES), np.float32)
    for row, path in enumerate(paths):
        together[row, : len(path)] = path
    classes = [classes_of(text) for text in texts]
    places = [(row, place) for row, own in enumerate(classes) for place in range(len(own))]
    return Batch(
        together,
        np.array(places, np.int64).reshape(-1, 2),
        np.array([index for own in classes for index in own], np.int32),
        np.array([len(path) // STRIDE for path in paths], np.int32),
        tuple(texts),
    )


def is_long_enough(path: NDArray[np.float32], text: str) -> bool:
    """Tell whether the network answers often enough along a path for a text: it pauses between equal characters."""
    pauses = sum(first == second for first, second in pairwise(text))
    return len(path) // STRIDE > len(text) + pauses


def held_out_batches(lines: Sequence[InkLine], size: int) -> list[tuple[Batch, tuple[str, ...]]]:
    """Return batches of lines as they were written, with their right texts.

    Lines with a character that cannot be read, or more of them than the network answers, are in batches of their own,
    which have no texts: they count as misread, but there is no loss for them.
    """
    paths = [filled_up(path_features(line.paths, STEP)) for line in lines]
    order = np.argsort([len(path) for path in paths], kind="stable").tolist()
    can_be_learned = [
        is_readable(line.text) and is_long_enough(path, line.text) for line, path in zip(lines, paths, strict=True)
    ]
    found = []
    for learned in (True, False):
        own = [index for index in order if can_be_learned[index] == learned]
        for group in (own[first : first + size] for first in range(0, len(own), size)):
            right = tuple(lines[index].text for index in group)
            found.append((batch_of([paths[index] for index in group], right if learned else [""] * len(group)), right))
    return found


class EpochBatches:
    """The batches of one epoch, the same for the same seed and epoch; a thread prepares them ahead."""

    def __init__(self, lines: LineSet, epoch: int, seed: int) -> None:
        self._lines = lines
        self._changes = LineChanges(**lines.recipe.changes)
        self._seed = [seed, 7, epoch]
        self._first_step = (epoch - 1) * len(self)
        self._stop = threading.Event()
        self._ready: queue.Queue[Batch | BaseException | None] = queue.Queue(_AHEAD)
        self._thread = threading.Thread(target=self._prepare, name="lines", daemon=True)

    def __len__(self) -> int:
        return max(len(self._lines) // self._lines.recipe.batch_size, 1)

    def __iter__(self) -> Iterator[Batch]:
        """Yield the batches; may be called once."""
        self._thread.start()
        try:
            while (item := self._ready.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            self.close()

    def close(self) -> None:
        """End the thread; what it has prepared is dropped."""
        self._stop.set()
        if self._thread.is_alive():
            while self._thread.is_alive():
                try:
                    self._ready.get(timeout=0.05)
                except queue.Empty:
                    continue
            self._thread.join()

    def _prepare(self) -> None:
        try:
            for batch in self._batches():
                if not self._put(batch):
                    return
            self._put(None)
        except BaseException as error:
            # It is raised again where the batches are taken.
            self._put(error)

    def _put(self, item: "Batch | BaseException | None") -> bool:
        while not self._stop.is_set():
            try:
                self._ready.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def _longest(self, step: int) -> float:
        """Return how many points a line may have at this step of the training."""
        growing = self._lines.recipe.short_first
        if step >= growing:
            return LONGEST
        return _SHORTEST_LIMIT + (LONGEST - _SHORTEST_LIMIT) * step / growing

    def _batches(self) -> Iterator[Batch]:
        rng = np.random.default_rng(self._seed)
        size = self._lines.recipe.batch_size
        waiting = self._lines.epoch(rng)
        given = 0
        for first in range(0, len(waiting), size * _SORTED_TOGETHER):
            some = []
            longest = self._longest(self._first_step + given)
            for line_of in waiting[first : first + size * _SORTED_TOGETHER]:
                line = line_of(rng)
                if _LEAST_PER_CHARACTER * len(line.text) > longest:
                    continue
                strokes, step = vary_line(line.paths, self._changes, rng)
                path = filled_up(path_features(strokes, step))
                if len(path) <= longest and is_long_enough(path, line.text):
                    some.append((path, line.text))
            some.sort(key=lambda item: len(item[0]))
            groups = [some[start : start + size] for start in range(0, len(some), size)]
            for index in rng.permutation(len(groups)).tolist():
                if given < len(self):
                    given += 1
                    yield batch_of([path for path, _ in groups[index]], [text for _, text in groups[index]])
