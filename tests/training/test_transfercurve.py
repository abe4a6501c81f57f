"""What transfer is worth: drawn samples, both ways of learning, what is found, and how it is told and drawn."""

import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from digitvision.cli import main
from digitvision.recognition.modelstore import ModelStore
from digitvision.training import curvedata, transfercurve
from digitvision.training.control import Control
from digitvision.training.curvedata import draw, told_of_known_data
from digitvision.training.curvefinding import (
    Curve,
    Finding,
    Point,
    Way,
    finding_of,
    mean_accuracies,
    samples_needed,
)
from digitvision.training.curvepicture import picture_of
from digitvision.training.dataset import DataFault
from digitvision.training.kerasstart import import_keras
from digitvision.training.transfer import base_network, unlearned
from digitvision.training.transfercommand import finding_text
from digitvision.training.transfercurve import CurveOrder, TransferCurve
from tests.training.samples import mnist_part, write_npz

LIMIT_S = 180
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


def test_samples_needed_are_read_off_over_their_logarithm() -> None:
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
        ({10: 0.9}, {10: 0.5, 100: 0.8}, "; from scratch that is not reached with 100."),
        ({10: 0.5}, {10: 0.5, 100: 0.8}, "; from scratch needs no more."),
        ({1: 0.4, 3: 0.6}, {}, "With 3 samples a class, transfer reaches 60.0 %."),
        (
            {1: 0.4},
            {1: 0.2},
            "With 1 sample a class, transfer reaches 40.0 %; from scratch that is not reached with 1.",
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
    """Pictures that can be told apart: MNIST's, each its own."""
    images, _ = mnist_part(len(labels), "train")
    arrays: dict[str, Any] = {"images": images, "labels": np.array(labels, np.int64), "label_names": np.array([*names])}
    return str(write_npz(path, arrays if writers is None else {**arrays, "writer": np.array(writers)}))


def _bytes(rasters: Any) -> set[bytes]:
    return {raster.tobytes() for raster in rasters}


def test_few_samples_of_each_class_are_drawn_and_the_few_are_among_the_many(tmp_path: Path) -> None:
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


def test_where_there_are_too_few_samples_all_are_taken_and_that_is_told(tmp_path: Path) -> None:
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


def test_a_base_that_knows_the_data_is_told() -> None:
    card = ModelStore().find("digits").card

    assert told_of_known_data(card, ["/x/letters.npz"]) == ()
    (sentence,) = told_of_known_data(card, ["mnist", "/somewhere/unipen_digits.npz", "letters.npz"])
    assert sentence.startswith("“digits” has learned from MNIST, unipen_digits.npz before")
    # It was shown these as what is no digit, and has learned none of their classes.
    assert told_of_known_data(card, ["unipen_upper.npz"]) == ()


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


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def few(tmp_path: Path) -> str:
    """Letters that look like digits, by five made-up writers."""
    images, labels = mnist_part(600, "train")
    arrays = {"images": images, "labels": labels, "label_names": np.array(list("ABCDEFGHIJ"))}
    return str(write_npz(tmp_path / "few.npz", {**arrays, "writer": np.arange(600) % 5}))


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--from", "nobody"], 1, "There is no model “nobody”"),
        (["--from", "classic", "--output", "curve.gif"], 1, "has to end in .svg or .png"),
        (["--from", "classic", "--samples", "1,0"], 2, "“0” is no whole number from 1"),
        (["--from", "classic", "--samples", "one"], 2, "“one” is no whole number from 1"),
        (["--from", "classic", "--samples", "1,,3"], 2, "“” is no whole number"),
        (["--from", "classic", "--repeats", "0"], 2, "“0” is no whole number from 1 to 20"),
        ([], 2, "--from"),
    ],
)
def test_wrong_usage_is_told(
    few: str, options: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["transfer-curve", *options, "--data", few]) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert words in told.err
    assert code == 2 or told.err.count("\n") == 1


def test_a_failure_is_told_in_json_lines_too(few: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transfer-curve", "--from", "nobody", "--data", few, "--format", "jsonl"]) == 1
    told = capsys.readouterr()
    (event,) = (json.loads(line) for line in told.out.splitlines())
    assert event["event"] == "failed"
    assert event["message"] == told.err.strip()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfercurve, "FEWEST_STEPS", 30)
    monkeypatch.setattr(transfercurve, "_HEAD_STEPS", 100)


