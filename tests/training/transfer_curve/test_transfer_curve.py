"""Transfer curves: the drawn samples, the finding, and the picture."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from digitvision.recognition.models.model_store import ModelStore
from digitvision.training.commands.transfer_curve import finding_text
from digitvision.training.data.dataset import DataFault
from digitvision.training.transfer_curve import data as curvedata
from digitvision.training.transfer_curve.data import draw, notices_of_known_data
from digitvision.training.transfer_curve.finding import (
    Curve,
    Finding,
    Point,
    Way,
    finding_of,
    mean_accuracies,
    samples_needed,
)
from digitvision.training.transfer_curve.picture import picture_of
from tests.training.samples import mnist_part, write_npz

FACTS: dict[str, Any] = {"base": "digits", "data": "letters", "classes": 26}


def _points(transfer: dict[int, float], scratch: dict[int, float]) -> tuple[Point, ...]:
    ways: tuple[tuple[Way, dict[int, float]], ...] = (("transfer", transfer), ("scratch", scratch))
    return tuple(
        Point(samples, way, repeat, accuracy + change, 1.0)
        for way, accuracies in ways
        for samples, accuracy in accuracies.items()
        for repeat, change in ((1, 0.01), (2, -0.01))
    )


# --- what is found ----------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.integers(1, 10_000), st.floats(0.0, 1.0), min_size=1), st.floats(0.0, 1.0))
def test_the_samples_needed_lie_where_the_accuracy_is_first_reached(given: dict[int, float], accuracy: float) -> None:
    measured = dict(sorted(given.items()))
    found = samples_needed(measured, accuracy)

    enough = [samples for samples, reached in measured.items() if reached >= accuracy]
    if not enough:
        assert found is None
        return
    assert found is not None
    below = [samples for samples in measured if samples < enough[0]]
    assert (below[-1] if below else enough[0]) <= found * (1 + 1e-9)
    assert found <= enough[0] * (1 + 1e-9)


def test_samples_needed_are_interpolated_over_their_logarithm() -> None:
    assert samples_needed({1: 0.2, 100: 0.6}, 0.4) == pytest.approx(10)
    assert samples_needed({10: 0.5, 100: 0.7}, 0.7) == pytest.approx(100)
    assert samples_needed({10: 0.5, 100: 0.7}, 0.3) == 10
    assert samples_needed({10: 0.5, 100: 0.7}, 0.71) is None
    assert samples_needed({}, 0.1) is None


@pytest.mark.parametrize(
    ("transfer", "scratch", "sentence"),
    [
        (
            {10: 0.912},
            {10: 0.5, 1000: 0.95},
            "With 10 samples a class, transfer reaches 91.2 %; from scratch needs about",
        ),
        ({10: 0.9}, {10: 0.5, 100: 0.8}, "; from scratch, that accuracy is not reached even with 100."),
        ({10: 0.5}, {10: 0.5, 100: 0.8}, "; from scratch needs no more."),
        ({1: 0.4, 3: 0.6}, {}, "With 3 samples a class, transfer reaches 60.0 %."),
        (
            {1: 0.4},
            {1: 0.2},
            "With 1 sample a class, transfer reaches 40.0 %; from scratch, that accuracy is not reached even with 1.",
        ),
        ({1: 0.4, 30: 0.6, 100: 0.9}, {1: 0.2}, "With 30 samples a class"),
    ],
)
def test_the_finding_in_a_sentence(transfer: dict[int, float], scratch: dict[int, float], sentence: str) -> None:
    found = finding_of(_points(transfer, scratch))
    assert found is not None
    assert sentence in finding_text(found)


def test_a_finding_is_of_means_over_the_repeats() -> None:
    points = _points({10: 0.8, 100: 0.9}, {10: 0.4, 100: 0.7})

    assert mean_accuracies(points, "scratch") == {10: pytest.approx(0.4), 100: pytest.approx(0.7)}
    found = finding_of(points)
    assert found is not None
    assert found == Finding(10, found.accuracy, found.scratch, None, 100)
    assert found.accuracy == pytest.approx(0.8)
    assert found.scratch == pytest.approx(0.4)
    assert finding_of(()) is None
    assert finding_of([point for point in points if point.way == "scratch"]) is None


# --- what is drawn ----------------------------------------------------------------------------------------------------


def _numbered(path: Path, labels: list[int], names: str, writers: list[int] | None = None) -> str:
    """Make a file of different pictures, which are MNIST's."""
    images, _ = mnist_part(len(labels), "train")
    arrays: dict[str, Any] = {"images": images, "labels": np.array(labels, np.int64), "label_names": np.array([*names])}
    return str(write_npz(path, arrays if writers is None else {**arrays, "writer": np.array(writers)}))


def _bytes(rasters: Any) -> set[bytes]:
    return {raster.tobytes() for raster in rasters}


