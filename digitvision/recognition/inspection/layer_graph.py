"""The graph of a network's layers, and its drawing as a flow from top to bottom."""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import Model

CONFIG_FILE: Final = "config.json"
CONFIG_LIMIT: Final = 8 * 2**20

LayerInputs = Mapping[str, tuple[str, ...]]
"""The inputs of each layer: names of layers, in the order in which it takes them; all layers are in the order of the
card."""


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One layer in a flow that is drawn in lanes, one row for each layer.

    Attributes:
        name: The layer's name.
        lane: The lane in which the layer stands.
        through: Lanes that pass by, from the row above to the row below.
        joins: Lanes of the row above that lead into the layer; one that passes by as well has further readers below.
        goes_on: Whether the layer's lane leads on to the row below.
    """

    name: str
    lane: int
    through: tuple[int, ...]
    joins: tuple[int, ...]
    goes_on: bool


def layer_inputs(model: Model) -> LayerInputs:
    """Return the inputs of each layer, from the plan in the Keras file, which is read as JSON and never executed.

    Where the plan is missing or damaged, and in networks that are a plain sequence, each layer follows the one before.
    """
    names = [layer.name for layer in model.card.layers]
    sequence = {name: tuple(names[index - 1 : index]) if index else () for index, name in enumerate(names)}
    try:
        with zipfile.ZipFile(io.BytesIO(model.keras_form())) as archive, archive.open(CONFIG_FILE) as file:
            data = file.read(CONFIG_LIMIT + 1)
        if len(data) > CONFIG_LIMIT:
            return sequence
        plan = {item["config"]["name"]: item["inbound_nodes"] for item in json.loads(data)["config"]["layers"]}
        given = {name: dict.fromkeys(_layers_named(plan[name])) for name in names}
    except (
        ModelFault, OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError,
        ValueError, KeyError, TypeError, RecursionError,
    ):  # fmt: skip
        return sequence
    # In a card every layer comes after its inputs; inputs that contradict this are left out, so there are no cycles.
    index_of = {name: index for index, name in enumerate(names)}
    return {
        name: tuple(one for one in given[name] if index_of.get(one, index) < index) for name, index in index_of.items()
    }


def _layers_named(nodes: Any) -> Iterator[str]:
    """Yield the layers that Keras's nested description of a call names as origins of its inputs, wherever they are."""
    if isinstance(nodes, list):
        for one in nodes:
            yield from _layers_named(one)
    elif isinstance(nodes, dict):
        history = nodes.get("keras_history")
        if isinstance(history, list) and history and isinstance(history[0], str):
            yield history[0]
        for one in nodes.values():
            yield from _layers_named(one)


def flow(inputs: LayerInputs) -> tuple[FlowRow, ...]:
    """Order the layers branch by branch, each after all its inputs, in as few lanes as possible."""
    readers = dict.fromkeys(inputs, 0)
    for given in inputs.values():
        for one in given:
            readers[one] += 1
    lanes: list[str | None] = []
    rows = []
    for name in _branch_by_branch(inputs):
        joins = [lanes.index(one) for one in inputs[name]]
        for one in inputs[name]:
            readers[one] -= 1
        ended = [lanes.index(one) for one in inputs[name] if not readers[one]]
        for lane in ended:
            lanes[lane] = None
        through = tuple(lane for lane, holder in enumerate(lanes) if holder is not None)
        lane = min(ended, default=lanes.index(None) if None in lanes else len(lanes))
        if lane == len(lanes):
            lanes.append(None)
        if readers[name]:
            lanes[lane] = name
        rows.append(FlowRow(name, lane, through, tuple(sorted(joins)), readers[name] > 0))
    return tuple(rows)


def _branch_by_branch(inputs: LayerInputs) -> Sequence[str]:
    """Return the layers' names depth first: one branch to its end before the next one begins."""
    read = {one for given in inputs.values() for one in given}
    order: list[str] = []
    visited: set[str] = set()
    pending = [(name, False) for name in reversed(list(inputs)) if name not in read]
    while pending:
        name, complete = pending.pop()
        if complete:
            order.append(name)
        elif name not in visited:
            visited.add(name)
            pending.append((name, True))
            pending.extend((one, False) for one in reversed(inputs[name]))
    return order
