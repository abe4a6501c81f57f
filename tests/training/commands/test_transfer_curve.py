"""`digitvision transfer-curve`: wrong usage, both ways to begin, a stop, and the shipped models."""

import json
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from digitvision.cli import main
from digitvision.recognition.models.model_store import ModelStore
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.networks.transfer import base_network, reinitialize
from digitvision.training.run.control import Control
from digitvision.training.transfer_curve import data as curvedata
from digitvision.training.transfer_curve import transfer_curve as transfercurve
from digitvision.training.transfer_curve.finding import Point, mean_accuracies
from digitvision.training.transfer_curve.transfer_curve import CurveRequest, TransferCurve
from tests.training.commands.children import LIMIT_S, TRANSFER_CURVE, Child
from tests.training.samples import mnist_part, write_npz


@pytest.fixture
def few(tmp_path: Path) -> str:
    """Letters that look like digits, by five made-up writers."""
    images, labels = mnist_part(600, "train")
    arrays = {"images": images, "labels": labels, "label_names": np.array(list("ABCDEFGHIJ"))}
    return str(write_npz(tmp_path / "few.npz", {**arrays, "writer": np.arange(600) % 5}))


@pytest.mark.slow
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
def test_wrong_usage_is_reported(
    few: str, options: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["transfer-curve", *options, "--data", few]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err
    assert code == 2 or printed.err.count("\n") == 1


def test_a_failure_is_written_as_a_json_line_too(few: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transfer-curve", "--from", "nobody", "--data", few, "--format", "jsonl"]) == 1
    printed = capsys.readouterr()
    (event,) = (json.loads(line) for line in printed.out.splitlines())
    assert event["event"] == "failed"
    assert event["message"] == printed.err.strip()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfercurve, "FEWEST_STEPS", 30)
    monkeypatch.setattr(transfercurve, "_HEAD_STEPS", 100)


def _curve(few: str, control: Control | None = None, **change: Any) -> TransferCurve:
    order = CurveRequest(base="classic", data=(few,), samples=(1, 8), repeats=1, epochs=1)
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
    pairs = list(zip(again.points, found.points, strict=False))
    assert [(one.samples, one.way) for one, _ in pairs] == [(two.samples, two.way) for _, two in pairs]
    # Sums of many threads differ in their last digits, and then by a few of the 120 samples in a single training.
    differences = [abs(one.accuracy - two.accuracy) for one, two in pairs]
    assert float(np.mean(differences)) <= 0.03
    assert max(differences) <= 0.06


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

    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[0].startswith("From “classic” to few: 10 classes, measured on 120 of the samples held out (1 of 5")
    assert lines[2].split() == ["samples", "a", "class", "with", "transfer", "from", "scratch"]
    assert lines[3].split()[0] == "2"
    assert lines[-1].startswith("With 2 samples a class, transfer reaches ")
    assert "900 was left out" in printed.err
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")

    assert main([*command, "--epochs", "1", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [point["way"] for point in found["points"]] == ["transfer", "scratch"]
    assert found["finding"]["samples"] == 2
    assert found["stopped"] is False


@pytest.mark.slow
def test_a_reinitialized_network_has_the_same_layers_and_other_weights() -> None:
    import_keras()
    base = base_network(ModelStore().find("digits"))

    fresh = reinitialize(base)

    assert [layer.name for layer in fresh.layers] == [layer.name for layer in base.layers]
    assert fresh.count_params() == base.count_params()
    for layer in base.layers:
        for one, two in zip(layer.get_weights(), fresh.get_layer(layer.name).get_weights(), strict=True):
            # What was never trained draws direction maps, and does so still.
            assert np.array_equal(one, two) != layer.trainable
    assert {layer.momentum for layer in fresh.layers if type(layer).__name__ == "BatchNormalization"} == {0.9}


@pytest.mark.slow
@pytest.mark.parametrize("how", ["stop line", "SIGTERM", "during the import"])
def test_the_command_stops_when_it_is_asked_to(few: str, tmp_path: Path, how: str, warm: bool) -> None:
    picture = tmp_path / "curve.png"
    options = ("--from", "classic", "--data", few, "--repeats", "5", "--output", str(picture))
    child = Child(*options, command=TRANSFER_CURVE, is_warm=warm and how != "during the import")
    try:
        events = child.events()
        if how == "during the import":
            child.until_import()
        else:
            assert next(event for event in events if event["event"] == "started")["samples"] == [1, 3, 10, 30]
            point = next(event for event in events if event["event"] == "point")
            assert set(point) == {"event", "samples", "way", "repeat", "accuracy", "seconds", "finding"}
        if how == "SIGTERM":
            child.process.send_signal(signal.SIGTERM)
        else:
            child.say("stop\n")
        last = list(events)[-1]
        assert last["event"] == "cancelled"
        assert child.process.wait(LIMIT_S) == (143 if how == "SIGTERM" else 0)
        assert child.process.stderr is not None
        assert "Traceback" not in child.process.stderr.read()
        assert picture.exists() == (how != "during the import")
    finally:
        child.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("base", "data", "least"), [("classic", "unipen/unipen_upper.npz", 0.5), ("glyphs", "mnist", 0.8)]
)
def test_a_training_that_begins_with_a_shipped_model_needs_fewer_samples(
    shared: Path, monkeypatch: pytest.MonkeyPatch, base: str, data: str, least: float
) -> None:
    monkeypatch.setattr(transfercurve, "FEWEST_STEPS", 30)
    monkeypatch.setattr(curvedata, "MOST_HELD_OUT", 300)
    path = data if data == "mnist" else str(shared / "data" / data)

    found = _curve(path, base=base, samples=(3,)).run(lambda _point: None, lambda _done, _total: None)

    print(f"\n{base} to {data}, 3 samples of each class: {found.points}")
    transfer, scratch = (mean_accuracies(found.points, way)[3] for way in ("transfer", "scratch"))
    assert transfer > least
    assert transfer > scratch + 0.05
