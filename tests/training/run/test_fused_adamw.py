"""The optimizer of trainings by a recipe computes what Keras's own does."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.training.networks.keras_import import import_keras
from digitvision.training.run.fused_adamw import fused_adamw

pytestmark = pytest.mark.slow

_RATE, _DECAY, _LIMIT = 0.01, 0.3, 2.0
_SHAPES = {"kernel": (5, 4), "bias": (4,), "table": (6, 3)}


def _after_steps(optimizer: Any, steps: int) -> list[NDArray[np.float32]]:
    """Return the weights, then the optimizer's variables, after steps with gradients below and above the limit."""
    keras = import_keras()
    import tensorflow as tf

    rng = np.random.default_rng(4)
    weights = [keras.Variable(rng.normal(size=shape).astype(np.float32), name=name) for name, shape in _SHAPES.items()]
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    optimizer.build(weights)

    def step(scale: Any, rate: Any) -> None:
        optimizer.learning_rate.assign(rate)
        with tf.GradientTape() as tape:
            kernel, bias, table = weights
            # Of the table only two rows have a gradient.
            loss = scale * (
                tf.reduce_sum(kernel**2) + tf.reduce_sum(bias * 3) + tf.reduce_sum(tf.gather(table, [1, 4]))
            )
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))

    compiled = tf.function(step, autograph=False)
    for number in range(steps):
        compiled(tf.constant(0.05 if number % 2 else 3.0), tf.constant(_RATE / (number + 1)))
    return [variable.numpy() for variable in (*weights, *optimizer.variables)]


def test_the_steps_are_those_of_keras() -> None:
    keras = import_keras()

    keras_own = keras.optimizers.AdamW(_RATE, weight_decay=_DECAY, global_clipnorm=_LIMIT)
    expected, found = _after_steps(keras_own, 6), _after_steps(fused_adamw(_RATE, decay=_DECAY, limit=_LIMIT), 6)

    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_gradients_beyond_all_numbers_leave_no_weight_as_it_was() -> None:
    keras = import_keras()
    import tensorflow as tf

    weight = keras.Variable(np.ones(3, np.float32), name="kernel")
    optimizer = fused_adamw(_RATE, decay=_DECAY, limit=_LIMIT)
    optimizer.build([weight])

    optimizer.apply_gradients([(tf.constant([1.0, np.inf, 0.0]), weight)])

    assert np.isnan(weight.numpy()).all()
