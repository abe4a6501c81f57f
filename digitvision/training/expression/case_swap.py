"""Letters in their other case: size and position among other symbols distinguish x from X, and not the shape."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from digitvision.recognition.expression.reading.letter_case import OTHER_CASE
from digitvision.recognition.expression.reading.stroke_features import Points
from digitvision.training.expression.baseline_statistics import BaselineStatistics, BaselineTable
from digitvision.training.expression.corpus import Expression
from digitvision.training.expression.exchange import with_symbols

_LEAST: Final = 0.05
_SIZE_SPREAD: Final = 0.08
_WIDEST: Final = 1.7
"""Largest width of the new letter, as a multiple of the width of the old one."""


def with_other_case(
    expression: Expression,
    samples: Mapping[str, Sequence[Points]],
    lines: BaselineTable,
    labels: frozenset[str],
    generator: np.random.Generator,
) -> Expression:
    """Write one letter in its other case wherever it stands, since a formula rarely has both.

    Args:
        expression: What was written.
        samples: Strokes of each label.
        lines: Position and size of symbols in their rows.
        labels: The classes that the networks answer.
        generator: The source of chance.

    Returns:
        The new expression; the given one where no letter has another case.
    """
    symbols = expression.tree.symbols
    known = samples.keys() & lines.keys() & labels
    letters = sorted(
        label for label in {symbol.label for symbol in symbols} & lines.keys() if OTHER_CASE.get(label) in known
    )
    if not letters:
        return expression
    letter = letters[int(generator.integers(len(letters)))]
    other = OTHER_CASE[letter]
    written = {
        index: (
            other,
            _rewrite(samples[other], expression.points[list(symbol.strokes)], lines[letter], lines[other], generator),
        )
        for index, symbol in enumerate(symbols)
        if symbol.label == letter
    }
    return with_symbols(expression, written)


def _rewrite(
    samples: Sequence[Points],
    old: Points,
    line: BaselineStatistics,
    new_line: BaselineStatistics,
    generator: np.random.Generator,
) -> Points:
    """Return a sample that replaces the other case of its letter, with the top and bottom that its statistics give."""
    new = samples[int(generator.integers(len(samples)))]
    low, high = old.min(axis=(0, 1)), old.max(axis=(0, 1))
    digit = max(float(high[1] - low[1]), _LEAST) / (line.top - line.bottom)
    baseline = float(high[1]) + line.bottom * digit
    height = (new_line.top - new_line.bottom) * digit * float(np.exp(generator.normal(0, _SIZE_SPREAD)))
    own_low, own_high = new.min(axis=(0, 1)), new.max(axis=(0, 1))
    scale = height / max(float(own_high[1] - own_low[1]), _LEAST)
    width = float(own_high[0] - own_low[0]) * scale
    narrower = min(1.0, _WIDEST * max(float(high[0] - low[0]), height / 2) / max(width, _LEAST))
    written = (new - (own_low + own_high) / 2) * np.array([scale * narrower, scale])
    bottom = baseline - new_line.bottom * digit
    moved: Points = written + np.array([(low[0] + high[0]) / 2, bottom - float(written[..., 1].max())])
    return moved
