"""Expressions from files, and what is made of them to learn from."""

import json
import lzma
from dataclasses import replace
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.recognition.expression.layout import RELATIONS
from digitvision.training.data.dataset import DataFault
from digitvision.training.expression.augmentation import Bank, Changes, bank_of, vary, with_swaps
from digitvision.training.expression.batches import Batches, BatchSettings, batch_of
from digitvision.training.expression.corpus import Expression, labels_of, read_corpus
from digitvision.training.expression.subexpressions import part_of

# Python's own helper of helpers stays to the end; it is not what a test left running.
resource_tracker.ensure_running()


def _row(**change: Any) -> dict[str, Any]:
    """x^2 + \\frac{1}{y}: a cross of two strokes, a plus of two."""
    row: dict[str, Any] = {
        "writer": "ann",
        "strokes": [
            [0, 0, 100, 100],
            [100, 0, 0, 100],
            [110, -60, 150, -60, 110, -10, 150, -10],
            [200, 50, 280, 50],
            [240, 10, 240, 90],
            [300, 50, 500, 50],
            [400, -50, 400, 30],
            [380, 70, 400, 110, 420, 70, 390, 150],
        ],
        "symbols": [["x", [0, 1]], ["2", [2]], ["+", [4, 3]], ["-", [5]], ["1", [6]], ["y", [7]]],
        "relations": [
            [0, 1, "Sup"],
            [0, 2, "Right"],
            [2, 3, "Right"],
            [3, 4, "Above"],
            [3, 5, "Below"],
        ],
    }
    return {**row, **change}


