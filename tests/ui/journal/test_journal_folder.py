"""The folder of the journals: claiming, putting aside, deleting, and what goes by itself."""

import errno
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLockFile

from digitvision.files import FileFault
from digitvision.ui.journal import journal_folder
from digitvision.ui.journal.journal_file import JournalFile
from digitvision.ui.journal.journal_folder import (
    TakenFault,
    claim,
    delete_earlier,
    earlier_names,
    has_journals,
    keep_earlier,
    left_behind,
    new_name,
    read_unclaimed,
    restore_earlier,
    tidy,
)
from digitvision.ui.journal.locks import is_open_elsewhere
from tests.ui.journal.states import drawn


def _left(folder: Path, name: str = "a") -> None:
    file = JournalFile(folder, name)
    file.write(drawn(1))
    file.release()


def test_a_drawing_belongs_to_one_window_only(tmp_path: Path) -> None:
    _left(tmp_path)
    taken = claim(tmp_path, "a")
    assert taken.kept.state.attempts == 1

    with pytest.raises(TakenFault):
        claim(tmp_path, "a")
    assert left_behind(tmp_path).names == ()

    taken.lock.unlock()
    again = claim(tmp_path, "a")
    assert again.kept.state.attempts == 2
    again.lock.unlock()
    assert left_behind(tmp_path).set_aside == 1


def test_what_is_not_there_is_no_ones(tmp_path: Path) -> None:
    with pytest.raises(TakenFault):
        claim(tmp_path, "../a")
    assert list(tmp_path.iterdir()) == []
    assert not has_journals(tmp_path / "none")
    assert earlier_names(tmp_path / "none") == []


def test_names_differ_and_tell_the_order() -> None:
    names = [new_name() for _ in range(50)]
    assert len(set(names)) == 50


def test_a_closed_drawing_whose_journal_was_not_renamed_is_put_aside(tmp_path: Path) -> None:
    file = JournalFile(tmp_path, "a")
    file.write(replace(drawn(1), closed=True))
    file.release()

    found = left_behind(tmp_path)

    assert found.names == ()
    assert found.set_aside == 0
    assert earlier_names(tmp_path) == ["a"]


def test_a_deleted_one_can_be_restored(tmp_path: Path) -> None:
    name = keep_earlier(tmp_path, drawn(1))
    delete_earlier(tmp_path, name)
    tidy(tmp_path)
    restore_earlier(tmp_path, name)

    assert earlier_names(tmp_path) == [name]
    with pytest.raises(FileFault):
        restore_earlier(tmp_path, name)


def _age(path: Path, days: float) -> None:
    moment = time.time() - days * 24 * 3600
    os.utime(path, (moment, moment))


def test_what_is_older_than_four_weeks_goes(tmp_path: Path) -> None:
    for name, days in (("young", 27.0), ("old", 29.0)):
        (tmp_path / f"{name}.earlier").write_bytes(b"x")
        (tmp_path / f"{name}-1.png").write_bytes(b"x")
        _age(tmp_path / f"{name}.earlier", days)
    (tmp_path / "gone.deleted").write_bytes(b"x")
    _age(tmp_path / "gone.deleted", 1)
    (tmp_path / "other.damaged").write_bytes(b"x")

    tidy(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.damaged", "young-1.png", "young.earlier"]


def test_a_picture_stays_while_another_file_of_its_drawing_does(tmp_path: Path) -> None:
    for name in ("a.earlier", "a.damaged", "a-1.png"):
        (tmp_path / name).write_bytes(b"x")
    _age(tmp_path / "a.damaged", 29.0)

    tidy(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-1.png", "a.earlier"]
    _age(tmp_path / "a.earlier", 29.0)
    tidy(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_go_where_there_are_too_many_or_they_are_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_folder, "MOST_EARLIER", 3)
    monkeypatch.setattr(journal_folder, "MOST_BYTES", 250)
    for number in range(5):
        path = tmp_path / f"{number}.earlier"
        path.write_bytes(b"x" * (100 if number < 4 else 40))
        _age(path, 10 - number)

    tidy(tmp_path)

    assert earlier_names(tmp_path) == ["4", "3", "2"]
    monkeypatch.setattr(journal_folder, "MOST_BYTES", 150)
    tidy(tmp_path)
    assert earlier_names(tmp_path) == ["4", "3"]


def test_locks_of_windows_that_are_gone_go_and_those_of_living_ones_stay(tmp_path: Path) -> None:
    living = JournalFile(tmp_path, "a")
    living.write(replace(drawn(1), path=str(tmp_path / "x.inkml")))
    assert is_open_elsewhere(tmp_path, tmp_path / "x.inkml", "b")
    assert not is_open_elsewhere(tmp_path, tmp_path / "x.inkml", "a")
    assert not is_open_elsewhere(tmp_path, tmp_path / "y.inkml", "b")

    tidy(tmp_path)
    assert is_open_elsewhere(tmp_path, tmp_path / "x.inkml", "b")
    living.release()
    assert not is_open_elsewhere(tmp_path, tmp_path / "x.inkml", "b")


@pytest.mark.skipif(os.name == "nt", reason="Windows frees a lock with its process")
def test_a_lock_that_nothing_can_remove_counts_only_while_its_process_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _left(tmp_path)
    lock = tmp_path / "a.lock"
    # As on a full disk, where Qt can neither make a lock nor remove that of another process.
    monkeypatch.setattr(QLockFile, "tryLock", lambda *_: False)
    monkeypatch.setattr(QLockFile, "error", lambda _: QLockFile.LockError.LockFailedError)
    lock.write_text(f"{os.getpid()}\nprogram\nhost\n", encoding="utf-8")
    assert left_behind(tmp_path).names == ()

    lock.write_text("999999999\nprogram\nhost\n", encoding="utf-8")
    assert left_behind(tmp_path).names == ("a",)
    assert read_unclaimed(tmp_path, "a").state.drawing == drawn(1).drawing


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_only_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pipe.journal", "pipe.earlier", "pipe.damaged", journal_folder.CLOSED_NOTE):
        os.mkfifo(tmp_path / name)
    opened: list[object] = []
    real: Any = open

    def watched(path: object, *given: Any, **more: Any) -> object:
        # To open a pipe would never end.
        if isinstance(path, os.PathLike) and Path(path).is_fifo():
            opened.append(path)
            raise OSError(errno.EIO, "a pipe was opened")
        return real(path, *given, **more)

    monkeypatch.setattr("builtins.open", watched)
    monkeypatch.setattr("io.open", watched)

    assert not journal_folder.has_journals(tmp_path)
    assert journal_folder.left_behind(tmp_path) == journal_folder.Left()
    assert journal_folder.earlier_names(tmp_path) == []
    assert journal_folder.closed_unsaved(tmp_path) == 0.0
    tidy(tmp_path)
    with pytest.raises(FileFault):
        journal_folder.read_unclaimed(tmp_path, "pipe")
    assert opened == []
