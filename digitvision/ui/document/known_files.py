"""What the files held that this window has opened or saved, so that a change by somebody else is noticed."""

from pathlib import Path

from digitvision.faults import Fault
from digitvision.files import FileFault, digest_of, read_limited, write_named_file
from digitvision.recognition.corrections import corrections_of
from digitvision.ui.journal.drawing_state import DrawingState
from digitvision.ui.journal.journal_folder import keep_earlier


class KnownFiles:
    """Remembers the digest of each file."""

    def __init__(self) -> None:
        self._digests: dict[Path, str] = {}

    def digest(self, path: Path) -> str:
        """Return what a file held when it was opened or saved last, as `files.digest_of` does; empty if unknown."""
        return self._digests.get(path, "")

    def note(self, path: Path, digest: str) -> None:
        """Note what a file holds now."""
        self._digests[path] = digest


def save_drawing(path: Path, data: bytes, *, known: str, replace: bool, earlier: Path | None) -> str:
    """Write a drawing's file; a version in its place that this window does not know is kept, or refuses the writing.

    Args:
        path: The file.
        data: Its new content.
        known: What it held when it was opened or saved here; empty where it was neither.
        replace: Whether the user has agreed to replace an unknown version.
        earlier: Folder of the earlier drawings, for that version; None to keep none.

    Returns:
        The digest of what the file holds now; empty where it was not written, because somebody else has changed it and
        the user has not agreed to replace that version.

    Raises:
        FileFault: The file cannot be written.
    """
    held = _held(path)
    if held is not None and digest_of(held) != known:
        if not replace and known:
            return ""
        if earlier is not None:
            _keep(earlier, held, path)
    write_named_file(path, data)
    return digest_of(data)


def _held(path: Path) -> bytes | None:
    """Return what a file holds; None where there is none that can be read."""
    from digitvision.ink.inkml import MAX_FILE_BYTES

    try:
        return read_limited(path, MAX_FILE_BYTES) if path.exists() else None
    except (FileFault, OSError):
        return None


def _keep(folder: Path, data: bytes, path: Path) -> None:
    from digitvision.ink.inkml import parse_inkml

    try:
        found = parse_inkml(data, where=path.name)
    except Fault:
        # It holds no drawing.
        return
    if found.drawing and found.native:
        corrections = corrections_of(found.annotations)
        keep_earlier(folder, DrawingState(found.drawing, corrections, found.settings, path=str(path), modified=True))
