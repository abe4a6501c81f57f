"""Measuring how well a model tells glyphs of its alphabet from junk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.recognizer import Answers, Recognizer
from digitvision.training.data.dataset import Progress
from digitvision.training.data.glyphs import Glyphs, prepare
from digitvision.training.evaluation.metrics import auroc


@dataclass(frozen=True, slots=True)
class JunkFigures:
    """The figures of one kind of junk.

    Attributes:
        kind: Which kind; see `junk_to_measure.junk_of`.
        samples: Number of the junk.
        auroc: Probability that a glyph of the alphabet has a higher score than junk, see `rejection_score`.
        not_sure: Share of the junk whose answers are not sure, 0 to 1.
    """

    kind: str
    samples: int
    auroc: float
    not_sure: float


@dataclass(frozen=True, slots=True)
class Rejection:
    """The figures of all kinds of junk.

    Attributes:
        glyphs: Number of glyphs of the alphabet that the junk was compared with.
        sure: Share of these glyphs whose answers are sure, 0 to 1.
        kinds: Figures of each kind.
        together: Figures of the junk of all kinds together.
    """

    glyphs: int
    sure: float
    kinds: tuple[JunkFigures, ...]
    together: JunkFigures

    def to_dict(self) -> dict[str, Any]:
        """Return the figures by stable keys, ready for JSON."""
        return {
            "glyphs": self.glyphs,
            "glyphs_sure": self.sure,
            "samples": self.together.samples,
            "auroc": self.together.auroc,
            "not_sure": self.together.not_sure,
            "kinds": [
                {"kind": item.kind, "samples": item.samples, "auroc": item.auroc, "not_sure": item.not_sure}
                for item in self.kinds
            ],
        }


def rejection_score(answers: Answers) -> NDArray[np.float64]:
    """Return a score of each glyph for belonging to the alphabet, float64 [N], 0 to 1; junk should have low scores.

    It is the product of the in-vocabulary score and the probability of the best class. For a model that does not
    reject junk it is the confidence alone (Hendrycks and Gimpel 2017, arXiv:1610.02136).
    """
    scores: NDArray[np.float64] = answers.in_vocabulary.astype(np.float64) * answers.probabilities.max(axis=1)
    return scores


def measure_rejection(
    recognizer: Recognizer, glyph_answers: Answers, junk: Sequence[Glyphs], progress: Progress | None = None
) -> Rejection | None:
    """Compare the answers to glyphs of the alphabet with those to junk.

    Args:
        recognizer: The recognizer to measure.
        glyph_answers: Its answers to glyphs of the alphabet.
        junk: A group for each kind, named by the kind.
        progress: Called with the number of junk that is done.

    Returns:
        The figures; None without junk.
    """
    groups = [group for group in junk if len(group)]
    if not groups:
        return None
    total = sum(map(len, groups))
    done = 0
    scores, not_sure, kinds = [], [], []
    glyphs = rejection_score(glyph_answers)
    for group in groups:
        dataset = prepare(group)
        found = recognizer.answers(*dataset.views())
        scores.append(rejection_score(found))
        not_sure.append(~found.sure)
        kinds.append(_junk_figures(group.name, glyphs, scores[-1], not_sure[-1]))
        done += len(group)
        if progress is not None:
            progress(done, total)
    return Rejection(
        glyphs=len(glyphs),
        sure=float(glyph_answers.sure.mean()),
        kinds=tuple(kinds),
        together=_junk_figures("all", glyphs, np.concatenate(scores), np.concatenate(not_sure)),
    )


def _junk_figures(
    kind: str, glyphs: NDArray[np.float64], junk: NDArray[np.float64], not_sure: NDArray[np.bool_]
) -> JunkFigures:
    """Compare the scores of glyphs and of junk of one kind."""
    belongs = np.arange(len(glyphs) + len(junk)) < len(glyphs)
    area = auroc(np.concatenate([glyphs, junk]), belongs)
    if area is None:
        raise ValueError("there is nothing to compare the junk with")
    return JunkFigures(kind, len(junk), area, float(not_sure.mean()))
