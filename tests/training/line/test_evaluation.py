"""Evaluation of lines: reading their data, and the figures."""

import json
import lzma
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.cli import main
from digitvision.ink.stroke import Drawing
from digitvision.recognition.line.recognizer import LineRecognizer
from digitvision.recognition.prediction import Candidate, Reading
from digitvision.training.data.dataset import DataFault
from digitvision.training.line.evaluation import evaluate_lines, line_text
from digitvision.training.line.pictures import picture_of_line
from digitvision.training.line.samples import LineSample, read_lines
from tests.recognition.line.line_pictures import picture
from tests.recognition.line.rows import row
from tests.recognition.line.test_recognizer import shipped


def _npz(path: Path, texts: list[str]) -> Path:
    """Make the arrays of a file of strings."""
    points: list[list[float]] = []
    stroke_end, sample_end = [], []
    for text in texts:
        for stroke in row(text).strokes:
            points += stroke.xy.tolist()
            stroke_end.append(len(points))
        sample_end.append(len(stroke_end))
    names = sorted(set(texts))
    np.savez(
        path,
        xy=np.round(points).astype(np.int16),
        stroke_end=np.array(stroke_end, np.int32),
        sample_end=np.array(sample_end, np.int32),
        labels=np.array([names.index(text) for text in texts], np.int16),
        label_names=np.array(names),
        writer=np.zeros(len(texts), np.int32),
        writer_names=np.array(["somebody"]),
    )
    return path


def _expression(labels: list[str], relations: list[list[Any]]) -> dict[str, Any]:
    return {
        "writer": "w",
        "strokes": [[10 * index, 0, 10 * index + 5, 9] for index in range(len(labels))],
        "symbols": [[label, [index]] for index, label in enumerate(labels)],
        "relations": relations,
    }


def _jsonl(path: Path, *expressions: dict[str, Any]) -> Path:
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(one) + "\n" for one in expressions)
    return path


class _Told(LineRecognizer):
    """A recognizer that returns given answers."""

    def __init__(self, *answers: Reading) -> None:
        self._answers = list(answers)
        self.model = type("Named", (), {"name": "fixed"})()

    def read(self, drawing: Drawing, **_: Any) -> Reading:
        return self._answers.pop(0)


def _reading(text: str, confidence: float, *others: str, sure: bool = True, likely: bool = False) -> Reading:
    found = [Candidate(text, text, confidence), *(Candidate(other, other, 0.01) for other in others)]
    return Reading("line", tuple(found), sure, likely=likely)


def test_strings_come_from_array_files(tmp_path: Path) -> None:
    samples = read_lines(_npz(tmp_path / "strings.npz", ["12", "407", "12"]))

    assert ["".join(sample.tokens) for sample in samples] == ["12", "407", "12"]
    assert [len(sample.drawing.strokes) for sample in samples] == [
        len(row(text).strokes) for text in ("12", "407", "12")
    ]
    assert samples[0].writer == "somebody"


def test_of_expressions_only_one_line_arithmetic_is_taken(tmp_path: Path) -> None:
    path = _jsonl(
        tmp_path / "some.jsonl.xz",
        _expression(["2", "\\times", "x"], [[0, 1, "Right"], [1, 2, "Right"]]),
        _expression(["2", "3"], [[0, 1, "Sup"]]),
        _expression(["3", "\\times", "2"], [[1, 0, "Right"], [2, 1, "Right"]]),
        {**_expression(["1"], []), "relations": None},
    )

    (only,) = read_lines(path)

    assert only.tokens == ("2", "×", "3")
    assert [sample.tokens for sample in read_lines(path, "math")] == [("2", "×", "x"), ("2", "×", "3")]
    with pytest.raises(DataFault, match="no line of this alphabet"):
        read_lines(path, "upper")


