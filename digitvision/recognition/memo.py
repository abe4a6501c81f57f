"""What was worked out before: what is asked for again, such as the glyphs of a row that grows, is not done twice."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memo(Generic[K, V]):
    """Values by what they follow from, of which the ones used last are kept. Not thread-safe."""

    def __init__(self, kept: int) -> None:
        """Take the number of values that are kept, besides those that are asked for together."""
        self._kept = kept
        self._values: dict[K, V] = {}

    def of(self, keys: Sequence[K], make: Callable[[list[int]], Sequence[V]]) -> list[V]:
        """Return a value for each key.

        Args:
            keys: What the values follow from, and from nothing else.
            make: Makes those that are missing, by the positions of their keys.
        """
        known = self._values
        missing = list({key: index for index, key in enumerate(keys) if key not in known}.values())
        if missing:
            known.update(zip((keys[index] for index in missing), make(missing), strict=True))
        for key in keys:
            known[key] = known.pop(key)
        found = [known[key] for key in keys]
        while len(known) > self._kept:
            known.pop(next(iter(known)))
        return found
