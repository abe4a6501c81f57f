"""Augmentation of expressions: other handwriting, parts of expressions, and symbols that are replaced by others."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import BAR, LayoutTree
from digitvision.recognition.expression.reading.stroke_features import Points, resampled, unit_of
from digitvision.training.data.glyphs import Glyphs
from digitvision.training.data.labels import label_of
from digitvision.training.data.symbol_roles import role_of
from digitvision.training.expression.baseline_statistics import BaselineTable, baseline_statistics_of
from digitvision.training.expression.case_swap import with_other_case
from digitvision.training.expression.corpus import Expression
from digitvision.training.expression.exchange import with_exchange, with_late_stroke, with_other_order, with_symbols
from digitvision.training.expression.subexpressions import part_of

NEVER_SWAPPED: Final = frozenset({r"\sqrt", r"\sum", r"\int", r"\lim", r"\ldots"})
"""Large signs that are never replaced: their scripts are written around them and would not fit another sign."""

MOST_OF_A_CLASS: Final = 490
"""Largest number of glyphs of a class from a source of single glyphs: most are to be those of expressions."""

_CAPITAL: Final = 1.5
"""Height of a capital, as a multiple of that of a small letter."""

_RAISED: Final = "raised"
_PRIME: Final = (0.5, 0.9)
"""Range of heights of a prime that replaces a superscript digit, as multiples of its height."""

_LEAST: Final = 0.05
_WIDEST: Final = 1.7
"""Largest width of a new symbol, as a multiple of the width of the one that it replaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How strongly expressions are varied.

    Lengths are in the unit of the expression, angles in radians, chances from 0 to 1. Those that are not explained are
    chances (`crop`, `late_stroke`, `other_order`) or standard deviations.
    """

    crop: float = 0.35
    exchanged: float = 0.25
    """Chance that a part of the expression is replaced by a part of another one."""
    late_stroke: float = 0.1
    other_order: float = 0.03
    turn: float = 0.06
    shear: float = 0.12
    proportion: float = 0.12
    size: float = 0.15
    symbol_size: float = 0.06
    symbol_shift: float = 0.05
    stroke_affine: float = 0.04
    wobble: float = 0.03
    other_case: float = 0.2
    """Chance that one of its letters is written in the other case, wherever it stands."""
    swapped: float = 0.75
    """Chance that any symbols of the expression are replaced."""
    own: float = 0.35
    """Chance that a symbol is replaced by another sample of its class; `other`, by another class of its role."""
    other: float = 0.30
    resized: float = 0.12
    """Share of those other classes that have another size: a capital for a small letter, or the reverse."""
    evenness: float = 0.7
    """How strongly rare classes are preferred: 0 takes each class as often as it occurs, 1 all equally often."""


@dataclass(slots=True)
class Bank:
    """Symbols that may replace others, by label and by role.

    Attributes:
        samples: The samples of each label: strokes, float64 [K, 32, 2], their bounding box beginning at 0.
        counts: How often each label occurs in the expressions.
        lines: Position and size of symbols in their rows.
    """

    samples: dict[str, list[Points]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    lines: BaselineTable = field(default_factory=dict)

    def add(self, label: str, points: Points, *, occurs: bool) -> None:
        """Add a sample.

        Args:
            label: Its class.
            points: Its strokes, float64 [K, 32, 2].
            occurs: Whether it is part of an expression, and counts for the frequency of its class.
        """
        self.samples.setdefault(label, []).append(points - points.min(axis=(0, 1)))
        if occurs:
            self.counts[label] = self.counts.get(label, 0) + 1

    def others(self, label: str, roles: Sequence[str], evenness: float) -> tuple[list[str], NDArray[np.float64]]:
        """Return all other labels of these roles, and the chance of each."""
        names = [name for name in self.samples if role_of(label_of(name).text) in roles and name != label]
        weights = np.array([(self.counts.get(name, 0) + 60.0) ** -evenness for name in names])
        return names, weights / max(weights.sum(), 1e-12)


def bank_of(expressions: Sequence[Expression]) -> Bank:
    """Return a bank of all symbols of expressions."""
    bank = Bank(lines=baseline_statistics_of(expressions))
    for expression in expressions:
        for symbol in expression.tree.symbols:
            bank.add(symbol.label, expression.points[list(symbol.strokes)], occurs=True)
    return bank


def add_glyphs(bank: Bank, glyphs: Glyphs, labels: Sequence[str], seed: int) -> None:
    """Add single glyphs of another source, some of each class.

    Args:
        bank: What they are added to.
        glyphs: The glyphs; pictures among them have no strokes and are left out.
        labels: The classes that the networks answer.
        seed: The seed by which glyphs are chosen.
    """
    known = frozenset(labels)
    generator = np.random.default_rng(seed)
    taken: dict[str, int] = {}
    for row in generator.permutation(len(glyphs)).tolist():
        label = label_of(glyphs.label_names[int(glyphs.labels[row])]).latex
        ink = glyphs.ink[row]
        if label not in known or not isinstance(ink, tuple) or taken.get(label, 0) >= MOST_OF_A_CLASS:
            continue
        points = resampled([np.asarray(path, np.float64) for path in ink])
        if float((points.max(axis=(0, 1)) - points.min(axis=(0, 1))).max()) > 0:
            bank.add(label, points, occurs=False)
            taken[label] = taken.get(label, 0) + 1


def vary(
    expression: Expression,
    others: Sequence[Expression],
    bank: Bank,
    labels: frozenset[str],
    generator: np.random.Generator,
    by: Changes,
) -> Expression:
    """Return a random variation of an expression.

    Args:
        expression: What was written.
        others: Expressions that parts are taken from.
        bank: Symbols that others are replaced by.
        labels: The classes that the networks answer: no others are put in.
        generator: The source of chance.
        by: How strongly the expression is varied.
    """
    if generator.random() < by.crop:
        expression = part_of(expression, generator)
    if generator.random() < by.exchanged:
        expression = with_exchange(expression, others, generator)
    if generator.random() < by.other_case:
        expression = with_other_case(expression, bank.samples, bank.lines, labels, generator)
    if generator.random() < by.swapped:
        expression = with_swaps(expression, bank, labels, generator, by)
    if generator.random() < by.late_stroke:
        expression = with_late_stroke(expression, generator)
    if generator.random() < by.other_order:
        expression = with_other_order(expression, generator)
    points = expression.points.copy()
    for symbol in expression.tree.symbols:
        _move_symbol(points, list(symbol.strokes), generator, by)
    points = _distort_strokes(points, generator, by)
    points = points @ _map(generator, by.turn, by.shear, by.proportion)
    points = points / unit_of(points) * float(np.exp(generator.normal(0, by.size)))
    return Expression(points, expression.tree, expression.writer)


def with_swaps(
    expression: Expression, bank: Bank, labels: frozenset[str], generator: np.random.Generator, by: Changes
) -> Expression:
    """Replace some symbols by other samples of their class, or by other classes of their role."""
    written = {}
    for index, symbol in enumerate(expression.tree.symbols):
        old = expression.points[list(symbol.strokes)]
        label, new = _replacement(expression.tree, index, old, bank, labels, generator, by)
        if new is not old:
            written[index] = (label, new)
    return with_symbols(expression, written)


def _replacement(
    tree: LayoutTree,
    index: int,
    old: Points,
    bank: Bank,
    labels: frozenset[str],
    generator: np.random.Generator,
    by: Changes,
) -> tuple[str, Points]:
    label = tree.symbols[index].label
    # The length of a fraction bar is that of its fraction.
    if label in NEVER_SWAPPED or (label == BAR and tree.children(index).keys() & {"Above", "Below"}):
        return label, old
    role, size, on_line = role_of(label_of(label).text), 1.0, False
    chance = generator.random()
    if chance < by.own:
        wanted = label
    elif chance < by.own + by.other:
        roles: tuple[str, ...] = (role,)
        if role in ("small", "tall") and generator.random() < by.resized:
            on_line = True
            roles, size = (("tall",), _CAPITAL) if role == "small" else (("small",), 1 / _CAPITAL)
        elif role in ("tall", _RAISED) and _is_raised(tree, index):
            roles = ("tall", _RAISED)
        names, weights = bank.others(label, roles, by.evenness)
        if not names:
            return label, old
        wanted = str(names[int(generator.choice(len(names), p=weights))])
        if role_of(label_of(wanted).text) == _RAISED != role:
            size = float(generator.uniform(*_PRIME))
        elif role == _RAISED != role_of(label_of(wanted).text):
            size = 1 / float(generator.uniform(*_PRIME))
    else:
        return label, old
    samples = bank.samples.get(wanted)
    if not samples or wanted not in labels:
        return label, old
    new = samples[int(generator.integers(len(samples)))]
    return wanted, _fit_symbol(new, old, size, on_line=on_line)


def _is_raised(tree: LayoutTree, index: int) -> bool:
    """Whether a symbol stands alone in a superscript."""
    above = [relation for _, child, relation in tree.relations if child == index]
    return above == ["Sup"] and not tree.children(index)


def _fit_symbol(new: Points, old: Points, size: float = 1.0, *, on_line: bool = False) -> Points:
    """Return a symbol scaled and moved so that it replaces another one.

    It becomes as high as the other one, or as large where it would be too wide, and takes its centre.

    Args:
        new: The strokes of the symbol, float64 [K, 32, 2].
        old: The strokes of the other one, likewise.
        size: A factor for its size.
        on_line: Whether its lower end is that of the other one, in place of the centre.
    """
    low, high = old.min(axis=(0, 1)), old.max(axis=(0, 1))
    room = np.maximum(high - low, _LEAST)
    own_low, own_high = new.min(axis=(0, 1)), new.max(axis=(0, 1))
    own = np.maximum(own_high - own_low, _LEAST * max(float((own_high - own_low).max()), 1e-9))
    scale = room.max() / own.max() if room[1] < room[0] / 2 else room[1] / own[1]
    scale = min(scale, _WIDEST * max(room[0], room[1] / 2) / own[0]) * size
    fitted: Points = (new - (own_low + own_high) / 2) * scale + (low + high) / 2
    if on_line:
        fitted[..., 1] += high[1] - float(fitted[..., 1].max())
    return fitted


def _map(generator: np.random.Generator, turn: float, shear: float, proportion: float) -> NDArray[np.float64]:
    angle, slant = generator.normal(0, turn), generator.normal(0, shear)
    wider = float(np.exp(generator.normal(0, proportion) / 2))
    cosine, sine = np.cos(angle), np.sin(angle)
    turned = np.array([[cosine, sine], [-sine, cosine]])
    stretched: NDArray[np.float64] = np.array([[wider, 0.0], [slant, 1 / wider]]) @ turned
    return stretched


def _move_symbol(points: Points, strokes: list[int], generator: np.random.Generator, by: Changes) -> None:
    """Change the size and the position of a symbol a little, in the given array of points."""
    own = points[strokes]
    low, high = own.min(axis=(0, 1)), own.max(axis=(0, 1))
    size = max(float((high - low).max()), 4 * _LEAST)
    scale = float(np.exp(generator.normal(0, by.symbol_size)))
    middle = (low + high) / 2
    points[strokes] = (own - middle) * scale + middle + generator.normal(0, by.symbol_shift * size, 2)


def _distort_strokes(points: Points, generator: np.random.Generator, by: Changes) -> Points:
    """Return each stroke distorted by a small affine map of its own and a slow wobble along it."""
    count, length = points.shape[:2]
    low, high = points.min(axis=1, keepdims=True), points.max(axis=1, keepdims=True)
    middle = (low + high) / 2
    size = np.maximum((high - low).max(axis=2, keepdims=True), 2 * _LEAST)
    maps = np.eye(2) + generator.normal(0, by.stroke_affine, (count, 2, 2))
    moved = (points - middle) @ maps + middle
    positions = np.linspace(0, 2 * np.pi, length)[None, :, None]
    waves = generator.uniform(0.3, 2.0, (count, 1, 2))
    phases = generator.uniform(0, 2 * np.pi, (count, 1, 2))
    heights = generator.normal(0, by.wobble, (count, 1, 2)) * size
    result: Points = moved + heights * np.sin(positions * waves + phases)
    return result
