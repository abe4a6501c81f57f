"""The commands by which the program starts itself."""

import sys
from pathlib import Path

import pytest

from digitvision.program import window_command


def test_a_source_tree_opens_a_window_by_its_command() -> None:
    assert window_command() == [sys.executable, "-m", "digitvision", "gui"]


@pytest.mark.parametrize(("name", "words"), [("DigitVision", []), ("digitvision-cli", ["gui"])])
def test_a_bundle_opens_a_window_by_the_executable_that_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, words: list[str]
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / name))

    assert window_command() == [str(tmp_path / name), *words]
