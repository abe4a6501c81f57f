"""Junk to train with: scribbles, wrong groupings, neighbours taken for one glyph, and glyphs upside down.

A network doubts junk only if it was trained with some.
"""

import json
import lzma
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.training.augmentation.junk_to_measure import is_junk_upside_down
from digitvision.training.data.dataset import DataFault
from digitvision.training.data.glyphs import Paths, Picture

_Expression = tuple[list[NDArray[Any]], frozenset[frozenset[int]]]
"""The strokes of an expression, and the sets of indices of strokes that are its symbols."""

_MOST_STROKES: Final = 4
"""Largest number of strokes of a wrong grouping."""

_TRIES: Final = 1000
"""Random draws for each wrong grouping; after these the expressions are taken to have none."""

_STRAIGHT: Final = 1.12
"""A stroke counts as straight if its length is at most this many times the distance of its ends: it may be a minus, a
one or a fraction bar, and is no junk then."""


def scribbles(count: int, generator: np.random.Generator) -> list[Paths]:
    """Draw scribbles: lines without a meaning, smooth or jagged, some of several strokes across each other."""
    found: list[Paths] = []
    for _ in range(count):
        strokes = []
        for _ in range(int(generator.choice([1, 1, 1, 2, 2, 3, 4, 6]))):
            points = int(generator.integers(12, 160))
            # With much inertia the pen keeps its direction; with little it changes at every point.
            inertia = generator.uniform(0.3, 0.97)
            steps = np.zeros((points, 2))
            push = generator.normal(0, 1, (points, 2))
            for index in range(1, points):
                steps[index] = inertia * steps[index - 1] + (1 - inertia) * push[index]
            path = np.cumsum(steps, axis=0)
            path /= max(float(np.ptp(path, axis=0).max()), 1e-9)
            path *= generator.uniform(0.4, 1.0) * np.exp(generator.normal(0, 0.3, 2))
            strokes.append(path + generator.uniform(-0.4, 0.4, 2))
        found.append(tuple(strokes))
    return found


def wrong_groupings(
    path: Path, count: int, generator: np.random.Generator, *, leave_out: Callable[[str], bool]
) -> list[tuple[Paths, Paths]]:
    """Draw groups of successive strokes that are no symbol: a part of one, or several symbols or parts of them.

    Args:
        path: File of expressions, one JSON object a line.
        count: Number of wrong groupings.
        generator: Source of the random numbers.
        leave_out: Returns for a writer's name whether the writer's expressions are left out.

    Returns:
        Each wrong grouping, and the other strokes of its expression.

    Raises:
        DataFault: The file is missing or damaged.
    """
    expressions = _expressions(path, leave_out)
    found: list[tuple[Paths, Paths]] = []
    tries = 0
    while len(found) < count:
        tries += 1
        if not expressions or tries > _TRIES * count:
            raise DataFault(f"“{path}” has no wrong groupings: more expressions by more writers are needed.")
        strokes, symbols = expressions[int(generator.integers(len(expressions)))]
        size = int(generator.choice(np.arange(1, _MOST_STROKES + 1), p=[0.2, 0.4, 0.25, 0.15]))
        if len(strokes) < size:
            continue
        first = int(generator.integers(len(strokes) - size + 1))
        chosen = frozenset(range(first, first + size))
        if chosen in symbols or (size == 1 and _is_straight(strokes[first])):
            continue
        others = tuple(stroke for index, stroke in enumerate(strokes) if index not in chosen)
        found.append((tuple(strokes[index] for index in sorted(chosen)), others))
    return found


def neighbours(ink: Sequence[Paths | Picture], count: int, generator: np.random.Generator) -> list[Paths]:
    """Draw pairs of glyphs side by side.

    Raises:
        DataFault: There are no glyphs of strokes.
    """
    written = [item for item in ink if isinstance(item, tuple)]
    if count and not written:
        raise DataFault("There are no glyphs of strokes to make neighbours of: there is too little data.")
    found = []
    for _ in range(count):
        left, right = (written[int(generator.integers(len(written)))] for _ in range(2))
        pair = []
        for glyph, position in ((left, 0.0), (right, 1.0)):
            points = np.concatenate(glyph).astype(np.float64)
            low, high = points.min(axis=0), points.max(axis=0)
            scale = generator.uniform(0.7, 1.0) / max(float((high - low).max()), 1e-9)
            shift = np.array([position * generator.uniform(0.6, 1.1), generator.normal(0, 0.1)])
            pair += [(path - (low + high) / 2) * scale + shift for path in glyph]
        found.append(tuple(pair))
    return found


def upside_down(
    ink: Sequence[Paths | Picture],
    texts: Sequence[str],
    count: int,
    generator: np.random.Generator,
    *,
    among: frozenset[str],
) -> list[Paths | Picture]:
    """Draw glyphs turned upside down, of classes that are certainly no glyph of the alphabet then.

    Args:
        ink: N glyphs.
        texts: The text of each glyph's label; empty for junk.
        count: Number of glyphs.
        generator: Source of the random numbers.
        among: Texts of the alphabet's classes.

    Raises:
        DataFault: There is no glyph of such a class.
    """
    junk = frozenset(text for text in among if is_junk_upside_down(text, among))
    candidates = [index for index, text in enumerate(texts) if text in junk]
    if count and not candidates:
        raise DataFault("There are no glyphs that are no glyph upside down: there is too little data.")
    found: list[Paths | Picture] = []
    for index in generator.choice(candidates, count):
        glyph = ink[index]
        found.append(tuple(-path for path in glyph) if isinstance(glyph, tuple) else glyph[::-1, ::-1])
    return found


def _is_straight(path: NDArray[Any]) -> bool:
    length = float(np.hypot(*np.diff(path, axis=0).T).sum())
    return length <= _STRAIGHT * float(np.hypot(*(path[-1] - path[0])))


def _expressions(path: Path, leave_out: Callable[[str], bool]) -> list[_Expression]:
    """Read the strokes of each expression, and the sets of strokes that are its symbols."""
    found = []
    try:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                item = json.loads(line)
                if leave_out(str(item.get("writer", ""))):
                    continue
                strokes = [np.array(stroke, np.float64).reshape(-1, 2) for stroke in item["strokes"]]
                if not all(len(stroke) and np.isfinite(stroke).all() for stroke in strokes):
                    raise ValueError("a stroke without points, or with coordinates that are no numbers")
                found.append((strokes, frozenset(frozenset(indices) for _, indices in item["symbols"])))
    except (OSError, EOFError, lzma.LZMAError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataFault(f"“{path}” cannot be read: it is missing or damaged.") from error
    return found
