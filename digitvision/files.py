"""The user's folder, and reading and writing files safely. It uses the standard library and platformdirs only."""

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import platformdirs

from digitvision.faults import Fault

HOME_VARIABLE = "DIGITVISION_HOME"


class FileFault(Fault, ValueError):
    """A file that cannot be read or written. To programs it is a wrong value, as the faults of its content are."""


def user_folder() -> Path:
    """Return the folder of the user's models, drawings, settings and logs.

    The environment variable ``DIGITVISION_HOME`` overrides the system's folder. The folder may not exist yet.
    """
    override = os.environ.get(HOME_VARIABLE)
    if override:
        return Path(override).absolute()
    return Path(platformdirs.user_data_dir("DigitVision", appauthor=False))


def log_path() -> Path:
    """Return the path of the log, which says more than a sentence on the screen; the file may not exist yet."""
    return user_folder() / "logs" / "digitvision.log"


def reason(error: OSError) -> str:
    """Return the system's message of an error, beginning in lower case and without number and path."""
    text = error.strerror or str(error) or type(error).__name__
    return text[0].lower() + text[1:]


def write_atomically(path: Path, data: bytes) -> None:
    """Write a whole file or nothing: a crash, a full disk or a kill leaves the old file as it was.

    The data goes to a temporary file in the same folder, is flushed to the disk and then replaces `path`.
    A symbolic link at `path` is followed, so that the file it points at is the one replaced.

    Raises:
        FileFault: The folder or file cannot be written.
    """
    write_together({path: data})


def check_folder_of(path: Path) -> None:
    """Check that the folder of a file exists that the user has named, before the work for it begins.

    A name that was mistyped must not make folders that nobody will find again.

    Raises:
        FileFault: There is no such folder.
    """
    folder = Path(os.path.realpath(path)).parent
    if not folder.is_dir():
        raise FileFault(f"“{path}” cannot be written: there is no folder “{folder}”. Choose another, or make it first.")


def make_folder_of(path: Path) -> None:
    """Make the folder of a file that is named on the command line, and say on standard error if it is new.

    Scripts name folders that do not exist yet; whoever mistyped a name sees it.

    Raises:
        FileFault: The folder cannot be made.
    """
    folder = Path(os.path.realpath(path)).parent
    if folder.is_dir():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileFault(f"“{path}” cannot be written: its folder cannot be made, {reason(error)}.") from error
    # A windowed bundle has no standard error.
    if sys.stderr is not None:
        sys.stderr.write(f"The folder “{folder}” is new.\n")


def write_named_file(path: Path, data: bytes) -> None:
    """Write a file that the user has named, as `write_atomically` does; its folder has to exist.

    Raises:
        FileFault: There is no such folder, or the file cannot be written.
    """
    check_folder_of(path)
    write_atomically(path, data)


@contextmanager
def writing_atomically(path: Path) -> Iterator[BinaryIO]:
    """Write a file bit by bit; it takes the old one's place at the end, and after an exception the old one stays.

    Args:
        path: The file; its folder has to exist.

    Yields:
        The new file, which is beside the old one until then.

    Raises:
        FileFault: There is no such folder, or the file cannot be written.
    """
    check_folder_of(path)
    target = Path(os.path.realpath(path))
    temporary: Path | None = None
    try:
        if _is_device(target):
            with open(target, "wb") as file:
                yield file
            return
        descriptor, name = tempfile.mkstemp(prefix=".digitvision-", suffix=".tmp", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _take_permissions(temporary, target)
        os.replace(temporary, target)
        temporary = None
    except OSError as error:
        raise FileFault(f"“{path}” cannot be written: {reason(error)}. The old file, if any, is unchanged.") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def digest_of(data: bytes) -> str:
    """Return a short text that is the same for equal content and, as good as certainly, for no other."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write several files as `write_atomically` does; no old file is replaced before all new ones are on the disk.

    Raises:
        FileFault: A folder or file cannot be written; the message names it.
    """
    waiting: list[tuple[Path, Path, Path]] = []
    path = Path()
    try:
        for path, data in files.items():
            target = Path(os.path.realpath(path))
            if _is_device(target):
                target.write_bytes(data)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            # The temporary name is not derived from the target's, which may be as long as the system allows.
            descriptor, name = tempfile.mkstemp(prefix=".digitvision-", suffix=".tmp", dir=target.parent)
            waiting.append((path, Path(name), target))
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            _take_permissions(Path(name), target)
        while waiting:
            path, temporary, target = waiting[0]
            os.replace(temporary, target)
            del waiting[0]
    except OSError as error:
        raise FileFault(f"“{path}” cannot be written: {reason(error)}. The old file, if any, is unchanged.") from error
    finally:
        for _, temporary, _ in waiting:
            temporary.unlink(missing_ok=True)


def _is_device(path: Path) -> bool:
    """Whether this is a device or a pipe, such as /dev/null, whose place no file must take."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def _take_permissions(temporary: Path, target: Path) -> None:
    """Give the new file the permissions of the old one, or else the usual ones: mkstemp makes private files."""
    if target.exists():
        mode = target.stat().st_mode & 0o777
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    os.chmod(temporary, mode)


@contextmanager
def holding(path: Path) -> Iterator[bool]:
    """Hold a file, so that other processes can tell that work is under way; the system lets go when a process ends.

    Args:
        path: The file; it is made where it is missing, and removed at the end.

    Yields:
        False where another process holds it. Where the disk cannot tell, as in a folder that cannot be written, the
        work goes on without being seen.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = open(path, "ab")  # noqa: SIM115 - it stays open while it is held
    except OSError:
        yield True
        return
    with file:
        if not _lock(file.fileno()):
            yield False
            return
        try:
            yield True
        finally:
            with suppress(OSError):
                path.unlink()


def is_held(path: Path) -> bool:
    """Whether a process is within `holding` of this file."""
    try:
        with open(path, "rb+") as file:
            return not _lock(file.fileno())
    except OSError:
        return False


def _lock(descriptor: int) -> bool:
    """Lock an open file until it is closed; return whether it was free."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except PermissionError:
        # This is how Windows says that the file is locked.
        return sys.platform != "win32"
    except OSError:
        # Some disks over the network know no locks.
        return True
    return True


def read_limited(path: Path, limit: int) -> bytes:
    """Read a whole file of at most `limit` bytes.

    Raises:
        FileFault: The file is missing, unreadable, no plain file, or larger than the limit.
    """
    try:
        if path.exists() and not path.is_file():
            raise FileFault(f"“{path}” is not a file.")
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise FileFault(f"“{path}” cannot be read: {reason(error)}.") from error
    if len(data) > limit:
        raise FileFault(f"“{path}” is larger than the {limit / 2**20:.0f} MB that DigitVision reads.")
    return data
