"""Data that several of the tests train on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.training.commands.children import Child
from tests.training.commands.warm_children import IS_SUPPORTED, ForkServer
from tests.training.recipes.made_recipes import write_data
from tests.training.samples import mnist_part, write_npz

Start = Callable[..., Child]


@pytest.fixture(scope="session")
def fork_server(_keras_home: None) -> Iterator[ForkServer | None]:
    """Forks children that need not import TensorFlow; None where the system cannot.

    It is there before the first test that wants it begins, and so is nothing that a test leaves.
    """
    if not IS_SUPPORTED:
        yield None
        return
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts `digitvision train` anew, as the window does; what is left at the end is killed."""
    with _starting(None) as starting:
        yield starting


@pytest.fixture
def start_warm(fork_server: ForkServer | None) -> Iterator[Start]:
    """The same without the seconds in which TensorFlow is imported, where the system can: see `warm_children`."""
    with _starting(fork_server) as starting:
        yield starting


@contextmanager
def _starting(server: ForkServer | None) -> Iterator[Start]:
    children: list[Child] = []

    def starting(*options: str) -> Child:
        children.append(Child(*options, server=server))
        return children[-1]

    try:
        yield starting
    finally:
        for child in children:
            child.close()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny recipe's data."""
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture
def few(tmp_path: Path) -> str:
    """A file of 600 of MNIST's training digits by five made-up writers."""
    images, labels = mnist_part(600, "train")
    arrays = {"images": images, "labels": labels, "label_names": np.array(list("0123456789"))}
    return str(write_npz(tmp_path / "few.npz", {**arrays, "writer": np.arange(600) % 5}))
