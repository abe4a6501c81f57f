"""Saving: the old file or the new one, and never a piece of either."""

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.files import (
    FileFault,
    holding,
    is_held,
    read_limited,
    user_folder,
    write_atomically,
    write_named_file,
    write_together,
    writing_atomically,
)

OLD = b"the old drawing"
NEW = b"the new drawing"

SAVING_FOREVER = """
import sys
from pathlib import Path
from digitvision.files import write_atomically
path, size = Path(sys.argv[1]), int(sys.argv[2])
letter = 0
print("saving", flush=True)
while True:
    letter = (letter + 1) % 26
    write_atomically(path, bytes([65 + letter]) * size)
"""

SAVING_WITHOUT_ROOM = """
import resource, signal, sys
from pathlib import Path
from digitvision.files import FileFault, write_atomically
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    write_atomically(Path(sys.argv[1]), b"x" * 1_000_000)
except FileFault as fault:
    print(str(fault))
    sys.exit(1)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with an old drawing in it."""
    path = tmp_path / "drawing.inkml"
    path.write_bytes(OLD)
    return path


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_file_is_written_and_replaced(path: Path) -> None:
    write_atomically(path, NEW)

    assert path.read_bytes() == NEW
    assert names(path.parent) == [path.name]


def test_a_file_that_is_written_bit_by_bit_takes_the_old_ones_place_at_the_end(path: Path) -> None:
    with writing_atomically(path) as file:
        file.write(NEW[:5])
        file.flush()
        assert path.read_bytes() == OLD
        file.write(NEW[5:])

    assert path.read_bytes() == NEW
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("failure", "raised", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), FileFault, "no space left on device. The old file"),
        (KeyboardInterrupt(), KeyboardInterrupt, "^$"),
    ],
)
def test_what_fails_while_it_is_written_bit_by_bit_leaves_the_old_file(
    path: Path, failure: BaseException, raised: type[BaseException], said: str
) -> None:
    def write() -> None:
        with writing_atomically(path) as file:
            file.write(NEW)
            raise failure

    with pytest.raises(raised, match=said):
        write()

    assert path.read_bytes() == OLD
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_file_that_is_written_bit_by_bit_needs_its_folder(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="there is no folder"), writing_atomically(tmp_path / "no" / "file"):
        pytest.fail("There is no such folder.")


def test_missing_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "new.inkml"
    write_atomically(path, NEW)

    assert path.read_bytes() == NEW


@given(st.binary(max_size=5000))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.bin"
    write_atomically(path, data)

    assert read_limited(path, 5000) == data


@pytest.mark.parametrize("call", ["fsync", "replace", "chmod"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS])
def test_a_full_or_failing_disk_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(FileFault) as caught:
        write_atomically(path, NEW)

    assert path.name in str(caught.value)
    assert os.strerror(number).lower() in str(caught.value).lower()
    assert path.read_bytes() == OLD
    assert names(path.parent) == [path.name]


def test_files_that_belong_together_are_all_written_or_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = path.with_name("other.txt")
    flushed = []

    def fill_up(descriptor: int) -> None:
        flushed.append(descriptor)
        if len(flushed) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fill_up)
        with pytest.raises(FileFault, match=r"other\.txt” cannot be written: no space left"):
            write_together({path: NEW, other: NEW})
    assert path.read_bytes() == OLD
    assert names(path.parent) == [path.name]

    write_together({path: NEW, other: OLD})
    assert (path.read_bytes(), other.read_bytes()) == (NEW, OLD)
    assert names(path.parent) == [path.name, other.name]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size")
def test_a_disk_that_fills_up_while_writing_leaves_the_old_file(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SAVING_WITHOUT_ROOM, str(path)], capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 1, done.stderr
    assert "cannot be written" in done.stdout
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == OLD
    assert names(path.parent) == [path.name]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a kill that asks nobody")
@pytest.mark.parametrize("pause", [0.01, 0.03, 0.08])
def test_a_kill_while_saving_leaves_a_whole_file(path: Path, pause: float) -> None:
    size = 1_000_000
    with subprocess.Popen(
        [sys.executable, "-c", SAVING_FOREVER, str(path), str(size)], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"saving\n"
        time.sleep(pause)
        child.send_signal(signal.SIGKILL)
        child.wait(30)

    data = path.read_bytes()
    assert data == OLD or (len(data) == size and len(set(data)) == 1)
    # What the killed one left is in no one's way.
    write_atomically(path, NEW)
    assert path.read_bytes() == NEW


def test_a_folder_that_is_a_file_is_reported_in_a_sentence(path: Path) -> None:
    with pytest.raises(FileFault, match="cannot be written"):
        write_atomically(path / "inside.inkml", NEW)

    assert path.read_bytes() == OLD


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_reported_in_a_sentence(path: Path) -> None:
    path.parent.chmod(0o500)
    try:
        with pytest.raises(FileFault, match="cannot be written"):
            write_atomically(path, NEW)
        assert path.read_bytes() == OLD
    finally:
        path.parent.chmod(0o700)


def test_a_folder_with_the_file_s_name_is_reported_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileFault, match="cannot be written"):
        write_atomically(tmp_path / "folder", NEW)

    assert names(tmp_path) == ["folder"]


