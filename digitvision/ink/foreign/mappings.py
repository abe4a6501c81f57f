"""InkML's mappings: from what a pen reported to where it lies on the canvas.

Identities, affine mappings, tables, formulas and products of these are applied to the values of all channels at once.
What is not understood changes nothing.
Source: W3C, "Ink Markup Language (InkML)", Recommendation of 20 September 2011, section 4.4 (mappings).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.foreign.formulas import Formula

_MOST_STEPS: Final = 100
"""Mappings, and parts of formulas, that one mapping may consist of."""

_MOST_NUMBERS: Final = 100_000

_HOLDING: Final = ("floor", "ceiling", "middle")
"""Interpolations of a table whose values hold for a stretch, instead of changing evenly."""

Values = dict[str, NDArray[np.float64]]
"""The values of channels, float64 [N] each, by their names in capital letters."""

Find = Callable[[str], "Mapping | None"]
"""Finds a mapping by its name."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A channel that a mapping takes or gives.

    Attributes:
        channel: Its name in capital letters.
        column: The table's column for it, counted from 1; 0 where none is named.
        variable: The formula's variable for it; empty where none is named.
    """

    channel: str
    column: int = 0
    variable: str = ""


@dataclass(slots=True)
class Mapping:
    """A mapping as it stands in the file.

    Attributes:
        kind: Its type, in small letters.
        reference: Name of the mapping that it stands for; empty for none.
        rows: Numbers of its matrix, or of its table, row by row.
        relative: Whether the table holds what is added to the value.
        interpolation: What a table has between two of its rows.
        formula: Its formula; None for none.
        sources, targets: The channels that it takes and gives.
        parts: The mappings of a product, in the order in which they are applied.
    """

    kind: str = ""
    reference: str = ""
    rows: list[list[float]] = field(default_factory=list)
    relative: bool = False
    interpolation: str = ""
    formula: Formula | None = None
    sources: list[Binding] = field(default_factory=list)
    targets: list[Binding] = field(default_factory=list)
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
        """Take in a binding of a channel to a column or a variable."""
        column = attributes.get("column", "").strip()
        place = int(column) if column.isascii() and column.isdigit() and len(column) < 4 else 0
        for name, bindings in (("source", self.sources), ("target", self.targets)):
            if attributes.get(name):
                variable = attributes.get("variable", "").strip()
                bindings.append(Binding(attributes[name].strip().upper(), place, variable))


def steps_of_mapping(mapping: Mapping | None, find: Find) -> list[Mapping]:
    """Return the affine mappings, tables and formulas that a mapping applies one after the other.

    Identities, and what is not understood, are left out; of a mapping that goes in a circle, or is larger than any that
    a program would write, nothing is left.
    """
    found: list[Mapping] = []
    pending = [] if mapping is None else [mapping]
    weight = 0
    while pending:
        one = pending.pop()
        weight += 1 + (one.formula.size if one.formula is not None else 0)
        if weight > _MOST_STEPS:
            return []
        if one.reference:
            named = find(one.reference)
            pending += [] if named is None else [named]
        elif one.parts:
            pending += reversed(one.parts)
        elif _maps_something(one):
            found.append(one)
    return found


def _maps_something(mapping: Mapping) -> bool:
    if mapping.kind in ("affine", "") and mapping.rows:
        # In a channel, a mapping without bindings takes that channel alone.
        found = [(own, _matrix(mapping, own)) for own in (("X", "Y"), ("X",))]
        return any(
            matrix is not None
            and (
                _names(mapping.sources, own) != _names(mapping.targets, own)
                or not np.array_equal(matrix, np.eye(*matrix.shape))
            )
            for own, matrix in found
        )
    return bool(mapping.rows) if mapping.kind == "lookup" else mapping.formula is not None


def mapped(steps: Sequence[Mapping], values: Values, own: Sequence[str]) -> Values:
    """Return the values of all channels as mappings have them.

    Args:
        steps: The mappings, see `steps_of_mapping`.
        values: The values of the channels.
        own: The channels that a mapping takes and gives where it names none.
    """
    for step in steps:
        if step.kind == "lookup":
            values = values | _looked_up(step, values, own)
        elif step.formula is not None:
            values = values | _calculated(step, values, own)
        else:
            values = values | _affine(step, values, own)
    return values


def _names(bindings: Sequence[Binding], own: Sequence[str]) -> list[str]:
    return [one.channel for one in bindings] or list(own)


def _matrix(mapping: Mapping, own: Sequence[str]) -> NDArray[np.float64] | None:
    """Return an affine mapping's matrix, float64 [targets, sources + 1]; None where it fits no binding, or flattens."""
    sources = _names(mapping.sources, own)
    targets = _names(mapping.targets, sources)
    rows = mapping.rows[: len(targets)]
    if len(rows) < len(targets) or any(len(row) != len(sources) + 1 for row in rows):
        return None
    matrix = np.array(rows, dtype=np.float64)
    plane = [(targets.index(name), sources.index(name)) for name in "XY" if name in targets and name in sources]
    if len(plane) == 2:
        square = matrix[[row for row, _ in plane]][:, [column for _, column in plane]]
        return matrix if abs(np.linalg.det(square)) >= np.finfo(float).tiny else None
    return matrix if matrix[:, :-1].any() else None


