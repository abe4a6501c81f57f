"""The `evaluate` command for models that read expressions."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from digitvision.progress import ProgressBar
from digitvision.recognition.expression.reading.recognizer import EquationRecognizer
from digitvision.recognition.models.model_text import table
from digitvision.training.data.dataset import DataFault
from digitvision.training.evaluation.metrics import expected_calibration_error
from digitvision.training.expression.corpus import read_corpus
from digitvision.training.expression.metrics import ExpressionFigures, Outcome, figures_of, outcomes_of

TOP: Final = 5
"""Number of candidates among which the right reading is searched for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionEvaluation:
    """The evaluation of a model on data; shares from 0 to 1.

    Attributes:
        sources: The same figures for each collection of the data, by its name, where there are several.
        in_top: Share of expressions whose right reading is among the best `TOP`; `second` where it is the second best.
        sure: Share of readings that are sure; `sure_right` the share of these that are right, 0 where there are none.
        likely: Share of readings that are likely and not sure; `likely_right` the share of these that are right.
        calibration_error: Expected calibration error of the confidence.
    """

    model: str
    data: str
    figures: ExpressionFigures
    sources: dict[str, ExpressionFigures]
    in_top: float
    second: float
    sure: float
    sure_right: float
    likely: float
    likely_right: float
    calibration_error: float

    def to_dict(self) -> dict[str, Any]:
        """Return the evaluation as JSON for other programs."""
        return {
            "model": self.model,
            "data": self.data,
            "reading": "equation",
            **self.figures.to_dict(),
            "in_top_5": self.in_top,
            "second": self.second,
            "sure": {"share": self.sure, "accuracy": self.sure_right},
            "likely": {"share": self.likely, "accuracy": self.likely_right},
            "calibration_error": self.calibration_error,
            "sources": {name: figures.to_dict() for name, figures in self.sources.items()},
        }


def evaluate_expressions(
    recognizer: EquationRecognizer, path: Path, bar: ProgressBar | None = None
) -> ExpressionEvaluation:
    """Measure a model on a file of expressions.

    Args:
        recognizer: The model.
        path: The file.
        bar: Shows the progress.

    Raises:
        DataFault: It is missing, damaged, or has no expression.
    """
    expressions = read_corpus(path)
    if not expressions:
        raise DataFault(f"“{path}” has no expression whose strokes all belong to symbols.")
    outcomes = outcomes_of(recognizer.reader, expressions, bar, top=TOP)
    by_source: dict[str, list[Outcome]] = {}
    for one in outcomes:
        by_source.setdefault(one.truth.source, []).append(one)
    ranks = np.array([_rank(recognizer, one) for one in outcomes])
    right = np.array([one.right for one in outcomes])
    confidence = np.array([recognizer.confidence.of(one.reading) for one in outcomes])
    sure = np.array([recognizer.is_sure(one.reading) for one in outcomes])
    likely = np.array([recognizer.is_likely(one.reading) for one in outcomes]) & ~sure
    return ExpressionEvaluation(
        model=recognizer.model.name,
        data=path.name,
        figures=figures_of(outcomes),
        sources={name: figures_of(own) for name, own in sorted(by_source.items())} if len(by_source) > 1 else {},
        in_top=float((ranks < TOP).mean()),
        second=float((ranks == 1).mean()),
        sure=float(sure.mean()),
        sure_right=float(right[sure].mean()) if sure.any() else 0.0,
        likely=float(likely.mean()),
        likely_right=float(right[likely].mean()) if likely.any() else 0.0,
        calibration_error=expected_calibration_error(confidence, right),
    )


def _rank(recognizer: EquationRecognizer, outcome: Outcome) -> int:
    """Return the index of the right reading among the candidates; `TOP` where it is not among them."""
    _, trees = recognizer.candidates(outcome.reading, TOP)
    truth = outcome.truth.tree.latex
    return next((index for index, tree in enumerate(trees) if tree.latex == truth), TOP)


def run_expression_evaluation(
    recognizer: EquationRecognizer, data: Sequence[str], *, form: Literal["text", "json"]
) -> None:
    """Evaluate as the command line asks, and print it.

    Raises:
        Fault: The data cannot be read.
    """
    found = []
    for name in data:
        bar = ProgressBar("Reading expressions")
        found.append(evaluate_expressions(recognizer, Path(name), bar))
        bar.close()
        if form == "text":
            sys.stdout.write(("\n\n" if len(found) > 1 else "") + evaluation_text(found[-1]) + "\n")
            sys.stdout.flush()
    if form == "json":
        figures = [item.to_dict() for item in found]
        sys.stdout.write(json.dumps(figures[0] if len(figures) == 1 else figures, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def evaluation_text(found: ExpressionEvaluation) -> str:
    """Return all figures as text for people."""
    figures = found.figures
    near = ", ".join(f"{_percent(share)} within {limit}" for limit, share in figures.near.items())
    facts = [
        ("read exactly", figures.exact, f"({near} errors)"),
        ("with all strokes", figures.exact_trees, ""),
        (f"among the best {TOP}", found.in_top, f"({_percent(found.second)} second best)"),
        ("symbols found", figures.segmentation, f"F1 {_both(figures.symbols_found, figures.symbols_right)}"),
        ("and their class", figures.classes, f"of those found {_both(figures.named_found, figures.named_right)}"),
        (
            "and their relation",
            figures.relations,
            f"of those found {_both(figures.linked_found, figures.linked_right)}",
        ),
        ("sure readings", found.sure, f"of all, {_percent(found.sure_right)} of these right"),
        ("likely readings", found.likely, f"of all, {_percent(found.likely_right)} of these right"),
        ("calibration error", found.calibration_error, "(expected, 15 bins)"),
    ]
    lines = [f"{found.model} (equation) on {found.data}: {figures.expressions:,} expressions", ""]
    lines += [f"{name:<21}{_percent(share)}   {beside}".rstrip() for name, share, beside in facts]
    times = [("strokes up to", "median ms", "95 % within")]
    times += [
        (str(size), f"{figures.milliseconds[size]:.1f}", f"{figures.slowest[size]:.1f}")
        for size in figures.milliseconds
    ]
    lines += ["", *table(times, right=frozenset({0, 1, 2}))]
    if found.sources:
        rows = [("source", "expressions", "exactly", "within 1")]
        rows += [
            (name or "(none)", f"{own.expressions:,}", _percent(own.exact), _percent(own.near[1]))
            for name, own in found.sources.items()
        ]
        lines += ["", *table(rows, right=frozenset({1, 2, 3}))]
    return "\n".join(lines)


def _both(recall: float, precision: float) -> str:
    return f"(recall {_percent(recall)}, precision {_percent(precision)})"


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"
