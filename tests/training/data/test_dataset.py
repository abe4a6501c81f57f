"""Datasets: joined and split so that nothing is learned from what is held out."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitvision.training.data.dataset import DataFault, Dataset, join
from digitvision.training.data.splitting import notices_of_empty_classes, occurring_names, split


def _dataset(labels: list[int], names: str = "0123456789", *, writers: list[int] | None = None) -> Dataset:
    rasters = np.zeros((len(labels), 28, 28), np.uint8)
    # Every sample differs from the others.
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


@pytest.mark.slow
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


@pytest.mark.slow
@given(st.integers(2, 60), st.floats(0.01, 0.9), st.integers(0, 99))
def test_as_much_is_held_out_as_is_asked_for(count: int, share: float, seed: int) -> None:
    found = split(_dataset([0] * count), seed, share)

    assert len(found.validation) == min(max(1, round(count * share)), count - 1)
    assert len(found.training) + len(found.validation) == count


@pytest.mark.slow
@given(st.lists(st.integers(0, 6), min_size=10, max_size=60), st.floats(0.01, 0.9), st.integers(0, 99))
def test_whole_writers_are_held_out_until_they_have_written_the_share(
    writers: list[int], share: float, seed: int
) -> None:
    assume(len(set(writers)) > 1)
    wanted = max(1, round(len(writers) * share))

    found = split(_dataset([0] * len(writers), writers=writers), seed, share)

    assert found.training.writers is not None
    assert found.validation.writers is not None
    learned, held = (
        set(part.writers.tolist()) for part in (found.training, found.validation) if part.writers is not None
    )
    assert not learned & held
    assert learned | held == set(writers)
    assert found.by == f"{len(held)} of {len(learned | held)} writers"
    # All but one of them are the most that can be.
    assert len(found.validation) >= wanted or len(learned) == 1
    # Nobody is held out who was not needed for it.
    assert any(len(found.validation) - writers.count(writer) < wanted for writer in held)


def test_the_customary_samples_are_held_out_unless_another_share_is_asked_for() -> None:
    dataset = replace(_dataset([0] * 300), held_out=20)

    assert split(dataset, 1).by == "the last 20"
    assert _numbers(split(dataset, 1).validation) == set(range(280, 300))
    assert split(dataset, 1, 0.5).by == "the last 150"
    assert _numbers(split(dataset, 1, 0.5).validation) == set(range(150, 300))
    assert split(_dataset([0] * 100), 1, 0.25).by == "25 % at random"


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


def test_other_labels_or_rasters_have_another_fingerprint() -> None:
    dataset = _dataset([0, 1, 2])
    turned = _dataset([0, 2, 1])

    assert dataset.fingerprint == _dataset([0, 1, 2]).fingerprint
    assert dataset.fingerprint != turned.fingerprint
    assert dataset.fingerprint != dataset.select(np.array([0, 1])).fingerprint


def test_floats_are_what_the_network_takes() -> None:
    dataset = _dataset([0] * 256)

    floats = dataset.floats(np.array([255, 0]))

    assert floats.dtype == np.float32
    assert floats.shape == (2, 28, 28)
    assert floats[0, 0, 0] == 1.0
    assert floats[1].max() == 0.0


def _seen(count: int) -> Dataset:
    """Make glyphs with all three views, whose values are the number of the glyph."""
    rows = np.arange(count)
    return Dataset(
        name="made up",
        rasters=np.broadcast_to(rows[:, None, None], (count, 28, 28)).astype(np.uint8),
        labels=rows % 10,
        label_names=tuple("0123456789"),
        trajectories=np.broadcast_to(rows[:, None, None], (count, 64, 6)).astype(np.int8),
        context=np.broadcast_to(rows[:, None, None, None], (count, 24, 24, 2)).astype(np.uint8),
    )


@pytest.mark.parametrize("indices", [np.array([7, 2, 2]), slice(3, 6), slice(None), np.zeros(0, np.intp)])
def test_views_are_of_the_samples_that_were_asked_for(indices: NDArray[np.intp] | slice) -> None:
    dataset = _seen(9)

    rasters, paths, context = dataset.views(indices)

    assert paths is not None
    assert context is not None
    wanted = np.arange(9)[indices]
    assert [rasters.shape, paths.shape, context.shape] == [
        (len(wanted), 28, 28), (len(wanted), 64, 6), (len(wanted), 24, 24, 2),
    ]  # fmt: skip
    for view, unit in ((rasters, 255), (paths, 127), (context, 255)):
        assert view.dtype == np.float32
        np.testing.assert_allclose(view.mean(axis=tuple(range(1, view.ndim))) * unit, wanted, atol=1e-3)
    for view, same in zip(
        (rasters, paths, context), (dataset.floats, dataset.paths, dataset.context_floats), strict=True
    ):
        expected = same(indices)
        assert expected is not None
        np.testing.assert_array_equal(view, expected)


def test_missing_views_are_none() -> None:
    rasters, paths, context = _dataset([0, 1]).views()

    assert (len(rasters), paths, context) == (2, None, None)


def test_selected_samples_have_all_their_views() -> None:
    taken = _seen(9).select(np.array([8, 1]))

    assert taken.trajectories is not None
    assert taken.context is not None
    for view in (taken.rasters, taken.trajectories, taken.context):
        assert view.reshape(2, -1)[:, 0].tolist() == [8, 1]


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("context", np.zeros((2, 24, 24, 2), np.uint8)),
        ("context", np.zeros((3, 24, 24), np.uint8)),
        ("trajectories", np.zeros((2, 64, 6), np.int8)),
        ("trajectories", np.zeros((3, 6, 64), np.int8)),
    ],
)
def test_views_of_another_form_are_refused(name: str, array: Any) -> None:
    with pytest.raises(ValueError, match=f"{name}s? do not fit the rasters"):
        replace(_dataset([0, 1, 2]), **{name: array})


def test_joined_data_keeps_its_contexts_and_the_rest_has_empty_ones() -> None:
    joined = join([_dataset([0, 1]), _seen(3)], tuple("0123456789"))

    assert joined.trajectories is not None
    assert joined.trajectories[:, 0, 0].tolist() == [0, 0, 0, 1, 2]
    assert joined.context is not None
    assert joined.context[:, 0, 0, 0].tolist() == [0, 0, 0, 1, 2]


@pytest.mark.parametrize(
    ("writers", "names", "writer_count"),
    [(None, (), 0), ([0, 0, 2], ("ann", "bob", "cyd"), 2), ([0, 0, 0], (), 0), ([1, 1, 1], ("ann", "bob"), 1)],
)
def test_writers_are_counted_who_wrote_some_of_the_samples(
    writers: list[int] | None, names: tuple[str, ...], writer_count: int
) -> None:
    dataset = replace(_dataset([0, 1, 2], writers=writers), writer_names=names)

    assert dataset.writer_count == writer_count


def test_classes_without_a_sample_are_reported_with_the_data_that_names_them() -> None:
    blank = np.zeros((3, 28, 28), np.uint8)
    one = Dataset("one", blank, np.array([0, 0, 1]), ("a", "b", "c"))
    two = Dataset("two", blank, np.array([0, 0, 0]), ("c", "d", "e"))

    assert notices_of_empty_classes([one]) == (
        "“one” names the class c without a sample: the model will not know them.",
    )
    assert notices_of_empty_classes([one, two]) == (
        "“two” names the 2 classes d, e without a sample: the model will not know them.",
    )
    assert notices_of_empty_classes([Dataset("three", blank, np.array([0, 1, 2]), ("a", "b", "c"))]) == ()
