"""Percent signs are found among strokes, whoever draws them and wherever they stand."""

from pathlib import Path

import numpy as np
import pytest

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.reading.stroke_features import resampled
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.recognition.signs.percent_finder import FoundPercent, PercentFinder, apart
from digitvision.recognition.signs.percent_shapes import percent_shapes
from tests.recognition.line.rows import PERCENTS, moved, row


@pytest.fixture(scope="module")
def glyphs() -> Recognizer:
    return Recognizer(ModelStore().bundled_default("math"), "math")


@pytest.fixture(scope="module")
def finder(glyphs: Recognizer) -> PercentFinder:
    return PercentFinder(glyphs)


def _found(finder: PercentFinder, drawing: Drawing, corrections: Corrections | None = None) -> list[tuple[int, ...]]:
    points = resampled([stroke.xy for stroke in drawing.strokes])
    return [one.strokes for one in apart(finder.find(points, 0.0, corrections or Corrections()))]


def _percents(text: str, shape: str) -> list[tuple[int, ...]]:
    """Return the strokes of the percent signs in a row."""
    found = []
    for place, sign in enumerate(text):
        if sign == "%":
            begin = len(row(text[:place]).strokes) if place else 0
            found.append(tuple(range(begin, begin + len(PERCENTS[shape]))))
    return found


@pytest.mark.parametrize("shape", PERCENTS)
@pytest.mark.parametrize("text", ["50%", "7%+3"])
def test_a_percent_sign_is_found_at_any_size(finder: PercentFinder, text: str, shape: str) -> None:
    drawing = row(text, percent=PERCENTS[shape])

    for scale in (0.05, 1.0, 30.0):
        assert _found(finder, moved(drawing, scale=scale, dx=7, dy=-3)) == _percents(text, shape)


@pytest.mark.parametrize("text", ["0/0", "9/0", "010", "1/90", "3+4=7", "1", "."])
def test_other_signs_are_none(finder: PercentFinder, text: str) -> None:
    assert _found(finder, row(text)) == []


def test_a_tap_within_a_percent_sign_is_a_part_of_it(finder: PercentFinder) -> None:
    drawing = row("50%")
    lower = drawing.strokes[-1].bounds
    tap = Stroke.of([((lower.left + lower.right) / 2, (lower.top + lower.bottom) / 2)])
    sign = _percents("50%", "rings")[0]

    assert _found(finder, Drawing((*drawing.strokes, tap))) == [(*sign, len(drawing.strokes))]
    # A point behind the sign is none of its strokes.
    assert _found(finder, Drawing((*drawing.strokes, tap.moved(scale=1, dx=60, dy=20)))) == [sign]


def test_what_corrections_contradict_is_not_found(finder: PercentFinder) -> None:
    drawing = row("50%")
    (sign,) = _found(finder, drawing)

    for corrections in (
        Corrections().with_apart(sign[:2]),
        Corrections().with_glyph(sign[1:]),
        Corrections().with_glyph((0, *sign)),
        Corrections().with_label(sign, "x"),
    ):
        assert sign not in _found(finder, drawing, corrections)
    assert _found(finder, drawing, Corrections().with_label(sign, r"\%")) == [sign]


def test_of_signs_with_common_strokes_the_surest_stays() -> None:
    found = [FoundPercent((1, 2, 3), 3.0), FoundPercent((2, 3), 1.0), FoundPercent((4, 5), 0.5)]

    assert apart(found) == [found[0], found[2]]


def test_candidates_are_groups_of_two_or_three_strokes(finder: PercentFinder) -> None:
    drawing = row("8%")
    shapes = percent_shapes(resampled([stroke.xy for stroke in drawing.strokes]))

    groups = shapes.groups()
    assert len(set(groups)) == len(groups) == len(shapes.features)
    assert _percents("8%", "rings")[0] in groups
    assert {len(group) for group in groups} <= {2, 3}
    assert np.isfinite(shapes.features).all()


def test_a_damaged_or_missing_file_is_told(glyphs: Recognizer, tmp_path: Path) -> None:
    with pytest.raises(ModelFault, match="cannot be read"):
        PercentFinder(glyphs, tmp_path / "none.npz")
    (tmp_path / "bad.npz").write_bytes(b"no")
    with pytest.raises(ModelFault, match="damaged"):
        PercentFinder(glyphs, tmp_path / "bad.npz")


def test_a_model_that_knows_no_percent_sign_finds_none() -> None:
    classic = PercentFinder(Recognizer(ModelStore().find("classic")))

    assert _found(classic, row("50%")) == []
