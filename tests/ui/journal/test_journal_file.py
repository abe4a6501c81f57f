"""Journals on the disk: appended, cut, damaged, of a newer version, shortened."""

import errno
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.ui.journal import journal_file
from digitvision.ui.journal.drawing_state import DrawingState, KeptPicture
from digitvision.ui.journal.journal_file import JournalFile
from digitvision.ui.journal.journal_reader import JournalFault, Kept, NewerJournal, read_journal
from digitvision.ui.journal.records import HEADER, RecordChain
from tests.ui.journal.states import drawn, facts

NAME = "20261130-140500-abcdef"
STEPS = [drawn(1), drawn(1, 2), drawn(1), drawn(1, 3), replace(drawn(1, 3), path="/a/b.inkml", modified=False)]


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A journal of five steps."""
    folder = tmp_path_factory.mktemp("journal")
    _write(folder, STEPS)
    return (folder / f"{NAME}.journal").read_bytes()


def _write(folder: Path, states: list[DrawingState], kept: Kept | None = None) -> None:
    file = JournalFile(folder, NAME, kept=kept)
    for state in states:
        file.write(state)
    file.release()


def _read(folder: Path) -> Kept:
    return read_journal(folder / f"{NAME}.journal")


def test_the_last_state_is_read_and_nothing_is_left_locked(tmp_path: Path) -> None:
    _write(tmp_path / "new", STEPS)

    kept = _read(tmp_path / "new")
    assert facts(kept.state) == facts(STEPS[-1])
    assert not kept.damaged
    assert [path.name for path in (tmp_path / "new").iterdir()] == [f"{NAME}.journal"]


def test_a_blank_drawing_makes_no_file(tmp_path: Path) -> None:
    _write(tmp_path, [DrawingState()])

    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_is_cut_anywhere_keeps_the_steps_before_the_cut(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.journal"
    lines = content.splitlines(keepends=True)
    ends = [sum(map(len, lines[: number + 1])) for number in range(len(lines))]
    possible = [facts(state) for state in (DrawingState(), *STEPS)]
    near_the_ends = (end + offset for end in ends[:-1] for offset in (-1, 0, 1, 9, 10))
    for cut in sorted({*range(ends[0], len(content), 13), *near_the_ends} - set(range(ends[0]))):
        path.write_bytes(content[:cut])

        kept = read_journal(path)

        whole = sum(end <= cut for end in ends) - 1
        assert facts(kept.state) == possible[whole]
        assert kept.damaged == (cut not in ends)


@given(place=st.integers(0, 100_000), byte=st.integers(0, 255))
def test_a_journal_with_a_wrong_byte_keeps_the_steps_before_it(
    content: bytes, tmp_path_factory: pytest.TempPathFactory, place: int, byte: int
) -> None:
    damaged = bytearray(content)
    damaged[place % len(content)] = byte
    path = tmp_path_factory.getbasetemp() / f"{NAME}.journal"
    path.write_bytes(damaged)
    before = content[: place % len(content)].count(b"\n") - 1
    try:
        kept = read_journal(path)
    except JournalFault:
        assert before < 0
    else:
        expected = len(STEPS) if bytes(damaged) == content else before
        assert facts(kept.state) == facts([DrawingState(), *STEPS][expected])


def test_a_cut_journal_is_gone_on_with_after_its_last_whole_line(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.journal"
    path.write_bytes(content[:-10])

    _write(tmp_path, [drawn(9)], kept=read_journal(path))

    kept = read_journal(path)
    assert facts(kept.state) == facts(drawn(9))
    assert not kept.damaged


@pytest.mark.slow
def test_a_journal_of_thousands_of_strokes_is_gone_on_with_at_once(tmp_path: Path) -> None:
    points = np.random.default_rng(0).uniform(0, 1000, (10_000, 20, 4))
    much = DrawingState(Drawing(tuple(map(Stroke, points))))
    _write(tmp_path, [much])
    kept = _read(tmp_path)

    begun = time.thread_time()
    file = JournalFile(tmp_path, NAME, kept=kept)
    # The window does this in its own thread; the text of all strokes takes a fifth of a second.
    assert time.thread_time() - begun < 0.02

    fewer = DrawingState(Drawing(kept.state.drawing.strokes[1:]))
    file.write(fewer)
    file.release()
    assert facts(_read(tmp_path).state) == facts(fewer)
    # What is there already counts as its state alone: one stroke less is no reason to write it anew.
    assert file.size > kept.size


def test_a_journal_of_a_newer_version_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.journal"
    path.write_bytes(b"digitvision-journal 2\nsomething new\n")
    with pytest.raises(NewerJournal, match="newer DigitVision"):
        read_journal(path)

    path.write_bytes(b"\0" * 200)
    with pytest.raises(JournalFault) as fault:
        read_journal(path)
    assert not isinstance(fault.value, NewerJournal)


def test_a_picture_comes_back_and_goes_with_the_drawing(tmp_path: Path) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor(10, 200, 30))
    covered = replace(drawn(1), picture=KeptPicture(image, "a.png"))
    file = JournalFile(tmp_path, NAME)
    file.write(covered)
    file.write(replace(covered, text="4"))

    picture = _read(tmp_path).state.picture
    assert picture is not None
    assert picture.name == "a.png"
    assert picture.image.size() == image.size()
    assert picture.image.pixelColor(3, 3) == QColor(10, 200, 30)
    assert len(list(tmp_path.glob("*.png"))) == 1

    file.write(drawn(1))
    assert _read(tmp_path).state.picture is None
    file.write(replace(drawn(1), modified=False, closed=True))
    file.finish()
    assert list(tmp_path.iterdir()) == []


def test_a_picture_elsewhere_is_not_read(tmp_path: Path) -> None:
    image = QImage(3, 3, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    _write(tmp_path, [replace(drawn(1), picture=KeptPicture(image, "a.png"))])
    path = tmp_path / f"{NAME}.journal"
    path.write_bytes(HEADER + RecordChain().line_of({"picture": {"file": "../other.png", "name": "x"}}))

    kept = read_journal(path)
    assert kept.state.picture is None
    assert kept.damaged


def test_a_long_history_is_shortened_to_its_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_file, "SHORTENED_FROM", 2000)
    file = JournalFile(tmp_path, NAME)
    sizes = []
    for number in range(100):
        file.write(drawn(1, number))
        sizes.append(file.size)

    assert max(sizes) < 6000
    assert sizes != sorted(sizes)
    file.write(drawn(1, 2, 3))
    file.release()
    kept = _read(tmp_path)
    assert facts(kept.state) == facts(drawn(1, 2, 3))
    assert not kept.damaged


class _Disk:
    """Takes a number of bytes for journals, and is full then."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room = 10**9
        original = open

        def opened(path: object, mode: str = "r", **options: object) -> object:
            file = original(path, mode, **options)  # type: ignore[call-overload]
            return _Limited(self, file) if str(path).endswith(".journal") and mode != "rb" else file

        monkeypatch.setattr("builtins.open", opened)


