"""Rows are learned: pages of every kind are composed, and what is learned from them finds rows."""

import lzma
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitvision.recognition.rows.row_finder import RowFinder
from digitvision.recognition.rows.row_network import RowNetwork
from digitvision.training.data.dataset import DataFault
from digitvision.training.expression.corpus import Expression
from digitvision.training.page.pages import PageStyle, composed
from digitvision.training.page.row_pages import PageBuilder, row_samples
from digitvision.training.page.row_training import learn_rows
from tests.training.expression.rows import row_of


@pytest.fixture(scope="module")
def expressions() -> list[Expression]:
    rows = ("1 2", "2 1 2", "1 1", "2 + 1", "1 2 - 1")
    return [replace(row_of(labels), writer=writer) for writer in "ab" for labels in rows]


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.jsonl.xz"
    path.write_bytes(lzma.compress(b'{"strokes": [[0, 0, 5, 40], [20, 0, 30, 30]]}\n{"strokes": [[]]}\n'))
    return path


def test_pages_have_all_kinds_of_rows_in_any_order_of_writing(expressions: list[Expression], words: Path) -> None:
    samples = row_samples(expressions, words)
    assert (len(samples.writers), len(samples.numbers), len(samples.words)) == (2, 10, 1)
    builder = PageBuilder(np.random.default_rng(1), samples)

    pages = [builder.page() for _ in range(200)]

    assert {ordered for _, _, ordered in pages} == {True, False}
    assert min(len(np.unique(rows)) for _, rows, _ in pages) == 1
    assert max(len(np.unique(rows)) for _, rows, _ in pages) > 5
    assert any((np.diff(rows) < 0).any() for _, rows, _ in pages)
    for strokes, of, _ in pages:
        assert len(strokes) == len(of) > 1
        assert all(np.isfinite(stroke).all() for stroke in strokes)
    # A rule below a column is a row of its own, long and flat.
    rules = [
        stroke
        for strokes, of, _ in pages
        for stroke, row in zip(strokes, of, strict=True)
        if (of == row).sum() == 1 and np.ptp(stroke[:, 0]) > 2 and np.ptp(stroke[:, 1]) < 0.4
    ]
    assert rules


@pytest.mark.slow
def test_what_is_learned_finds_rows(expressions: list[Expression], tmp_path: Path) -> None:
    counted: list[int] = []
    path = tmp_path / "rows.npz"

    loss = learn_rows(
        row_samples(expressions), path, pages=150, epochs=6, progress=lambda done, _count: counted.append(done)
    )

    assert counted == list(range(1, 151))
    assert loss < 0.4
    finder = RowFinder(RowNetwork.load(path))
    page = composed(np.random.default_rng(7), expressions[:3], PageStyle(gap=(0.8, 1.0), tilt=0.0))
    rows = [tuple(np.flatnonzero(page.row_of == number).tolist()) for number in range(3)]
    assert [row.strokes for row in finder.rows_of(page.drawing)] == rows


def test_words_that_cannot_be_read_are_told(expressions: list[Expression], tmp_path: Path) -> None:
    with pytest.raises(DataFault, match="cannot be read"):
        row_samples(expressions, tmp_path / "none.xz")
    (tmp_path / "bad.xz").write_bytes(b"no")
    with pytest.raises(DataFault, match="no file of lines of words"):
        row_samples(expressions, tmp_path / "bad.xz")
