"""`import digitvision`: what is public, what comes along, how soon there is an answer, and the guide's examples."""

import importlib.util
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import digitvision
from digitvision.ink.inkml import read_inkml
from digitvision.resources import resource_path
from tests.ink.drawings import sample_path
from tests.recognition.line.line_pictures import picture

PAGE = resource_path("guide", "python.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
FIRST_ANSWER_S = 0.3
NUMPY_S = 0.09
"""What importing numpy takes where nothing else runs, on a machine that gives its first answer in 0.2 seconds."""

_FIRST_ANSWER = """
import json, sys, time
import digitvision
before = sorted({"numpy", "digitvision.faults"} & sys.modules.keys())
text = digitvision.read(sys.argv[1]).text
heavy = sorted({"PySide6", "pyqtgraph", "tensorflow", "keras", "sympy", "pint", "ziamath"} & sys.modules.keys())
print(json.dumps({"before": before, "heavy": heavy, "text": text, "seconds": time.thread_time()}))
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the guide's examples run in, with the files that they name."""
    for part in ("characters/four", "equations/integral", "lines/product"):
        shutil.copy(resource_path("samples", f"{part}.inkml"), tmp_path)
    picture(read_inkml(tmp_path / "product.inkml").drawing).save(tmp_path / "product.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_public_name_is_there_and_explained() -> None:
    for name in digitvision.__all__:
        found = getattr(digitvision, name)
        assert name in dir(digitvision)
        assert name == "__version__" or inspect.getdoc(found)


def test_another_name_is_refused_as_by_any_module() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        digitvision.__getattr__("nothing")


@pytest.mark.slow
def test_the_first_answer_comes_soon_and_brings_along_neither_qt_nor_tensorflow() -> None:
    # As installed, with byte code: the first run writes it where it is missing.
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", *command], capture_output=True, text=True, timeout=60, check=True, env=own
        )

    # The time of the thread that a person waits for: threads of numpy's BLAS spin beside it, and so do other programs.
    # The best of up to twelve, by the machine's pace in that moment: what else runs lengthens even that, by a half.
    best = 1.0
    for _ in range(12):
        done = run(_FIRST_ANSWER, str(sample_path(4)))
        said = json.loads(done.stdout)
        assert (said["text"], said["before"], said["heavy"]) == ("4", [], [])
        assert done.stderr == ""
        pace = max(float(run("import time, numpy; print(time.thread_time())").stdout) / NUMPY_S, 1.0)
        best = min(best, said["seconds"] / pace)
        if best <= FIRST_ANSWER_S:
            break

    assert best <= FIRST_ANSWER_S


@pytest.mark.slow
def test_the_guides_examples_say_what_they_show(files: Path) -> None:
    # One stands upon the other, as for somebody who reads the page.
    examples = [text for text in EXAMPLES if text.startswith(">>>")]
    assert len(examples) >= 6
    (files / "examples.txt").write_text("\n".join(examples), encoding="utf-8")

    command = [sys.executable, "-X", "utf8", "-m", "doctest", "examples.txt"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)

    assert done.returncode == 0, done.stdout
    assert done.stderr == ""


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="Dask is not installed")
def test_the_guides_example_for_several_machines_runs_on_two_processes(files: Path) -> None:
    (example,) = (text for text in EXAMPLES if not text.startswith(">>>"))
    (files / "example.py").write_text(example, encoding="utf-8")

    done = subprocess.run([sys.executable, "example.py"], capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(["48×25=", "∫₀¹ x² dx"] * 4)
