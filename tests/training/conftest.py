"""Data that several of the tests train on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from digitvision.training.data.dataset import Dataset
from digitvision.training.data.loading import Part, load_mnist
from tests.training.commands.children import ROOT, Child
from tests.training.commands.warm_children import IS_SUPPORTED, start_fork_server
from tests.training.recipes.made_recipes import write_data
from tests.training.samples import mnist_part, write_npz

Start = Callable[..., Child]


@pytest.fixture(scope="session")
def warm(_keras_home: None) -> bool:
    """Whether children may be forked that need not import TensorFlow: see `warm_children`.

    What forks them is there before the first test that wants it begins, and so is nothing that a test leaves.
    """
    if IS_SUPPORTED:
        start_fork_server()
    return IS_SUPPORTED


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts `digitvision train` anew, as the window does; what is left at the end is killed."""
    with _starting(False) as starting:
        yield starting


@pytest.fixture
def start_warm(warm: bool) -> Iterator[Start]:
    """The same without the seconds in which TensorFlow is imported, where the system can."""
    with _starting(warm) as starting:
        yield starting


@contextmanager
def _starting(is_warm: bool) -> Iterator[Start]:
    children: list[Child] = []

    def starting(*options: str, folder: Path = ROOT) -> Child:
        children.append(Child(*options, folder=folder, is_warm=is_warm))
        return children[-1]

    try:
        yield starting
    finally:
        for child in children:
            child.close()


@pytest.fixture
def little_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recipe's figures on MNIST are of 200 of its test digits instead of 10,000, which take a second or more."""

    def few(part: Part) -> Dataset:
        return load_mnist(part).select(np.arange(200))

    monkeypatch.setattr("digitvision.training.recipes.trainer.load_mnist", few)


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
