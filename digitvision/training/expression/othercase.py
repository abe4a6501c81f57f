"""Letters in their other case: what tells an x from an X is its size and place among the others, not its shape."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from digitvision.recognition.expression.cases import OTHER_CASE
from digitvision.recognition.expression.strokefeatures import Points
from digitvision.training.expression.corpus import Expression
from digitvision.training.expression.exchange import with_symbols
from digitvision.training.labels import label_of
from digitvision.training.roles import role_of

_EXPECTED: Final = {"small": (0.6, 0.0), "tall": (1.0, 0.0), "hanging": (0.6, -0.4)}
"""Of a role's symbols, where nothing was measured yet: top and bottom over the line that is written on."""

_ROUNDS: Final = 3
_LEAST: Final = 0.05
_FEWEST: Final = 3
"""Letters and digits of a row that tell where its line is."""

_SIZE_SPREAD: Final = 0.08
_WIDEST: Final = 1.7
"""Times the old letter's width, the new one's at most."""

Lines = Mapping[str, tuple[float, float]]
"""By label: how far its top and its bottom lie above the line that a row is written on, in heights of a digit."""


def lines_of(expressions: Sequence[Expression]) -> dict[str, tuple[float, float]]:
    """Measure letters and digits in their rows: each row's line and size, then each label's middle place, in turns."""
    rows = [row for expression in expressions for row in _rows(expression)]
    lines = {label: _EXPECTED[role] for row in rows for label, _, _ in row if (role := _role(label)) is not None}
    for _ in range(_ROUNDS):
        found: dict[str, list[tuple[float, float]]] = {}
        for row in rows:
            expected = np.array([lines[label] for label, _, _ in row]).ravel()
            seen = np.array([ends for _, *ends in row]).ravel()
            if np.ptp(expected) < _LEAST:
                continue
            slope, line = np.polyfit(expected, seen, 1)
            if slope >= -_LEAST:
                # The page's y grows downwards: such a row is upside down, or a misprint.
                continue
            for (label, *_), (top, bottom) in zip(row, (seen.reshape(-1, 2) - line) / slope, strict=True):
                found.setdefault(label, []).append((float(top), float(bottom)))
        for label, places in found.items():
            top, bottom = np.median(np.array(places), axis=0)
            lines[label] = (float(top), float(bottom))
    return lines


def with_other_case(
    expression: Expression,
    samples: Mapping[str, Sequence[Points]],
    lines: Lines,
    labels: frozenset[str],
    generator: np.random.Generator,
) -> Expression:
    """One letter in its other case wherever it stands, since a formula rarely has both; the same where none can be.

    Args:
        samples: By label, strokes to write it with.
        labels: Classes that may be answered.
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
        place: (
            other,
            _rewritten(samples[other], expression.points[list(symbol.strokes)], lines[letter], lines[other], generator),
        )
        for place, symbol in enumerate(symbols)
        if symbol.label == letter
    }
    return with_symbols(expression, written)


def _rewritten(
    samples: Sequence[Points],
    old: Points,
    line: tuple[float, float],
    new_line: tuple[float, float],
    generator: np.random.Generator,
) -> Points:
    """A sample in another letter's place, as high and as low as its own line says beside the old one's."""
    new = samples[int(generator.integers(len(samples)))]
    low, high = old.min(axis=(0, 1)), old.max(axis=(0, 1))
    digit = max(float(high[1] - low[1]), _LEAST) / (line[0] - line[1])
    baseline = float(high[1]) + line[1] * digit
    height = (new_line[0] - new_line[1]) * digit * float(np.exp(generator.normal(0, _SIZE_SPREAD)))
    own_low, own_high = new.min(axis=(0, 1)), new.max(axis=(0, 1))
    scale = height / max(float(own_high[1] - own_low[1]), _LEAST)
    width = float(own_high[0] - own_low[0]) * scale
    narrower = min(1.0, _WIDEST * max(float(high[0] - low[0]), height / 2) / max(width, _LEAST))
    written = (new - (own_low + own_high) / 2) * np.array([scale * narrower, scale])
    bottom = baseline - new_line[1] * digit
    moved: Points = written + np.array([(low[0] + high[0]) / 2, bottom - float(written[..., 1].max())])
    return moved


def _rows(expression: Expression) -> Iterator[list[tuple[str, float, float]]]:
    """Label, top and bottom of the letters and digits of each row that has enough of them."""
    tree = expression.tree
    beginnings = [tree.root, *(child for _, child, relation in tree.relations if relation != "Right")]
    for begin in beginnings:
        row = list(_measured(expression, tree.row(begin)))
        if len(row) >= _FEWEST:
            yield row


def _measured(expression: Expression, places: Iterable[int]) -> Iterator[tuple[str, float, float]]:
    for place in places:
        symbol = expression.tree.symbols[place]
        if _role(symbol.label) is not None:
            heights = expression.points[list(symbol.strokes)][..., 1]
            yield symbol.label, float(heights.min()), float(heights.max())


def _role(label: str) -> str | None:
    """The role of a letter or a digit; None of anything else."""
    role = role_of(label_of(label).text)
    return role if role in _EXPECTED and label.isalnum() else None
