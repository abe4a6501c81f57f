"""The two networks that read expressions, in LiteRT's form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.strokefeatures import StrokeFeatures
from digitvision.recognition.expression.symbolfeatures import SymbolFeatures
from digitvision.recognition.modelcard import ModelFault

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import SignatureRunner

_FAR = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class StrokeScores:
    """What the first network says of N strokes.

    Attributes:
        together: float32 [N, N]: logit of each two to be of one symbol.
        vectors: float32 [N, 128]: what the second network is told of each.
    """

    together: NDArray[np.float32]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class SymbolScores:
    """What the second network says of M symbols, as logarithms of probabilities.

    Attributes:
        classes: float32 [M, C].
        edges: float32 [M, M, 6]: that the symbol of the first axis has the one of the second as its parent, in each
            relation; together with `roots`, float32 [M], each symbol's probabilities sum up to 1.
    """

    classes: NDArray[np.float32]
    edges: NDArray[np.float32]
    roots: NDArray[np.float32]


class ExpressionNetworks:
    """Both networks, ready to answer. Not thread-safe: one thread, one of these."""

    def __init__(self, strokes: bytes, symbols: bytes, *, name: str) -> None:
        """Load them from the contents of their files.

        Raises:
            ModelFault: They are damaged.
        """
        self._strokes = _runner(strokes, name)
        self._symbols = _runner(symbols, name)

    def of_strokes(self, features: StrokeFeatures) -> StrokeScores:
        """The first network's answer."""
        found = self._strokes(paths=features.paths, scalars=features.scalars, pairs=features.pairs)
        together = (found["together"] + found["together"].T) / 2
        return StrokeScores(together, found["vectors"])

    def of_symbols(self, vectors: NDArray[np.float32], features: SymbolFeatures) -> SymbolScores:
        """The second network's answer; `vectors` are the first one's of all strokes."""
        found = self._symbols(
            strokes=features.grouping @ vectors, rasters=features.rasters, boxes=features.boxes, pairs=features.pairs
        )
        count = len(features.boxes)
        edges = found["edges"].copy()
        # No symbol is its own parent.
        edges[np.arange(count), np.arange(count)] = -_FAR
        chances = log_softmax(np.concatenate([edges.reshape(count, -1), found["roots"][:, None]], axis=1))
        return SymbolScores(log_softmax(found["classes"]), chances[:, :-1].reshape(edges.shape), chances[:, -1])


def mean_scores(scores: Sequence[SymbolScores]) -> SymbolScores:
    """Several pairs' answers on the same symbols: the mean of their probabilities."""
    if len(scores) == 1:
        return scores[0]

    def mean(parts: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        result: NDArray[np.float32] = np.log(np.mean(np.exp(parts), axis=0) + 1e-12).astype(np.float32)
        return result

    return SymbolScores(
        mean([one.classes for one in scores]), mean([one.edges for one in scores]), mean([one.roots for one in scores])
    )


def log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Over the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: NDArray[np.float32] = (shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))).astype(np.float32)
    return result


def _runner(content: bytes, name: str) -> "SignatureRunner | Any":
    from ai_edge_litert.interpreter import Interpreter

    try:
        return Interpreter(model_content=content, num_threads=1).get_signature_runner()
    except (ValueError, RuntimeError, KeyError) as error:
        raise ModelFault(f"The model “{name}” is damaged: LiteRT cannot run it.") from error
