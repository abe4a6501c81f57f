"""Reading pictures of lines with a table of their texts, from a folder or a .tar."""

import csv
import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from digitvision.faults import Fault
from digitvision.files import read_limited, reason
from digitvision.ink.picture import MAX_FILE_BYTES
from digitvision.training.data.dataset import DataFault

TABLE: Final = "labels.csv"
FOLDER: Final = "images"
"""Folder of the pictures that are not beside the table."""

FILE_COLUMN: Final = "file"
TEXT_COLUMNS: Final = ("text", "digits")

_TABLE_LIMIT: Final = 16 * 2**20
_MOST: Final = 100_000
"""Largest number of pictures."""

_Contents = Callable[[str, int], bytes | None]
"""Returns the content of the file of this name, of at most so many bytes; None if there is no such file."""


def read_line_pictures(path: Path) -> list[tuple[str, bytes]]:
    """Read the text of each picture and the content of its file.

    The table `labels.csv` has the columns `file` and `text` (or `digits`); other columns are ignored. The pictures are
    beside the table or in the folder `images`.

    Raises:
        DataFault: Something is missing, damaged or too large.
    """
    if path.is_dir():
        return _read(path, lambda name, limit: _from_folder(path, name, limit))
    try:
        with tarfile.open(path) as archive:
            members = {_plain(member.name): member for member in archive.getmembers()[: 2 * _MOST] if member.isfile()}

            def from_archive(name: str, limit: int) -> bytes | None:
                member = members.get(_plain(name))
                if member is None:
                    return None
                if member.size > limit:
                    raise DataFault(f"“{name}” in “{path}” is larger than the files that are read.")
                content = archive.extractfile(member)
                return None if content is None else content.read()

            return _read(path, from_archive)
    except OSError as error:
        raise DataFault(f"“{path}” cannot be read: {reason(error)}.") from error
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise DataFault(f"“{path}” is damaged: it cannot be unpacked.") from error


def _plain(name: str) -> str:
    return name.removeprefix("./")


def _from_folder(folder: Path, name: str, limit: int) -> bytes | None:
    """Read a file of a folder, see `_Contents`."""
    file = folder / name
    # The table may name paths outside of the folder; these are not read.
    if not file.resolve().is_relative_to(folder.resolve()) or not file.is_file():
        return None
    try:
        return read_limited(file, limit)
    except Fault as fault:
        raise DataFault(str(fault)) from fault


def _read(path: Path, content_of: _Contents) -> list[tuple[str, bytes]]:
    """Read the table and the pictures that it names."""
    table = content_of(TABLE, _TABLE_LIMIT)
    if table is None:
        raise DataFault(f"“{path}” has no {TABLE} with the texts of its pictures.")
    found: list[tuple[str, bytes]] = []
    try:
        rows = csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline=""))
        columns = rows.fieldnames or []
        text_column = next((name for name in TEXT_COLUMNS if name in columns), None)
        if FILE_COLUMN not in columns or text_column is None:
            raise DataFault(f"{TABLE} in “{path}” needs the columns “file” and “text”.")
        for row in rows:
            name, text = row[FILE_COLUMN], row[text_column]
            if not name or not text:
                raise DataFault(f"Line {rows.line_num} of {TABLE} in “{path}” names no file or no text.")
            content = content_of(name, MAX_FILE_BYTES)
            if content is None:
                content = content_of(f"{FOLDER}/{name}", MAX_FILE_BYTES)
            if content is None:
                raise DataFault(f"“{path}” has no file “{name}”, which its {TABLE} names.")
            found.append((text, content))
            if len(found) > _MOST:
                raise DataFault(f"“{path}” holds more than the {_MOST:,} pictures that are read.")
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataFault(f"{TABLE} in “{path}” is no table.") from error
    return found