def test_a_link_stays_and_its_target_is_replaced(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "link.inkml"
    link.parent.mkdir()
    link.symlink_to(path)
    write_atomically(link, NEW)

    assert link.is_symlink()
    assert path.read_bytes() == NEW
    assert names(link.parent) == ["link.inkml"]


def test_a_link_in_a_circle_is_reported_in_a_sentence(tmp_path: Path) -> None:
    link = tmp_path / "circle"
    link.symlink_to(link)
    with pytest.raises(FileFault):
        read_limited(link, 100)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are other ones there")
def test_permissions_are_kept(path: Path) -> None:
    path.chmod(0o640)
    write_atomically(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640

    plain = path.with_name("plain")
    plain.write_bytes(OLD)
    fresh = path.with_name("fresh")
    write_atomically(fresh, NEW)
    assert stat.S_IMODE(fresh.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


@pytest.mark.parametrize("name", ["ünïcödé.inkml", "数字 ✎.inkml", "a b'c\"d&.inkml", "x" * 250, "é" * 125, ".hidden"])
def test_any_name_that_the_system_allows_works(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_atomically(path, OLD)
    write_atomically(path, NEW)

    assert read_limited(path, 100) == NEW
    assert names(tmp_path) == [name]


def test_a_name_that_is_too_long_is_reported_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="cannot be written"):
        write_atomically(tmp_path / ("x" * 400), NEW)

    assert names(tmp_path) == []


def test_no_more_is_read_than_allowed(path: Path) -> None:
    assert read_limited(path, len(OLD)) == OLD
    with pytest.raises(FileFault, match="larger"):
        read_limited(path, len(OLD) - 1)


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_file_that_cannot_be_read_is_reported_in_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileFault) as caught:
        read_limited(tmp_path / name, 100)

    assert str(tmp_path) in str(caught.value)
    assert "Errno" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileFault, match="not a file"):
        read_limited(tmp_path / "pipe", 100)


def test_the_users_folder_can_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DIGITVISION_HOME", str(tmp_path / "mine"))
    assert user_folder() == tmp_path / "mine"

    monkeypatch.delenv("DIGITVISION_HOME")
    assert user_folder().name == "DigitVision"
    assert user_folder().is_absolute()


_HOLDING = """
import sys, time
from pathlib import Path
from digitvision.files import holding
with holding(Path(sys.argv[1])) as alone:
    print(alone, flush=True)
    time.sleep(60)
"""


def test_one_holder_at_a_time(path: Path) -> None:
    assert not is_held(path)
    with holding(path) as alone:
        assert alone
        assert is_held(path)
        with holding(path) as second:
            assert not second
        assert is_held(path)
    assert not is_held(path)
    assert not path.exists()


def test_where_no_file_can_be_made_the_work_goes_on(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    with holding(path / "within a file") as alone:
        assert alone


@pytest.mark.slow
def test_a_process_that_is_killed_holds_nothing(path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", _HOLDING, str(path)], stdout=subprocess.PIPE, encoding="utf-8")
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "True\n"
        assert is_held(path)
    finally:
        child.kill()
        child.communicate()
    assert not is_held(path)


def test_a_file_that_the_user_has_named_makes_no_folders(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match=r"there is no folder “.*mistyped”"):
        write_named_file(tmp_path / "mistyped" / "a.txt", b"x")
    assert list(tmp_path.iterdir()) == []

    write_named_file(tmp_path / "a.txt", b"x")
    assert (tmp_path / "a.txt").read_bytes() == b"x"
    (tmp_path / "link.txt").symlink_to(tmp_path / "none" / "a.txt")
    with pytest.raises(FileFault, match="there is no folder"):
        write_named_file(tmp_path / "link.txt", b"x")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_or_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomically(pipe, b"one")
        with writing_atomically(pipe) as file:
            file.write(b"two")
        assert os.read(reader, 10) == b"onetwo"
    finally:
        os.close(reader)

    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no device that is always full")
def test_a_full_device_is_told() -> None:
    with pytest.raises(FileFault, match="/dev/full.*no space left"), writing_atomically(Path("/dev/full")) as file:
        file.write(b"x" * 100_000)
