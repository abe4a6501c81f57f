"""Reading many files side by side: their order, files that fail, models that are missing, and stopping."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from digitvision.cli import main
from digitvision.recognition.batch import jobs
from digitvision.recognition.batch.jobs import AHEAD, FileLine, Job, lines_of
from tests.ink.drawings import DIGITS, sample_path

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
SAMPLES = [str(sample_path(digit)) for digit in DIGITS]
JOB = Job(None, None, None, words=False, top=1, format="jsonl")


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_two_processes_write_what_one_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.txt").write_text("\n".join([*SAMPLES * 5, "none.inkml"]), encoding="utf-8")
    files = ["@missing.txt", f"@{tmp_path / 'list.txt'}", str(tmp_path), SAMPLES[3]]
    written = []
    for count in ("1", "2"):
        assert main(["recognize", *files, "--format", "jsonl", "--jobs", count]) == 1
        written.append([{**line, "elapsed_ms": 0} for line in _lines(capsys.readouterr().out)])

    alone, together = written
    assert [one["file"] for one in together] == ["@missing.txt", *SAMPLES * 5, "none.inkml", str(tmp_path), SAMPLES[3]]
    assert [one.get("text") for one in together[1:11]] == list("0123456789")
    # Files that fail have no time.
    assert [{**one, "elapsed_ms": 0} for one in together] == [{**one, "elapsed_ms": 0} for one in alone]


def test_text_tells_failures_apart_and_csv_has_one_head(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["recognize", SAMPLES[1], "none.inkml", SAMPLES[2], "--jobs", "2"]) == 1
    printed, told = capsys.readouterr()
    assert [line.split(": ")[1][0] for line in printed.splitlines()] == ["1", "2"]
    assert told == "none.inkml: “none.inkml” cannot be read: no such file or directory.\n"

    output = tmp_path / "table.csv"
    assert main(["recognize", *SAMPLES[:3], "--jobs", "2", "--format", "csv", "--output", str(output)]) == 0
    assert [line.split(",")[0] for line in output.read_text(encoding="utf-8").splitlines()] == ["file", *SAMPLES[:3]]


def test_a_model_that_is_missing_is_told_once_and_leaves_the_old_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "old.txt"
    output.write_text("kept", encoding="utf-8")

    assert main(["recognize", *SAMPLES, "--model", "nobody", "--jobs", "2", "--output", str(output)]) == 1

    assert capsys.readouterr().err == (
        "There is no model “nobody”; “digitvision models list” shows those that there are.\n"
    )
    assert output.read_text(encoding="utf-8") == "kept"
    assert [path.name for path in tmp_path.iterdir()] == ["old.txt"]


def _with_a_deadly_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, deadly: str) -> None:
    """Let each child be one that ends at once when it comes to this file."""
    program = tmp_path / "child.py"
    program.write_text(
        "import os\n"
        "from digitvision.recognition.batch import jobs\n"
        "read = jobs.read_file\n"
        "def read_file(reader, name, *, top):\n"
        f"    return os._exit(9) if name.endswith({deadly!r}) else read(reader, name, top=top)\n"
        "jobs.read_file = read_file\n"
        "jobs.answer_parent()\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(jobs, "program_command", lambda: [sys.executable, str(program)])


def test_a_file_that_ends_its_process_is_told_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_a_deadly_file(monkeypatch, tmp_path, "deadly.inkml")
    files = [*SAMPLES * 4, "deadly.inkml", *SAMPLES]

    lines = list(lines_of(JOB, files, 2))

    assert [json.loads(line.text)["file"] for line in lines] == files
    assert [line.failed for line in lines] == [file == "deadly.inkml" for file in files]
    assert "has ended unexpectedly" in json.loads(lines[40].text)["error"]


def test_a_child_that_does_not_start_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    from digitvision.faults import Fault

    for command in (["/nowhere/digitvision"], [sys.executable, "-c", "pass"]):
        monkeypatch.setattr(jobs, "program_command", lambda command=command: command)
        with pytest.raises(Fault, match="do not start"):
            list(lines_of(JOB, SAMPLES, 2))


def test_only_some_files_are_read_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    files = SAMPLES * 40
    read: list[int] = []
    put = jobs._Children._put

    def count(self: Any, lines: dict[int, FileLine]) -> None:
        read.extend(lines)
        put(self, lines)

    monkeypatch.setattr(jobs._Children, "_put", count)
    lines = lines_of(JOB, files, 2)
    next(lines)
    deadline = time.monotonic() + 60
    while len(read) < 2 * AHEAD and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.2)

    assert len(read) == 2 * AHEAD
    assert len(list(lines)) == len(files) - 1
    assert sorted(read) == list(range(len(files)))


def test_whoever_takes_no_more_lines_ends_the_children() -> None:
    lines = lines_of(JOB, SAMPLES * 20, 2)
    next(lines)
    lines.close()

    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("reading")] == []


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to whole consoles only")
@pytest.mark.parametrize("count", ["1", "2"])
def test_ctrl_c_leaves_what_is_done(tmp_path: Path, count: str) -> None:
    files, output = tmp_path / "list.txt", tmp_path / "answers.jsonl"
    files.write_text("\n".join(SAMPLES * 2000), encoding="utf-8")
    command = ["recognize", f"@{files}", "--format", "jsonl", "--jobs", count, "--output", str(output)]
    with subprocess.Popen(
        [sys.executable, "-m", "digitvision", *command], stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not _has_lines(tmp_path):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]

    assert process.returncode == 130
    done = _lines(output.read_text(encoding="utf-8"))
    assert 0 < len(done) < 20_000
    assert [one["file"] for one in done] == (SAMPLES * 2000)[: len(done)]
    assert said == f"Stopped after {len(done):,} of 20,000 files.\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.jsonl", "list.txt"]


def _has_lines(folder: Path) -> bool:
    """Whether something has been written of the file that is to be."""
    return any(path.stat().st_size for path in folder.glob(".digitvision-*"))
