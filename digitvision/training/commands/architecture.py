"""The `architecture` command: it prints the layers of a network and their cost, before anything is trained."""

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TextIO

from digitvision.faults import Fault
from digitvision.recognition.models.model_text import table
from digitvision.training.models.saving import layers_of
from digitvision.training.networks.architectures import (
    architecture_title,
    build_network,
    check_architecture,
    is_user_file,
    normalize_architecture,
)
from digitvision.training.networks.cost import layer_multiply_adds, multiply_adds
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.networks.stdout_guard import stdout_to_stderr

LIMIT_S: Final = 20.0
"""Seconds that a user's file has to build its network; the import of TensorFlow does not count."""


def describe_architecture(architecture: str, classes: int) -> dict[str, Any]:
    """Build a network of this architecture and describe it.

    Args:
        architecture: An architecture as `build_network` takes it; a Python file is run.
        classes: Number of outputs.

    Returns:
        Values for JSON: `architecture`, `classes`, `parameters`, `multiply_adds` for one glyph, and `layers`, each
        with name, kind, output_shape without the batch, parameters and multiply_adds.

    Raises:
        Fault: There is no such architecture, or it makes no network.
    """
    lasting = normalize_architecture(architecture)
    check_architecture(lasting)
    import_keras()
    network = build_network(lasting, classes)
    layers = [
        {
            "name": description.name,
            "kind": description.kind,
            "output_shape": description.output_shape,
            "parameters": description.parameters,
            "multiply_adds": layer_multiply_adds(layer),
        }
        for layer, description in zip(network.layers, layers_of(network), strict=True)
    ]
    return {
        "architecture": architecture_title(lasting),
        "classes": classes,
        "parameters": int(network.count_params()),
        "multiply_adds": multiply_adds(network),
        "layers": layers,
    }


def print_architecture(architecture: str, *, classes: int, form: str) -> None:
    """Print a description of a network; as JSON, a fault is printed as JSON too.

    Args:
        architecture: An architecture as `build_network` takes it; a Python file is run.
        classes: Number of outputs.
        form: Output format, `text` or `json`.

    Raises:
        Fault: See `describe_architecture`.
    """
    if not is_user_file(architecture):
        _print(architecture, classes, form, sys.stdout)
        return
    import_keras()
    with stdout_to_stderr() as stream, _in_time(Path(architecture), form, stream):
        _print(architecture, classes, form, stream)


def _print(architecture: str, classes: int, form: str, stream: TextIO) -> None:
    try:
        found = describe_architecture(architecture, classes)
    except Fault as fault:
        _print_fault(str(fault), form, stream)
        raise
    print(json.dumps(found, ensure_ascii=False) if form == "json" else _text(found), file=stream)


def _print_fault(sentence: str, form: str, stream: TextIO) -> None:
    if form == "json":
        print(json.dumps({"error": sentence}, ensure_ascii=False), file=stream, flush=True)


@contextmanager
def _in_time(path: Path, form: str, stream: TextIO) -> Iterator[None]:
    """End the process with a message when a file takes too long: running Python code cannot be stopped otherwise."""

    def give_up() -> None:
        sentence = f"“{path.name}” did not return within {LIMIT_S:g} s."
        _print_fault(sentence, form, stream)
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()
        os._exit(1)

    timer = threading.Timer(LIMIT_S, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _text(found: dict[str, Any]) -> str:
    rows = [("layer", "kind", "output", "parameters", "multiply-adds")]
    rows += [
        (
            layer["name"],
            layer["kind"],
            "×".join(map(str, layer["output_shape"])),
            f"{layer['parameters']:,}",
            f"{layer['multiply_adds']:,}",
        )
        for layer in found["layers"]
    ]
    head = (
        f"{found['architecture']}: {found['parameters']:,} parameters, {found['multiply_adds']:,} multiply-adds a "
        f"glyph, {found['classes']} classes"
    )
    return "\n".join([head, "", *table(rows, right=frozenset({2, 3, 4}))])
