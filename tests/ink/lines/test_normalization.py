"""Lines of ink in one form, whatever their size, slope and slant."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.ink.lines.normalization import normalize_line

Paths = list[NDArray[np.float64]]


def _word(letters: int = 8) -> Paths:
    """Zigzags one unit high on a baseline at 0, every third one twice as high, and a dot."""
    paths = []
    for index in range(letters):
        top = -2.0 if index % 3 == 2 else -1.0
        x = 1.2 * index
        paths.append(np.array([(x, top), (x, 0.0), (x + 0.4, -1.0), (x + 0.4, 0.0), (x + 0.8, -1.0)]))
    return [*paths, np.array([(3.0, -1.8)])]


def _changed(paths: Paths, *, size: float = 1, slope: float = 0, slant: float = 0) -> Paths:
    result = []
    for path in paths:
        x = path[:, 0] - slant * path[:, 1]
        result.append(size * np.stack([x, path[:, 1] + slope * x], axis=1) + (70, -300))
    return result


def test_baseline_and_small_letters_get_their_places() -> None:
    line = normalize_line(_changed(_word(), size=40))

    letters = np.concatenate(line.paths[:2])
    assert letters[:, 1].max() == pytest.approx(0, abs=0.05)
    assert letters[:, 1].min() == pytest.approx(-1, abs=0.05)
    assert line.body_height == pytest.approx(40, rel=0.05)
    assert min(path[:, 0].min() for path in line.paths) == 0


@pytest.mark.parametrize("change", [{"slope": 0.1}, {"slope": -0.2}, {"slant": 0.5}, {"slant": -0.4}, {"size": 900}])
def test_size_slope_and_slant_are_taken_out(change: dict[str, float]) -> None:
    plain = normalize_line(_word(20))
    changed = normalize_line(_changed(_word(20), **change))

    for one, other in zip(plain.paths, changed.paths, strict=True):
        np.testing.assert_allclose(one, other, atol=0.12)


def test_slope_and_slant_are_told() -> None:
    assert normalize_line(_changed(_word(20), slope=0.1)).slope == pytest.approx(0.1, abs=0.02)
    assert normalize_line(_changed(_word(20), slant=0.4)).slant == pytest.approx(0.4, abs=0.05)


@pytest.mark.parametrize(
    "paths",
    [
        [[(5, 5)]],
        [[(5, 5)], [(5, 5)]],
        [[(0, 0), (9, 0)]],
        [[(0, 0), (0, 9)]],
        [[(0, 0), (0, 1e-9)]],
        [[(0, 0), (1e9, 1e-9), (3, 4)]],
    ],
)
def test_ink_without_letters_stays_finite(paths: list[list[tuple[float, float]]]) -> None:
    line = normalize_line([np.array(path, np.float64) for path in paths])

    assert all(np.isfinite(path).all() for path in line.paths)
    assert line.body_height > 0


def test_a_line_without_points_is_refused() -> None:
    with pytest.raises(ValueError, match="strokes with points"):
        normalize_line([])
    with pytest.raises(ValueError, match="strokes with points"):
        normalize_line([np.zeros((0, 2))])
