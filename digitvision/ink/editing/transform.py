"""Moving, scaling and turning of ink."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds, Stroke

SAME_PLACE: Final = 1e-6
"""Distance, in the drawing's unit, that is nothing but rounding."""


@dataclass(frozen=True, slots=True)
class Affine:
    """A mapping of the plane: `x' = xx·x + xy·y + dx` and `y' = yx·x + yy·y + dy`, in the drawing's unit."""

    xx: float = 1.0
    xy: float = 0.0
    yx: float = 0.0
    yy: float = 1.0
    dx: float = 0.0
    dy: float = 0.0

    @classmethod
    def move(cls, dx: float, dy: float) -> "Affine":
        """Return the mapping that moves everything by this distance."""
        return cls(dx=dx, dy=dy)

    @classmethod
    def scale(cls, across: float, down: float, *, about: tuple[float, float]) -> "Affine":
        """Return the mapping that scales by two factors, one sideways and one downwards; `about` stays in its place."""
        x, y = about
        return cls(xx=across, yy=down, dx=x - across * x, dy=y - down * y)

    @classmethod
    def turn(cls, radians: float, *, about: tuple[float, float]) -> "Affine":
        """Return the mapping that turns clockwise on the screen, where y grows downwards, about a point."""
        x, y = about
        cosine, sine = math.cos(radians), math.sin(radians)
        return cls(cosine, -sine, sine, cosine, x - cosine * x + sine * y, y - sine * x - cosine * y)

    def then(self, other: "Affine") -> "Affine":
        """Return the mapping that applies this one first and the other one after it."""
        return Affine(
            other.xx * self.xx + other.xy * self.yx,
            other.xx * self.xy + other.xy * self.yy,
            other.yx * self.xx + other.yy * self.yx,
            other.yx * self.xy + other.yy * self.yy,
            other.xx * self.dx + other.xy * self.dy + other.dx,
            other.yx * self.dx + other.yy * self.dy + other.dy,
        )

    @property
    def is_identity(self) -> bool:
        """Whether everything stays in its place."""
        return self == Affine()

    @property
    def only_moves(self) -> bool:
        """Whether nothing is scaled or turned."""
        return (self.xx, self.xy, self.yx, self.yy) == (1.0, 0.0, 0.0, 1.0)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point comes to lie."""
        return self.xx * x + self.xy * y + self.dx, self.yx * x + self.yy * y + self.dy

    def points(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where points come to lie, float64 [N, 2] for float64 [N, 2]."""
        matrix = np.array([[self.xx, self.yx], [self.xy, self.yy]])
        mapped: NDArray[np.float64] = xy @ matrix + (self.dx, self.dy)
        return mapped

    def stroke(self, stroke: Stroke) -> Stroke:
        """Return a stroke whose samples have been mapped; times and pressures stay."""
        return stroke.with_points(np.column_stack([self.points(stroke.xy), stroke.points[:, 2:]]))


def offset_between(old: Sequence[Stroke], new: Sequence[Stroke]) -> tuple[float, float] | None:
    """Return how far strokes have been moved, in the drawing's unit, if all of them were, and nothing else was done.

    Args:
        old: The strokes before; at least one.
        new: The strokes after, in the same order.
    """
    if not old or len(old) != len(new) or any(len(one) != len(other) for one, other in zip(old, new, strict=True)):
        return None
    before = np.concatenate([stroke.points for stroke in old])
    after = np.concatenate([stroke.points for stroke in new])
    by = after[:, :2] - before[:, :2]
    if np.abs(by - by[0]).max() > SAME_PLACE or not np.array_equal(before[:, 3], after[:, 3]):
        return None
    dx, dy = by[0].tolist()
    return dx, dy


def bounds_of(strokes: Iterable[Stroke]) -> Bounds | None:
    """Return the rectangle around the samples of some strokes; None without strokes."""
    boxes = np.array([stroke.bounds for stroke in strokes])
    if not len(boxes):
        return None
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    return Bounds(left, top, right, bottom)
