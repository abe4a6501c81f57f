"""How good a model is on labelled data: run through the Recognizer, exactly as in use."""

import time
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.prediction import Label
from digitvision.recognition.recognizer import BATCH, Answers, Recognizer
from digitvision.training.data.dataset import DataFault, Dataset, Progress
from digitvision.training.data.glyphs import Glyphs
from digitvision.training.evaluation.metrics import (
    Bin,
    Score,
    auroc,
    coverage_at_precision,
    expected_calibration_error,
    reliability,
    wilson_interval,
)
from digitvision.training.evaluation.rejection import Rejection
from digitvision.training.evaluation.robustness import Change

TOP: Final = 5
WORST_WRITERS: Final = 10
TOP_CONFUSIONS: Final = 10

_AT_ONCE: Final = 2048
_TIMED_GLYPHS: Final = 200
_TIMED_BATCH: Final = 16 * BATCH


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What was answered to each of M samples, and what would have been right.

    Attributes:
        rows: intp [M], the samples' places in the data.
        truth: int64 [M], places in the alphabet's labels.
        answers: int64 [M], likewise.
        answered: The recognizer's probabilities, how much it knows the samples, and whether it is sure.
    """

    rows: NDArray[np.intp]
    truth: NDArray[np.int64]
    answers: NDArray[np.int64]
    answered: Answers

    @property
    def right(self) -> NDArray[np.bool_]:
        """bool [M]."""
        right: NDArray[np.bool_] = self.answers == self.truth
        return right

    @property
    def confidence(self) -> NDArray[np.float64]:
        """float64 [M], calibrated."""
        confidence: NDArray[np.float64] = self.answered.probabilities.max(axis=1).astype(np.float64)
        return confidence


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What was measured.

    Attributes:
        labels: The alphabet's C classes.
        skipped: Samples whose label the alphabet does not have.
        learned_from: Whether the model's card names data of this name among what it learned from.
        in_top: Samples whose class is among the best five answers.
        confusion: int64 [C, C], rows the truth, columns the answer.
        calibration_error: Expected calibration error over 15 bins (Guo et al. 2017, arXiv:1706.04599).
        auroc: How well confidence tells right from wrong answers; None when all are right or all wrong.
        sure: How many answers counted as sure, and how many of these were right.
        coverage: The largest share of the answers, ranked by confidence, of which 99.5 % are right.
        glyph_ms: Median time of one glyph alone through the network.
        glyphs_per_second: Of many glyphs at once.
        rejection: How well what is no glyph of the alphabet is told apart; None where it was not measured.
        with_context: Whether the network looked at what lies around each sample, too.
        robustness: How far the accuracy falls as glyphs change; empty where it was not measured.
        outcomes: What was answered to each sample.
    """

    model: str
    alphabet: str
    data: str
    labels: tuple[Label, ...]
    samples: int
    skipped: int
    learned_from: bool
    right: int
    in_top: int
    classes: tuple[Score, ...]
    writers: tuple[Score, ...]
    confusion: NDArray[np.int64]
    reliability: tuple[Bin, ...]
    calibration_error: float
    auroc: float | None
    sure: Score
    coverage: float
    glyph_ms: float
    glyphs_per_second: float
    outcomes: Outcomes = field(repr=False)
    rejection: Rejection | None = None
    robustness: tuple[Change, ...] = ()
    with_context: bool = False

    @property
    def accuracy(self) -> float:
        return self.right / self.samples

    @property
    def interval(self) -> tuple[float, float]:
        """Where the accuracy on more of such samples lies with 95 % confidence."""
        return wilson_interval(self.right, self.samples)

    @property
    def confusions(self) -> tuple[tuple[str, str, int], ...]:
        """The most frequent mistakes: truth, answer, count."""
        wrong = self.confusion.copy()
        np.fill_diagonal(wrong, 0)
        order = np.argsort(-wrong, axis=None, kind="stable")[:TOP_CONFUSIONS]
        cells = [divmod(int(place), len(self.labels)) for place in order if wrong.flat[place]]
        return tuple(
            (self.labels[row].text, self.labels[column].text, int(wrong[row, column])) for row, column in cells
        )

    def to_dict(self) -> dict[str, Any]:
        """The figures under stable keys, ready for JSON."""
        low, high = self.interval
        return {
            "model": self.model,
            "alphabet": self.alphabet,
            "data": self.data,
            "surrounded": self.with_context,
            "samples": self.samples,
            "skipped": self.skipped,
            "learned_from": self.learned_from,
            "right": self.right,
            "accuracy": self.accuracy,
            "accuracy_interval_95": [low, high],
            f"top{TOP}_accuracy": self.in_top / self.samples,
            "calibration_error": self.calibration_error,
            "auroc": self.auroc,
            "sure": {"coverage": self.sure.samples / self.samples, "accuracy": self.sure.accuracy},
            "coverage_at_995_precision": self.coverage,
            "glyph_ms": self.glyph_ms,
            "glyphs_per_second": self.glyphs_per_second,
            "classes": [_score_dict(score) for score in self.classes],
            "writers": [_score_dict(score) for score in self.writers],
            "labels": [label.text for label in self.labels],
            "confusion": self.confusion.tolist(),
            "confusions": [
                {"truth": truth, "answer": answer, "count": count} for truth, answer, count in self.confusions
            ],
            "reliability": [
                {
                    "low": item.low,
                    "high": item.high,
                    "samples": item.samples,
                    "confidence": item.confidence,
                    "accuracy": item.accuracy,
                }
                for item in self.reliability
            ],
            "rejection": None if self.rejection is None else self.rejection.to_dict(),
            "robustness": [change.to_dict() for change in self.robustness] or None,
        }


