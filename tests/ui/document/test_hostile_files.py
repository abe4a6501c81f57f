"""Files that are broken, foreign, newer, huge or hostile: one sentence, and the drawing stays."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_path
from tests.ui.hand import DIAGONAL, write

Settle = Callable[[MainWindow], None]

_GOOD = sample_path(5).read_bytes()
_INK = b'<ink xmlns="http://www.w3.org/2003/InkML">'

_BILLION_LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE ink [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<ink><trace>&c;</trace></ink>"""
_OUTSIDE_ENTITY = b'<!DOCTYPE ink [<!ENTITY x SYSTEM "file:///etc/passwd">]><ink><trace>&x;</trace></ink>'


def _png(width: int, height: int, data: bytes) -> bytes:
    """Return a PNG of one-bit pixels with this image data, whatever size its header gives."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", data), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, body) for name, body in parts)


_FILES = {
    "empty.inkml": b"",
    "blank.inkml": b" \n\n ",
    "truncated.inkml": _GOOD[: len(_GOOD) // 2],
    "text.inkml": b"This is no drawing.",
    "binary.inkml": bytes(range(256)) * 40,
    "html.inkml": b"<html><body>ink</body></html>",
    "newer.inkml": _INK + b'<annotation type="digitvision">99</annotation><trace>1 2, 3 4</trace></ink>',
    "bomb.inkml": _BILLION_LAUGHS,
    "outside.inkml": _OUTSIDE_ENTITY,
    "deep.inkml": _INK + b"<traceGroup>" * 20_000,
    "numbers.inkml": _INK + b"<trace>1 2, a b, 3 4</trace></ink>",
    "infinite.inkml": _INK + b"<trace>1 2, 1e999 4</trace></ink>",
    "empty.png": b"",
    "text.png": b"This is no picture.",
    "truncated.png": _png(400, 400, zlib.compress(b"\0" * 10)),
    "bomb.png": _png(60_000, 60_000, zlib.compress(bytes(20_000_000), 1)[:50_000]),
    "ink.jpg": _GOOD,
    "svg.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
}


@pytest.mark.parametrize("name", _FILES)
def test_a_bad_file_is_one_sentence_and_nothing_is_lost(
    window: MainWindow,
    canvas: Canvas,
    settle: Settle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    (tmp_path / name).write_bytes(_FILES[name])
    write(canvas, DIAGONAL)
    before = window.document.drawing
    monkeypatch.setattr(window.files, "may_discard", lambda: True)

    window.files.open(tmp_path / name)
    settle(window)

    _assert_one_sentence(window.notice.text, name)
    assert window.document.drawing is before
    assert window.document.picture is None
    assert window.document.path is None
    assert window.document.undo_stack.canUndo()
    assert window.files.may_discard()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["huge.inkml", "huge.png"])
def test_a_file_of_a_hundred_megabytes_is_refused(
    window: MainWindow, settle: Settle, tmp_path: Path, name: str
) -> None:
    with open(tmp_path / name, "wb") as file:
        file.write(_GOOD)
        file.truncate(100 * 2**20)

    window.files.open(tmp_path / name)
    settle(window)

    _assert_one_sentence(window.notice.text, name)
    assert "larger than the 64 MB" in window.notice.text


@pytest.mark.parametrize("name", ["folder.inkml", "folder.png"])
def test_a_folder_in_a_files_place_is_refused(window: MainWindow, settle: Settle, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()

    window.files.open(tmp_path / name)
    settle(window)

    assert "is not a file" in window.notice.text


def test_a_drawing_without_a_stroke_opens_as_an_empty_one(window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    (tmp_path / "none.inkml").write_bytes(_INK + b"</ink>")

    window.files.open(tmp_path / "none.inkml")
    settle(window)

    assert window.notice.text == ""
    assert not window.document.drawing
    assert window.draw_tab.reading is None


def test_the_sentence_goes_when_it_is_dismissed_or_a_drawing_opens(
    window: MainWindow, settle: Settle, tmp_path: Path
) -> None:
    (tmp_path / "empty.inkml").write_bytes(b"")
    window.files.open(tmp_path / "empty.inkml")
    settle(window)
    assert window.notice.text

    window.files.open(sample_path(2))
    settle(window)

    assert window.notice.text == ""


def _assert_one_sentence(text: str, name: str) -> None:
    assert name in text
    assert text.endswith(".")
    assert "\n" not in text
    assert "Traceback" not in text
    assert len(text) < 300
