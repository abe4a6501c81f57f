"""Finding out, on shipped digits, how another program's network wants its pictures and what its outputs stand for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.training.data.loading import MNIST, MNIST_VALIDATION, load
from digitvision.training.models.saving import calibrated_loss
from digitvision.training.networks.input_convention import (
    BLACK_ON_WHITE,
    CENTRED,
    VALUES,
    WHITE_ON_BLACK,
    InputConvention,
    TakenShape,
    conventions,
    prepared,
)

if TYPE_CHECKING:
    import keras

JUNK: Final = ""
"""Stands among the labels for an output that is for no class."""

READS: Final = 0.5
"""Accuracy from which a convention counts as found: no wrong one gives a network that learned another labels more."""

_FIRST_DIGITS: Final = 200
_DIGITS_TO_CHOOSE: Final = 2000
_FINALISTS: Final = 4
_CLOSE: Final = 0.01
"""Difference in accuracy below which two conventions count as close."""

_PER_PLACE: Final = 0.03
"""By how much less the loss has to be for each place that a range of values comes later in the order of `VALUES`."""

_BEHIND: Final = 0.03
"""Most that a finalist may be behind on the first digits: their standard error is about 0.02."""

_CLEARLY: Final = 0.05
"""Difference in accuracy that leaves no doubt."""

_AT_ONCE: Final = 100
_SUM_TOLERANCE: Final = 1e-3

_VALUES_IN_WORDS: Final = {
    "0-1": "from 0 to 1",
    "0-255": "from 0 to 255",
    "signed": "from −1 to 1",
    "half": "from −0.5 to 0.5",
    "standardised": "standardised by MNIST's mean and deviation",
    "signed-255": "from −128 to 127",
}
_DIGIT_LAYOUTS: Final[dict[int, tuple[tuple[str, ...], ...]]] = {
    9: (tuple("123456789"), tuple("012345678")),
    10: (tuple("0123456789"), tuple("1234567890"), (JUNK, *"123456789"), (*"123456789", JUNK)),
    11: ((*"0123456789", JUNK), (JUNK, *"0123456789")),
}
"""What the outputs of a network for digits may stand for, by their number; the most usual first."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One convention with what it reads: `accuracy` is a share, `loss` the calibrated negative log-likelihood."""

    convention: InputConvention
    labels: tuple[str, ...]
    accuracy: float
    loss: float


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a network.

    Attributes:
        convention: How it wants its pictures.
        labels: What its outputs stand for, in their order, with `JUNK` for one that is for no class.
        accuracy: The share of the digits with an output that it read so; None if it could not be measured.
        close: Other conventions that read nearly as many digits, the best first.
        digits: Number of digits on which this was measured.
    """

    convention: InputConvention
    labels: tuple[str, ...]
    accuracy: float | None = None
    close: tuple[Trial, ...] = ()
    digits: int = 0

    def sentences(self) -> list[str]:
        """Say what was found, for the card and for the user."""
        words = in_words(self.convention)
        if self.accuracy is None:
            sentence = "Its classes are no digits, so that the range of values that it wants could not be measured"
            return [f"{sentence}; it gets values {words} (--values and --ink change that)."]
        reads = f"{self.accuracy * 100:.1f} % of {self.digits:,} digits of MNIST's training part"
        if self.accuracy < READS:
            sentence = f"It reads digits under none of the usual ranges of values: at best {reads}"
            return [f"{sentence}; it gets values {words}."]
        found = [f"It gets values {words}, and reads {reads}."]
        if self.labels != tuple("0123456789"):
            found.append(_labels_in_words(self.labels))
        if self.close:
            other = self.close[0]
            found.append(
                f"With values {in_words(other.convention)}, it reads nearly as many, {other.accuracy * 100:.1f} %: if "
                f"it was trained so, import it with --values={other.convention.values} --ink={other.convention.ink}."
            )
        return found


def find(
    network: "keras.Model",
    taken: TakenShape,
    *,
    names: Sequence[str] | None,
    softmax: bool,
    values: str | None = None,
    ink: str | None = None,
) -> Found | None:
    """Try the usual conventions on digits of MNIST's training part that are customarily held out.

    Args:
        network: The network, whose answers are float32 [N, C].
        taken: The shape of its pictures.
        names: What its outputs stand for, if that is known.
        softmax: Whether its answers are logits.
        values: The range of its values, if that is known.
        ink: Which of ink and paper is bright, if that is known.

    Returns:
        What was found; None if nobody can know what its outputs stand for.
    """
    outputs = int(np.prod(network.output_shape[1:]))
    layouts = (tuple(names),) if names is not None else _DIGIT_LAYOUTS.get(outputs, ())
    if not layouts:
        return None
    known = InputConvention(values or next(iter(VALUES)), ink or WHITE_ON_BLACK)
    if len(set(layouts[0]) & set("0123456789")) < 2:
        return Found(known, layouts[0])
    mnist = load(MNIST, "training")
    held_out = mnist.select(np.arange(len(mnist) - MNIST_VALIDATION, len(mnist) - MNIST_VALIDATION + _DIGITS_TO_CHOOSE))

    def tried(options: Sequence[InputConvention], count: int) -> list[Trial]:
        rasters, digits = held_out.floats(slice(0, count)), held_out.labels[:count]
        return [
            _best_layout(one, _answers(network, rasters, one, taken, softmax=softmax), digits, layouts)
            for one in options
        ]

    first = tried(conventions(taken, values, ink, transposed=False), _FIRST_DIGITS)
    if max(one.accuracy for one in first) < READS:
        first += tried(conventions(taken, values, ink, transposed=True), _FIRST_DIGITS)
    trials = tried([one.convention for one in _finalists(first)], _DIGITS_TO_CHOOSE)
    best, *others = _ranked(trials)
    if best.accuracy < READS:
        return Found(known, layouts[0], best.accuracy, digits=_DIGITS_TO_CHOOSE)
    close = tuple(one for one in others if best.accuracy - one.accuracy < _CLOSE)
    return Found(best.convention, best.labels, best.accuracy, close, _DIGITS_TO_CHOOSE)


def are_probabilities(answers: NDArray[np.float32]) -> bool:
    """Whether each row of answers, float32 [N, C], is a distribution."""
    return bool(np.all(answers >= 0) and np.allclose(answers.sum(axis=1), 1.0, atol=_SUM_TOLERANCE))


def _finalists(trials: Sequence[Trial]) -> list[Trial]:
    best = max(one.accuracy for one in trials)
    near = [one for one in trials if one.accuracy >= best - _BEHIND]
    return sorted(near, key=lambda one: one.loss)[:_FINALISTS]


def _ranked(trials: Sequence[Trial]) -> list[Trial]:
    """Order conventions, the best first: among those that read equally well, the one of the surest right answers."""
    best = max(one.accuracy for one in trials)
    usual = list(VALUES)

    def rank(one: Trial) -> tuple[bool, float]:
        return one.accuracy < best - _CLOSE, one.loss * (1 + _PER_PLACE * usual.index(one.convention.values))

    return sorted(trials, key=rank)


def _answers(
    network: "keras.Model",
    rasters: NDArray[np.float32],
    convention: InputConvention,
    taken: TakenShape,
    *,
    softmax: bool,
) -> NDArray[np.float32]:
    parts = [
        np.asarray(network.predict_on_batch(prepared(rasters[start : start + _AT_ONCE], convention, taken)))
        for start in range(0, len(rasters), _AT_ONCE)
    ]
    answers = np.concatenate(parts).reshape(len(rasters), -1)
    if softmax:
        powers = np.exp(answers - answers.max(axis=1, keepdims=True))
        answers = powers / powers.sum(axis=1, keepdims=True)
    found: NDArray[np.float32] = np.nan_to_num(answers)
    return found


def _best_layout(
    convention: InputConvention,
    answers: NDArray[np.float32],
    digits: NDArray[np.int64],
    layouts: Sequence[tuple[str, ...]],
) -> Trial:
    """Return the trial with what the outputs most likely stand for, measured on the digits that have an output."""
    found = []
    for labels in layouts:
        place = {label: index for index, label in enumerate(labels)}
        truth = np.array([place.get(str(digit), -1) for digit in digits])
        known = truth >= 0
        share = float((answers[known].argmax(axis=1) == truth[known]).mean())
        found.append(Trial(convention, labels, share, calibrated_loss(answers[known], truth[known])))
    # An unusual order has to be clearly better than the usual one.
    return max(found, key=lambda one: one.accuracy - (0 if one.labels == layouts[0] else _CLEARLY))


def in_words(convention: InputConvention) -> str:
    """Describe a convention in a phrase, as “from 0 to 255, black ink on white”."""
    words = [
        _VALUES_IN_WORDS[convention.values],
        "black ink on white" if convention.ink == BLACK_ON_WHITE else "white ink on black",
    ]
    if convention.fit == CENTRED:
        words.append("centred with a margin added or cut off")
    if convention.transposed:
        words.append("rows and columns exchanged")
    return ", ".join(words)


def _labels_in_words(labels: tuple[str, ...]) -> str:
    names = "".join(label for label in labels if label != JUNK)
    junk = f", and its {'first' if labels[0] == JUNK else 'last'} output for what is no digit" if JUNK in labels else ""
    return f"Its outputs stand for {names}{junk}."
