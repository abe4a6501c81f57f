"""InkML's mappings: from what a pen reported to where it lies on the canvas.

Identities, affine mappings, tables and products of these are applied. Formulas are not, and are passed over.
Source: W3C, "Ink Markup Language (InkML)", Recommendation of 20 September 2011, section 4.4 (mappings).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

_DEEPEST: Final = 8
_MOST_NUMBERS: Final = 100_000

Find = Callable[[str], "Mapping | None"]
"""Finds a mapping by its name."""


@dataclass(slots=True)
class Mapping:
    """A mapping as it stands in the file.

    Attributes:
        kind: Its type, in small letters.
        reference: Name of the mapping that it stands for; empty for none.
        rows: Numbers of its matrix, or of its table, row by row.
        relative: Whether the table holds what is added to the value.
        steps: Whether the table's values hold up to the next one, instead of changing evenly.
        sources, targets: Names of the channels that are bound to its columns and rows.
        parts: The mappings of a product, in the order in which they are applied.
    """

    kind: str = ""
    reference: str = ""
    rows: list[list[float]] = field(default_factory=list)
    relative: bool = False
    steps: bool = False
    sources: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    parts: "list[Mapping]" = field(default_factory=list)

    def set_rows(self, text: str) -> None:
        """Take in the text of the matrix or the table; one that is no list of numbers is left out."""
        try:
            rows = [list(map(float, row.split())) for row in text[: 20 * _MOST_NUMBERS].split(",") if row.strip()]
        except ValueError:
            return
        if sum(map(len, rows)) <= _MOST_NUMBERS and all(np.isfinite(row).all() for row in rows):
            self.rows = rows

    def bind(self, attributes: dict[str, str]) -> None:
        """Take in a binding of a channel to a column or a row."""
        for name, names in (("source", self.sources), ("target", self.targets)):
            if attributes.get(name):
                names.append(attributes[name].upper())


def plane_matrix(mapping: Mapping | None, find: Find, depth: int = 0) -> NDArray[np.float64] | None:
    """Return what a mapping does to positions as float64 [3, 3]; None where it does nothing that is understood."""
    if mapping is None or depth > _DEEPEST:
        return None
    if mapping.reference:
        return plane_matrix(find(mapping.reference), find, depth + 1)
    if mapping.kind == "product" or (mapping.parts and not mapping.rows):
        product = np.eye(3)
        parts = [plane_matrix(part, find, depth + 1) for part in mapping.parts]
        for matrix in (part for part in parts if part is not None):
            product = matrix @ product
        return product if any(part is not None for part in parts) else None
    rows = mapping.rows
    if mapping.kind not in ("affine", "") or len(rows) < 2 or any(len(row) < 3 for row in rows[:2]):
        return None
    matrix = np.eye(3)
    columns = _places(mapping.sources)
    for place, row in zip(_places(mapping.targets), rows, strict=False):
        if place < 2:
            matrix[place] = 0.0
            matrix[place, 2] = row[-1]
            for column, value in zip(columns, row[:-1], strict=False):
                if column < 2:
                    matrix[place, column] = value
    if abs(np.linalg.det(matrix[:2, :2])) < np.finfo(float).tiny or (matrix == np.eye(3)).all():
        return None
    return matrix


def mapped_values(
    mapping: Mapping | None, values: NDArray[np.float64], find: Find, depth: int = 0
) -> NDArray[np.float64]:
    """Return the values of one channel, float64 [N], as a mapping of that channel has them."""
    if mapping is None or depth > _DEEPEST:
        return values
    if mapping.reference:
        return mapped_values(find(mapping.reference), values, find, depth + 1)
    for part in mapping.parts:
        values = mapped_values(part, values, find, depth + 1)
    rows = mapping.rows
    if mapping.kind == "affine" and len(rows) == 1 and len(rows[0]) == 2:
        return values * rows[0][0] + rows[0][1]
    if mapping.kind == "lookup" and rows and all(len(row) == 2 for row in rows):
        table = np.array(sorted(rows))
        if mapping.steps:
            places = np.clip(np.searchsorted(table[:, 0], values, side="right") - 1, 0, len(table) - 1)
            found = np.where(np.isnan(values), np.nan, table[places, 1])
        else:
            found = np.interp(values, table[:, 0], table[:, 1])
        return values + found if mapping.relative else found
    return values


def _places(names: list[str]) -> list[int]:
    """Return whether each bound channel is X (0), Y (1) or another one (2); X and Y where none is bound."""
    if not {"X", "Y"} <= set(names):
        return [0, 1]
    return ["XY".index(name) if name in ("X", "Y") else 2 for name in names]
