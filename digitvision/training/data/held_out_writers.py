"""Which writers a training holds out, to validate and calibrate on people it does not know."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Final

import numpy as np

from digitvision.training.data.glyphs import Glyphs

_FEWEST_WRITERS: Final = 20
_LUMP: Final = 0.5
_MOST_OF_ONE: Final = 0.2
"""Of what a source holds out, where that is more than most wrote: it should not depend on one person's hand."""


def names_writers(glyphs: Glyphs) -> bool:
    """Whether a source tells writers apart, and enough of them to hold some out.

    Some sources lump most of their writers together under one name: that is no writer to hold out.
    """
    if glyphs.writers is None or not glyphs.writer_names:
        return False
    counts = np.bincount(glyphs.writers)
    return bool(counts.max() <= _LUMP * len(glyphs) and np.count_nonzero(counts) >= _FEWEST_WRITERS)


class HeldOutWriters:
    """Writers chosen by chance until they have written a share of each source; one that is out is out everywhere.

    Writers differ in how much they wrote: as many of a hundred by head may be a quarter of the glyphs.
    """

    def __init__(self, sources: Iterable[Glyphs], share: float, seed: int) -> None:
        """Choose.

        Args:
            sources: What is learned from; those that do not name their writers have no say.
            share: Of each source's glyphs, from 0 to 1, as nearly as whole writers allow.
            seed: Another seed, other writers.
        """
        self._share, self._seed = share, seed
        self._out: set[str] = set()
        self._known: set[str] = set()
        # The largest first: where the same people wrote several, a small one's choice may be much of a large one.
        for glyphs in sorted(filter(names_writers, sources), key=len, reverse=True):
            self._choose(glyphs)

    def __contains__(self, writer: str) -> bool:
        """Whether this writer is held out; one that no source knows is by chance."""
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
        """From 0 to 1, by the name."""
        digest = hashlib.sha256(f"{self._seed}:{writer}".encode()).digest()
        return int.from_bytes(digest[:4], "big") / 2**32
