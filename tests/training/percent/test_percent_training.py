"""Percent signs are learned: lines are put together of numbers and signs, and what is learned from them finds signs."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.reading.stroke_features import resampled, unit_of
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.recognition.signs.percent_finder import PercentFinder
from digitvision.training.data.dataset import DataFault
from digitvision.training.expression.corpus import Expression, read_corpus
from digitvision.training.percent.percent_lines import places_of, tricky_line, with_percent, write_percent_lines
from digitvision.training.percent.percent_samples import percent_samples
from digitvision.training.percent.percent_training import (
    PercentSamples,
    learn_percent,
    measure_percent,
    percent_lines,
)
from digitvision.training.recipes.recipe import load_recipe, parse_recipe
from tests.recognition.expression.trees import tree_of
from tests.recognition.line import rows


def _expression(text: str) -> Expression:
    """Return a row of digits and signs of one stroke each, but for the plus."""
    points = resampled([stroke.xy for stroke in rows.row(text).strokes])
    tree = tree_of(" ".join(text))
    groups, at = [], 0
    for place, symbol in enumerate(tree.symbols):
        count = len(rows.row(text[: place + 1]).strokes)
        groups.append(replace(symbol, strokes=tuple(range(at, count))))
        at = count
    return Expression(points / unit_of(points), replace(tree, symbols=tuple(groups)), "a")


@pytest.fixture(scope="module")
def expressions() -> list[Expression]:
    return [_expression(text) for text in ("12", "7+23", "300-15", "5+1=6", "90", "1/90", "81/3")]


@pytest.fixture(scope="module")
def signs() -> list[tuple[Sequence[NDArray[Any]], str]]:
    return [([stroke.xy for stroke in sign], "a") for sign in rows.PERCENTS.values()]


def test_a_sign_is_put_behind_a_number(
    expressions: list[Expression], signs: list[tuple[Sequence[NDArray[Any]], str]]
) -> None:
    rng = np.random.default_rng(1)
    assert places_of(expressions[1]) == [0, 3]
    for expression in expressions:
        sign = signs[int(rng.integers(len(signs)))][0]

        line = with_percent(rng, expression, sign)

        assert len(line.strokes) == len(expression.points) + len(sign)
        labels = [symbol.label for symbol in line.tree.symbols]
        place = labels.index(r"\%")
        assert labels[:place] + labels[place + 1 :] == expression.tree.latex.split()
        assert labels[place - 1].isdecimal()
        assert line.tree.symbols[place].strokes == line.sign
        owned = sorted(stroke for symbol in line.tree.symbols for stroke in symbol.strokes)
        assert owned == list(range(len(line.strokes)))
        lefts = [
            min(line.strokes[stroke][:, 0].min() for stroke in symbol.strokes)
            for symbol in line.tree.symbols[place - 1 :]
        ]
        assert lefts == sorted(lefts)


def test_lines_are_written_as_expressions(
    expressions: list[Expression], signs: list[tuple[Sequence[NDArray[Any]], str]], tmp_path: Path
) -> None:
    path = tmp_path / "lines.jsonl.xz"
    lines = percent_lines(PercentSamples(expressions, signs, [], []), 2, seed=1)

    write_percent_lines(path, lines)

    read = read_corpus(path)
    assert [one.tree for one in read] == [line.tree for line, _ in lines]
    assert {one.writer for one in read} == {"a"}


def test_tricky_lines_have_what_the_writer_has() -> None:
    rng = np.random.default_rng(2)
    zero, slash = [np.array([[0.0, 0], [5, 5], [0, 10]])], [np.array([[5.0, 0], [0, 10]])]
    made = [tricky_line(rng, {"0": [zero]}, [slash]) for _ in range(100)]

    assert {len(strokes) for strokes in made} == {0, 2, 3, 4}


@pytest.mark.slow
def test_what_is_learned_finds_signs(
    expressions: list[Expression], signs: list[tuple[Sequence[NDArray[Any]], str]], tmp_path: Path
) -> None:
    path = tmp_path / "percent.npz"
    glyphs = Recognizer(ModelStore().bundled_default("math"), "math")
    samples = PercentSamples(expressions * 4, signs * 8, [], [])
    counted: list[int] = []

    loss = learn_percent(samples, glyphs, path, epochs=60, progress=lambda done, _count: counted.append(done))

    assert counted == list(range(1, len(counted) + 1))
    assert loss < 0.3
    finder = PercentFinder(glyphs, path)
    found, wrong = measure_percent(samples, finder, times=1, seed=5)
    assert found > 0.9
    assert wrong < 20
    assert not finder.find(expressions[0].points, 0.0, Corrections())


def test_data_without_percent_signs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFault):
        percent_samples(load_recipe("glyphs", parse_recipe), tmp_path)
