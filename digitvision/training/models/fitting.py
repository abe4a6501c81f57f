"""Fitting a network of other people to this program: finding what it needs, and making that part of it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from digitvision.recognition.alphabets import DIGITS
from digitvision.recognition.models.model_card import ModelFault
from digitvision.training.models.convention_search import JUNK, Found, are_probabilities, find
from digitvision.training.models.saving import network_answers, network_inputs
from digitvision.training.models.validation_samples import CHECKED, validation_glyphs
from digitvision.training.networks.adapting import Adaptation, adapted, needs_nothing
from digitvision.training.networks.input_convention import InputConvention, prepared, taken_shape
from digitvision.training.networks.keras_file import refused
from digitvision.training.networks.multi_view import INPUT_SHAPE

if TYPE_CHECKING:
    import keras

_NO_PROBABILITIES = "its answers are no probabilities; end it with a softmax"


def output_count(network: "keras.Model", path: Path) -> int:
    """Return how many classes a network answers with.

    Raises:
        KerasFileFault: It answers with something else than one value for each of two or more classes.
    """
    output = network.output_shape
    if isinstance(output, tuple) and len(output) >= 2 and all(isinstance(size, int) for size in output[1:]):
        values = int(np.prod(output[1:]))
        # A picture that is one pixel large is a row of values too.
        if values >= 2 and values == max(output[1:]):
            return values
    raise refused(path, f"it answers {output}, not one probability for each of two or more classes")


def check_answers(network: "keras.Model", path: Path) -> None:
    """Check that a network that takes this program's views answers with probabilities.

    Raises:
        KerasFileFault: It does not.
    """
    glyphs = validation_glyphs(CHECKED).views()
    if not are_probabilities(network_answers(network, network_inputs(network, *glyphs))):
        raise refused(path, _NO_PROBABILITIES)


def fitted(
    network: "keras.Model", path: Path, names: tuple[str, ...] | None, values: str | None, ink: str | None
) -> tuple["keras.Model", Found]:
    """Find out how a network wants its pictures, and return it with all that it needs for this program's rasters.

    Args:
        network: The network.
        path: Its file, for messages.
        names: Names of its classes in the order of its outputs; None if they are to be found.
        values: The range of its values, one of `VALUES`; None to measure it.
        ink: Which of ink and paper is bright, one of `INKS`; None to measure it.

    Returns:
        The network, and what was found; its labels are in the order of the network's outputs, `JUNK` is the last.

    Raises:
        ModelFault: The network cannot be fitted, or the names do not.
    """
    taken = taken_shape(network)
    if isinstance(taken, str):
        raise refused(path, taken)
    outputs = output_count(network, path)
    if names is not None and len(names) == outputs - 1 and set(names) <= set(DIGITS):
        names = (*names, JUNK)
    if names is not None and len(names) != outputs:
        raise ModelFault(f"“{path}” has {outputs} outputs, but {len(names)} labels were given.")
    softmax = _answers_logits(network)
    rasters = validation_glyphs(CHECKED).views()[0]
    try:
        answers = network_answers(network, prepared(rasters, InputConvention(), taken))
    except Exception as error:
        # TensorFlow raises exceptions of many types for what it cannot run.
        raise refused(path, "TensorFlow cannot run it on this machine") from error
    # Values below zero are logits, or logarithms of probabilities, of which a softmax makes probabilities as well.
    softmax = softmax or bool((answers < 0).any())
    if not softmax and not are_probabilities(answers.reshape(len(answers), -1)):
        raise refused(path, _NO_PROBABILITIES)
    found = find(network, taken, names=names, softmax=softmax, values=values, ink=ink)
    if found is None:
        raise ModelFault(f"“{path}” has {outputs} outputs; name their classes (--labels).")
    order: tuple[int, ...] = ()
    if found.labels[0] == JUNK:
        order = (*range(1, outputs), 0)
        found = replace(found, labels=(*found.labels[1:], JUNK))
    # A network for pictures of any size gets the size of rasters, which its card and its LiteRT form need.
    is_sized = network.input_shape == (None, *INPUT_SHAPE)
    fits = taken.is_raster and is_sized and found.convention == InputConvention() and len(network.output_shape) == 2
    if fits and not softmax and not order and needs_nothing(network):
        return network, found
    return adapted(network, taken, Adaptation(found.convention, softmax, order), path), found


def _answers_logits(network: "keras.Model") -> bool:
    """Whether the last layer gives plain sums, as networks do that were trained with a loss of logits."""
    import keras

    activation = getattr(network.layers[-1], "activation", None)
    return activation is keras.activations.linear and len(network.layers[-1].get_weights()) > 0
