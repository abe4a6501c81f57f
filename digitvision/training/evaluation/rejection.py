"""How well a model tells glyphs of its alphabet from what is none."""

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
    """What was measured on one kind of junk.

    Attributes:
        kind: Which kind; see `junk_to_measure.junk_of`.
        auroc: The chance that a glyph of the alphabet has a higher rejection score than junk.
        not_sure: The share of the junk that are marked not sure.
    """

    kind: str
    samples: int
    auroc: float
    not_sure: float


@dataclass(frozen=True, slots=True)
class Rejection:
    """What was measured on all kinds.

    Attributes:
        glyphs: How many glyphs of the alphabet the junk were compared with.
        sure: The share of these glyphs that are marked sure.
        together: All junk of all kinds.
    """

    glyphs: int
    sure: float
    kinds: tuple[JunkFigures, ...]
    together: JunkFigures

    def to_dict(self) -> dict[str, Any]:
        """The figures under stable keys, ready for JSON."""
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
    """float64 [N], 0 to 1: how much each glyph speaks for being of the alphabet; junk should have low scores.

    It is the probability of the best class and of being known at all, both together: what the glyph looks like times
    whether it looks like anything. Of a model that cannot reject it is the confidence (Hendrycks and Gimpel 2017,
    arXiv:1610.02136).
    """
    scores: NDArray[np.float64] = answers.in_vocabulary.astype(np.float64) * answers.probabilities.max(axis=1)
    return scores


def measure_rejection(
    recognizer: Recognizer, known: Answers, junk: Sequence[Glyphs], progress: Progress | None = None
) -> Rejection | None:
    """Compare the answers to glyphs of the alphabet with those to junk.

    Args:
        known: What was answered to glyphs of the alphabet.
        junk: One group a kind, named by it.
        progress: Told how many junk is done.

    Returns:
        The figures; None without junk.
    """
    groups = [group for group in junk if len(group)]
    if not groups:
        return None
    total = sum(map(len, groups))
    done = 0
    scores, doubts, kinds = [], [], []
    glyphs = rejection_score(known)
    for group in groups:
        dataset = prepare(group)
        found = recognizer.answers(*dataset.views())
        scores.append(rejection_score(found))
        doubts.append(~found.sure)
        kinds.append(_junk_figures(group.name, glyphs, scores[-1], doubts[-1]))
        done += len(group)
        if progress is not None:
            progress(done, total)
    return Rejection(
        glyphs=len(glyphs),
        sure=float(known.sure.mean()),
        kinds=tuple(kinds),
        together=_junk_figures("all", glyphs, np.concatenate(scores), np.concatenate(doubts)),
    )


def _junk_figures(
    kind: str, glyphs: NDArray[np.float64], junk: NDArray[np.float64], doubted: NDArray[np.bool_]
) -> JunkFigures:
    belongs = np.arange(len(glyphs) + len(junk)) < len(glyphs)
    ability = auroc(np.concatenate([glyphs, junk]), belongs)
    if ability is None:
        raise ValueError("there is nothing to compare the junk with")
    return JunkFigures(kind, len(junk), ability, float(doubted.mean()))
