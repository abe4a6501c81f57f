"""Calibration with held-out answers, and the version of Keras that the shipped model is saved with."""

import json
import re
import zipfile
from importlib.metadata import requires

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.recognition.models.model_store import KERAS_FILE
from digitvision.recognition.recognizer import calibrated_probabilities
from digitvision.resources import resource_path
from digitvision.training.models.saving import SURE_AT_LEAST, SURE_PRECISION, fit_sure_limit, fit_temperature


@pytest.mark.parametrize("temperature", [0.7, 1.0, 1.8, 3.0])
def test_the_temperature_that_spoiled_the_answers_is_found_again(temperature: float) -> None:
    generator = np.random.default_rng(5)
    logits = generator.normal(size=(20000, 10)) * 2
    honest = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    truth = (honest.cumsum(axis=1) > generator.random((20000, 1))).argmax(axis=1)

    boastful = calibrated_probabilities(honest.astype(np.float32), 1 / temperature)

    assert fit_temperature(boastful, truth) == pytest.approx(temperature, rel=0.05)


# The import of scikit-learn takes more than a second.
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_the_temperature_is_the_one_that_scipy_finds_for_scikit_learn_s_loss(seed: int) -> None:
    from scipy.optimize import minimize_scalar
    from scipy.special import softmax
    from sklearn.metrics import log_loss

    generator = np.random.default_rng(seed)
    logits = generator.normal(size=(500, 7)) * generator.uniform(1, 4)
    truth = np.where(generator.random(500) < 0.8, logits.argmax(axis=1), generator.integers(0, 7, 500))
    probabilities = softmax(logits, axis=1)

    def loss(temperature: float) -> float:
        return float(log_loss(truth, softmax(np.log(probabilities) / temperature, axis=1), labels=range(7)))

    expected = minimize_scalar(loss, bounds=(0.5, 5.0), method="bounded", options={"xatol": 1e-6}).x

    assert fit_temperature(probabilities.astype(np.float32), truth) == pytest.approx(expected, rel=1e-3)


@given(st.lists(st.tuples(st.floats(0.1, 1.0), st.booleans()), min_size=1, max_size=50))
def test_from_the_limit_on_nearly_all_answers_are_right(answers: list[tuple[float, bool]]) -> None:
    confidence = np.array([value for value, _ in answers])
    right = np.array([is_right for _, is_right in answers])

    limit = fit_sure_limit(confidence, right)

    assert SURE_AT_LEAST <= limit <= 1.0
    sure = confidence >= limit
    if limit < 1.0:
        assert right[sure].sum() >= SURE_PRECISION * sure.sum()


def test_the_limit_is_the_lowest_possible() -> None:
    confidence = np.array([0.99] * 300 + [0.95] * 300 + [0.9, 0.9, 0.9, 0.9])
    right = np.array([True] * 599 + [False] + [False] * 4)

    assert fit_sure_limit(confidence, right) == 0.95


def test_answers_that_are_never_right_are_never_sure() -> None:
    assert fit_sure_limit(np.array([0.9, 0.8]), np.array([False, False])) == 1.0


def test_the_shipped_network_opens_in_the_oldest_keras_that_is_supported() -> None:
    with zipfile.ZipFile(resource_path("models", "classic", KERAS_FILE)) as file:
        saved_by = json.loads(file.read("metadata.json"))["keras_version"]
    requirement = next(line for line in requires("digitvision") or [] if line.startswith("keras"))
    oldest = re.search(r">=(\d+)\.(\d+)", requirement)
    assert oldest is not None

    # A newer Keras writes settings of layers that an older one does not know; the other way round it works.
    assert tuple(map(int, saved_by.split(".")[:2])) <= tuple(map(int, oldest.groups()))
