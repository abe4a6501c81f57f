"""Where along a line each character of a text was written."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.text.characters import BLANK, classes_of

_NEVER: Final = -1e9


def places_of(log_probabilities: NDArray[np.float32], text: str) -> NDArray[np.int64]:
    """Return at which place of the network's answer each character of a text is most clearly seen.

    It is the most probable way to write the text along the line (Viterbi 1967), through the states of connectionist
    temporal classification: each character, and a pause before, between and after them.

    Args:
        log_probabilities: float32 [T, classes], see `LineNetwork.log_probabilities`.
        text: The text, of readable characters.

    Returns:
        int64 [characters], ascending, each from 0 to T - 1.

    Raises:
        ValueError: The text has more characters, with the pauses between equal ones, than the answer has places.
    """
    classes = classes_of(text)
    states = np.full(2 * len(classes) + 1, BLANK)
    states[1::2] = classes
    count, length = len(states), len(log_probabilities)
    scores_at = log_probabilities[:, states]
    # A pause may be left out between two different characters.
    skips = np.zeros(count, bool)
    skips[3::2] = states[3::2] != states[1:-2:2]
    best = np.full(count, _NEVER)
    best[:2] = scores_at[0, :2] if length else _NEVER
    steps = np.zeros((length, count), np.int64)
    columns = np.arange(count)
    for place in range(1, length):
        ways = np.full((3, count), _NEVER)
        ways[0] = best
        ways[1, 1:] = best[:-1]
        ways[2, skips] = best[np.flatnonzero(skips) - 2]
        chosen = ways.argmax(axis=0)
        steps[place] = chosen
        best = ways[chosen, columns] + scores_at[place]
    state = count - 1 if count == 1 or best[-1] >= best[-2] else count - 2
    if not length or best[state] <= _NEVER / 2:
        raise ValueError("the text is longer than the line")
    path = np.empty(length, np.int64)
    for place in range(length - 1, -1, -1):
        path[place] = state
        state -= steps[place, state]
    found = np.empty(len(classes), np.int64)
    for index in range(len(classes)):
        own = np.flatnonzero(path == 2 * index + 1)
        found[index] = own[scores_at[own, 2 * index + 1].argmax()]
    return found
