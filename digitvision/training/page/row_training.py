"""Learn the network that tells of two strokes whether they stand in the same row."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.files import write_named_file
from digitvision.recognition.rows.row_features import StrokeShapes, pair_features, resampled, unit_of_boxes
from digitvision.training.page.row_pages import PageBuilder, RowSamples, Strokes

PAGES: Final = 20_000
EPOCHS: Final = 8
_UNITS: Final = (192, 96, 48)
_BATCH: Final = 2048
_LEARNING_RATE: Final = 3e-3
_WEIGHT_DECAY: Final = 1e-3
_LEAST_SCALE: Final = 1e-3

Progress = Callable[[int, int], None]


def learn_rows(
    samples: RowSamples, path: Path, *, pages: int = PAGES, epochs: int = EPOCHS, seed: int = 1, progress: Progress
) -> float:
    """Compose pages, learn from all their pairs of strokes, and write the network.

    Args:
        samples: What rows are made of.
        path: The file that is written, for `RowNetwork.load`.
        pages: Number of pages.
        epochs: Number of times that all pairs are learned from.
        seed: Decides everything that is left to chance.
        progress: Called with the number of composed pages and that of all.

    Returns:
        The mean loss, binary cross-entropy, of the last epoch.

    Raises:
        FileFault: The file cannot be written.
    """
    features, is_same = _pairs_of_pages(samples, pages, seed, progress)
    mean, scale = features.mean(axis=0), features.std(axis=0) + _LEAST_SCALE
    # Keras takes seconds to import, which the pages need not wait for.
    import keras

    keras.utils.set_random_seed(seed)
    network = keras.Sequential(
        [
            keras.layers.Input((features.shape[1],)),
            *(keras.layers.Dense(units, activation="relu") for units in _UNITS),
            keras.layers.Dense(1),
        ]
    )
    steps = max(epochs * len(features) // _BATCH, 1)
    rate = keras.optimizers.schedules.CosineDecay(_LEARNING_RATE, steps)
    network.compile(
        keras.optimizers.AdamW(rate, weight_decay=_WEIGHT_DECAY), keras.losses.BinaryCrossentropy(from_logits=True)
    )
    history = network.fit((features - mean) / scale, is_same, batch_size=_BATCH, epochs=epochs, verbose=0)
    weights = network.get_weights()
    arrays = {"mean": mean, "scale": scale}
    for index in range(len(weights) // 2):
        arrays[f"weights_{index}"], arrays[f"biases_{index}"] = weights[2 * index], weights[2 * index + 1]
    file = io.BytesIO()
    np.savez_compressed(file, **{name: values.astype(np.float32) for name, values in arrays.items()})
    write_named_file(path, file.getvalue())
    return float(history.history["loss"][-1])


def _pairs_of_pages(
    samples: RowSamples, count: int, seed: int, progress: Progress
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """float32 [P, F] and [P]: the features of all pairs of strokes, and 1 for those of one row."""
    builder = PageBuilder(np.random.default_rng(seed), samples)
    features, is_same = [], []
    for number in range(1, count + 1):
        strokes, row_of, is_ordered = builder.page()
        pairs, own = pair_features(_shapes(strokes), ordered=is_ordered)
        if len(pairs):
            features.append(own)
            is_same.append(row_of[pairs[:, 0]] == row_of[pairs[:, 1]])
        progress(number, count)
    return np.concatenate(features), np.concatenate(is_same).astype(np.float32)


def _shapes(strokes: Strokes) -> StrokeShapes:
    boxes = np.array([[*stroke.min(axis=0), *stroke.max(axis=0)] for stroke in strokes])
    unit = unit_of_boxes(boxes)
    return StrokeShapes(boxes / unit, np.array([resampled(stroke) for stroke in strokes]) / unit)
