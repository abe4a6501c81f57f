"""Learn the networks that find percent signs among strokes."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitvision.files import write_named_file
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.dense_network import DenseNetwork
from digitvision.recognition.expression.reading.stroke_features import resampled
from digitvision.recognition.recognizer import Recognizer
from digitvision.recognition.signs.percent_finder import INK, SHAPES, PercentFinder, percent_answers, percent_class
from digitvision.recognition.signs.percent_shapes import percent_shapes
from digitvision.training.expression.corpus import Expression
from digitvision.training.percent.percent_lines import (
    STROKES,
    PercentLine,
    places_of,
    tricky_line,
    with_percent,
)

Ink = Sequence[NDArray[Any]]

EPOCHS: Final = 20
_TIMES: Final = 4
"""Number of lines that each sign is learned from; `_TRICKY_TIMES` those of each writer of digits."""
_TRICKY_TIMES: Final = 15
_MOST_OF_ONE: Final = 10
"""Most candidates that are learned from an expression without a percent sign."""

_UNITS: Final = (32, 16)
_BATCH: Final = 256
_LEARNING_RATE: Final = 3e-3
_WEIGHT_DECAY: Final = 1e-2
_DROPPED: Final = 0.1
_LEAST_SCALE: Final = 1e-2

_LIKELY: Final = -6.0
"""Logit by the measures alone from which a group is shown to the network for glyphs."""

_Line: TypeAlias = tuple[NDArray[np.float64], tuple[int, ...]]
"""The strokes of a line, at equal steps, and those that are its percent sign; none without one."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class PercentSamples:
    """What is learned from, or measured with.

    Attributes:
        expressions: Expressions without percent signs; percent signs are put into those in one row.
        signs: Percent signs, and the names of their writers.
        digits: The digits of each writer, by their text.
        slashes: Slashes.
    """

    expressions: Sequence[Expression]
    signs: Sequence[tuple[Ink, str]]
    digits: Sequence[dict[str, list[Ink]]]
    slashes: Sequence[Ink]


def percent_lines(samples: PercentSamples, times: int, seed: int) -> list[tuple[PercentLine, str]]:
    """Put each sign of two or three strokes into several lines; return these with the names of the signs' writers."""
    rng = np.random.default_rng([seed, 1])
    hosts = [one for one in samples.expressions if places_of(one)]
    signs = [one for one in samples.signs if len(one[0]) in STROKES]
    return [
        (with_percent(rng, hosts[int(rng.integers(len(hosts)))], sign), writer)
        for _ in range(times)
        for sign, writer in signs
    ]


def learn_percent(
    samples: PercentSamples, glyphs: Recognizer, path: Path, *, epochs: int = EPOCHS, seed: int = 1, progress: Progress
) -> float:
    """Learn from all groups of strokes that are arranged like a percent sign, and write the networks.

    Args:
        samples: What is learned from.
        glyphs: A recognizer whose model knows the percent sign.
        path: The file that is written, for `PercentFinder`.
        epochs: Number of times that all groups are learned from.
        seed: Decides everything that is left to chance.
        progress: Called with the number of lines that were looked at and that of all.

    Returns:
        The mean loss, binary cross-entropy, of the last epoch.

    Raises:
        FileFault: The file cannot be written.
    """
    lines = _lines(samples, seed)
    groups = _groups(lines, seed)
    features, is_sign = (
        np.concatenate([one.features for one in groups]),
        np.concatenate([one.is_sign for one in groups]),
    )
    arrays, logits, _ = _learned(SHAPES, features, is_sign, epochs, seed)
    # The other network is asked about what looks likely by the measures, and learns from no more than that.
    likely = np.split(logits >= _LIKELY, np.cumsum([len(one.is_sign) for one in groups])[:-1])
    answers = _answers(lines, groups, likely, glyphs, progress)
    kept = np.concatenate(likely)
    both = np.concatenate([features[kept], answers], axis=1)
    more, _, loss = _learned(INK, both, is_sign[kept], epochs, seed)
    file = io.BytesIO()
    np.savez_compressed(file, **(arrays | more))  # type: ignore[arg-type]
    write_named_file(path, file.getvalue())
    return loss


