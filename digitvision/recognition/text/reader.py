"""Words and lines of ink, read by one network and, if wanted, with what is usual in texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.lines.normalization import normalize_line
from digitvision.ink.lines.path_features import FEATURES_VERSION, features_and_strokes
from digitvision.ink.stroke import Stroke
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import LITERT_FILE, Model
from digitvision.recognition.prediction import LINE
from digitvision.recognition.text.character_ngrams import CharacterNgrams
from digitvision.recognition.text.decoding import beam_search
from digitvision.recognition.text.network import LineNetwork

DEFAULT_TEXT_MODEL: Final = "lines"
NGRAMS_FILE: Final = "characters.npz"

MOST_STROKES: Final = 400
"""Largest number of strokes that are read as one line."""

LONGEST: Final = 6000
"""Points of the longest path that is read: a line of some 400 characters."""


@dataclass(frozen=True, slots=True)
class TextReading:
    """What a line says.

    Attributes:
        texts: The most probable texts, the best first; empty where nothing was read.
        shares: The probability of each among these, 0 to 1.
        refusal: Why it was not read, in a sentence; empty where it was.
    """

    texts: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    refusal: str = ""

    @property
    def text(self) -> str:
        """The best text; empty where nothing was read."""
        return self.texts[0] if self.texts else ""


@dataclass(frozen=True, slots=True, eq=False)
class FollowedLine:
    """A line along which the network has answered.

    Attributes:
        log_probabilities: float32 [T, classes], see `LineNetwork.log_probabilities`.
        strokes: int64 [N], the index of the stroke that each point of the pen's path belongs to; the network answers
            once for `path_features.STRIDE` of them.
        paths: float32 [P, 2] of each stroke, normalised.
    """

    log_probabilities: NDArray[np.float32]
    strokes: NDArray[np.int64]
    paths: tuple[NDArray[np.float32], ...]


class TextReader:
    """Reads the strokes of one line. Not thread-safe: each thread needs its own."""

    def __init__(self, network: LineNetwork, ngrams: CharacterNgrams | None = None) -> None:
        """Take the network, and the statistics of texts that `read` may use."""
        self._network = network
        self.ngrams = ngrams
        """Which characters follow each other; None where the model does not say so."""

    def read(self, strokes: Sequence[Stroke], *, with_language: bool = True, top: int = 5) -> TextReading:
        """Read a line.

        Args:
            strokes: Its strokes in the order of writing, at any position and size.
            with_language: Whether what is usual in texts counts: not for names, codes and the like.
            top: Largest number of texts.
        """
        if len(strokes) > MOST_STROKES:
            return TextReading(refusal=f"A line has at most {MOST_STROKES} strokes; this one has {len(strokes):,}.")
        if not strokes:
            return TextReading()
        answer = self.answer(strokes)
        if answer is None:
            return TextReading(refusal="There is too much ink for one line of writing.")
        return self.reading_of(answer, with_language=with_language, top=top)

    def answer(self, strokes: Sequence[Stroke]) -> NDArray[np.float32] | None:
        """Return the network's answer along a line, see `LineNetwork.log_probabilities`; None where it is too long.

        Raises:
            ValueError: There is no stroke.
        """
        line = self.follow(strokes)
        return None if line is None else line.log_probabilities

    def follow(self, strokes: Sequence[Stroke]) -> FollowedLine | None:
        """Return the network's answer along a line and what it is about; None where the line is too long.

        Raises:
            ValueError: There is no stroke.
        """
        paths = normalize_line([stroke.xy for stroke in strokes]).paths
        features, rows = features_and_strokes(paths)
        if len(features) > LONGEST:
            return None
        return FollowedLine(self._network.log_probabilities(features), rows, paths)

    def reading_of(self, answer: NDArray[np.float32], *, with_language: bool = True, top: int = 5) -> TextReading:
        """Return what the network's answer along a line says; see `read`."""
        found = beam_search(answer, self.ngrams if with_language else None)
        found = [candidate for candidate in found if candidate.text.strip()][:top]
        if not found:
            return TextReading()
        scores = np.array([candidate.score for candidate in found])
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        return TextReading(tuple(candidate.text for candidate in found), tuple(shares.tolist()))


def load_text_reader(model: Model) -> TextReader:
    """Build a reader with this model's network.

    Raises:
        ModelFault: The model does not read lines, is missing or damaged, or was trained with other features.
    """
    card = model.card
    if card.reading != LINE:
        raise ModelFault(f"The model “{model.name}” does not read lines of writing.")
    if card.preprocessing != FEATURES_VERSION:
        raise ModelFault(
            f"The model “{model.name}” was trained with features {card.preprocessing} of lines, but this program "
            f"prepares them by version {FEATURES_VERSION}; train it again."
        )
    network = LineNetwork(model.content(LITERT_FILE), name=model.name)
    try:
        ngrams = CharacterNgrams.from_bytes(model.content(NGRAMS_FILE)) if NGRAMS_FILE in card.sha256 else None
    except ValueError as error:
        raise ModelFault(f"The model “{model.name}” is damaged: {error}.") from error
    return TextReader(network, ngrams)
