"""How good a model is on labelled data: run through the Recognizer, exactly as in use."""

import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.prediction import Label
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.dataset import DataFault, Dataset, Progress

CALIBRATION_BINS: Final = 15
TOP: Final = 5
WORST_WRITERS: Final = 10
TOP_CONFUSIONS: Final = 10

_NORMAL_95: Final = 1.959964
"""Standard deviations either side that hold 95 % of a normal distribution."""

_AT_ONCE: Final = 2048
_TIMED_GLYPHS: Final = 200


@dataclass(frozen=True, slots=True)
class Score:
    """Right answers among `samples` of one class or one writer."""

    name: str
    samples: int
    right: int

    @property
    def accuracy(self) -> float:
        return self.right / self.samples if self.samples else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What was measured.

    Attributes:
        confusion: int64 [C, C], rows the truth, columns the answer, in the order of the model's labels.
        skipped: Samples whose label the model does not know.
        calibration_error: Expected calibration error over 15 bins (Guo et al. 2017, arXiv:1706.04599).
        auroc: How well confidence tells right from wrong answers; None when all are right or all wrong.
        sure: How many answers counted as sure, and how many of these were right.
        glyph_ms: Median time of one glyph alone through the network.
    """

    model: str
    data: str
    labels: tuple[Label, ...]
    samples: int
    skipped: int
    right: int
    in_top: int
    classes: tuple[Score, ...]
    writers: tuple[Score, ...]
    confusion: NDArray[np.int64]
    calibration_error: float
    auroc: float | None
    sure: Score
    glyph_ms: float

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
            "data": self.data,
            "samples": self.samples,
            "skipped": self.skipped,
            "right": self.right,
            "accuracy": self.accuracy,
            "accuracy_interval_95": [low, high],
            f"top{TOP}_accuracy": self.in_top / self.samples,
            "calibration_error": self.calibration_error,
            "auroc": self.auroc,
            "sure": {"coverage": self.sure.samples / self.samples, "accuracy": self.sure.accuracy},
            "glyph_ms": self.glyph_ms,
            "classes": [_score_dict(score) for score in self.classes],
            "writers": [_score_dict(score) for score in self.writers],
            "labels": [label.text for label in self.labels],
            "confusion": self.confusion.tolist(),
            "confusions": [
                {"truth": truth, "answer": answer, "count": count} for truth, answer, count in self.confusions
            ],
        }


def _score_dict(score: Score) -> dict[str, Any]:
    return {"name": score.name, "samples": score.samples, "right": score.right, "accuracy": score.accuracy}


def evaluate(recognizer: Recognizer, dataset: Dataset, progress: Progress | None = None) -> Evaluation:
    """Answer every sample and compare with its label.

    Raises:
        DataFault: None of the labels is one of the model's.
    """
    card = recognizer.model.card
    truth = places_of(dataset, card.labels)
    known = np.flatnonzero(truth >= 0)
    if len(known) == 0:
        raise DataFault(f"No label of “{dataset.name}” is one that the model “{card.name}” can answer.")
    truth = truth[known]
    probabilities = answer(recognizer, dataset, known, progress)
    answers = probabilities.argmax(axis=1)
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = answers == truth
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :TOP]
    confusion = np.zeros((len(card.labels),) * 2, np.int64)
    np.add.at(confusion, (truth, answers), 1)
    sure = confidence >= card.sure_above
    return Evaluation(
        model=card.name,
        data=dataset.name,
        labels=card.labels,
        samples=len(known),
        skipped=len(dataset) - len(known),
        right=int(right.sum()),
        in_top=int((order == truth[:, None]).any(axis=1).sum()),
        classes=tuple(
            Score(label.text, int(confusion[row].sum()), int(confusion[row, row]))
            for row, label in enumerate(card.labels)
            if confusion[row].any()
        ),
        writers=_by_writer(dataset, known, right),
        confusion=confusion,
        calibration_error=expected_calibration_error(confidence, right),
        auroc=auroc(confidence, right),
        sure=Score("sure", int(sure.sum()), int(right[sure].sum())),
        glyph_ms=_glyph_ms(recognizer, dataset.floats(known[:_TIMED_GLYPHS])),
    )


def places_of(dataset: Dataset, labels: tuple[Label, ...]) -> NDArray[np.int64]:
    """Each sample's place among a model's labels, by text or by LaTeX; -1 where there is none."""
    by_latex = {label.latex: place for place, label in enumerate(labels)}
    by_text = {label.text: place for place, label in enumerate(labels)}
    table = np.array([by_text.get(name, by_latex.get(name, -1)) for name in dataset.label_names], np.int64)
    places: NDArray[np.int64] = table[dataset.labels]
    return places


def answer(
    recognizer: Recognizer, dataset: Dataset, indices: NDArray[np.intp], progress: Progress | None = None
) -> NDArray[np.float32]:
    """float32 [M, C]: the recognizer's probabilities for the samples at these places."""
    parts = []
    for first in range(0, len(indices), _AT_ONCE):
        parts.append(recognizer.probabilities(dataset.floats(indices[first : first + _AT_ONCE])))
        if progress is not None:
            progress(min(first + _AT_ONCE, len(indices)), len(indices))
    return np.concatenate(parts)


def wilson_interval(right: int, samples: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), which holds for shares near 0 and 1 and few samples too."""
    share, z2 = right / samples, _NORMAL_95**2
    middle = (share + z2 / (2 * samples)) / (1 + z2 / samples)
    half = _NORMAL_95 / (1 + z2 / samples) * (share * (1 - share) / samples + z2 / (4 * samples**2)) ** 0.5
    return max(middle - half, 0.0), min(middle + half, 1.0)


def expected_calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The mean gap between confidence and accuracy over equally wide bins, weighted by their samples."""
    place = np.clip(np.ceil(confidence * CALIBRATION_BINS).astype(np.intp) - 1, 0, CALIBRATION_BINS - 1)
    gap = np.bincount(place, weights=confidence - right, minlength=CALIBRATION_BINS)
    return float(np.abs(gap).sum() / len(confidence))


def auroc(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float | None:
    """The chance that a right answer is more confident than a wrong one, ties counting half."""
    positives, negatives = int(right.sum()), int((~right).sum())
    if positives == 0 or negatives == 0:
        return None
    _, place, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    ranks = mean_rank[place]
    return float((ranks[right].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _by_writer(dataset: Dataset, known: NDArray[np.intp], right: NDArray[np.bool_]) -> tuple[Score, ...]:
    """Every writer's score, the worst first."""
    if dataset.writers is None:
        return ()
    numbers, place = np.unique(dataset.writers[known], return_inverse=True)
    samples = np.bincount(place)
    hits = np.bincount(place, weights=right).astype(np.int64)
    names = dataset.writer_names
    scores = [
        Score(names[number] if 0 <= number < len(names) else str(number), int(samples[row]), int(hits[row]))
        for row, number in enumerate(numbers.tolist())
    ]
    return tuple(sorted(scores, key=lambda score: (score.accuracy, -score.samples)))


def _glyph_ms(recognizer: Recognizer, rasters: NDArray[np.float32]) -> float:
    times = []
    for raster in rasters:
        started = time.perf_counter()
        recognizer.predict(raster)
        times.append(time.perf_counter() - started)
    return float(np.median(times)) * 1000