def measure_percent(samples: PercentSamples, finder: PercentFinder, *, times: int, seed: int) -> tuple[float, float]:
    """Return the share of signs that are found, and how many are found in a hundred expressions that have none."""
    lines = percent_lines(samples, times, seed)
    found = sum(
        any(one.strokes == line.sign for one in finder.find(resampled(line.strokes), 0.0, Corrections()))
        for line, _ in lines
    )
    wrong = sum(bool(finder.find(one.points, 0.0, Corrections())) for one in samples.expressions)
    return found / max(len(lines), 1), 100 * wrong / max(len(samples.expressions), 1)


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """The groups of one line that are arranged like a percent sign.

    Attributes:
        strokes: Each group's strokes.
        features: float32 [K, F], their measures.
        is_sign: float32 [K], 1 for the percent sign.
    """

    strokes: Sequence[tuple[int, ...]]
    features: NDArray[np.float32]
    is_sign: NDArray[np.float32]


def _lines(samples: PercentSamples, seed: int) -> list[_Line]:
    """Return the strokes of all lines, and those of the percent sign in each, none for most."""
    rng = np.random.default_rng([seed, 2])
    lines: list[_Line] = [(resampled(line.strokes), line.sign) for line, _ in percent_lines(samples, _TIMES, seed)]
    lines += [(one.points, ()) for one in samples.expressions]
    made = (tricky_line(rng, own, samples.slashes) for own in samples.digits for _ in range(_TRICKY_TIMES))
    return lines + [(resampled(strokes), ()) for strokes in made if strokes]


def _groups(lines: Sequence[_Line], seed: int) -> list[_Groups]:
    rng = np.random.default_rng([seed, 3])
    found = []
    for points, sign in lines:
        shapes = percent_shapes(points)
        groups = shapes.groups()
        kept = list(range(len(groups)))
        if len(kept) > _MOST_OF_ONE and not sign:
            kept = sorted(rng.choice(len(groups), _MOST_OF_ONE, replace=False).tolist())
        own = [groups[index] for index in kept]
        found.append(_Groups(own, shapes.features[kept], np.array([group == sign for group in own], np.float32)))
    return found


def _answers(
    lines: Sequence[_Line],
    groups: Sequence[_Groups],
    likely: Sequence[NDArray[np.bool_]],
    glyphs: Recognizer,
    progress: Progress,
) -> NDArray[np.float32]:
    """float32 [K, 3]: the glyph network's answers to all likely groups."""
    of_class = percent_class(glyphs)
    assert of_class is not None
    found = [np.zeros((0, 3), np.float32)]
    for number, ((points, _), own, wanted) in enumerate(zip(lines, groups, likely, strict=True), start=1):
        asked = [own.strokes[index] for index in np.flatnonzero(wanted).tolist()]
        if asked:
            found.append(percent_answers(glyphs, of_class, points, asked))
        progress(number, len(lines))
    return np.concatenate(found)


def _learned(
    prefix: str, features: NDArray[np.float32], is_sign: NDArray[np.float32], epochs: int, seed: int
) -> tuple[dict[str, NDArray[np.float32]], NDArray[np.float32], float]:
    """Return a network's arrays, its logits of what it has learned from, and its loss."""
    # Keras takes seconds to import, which the lines need not wait for.
    import keras

    keras.utils.set_random_seed(seed)
    mean, scale = features.mean(axis=0), features.std(axis=0) + _LEAST_SCALE
    network = keras.Sequential([keras.layers.Input((features.shape[1],))])
    for units in _UNITS:
        network.add(keras.layers.Dense(units, activation="relu"))
        network.add(keras.layers.Dropout(_DROPPED))
    network.add(keras.layers.Dense(1))
    rate = keras.optimizers.schedules.CosineDecay(_LEARNING_RATE, max(epochs * len(features) // _BATCH, 1))
    network.compile(
        keras.optimizers.AdamW(rate, weight_decay=_WEIGHT_DECAY), keras.losses.BinaryCrossentropy(from_logits=True)
    )
    history = network.fit((features - mean) / scale, is_sign, batch_size=_BATCH, epochs=epochs, verbose=0)
    arrays = {f"{prefix}mean": mean, f"{prefix}scale": scale}
    for index, values in enumerate(network.get_weights()):
        arrays[f"{prefix}{('weights', 'biases')[index % 2]}_{index // 2}"] = values
    arrays = {name: values.astype(np.float32) for name, values in arrays.items()}
    return arrays, DenseNetwork.of_arrays(arrays, prefix).logits(features), float(history.history["loss"][-1])
