"""The thread of the journals: the newest state is written, failures are told once and tried again."""

import errno
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from digitvision.ui.journal import journal_writer
from digitvision.ui.journal.journal_folder import claim, earlier_names
from digitvision.ui.journal.journal_reader import read_journal
from digitvision.ui.journal.journal_writer import JournalWriter
from tests.ui.journal.states import drawn, facts

_PATIENCE_S = 20.0


class _Told:
    """What the thread says."""

    def __init__(self) -> None:
        self.written: list[tuple[str, int]] = []
        self.problems: list[str] = []


@pytest.fixture
def told() -> _Told:
    return _Told()


@pytest.fixture
def writer(tmp_path: Path, told: _Told) -> Iterator[JournalWriter]:
    """A writer, whose thread is ended after the test."""
    writer = JournalWriter(
        tmp_path, on_written=lambda *found: told.written.append(found), on_problem=told.problems.append
    )
    yield writer
    writer.stop(_PATIENCE_S)


def test_of_states_that_wait_the_newest_is_written(
    writer: JournalWriter, told: _Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    monkeypatch.setattr(os, "fsync", lambda _: gate.wait(_PATIENCE_S))
    for number in range(1, 8):
        writer.keep("a", number, drawn(*range(number)))
    writer.keep("b", 8, drawn(9))
    gate.set()

    assert writer.flush(_PATIENCE_S)
    assert told.written[-2:] == [("a", 7), ("b", 8)]
    assert len(told.written) <= 3
    assert facts(read_journal(tmp_path / "a.journal").state) == facts(drawn(*range(7)))


def test_a_failure_is_told_once_and_what_waited_is_written_in_the_end(
    writer: JournalWriter, told: _Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_writer, "RETRY_S", 0.01)
    failures = iter(range(5))

    def full(_: int) -> None:
        if next(failures, None) is not None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    writer.keep("a", 1, drawn(1))
    writer.keep("b", 2, drawn(2))

    while not writer.flush(_PATIENCE_S):
        pass

    assert told.problems == ["no space left on device", ""]
    assert sorted(told.written) == [("a", 1), ("b", 2)]
    assert facts(read_journal(tmp_path / "b.journal").state) == facts(drawn(2))


def test_an_error_that_nobody_expected_does_not_end_the_thread(
    writer: JournalWriter, told: _Told, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: 1 // 0)
        writer.keep("a", 1, drawn(1))
        assert not writer.flush(_PATIENCE_S)
    assert told.problems == ["ZeroDivisionError"]
    assert "could not be written" in caplog.text

    assert writer.flush(_PATIENCE_S)
    assert told.written == [("a", 1)]


def test_a_closed_drawing_ends_its_journal_and_another_goes_on(
    writer: JournalWriter, told: _Told, tmp_path: Path
) -> None:
    writer.keep("a", 1, drawn(1))
    writer.keep("a", 2, replace(drawn(1), closed=True))
    writer.keep("b", 3, drawn(2))
    assert writer.flush(_PATIENCE_S)

    assert earlier_names(tmp_path) == ["a"]
    assert (tmp_path / "b.lock").exists()
    assert not (tmp_path / "a.lock").exists()
    assert writer.stop(_PATIENCE_S)
    assert not (tmp_path / "b.lock").exists()


def test_a_claimed_journal_is_gone_on_with(writer: JournalWriter, tmp_path: Path) -> None:
    writer.keep("a", 1, drawn(1))
    writer.stop(_PATIENCE_S)
    taken = claim(tmp_path, "a")
    second = JournalWriter(tmp_path, on_written=lambda *_: None, on_problem=lambda _: None)
    second.take(taken)
    size = taken.kept.size

    second.keep("a", 1, drawn(1, 2))
    assert second.flush(_PATIENCE_S)
    second.stop(_PATIENCE_S)

    kept = read_journal(tmp_path / "a.journal")
    assert facts(kept.state) == facts(drawn(1, 2))
    assert kept.size > size


def test_a_disk_that_hangs_holds_nobody_beyond_the_limit(
    tmp_path: Path, told: _Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    monkeypatch.setattr(os, "fsync", lambda _: gate.wait(_PATIENCE_S))
    writer = JournalWriter(tmp_path, on_written=lambda *found: told.written.append(found), on_problem=print)
    writer.keep("a", 1, drawn(1))

    assert not writer.flush(0.05)
    assert not writer.stop(0.05)
    gate.set()
    while any(thread.name == "journal" for thread in threading.enumerate()):
        time.sleep(0.01)
    # Nobody is told any more: the window is gone.
    assert told.written == []
