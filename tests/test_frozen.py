"""The built bundle, run as on a user's machine: without the Python, libraries and source of development."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from digitvision.recognition.expression.notation.structure import structure_of
from digitvision.recognition.expression.semantics.interpretation import statement_with_names
from digitvision.recognition.expression.semantics.row_cursor import Names
from digitvision.recognition.expression.semantics.terms import statement_to_data
from digitvision.resources import resource_path
from tests.recognition.expression.trees import tree_of

pytestmark = pytest.mark.frozen

# Far above what it takes, so that a busy machine does not fail the test.
_LIMIT_S = 300
_SUFFIX = ".exe" if sys.platform == "win32" else ""


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """The environment variables of a user's shell, and no others."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ}
    return {**kept, "HOME": str(home), "DIGITVISION_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}


def _run(bundle: Path, environment: dict[str, str], program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [bundle / f"{program}{_SUFFIX}", *arguments],
        cwd=environment["HOME"],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=_LIMIT_S,
    )


def test_the_bundle_passes_its_own_test(bundle: Path, environment: dict[str, str]) -> None:
    run = _run(bundle, environment, "digitvision-cli", "selftest")

    assert run.returncode == 0, run.stdout + run.stderr


def test_the_bundle_has_the_shipped_model_and_reads_a_sample(bundle: Path, environment: dict[str, str]) -> None:
    sample = sorted(resource_path("samples").glob("*.inkml"))[0]

    models = _run(bundle, environment, "digitvision-cli", "models", "list")
    reading = _run(bundle, environment, "digitvision-cli", "recognize", str(sample))

    assert "classic" in models.stdout, models.stderr
    assert reading.returncode == 0, reading.stderr
    assert reading.stdout.strip()


def test_the_bundle_calculates_values_and_typesets(bundle: Path, environment: dict[str, str]) -> None:
    quantity = statement_with_names(structure_of(tree_of("5 k m + 3 0 0 m =")), Names(units=True))
    question = [["2", "x", "=", "6"], [[0, 1, "Right"], [1, 2, "Right"], [2, 3, "Right"]], []]
    run = subprocess.run(
        [bundle / f"digitvision-cli{_SUFFIX}", "values"],
        cwd=environment["HOME"],
        env=environment,
        input=f"{json.dumps(question)}\n{json.dumps({'statement': statement_to_data(quantity)})}\n",
        capture_output=True,
        encoding="utf-8",
        timeout=_LIMIT_S,
    )

    assert run.returncode == 0, run.stderr
    _, equation, units = map(json.loads, run.stdout.splitlines())
    assert equation["value"]["text"] == "x = 3"
    assert units["value"]["text"] == "5.3 km"
    assert [*bundle.rglob("ziamath/fonts/*.ttf")]


@pytest.mark.parametrize(("form", "words"), [("onnx", []), ("tflite", ["--precision", "int8"])])
def test_the_bundle_exports_a_model(
    bundle: Path, environment: dict[str, str], home: Path, form: str, words: list[str]
) -> None:
    target = home / f"classic.{form}"

    run = _run(bundle, environment, "digitvision-cli", "models", "export", "classic", "--to", form, *words, str(target))

    assert run.returncode == 0, run.stderr
    assert target.stat().st_size > 100_000


def test_the_windowed_program_opens_its_window(bundle: Path, environment: dict[str, str]) -> None:
    run = _run(bundle, environment, "DigitVision", "--report-startup")

    assert run.returncode == 0, run.stderr


def test_the_bundle_trains_a_network_without_a_complaint(
    bundle: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    with np.load(resource_path("data", "mnist_test.npz")) as mnist:
        few = {"images": mnist["images"][:500], "labels": mnist["labels"][:500], "label_names": mnist["label_names"]}
    np.savez(tmp_path / "few.npz", **few)

    run = _run(
        bundle,
        environment,
        "digitvision-cli",
        *("train", "--data", str(tmp_path / "few.npz"), "--epochs", "1", "--name", "few", "--progress", "jsonl"),
    )

    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout.splitlines()[-1])["event"] == "completed"
    assert "WARNING" not in run.stderr