def _affine(mapping: Mapping, values: Values, own: Sequence[str]) -> Values:
    matrix = _matrix(mapping, own)
    sources = _names(mapping.sources, own)
    if matrix is None or not set(sources) <= set(values):
        return {}
    columns = np.stack([values[name] for name in sources])
    found = matrix[:, :-1] @ columns + matrix[:, -1:]
    return dict(zip(_names(mapping.targets, sources), found, strict=True))


def _looked_up(mapping: Mapping, values: Values, own: Sequence[str]) -> Values:
    """Return what a table gives for one channel; nothing where it takes several."""
    source = mapping.sources[0] if mapping.sources else Binding(own[0])
    targets = mapping.targets or [Binding(source.channel)]
    width = len(mapping.rows[0])
    if len(mapping.sources) > 1 or source.channel not in values or any(len(row) != width for row in mapping.rows):
        return {}
    place = (source.column or 1) - 1
    places = [(target.column or number) - 1 for number, target in enumerate(targets, start=2)]
    if not all(0 <= one < width for one in (place, *places)):
        return {}
    table = np.array(mapping.rows)
    table = table[np.argsort(table[:, place], kind="stable")]
    given = values[source.channel]
    found = {}
    for target, column in zip(targets, places, strict=True):
        read = _between(table[:, place], table[:, column], given, mapping.interpolation)
        found[target.channel] = values.get(target.channel, given) + read if mapping.relative else read
    return found


def _between(
    steps: NDArray[np.float64], heights: NDArray[np.float64], given: NDArray[np.float64], interpolation: str
) -> NDArray[np.float64]:
    """Return the heights at some places between steps that grow; beyond the ends, those at the ends."""
    if interpolation not in _HOLDING:
        return np.asarray(np.interp(given, steps, heights))
    last = len(steps) - 1
    if interpolation == "floor":
        places = np.searchsorted(steps, given, side="right") - 1
    elif interpolation == "ceiling":
        places = np.searchsorted(steps, given, side="left")
    else:
        places = np.searchsorted((steps[1:] + steps[:-1]) / 2, given, side="right")
    return np.where(np.isnan(given), np.nan, heights[np.clip(places, 0, last)])


def _calculated(mapping: Mapping, values: Values, own: Sequence[str]) -> Values:
    assert mapping.formula is not None
    variables = dict(values)
    for source in mapping.sources:
        if source.channel in values:
            variables[source.variable or source.channel] = values[source.channel]
    targets = mapping.targets or mapping.sources or [Binding(own[0])]
    with np.errstate(all="ignore"):
        found = mapping.formula.results(variables)
    named = {target.channel: found[key] for target in targets if (key := target.variable or target.channel) in found}
    if not named and "" in found and len(targets) == 1:
        named = {targets[0].channel: found[""]}
    count = len(next(iter(values.values())))
    return {channel: np.broadcast_to(result, (count,)).copy() for channel, result in named.items()}
