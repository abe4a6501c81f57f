"""What is read off a graph, in words."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFontMetrics

from digitvision.recognition.expression.semantics.curve_points import MarkedPoint
from digitvision.recognition.expression.semantics.plots import Plot
from digitvision.ui.graph.number_axis import number_text

GAP: Final = "   "
_ENDS: Final = re.compile(f"{GAP}|, ")

_CONTEXT: Final = "GraphWords"
_translate = QCoreApplication.translate


def formula_text(text: str) -> str:
    """Return a formula's text as it is read, with true minus signs."""
    return text.replace("-", "−")


def position_words(
    plots: Sequence[Plot],
    x: float,
    values: Sequence[float],
    point: MarkedPoint | None,
    *,
    smallest: tuple[float, float],
) -> str:
    """Return a position of a graph and the values there.

    Args:
        plots: The functions.
        x: The position.
        values: The value of each function there; NaN for none.
        point: The marked point at this position; None where there is none.
        smallest: What is written as zero, in each direction.
    """
    no_value = _translate(_CONTEXT, "no value")
    variable = plots[0].variable
    words = [f"{variable} = {number_text(x, smallest=smallest[0] / 2)}"]
    if point is not None:
        name = {
            "zero": _translate(_CONTEXT, "zero"),
            "crossing": _translate(_CONTEXT, "crossing"),
            "highest": _translate(_CONTEXT, "highest point"),
            "lowest": _translate(_CONTEXT, "lowest point"),
        }[point.kind]
        words = [f"{name}:", *words]
        plots, values = plots[:1], [point.y]
    for plot, value in zip(plots, values, strict=True):
        # The name of what is shared needs no formula; several functions are told apart by theirs.
        name = (plot.name or "y") if len(plots) == 1 or point is not None else formula_text(plot.text or plot.name)
        shown = number_text(value, smallest=smallest[1]) if np.isfinite(value) else no_value
        words.append(f"{name} = {shown}")
    return GAP.join(words)


def summary_of(points: Sequence[MarkedPoint], *, smallest: tuple[float, float]) -> str:
    """Return the marked points in sight as one line; empty without any.

    Args:
        points: The points.
        smallest: What is written as zero, in each direction.
    """
    parts = []
    for kind, one, many in (
        ("zero", _translate(_CONTEXT, "Zero: {points}"), _translate(_CONTEXT, "Zeros: {points}")),
        ("crossing", _translate(_CONTEXT, "Crossing: {points}"), _translate(_CONTEXT, "Crossings: {points}")),
        ("highest", _translate(_CONTEXT, "Highest: {points}"), _translate(_CONTEXT, "Highest: {points}")),
        ("lowest", _translate(_CONTEXT, "Lowest: {points}"), _translate(_CONTEXT, "Lowest: {points}")),
    ):
        own = [point for point in points if point.kind == kind]
        if own:
            texts = [
                number_text(point.x, smallest=smallest[0])
                if kind == "zero"
                else f"({number_text(point.x, smallest=smallest[0])} | {number_text(point.y, smallest=smallest[1])})"
                for point in own
            ]
            parts.append((one if len(own) == 1 else many).format(points=", ".join(texts)))
    return GAP.join(parts)


def fitting_words(words: str, metrics: QFontMetrics, width: int) -> str:
    """Return as many whole values of a line as there is room for: half of a number would be another number.

    Args:
        words: The line, with `GAP` between its parts and commas between the values of a part.
        metrics: Those of the font.
        width: The room in pixels.
    """
    if metrics.horizontalAdvance(words) <= width:
        return words
    for end in sorted((found.start() for found in _ENDS.finditer(words)), reverse=True):
        shown = f"{words[:end]} …"
        if metrics.horizontalAdvance(shown) <= width:
            return shown
    return metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)
