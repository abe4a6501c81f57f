"""Find percent signs among strokes. The networks for equations know none, and take their strokes apart."""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.files import reason
from digitvision.ink.raster import rasterize_all
from digitvision.ink.spatial_context import contexts_of
from digitvision.ink.stroke import NO_PRESSURE, Stroke
from digitvision.ink.trajectory import trajectory
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.dense_network import DenseNetwork
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.recognizer import Recognizer
from digitvision.recognition.signs.percent_shapes import percent_shapes
from digitvision.resources import resource_path

PERCENT: Final = r"\%"
"""LaTeX of the class."""

SHAPES, INK = "shapes_", "ink_"
"""Prefixes, in the file, of the network that sees measures alone, and of the one that sees the glyph network's answer
as well."""

_WORTH_A_LOOK: Final = -5.0
"""Logit by the measures alone from which the glyph network, which costs far more, is asked."""

_TAP: Final = 0.08
"""Largest height and width of a dot within a percent sign, in the sign's height: the pen touched there once more."""

_LEAST: Final = 1e-6


@dataclass(frozen=True, slots=True)
class FoundPercent:
    """Strokes that may be a percent sign.

    Attributes:
        strokes: Their indices, ascending.
        logit: Logarithm of the odds that they are one.
    """

    strokes: tuple[int, ...]
    logit: float


class PercentFinder:
    """Finds percent signs. Not thread-safe, as its recognizer is not."""

    def __init__(self, glyphs: Recognizer, path: Path | None = None) -> None:
        """Load the networks.

        Args:
            glyphs: A recognizer of single glyphs, within any alphabet; where its model does not know the percent sign,
                none is found.
            path: The file of the networks; None for the program's own.

        Raises:
            ModelFault: The file is missing or damaged.
        """
        self._glyphs = glyphs
        self._class = percent_class(glyphs)
        self._shapes, self._ink = _networks(resource_path("percent", "percent.npz") if path is None else path)

    def find(self, points: NDArray[np.float64], least: float, corrections: Corrections) -> list[FoundPercent]:
        """Return the likely percent signs, the surest first; they may have strokes in common.

        Args:
            points: float64 [N, P, 2], see `percent_shapes`.
            least: The least logit that is wanted.
            corrections: The user's corrections; what they contradict is left out.
        """
        if self._class is None or len(points) < 2:
            return []
        shapes = percent_shapes(points)
        if not len(shapes.slash):
            return []
        groups = [_with_taps(points, group) for group in shapes.groups()]
        likely = np.flatnonzero(self._shapes.logits(shapes.features) >= _WORTH_A_LOOK)
        kept = [index for index in likely.tolist() if _is_allowed(groups[index], corrections)]
        if not kept:
            return []
        groups = [groups[index] for index in kept]
        answers = percent_answers(self._glyphs, self._class, points, groups)
        logits = self._ink.logits(np.concatenate([shapes.features[kept], answers], axis=1))
        found = [FoundPercent(group, float(logit)) for group, logit in zip(groups, logits, strict=True)]
        return sorted((one for one in found if one.logit >= least), key=lambda one: -one.logit)


def percent_class(glyphs: Recognizer) -> int | None:
    """Return the index of the percent sign among all classes of a recognizer's model; None if it does not know it."""
    latex = [label.latex for label in glyphs.model.card.labels]
    return latex.index(PERCENT) if PERCENT in latex else None


def percent_answers(
    glyphs: Recognizer, of_class: int, points: NDArray[np.float64], groups: Sequence[tuple[int, ...]]
) -> NDArray[np.float32]:
    """Ask the network for glyphs about groups of strokes.

    Args:
        glyphs: The recognizer.
        of_class: See `percent_class`.
        points: float64 [N, P, 2], all strokes.
        groups: Indices of each group's strokes.

    Returns:
        float32 [K, 3]: logarithms of its output for a percent sign, for the best other class, and for junk.
    """
    strokes = [_stroke(path) for path in points]
    own = [[strokes[index] for index in group] for group in groups]
    outputs = glyphs.outputs(
        rasterize_all(own), np.stack([trajectory(some) for some in own]), contexts_of(groups, strokes)
    )
    count = len(glyphs.model.card.labels)
    others = np.delete(outputs[:, :count], of_class, axis=1).max(axis=1)
    junk = outputs[:, count:].sum(axis=1)
    asked: NDArray[np.float32] = np.stack([outputs[:, of_class], others, junk], axis=1)
    return np.log(np.maximum(asked, _LEAST)).astype(np.float32)


def apart(found: Iterable[FoundPercent]) -> list[FoundPercent]:
    """Return those that share no stroke with one before them."""
    kept: list[FoundPercent] = []
    taken: set[int] = set()
    for one in found:
        if taken.isdisjoint(one.strokes):
            kept.append(one)
            taken.update(one.strokes)
    return kept


def _with_taps(points: NDArray[np.float64], group: tuple[int, ...]) -> tuple[int, ...]:
    """Return a sign's strokes with the dots within its box: no other sign of a row is there."""
    low, high = points[list(group)].min(axis=(0, 1)), points[list(group)].max(axis=(0, 1))
    least, most = points.min(axis=1), points.max(axis=1)
    within = ((least >= low) & (most <= high) & (most - least <= _TAP * (high - low)[1])).all(axis=1)
    return tuple(sorted({*group, *np.flatnonzero(within).tolist()}))


def _is_allowed(group: tuple[int, ...], corrections: Corrections) -> bool:
    """Whether the user's corrections leave open that these strokes are a percent sign."""
    own = frozenset(group)
    if any(glyph & own and glyph != own for glyph in corrections.glyphs):
        return False
    if any(len(some & own) > 1 for some in corrections.apart):
        return False
    return dict(corrections.labels).get(own, PERCENT) == PERCENT


def _stroke(path: NDArray[np.float64]) -> Stroke:
    samples = np.zeros((len(path), 4))
    samples[:, :2] = path
    samples[:, 3] = NO_PRESSURE
    return Stroke(samples)


def _networks(path: Path) -> tuple[DenseNetwork, DenseNetwork]:
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        return DenseNetwork.of_arrays(arrays, SHAPES), DenseNetwork.of_arrays(arrays, INK)
    except OSError as error:
        raise ModelFault(f"The networks for percent signs cannot be read: {reason(error)}.") from error
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelFault("The networks for percent signs are damaged; install the program again.") from error
