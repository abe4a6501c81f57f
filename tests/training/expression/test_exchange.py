"""Expressions with parts of others, or written in another order."""

import numpy as np
import pytest

from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.training.expression.corpus import Expression
from digitvision.training.expression.exchange import reordered, with_exchange, with_late_stroke, with_other_order


def _written(
    labels: str, boxes: list[tuple[float, float, float, float]], *relations: tuple[int, int, Relation]
) -> Expression:
    """One diagonal stroke for each symbol, within its box of left, top, right, bottom."""
    points = np.stack([np.linspace((left, top), (right, low), 32) for left, top, right, low in boxes])
    symbols = tuple(Symbol(label, (index,)) for index, label in enumerate(labels.split()))
    return Expression(points, LayoutTree(symbols, relations), "ann")


@pytest.fixture
def power() -> Expression:
    return _written("x 2 +", [(0, 0, 1, 1), (1, -0.6, 1.6, 0), (2, 0, 3, 1)], (0, 1, "Sup"), (0, 2, "Right"))


def test_a_script_is_exchanged_for_a_part_of_another_formula(power: Expression) -> None:
    donor = _written("n - 1", [(0, 0, 2, 2), (2.4, 1, 4, 1.1), (4.4, 0, 5, 2)], (0, 1, "Right"), (1, 2, "Right"))
    found = [with_exchange(power, [donor], np.random.default_rng(seed)) for seed in range(60)]
    latex = {one.tree.latex for one in found}
    assert {"x^{n} +", "x^{1} +"} <= latex
    assert sum(one is not power for one in found) > 30
    assert all(one.startswith("x^{") and one.endswith("} +") for one in latex)
    for one in found:
        if one is power:
            continue
        owned = sorted(stroke for symbol in one.tree.symbols for stroke in symbol.strokes)
        assert owned == list(range(len(one.points)))
        # The rest stays where it was, and the script begins where the old one did.
        rest = [one.points[list(symbol.strokes)] for symbol in one.tree.symbols[:2]]
        assert [ink.min(axis=(0, 1)).tolist() for ink in rest] == [[0, 0], [2, 0]]
        script = [stroke for symbol in one.tree.symbols[2:] for stroke in symbol.strokes]
        assert one.points[script][..., 0].min() == pytest.approx(1, abs=1e-6)


def test_without_such_a_part_or_with_a_part_that_is_too_large_nothing_changes(power: Expression) -> None:
    row = _written("1 2", [(0, 0, 1, 1), (2, 0, 3, 1)], (0, 1, "Right"))
    assert with_exchange(row, [power], np.random.default_rng(1)) is row
    labels = " ".join("abcdefgh")
    boxes = [(2.0 * index, 0.0, 2.0 * index + 1, 1.0) for index in range(8)]
    long = _written(labels, boxes, *[(index, index + 1, "Right") for index in range(7)])
    found = [with_exchange(power, [long], np.random.default_rng(seed)) for seed in range(40)]
    assert max(len(one.tree.symbols) for one in found) <= 2 + 4


def test_another_order_keeps_strokes_with_their_symbols(power: Expression) -> None:
    found = reordered(power, [2, 0, 1])
    assert [symbol.strokes for symbol in found.tree.symbols] == [(1,), (2,), (0,)]
    for symbol, before in zip(found.tree.symbols, power.tree.symbols, strict=True):
        assert np.array_equal(found.points[list(symbol.strokes)], power.points[list(before.strokes)])
    for change in (with_late_stroke, with_other_order):
        orders = set()
        for seed in range(20):
            other = change(power, np.random.default_rng(seed))
            assert other.tree.latex == power.tree.latex
            orders.add(tuple(symbol.strokes for symbol in other.tree.symbols))
        assert len(orders) > 2
