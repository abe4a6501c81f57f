"""Datasets: joined and split so that nothing is learned from what is held out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.training.dataset import DataFault, Dataset, join, occurring_names, split


def _dataset(labels: list[int], names: str = "0123456789", *, writers: list[int] | None = None) -> Dataset:
    rasters = np.zeros((len(labels), 28, 28), np.uint8)
    # Every sample can be told from the others.
    rasters[:, 0, 0] = np.arange(len(labels)) % 256
    rasters[:, 0, 1] = np.arange(len(labels)) // 256
    return Dataset(
        name="made up",
        rasters=rasters,
        labels=np.array(labels, np.int64),
        label_names=tuple(names),
        writers=None if writers is None else np.array(writers, np.int64),
    )


def _numbers(dataset: Dataset) -> set[int]:
    return {int(raster[0, 0]) + 256 * int(raster[0, 1]) for raster in dataset.rasters}


@given(st.lists(st.integers(0, 6), min_size=2, max_size=60), st.integers(0, 99))
def test_a_split_loses_nothing_and_shares_nothing(writers: list[int], seed: int) -> None:
    dataset = _dataset([0] * len(writers), writers=writers)

    found = split(dataset, seed)

    assert _numbers(found.training) | _numbers(found.validation) == _numbers(dataset)
    assert not _numbers(found.training) & _numbers(found.validation)
    assert len(found.training)
    assert len(found.validation)
    if len(set(writers)) > 1:
        assert found.training.writers is not None
        assert found.validation.writers is not None
        assert not set(found.training.writers.tolist()) & set(found.validation.writers.tolist())


def test_without_writers_a_tenth_is_held_out_the_same_for_the_same_seed() -> None:
    dataset = _dataset([0] * 300)

    assert len(split(dataset, 7).validation) == 30
    assert _numbers(split(dataset, 7).validation) == _numbers(split(dataset, 7).validation)
    assert _numbers(split(dataset, 7).validation) != _numbers(split(dataset, 8).validation)


def test_a_single_sample_cannot_be_split() -> None:
    with pytest.raises(DataFault, match="too few"):
        split(_dataset([3]), 0)


def test_join_brings_labels_of_different_order_together() -> None:
    first, second = _dataset([0, 1], "ab"), _dataset([0, 1, 1], "bc")
    names = occurring_names([first, second])

    joined = join([first, second], names)

    assert names == ("a", "b", "c")
    assert [names[label] for label in joined.labels] == ["a", "b", "b", "c", "c"]
    assert len(joined) == 5


def test_classes_without_a_sample_are_no_classes() -> None:
    assert occurring_names([_dataset([2, 5, 5])]) == ("2", "5")


def test_the_fingerprint_tells_other_labels_and_other_rasters() -> None:
    dataset = _dataset([0, 1, 2])
    turned = _dataset([0, 2, 1])

    assert dataset.fingerprint == _dataset([0, 1, 2]).fingerprint
    assert dataset.fingerprint != turned.fingerprint
    assert dataset.fingerprint != dataset.taking(np.array([0, 1])).fingerprint


def test_floats_are_what_the_network_takes() -> None:
    dataset = _dataset([0] * 256)

    floats = dataset.floats(np.array([255, 0]))

    assert floats.dtype == np.float32
    assert floats.shape == (2, 28, 28)
    assert floats[0, 0, 0] == 1.0
    assert floats[1].max() == 0.0
