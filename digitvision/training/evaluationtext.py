"""An evaluation in words, for the command line."""

from typing import Final

from digitvision.recognition.modeltext import table
from digitvision.training.evaluation import TOP, WORST_WRITERS, Evaluation
from digitvision.training.progress import bar

_CELLS: Final = 12
_WIDEST_MATRIX: Final = 40
"""Classes; a larger confusion matrix fits no terminal, and JSON has it."""


def evaluation_text(found: Evaluation) -> str:
    """All figures, with small bars."""
    interval = " to ".join(_percent(bound) for bound in found.interval)
    wrong = found.samples - found.right
    head = [
        f"{found.model} on {found.data}: {found.samples:,} samples"
        + (f" ({found.skipped:,} others skipped: the model does not know their class)" if found.skipped else ""),
        "",
        f"right answers        {_percent(found.accuracy)}   ({wrong:,} wrong; 95 % interval {interval})",
        f"among the best {TOP}     {_percent(found.in_top / found.samples)}",
        f"sure answers         {_percent(found.sure.samples / found.samples)} of all, "
        + (f"{_percent(found.sure.accuracy)} of these right" if found.sure.samples else "so none can be right"),
        f"calibration error    {_percent(found.calibration_error)}   (expected, 15 bins)",
        f"right from wrong     {'–' if found.auroc is None else f'{found.auroc:.4f}'}   (AUROC of the confidence)",
        f"time                 {found.glyph_ms:.2f} ms a glyph",
    ]
    classes = [("class", "samples", "right", "")]
    classes += [
        (score.name, f"{score.samples:,}", _percent(score.accuracy), bar(score.accuracy, _CELLS))
        for score in found.classes
    ]
    parts = ["\n".join(head), "\n".join(table(classes, right=frozenset({1, 2})))]
    if found.writers:
        worst = found.writers[:WORST_WRITERS]
        writers = [(f"worst of {len(found.writers)} writers", "samples", "right", "")]
        writers += [
            (score.name, f"{score.samples:,}", _percent(score.accuracy), bar(score.accuracy, _CELLS)) for score in worst
        ]
        parts.append("\n".join(table(writers, right=frozenset({1, 2}))))
    if found.confusions:
        confusions = [("truth", "answer", "times"), *((t, a, str(count)) for t, a, count in found.confusions)]
        parts.append("\n".join(table(confusions, right=frozenset({2}))))
    if len(found.labels) <= _WIDEST_MATRIX:
        parts.append(_matrix(found))
    return "\n\n".join(parts)


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
