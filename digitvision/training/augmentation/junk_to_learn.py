"""What is no glyph: scribbles, wrong groupings, glyphs on their heads. To doubt them, a network has to see some."""

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

_MOST_STROKES: Final = 4
"""Of a wrong grouping."""

_TRIES: Final = 1000
"""For each wrong grouping, before the expressions are taken to have none."""

_STRAIGHT: Final = 1.12
"""A stroke that is this many times as long as the way between its ends may be a minus, a one or a fraction bar."""


def scribbles(count: int, generator: np.random.Generator) -> list[Paths]:
    """Lines that mean nothing: smooth wandering, jagged, dense, or several across each other."""
    found: list[Paths] = []
    for _ in range(count):
        strokes = []
        for _ in range(int(generator.choice([1, 1, 1, 2, 2, 3, 4, 6]))):
            points = int(generator.integers(12, 160))
            # Between a pen that keeps its course and one that is thrown about.
            inertia = generator.uniform(0.3, 0.97)
            steps = np.zeros((points, 2))
            push = generator.normal(0, 1, (points, 2))
            for place in range(1, points):
                steps[place] = inertia * steps[place - 1] + (1 - inertia) * push[place]
            path = np.cumsum(steps, axis=0)
            path /= max(float(np.ptp(path, axis=0).max()), 1e-9)
            path *= generator.uniform(0.4, 1.0) * np.exp(generator.normal(0, 0.3, 2))
            strokes.append(path + generator.uniform(-0.4, 0.4, 2))
        found.append(tuple(strokes))
    return found


def wrong_groupings(
    path: Path, count: int, generator: np.random.Generator, *, leave_out: Callable[[str], bool]
) -> list[tuple[Paths, Paths]]:
    """Strokes next to each other in time that together are no symbol: parts of one, or parts or wholes of several.

    Args:
        path: Expressions, one JSON object a line.
        leave_out: Tells of a writer's name whether these expressions are left out.

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
            raise DataFault(f"“{path}” has no wrong groupings to show: more expressions by more writers are needed.")
        strokes, symbols = expressions[int(generator.integers(len(expressions)))]
        size = int(generator.choice(np.arange(1, _MOST_STROKES + 1), p=[0.2, 0.4, 0.25, 0.15]))
        if len(strokes) < size:
            continue
        first = int(generator.integers(len(strokes) - size + 1))
        chosen = frozenset(range(first, first + size))
        if chosen in symbols or (size == 1 and _is_straight(strokes[first])):
            continue
        others = tuple(stroke for place, stroke in enumerate(strokes) if place not in chosen)
        found.append((tuple(strokes[place] for place in sorted(chosen)), others))
    return found


def neighbours(ink: Sequence[Paths | Picture], count: int, generator: np.random.Generator) -> list[Paths]:
    """Two glyphs side by side.

    Raises:
        DataFault: There are none of strokes.
    """
    written = [item for item in ink if isinstance(item, tuple)]
    if count and not written:
        raise DataFault("There are no glyphs of strokes to make neighbours of: there is too little data.")
    found = []
    for _ in range(count):
        left, right = (written[int(generator.integers(len(written)))] for _ in range(2))
        pair = []
        for glyph, place in ((left, 0.0), (right, 1.0)):
            points = np.concatenate(glyph).astype(np.float64)
            low, high = points.min(axis=0), points.max(axis=0)
            scale = generator.uniform(0.7, 1.0) / max(float((high - low).max()), 1e-9)
            shift = np.array([place * generator.uniform(0.6, 1.1), generator.normal(0, 0.1)])
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
    """Glyphs turned by half, of those that are surely no glyph of certain classes then.

    Args:
        ink: N glyphs.
        texts: The text of each one's label; empty for junk.
        among: The classes.

    Raises:
        DataFault: There are none.
    """
    junk = frozenset(text for text in among if is_junk_upside_down(text, among))
    places = [place for place, text in enumerate(texts) if text in junk]
    if count and not places:
        raise DataFault("There are no glyphs that are nothing upside down: there is too little data.")
    found: list[Paths | Picture] = []
    for place in generator.choice(places, count):
        glyph = ink[place]
        found.append(tuple(-path for path in glyph) if isinstance(glyph, tuple) else glyph[::-1, ::-1])
    return found


def _is_straight(path: NDArray[Any]) -> bool:
    way = float(np.hypot(*np.diff(path, axis=0).T).sum())
    return way <= _STRAIGHT * float(np.hypot(*(path[-1] - path[0])))


def _expressions(
    path: Path, leave_out: Callable[[str], bool]
) -> list[tuple[list[NDArray[Any]], frozenset[frozenset[int]]]]:
    found = []
    try:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                item = json.loads(line)
                if leave_out(str(item.get("writer", ""))):
                    continue
                strokes = [np.array(stroke, np.float64).reshape(-1, 2) for stroke in item["strokes"]]
                if not all(len(stroke) and np.isfinite(stroke).all() for stroke in strokes):
                    raise ValueError("a stroke without places, or with places that are no numbers")
                found.append((strokes, frozenset(frozenset(places) for _, places in item["symbols"])))
    except (OSError, EOFError, lzma.LZMAError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataFault(f"“{path}” cannot be read: it is missing or damaged.") from error
    return found
