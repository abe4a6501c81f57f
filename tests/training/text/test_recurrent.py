"""The faster form of recurrent layers against Keras's own."""

from typing import Any

import numpy as np
import pytest

from digitvision.training.text.network import build_network, learning_logits


@pytest.mark.slow
def test_answers_and_gradients_are_those_of_keras() -> None:
    import tensorflow as tf

    network = build_network(units=5, layers=2, channels=(4, 6))
    rng = np.random.default_rng(3)
    for weight in network.weights:
        weight.assign(rng.normal(0, 0.5, weight.shape))
    paths = tf.constant(rng.normal(size=(3, 24, 9)), tf.float32)

    def gradients(answer: Any) -> tuple[Any, list[Any]]:
        with tf.GradientTape() as tape:
            logits = answer(paths)
            loss = tf.reduce_sum(tf.sin(logits))
        return logits, tape.gradient(loss, network.trainable_variables)

    logits, wanted = gradients(lambda values: network(values, training=True))
    faster, found = gradients(lambda values: learning_logits(network, values))

    np.testing.assert_allclose(faster, logits, atol=1e-5)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4 * float(tf.reduce_max(tf.abs(other))))
