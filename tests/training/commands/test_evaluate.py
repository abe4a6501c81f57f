"""The `evaluate` command: its options, its lines for programs, and the file with the misread samples."""

import base64
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.cli import main
from digitvision.recognition.models.model_store import LITERT_FILE, ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.data.dataset import Dataset
from digitvision.training.data.loading import load
from digitvision.training.evaluation.details import MOST_IN_A_CELL, misread
from digitvision.training.evaluation.evaluation import Evaluation, evaluate
from tests.training.samples import mnist_part, picture_arrays, write_npz

pytestmark = pytest.mark.usefixtures("little_junk")


@pytest.fixture(scope="module")
def classic() -> Recognizer:
    return Recognizer(ModelStore().find("classic"))


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Three hundred digits, of which MNIST's first 7 and 2 are called 1."""
    arrays = picture_arrays(300)
    arrays["labels"] = arrays["labels"].copy()
    arrays["labels"][:2] = 1
    return write_npz(tmp_path / "few.npz", arrays)


def _all_ones(classic: Recognizer, count: int) -> tuple[Evaluation, Dataset]:
    """Make data in which every label is 1, so that nearly all samples are misread."""
    source = load("mnist", "test").select(np.arange(count))
    dataset = replace(source, labels=np.ones(count, np.int64))
    return evaluate(classic, dataset), dataset


@pytest.mark.slow
def test_the_details_have_the_figures_and_the_misread_samples(few: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "details.json"

    assert main(["evaluate", "--model", "classic", "--data", str(few), "--details", str(path)]) == 0

    printed: dict[str, Any] = json.loads(path.read_text("utf-8"))
    assert printed["format"] == "digitvision-evaluation"
    assert printed["sha256"] == ModelStore().find("classic").card.sha256[LITERT_FILE]
    assert printed["figures"]["samples"] == 300
    assert printed["figures"]["rejection"]["auroc"] > 0.8
    cells = {(cell["truth"], cell["answer"]): cell for cell in printed["misread"]}
    (sample,) = cells[1, 7]["samples"]
    raster = np.frombuffer(base64.b64decode(sample["raster"]), np.uint8).reshape(28, 28)
    assert (raster == mnist_part(1)[0][0]).all()
    assert sample["row"] == 0
    assert 0.5 < sample["confidence"] <= 1.0
    assert sample["sure"]
    confusion = np.array(printed["figures"]["confusion"])
    np.fill_diagonal(confusion, 0)
    assert {cell: confusion[cell] for cell in cells} == {cell: item["count"] for cell, item in cells.items()}
    assert confusion.sum() == sum(item["count"] for item in cells.values())


@pytest.mark.slow
def test_without_a_model_the_alphabet_s_default_is_measured(few: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--alphabet", "digits", "--data", str(few), "--format", "json"]) == 0

    printed = json.loads(capsys.readouterr().out)
    assert (printed["model"], printed["alphabet"], printed["samples"]) == ("digits", "digits", 300)


def test_a_file_that_has_no_expressions_is_reported(few: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--model", "equations", "--data", str(few)]) == 1

    assert "is no file of expressions" in capsys.readouterr().err


@pytest.mark.slow
def test_a_cell_has_its_most_confident_mistakes(classic: Recognizer) -> None:
    found, _ = _all_ones(classic, 400)

    cells = misread(found)

    assert [cell.count for cell in cells] == sorted((cell.count for cell in cells), reverse=True)
    assert max(cell.count for cell in cells) > MOST_IN_A_CELL
    confidence = found.outcomes.confidence
    for cell in cells:
        members = (found.outcomes.truth == cell.truth) & (found.outcomes.answers == cell.answer)
        shown = confidence[list(cell.rows)]
        assert len(shown) == min(cell.count, MOST_IN_A_CELL)
        assert members[list(cell.rows)].all()
        assert shown.tolist() == sorted(confidence[members], reverse=True)[: len(shown)]


@pytest.mark.slow
@pytest.mark.parametrize("together", [0, 3, 9, 20, 100])
def test_however_many_are_wrong_the_details_stay_small(classic: Recognizer, together: int) -> None:
    found, _ = _all_ones(classic, 400)

    cells = misread(found, together=together)

    shown = [len(cell.rows) for cell in cells]
    assert sum(shown) <= together
    assert sum(cell.count for cell in cells) == found.samples - found.right
    if together >= len(cells):
        assert min(shown) >= 1


@pytest.mark.slow
def test_programs_get_progress_as_json_lines(few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "details.json"
    command = ["evaluate", "--model", "classic", "--data", str(few), "--details", str(path), "--progress", "jsonl"]

    assert main(command) == 0

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["event"] for line in lines[:-1]} == {"progress"}
    steps = [line["step"] for line in lines[:-1]]
    assert list(dict.fromkeys(steps)) == ["reading", "answering", "strangers"]
    assert all(0 <= line["done"] <= line["of"] for line in lines[:-1])
    assert lines[-1]["event"] == "completed"
    assert path.is_file()


def test_programs_get_a_fault_as_a_json_line_and_no_file_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "details.json"
    command = ["evaluate", "--model", "classic", "--data", str(tmp_path / "none.npz"), "--details", str(path)]

    assert main([*command, "--progress", "jsonl"]) == 1

    printed = capsys.readouterr()
    last = json.loads(printed.out.splitlines()[-1])
    assert last["event"] == "failed"
    assert "There is no data" in last["message"]
    assert last["message"] in printed.err
    assert not path.exists()


def test_details_of_several_data_are_wrong_usage(few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(few), "--data", str(few)]

    assert main(["evaluate", "--model", "classic", *data, "--details", str(tmp_path / "x.json")]) == 2
    assert "--details" in capsys.readouterr().err


@pytest.mark.slow
def test_robustness_is_measured_when_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = write_npz(tmp_path / "few.npz", picture_arrays(5))

    assert main(["evaluate", "--model", "classic", "--data", str(few), "--robustness"]) == 0

    printed = capsys.readouterr().out
    assert "pen width ×0.5" in printed
    assert "size in a picture 24 px" in printed


@pytest.mark.slow
def test_the_end_of_standard_input_ends_the_child(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "digitvision", "evaluate", "--model", "classic", "--data", "mnist", "--robustness"]
    command += ["--progress", "jsonl", "--stop-at-eof", "--details", str(tmp_path / "details.json")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert json.loads(child.stdout.readline())["event"] == "progress"
        child.stdin.close()
        begun = time.monotonic()
        code = child.wait(timeout=60)

    assert code == 1
    assert time.monotonic() - begun < 10
    assert not (tmp_path / "details.json").exists()
