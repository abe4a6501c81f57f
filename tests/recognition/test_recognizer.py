"""The recognizer with the shipped model: how well it reads, and that it answers the same in every way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitvision.recognition.modelstore import ModelStore
from digitvision.recognition.recognizer import BATCH, Recognizer, calibrated
from tests.training.samples import mnist_part


@pytest.fixture(scope="module")
def classic() -> Recognizer:
    return Recognizer(ModelStore().find("classic"))


def test_the_shipped_model_reads_mnist_s_test(classic: Recognizer) -> None:
    images, labels = mnist_part(10_000)
    answers = classic.probabilities(images.astype(np.float32) / np.float32(255)).argmax(axis=1)
    accuracy = float((answers == labels).mean())
    print(f"\nclassic: {accuracy:.2%} of {len(labels)} MNIST test digits")

    assert accuracy >= 0.989


@pytest.mark.parametrize("count", [0, 1, BATCH - 1, BATCH, BATCH + 3])
def test_many_at_once_are_answered_as_one_by_one(classic: Recognizer, count: int) -> None:
    rasters = mnist_part(count)[0].astype(np.float32) / np.float32(255)

    together = classic.probabilities(rasters)

    assert together.shape == (count, 10)
    for raster, answer in zip(rasters, together, strict=True):
        np.testing.assert_allclose(classic.predict(raster).probabilities, answer, atol=1e-5)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_any_raster_gets_probabilities(seed: int) -> None:
    recognizer = Recognizer(ModelStore().find("classic"))
    raster = np.random.default_rng(seed).random((28, 28), np.float32)

    prediction = recognizer.predict(raster)

    assert prediction.probabilities.min() >= 0
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert len(prediction.candidates(3)) == 3
    assert prediction.candidates(3)[0].confidence == prediction.probabilities.max()


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=12), st.floats(0.3, 5))
def test_calibration_keeps_the_order_and_the_sum(weights: list[float], temperature: float) -> None:
    shares = (np.array([weights]) / sum(weights)).astype(np.float32)

    found = calibrated(shares, temperature)

    assert found.sum() == pytest.approx(1, abs=1e-5)
    best = int(found.argmax())
    assert shares[0, best] == pytest.approx(shares.max(), rel=1e-5)
    if temperature > 1:
        assert found.max() <= shares.max() + 1e-6
