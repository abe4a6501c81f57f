"""Evaluating a model on labelled data, with the same recognizer that reads in the window."""

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
    """The answers to M samples, and their right labels.

    Attributes:
        rows: intp [M], indices of the samples in the data.
        truth: int64 [M], indices of the right labels among the alphabet's.
        answers: int64 [M], indices of the answered labels.
        answered: The recognizer's probabilities, in-vocabulary scores and whether it is sure.
    """

    rows: NDArray[np.intp]
    truth: NDArray[np.int64]
    answers: NDArray[np.int64]
    answered: Answers

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether each answer is right, bool [M]."""
        right: NDArray[np.bool_] = self.answers == self.truth
        return right

    @property
    def confidence(self) -> NDArray[np.float64]:
        """Calibrated confidence of each answer, float64 [M], 0 to 1."""
        confidence: NDArray[np.float64] = self.answered.probabilities.max(axis=1).astype(np.float64)
        return confidence


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The figures of an evaluation.

    Attributes:
        model: Name of the model.
        alphabet: Name of the alphabet.
        data: Name of the data.
        labels: The C labels of the alphabet.
        samples: Number of evaluated samples.
        skipped: Number of samples whose label the alphabet does not have.
        learned_from: Whether the model's card has data of this name among its training data.
        right: Number of right answers.
        in_top: Number of samples whose label is among the best five answers.
        classes: Score of each class that has samples.
        writers: Score of each writer, the worst first; empty if the data does not tell writers apart.
        confusion: int64 [C, C], rows for the right label, columns for the answer.
        reliability: Accuracy and confidence in bins of the confidence.
        calibration_error: Expected calibration error over 15 bins (Guo et al. 2017, arXiv:1706.04599), 0 to 1.
        auroc: Area under the ROC curve of the confidence, by which right answers are told from wrong ones; None if all
            answers are right or all are wrong.
        sure: Number of sure answers, and of the right ones among them.
        coverage: Largest share of the answers, the most confident first, of which 99.5 % are right.
        glyph_ms: Median time of one glyph alone, in milliseconds.
        glyphs_per_second: Glyphs a second in large batches.
        outcomes: The answer to each sample.
        rejection: Figures of junk; None if they were not measured.
        robustness: Accuracy after changes of the glyphs; empty if it was not measured.
        with_context: Whether the network used the spatial context of the samples.
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
        """Share of right answers, 0 to 1."""
        return self.right / self.samples

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound of the 95 % confidence interval of the accuracy, 0 to 1."""
        return wilson_interval(self.right, self.samples)

    @property
    def confusions(self) -> tuple[tuple[str, str, int], ...]:
        """The most frequent mistakes: right label, answered label and count."""
        wrong = self.confusion.copy()
        np.fill_diagonal(wrong, 0)
        order = np.argsort(-wrong, axis=None, kind="stable")[:TOP_CONFUSIONS]
        cells = [divmod(int(index), len(self.labels)) for index in order if wrong.flat[index]]
        return tuple(
            (self.labels[row].text, self.labels[column].text, int(wrong[row, column])) for row, column in cells
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the figures by stable keys, ready for JSON."""
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
    """Answer every sample and compare the answer with its label.

    Rejection and robustness are measured by modules of their own.

    Raises:
        DataFault: None of the data's labels is one of the alphabet.
    """
    labels = recognizer.labels
    indices = label_indices(dataset, labels)
    rows = np.flatnonzero(indices >= 0)
    if len(rows) == 0:
        raise DataFault(
            f"No label of “{dataset.name}” is one that the model “{recognizer.model.name}” can answer "
            f"within {recognizer.alphabet.name}."
        )
    truth = indices[rows]
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
    """Return the index of each sample's label among an alphabet's labels, found by text or by LaTeX.

    Returns:
        int64 [N]; -1 for samples whose label the alphabet does not have.
    """
    by_latex = {label.latex: index for index, label in enumerate(labels)}
    by_text = {label.text: index for index, label in enumerate(labels)}
    table = np.array([by_text.get(name, by_latex.get(name, -1)) for name in data.label_names], np.int64)
    indices: NDArray[np.int64] = table[data.labels]
    return indices


def answers_of(
    recognizer: Recognizer, dataset: Dataset, indices: NDArray[np.intp], progress: Progress | None = None
) -> Answers:
    """Return the recognizer's answers to the samples at these indices."""
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
    """Return the recognizer's probabilities for the samples at these indices, float32 [M, C]."""
    return answers_of(recognizer, dataset, indices, progress).probabilities


def _by_writer(dataset: Dataset, rows: NDArray[np.intp], right: NDArray[np.bool_]) -> tuple[Score, ...]:
    """Return the score of every writer, the worst first."""
    if dataset.writers is None:
        return ()
    numbers, group = np.unique(dataset.writers[rows], return_inverse=True)
    samples = np.bincount(group)
    hits = np.bincount(group, weights=right).astype(np.int64)
    names = dataset.writer_names
    scores = [
        Score(names[number] if 0 <= number < len(names) else str(number), int(samples[row]), int(hits[row]))
        for row, number in enumerate(numbers.tolist())
    ]
    return tuple(sorted(scores, key=lambda score: (score.accuracy, -score.samples)))


def _glyph_ms(recognizer: Recognizer, dataset: Dataset, rows: NDArray[np.intp]) -> float:
    times = []
    for row in rows[:_TIMED_GLYPHS].tolist():
        raster, path, context = dataset.views(np.array([row]))
        started = time.perf_counter()
        recognizer.predict(raster[0], None if path is None else path[0], None if context is None else context[0])
        times.append(time.perf_counter() - started)
    return float(np.median(times)) * 1000


def _glyphs_per_second(recognizer: Recognizer, dataset: Dataset, rows: NDArray[np.intp]) -> float:
    """Measure the speed with whole batches; samples are repeated if there are too few."""
    many = np.resize(rows, _TIMED_BATCH)
    views = dataset.views(many)
    # The first batch allocates memory, which is not part of the network's speed.
    recognizer.answers(*dataset.views(many[:BATCH]))
    started = time.perf_counter()
    recognizer.answers(*views)
    return len(many) / max(time.perf_counter() - started, 1e-9)