def _curve(few: str, control: Control | None = None, **change: Any) -> TransferCurve:
    order = CurveOrder(base="classic", data=(few,), samples=(1, 8), repeats=1, epochs=1)
    curve = TransferCurve(replace(order, **change), store=ModelStore(), control=control or Control())
    curve.prepare()
    return curve


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_transfer_learns_more_from_few_samples_and_the_same_seed_the_same(few: str) -> None:
    steps: list[tuple[int, int]] = []
    curve = _curve(few, repeats=2)

    found = curve.run(lambda _point: None, lambda done, total: steps.append((done, total)))

    assert not found.stopped
    keys = [(point.repeat, point.samples, point.way) for point in found.points]
    assert keys == [
        (repeat, samples, way) for repeat in (1, 2) for samples in (1, 8) for way in ("transfer", "scratch")
    ]
    transfer, scratch = mean_accuracies(found.points, "transfer"), mean_accuracies(found.points, "scratch")
    assert transfer[8] > 0.7
    for samples in (1, 8):
        assert transfer[samples] > scratch[samples] + 0.1
    assert steps == [(number, 240) for number in range(1, 241)]
    assert curve.facts["notices"] == []
    assert (curve.facts["classes"], curve.facts["held_out"]) == (10, 120)

    again = _curve(few).run(lambda _point: None, lambda _done, _total: None)
    for one, two in zip(again.points, found.points, strict=False):
        assert (one.samples, one.way) == (two.samples, two.way)
        assert one.accuracy == pytest.approx(two.accuracy, abs=0.03)


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_a_stop_keeps_what_was_measured(few: str) -> None:
    control, points = Control(), list[Point]()

    def stop_after_two(point: Point) -> None:
        points.append(point)
        if len(points) == 2:
            control.set()

    found = _curve(few, control).run(stop_after_two, lambda _done, _total: None)

    assert found.stopped
    assert found.points == tuple(points)
    assert [point.way for point in found.points] == ["transfer", "scratch"]
    assert found.finding is not None


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_the_command_prints_a_table_and_makes_a_picture(
    few: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["transfer-curve", "--from", "classic", "--data", few, "--samples", "2,900", "--repeats", "1"]
    picture = tmp_path / "curve.svg"

    assert main([*command, "--epochs", "1", "--output", str(picture)]) == 0

    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert lines[0].startswith("From “classic” to few: 10 classes, measured on 120 of the samples held out (1 of 5")
    assert lines[2].split() == ["samples", "a", "class", "with", "transfer", "from", "scratch"]
    assert lines[3].split()[0] == "2"
    assert lines[-1].startswith("With 2 samples a class, transfer reaches ")
    assert "900 was left out" in told.err
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")

    assert main([*command, "--epochs", "1", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [point["way"] for point in found["points"]] == ["transfer", "scratch"]
    assert found["finding"]["samples"] == 2
    assert found["stopped"] is False


@pytest.mark.slow
def test_what_was_unlearned_is_the_same_network_without_its_knowledge() -> None:
    import_keras()
    base = base_network(ModelStore().find("digits"))

    fresh = unlearned(base)

    assert [layer.name for layer in fresh.layers] == [layer.name for layer in base.layers]
    assert fresh.count_params() == base.count_params()
    for layer in base.layers:
        for one, two in zip(layer.get_weights(), fresh.get_layer(layer.name).get_weights(), strict=True):
            # What was never trained draws direction maps, and does so still.
            assert np.array_equal(one, two) != layer.trainable
    assert {layer.momentum for layer in fresh.layers if type(layer).__name__ == "BatchNormalization"} == {0.9}


class _Running:
    """The command as a child process."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "digitvision", "transfer-curve", "--format", "jsonl", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=Path(__file__).parents[2],
        )

    def events(self) -> Iterator[dict[str, Any]]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            yield json.loads(line)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["stop line", "SIGTERM", "during the import"])
def test_the_command_stops_when_it_is_asked_to(few: str, tmp_path: Path, how: str) -> None:
    picture = tmp_path / "curve.png"
    child = _Running("--from", "classic", "--data", few, "--repeats", "20", "--output", str(picture))
    try:
        assert child.process.stdin is not None
        events = child.events()
        if how == "during the import":
            time.sleep(1.2)
        else:
            assert next(event for event in events if event["event"] == "started")["samples"] == [1, 3, 10, 30]
            point = next(event for event in events if event["event"] == "point")
            assert set(point) == {"event", "samples", "way", "repeat", "accuracy", "seconds", "finding"}
        if how == "SIGTERM":
            child.process.send_signal(signal.SIGTERM)
        else:
            child.process.stdin.write("stop\n")
            child.process.stdin.flush()
        last = list(events)[-1]
        assert last["event"] == "cancelled"
        assert child.process.wait(LIMIT_S) == (143 if how == "SIGTERM" else 0)
        assert child.process.stderr is not None
        assert "Traceback" not in child.process.stderr.read()
        assert picture.exists() == (how != "during the import")
    finally:
        child.process.kill()
        child.process.wait()
        for pipe in (child.process.stdin, child.process.stdout, child.process.stderr):
            assert pipe is not None
            pipe.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("base", "data", "least"), [("digits", "unipen/unipen_upper.npz", 0.5), ("glyphs", "mnist", 0.8)]
)
def test_the_shipped_models_are_worth_something_to_begin_with(
    shared: Path, monkeypatch: pytest.MonkeyPatch, base: str, data: str, least: float
) -> None:
    monkeypatch.setattr(transfercurve, "FEWEST_STEPS", 60)
    monkeypatch.setattr(curvedata, "MOST_HELD_OUT", 500)
    path = data if data == "mnist" else str(shared / "data" / data)

    found = _curve(path, base=base, samples=(3,)).run(lambda _point: None, lambda _done, _total: None)

    print(f"\n{base} to {data}, 3 samples of each class: {found.points}")
    transfer, scratch = (mean_accuracies(found.points, way)[3] for way in ("transfer", "scratch"))
    assert transfer > least
    assert transfer > scratch + 0.05