def test_files_without_lines_are_reported(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.jsonl.xz"
    damaged.write_bytes(b"nothing packed")
    wrong = _jsonl(tmp_path / "wrong.jsonl.xz", {"strokes": 3})

    for path, words in (
        (damaged, "cannot be unpacked"),
        (wrong, "Line 1"),
        (tmp_path / "none.npz", "cannot be read"),
        (tmp_path / "a.txt", "no lines"),
    ):
        with pytest.raises(DataFault, match=words):
            read_lines(path)


def test_the_figures_of_a_case_that_can_be_counted() -> None:
    samples = [LineSample(row("12"), tuple("12")) for _ in range(4)]
    recognizer = _Told(
        _reading("12", 1.0),
        _reading("12", 1.0, sure=False, likely=True),
        _reading("17", 1.0, "12"),
        Reading("line"),
    )

    found = evaluate_lines(recognizer, samples, data="fixed")

    assert (found.lines, found.right, found.in_top, found.sure, found.sure_right) == (4, 2, 3, 2, 1)
    assert found.calibration_error == pytest.approx(0.25)
    assert found.misread == (("12", "17", 1.0), ("12", "", 0.0))
    assert sum(timing.lines for timing in found.timings) == 4
    assert found.to_dict()["sure_accuracy"] == 0.5
    assert (found.likely, found.likely_right, found.to_dict()["likely_accuracy"]) == (1, 1, 1.0)
    assert "likely lines         25.00 % of all, 100.00 % of these right" in line_text(found)
    assert "right lines          50.00 %" in line_text(found)


def test_errors_are_counted_by_glyph() -> None:
    recognizer = shipped()
    samples = [LineSample(row("407"), tuple("407")), LineSample(row("407"), tuple("4075"))]

    found = evaluate_lines(recognizer, samples, data="two")

    assert found.character_error == pytest.approx(1 / 7)
    assert found.right == 1


@pytest.mark.slow
def test_evaluate_and_recognize_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped()
    path = str(_npz(tmp_path / "strings.npz", ["407", "12"]))

    assert main(["evaluate", "--reading", "line", "--data", path]) == 0
    assert "lines (numbers, arithmetic and words) on strings.npz: 2 lines" in capsys.readouterr().out

    assert main(["evaluate", "--reading", "line", "--alphabet", "digits", "--data", path, "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["lines"], printed["right"], printed["accuracy"], printed["alphabet"]) == (2, 2, 1.0, "digits")


def _pictures(folder: Path, texts: list[str], *, column: str = "text", inside: str = "images") -> Path:
    """Make a folder of pictures of lines with its table."""
    (folder / inside).mkdir(parents=True, exist_ok=True)
    rows = [f"file,{column}"]
    for number, text in enumerate(texts):
        picture(row(text)).save(folder / inside / f"{number}.png")
        rows.append(f"{number}.png,{text}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(("column", "inside"), [("text", "images"), ("digits", ".")])
def test_pictures_come_from_folders_and_archives(tmp_path: Path, column: str, inside: str) -> None:
    folder = _pictures(tmp_path / "lines", ["407", "12"], column=column, inside=inside)
    archive = tmp_path / "lines.tar"
    with tarfile.open(archive, "w") as file:
        file.add(folder, arcname=".")

    for path in (folder, archive):
        samples = read_lines(path)
        assert ["".join(sample.tokens) for sample in samples] == ["407", "12"]
        assert [sample.picture for sample in samples] == [
            (folder / inside / f"{number}.png").read_bytes() for number in range(2)
        ]


def test_wrong_folders_of_pictures_are_reported(tmp_path: Path) -> None:
    def table(name: str, text: str) -> Path:
        (tmp_path / name).mkdir()
        (tmp_path / name / "labels.csv").write_text(text, encoding="utf-8")
        return tmp_path / name

    (tmp_path / "empty").mkdir()
    (tmp_path / "secret.png").write_bytes(b"nothing of theirs")
    torn = tmp_path / "torn.tar"
    torn.write_bytes(b"no archive")
    for path, words in (
        (tmp_path / "empty", "has no labels.csv"),
        (table("columns", "name,text\na.png,1\n"), "columns “file” and “text”"),
        (table("gone", "file,text\na.png,1\n"), "no file “a.png”"),
        (table("outside", "file,text\n../secret.png,1\n"), "no file “../secret.png”"),
        (table("wordless", "file,text\na.png,\n"), "Line 2"),
        (table("none", "file,text\n"), "no line"),
        (torn, "cannot be unpacked"),
        (tmp_path / "missing.tar", "cannot be read"),
    ):
        with pytest.raises(DataFault, match=words):
            read_lines(path)


@pytest.mark.slow
def test_pictures_are_read_and_counted(tmp_path: Path) -> None:
    samples = read_lines(_pictures(tmp_path / "lines", ["407", "12"]))

    found = evaluate_lines(shipped(), samples, data="lines")
    drawn = evaluate_lines(shipped(), [LineSample(row("407"), tuple("407"))] * 3, data="drawn", pictures=True)

    assert (found.right, found.lines, found.pictures) == (2, 2, True)
    assert drawn.right >= 2
    assert "pictures of lines" in line_text(found)
    assert "glyphs, up to" in line_text(found)
    with pytest.raises(DataFault, match="picture 1"):
        evaluate_lines(shipped(), [LineSample(Drawing(), ("1",), picture=b"none")], data="damaged")


def test_a_drawn_picture_is_the_same_for_the_same_seed() -> None:
    first, same, other = (np.asarray(picture_of_line(row("407"), np.random.default_rng(seed))) for seed in (1, 1, 2))

    assert np.array_equal(first, same)
    assert first.shape != other.shape or not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--alone"], "--alone does not go with --reading line"),
        (["--robustness"], "--robustness does not go with"),
    ],
)
def test_options_that_do_not_go_with_lines_are_wrong_usage(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--reading", "line", "--data", "x.npz", *arguments]) == 2
    assert words in capsys.readouterr().err
