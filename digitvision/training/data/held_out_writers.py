"""Choosing the writers that a training holds out, to validate and calibrate with handwriting that is new to it."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Final

import numpy as np

from digitvision.training.data.glyphs import Glyphs

_FEWEST_WRITERS: Final = 20
_LUMP: Final = 0.5
"""Share of a source's glyphs under one writer's name from which that name must stand for several people."""

_MOST_OF_ONE: Final = 0.2
"""Largest share of what a source holds out that one writer may have written, so that the figures do not depend on one
person's handwriting; a writer with an average number of glyphs may be held out in any case."""


def names_writers(glyphs: Glyphs) -> bool:
    """Whether a source names its writers, and enough of them that some can be held out.

    Some sources put most of their glyphs under one name. That name stands for many people and cannot be held out.
    """
    if glyphs.writers is None or not glyphs.writer_names:
        return False
    counts = np.bincount(glyphs.writers)
    return bool(counts.max() <= _LUMP * len(glyphs) and np.count_nonzero(counts) >= _FEWEST_WRITERS)


class HeldOutWriters:
    """The writers that are held out: chosen at random until they have written a given share of each source.

    A writer that is held out of one source is held out of all. The share is one of the glyphs, not of the writers,
    because writers differ much in how many glyphs they wrote.
    """

    def __init__(self, sources: Iterable[Glyphs], share: float, seed: int) -> None:
        """Choose the writers.

        Args:
            sources: The training data; sources that do not name their writers are ignored.
            share: Share of each source's glyphs that is held out, 0 to 1, as nearly as whole writers allow.
            seed: Seed of the random choice.
        """
        self._share, self._seed = share, seed
        self._out: set[str] = set()
        self._known: set[str] = set()
        # The largest source comes first: few writers of a small source may have written much of a large one.
        for glyphs in sorted(filter(names_writers, sources), key=len, reverse=True):
            self._choose(glyphs)

    def __contains__(self, writer: str) -> bool:
        """Whether this writer is held out; a writer of none of the sources is held out at random, by the name."""
        return writer in self._out if writer in self._known else self._draw(writer) < self._share

    def _choose(self, glyphs: Glyphs) -> None:
        assert glyphs.writers is not None
        counts = np.bincount(glyphs.writers, minlength=len(glyphs.writer_names))
        wrote: Counter[str] = Counter()
        for name, count in zip(glyphs.writer_names, counts.tolist(), strict=True):
            wrote[name] += count
        wanted = self._share * len(glyphs)
        most = max(_MOST_OF_ONE * wanted, len(glyphs) / np.count_nonzero(counts))
        chosen = sum(wrote[name] for name in self._out)
        for name in sorted(wrote.keys() - self._known, key=self._draw):
            if wrote[name] <= min(wanted - chosen, most):
                self._out.add(name)
                chosen += wrote[name]
        self._known |= wrote.keys()

    def _draw(self, writer: str) -> float:
        """Return a number from 0 to 1 that depends on seed and name alone."""
        digest = hashlib.sha256(f"{self._seed}:{writer}".encode()).digest()
        return int.from_bytes(digest[:4], "big") / 2**32
