"""The networks that read expressions, in LiteRT's form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.reading.stroke_features import StrokeFeatures
from digitvision.recognition.expression.reading.symbol_features import SymbolFeatures
from digitvision.recognition.models.model_card import ModelFault

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import SignatureRunner

PICTURES: Final = "pictures"
SYMBOLS: Final = "symbols"
"""Names of the signatures in the file for symbols."""

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
    """The networks for strokes and for symbols, ready to answer. Not thread-safe: one thread, one of these.

    What looks at the symbols' pictures, most of the work, is asked apart: ways to group the same strokes share most of
    their symbols.
    """

    def __init__(self, strokes: bytes, symbols: bytes, *, name: str) -> None:
        """Load them from the contents of their files.

        Raises:
            ModelFault: They are damaged.
        """
        (self._strokes,) = _runners(strokes, name, None)
        self._pictures, self._symbols = _runners(symbols, name, PICTURES, SYMBOLS)

    def of_strokes(self, features: StrokeFeatures) -> StrokeScores:
        """The first network's answer."""
        found = self._strokes(paths=features.paths, scalars=features.scalars, pairs=features.pairs)
        together = (found["together"] + found["together"].T) / 2
        return StrokeScores(together, found["vectors"])

    def of_pictures(self, rasters: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32 [M, 128]: what the second network is told of symbols' pictures, see `symbol_rasters`."""
        found: NDArray[np.float32] = self._pictures(rasters=rasters)["pictures"]
        return found

    def of_symbols(
        self, vectors: NDArray[np.float32], pictures: NDArray[np.float32], features: SymbolFeatures
    ) -> SymbolScores:
        """The second network's answer on M symbols.

        Args:
            vectors: The first one's, of all strokes.
            pictures: Of these symbols, see `of_pictures`.
        """
        found = self._symbols(
            strokes=features.grouping @ vectors, pictures=pictures, boxes=features.boxes, pairs=features.pairs
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


def _runners(content: bytes, name: str, *signatures: str | None) -> "list[SignatureRunner | Any]":
    """What runs these signatures of a file; None is the only one that there is."""
    from ai_edge_litert.interpreter import Interpreter

    try:
        interpreter = Interpreter(model_content=content, num_threads=1)
        return [interpreter.get_signature_runner(signature) for signature in signatures]
    except (ValueError, RuntimeError, KeyError) as error:
        raise ModelFault(f"The model “{name}” is damaged: LiteRT cannot run it.") from error
