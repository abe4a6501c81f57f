"""The networks, what they are trained for, their LiteRT forms, and how readings are measured."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.expression.reading.networks import ExpressionNetworks
from digitvision.recognition.expression.reading.reader import ExpressionReader, ExpressionReading
from digitvision.recognition.expression.reading.stroke_features import Points, resampled, unit_of
from digitvision.training.expression.batches import Batch, batch_of
from digitvision.training.expression.corpus import Expression
from digitvision.training.expression.metrics import edits, measure
from digitvision.training.networks.fused_adam import fuse_step

LABELS = ("+", "1", "2", "x")


def _expression(labels: str, *relations: tuple[int, int, Relation], seed: int = 1) -> Expression:
    """Symbols of one stroke each, but for a plus of two, side by side."""
    rng = np.random.default_rng(seed)
    strokes: list[np.ndarray] = []
    symbols: list[Symbol] = []
    for index, label in enumerate(labels.split()):
        count = 2 if label == "+" else 1
        symbols.append(Symbol(label, tuple(range(len(strokes), len(strokes) + count))))
        strokes += [rng.normal(size=(32, 2)).cumsum(axis=0) / 6 + (2 * index, 0) for _ in range(count)]
    points = resampled(strokes)
    return Expression(points / unit_of(points), LayoutTree(tuple(symbols), relations), "ann")


class _Fixed(ExpressionReader):
    """Answers the given trees, in their order."""

    def __init__(self, trees: Sequence[LayoutTree]) -> None:
        self._trees = list(trees)

    def read_points(self, points: Points, *_args: Any, **_options: Any) -> ExpressionReading:
        return ExpressionReading(self._trees.pop(0), None, None, 0.0)  # type: ignore[arg-type]


def test_each_part_of_a_reading_is_measured() -> None:
    truth = _expression("x 2 + 1", (0, 1, "Sup"), (0, 2, "Right"), (2, 3, "Right"))
    symbols = truth.tree.symbols
    wrong_class = LayoutTree((Symbol("1", symbols[0].strokes), *symbols[1:]), truth.tree.relations)
    wrong_parent = LayoutTree(symbols, ((0, 1, "Right"), (1, 2, "Right"), (2, 3, "Right")))
    apart = LayoutTree(
        (*symbols[:2], Symbol("1", (2,)), Symbol("1", (3,)), symbols[3]),
        ((0, 1, "Sup"), (0, 2, "Right"), (2, 3, "Right"), (3, 4, "Right")),
    )

    found = measure(_Fixed([truth.tree, wrong_class, wrong_parent, apart]), [truth] * 4)

    assert (found.expressions, found.exact, found.exact_trees) == (4, 0.25, 0.25)
    # One wrong token; 1 1 for +; no ^, { and }.
    assert found.near == {1: 0.5, 2: 0.75, 3: 1.0}
    assert found.symbols_found == 15 / 16
    assert found.symbols_right == 15 / 17
    assert found.classes == 14 / 15
    # Of the last one the 1 has a parent that was not found: 4, 4, 4 and 2 can be compared.
    assert found.relations == (4 + 4 + 2 + 2) / 14
    assert found.segmentation == pytest.approx(2 * 15 / 33)
    assert list(found.milliseconds) == [5]


def test_measuring_with_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="no expression"):
        measure(_Fixed([]), [])


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [("", "", 0), ("a b c", "a b c", 0), ("a b c", "a c", 1), ("a", "x y", 2), ("", "a b", 2)],
)
def test_edits_are_the_fewest(one: str, other: str, least: int) -> None:
    assert edits(one.split(), other.split()) == edits(other.split(), one.split()) == least


def _views(batch: Batch) -> dict[str, np.ndarray]:
    return {item.name: getattr(batch, item.name) for item in fields(batch)}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
def test_two_expressions_are_learned_and_read_through_the_litert_forms() -> None:
    from digitvision.training.networks.keras_import import import_keras

    keras = import_keras()
    import tensorflow as tf

    from digitvision.training.expression.conversion import LitertForms
    from digitvision.training.expression.networks import build_networks
    from digitvision.training.expression.objective import losses

    keras.utils.set_random_seed(1)
    expressions = [
        _expression("x 2 + 1", (0, 1, "Sup"), (0, 2, "Right"), (2, 3, "Right")),
        _expression("1 + x", (0, 1, "Right"), (1, 2, "Right"), seed=2),
    ]
    # One block, as each is compiled and converted for seconds; the next test is about three.
    networks = build_networks(len(LABELS), dropout=0.0, blocks=1)
    optimizer = fuse_step(keras.optimizers.Adam(2e-3))
    optimizer.build(networks.trainable)
    batch = {name: tf.constant(values) for name, values in _views(batch_of(expressions, LABELS)).items()}

    def one_step() -> Any:
        with tf.GradientTape() as tape:
            loss, _ = losses(networks, batch, training=True)
        optimizer.apply_gradients(zip(tape.gradient(loss, networks.trainable), networks.trainable, strict=True))
        return loss

    step: Any = tf.function(one_step, autograph=False)
    first = float(step())
    for _ in range(100):
        last = float(step())
    assert last < first / 4
    # Moving means of what was normalised lag behind; the true batch's own are in them by now.
    _, parts = losses(networks, batch, training=False)
    assert float(parts["classes_right"]) == float(parts["parents_right"]) == 1.0

    forms = LitertForms(networks).files()
    reader = ExpressionReader([ExpressionNetworks(*forms, name="tiny")], LABELS)
    for one in expressions:
        # Alone, without the other's filling up: what is beyond an expression must not count.
        assert reader.read_points(one.points).tree.latex == one.tree.latex
        assert reader.read_points(one.points, [symbol.strokes for symbol in one.tree.symbols]).tree == one.tree
    shifted = [stroke * 40 + 900 for stroke in expressions[0].points]
    assert reader.read(shifted).tree.latex == expressions[0].tree.latex


@pytest.mark.slow
def test_what_is_beyond_an_expression_makes_no_difference() -> None:
    from digitvision.training.networks.keras_import import import_keras

    keras = import_keras()
    import tensorflow as tf

    from digitvision.training.expression.networks import build_networks
    from digitvision.training.expression.objective import losses

    keras.utils.set_random_seed(1)
    networks = build_networks(len(LABELS), dropout=0.0)
    small = _expression("1 x", (0, 1, "Right"))
    large = _expression("x 2 + 1", (0, 1, "Sup"), (0, 2, "Right"), (2, 3, "Right"))

    def reported(*expressions: Expression) -> dict[str, float]:
        batch = {name: tf.constant(values) for name, values in _views(batch_of(expressions, LABELS)).items()}
        return {name: float(value) for name, value in losses(networks, batch, training=False)[1].items()}

    alone, other, both = reported(small), reported(large), reported(small, large)
    assert both["together"] == pytest.approx((2 * alone["together"] + 5 * other["together"]) / 7, rel=1e-4)
    for name in ("class", "parent", "raster"):
        assert both[name] == pytest.approx((2 * alone[name] + 4 * other[name]) / 6, rel=1e-4)
