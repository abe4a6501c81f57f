"""The recognizer with the shipped model: its accuracy, and the same answers in every way of asking."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitvision.ink.raster import rasterize
from digitvision.ink.spatial_context import spatial_context
from digitvision.ink.stroke import Stroke
from digitvision.ink.trajectory import trajectory
from digitvision.recognition.models.model_card import AlphabetCard, ModelFault
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.recognition.recognizer import BATCH, Recognizer, calibrated_probabilities
from tests.ink.drawings import sample_drawing
from tests.recognition.model_folders import classic_card, classic_files
from tests.training.samples import mnist_part


@pytest.fixture(scope="module")
def classic() -> Recognizer:
    return Recognizer(ModelStore().find("classic"))


@pytest.mark.slow
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

    found = calibrated_probabilities(shares, temperature)

    assert found.sum() == pytest.approx(1, abs=1e-5)
    best = int(found.argmax())
    assert shares[0, best] == pytest.approx(shares.max(), rel=1e-5)
    if temperature > 1:
        assert found.max() <= shares.max() + 1e-6


def _answering(tmp_path: Path, *alphabets: AlphabetCard, **change: Any) -> Model:
    """Return the shipped network under a card with further values."""
    card = replace(classic_card("several"), alphabets=alphabets, **change)
    return ModelStore(user=tmp_path).save(card, classic_files())


def _digits(count: int) -> NDArray[np.float32]:
    return mnist_part(count)[0].astype(np.float32) / np.float32(255)


def test_an_alphabet_masks_the_others_and_renormalises(tmp_path: Path) -> None:
    odd = AlphabetCard("odd", (9, 1, 3))
    model = _answering(tmp_path, AlphabetCard("ten", tuple(range(10))), odd)
    rasters = _digits(70)

    all_ten, few = Recognizer(model), Recognizer(model, "odd")
    whole = all_ten.probabilities(rasters)
    masked = few.probabilities(rasters)

    assert all_ten.alphabet.name == "ten"
    assert [label.text for label in few.labels] == ["9", "1", "3"]
    expected = whole[:, [9, 1, 3]] / whole[:, [9, 1, 3]].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(masked, expected, atol=2e-3)
    np.testing.assert_allclose(masked.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(few.outputs(rasters), all_ten.outputs(rasters))


def test_each_alphabet_has_its_own_temperature_and_prior_correction(tmp_path: Path) -> None:
    plain = AlphabetCard("plain", (0, 1, 2))
    shifted = AlphabetCard("shifted", (0, 1, 2), temperature=2.0, prior_correction=(0.0, 1.5, -0.5))
    model = _answering(tmp_path, plain, shifted)
    rasters = _digits(40)

    logits = np.log(np.maximum(Recognizer(model).outputs(rasters)[:, :3].astype(np.float64), 1e-12))
    powers = np.exp(logits / 2 + (0.0, 1.5, -0.5))

    expected = powers / powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(Recognizer(model, "shifted").probabilities(rasters), expected, atol=1e-5)
    assert not np.allclose(Recognizer(model, "plain").probabilities(rasters), expected, atol=1e-2)


def test_the_in_vocabulary_score_is_the_probability_of_the_alphabet_and_its_look_alikes(tmp_path: Path) -> None:
    # A 7 looks like a 1, a 4 like none: the probability of the 7 counts, that of the 4 does not.
    model = _answering(tmp_path, AlphabetCard("one", (1, 4)), AlphabetCard("ten", tuple(range(10))))
    images, labels = mnist_part(200)
    rasters = images.astype(np.float32) / np.float32(255)

    found = Recognizer(model).answers(rasters)
    outputs = Recognizer(model).outputs(rasters)

    np.testing.assert_allclose(found.in_vocabulary, outputs[:, [1, 4, 7]].sum(axis=1), atol=1e-5)
    assert np.median(found.in_vocabulary[np.isin(labels, (1, 4, 7))]) > 0.95
    assert np.median(found.in_vocabulary[np.isin(labels, (0, 2, 3, 5, 6, 8))]) < 0.05
    np.testing.assert_allclose(Recognizer(model, "ten").answers(rasters).in_vocabulary, 1, atol=1e-5)


@pytest.mark.parametrize(
    ("sure_above", "in_vocabulary_above"), [(0.0, 0.0), (0.95, 0.0), (0.0, 0.6), (0.9, 0.5), (1.0, 1.0)]
)
def test_sure_needs_both_limits(tmp_path: Path, sure_above: float, in_vocabulary_above: float) -> None:
    limited = AlphabetCard("few", (0, 1, 4), sure_above=sure_above, in_vocabulary_above=in_vocabulary_above)
    recognizer = Recognizer(_answering(tmp_path, limited))
    rasters = _digits(100)

    found = recognizer.answers(rasters)

    confidence = found.probabilities.max(axis=1)
    assert (found.sure == ((confidence >= sure_above) & (found.in_vocabulary >= in_vocabulary_above))).all()
    assert found.sure.all() == (sure_above == in_vocabulary_above == 0)
    one = recognizer.predict(rasters[0])
    assert one.sure == bool(found.sure[0])
    assert one.in_vocabulary == pytest.approx(float(found.in_vocabulary[0]), abs=1e-5)


def test_the_last_output_of_a_network_that_rejects_is_no_class(tmp_path: Path) -> None:
    card = classic_card()
    # The output of the nine stands for junk here.
    model = _answering(tmp_path, labels=card.labels[:9], rejects=True)
    images, labels = mnist_part(300)
    recognizer = Recognizer(model)

    found = recognizer.answers(images.astype(np.float32) / np.float32(255))

    assert found.probabilities.shape == (300, 9)
    assert len(recognizer.labels) == 9
    assert np.median(found.in_vocabulary[labels == 9]) < 0.05
    assert np.median(found.in_vocabulary[labels != 9]) > 0.95


def test_views_that_a_network_does_not_have_change_nothing(classic: Recognizer) -> None:
    rasters = _digits(70)
    other = np.ones((70, 64, 6), np.float32), np.ones((70, 24, 24, 2), np.float32)

    np.testing.assert_array_equal(classic.outputs(rasters, *other), classic.outputs(rasters))
    plain = classic.predict(rasters[0]).probabilities
    for path in (None, other[0][0]):
        np.testing.assert_array_equal(classic.predict(rasters[0], path, other[1][0]).probabilities, plain)


def test_an_unknown_alphabet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFault, match="“several” answers within odd, not within upper"):
        Recognizer(_answering(tmp_path, AlphabetCard("odd", (1, 3))), "upper")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rejects": True}, "its outputs do not fit its labels"),
        ({"labels": classic_card().labels[:9]}, "its outputs do not fit its labels"),
        ({"views": ("raster", "trajectory")}, "LiteRT cannot run it"),
        ({"views": ("trajectory",)}, "LiteRT cannot run it"),
        ({"views": ("raster", "raster")}, "LiteRT cannot run it"),
        ({"views": ("surroundings",)}, "LiteRT cannot run it"),
        ({"views": ("raster", "surroundings")}, "LiteRT cannot run it"),
        ({"views": ("raster", "trajectory", "surroundings")}, "LiteRT cannot run it"),
    ],
)
def test_a_card_that_does_not_fit_the_network_is_refused(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ModelFault, match=f"“several” is damaged: {sentence}"):
        Recognizer(_answering(tmp_path, **change))


@pytest.mark.slow
# Keras's own warning under NumPy 2.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.parametrize(
    "views", [("trajectory", "raster"), ("surroundings", "raster", "trajectory")], ids=["two", "three"]
)
def test_a_network_of_several_views_gets_each_by_its_shape(tmp_path: Path, views: tuple[str, ...]) -> None:
    from digitvision.training.models.saving import compare_forms, model_files
    from digitvision.training.networks.keras_import import import_keras
    from digitvision.training.networks.multi_view import build_views

    import_keras().utils.set_random_seed(3)
    network = build_views(11, width=6, joint=8, with_context=len(views) == 3)
    card = replace(classic_card("several"), views=views, rejects=True)
    recognizer = Recognizer(ModelStore(user=tmp_path / "models").save(card, model_files(network, tmp_path / "work")))
    drawings = [sample_drawing(digit).strokes for digit in range(10)] * 7
    rasters = np.array([rasterize(strokes) for strokes in drawings])
    trajectories = np.array([trajectory(strokes) for strokes in drawings])
    contexts = np.array(
        [spatial_context(one, _beside(other)) for one, other in zip(drawings, drawings[1:] + drawings[:1], strict=True)]
    )

    found = recognizer.answers(rasters, trajectories, contexts)

    assert compare_forms(network, recognizer, rasters, trajectories, contexts) <= 1e-4
    assert compare_forms(network, recognizer, rasters, trajectories) <= 1e-4
    assert compare_forms(network, recognizer, rasters) <= 1e-4
    one = recognizer.predict(rasters[4], trajectories[4], contexts[4])
    np.testing.assert_allclose(one.probabilities, found.probabilities[4], atol=1e-5)
    # Each view counts, and a missing one is all zero.
    picture = recognizer.predict(rasters[4], None, contexts[4])
    assert not np.allclose(picture.probabilities, one.probabilities, atol=1e-4)
    alone = recognizer.predict(rasters[4], trajectories[4])
    assert np.allclose(alone.probabilities, one.probabilities, atol=1e-5) == (len(views) == 2)
    nothing = np.zeros_like(trajectories), np.zeros_like(contexts)
    np.testing.assert_array_equal(recognizer.outputs(rasters), recognizer.outputs(rasters, *nothing))
    np.testing.assert_array_equal(
        recognizer.outputs(rasters, trajectories), recognizer.outputs(rasters, trajectories, nothing[1])
    )


def _beside(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Return rasters moved to the right."""
    return [stroke.moved(scale=1.0, dx=700.0, dy=100.0) for stroke in strokes]
