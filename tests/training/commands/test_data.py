"""`digitvision data`: the samples of each class, and how they are split."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from digitvision.cli import main
from digitvision.training.commands.data import data_report, describe_data
from digitvision.training.data.dataset import DataFault
from tests.training.samples import mnist_part, write_npz


@pytest.fixture
def few(tmp_path: Path) -> str:
    images, labels = mnist_part(200)
    names = np.array([*"0123456789", "A"])
    return str(write_npz(tmp_path / "few.npz", {"images": images, "labels": labels, "label_names": names}))


def _rasters(shown: dict[str, list[str]]) -> list[bytes]:
    return [base64.b64decode(raster) for raster in shown["rasters"]]


def test_every_class_is_counted_on_both_sides_of_the_split(few: str) -> None:
    _, labels = mnist_part(200)

    found = describe_data([few, few], shown=0, augment=False, seed=1)

    assert found["samples"] == 400
    assert [item["text"] for item in found["classes"]] == list("0123456789")
    together = [item["training"] + item["validation"] for item in found["classes"]]
    assert together == (2 * np.bincount(labels, minlength=10)).tolist()
    assert sum(item["validation"] for item in found["classes"]) == 40
    assert found["split"] == ["a tenth at random"] * 2
    assert "A without a sample" in found["notices"][0]
    assert found["shown"] == []


def test_the_same_samples_are_listed_for_the_same_seed(few: str) -> None:
    images, labels = mnist_part(200)
    known = {image.tobytes(): label for image, label in zip(images, labels.tolist(), strict=True)}

    found, again, other = (describe_data([few], shown=30, augment=False, seed=seed)["shown"] for seed in (1, 1, 2))

    assert len(found) == 30
    for item in found:
        (raster,) = _rasters(item)
        assert known[raster] == item["label"]
    assert found == again
    assert found != other


@pytest.mark.slow
def test_each_sample_is_listed_as_training_would_vary_it(few: str) -> None:
    found = describe_data([few], shown=5, augment=True, seed=1)["shown"]
    plain = describe_data([few], shown=5, augment=False, seed=1)["shown"]

    for item, before in zip(found, plain, strict=True):
        rasters = _rasters(item)
        assert rasters[0] == _rasters(before)[0]
        assert len(set(rasters)) == 6
        first, *varied = (np.frombuffer(raster, np.uint8).astype(float) for raster in rasters)
        # Much the same ink, otherwise placed.
        assert all(0.7 < one.sum() / first.sum() < 1.4 for one in varied)


def test_as_text_it_is_a_table_with_bars(few: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", few]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "200 samples of 10 classes; held out: a tenth at random"
    assert len(lines) == 3 + 11
    assert "█" in lines[-1] or "#" in lines[-1]
    assert main(["data", few, "--format", "json", "--samples", "3"]) == 0
    assert len(json.loads(capsys.readouterr().out)["shown"]) == 3


def test_data_that_cannot_be_learned_from_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images, _ = mnist_part(20)
    one = {"images": images, "labels": np.zeros(20, np.int64), "label_names": np.array(["4"])}
    path = str(write_npz(tmp_path / "one.npz", one))

    with pytest.raises(DataFault, match="a single class"):
        data_report([path], form="text", shown=0, augment=False, seed=1)
    assert main(["data", str(tmp_path / "none.npz")]) == 1
    assert "There is no data" in capsys.readouterr().err
