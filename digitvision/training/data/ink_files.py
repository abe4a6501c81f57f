"""Reading glyphs from files of ink: expressions with their symbols, and a folder of drawings or pictures by class."""

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from digitvision.faults import Fault
from digitvision.files import reason
from digitvision.ink.picture_glyph import glyph_of_picture
from digitvision.training.data.dataset import DataFault, Progress
from digitvision.training.data.glyphs import Glyphs, Paths, Picture

INK_SUFFIX: Final = ".inkml"
PICTURE_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})

_LINE_LIMIT: Final = 2**22
"""Limit of the characters of one expression."""

_SAMPLES_LIMIT: Final = 1_000_000
_REPORT_EVERY: Final = 500


def read_expressions(path: Path) -> Glyphs:
    """Read expressions, one JSON object a line. Each symbol becomes a glyph; the other strokes are its spatial context.

    Raises:
        DataFault: The file is missing or damaged.
    """
    ink: list[Paths] = []
    names: list[str] = []
    written_by: list[str] = []
    contexts: list[Paths] = []
    row = 0
    try:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            while line := file.readline(_LINE_LIMIT):
                row += 1
                for label, paths, others, writer in _symbols(line):
                    names.append(label)
                    ink.append(paths)
                    contexts.append(others)
                    written_by.append(writer)
                if len(ink) > _SAMPLES_LIMIT:
                    raise DataFault(f"“{path}” holds more than the {_SAMPLES_LIMIT:,} samples that are read.")
    except OSError as error:
        raise DataFault(f"“{path}” cannot be read: {reason(error)}.") from error
    except (lzma.LZMAError, EOFError, UnicodeDecodeError) as error:
        raise DataFault(f"“{path}” is damaged: it cannot be unpacked.") from error
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise DataFault(f"Line {row} of “{path}” is no expression with strokes and symbols.") from error
    if not ink:
        raise DataFault(f"“{path}” holds no symbol.")
    label_names, labels = np.unique(names, return_inverse=True)
    writer_names, writers = np.unique(written_by, return_inverse=True)
    return Glyphs(
        name=path.name.removesuffix(".jsonl.xz"),
        ink=ink,
        labels=labels.astype(np.int64),
        label_names=tuple(label_names.tolist()),
        writers=writers.astype(np.int64),
        writer_names=tuple(writer_names.tolist()),
        context=contexts,
    )


def _symbols(line: str) -> Iterator[tuple[str, Paths, Paths, str]]:
    """Yield for each symbol of an expression its label, its strokes, all other strokes, and the writer."""
    expression: dict[str, Any] = json.loads(line)
    strokes = [np.array(stroke, dtype=np.float64).reshape(-1, 2) for stroke in expression["strokes"]]
    if not all(len(stroke) and np.isfinite(stroke).all() for stroke in strokes):
        raise ValueError("a stroke without points, or with coordinates that are no numbers")
    writer = str(expression.get("writer", ""))
    for label, indices in expression["symbols"]:
        if not isinstance(label, str) or not label or not indices:
            raise ValueError("a symbol without a label or strokes")
        own = frozenset(indices)
        others = tuple(stroke for index, stroke in enumerate(strokes) if index not in own)
        yield label, tuple(strokes[index] for index in indices), others, writer


def read_folder(folder: Path, progress: Progress | None = None, *, ink_only: bool = False) -> Glyphs:
    """Read a folder with a sub-folder for each class, named as the class, of InkML drawings or of pictures.

    Args:
        folder: The folder.
        progress: Called with the number of files that are read.
        ink_only: Whether to leave pictures out.

    Raises:
        DataFault: There is no such folder, it holds no class, or a file in it cannot be read.
    """
    wanted = {INK_SUFFIX} if ink_only else {INK_SUFFIX, *PICTURE_SUFFIXES}
    try:
        classes = sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))
        files = [
            (index, file)
            for index, entry in enumerate(classes)
            for file in sorted(entry.iterdir())
            if file.suffix.lower() in wanted
        ]
    except OSError as error:
        raise DataFault(f"“{folder}” cannot be read: {reason(error)}.") from error
    if not files:
        raise DataFault(f"“{folder}” has no sub-folder with drawings or pictures; each class needs one of its name.")
    if len(files) > _SAMPLES_LIMIT:
        raise DataFault(f"“{folder}” holds more than the {_SAMPLES_LIMIT:,} files that are read.")
    ink = []
    for done, (_, file) in enumerate(files, start=1):
        ink.append(_ink(file))
        if progress is not None and (done % _REPORT_EVERY == 0 or done == len(files)):
            progress(done, len(files))
    return Glyphs(
        name=folder.name,
        ink=ink,
        labels=np.array([index for index, _ in files], np.int64),
        label_names=tuple(entry.name for entry in classes),
    )


def _ink(file: Path) -> Paths | Picture:
    """Read the ink of one file.

    Raises:
        DataFault: The file cannot be read or has no ink.
    """
    try:
        if file.suffix.lower() == INK_SUFFIX:
            from digitvision.ink.inkml import read_inkml

            strokes = read_inkml(file).drawing.strokes
            if not strokes:
                raise DataFault(f"“{file}” has no ink.")
            return tuple(stroke.xy for stroke in strokes)
        from digitvision.ink.picture import ink_of_picture, open_picture

        # Thousands of whole photographs would not fit into memory, so that only the raster of each is kept.
        return glyph_of_picture(ink_of_picture(open_picture(file))).raster
    except DataFault:
        raise
    except Fault as error:
        raise DataFault(str(error)) from error
