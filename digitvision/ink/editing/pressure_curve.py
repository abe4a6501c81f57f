"""How the pressure of the hand becomes the pressure of the ink."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

HEIGHTS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
"""The straight curve: ink as heavy as the hand."""


@dataclass(frozen=True, slots=True)
class PressureCurve:
    """A smooth curve that never falls, from pressures of 0 to 1 to pressures of 0 to 1.

    It is a monotone cubic spline through evenly spaced points.
    Source: Fritsch and Carlson 1980, "Monotone piecewise cubic interpolation", with the slopes of Fritsch and Butland
    1984.

    Attributes:
        heights: The curve's values at evenly spaced pressures from 0 to 1: two or more, each from 0 to 1, none below
            the one before.
    """

    heights: tuple[float, ...] = HEIGHTS

    def __post_init__(self) -> None:
        if len(self.heights) < 2 or not all(0.0 <= height <= 1.0 for height in self.heights):
            raise ValueError("a pressure curve takes two or more heights from 0 to 1")
        if any(after < before for before, after in pairwise(self.heights)):
            raise ValueError("a pressure curve never falls")

    @property
    def is_straight(self) -> bool:
        """Whether it changes nothing."""
        last = len(self.heights) - 1
        return all(height == index / last for index, height in enumerate(self.heights))

    def __call__(self, pressure: float) -> float:
        """Return the ink's pressure, 0 to 1, for a hand's pressure; one outside of 0 to 1 is taken for the nearest."""
        last = len(self.heights) - 1
        at = min(max(pressure, 0.0), 1.0) * last
        first = min(int(at), last - 1)
        share = at - first
        low, high = self.heights[first], self.heights[first + 1]
        rise = high - low
        value = (
            low
            + share * self._slope(first)
            + share**2 * (3 * rise - 2 * self._slope(first) - self._slope(first + 1))
            + share**3 * (self._slope(first) + self._slope(first + 1) - 2 * rise)
        )
        return min(max(value, low), high)

    def with_height(self, index: int, height: float) -> "PressureCurve":
        """Return the curve with one point moved as far as its neighbours let it."""
        heights = list(self.heights)
        least = heights[index - 1] if index else 0.0
        most = heights[index + 1] if index + 1 < len(heights) else 1.0
        heights[index] = min(max(height, least), most)
        return PressureCurve(tuple(heights))

    def _slope(self, index: int) -> float:
        """Return the curve's rise for each step at one of its points."""
        rises = [after - before for before, after in pairwise(self.heights)]
        if index == 0:
            return rises[0]
        if index == len(rises):
            return rises[-1]
        before, after = rises[index - 1], rises[index]
        # The harmonic mean keeps the curve from swinging over.
        return 2 * before * after / (before + after) if before + after > 0 else 0.0


STRAIGHT: Final = PressureCurve()
"""The curve that changes nothing."""
