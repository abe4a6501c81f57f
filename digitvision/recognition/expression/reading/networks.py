"""The neural networks that read expressions, run by LiteRT."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.reading.stroke_features import StrokeFeatures
from digitvision.recognition.expression.reading.symbol_features import SymbolFeatures
from digitvision.recognition.memo import Memo
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.quiet_libraries import without_litert_notice

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import SignatureRunner

PICTURES: Final = "pictures"
SYMBOLS: Final = "symbols"
"""Names of the signatures in the file for symbols."""

_FAR = 1e9

_KEPT: Final = 400
"""Number of pictures whose features are remembered: those of a row that grows are the same again."""


@dataclass(frozen=True, slots=True, eq=False)
class StrokeScores:
    """Output of the first network for N strokes.

    Attributes:
        together: float32 [N, N], logit of each two strokes to be of one symbol.
        vectors: float32 [N, 128], features of each stroke for the second network.
    """

    together: NDArray[np.float32]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class SymbolScores:
    """Output of the second network for M symbols, as logarithms of probabilities.

    Attributes:
        classes: float32 [M, C].
        edges: float32 [M, M, 6]: that the symbol of the first axis has the one of the second as its parent, in each
            relation.
        roots: float32 [M]: that the symbol is the root. With `edges`, each symbol's probabilities sum up to 1.
    """

    classes: NDArray[np.float32]
    edges: NDArray[np.float32]
    roots: NDArray[np.float32]


class ExpressionNetworks:
    """The networks for strokes and for symbols, ready to run. Not thread-safe: each thread needs its own.

    The part that takes the symbols' pictures is most of the work and is run apart: groupings of the same strokes have
    most of their symbols in common.
    """

    def __init__(self, strokes: bytes, symbols: bytes, *, name: str) -> None:
        """Load the networks from the contents of their files.

        Args:
            strokes: Content of the file for strokes.
            symbols: Content of the file for symbols.
            name: The model's name, for error messages.

        Raises:
            ModelFault: A file is damaged.
        """
        (self._strokes,) = _runners(strokes, name, None)
        self._pictures, self._symbols = _runners(symbols, name, PICTURES, SYMBOLS)
        self._of_picture: Memo[bytes, NDArray[np.float32]] = Memo(_KEPT)

    def of_strokes(self, features: StrokeFeatures) -> StrokeScores:
        """Run the first network."""
        found = self._strokes(paths=features.paths, scalars=features.scalars, pairs=features.pairs)
        together = (found["together"] + found["together"].T) / 2
        return StrokeScores(together, found["vectors"])

    def of_pictures(self, rasters: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the features of symbols' pictures for the second network, float32 [M, 128]; see `symbol_rasters`."""

        def features(missing: list[int]) -> list[NDArray[np.float32]]:
            return list(self._pictures(rasters=rasters[missing])["pictures"])

        return np.stack(self._of_picture.of([raster.tobytes() for raster in rasters], features))

    def of_symbols(
        self, vectors: NDArray[np.float32], pictures: NDArray[np.float32], features: SymbolFeatures
    ) -> SymbolScores:
        """Run the second network on M symbols.

        Args:
            vectors: float32 [N, 128], the first network's, of all strokes.
            pictures: float32 [M, 128], see `of_pictures`.
            features: The symbols' other features.
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
    """Average the probabilities of several networks for the same symbols."""
    if len(scores) == 1:
        return scores[0]

    def mean(parts: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        result: NDArray[np.float32] = np.log(np.mean(np.exp(parts), axis=0) + 1e-12).astype(np.float32)
        return result

    return SymbolScores(
        mean([one.classes for one in scores]), mean([one.edges for one in scores]), mean([one.roots for one in scores])
    )


def log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the logarithm of the softmax over the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: NDArray[np.float32] = (shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))).astype(np.float32)
    return result


def _runners(content: bytes, name: str, *signatures: str | None) -> "list[SignatureRunner | Any]":
    """Return runners of a file's signatures; None stands for the only signature of a file."""
    from ai_edge_litert.interpreter import Interpreter

    try:
        with without_litert_notice():
            interpreter = Interpreter(model_content=content, num_threads=1)
            return [interpreter.get_signature_runner(signature) for signature in signatures]
    except (ValueError, RuntimeError, KeyError) as error:
        raise ModelFault(f"The model “{name}” is damaged: LiteRT cannot run it.") from error
