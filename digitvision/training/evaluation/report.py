"""The figures of an evaluation as text, for the command line."""

from collections.abc import Sequence
from typing import Final

from digitvision.progress import bar
from digitvision.recognition.models.model_text import table
from digitvision.training.evaluation.evaluation import TOP, WORST_WRITERS, Evaluation
from digitvision.training.evaluation.metrics import Score
from digitvision.training.evaluation.rejection import Rejection

_CELLS: Final = 12
_WIDEST_MATRIX: Final = 40
"""Largest number of classes whose confusion matrix is printed: a larger one fits no terminal, and is in the JSON."""


def evaluation_text(found: Evaluation) -> str:
    """Format all figures, with small bars."""
    parts = [_head(found), _scores("class", sorted(found.classes, key=lambda score: (score.accuracy, -score.samples)))]
    if found.writers:
        parts.append(_scores(f"worst of {len(found.writers)} writers", found.writers[:WORST_WRITERS]))
    if found.confusions:
        confusions = [("truth", "answer", "times"), *((t, a, str(count)) for t, a, count in found.confusions)]
        parts.append("\n".join(table(confusions, right=frozenset({2}))))
    if len(found.labels) <= _WIDEST_MATRIX:
        parts.append(_matrix(found))
    parts.append(_reliability(found))
    if found.rejection is not None:
        parts.append(_rejection(found.rejection))
    if found.robustness:
        parts.append(_scores("changed", [Score(item.name, item.samples, item.right) for item in found.robustness]))
    return "\n\n".join(parts)


def _head(found: Evaluation) -> str:
    interval = " to ".join(_percent(bound) for bound in found.interval)
    wrong = found.samples - found.right
    lines = [
        f"{found.model} ({found.alphabet}) on {found.data}: {_counted(found.samples)}"
        + (f" ({found.skipped:,} of other classes skipped: the alphabet does not have them)" if found.skipped else ""),
        *(
            ["the model was trained with data of this name, so that the figures are too good"]
            if found.learned_from
            else []
        ),
        *(["each with its spatial context; --alone leaves that out"] if found.with_context else []),
        "",
        f"right answers        {_percent(found.accuracy)}   ({wrong:,} wrong; 95 % interval {interval})",
        f"among the best {TOP}     {_percent(found.in_top / found.samples)}",
        f"sure answers         {_percent(found.sure.samples / found.samples)} of all, "
        + (f"{_percent(found.sure.accuracy)} of these right" if found.sure.samples else "so none can be right"),
        f"99.5 % right         {_percent(found.coverage)} of all, the most confident answers first",
        f"calibration error    {_percent(found.calibration_error)}   (expected, 15 bins)",
        f"right from wrong     {'–' if found.auroc is None else f'{found.auroc:.4f}'}   (AUROC of the confidence)",
    ]
    if found.rejection is not None:
        lines.append(f"glyphs from junk     {found.rejection.together.auroc:.4f}   (AUROC of the rejection score)")
    lines.append(
        f"time                 {found.glyph_ms:.2f} ms a glyph; {found.glyphs_per_second:,.0f} a second of many"
    )
    return "\n".join(lines)


def _counted(samples: int) -> str:
    """Format a number of samples."""
    return "1 sample" if samples == 1 else f"{samples:,} samples"


def _scores(title: str, scores: Sequence[Score]) -> str:
    rows = [(title, "samples", "right", "")]
    rows += [
        (score.name, f"{score.samples:,}", _percent(score.accuracy), bar(score.accuracy, _CELLS)) for score in scores
    ]
    return "\n".join(table(rows, right=frozenset({1, 2})))


def _reliability(found: Evaluation) -> str:
    rows = [("confidence", "samples", "mean", "right", "")]
    rows += [
        (
            f"{item.low * 100:.0f} to {item.high * 100:.0f} %",
            f"{item.samples:,}",
            _percent(item.confidence),
            _percent(item.accuracy),
            bar(item.accuracy, _CELLS),
        )
        for item in found.reliability
        if item.samples
    ]
    return "\n".join(table(rows, right=frozenset({1, 2, 3})))


def _rejection(found: Rejection) -> str:
    rows = [("junk", "samples", "AUROC", "not sure", "")]
    rows += [
        (item.kind, f"{item.samples:,}", f"{item.auroc:.4f}", _percent(item.not_sure), bar(item.not_sure, _CELLS))
        for item in (*found.kinds, found.together)
    ]
    beside = f"({_percent(found.sure)} of the alphabet's own {found.glyphs:,} glyphs are sure)"
    return "\n".join([*table(rows, right=frozenset({1, 2, 3})), beside])


def _matrix(found: Evaluation) -> str:
    names = [label.text for label in found.labels]
    rows = [("truth ↓ answer →", *names)]
    rows += [
        (name, *(str(count) if count else "·" for count in row))
        for name, row in zip(names, found.confusion.tolist(), strict=True)
        if any(row)
    ]
    return "\n".join(table(rows, right=frozenset(range(1, len(names) + 1))))


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"
