"""Samples, strokes and drawings: what the pen did, as values that never change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

NO_PRESSURE = 0.5
"""The pressure of devices that report none, such as a mouse."""


_Pressure = TypeVar("_Pressure", float, NDArray[np.float64])


def pen_width_at(pressure: _Pressure, pen_width: float) -> _Pressure:
    """Return the pen's width at a pressure of 0 to 1, in the unit of `pen_width`, which is the width at 0.5."""
    return pen_width * (0.5 + pressure)


class Sample(NamedTuple):
    """One pen report.

    `x` grows to the right and `y` down, both in the drawing's own unit (on the canvas: thousandths of its shorter
    side). `time` is in milliseconds from the drawing's first pen down, `pressure` from 0 to 1.
    """

    x: float
    y: float
    time: float = 0.0
    pressure: float = NO_PRESSURE


class Bounds(NamedTuple):
    """An upright rectangle in a drawing's unit."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def longer_side(self) -> float:
        return max(self.width, self.height)

    def united(self, other: "Bounds") -> "Bounds":
        """Return the smallest rectangle around both."""
        return Bounds(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


class PenLook(NamedTuple):
    """The look that another program's pen gave a stroke: the colour as "#rrggbb", and the width in the drawing's unit.

    Either may be missing, as "" and 0.
    """

    colour: str = ""
    width: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """The samples from one pen down to the next pen up.

    Attributes:
        points: float64 [N, 4], N ≥ 1, read-only: x, y, time (ms), pressure (0 to 1) of each sample.
        look: The look that another program gave it; None for this program's own.
    """

    points: NDArray[np.float64]
    look: PenLook | None = None
    bounds: Bounds = field(init=False, repr=False)

    def __post_init__(self) -> None:
        points = np.array(self.points, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != 4 or len(points) == 0:
            raise ValueError(f"a stroke takes one or more samples of four numbers, not an array of {points.shape}")
        if not np.isfinite(points).all():
            raise ValueError("a stroke takes finite numbers only")
        points.flags.writeable = False
        low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "bounds", Bounds(float(low[0]), float(low[1]), float(high[0]), float(high[1])))

    @classmethod
    def of(cls, samples: Iterable[Sequence[float]]) -> "Stroke":
        """Make a stroke of `(x, y)`, `(x, y, time)` or `(x, y, time, pressure)` tuples."""
        return cls(np.array([Sample(*sample) for sample in samples], dtype=np.float64).reshape(-1, 4))

    @property
    def xy(self) -> NDArray[np.float64]:
        """float64 [N, 2], read-only: the positions alone."""
        return self.points[:, :2]

    @property
    def samples(self) -> tuple[Sample, ...]:
        return tuple(Sample(*row) for row in self.points.tolist())

    def moved(self, *, scale: float, dx: float, dy: float) -> "Stroke":
        """Return the stroke scaled about the origin, then shifted; time and pressure stay."""
        points = self.points.copy()
        points[:, :2] = points[:, :2] * scale + (dx, dy)
        look = self.look if self.look is None else PenLook(self.look.colour, self.look.width * scale)
        return Stroke(points, look)

    def with_points(self, points: NDArray[np.float64]) -> "Stroke":
        """Return a stroke of the same look with other samples, float64 [N, 4]."""
        return Stroke(points, self.look)

    def __len__(self) -> int:
        return len(self.points)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stroke) and self.look == other.look and np.array_equal(self.points, other.points)

    def __hash__(self) -> int:
        return hash(self.points.tobytes())


@dataclass(frozen=True, slots=True)
class Drawing:
    """All strokes on the canvas, in the order in which they were written."""

    strokes: tuple[Stroke, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.strokes)

    @property
    def bounds(self) -> Bounds | None:
        """The rectangle around all samples, without the width of the pen; None when the drawing is empty."""
        if not self.strokes:
            return None
        boxes = np.array([stroke.bounds for stroke in self.strokes])
        left, top = boxes[:, :2].min(axis=0)
        right, bottom = boxes[:, 2:].max(axis=0)
        return Bounds(float(left), float(top), float(right), float(bottom))

    @property
    def sample_count(self) -> int:
        return sum(len(stroke) for stroke in self.strokes)

    def with_stroke(self, stroke: Stroke) -> "Drawing":
        """Return the drawing with one more stroke at the end."""
        return Drawing((*self.strokes, stroke))

    def without(self, indices: Iterable[int]) -> "Drawing":
        """Return the drawing without the strokes with these indices."""
        gone = set(indices)
        return Drawing(tuple(stroke for index, stroke in enumerate(self.strokes) if index not in gone))

    def with_remains(self, remains: Mapping[int, Sequence[Stroke]]) -> "Drawing":
        """Return the drawing with other strokes, or none, in the place of those with these indices."""
        return Drawing(tuple(one for index, stroke in enumerate(self.strokes) for one in remains.get(index, (stroke,))))

    def fit_into(self, box: Bounds) -> "Drawing":
        """Return the drawing scaled, proportions kept, and centred to just fit into `box`; a dot is only moved."""
        scale, dx, dy = self.placement_in(box)
        return Drawing(tuple(stroke.moved(scale=scale, dx=dx, dy=dy) for stroke in self.strokes))

    def placement_in(self, box: Bounds) -> tuple[float, float, float]:
        """Return the scale, and the shift after it, by which `fit_into` fits the drawing into `box`."""
        bounds = self.bounds
        if bounds is None:
            return 1.0, 0.0, 0.0
        ratios = [room / size for room, size in ((box.width, bounds.width), (box.height, bounds.height)) if size > 0]
        scale = min(ratios) if ratios else 1.0
        dx = (box.left + box.right) / 2 - (bounds.left + bounds.right) / 2 * scale
        dy = (box.top + box.bottom) / 2 - (bounds.top + bounds.bottom) / 2 * scale
        return scale, dx, dy


def changed_range(old: tuple[Stroke, ...], new: tuple[Stroke, ...]) -> tuple[int, int, int]:
    """Return the range in which two drawings' strokes differ, by identity.

    Returns:
        `first`, `old_end`, `new_end`: `old[first:old_end]` was replaced by `new[first:new_end]`, the rest is the same.
    """
    shortest = min(len(old), len(new))
    # Equal strokes compare by identity first, so this is quick for the usual cases: one added, or the last ones gone.
    if old[:shortest] == new[:shortest]:
        return shortest, len(old), len(new)
    first = next(i for i in range(shortest) if old[i] is not new[i])
    rest = shortest - first
    kept = next((i for i in range(rest) if old[-1 - i] is not new[-1 - i]), rest)
    return first, len(old) - kept, len(new) - kept
