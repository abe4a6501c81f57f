"""Ink and pictures as other programs make them are read as what is written there."""

import csv
from pathlib import Path

import pytest

from digitvision.cli import main

_KINDS = ("03", "07", "08", "09", "10", "17", "18")


def _rows(shared: Path) -> list[dict[str, str]]:
    with open(shared / "cases" / "cases.tsv", encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["file"].startswith(_KINDS)]


@pytest.mark.slow
def test_files_of_other_programs_are_read(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = _rows(shared)
    assert len(rows) >= 18
    for row in rows:
        path = shared / "cases" / row["file"]
        code = main(["recognize", "--reading", row["reading"], "--alphabet", row["alphabet"], str(path)])
        said = capsys.readouterr().out.removeprefix(f"{path}: ")

        assert code == 0, row["file"]
        assert said.split()[0] == row["right"], row["file"]


@pytest.mark.slow
def test_too_much_ink_is_told(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, reading, most in (
        ("11-121-strokes-line", "line", "120"),
        ("11b-201-strokes-equation", "equation", "200"),
    ):
        code = main(["recognize", "--reading", reading, str(shared / "cases" / f"{name}.inkml")])
        written = capsys.readouterr()

        assert code == 1
        assert most in written.out + written.err
