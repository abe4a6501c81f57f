"""The fused step of an optimizer computes what Keras's own does."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.training.networks.fused_adam import fuse_step
from digitvision.training.networks.keras_import import import_keras

pytestmark = pytest.mark.slow

_SHAPES = {"kernel": (5, 4), "bias": (4,), "table": (6, 3), "bounded": (3, 2)}


def _optimizer(kind: str) -> Any:
    optimizers = import_keras().optimizers
    if kind == "Adam":
        return optimizers.Adam(0.01)
    return optimizers.AdamW(0.01, weight_decay=0.3, global_clipnorm=2.0)


def _after_steps(optimizer: Any, steps: int) -> list[NDArray[np.float32]]:
    """Return the weights, then the optimizer's variables, after steps with gradients below and above the limit."""
    keras = import_keras()
    import tensorflow as tf

    rng = np.random.default_rng(4)
    weights = [keras.Variable(rng.normal(size=shape).astype(np.float32), name=name) for name, shape in _SHAPES.items()]
    weights[3].constraint = keras.constraints.MaxNorm(0.5)
    if optimizer.weight_decay is not None:
        optimizer.exclude_from_weight_decay(var_names=["bias"])
    optimizer.build(weights)

    def step(scale: Any, rate: Any) -> None:
        optimizer.learning_rate.assign(rate)
        with tf.GradientTape() as tape:
            kernel, bias, table, bounded = (weight.value for weight in weights)
            # Of the table only two rows have a gradient.
            parts = (kernel**2, bias * 3, tf.gather(table, [1, 4]), -bounded)
            loss = scale * sum(tf.reduce_sum(part) for part in parts)
        optimizer.apply_gradients(zip(tape.gradient(loss, [one.value for one in weights]), weights, strict=True))

    compiled = tf.function(step, autograph=False)
    for number in range(steps):
        compiled(tf.constant(0.05 if number % 2 else 3.0), tf.constant(0.01 / (number + 1)))
    return [variable.numpy() for variable in (*weights, *optimizer.variables)]


@pytest.mark.parametrize("kind", ["Adam", "AdamW"])
def test_the_steps_are_those_of_keras(kind: str) -> None:
    expected, found = _after_steps(_optimizer(kind), 6), _after_steps(fuse_step(_optimizer(kind)), 6)

    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_what_the_loss_does_not_depend_on_stays() -> None:
    keras = import_keras()
    weights = [keras.Variable(np.ones(3, np.float32)) for _ in range(2)]
    optimizer = fuse_step(_optimizer("Adam"))

    with pytest.warns(UserWarning, match="Gradients do not exist"):
        optimizer.apply_gradients([(keras.ops.ones(3), weights[0]), (None, weights[1])])

    assert (weights[0].numpy() < 1).all()
    assert (weights[1].numpy() == 1).all()


def test_gradients_beyond_all_numbers_leave_no_weight_as_it_was() -> None:
    keras = import_keras()
    weight = keras.Variable(np.ones(3, np.float32), name="kernel")
    optimizer = fuse_step(_optimizer("AdamW"))
    optimizer.build([weight])

    optimizer.apply_gradients([(keras.ops.array([1.0, np.inf, 0.0]), weight)])

    assert np.isnan(weight.numpy()).all()


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
def test_a_network_is_saved_with_the_optimizer_as_keras_knows_it(tmp_path: Path) -> None:
    keras = import_keras()
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    network.compile(optimizer=fuse_step(keras.optimizers.Adam(0.02)), loss="mse", jit_compile=False)
    network.fit(np.ones((8, 4)), np.ones((8, 2)), epochs=3, verbose=0)
    network.save(tmp_path / "network.keras")

    back = keras.saving.load_model(tmp_path / "network.keras")

    assert type(back.optimizer) is keras.optimizers.Adam
    assert int(back.optimizer.iterations.numpy()) == 3
    for one, other in zip(back.optimizer.variables, network.optimizer.variables, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