def _score_dict(score: Score) -> dict[str, Any]:
    return {"name": score.name, "samples": score.samples, "right": score.right, "accuracy": score.accuracy}


def evaluate(recognizer: Recognizer, dataset: Dataset, progress: Progress | None = None) -> Evaluation:
    """Answer every sample and compare with its label. Rejection and robustness are measured by modules of their own.

    Raises:
        DataFault: None of the labels is one of the alphabet's.
    """
    labels = recognizer.labels
    places = label_indices(dataset, labels)
    rows = np.flatnonzero(places >= 0)
    if len(rows) == 0:
        raise DataFault(
            f"No label of “{dataset.name}” is one that the model “{recognizer.model.name}” can answer "
            f"within {recognizer.alphabet.name}."
        )
    truth = places[rows]
    answered = answers_of(recognizer, dataset, rows, progress)
    found = Outcomes(rows, truth, answered.probabilities.argmax(axis=1), answered)
    right, confidence = found.right, found.confidence
    order = np.argsort(-answered.probabilities, axis=1, kind="stable")[:, :TOP]
    confusion = np.zeros((len(labels),) * 2, np.int64)
    np.add.at(confusion, (truth, found.answers), 1)
    return Evaluation(
        model=recognizer.model.name,
        alphabet=recognizer.alphabet.name,
        data=dataset.name,
        labels=labels,
        samples=len(rows),
        skipped=len(dataset) - len(rows),
        learned_from=any(source.name.partition(".")[0] == dataset.name for source in recognizer.model.card.data),
        right=int(right.sum()),
        in_top=int((order == truth[:, None]).any(axis=1).sum()),
        classes=tuple(
            Score(label.text, int(confusion[row].sum()), int(confusion[row, row]))
            for row, label in enumerate(labels)
            if confusion[row].any()
        ),
        writers=_by_writer(dataset, rows, right),
        confusion=confusion,
        reliability=reliability(confidence, right),
        calibration_error=expected_calibration_error(confidence, right),
        auroc=auroc(confidence, right),
        sure=Score("sure", int(answered.sure.sum()), int(right[answered.sure].sum())),
        coverage=coverage_at_precision(confidence, right),
        glyph_ms=_glyph_ms(recognizer, dataset, rows),
        glyphs_per_second=_glyphs_per_second(recognizer, dataset, rows),
        outcomes=found,
        with_context=dataset.context is not None and "surroundings" in recognizer.model.card.views,
    )


def label_indices(data: Dataset | Glyphs, labels: tuple[Label, ...]) -> NDArray[np.int64]:
    """Each sample's place among an alphabet's labels, by text or by LaTeX; -1 where there is none."""
    by_latex = {label.latex: place for place, label in enumerate(labels)}
    by_text = {label.text: place for place, label in enumerate(labels)}
    table = np.array([by_text.get(name, by_latex.get(name, -1)) for name in data.label_names], np.int64)
    places: NDArray[np.int64] = table[data.labels]
    return places


def answers_of(
    recognizer: Recognizer, dataset: Dataset, indices: NDArray[np.intp], progress: Progress | None = None
) -> Answers:
    """What the recognizer answers to the samples at these places."""
    parts = []
    for first in range(0, len(indices), _AT_ONCE):
        part = indices[first : first + _AT_ONCE]
        parts.append(recognizer.answers(*dataset.views(part)))
        if progress is not None:
            progress(min(first + _AT_ONCE, len(indices)), len(indices))
    return Answers(
        np.concatenate([part.probabilities for part in parts]),
        np.concatenate([part.in_vocabulary for part in parts]),
        np.concatenate([part.sure for part in parts]),
    )


def answer(
    recognizer: Recognizer, dataset: Dataset, indices: NDArray[np.intp], progress: Progress | None = None
) -> NDArray[np.float32]:
    """float32 [M, C]: the recognizer's probabilities for the samples at these places."""
    return answers_of(recognizer, dataset, indices, progress).probabilities


def _by_writer(dataset: Dataset, rows: NDArray[np.intp], right: NDArray[np.bool_]) -> tuple[Score, ...]:
    """Every writer's score, the worst first."""
    if dataset.writers is None:
        return ()
    numbers, place = np.unique(dataset.writers[rows], return_inverse=True)
    samples = np.bincount(place)
    hits = np.bincount(place, weights=right).astype(np.int64)
    names = dataset.writer_names
    scores = [
        Score(names[number] if 0 <= number < len(names) else str(number), int(samples[row]), int(hits[row]))
        for row, number in enumerate(numbers.tolist())
    ]
    return tuple(sorted(scores, key=lambda score: (score.accuracy, -score.samples)))


def _glyph_ms(recognizer: Recognizer, dataset: Dataset, rows: NDArray[np.intp]) -> float:
    times = []
    for row in rows[:_TIMED_GLYPHS].tolist():
        raster, path, around = dataset.views(np.array([row]))
        started = time.perf_counter()
        recognizer.predict(raster[0], None if path is None else path[0], None if around is None else around[0])
        times.append(time.perf_counter() - started)
    return float(np.median(times)) * 1000


def _glyphs_per_second(recognizer: Recognizer, dataset: Dataset, rows: NDArray[np.intp]) -> float:
    """Of whole batches: samples that are too few for that are taken again."""
    many = np.resize(rows, _TIMED_BATCH)
    views = dataset.views(many)
    # The first batch finds its memory; that is not the network's speed.
    recognizer.answers(*dataset.views(many[:BATCH]))
    started = time.perf_counter()
    recognizer.answers(*views)
    return len(many) / max(time.perf_counter() - started, 1e-9)