def _write(path: Path, *rows: dict[str, Any]) -> Path:
    with lzma.open(path, "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return path


@pytest.fixture
def expression(tmp_path: Path) -> Expression:
    (found,) = read_corpus(_write(tmp_path / "a.jsonl.xz", _row()))
    return found


def test_an_expression_is_read(expression: Expression) -> None:
    assert expression.tree.latex == r"x^{2} + \frac{1}{y}"
    assert expression.writer == "ann"
    assert expression.points.shape == (8, 32, 2)
    assert expression.tree.symbols[2].strokes == (3, 4)
    sizes = (expression.points.max(axis=1) - expression.points.min(axis=1)).max(axis=1)
    assert np.median(sizes) == pytest.approx(1)


def test_limits_become_scripts_but_for_bars_and_roots(tmp_path: Path) -> None:
    row = _row(
        symbols=[["\\sum", [0, 1]], ["2", [2]], ["+", [3, 4]], ["-", [5]], ["1", [6]], ["y", [7]]],
        relations=[[0, 1, "Above"], [0, 2, "Below"], [0, 3, "Right"], [3, 4, "Above"], [3, 5, "Below"]],
    )
    (found,) = read_corpus(_write(tmp_path / "a.jsonl.xz", row))
    relations = [relation for _, _, relation in found.tree.relations]
    assert relations == ["Sup", "Sub", "Right", "Above", "Below"]
    assert found.tree.latex == r"\sum_{+}^{2} \frac{1}{y}"


@pytest.mark.parametrize(
    "change",
    [
        {"relations": None},
        {"relations": [[0, 1, "Sup"]]},
        {"symbols": [["x", [0]], ["2", [2]], ["+", [4, 3]], ["-", [5]], ["1", [6]], ["y", [7]]]},
    ],
)
def test_what_is_no_tree_of_all_strokes_is_left_out(tmp_path: Path, change: dict[str, Any]) -> None:
    assert len(read_corpus(_write(tmp_path / "a.jsonl.xz", _row(**change), _row()))) == 1


@pytest.mark.parametrize("change", [{"strokes": "many"}, {"symbols": [["x"]]}, {"strokes": [[1, 2, 3]]}])
def test_a_damaged_line_is_named(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(DataFault, match=r"^Line 2 of .* is no expression"):
        read_corpus(_write(tmp_path / "a.jsonl.xz", _row(), _row(**change)))


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DataFault, match="cannot be read"):
        read_corpus(tmp_path / "none.jsonl.xz")


def test_a_part_is_an_expression_with_all_that_hangs_on_it(expression: Expression) -> None:
    seen = set()
    for seed in range(200):
        part = part_of(expression, np.random.default_rng(seed))
        used = sorted(stroke for symbol in part.tree.symbols for stroke in symbol.strokes)
        assert used == list(range(len(part.points)))
        seen.add(part.tree.latex)
    assert {r"x^{2}", "+", r"\frac{1}{y}", r"x^{2} +", r"+ \frac{1}{y}", "1", "y", "2"} <= seen
    assert seen <= {r"x^{2}", "+", r"\frac{1}{y}", r"x^{2} +", r"+ \frac{1}{y}", "1", "y", "2", expression.tree.latex}


def test_a_symbol_is_swapped_for_its_like_and_a_fraction_bar_never(expression: Expression) -> None:
    bank = bank_of([expression])
    square = np.zeros((1, 32, 2))
    square[0, :, 0], square[0, :, 1] = np.linspace(0, 7, 32), np.linspace(0, 9, 32)
    for label in ("3", "q", r"\times", "=", "u"):
        bank.add(label, square, occurs=False)
    labels = frozenset(bank.samples)
    always = replace(Changes(), own=0.0, other=1.0, resized=0.0)
    found = [with_swaps(expression, bank, labels, np.random.default_rng(seed), always) for seed in range(30)]
    by_index = [{one.tree.symbols[index].label for one in found} for index in range(6)]
    # 1, 2, 3 are tall; q hangs as y does; u is as low as x; the plus may become a cross, no equals sign.
    assert by_index == [{"u"}, {"1", "3"}, {r"\times"}, {"-"}, {"2", "3"}, {"q"}]
    for one in found:
        strokes = sorted(stroke for symbol in one.tree.symbols for stroke in symbol.strokes)
        assert strokes == list(range(len(one.points)))
        for old, new in zip(expression.tree.symbols, one.tree.symbols, strict=True):
            before, after = expression.points[list(old.strokes)], one.points[list(new.strokes)]
            middles = [(ink.min(axis=(0, 1)) + ink.max(axis=(0, 1))) / 2 for ink in (before, after)]
            assert np.abs(middles[0] - middles[1]).max() < 1e-6
    only_known = with_swaps(expression, bank, frozenset({"x"}), np.random.default_rng(1), always)
    assert only_known.tree == expression.tree


def test_changes_keep_what_is_written_and_are_the_same_for_the_same_seed(expression: Expression) -> None:
    by = replace(Changes(), crop=0.0, exchanged=0.0, other_case=0.0, swapped=0.0, late_stroke=0.0, other_order=0.0)
    bank = Bank()
    one, same, other = (
        vary(expression, [expression], bank, frozenset(), np.random.default_rng(seed), by) for seed in (1, 1, 2)
    )
    assert one.tree == expression.tree
    assert np.array_equal(one.points, same.points)
    assert not np.allclose(one.points, other.points)
    assert np.abs(one.points - expression.points).max() < 2


def test_a_batch_holds_what_is_to_be_learned(expression: Expression) -> None:
    small = part_of(expression, np.random.default_rng(3))
    labels = labels_of([expression])
    batch = batch_of([expression, small], labels)
    count, many = 8, 6
    assert batch.paths.shape[:2] == (2, count)
    assert batch.strokes.sum(axis=1).tolist() == [8, len(small.points)]
    assert batch.symbols.sum(axis=1).tolist() == [6, len(small.tree.symbols)]
    assert [labels[index] for index in batch.labels[0]] == ["x", "2", "+", "-", "1", "y"]
    assert [labels[index] for index in batch.stroke_labels[0]] == ["x", "x", "2", "+", "+", "-", "1", "y"]
    root = many * len(RELATIONS)
    sup, right, above, below = (RELATIONS.index(name) for name in ("Sup", "Right", "Above", "Below"))
    assert batch.edges[0].tolist() == [root, sup, right, 2 * 6 + right, 3 * 6 + above, 3 * 6 + below]
    assert batch.together[0, 0].tolist() == [1, 1, 0, 0, 0, 0, 0, 0]
    assert batch.together[0, 4].tolist() == [0, 0, 0, 1, 1, 0, 0, 0]
    assert not batch.paths[1, len(small.points) :].any()


@pytest.mark.slow
def test_helpers_prepare_the_same_batches_in_the_same_order(tmp_path: Path) -> None:
    rows = [_row(writer=name) for name in ("ann", "bob", "eve") for _ in range(3)]
    path = _write(tmp_path / "a.jsonl.xz", *rows)
    labels = labels_of(read_corpus(path))
    settings = BatchSettings(
        corpus=path, writers=frozenset({"ann", "bob"}), labels=labels, size=4, seed=3, changes=Changes()
    )
    batches = Batches(settings, [8] * 6)
    assert len(batches) == 2
    first = list(batches.batches(1, 2))
    again = list(batches.batches(1, 2, workers=2))
    assert [epoch for epoch, _ in first] == [1, 1, 2, 2]
    assert sorted(len(batch.paths) for _, batch in first[:2]) == [2, 4]
    for (_, one), (_, other) in zip(first, again, strict=True):
        assert np.array_equal(one.paths, other.paths)
        assert np.array_equal(one.edges, other.edges)