class _Limited:
    def __init__(self, disk: _Disk, file: Any) -> None:
        self._disk = disk
        self._file = file

    def write(self, data: memoryview) -> int:
        if not self._disk.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written: int = self._file.write(data[: self._disk.room])
        self._disk.room -= written
        return written

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)


def test_what_a_full_disk_has_cut_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = _Disk(monkeypatch)
    file = JournalFile(tmp_path, NAME)
    file.write(drawn(1))
    for room in (7, 0):
        disk.room = room
        with pytest.raises(OSError, match="No space"):
            file.write(drawn(1, 2))
        assert facts(_read(tmp_path).state) == facts(drawn(1))

    disk.room = 10**9
    file.write(drawn(1, 2, 3))
    file.release()

    kept = _read(tmp_path)
    assert facts(kept.state) == facts(drawn(1, 2, 3))
    assert not kept.damaged


def test_what_did_not_reach_the_disk_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    file = JournalFile(tmp_path, NAME)
    file.write(drawn(1))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(OSError, match="error"):
            file.write(drawn(1, 2))

    file.write(drawn(1, 2))
    file.release()

    kept = _read(tmp_path)
    assert facts(kept.state) == facts(drawn(1, 2))
    assert not kept.damaged


def test_a_folder_that_was_emptied_gets_everything_again(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    file = JournalFile(folder, NAME)
    file.write(drawn(1, 2))
    for path in folder.iterdir():
        path.unlink()

    file.write(drawn(1, 2, 3))
    file.release()

    assert facts(_read(folder).state) == facts(drawn(1, 2, 3))


def test_what_would_be_lost_is_put_aside_and_the_rest_is_deleted(tmp_path: Path) -> None:
    endings = {
        "unsaved": drawn(1),
        "saved": replace(drawn(1), modified=False, path="/a.inkml"),
        "cleared": replace(drawn(1), drawing=Drawing()),
    }
    for name, state in endings.items():
        file = JournalFile(tmp_path, name)
        file.write(replace(drawn(1), path=state.path))
        file.write(replace(state, closed=True))
        file.finish()

    assert [path.name for path in tmp_path.iterdir()] == ["unsaved.earlier"]
