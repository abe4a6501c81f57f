"""The input of a network's last layer for many glyphs of known classes, to find those that a drawing resembles."""

import hashlib
import io
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.files import FileFault, read_limited, user_folder, write_atomically
from digitvision.recognition.inspection.activations import Inside
from digitvision.recognition.inspection.exemplars import (
    Exemplar,
    Source,
    UserFile,
    digest,
    own_exemplar,
    own_files,
    shipped_exemplars,
)
from digitvision.recognition.inspection.layer_graph import LayerInputs
from digitvision.recognition.models.model_store import LITERT_FILE

CHUNK: Final = 6
"""Glyphs at a time: some 20 ms with the largest of the shipped models, so that other work never waits long."""

OWN_PART: Final = "own_part"
"""Name of the layer with the contribution of all views' features to an answer, beside that of further branches."""

MOST_CACHED: Final = 12
"""Models whose features are kept on disk; those computed or used least recently are deleted first."""

_CACHE_LIMIT: Final = 64 * 2**20
_DIGEST_BYTES: Final = 32

Features = NDArray[np.float32]
"""float32 [N, D], each row of length 1 (or all 0): only the direction counts."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One of the nearest exemplars; `similarity` is the cosine between the features, 1 for the same direction."""

    exemplar: Exemplar
    similarity: float


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """Exemplars with their features in one model.

    Attributes:
        exemplars: The shipped ones, then the user's own.
        features: One row for each exemplar.
        own: The files of the user's own exemplars, readable or not.
    """

    exemplars: tuple[Exemplar, ...]
    features: Features
    own: tuple[UserFile, ...]

    def count(self, source: Source) -> int:
        """Return the number of exemplars from a source."""
        return sum(one.source == source for one in self.exemplars)

    def nearest(self, feature: NDArray[np.float32], count: int) -> tuple[Neighbour, ...]:
        """Return the exemplars with the most similar features, the most similar first.

        Args:
            feature: float32 [D], see `unit_length`.
            count: Number of exemplars that are wanted.
        """
        if not self.exemplars:
            return ()
        # BLAS is avoided: its threads wait for each other while a training uses the processors.
        similar = np.einsum("nd,d->n", self.features, feature)
        best = np.argpartition(-similar, min(count, len(similar) - 1))[:count]
        ranked = best[np.argsort(-similar[best], kind="stable")]
        return tuple(Neighbour(self.exemplars[index], float(similar[index])) for index in ranked.tolist())


def feature_layer(inside: Inside, inputs: LayerInputs) -> str | None:
    """Return the layer that feeds the last dense layer, or a readable layer before it; None where there is none.

    Layers that act in training only, such as dropout, pass their input on unchanged. In a network with branches for
    pictures only, it is the layer that strokes pass through as well, so that they can be compared with pictures.
    """
    kinds = {layer.name: layer.kind for layer in inside.model.card.layers}
    dense = [name for name, kind in kinds.items() if kind == "Dense"]
    given = inputs[dense[-1]] if dense else ()
    if OWN_PART in kinds:
        given = inputs[OWN_PART][:1]
    while len(given) == 1:
        if given[0] in inside.readable_layers:
            return given[0]
        given = inputs[given[0]]
    return None


def unit_length(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a layer's output of any shape as features of length 1, float32 [D]; all 0 stays so."""
    flat = values.ravel().astype(np.float32)
    length = float(np.linalg.norm(flat))
    return flat / np.float32(length) if length > 0 else flat


def gather(inside: Inside, layer: str, previous: Gallery | None) -> Generator[tuple[int, int], None, Gallery]:
    """Compute the features of all exemplars of the model's classes, a few at a step, or read them from disk.

    Args:
        inside: The model.
        layer: See `feature_layer`.
        previous: An earlier result for the same model; only changes since then are computed.

    Yields:
        The number of glyphs that are done, and the number of all.

    Raises:
        Fault: A shipped file is missing or damaged.
    """
    card = inside.model.card
    names = {label.latex: label.text for label in card.labels} | {label.text: label.text for label in card.labels}
    own = own_files(names)
    if previous is not None and previous.own == own:
        return previous
    if previous is not None:
        count = len(previous.exemplars) - previous.count("own")
        shipped, features = previous.exemplars[:count], previous.features[:count]
    else:
        shipped = tuple(one for one in shipped_exemplars() if one.label in names)
        stored = _load(inside, shipped)
        features = stored if stored is not None else (yield from _computed(inside, layer, shipped, len(own)))
        if stored is None:
            _store(inside, shipped, features)
    drawn = []
    for index, file in enumerate(own):
        one = own_exemplar(file)
        if one is not None:
            drawn.append(one)
        if index % CHUNK == CHUNK - 1:
            yield len(shipped), len(shipped) + len(own)
    more = yield from _computed(inside, layer, tuple(drawn), 0)
    together = np.concatenate([part for part in (features, more) if len(part)] or [features])
    return Gallery((*shipped, *drawn), together, own)


def _computed(
    inside: Inside, layer: str, exemplars: tuple[Exemplar, ...], following: int
) -> Generator[tuple[int, int], None, Features]:
    rows = []
    for index, one in enumerate(exemplars):
        raster = one.raster.astype(np.float32) / np.float32(255)
        rows.append(unit_length(inside.answer_of(layer, raster, one.trajectory)))
        if index % CHUNK == CHUNK - 1:
            yield index + 1, len(exemplars) + following
    return np.stack(rows) if rows else np.zeros((0, 0), np.float32)


def _cache_path(inside: Inside) -> Path:
    return user_folder() / "cache" / "features" / f"{inside.model.card.sha256[LITERT_FILE]}.bin"


def _load(inside: Inside, exemplars: tuple[Exemplar, ...]) -> Features | None:
    """Return the features on disk for this model; None where there are none, or they are damaged or outdated."""
    try:
        data = read_limited(_cache_path(inside), _CACHE_LIMIT)
        content = data[_DIGEST_BYTES:]
        if data[:_DIGEST_BYTES] != hashlib.sha256(digest(exemplars) + content).digest():
            return None
        features: Features = np.load(io.BytesIO(content), allow_pickle=False).astype(np.float32)
    except (FileFault, ValueError, OSError, EOFError):
        return None
    return features if features.ndim == 2 and len(features) == len(exemplars) else None


def _store(inside: Inside, exemplars: tuple[Exemplar, ...], features: Features) -> None:
    """Keep the features on disk. A disk that is full or cannot be written only costs the time of computing again."""
    content = io.BytesIO()
    np.save(content, features.astype(np.float16), allow_pickle=False)
    path = _cache_path(inside)
    try:
        write_atomically(path, hashlib.sha256(digest(exemplars) + content.getvalue()).digest() + content.getvalue())
        files = sorted(path.parent.glob("*.bin"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        for file in files[MOST_CACHED:]:
            file.unlink(missing_ok=True)
    except (FileFault, OSError):
        return
