"""Data that several of the tests train on."""

from pathlib import Path

import numpy as np
import pytest

from tests.training.recipes.made_recipes import write_data
from tests.training.samples import mnist_part, write_npz


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
