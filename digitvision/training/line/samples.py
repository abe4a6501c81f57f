"""Lines to evaluate with: strings of glyphs from array files, expressions in one row, and pictures of lines."""

import json
import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.files import reason
from digitvision.ink.stroke import NO_PRESSURE, Drawing, Stroke
from digitvision.recognition.alphabets import CLASSES, DIGITS
from digitvision.recognition.line.line_kinds import ARITHMETIC_SIGNS
from digitvision.training.data.array_files import read_npz
from digitvision.training.data.dataset import DataFault
from digitvision.training.data.glyphs import Paths
from digitvision.training.data.labels import label_of
from digitvision.training.line.picture_files import read_line_pictures

_LINE_LIMIT: Final = 2**22
_MOST: Final = 100_000

_ARITHMETIC: Final = frozenset((*DIGITS, *ARITHMETIC_SIGNS, "%"))


@dataclass(frozen=True, slots=True, eq=False)
class LineSample:
    """A handwritten line with its text.

    Attributes:
        drawing: Strokes of the line; empty if there is a picture instead.
        tokens: Text of the line: its glyphs, each as a person types it, and a space between words.
        writer: Name of the writer; empty if it is not known.
        picture: Content of a picture file; None if there are strokes.
    """

    drawing: Drawing
    tokens: tuple[str, ...]
    writer: str = ""
    picture: bytes | None = None


def read_lines(path: Path, alphabet: str | None = None) -> list[LineSample]:
    """Read lines from a file.

    The file is an .npz of strokes whose labels are strings; a .jsonl.xz of lines with their texts, or of expressions,
    of which those in one row are taken; or a folder or .tar of pictures with a table `labels.csv`, see
    `picture_files.read_line_pictures`.

    Args:
        path: The file or folder.
        alphabet: Expressions are taken whose symbols are all in this alphabet; if None, one-line arithmetic.

    Raises:
        DataFault: The file is missing, damaged, of another format, or has no such line.
    """
    if path.name.endswith(".jsonl.xz"):
        found = _expressions(path, _ARITHMETIC if alphabet is None else frozenset(CLASSES[alphabet]))
    elif path.suffix == ".npz":
        found = _strings(path)
    elif path.suffix == ".tar" or path.is_dir():
        found = [LineSample(Drawing(), tuple(text), picture=content) for text, content in read_line_pictures(path)]
    else:
        raise DataFault(
            f"“{path}” holds no lines that can be read: take an .npz of strokes, a .jsonl.xz, "
            "or a folder or .tar of pictures with a labels.csv."
        )
    if not found:
        raise DataFault(f"“{path}” holds no line of this alphabet.")
    return found


def _strings(path: Path) -> list[LineSample]:
    glyphs = read_npz(path)
    found = []
    for ink, label, writer in zip(
        glyphs.ink,
        glyphs.labels.tolist(),
        [0] * len(glyphs) if glyphs.writers is None else glyphs.writers.tolist(),
        strict=True,
    ):
        if not isinstance(ink, tuple):
            raise DataFault(f"“{path}” holds pictures: lines are measured with strokes.")
        name = glyphs.writer_names[writer] if glyphs.writer_names else ""
        found.append(LineSample(_drawing(ink), tuple(glyphs.label_names[label]), name))
    return found


def _expressions(path: Path, classes: frozenset[str]) -> list[LineSample]:
    found: list[LineSample] = []
    row = 0
    try:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            while (line := file.readline(_LINE_LIMIT)) and len(found) < _MOST:
                row += 1
                sample = _expression(json.loads(line), classes)
                if sample is not None:
                    found.append(sample)
    except OSError as error:
        raise DataFault(f"“{path}” cannot be read: {reason(error)}.") from error
    except (lzma.LZMAError, EOFError, UnicodeDecodeError) as error:
        raise DataFault(f"“{path}” is damaged: it cannot be unpacked.") from error
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise DataFault(f"Line {row} of “{path}” is no expression with strokes, symbols and relations.") from error
    return found


def _expression(raw: dict[str, Any], classes: frozenset[str]) -> LineSample | None:
    """Make a line of an expression; None if it is not one row of these classes whose symbols share out all strokes.

    What has no symbols is a line of words, with its text.
    """
    if "symbols" not in raw:
        text = " ".join(str(raw["truth"]).split())
        return LineSample(_drawing(_paths(raw)), tuple(text), str(raw.get("writer", ""))) if text else None
    symbols, relations = raw["symbols"], raw["relations"]
    if relations is None or any(relation != "Right" for _, _, relation in relations):
        return None
    texts = [label_of(label).text for label, _ in symbols]
    owned = sorted(index for _, indices in symbols for index in indices)
    if not classes.issuperset(texts) or owned != list(range(len(raw["strokes"]))):
        return None
    following = {parent: child for parent, child, _ in relations}
    current = next(iter(set(range(len(symbols))) - set(following.values())), None)
    tokens: list[str] = []
    while current is not None and len(tokens) <= len(texts):
        tokens.append(texts[current])
        current = following.get(current)
    if len(tokens) != len(texts):
        return None
    return LineSample(_drawing(_paths(raw)), tuple(tokens), str(raw.get("writer", "")))


def _paths(raw: dict[str, Any]) -> tuple[NDArray[np.float64], ...]:
    return tuple(np.array(stroke, np.float64).reshape(-1, 2) for stroke in raw["strokes"])


def _drawing(paths: Paths | Sequence[Any]) -> Drawing:
    return Drawing(
        tuple(Stroke(np.column_stack([path, np.zeros(len(path)), np.full(len(path), NO_PRESSURE)])) for path in paths)
    )