def test_few_samples_of_each_class_are_drawn_and_are_a_part_of_the_many(tmp_path: Path) -> None:
    path = _numbered(tmp_path / "a.npz", [0, 1, 2] * 60, "ABC", [number // 9 for number in range(180)])

    found = draw([path], levels=(10, 1, 3, 3), repeats=2, seed=5)

    assert found.levels == (1, 3, 10)
    assert found.label_names == ("A", "B", "C")
    assert found.split == ("2 of 20 writers",)
    for repeat in (0, 1):
        taken = [found.rows(level, repeat) for level in found.levels]
        assert [np.bincount(found.learned.labels[rows]).tolist() for rows in taken] == [[1] * 3, [3] * 3, [10] * 3]
        assert set(taken[0]) < set(taken[1]) < set(taken[2])
    assert set(found.rows(10, 0)) != set(found.rows(10, 1))
    # Nothing that is measured on was learned from, and its writers were not either: nine samples each.
    assert len(found.held_out) == 18
    assert not _bytes(found.held_out.rasters) & _bytes(found.learned.rasters)

    again, other = draw([path], levels=(10,), repeats=1, seed=5), draw([path], levels=(10,), repeats=1, seed=6)
    assert _bytes(again.learned.rasters[again.rows(10, 0)]) == _bytes(found.learned.rasters[found.rows(10, 0)])
    assert _bytes(other.learned.rasters) != _bytes(again.learned.rasters)


def test_of_small_classes_all_samples_are_taken_with_a_notice(tmp_path: Path) -> None:
    path = _numbered(tmp_path / "a.npz", [0] * 60 + [1] * 5, "AB")

    found = draw([path], levels=(1, 20, 500), repeats=1, seed=1)

    assert found.levels == (1, 20)
    counts = np.bincount(found.learned.labels[found.rows(20, 0)])
    assert counts[0] == 20
    assert 1 <= counts[1] <= 5
    assert "500 was left out" in found.notices[0]
    assert found.notices[1] == "1 of 2 classes have fewer than 20 samples to learn from; of these all are taken."

    with pytest.raises(DataFault, match="no 400 samples of any class"):
        draw([path], levels=(400, 500), repeats=1, seed=1)


@pytest.mark.slow
def test_several_data_are_drawn_from_together(tmp_path: Path) -> None:
    letters = _numbered(tmp_path / "letters.npz", [0, 1] * 40, "AB")

    found = draw([letters, "mnist"], levels=(4,), repeats=1, seed=1)

    assert found.label_names == (*"0123456789", "A", "B")
    rows = found.rows(4, 0)
    assert np.bincount(found.learned.labels[rows]).tolist() == [4] * 12
    assert found.split == ("a tenth at random", "the last 5,000")
    # What is called a letter comes from the file of letters: its first eighty pictures.
    images, _ = mnist_part(80, "train")
    letters_drawn = found.learned.rasters[rows][found.learned.labels[rows] >= 10]
    assert _bytes(letters_drawn) <= _bytes(images)


def test_no_more_is_measured_on_than_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curvedata, "MOST_HELD_OUT", 7)
    path = _numbered(tmp_path / "a.npz", [0, 1] * 100, "AB")

    assert len(draw([path], levels=(1,), repeats=1, seed=1).held_out) == 7


def test_a_base_that_was_trained_with_the_data_is_reported() -> None:
    card = ModelStore().find("digits").card

    assert notices_of_known_data(card, ["/x/letters.npz"]) == ()
    (sentence,) = notices_of_known_data(card, ["mnist", "/somewhere/unipen_digits.npz", "letters.npz"])
    assert sentence.startswith("“digits” has learned from MNIST, unipen_digits.npz before")
    # What it learned beside the digits that it answers, it knows as well.
    assert len(notices_of_known_data(card, ["unipen_upper.npz"])) == 1
    # It was shown these as junk, and has learned none of their classes.
    without = replace(card, data=tuple(replace(one, samples=0) if "upper" in one.name else one for one in card.data))
    assert notices_of_known_data(without, ["unipen_upper.npz"]) == ()


# --- the picture ------------------------------------------------------------------------------------------------------


def test_the_svg_has_a_mark_for_every_point_and_mean() -> None:
    points = _points({1: 0.5, 10: 0.8}, {1: 0.2, 10: 0.6})
    hostile = {**FACTS, "data": '<a & "b">'}

    root = ElementTree.fromstring(picture_of(hostile, Curve(points, stopped=False), ".svg"))

    kinds = [element.tag.split("}")[1] for element in root.iter()]
    # Four points, two means, and one in the legend, each.
    assert kinds.count("circle") == 7
    assert kinds.count("rect") == 7 + 1
    texts = [element.text or "" for element in root.iter() if element.tag.endswith("text")]
    assert 'From “digits” to <a & "b">, 26 classes' in texts
    assert {"1", "10", "with transfer", "from scratch", "0 %", "100 %"} <= set(texts)
    means = [element for element in root.iter() if element.tag.endswith("circle") and element.get("r") == "5"][1:]
    heights = [float(element.get("cy", "nan")) for element in means]
    # Higher is better, and the picture's y grows downwards.
    assert heights[0] > heights[1]
    dashed = [element for element in root.iter() if element.get("stroke-dasharray")]
    assert len(dashed) == 2


@pytest.mark.slow
def test_the_png_shows_both_lines() -> None:
    points = _points({1: 0.9, 100: 0.95}, {1: 0.1, 100: 0.2})

    picture = Image.open(io.BytesIO(picture_of(FACTS, Curve(points, stopped=False), ".png")))

    assert picture.format == "PNG"
    assert picture.size == (1440, 960)
    pixels = np.asarray(picture.convert("RGB")).astype(int)[200:840, 140:]
    blue = (pixels[..., 2] - pixels[..., 0] > 100).nonzero()[0]
    brown = (pixels[..., 0] - pixels[..., 2] > 100).nonzero()[0]
    assert len(blue) > 1000
    assert len(brown) > 500
    assert blue.max() < brown.min()


@pytest.mark.parametrize("form", [".svg", ".png"])
def test_a_curve_of_one_number_of_samples_can_be_drawn(form: str) -> None:
    points = tuple(point for point in _points({5: 0.5}, {}) if point.repeat == 1)
    assert picture_of(FACTS, Curve(points, stopped=True), form)
