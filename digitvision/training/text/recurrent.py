"""A faster way to learn with Keras's bidirectional LSTM layers on a processor.

Keras runs such a layer step by step as a loop of small operations, and its gradient sums up those of the weights in
each step. Here TensorFlow's own operation for a whole sequence goes forwards; backwards both directions share one loop,
in which only what depends on the next step is calculated, and all steps' gradients of the weights are one product of
matrices. The layers, their weights and their answers are Keras's own.
"""

from typing import Any


def bidirectional(layer: Any, values: Any) -> Any:
    """Return what a `keras.layers.Bidirectional` of two LSTM layers answers, up to rounding.

    Args:
        layer: The layer, built, with the usual activations, whole sequences as its answer, and both directions side by
            side.
        values: float32 [B, T, F].

    Returns:
        float32 [B, T, 2 * units].
    """
    import tensorflow as tf

    weights = [
        tf.convert_to_tensor(variable)
        for cell in (layer.forward_layer.cell, layer.backward_layer.cell)
        for variable in (cell.kernel, cell.recurrent_kernel, cell.bias)
    ]
    forwards, backwards = tf.custom_gradient(_both)(tf.transpose(values, (1, 0, 2)), *weights)
    return tf.transpose(tf.concat([forwards, tf.reverse(backwards, [0])], -1), (1, 0, 2))


def _both(values: Any, *weights: Any) -> Any:
    """Return both directions' answers [T, B, units], the second in its own order of time, and their gradient."""
    import tensorflow as tf

    inputs = (values, tf.reverse(values, [0]))
    sides = [_one(own, *weights[3 * side : 3 * side + 3]) for side, own in enumerate(inputs)]

    def gradient(*upstream: Any) -> list[Any]:
        recurrent = tf.stack([tf.transpose(weights[1]), tf.transpose(weights[4])])
        local = tf.stack([_local(side, own) for side, own in zip(sides, upstream, strict=True)], 1)
        changes = _changes(local, recurrent)
        result = []
        of_values: Any = 0
        for number, (side, own) in enumerate(zip(sides, inputs, strict=True)):
            kernel, units = weights[3 * number], weights[3 * number + 1].shape[0]
            change = tf.reshape(changes[:, number], [-1, 4 * units])
            back = tf.reshape(tf.matmul(change, kernel, transpose_b=True), tf.shape(own))
            of_values = of_values + (tf.reverse(back, [0]) if number else back)
            for seen, width in ((own, kernel.shape[0]), (_before(side.h), units)):
                result.append(tf.matmul(tf.reshape(seen, [-1, width]), change, transpose_a=True))
            result.append(tf.reduce_sum(change, 0))
        return [of_values, *result]

    return tuple(side.h for side in sides), gradient


def _one(values: Any, kernel: Any, recurrent: Any, bias: Any) -> Any:
    import tensorflow as tf

    units = tf.shape(recurrent)[0]
    start, unused = tf.zeros([tf.shape(values)[1], units]), tf.zeros([units])
    return tf.raw_ops.BlockLSTMV2(
        seq_len_max=tf.shape(values, tf.int64)[0],
        x=values,
        cs_prev=start,
        h_prev=start,
        w=tf.concat([kernel, recurrent], 0),
        wci=unused,
        wcf=unused,
        wco=unused,
        b=bias,
        cell_clip=0.0,
        use_peephole=False,
    )


def _local(side: Any, upstream: Any) -> Any:
    """Return all that the loop needs at each step, [T, B, 7 * units]: it depends on no other step's gradient."""
    import tensorflow as tf

    return tf.concat(
        [
            upstream,
            side.o * (1 - side.co * side.co),
            side.f,
            side.co * side.o * (1 - side.o),
            side.ci * side.i * (1 - side.i),
            _before(side.cs) * side.f * (1 - side.f),
            side.i * (1 - side.ci * side.ci),
        ],
        -1,
    )


def _changes(local: Any, recurrent: Any) -> Any:
    """Return the gradients of the gates before their activations, [T, 2, B, 4 * units]."""
    import tensorflow as tf

    units = recurrent.shape[2]
    steps = tf.shape(local)[0]
    none = tf.zeros_like(local[0, :, :, :units])
    found = tf.TensorArray(tf.float32, steps, element_shape=[2, None, 4 * units])

    def step(time: Any, of_output: Any, of_cell: Any, found: Any) -> Any:
        upstream, through, forget, output, others = tf.split(local[time], [units, units, units, units, 3 * units], -1)
        of_output = of_output + upstream
        of_cell = of_cell + of_output * through
        change = tf.concat([tf.tile(of_cell, [1, 1, 3]) * others, of_output * output], -1)
        return time - 1, tf.matmul(change, recurrent), of_cell * forget, found.write(time, change)

    *_, found = tf.while_loop(lambda time, *_: time >= 0, step, (steps - 1, none, none, found), parallel_iterations=1)
    return found.stack()


def _before(values: Any) -> Any:
    """Return the values of the step before each, zero before the first."""
    import tensorflow as tf

    return tf.concat([tf.zeros_like(values[:1]), values[:-1]], 0)
