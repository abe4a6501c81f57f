"""`digitvision recognize`: output formats, files that cannot be read or written, and modules that are not loaded."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from digitvision.cli import main
from digitvision.ink.inkml import inkml_bytes
from tests.ink.drawings import DIGITS, sample_path
from tests.recognition.line.rows import row
from tests.recognition.one_class_models import ODD, digits_card, save_model
from tests.training.samples import mnist_part

ROOT = Path(__file__).parents[1]


@pytest.fixture
def samples() -> list[str]:
    """The shipped drawings, as the command line names them."""
    return [str(sample_path(digit)) for digit in DIGITS]


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_recognize_as_json_lines(samples: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recognize", *samples, "--format", "jsonl", "--top", "2"]) == 0

    printed = _lines(capsys.readouterr().out)
    assert [line["file"] for line in printed] == samples
    assert [line["text"] for line in printed] == list("0123456789")
    for line in printed:
        assert list(line) == [
            "file", "reading", "text", "latex", "confidence", "sure", "candidates", "glyphs", "value", "mathml",
            "elapsed_ms",
        ]  # fmt: skip
        assert (line["reading"], line["sure"], line["value"], line["mathml"]) == ("character", True, None, None)
        assert 0 < line["elapsed_ms"] < 10_000
        assert len(line["candidates"]) == 2
        assert line["candidates"][0] == {key: line[key] for key in ("text", "latex", "confidence")}
        (glyph,) = line["glyphs"]
        assert list(glyph) == ["text", "latex", "confidence", "strokes", "box", "candidates"]
        assert glyph["strokes"][0] == 0
        assert len(glyph["box"]) == 4


def test_recognize_as_text_and_csv(samples: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recognize", samples[4], "--reading", "character", "--alphabet", "digits", "--top", "1"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"{samples[4]}: 4  ")
    assert text.rstrip().endswith("%  sure")

    assert main(["recognize", *samples[:2], "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["text"] for row in rows] == ["0", "1"]
    assert float(rows[0]["confidence"]) > 0.5
    assert rows[0]["sure"] == "true"
    assert rows[0]["error"] == ""


def test_a_table_of_no_files_has_its_head(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.txt").write_text("", encoding="utf-8")

    assert main(["recognize", f"@{tmp_path / 'list.txt'}", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("file,reading,text,")


@pytest.mark.slow
def test_a_line_of_arithmetic_has_its_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [tmp_path / "sum.inkml", tmp_path / "number.inkml"]
    for path, text in zip(paths, ("12÷4=", "407"), strict=True):
        path.write_bytes(inkml_bytes(row(text)))

    assert main(["recognize", *map(str, paths), "--reading", "line", "--top", "1"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{paths[0]}: 12÷4= → 3  ")
    assert second.startswith(f"{paths[1]}: 407  ")
    assert main(["recognize", *map(str, paths), "--reading", "line", "--format", "jsonl"]) == 0
    assert [line["value"] for line in _lines(capsys.readouterr().out)] == ["3", None]
    assert main(["recognize", *map(str, paths), "--reading", "line", "--format", "csv"]) == 0
    assert [line["value"] for line in csv.DictReader(io.StringIO(capsys.readouterr().out))] == ["3", ""]


@pytest.fixture
def pages(tmp_path: Path) -> tuple[str, list[str]]:
    """A TIFF file with three pages, of which the second is damaged, and the digits on the others."""
    images, labels = mnist_part(3)
    first, *others = (Image.fromarray(255 - image) for image in images)
    path = tmp_path / "pages.tiff"
    first.save(path, save_all=True, append_images=others, compression="tiff_adobe_deflate")
    data = path.read_bytes()
    with Image.open(path) as image:
        image.seek(1)
        tags = getattr(image, "tag_v2")  # noqa: B009 - the type of all pictures has no tags
        offset, count = tags[273][0], tags[279][0]
    path.write_bytes(data[:offset] + b"\xff" * count + data[offset + count :])
    return str(path), [str(labels[0]), str(labels[2])]


def test_each_page_of_a_picture_is_a_result(pages: tuple[str, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    path, (first, third) = pages

    assert main(["recognize", path, "--format", "jsonl"]) == 1
    (line,) = _lines(capsys.readouterr().out)
    found = [(page["file"], page["page"], page.get("text")) for page in line["pages"]]
    assert found == [(path, 1, first), (path, 2, None), (path, 3, third)]
    assert line["pages"][2]["remark"] == "page 3 of 3"
    assert line["pages"][1]["error"] == "“pages.tiff” is cut off or damaged."
    assert line["text"] == first, "a program that knows of no pages reads the first one"
    assert "3 pages" in line["remark"]

    assert main(["recognize", path, "--top", "1"]) == 1
    printed, told = capsys.readouterr()
    assert [line.split(": ")[1][0] for line in printed.splitlines()] == [first, third]
    assert all(line.endswith(f"  (page {page} of 3)") for page, line in zip((1, 3), printed.splitlines(), strict=True))
    assert told == f"{path}: “pages.tiff” is cut off or damaged.  (page 2)\n"


def test_remarks_are_in_every_form(pages: tuple[str, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    main(["recognize", pages[0], "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["remark"] for row in rows] == ["page 1 of 3", "page 2", "page 3 of 3"]

    main(["recognize", pages[0], "--format", "latex"])
    assert "\n% page 3 of 3\n\\begin{align*}" in capsys.readouterr().out
    main(["recognize", pages[0], "--format", "markdown"])
    printed = capsys.readouterr().out
    assert "\n\n*page 1 of 3*\n\n" in printed
    assert "\n\n*page 2*\n\n*“pages.tiff” is cut off or damaged.*\n" in printed


@pytest.mark.usefixtures("only_classic")
def test_recognize_within_an_alphabet(samples: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    save_model("odd", ODD, digits_card())

    for given, texts in (
        (["--alphabet", "lower"], "13579"),
        (["--alphabet", "lower", "--model", "odd"], "13579"),
        (["--model", "odd"], "13579"),
        (["--alphabet", "digits", "--model", "odd"], "0123456789"),
        (["--alphabet", "digits"], "0123456789"),
    ):
        assert main(["recognize", *samples, "--format", "jsonl", "--top", "20", *given]) == 0
        printed = _lines(capsys.readouterr().out)
        assert {candidate["text"] for candidate in printed[6]["candidates"]} == set(texts)
        assert printed[3]["text"] == "3"
        assert printed[3]["sure"]
        # A six is none of the odd digits.
        assert printed[6]["sure"] == ("6" in texts)


def test_recognize_pictures_dark_on_light_and_light_on_dark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images, labels = mnist_part(10)
    files = []
    for index, image in enumerate(images):
        files.append(str(tmp_path / f"{index}.{'png' if index % 2 else 'bmp'}"))
        Image.fromarray(image if index % 3 else 255 - image).save(files[-1])

    assert main(["recognize", *files, "--format", "jsonl"]) == 0

    printed = _lines(capsys.readouterr().out)
    assert [line["text"] for line in printed] == [str(label) for label in labels]
    assert printed[0]["glyphs"][0]["strokes"] == []


def test_one_unreadable_file_does_not_stop_the_others(
    tmp_path: Path, samples: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "torn.inkml").write_text("<ink><trace>1 2", encoding="utf-8")
    (tmp_path / "blank.inkml").write_text("<ink xmlns='http://www.w3.org/2003/InkML'/>", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no picture", encoding="utf-8")
    names = [str(tmp_path / name) for name in ("none.inkml", "torn.inkml", "notes.txt", "blank.inkml")]

    assert main(["recognize", *names, samples[7], str(tmp_path), "--format", "jsonl"]) == 1

    printed = _lines(capsys.readouterr().out)
    assert [line["file"] for line in printed] == [*names, samples[7], str(tmp_path)]
    assert [set(line) == {"file", "error"} for line in printed] == [True, True, True, False, False, True]
    assert printed[3]["candidates"] == []
    assert (printed[3]["text"], printed[3]["confidence"], printed[3]["sure"]) == ("", 0.0, False)
    assert printed[4]["text"] == "7"

    assert main(["recognize", names[0], samples[7]]) == 1
    told_as_text = capsys.readouterr()
    assert "none.inkml" in told_as_text.err
    assert "none.inkml" not in told_as_text.out
    assert ": 7 " in told_as_text.out


def test_files_named_by_a_list_and_answers_in_a_file(
    tmp_path: Path, samples: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.txt").write_text("\n".join([*samples, "", "  "]), encoding="utf-8")
    output = tmp_path / "answers.jsonl"

    code = main(["recognize", f"@{tmp_path / 'list.txt'}", samples[0], "--format", "jsonl", "--output", str(output)])

    assert code == 0
    assert [line["text"] for line in _lines(output.read_text(encoding="utf-8"))] == [*"0123456789", "0"]
    assert capsys.readouterr().out == ""
    assert main(["recognize", f"@{tmp_path / 'no.txt'}", samples[0], "--format", "jsonl"]) == 1
    assert [set(line) == {"file", "error"} for line in _lines(capsys.readouterr().out)] == [True, False]


def test_answers_that_cannot_be_written_leave_the_old_file(
    tmp_path: Path, samples: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("kept", encoding="utf-8")

    assert main(["recognize", samples[0], "--output", str(tmp_path / "file" / "below")]) == 1

    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"
    assert capsys.readouterr().err.count("\n") == 1


def test_a_folder_that_is_new_is_named(tmp_path: Path, samples: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "new" / "answers.txt"

    assert main(["recognize", samples[0], "--output", str(path)]) == 0
    assert main(["recognize", samples[0], "--output", str(path)]) == 0

    assert capsys.readouterr().err == f"The folder “{path.parent}” is new.\n"
    assert path.read_text("utf-8")


def test_names_beyond_ascii(tmp_path: Path, samples: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "Übung \N{GREEK SMALL LETTER PI} 手書き.inkml"
    path.write_bytes(Path(samples[3]).read_bytes())

    assert main(["recognize", str(path), "--format", "jsonl"]) == 0

    assert _lines(capsys.readouterr().out)[0]["file"] == str(path)


@pytest.mark.slow
def test_a_closed_pipe_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "digitvision", "recognize", *[str(sample_path(3))] * 2000, "--format", "jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["text"] == "3"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 141


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_behind_standard_output_is_reported() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "digitvision", "recognize", str(sample_path(3))],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            encoding="utf-8",
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr == "The results cannot be written: no space left on device.\n"


@pytest.mark.slow
def test_reading_needs_neither_qt_nor_tensorflow() -> None:
    code = (
        "import sys; from digitvision.cli import main; assert main(sys.argv[1:]) == 0; "
        "print([name for name in ('PySide6', 'pyqtgraph', 'tensorflow', 'keras') if name in sys.modules])"
    )
    arguments = ["recognize", str(sample_path(5))]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, cwd=ROOT, check=True)

    assert done.stdout.splitlines()[-1] == b"[]"
