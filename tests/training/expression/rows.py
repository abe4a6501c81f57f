"""Rows of symbols with given positions."""

from typing import Final

import numpy as np

from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.training.expression.corpus import Expression

ENDS: Final = {
    "1": (1.0, 0.0),
    "2": (1.0, 0.0),
    "a": (0.5, 0.0),
    "x": (0.5, 0.0),
    "X": (1.0, 0.0),
    "p": (0.5, -0.5),
    "P": (1.1, 0.0),
    "+": (0.7, 0.1),
    "-": (0.4, 0.3),
    "=": (0.6, 0.3),
}
"""Top and bottom over the line, in heights of a digit."""


def row_of(labels: str, *, digit: float = 10.0, line: float = 50.0) -> Expression:
    """A row of diagonal strokes, its line at this height of the page, whose y grows downwards."""
    names = labels.split()
    strokes = []
    for index, name in enumerate(names):
        top, bottom = (line - digit * end for end in ENDS[name])
        left = 2.0 * digit * index
        strokes.append(np.linspace((left, top), (left + digit, bottom), 32))
    symbols = tuple(Symbol(name, (index,)) for index, name in enumerate(names))
    relations: list[tuple[int, int, Relation]] = [(index, index + 1, "Right") for index in range(len(names) - 1)]
    return Expression(np.stack(strokes), LayoutTree(symbols, tuple(relations)), "ann")
