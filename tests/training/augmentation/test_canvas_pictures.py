"""Pictures of a canvas with one glyph: at any position, of any size and pen, and always the same ones."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.cli import main
from digitvision.training.augmentation.canvas_pictures import (
    CANVAS_PX,
    LARGEST_PX,
    SMALLEST_PX,
    THICKEST_PX,
    THINNEST_PX,
    CanvasPictures,
    canvas_picture,
)
from digitvision.training.data.glyphs import Paths
from tests.ink.drawings import DIGITS, sample_drawing
from tests.training.recipes.made_recipes import stroke_file


def _glyphs() -> list[Paths]:
    return [tuple(stroke.xy for stroke in sample_drawing(digit).strokes) for digit in DIGITS]


@pytest.mark.slow
def test_glyphs_are_drawn_anywhere_in_any_size_and_in_both_colours() -> None:
    light_paper, boxes = [], []
    for number in range(60):
        picture = canvas_picture(_glyphs()[number % 10], np.random.default_rng(number))
        assert picture.size == (CANVAS_PX, CANVAS_PX)
        tones = np.asarray(picture)
        light = bool(np.median(tones) > 127)
        light_paper.append(light)
        rows, columns = np.nonzero((tones < 128) if light else (tones > 127))
        boxes.append((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))

    corners = np.array(boxes)
    sides = (corners[:, 2:] - corners[:, :2]).max(axis=1)
    assert sides.min() >= SMALLEST_PX - 3
    assert sides.max() <= LARGEST_PX + 3
    assert sides.max() > 3 * sides.min()
    assert 15 < sum(light_paper) < 45
    # All quarters of the canvas have some.
    middles = (corners[:, :2] + corners[:, 2:]) / 2 > CANVAS_PX / 2
    assert len({tuple(middle) for middle in middles.tolist()}) == 4


def test_pens_are_of_many_widths_but_no_blots() -> None:
    upright = (np.array([[0.0, 0.0], [0.0, 100.0]]),)
    widths, sides = [], []
    for number in range(80):
        tones = np.asarray(canvas_picture(upright, np.random.default_rng(number)))
        ink = (tones < 128) if np.median(tones) > 127 else (tones > 127)
        widths.append(int(ink.any(axis=0).sum()))
        sides.append(int(ink.any(axis=1).sum()))

    assert min(widths) >= THINNEST_PX - 1
    assert THICKEST_PX - 5 < max(widths) <= THICKEST_PX + 2
    assert all(width <= 0.2 * side + 2 for width, side in zip(widths, sides, strict=True))


def test_the_same_row_is_the_same_picture_and_pictures_stay_as_they_are() -> None:
    given = np.full((9, 9), 200, np.uint8)
    ink = CanvasPictures([*_glyphs(), given])

    assert len(ink) == 11
    np.testing.assert_array_equal(ink[4], ink[4])
    # The same glyph in another row has another position.
    twice = CanvasPictures([_glyphs()[0], _glyphs()[0]])
    assert not np.array_equal(twice[0], twice[1])
    assert ink[4].dtype == np.float32
    assert 0 <= ink[4].min() < 0.01
    assert ink[4].max() > 0.9
    assert ink[10] is given
    assert sum(1 for _ in ink) == 11


@pytest.mark.slow
@pytest.mark.usefixtures("little_junk")
def test_a_model_is_measured_on_pictures_of_strokes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = stroke_file(tmp_path / "digits.npz", tuple("0123456789"), 4)

    def measured(*options: str) -> dict[str, Any]:
        command = ["evaluate", "--model", "digits", "--data", str(data), "--format", "json"]
        assert main([*command, *options]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    strokes, pictures, again = measured(), measured("--pictures"), measured("--pictures")

    def without_times(found: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in found.items() if name not in ("glyph_ms", "glyphs_per_second")}

    assert pictures["samples"] == strokes["samples"] == 40
    assert pictures["accuracy"] > 0.8
    # The same glyphs, but other confidences: it was not the strokes that were read.
    assert pictures["calibration_error"] != strokes["calibration_error"]
    assert without_times(pictures) == without_times(again)


def test_expressions_have_no_pictures_of_single_glyphs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--reading", "equation", "--data", "x.jsonl", "--pictures"]) == 2

    assert "--pictures does not go with --reading equation" in capsys.readouterr().err
