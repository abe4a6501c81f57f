"""Corpora of expressions: strokes, the symbols that they belong to, and the layout of these."""

import json
import lzma
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from digitvision.files import reason
from digitvision.recognition.expression.layout import BAR, RELATIONS, LayoutError, LayoutTree, Relation, Symbol
from digitvision.recognition.expression.reading.ellipsis import with_dots
from digitvision.recognition.expression.reading.stroke_features import Points, resampled, unit_of
from digitvision.training.data.dataset import DataFault
from digitvision.training.data.labels import label_of

_LINE_LIMIT: Final = 2**22
_MOST_STROKES: Final = 400
_XZ: Final = b"\xfd7zXZ\x00"


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """One expression that somebody wrote.

    Attributes:
        points: float64 [N, 32, 2], its strokes in the order of writing, in its own unit, see `stroke_features.unit_of`.
        tree: Its symbols, each label as LaTeX, and their layout.
        writer: Name of the writer.
        source: Name of the collection that it is from.
    """

    points: Points
    tree: LayoutTree
    writer: str
    source: str = ""


def read_corpus(path: Path) -> list[Expression]:
    """Read expressions, one JSON object a line; those whose relations are not a tree are left out.

    Raises:
        DataFault: The file is missing or damaged.
    """
    found = []
    row = 0
    try:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            while line := file.readline(_LINE_LIMIT):
                row += 1
                expression = _expression(json.loads(line))
                if expression is not None:
                    found.append(expression)
    except OSError as error:
        raise DataFault(f"“{path}” cannot be read: {reason(error)}.") from error
    except (lzma.LZMAError, EOFError, UnicodeDecodeError) as error:
        if not _begins_with(path, _XZ):
            raise DataFault(f"“{path}” is no file of expressions, which are JSON lines packed by xz.") from error
        raise DataFault(f"“{path}” is damaged: it cannot be unpacked.") from error
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise DataFault(f"Line {row} of “{path}” is no expression with strokes, symbols and relations.") from error
    return found


def _begins_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def _expression(raw: dict[str, Any]) -> Expression | None:
    if raw["relations"] is None or not 0 < len(raw["strokes"]) <= _MOST_STROKES:
        return None
    strokes = [np.array(stroke, np.float64).reshape(-1, 2) for stroke in raw["strokes"]]
    owned = sorted(index for _, indices in raw["symbols"] for index in indices)
    if owned != list(range(len(strokes))):
        # Nothing can be learned from strokes that belong to no symbol, or to two.
        return None
    symbols = tuple(Symbol(label_of(label).latex, tuple(sorted(indices))) for label, indices in raw["symbols"])
    try:
        tree = LayoutTree(symbols, tuple((parent, child, relation) for parent, child, relation in raw["relations"]))
    except LayoutError:
        return None
    points = resampled(strokes)
    return Expression(
        points / unit_of(points), with_dots(with_scripts(tree)), str(raw.get("writer", "")), str(raw.get("source", ""))
    )


def with_scripts(tree: LayoutTree) -> LayoutTree:
    r"""Return the tree with limits as scripts: sources differ in which of both they use, and the LaTeX is the same.

    Symbols above or below a bar or a root stay as they are.
    """
    renamed: dict[Relation, Relation] = {"Above": "Sup", "Below": "Sub"}
    relations = tuple(
        (parent, child, relation if tree.symbols[parent].label in (BAR, r"\sqrt") else renamed.get(relation, relation))
        for parent, child, relation in tree.relations
    )
    return LayoutTree(tree.symbols, relations)


def relation_indices(tree: LayoutTree) -> list[tuple[int, int, int]]:
    """Return all relations as `(parent, child, index in RELATIONS)`."""
    return [(parent, child, RELATIONS.index(relation)) for parent, child, relation in tree.relations]


def labels_of(expressions: list[Expression]) -> tuple[str, ...]:
    """Return all labels that occur, sorted."""
    return tuple(sorted({symbol.label for expression in expressions for symbol in expression.tree.symbols}))
