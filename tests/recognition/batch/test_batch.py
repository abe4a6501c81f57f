"""Files read as lines by the command line."""

import csv
import io
import json
from pathlib import Path

import pytest

from digitvision.cli import main
from digitvision.ink.inkml import inkml_bytes
from digitvision.ink.stroke import Drawing
from tests.recognition.line.line_pictures import picture
from tests.recognition.line.rows import moved, row, scribble
from tests.recognition.line.test_recognizer import shipped


@pytest.mark.slow
def test_a_drawing_is_read_as_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped()
    path = tmp_path / "sum.inkml"
    path.write_bytes(inkml_bytes(row("23+8=31")))

    assert main(["recognize", str(path), "--reading", "line", "--format", "jsonl"]) == 0

    printed = json.loads(capsys.readouterr().out)
    assert (printed["reading"], printed["text"], printed["latex"]) == ("line", "23+8=31", "2 3 + 8 = 3 1")
    assert [glyph["text"] for glyph in printed["glyphs"]] == list("23+8=31")


@pytest.mark.slow
def test_a_picture_is_read_as_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped()
    path = tmp_path / "sum.png"
    picture(row("23+8=31")).save(path)

    assert main(["recognize", str(path), "--reading", "line", "--format", "jsonl"]) == 0

    printed = json.loads(capsys.readouterr().out)
    assert (printed["reading"], printed["text"], printed["latex"]) == ("line", "23+8=31", "2 3 + 8 = 3 1")
    assert [glyph["strokes"] for glyph in printed["glyphs"]] == [[]] * 7
    lefts = [glyph["box"][0] for glyph in printed["glyphs"]]
    assert lefts == sorted(lefts)


def test_an_empty_picture_has_nothing_to_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from PIL import Image

    shipped()
    path = tmp_path / "line.png"
    Image.new("L", (60, 20), 255).save(path)

    assert main(["recognize", str(path), "--reading", "line"]) == 0
    assert "nothing to read" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["text", "jsonl", "csv", "latex", "markdown"])
def test_a_drawing_that_is_refused_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    shipped()
    path = tmp_path / "page.inkml"
    path.write_bytes(inkml_bytes(scribble(150, 1, points=3)))

    assert main(["recognize", str(path), "--reading", "line", "--format", form]) == 1

    printed, said = capsys.readouterr()
    sentence = "These are 150 strokes, and at most 120 can be read as a line without words."
    if form == "jsonl":
        assert json.loads(printed)["error"] == sentence
    else:
        assert sentence in (said if form == "text" else printed)


@pytest.mark.slow
def test_a_drawing_is_read_as_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped()
    below = moved(row("7-5="), scale=1, dx=0, dy=260)
    path = tmp_path / "page.inkml"
    path.write_bytes(inkml_bytes(Drawing((*row("23+8=").strokes, *below.strokes))))

    assert main(["recognize", str(path), "--reading", "page", "--format", "jsonl"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["reading"], printed["text"]) == ("page", "23+8=\n7-5=")
    assert [(one["reading"], one["text"], one["value"]) for one in printed["rows"]] == [
        ("equation", "23+8=", "31"),
        ("equation", "7-5=", "2"),
    ]
    strokes = [stroke for one in printed["rows"] for stroke in one["strokes"]]
    assert sorted(strokes) == list(range(len(strokes)))
    assert set(printed["rows"][0]) >= {"latex", "confidence", "sure", "box", "candidates", "glyphs"}

    assert main(["recognize", str(path), "--reading", "page"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[1].split("  ")[0] for line in lines] == ["23+8= → 31", "7-5= → 2"]


@pytest.mark.slow
@pytest.mark.slow
def test_a_row_without_a_value_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped()
    below = moved(row("7÷0="), scale=1, dx=0, dy=260)
    path = tmp_path / "page.inkml"
    path.write_bytes(inkml_bytes(Drawing((*row("5-5=").strokes, *below.strokes))))

    assert main(["recognize", str(path), "--reading", "page", "--format", "jsonl"]) == 0
    first, second = json.loads(capsys.readouterr().out)["rows"]
    assert (first["value"], "note" in first) == ("0", False)
    assert second["value"] is None
    assert second["note"] == "This divides by zero."
    assert main(["recognize", str(path), "--reading", "page", "--format", "csv"]) == 0
    (line,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (line["text"], line["value"]) == ("5-5=\n7÷0=", "0\n")
    assert line["remark"] == "row 2: This divides by zero."
    for form, told in (("latex", "% row 2: This divides by zero.\n"), ("markdown", "*row 2: This divides by zero.*\n")):
        assert main(["recognize", str(path), "--reading", "page", "--format", form]) == 0
        assert told in capsys.readouterr().out


@pytest.mark.slow
def test_a_picture_of_two_rows_is_read_as_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped()
    below = moved(row("75"), scale=1, dx=0, dy=260)
    path = tmp_path / "page.png"
    picture(Drawing((*row("238").strokes, *below.strokes))).save(path)

    assert main(["recognize", str(path), "--reading", "page", "--format", "jsonl"]) == 0

    printed = json.loads(capsys.readouterr().out)
    assert [(one["reading"], one["text"], one["strokes"]) for one in printed["rows"]] == [
        ("line", "238", []),
        ("line", "75", []),
    ]


@pytest.mark.slow
def test_lines_go_into_documents_with_their_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped()
    path, empty = tmp_path / "a_sum.inkml", tmp_path / "empty.inkml"
    path.write_bytes(inkml_bytes(row("12÷4=")))
    empty.write_bytes(inkml_bytes(Drawing()))

    assert main(["recognize", str(path), str(empty), "--reading", "line", "--format", "latex"]) == 0
    latex = capsys.readouterr().out
    assert main(["recognize", str(path), str(empty), "--reading", "line", "--format", "markdown"]) == 0
    markdown = capsys.readouterr().out

    assert latex.startswith(f"% {path}\n\\begin{{align*}}\n")
    assert r"12 \div 4 &= \boldsymbol{3}" in latex
    assert f"% {empty}\n% nothing to read\n" in latex
    assert "a\\_sum.inkml\n\n$$\n12 \\div 4 = \\boldsymbol{3}\n$$" in markdown
    assert "*nothing to read*" in markdown
