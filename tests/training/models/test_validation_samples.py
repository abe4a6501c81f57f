"""Glyphs on which converted models are compared."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.data.dataset import Dataset
from digitvision.training.data.loading import DRAWINGS, load
from digitvision.training.data.splitting import split
from digitvision.training.evaluation.evaluation import label_indices
from digitvision.training.models.validation_samples import (
    CHECKED,
    TYPICAL,
    SampleChoice,
    measured_data,
    validation_glyphs,
)
from tests.ink.drawings import DIGITS, sample_path
from tests.recognition.model_folders import classic_card

_FEW = SampleChoice(first=0, pictures=20, variations=2, seed=3)


def _keep(home: Path, label: str, *digits: int) -> None:
    folder = home / "drawings" / label
    folder.mkdir(parents=True)
    for digit in digits:
        shutil.copy(sample_path(digit), folder / f"{digit}.inkml")


def _strokes(found: Dataset) -> int:
    paths = found.paths()
    return 0 if paths is None else int(paths.any(axis=(1, 2)).sum())


@pytest.mark.slow
def test_there_are_pictures_and_strokes_alone_and_among_others() -> None:
    found = validation_glyphs(_FEW)

    assert len(found) == 20 + 10 * 3
    assert _strokes(found) == 30
    contexts = found.context_floats()
    assert contexts is not None
    assert contexts.any(axis=(1, 2, 3)).sum() == 15


@pytest.mark.slow
def test_they_are_what_their_labels_say() -> None:
    found = validation_glyphs(_FEW)
    recognizer = Recognizer(ModelStore().find("glyphs"), "digits")

    answers = recognizer.answers(*found.views()).probabilities.argmax(axis=1)

    assert (answers == label_indices(found, recognizer.labels)).mean() >= 0.95


@pytest.mark.slow
def test_ranges_are_measured_with_other_glyphs_than_those_compared() -> None:
    compared, typical = (validation_glyphs(choice) for choice in (CHECKED, TYPICAL))
    seen = {raster.tobytes() for raster in compared.rasters}
    again = sum(raster.tobytes() in seen for raster in typical.rasters)

    # Only the ten shipped drawings as they were written.
    assert again == len(DIGITS)


@pytest.mark.slow
def test_the_user_s_own_drawings_are_among_them(home: Path) -> None:
    before = len(validation_glyphs(_FEW))
    _keep(home, "q", 9, 6)
    found = validation_glyphs(_FEW)
    assert len(found) == before + 2
    assert "q" in found.label_names

    (home / "drawings" / "q" / "9.inkml").write_text("torn")
    assert len(validation_glyphs(_FEW)) == before


def test_accuracy_is_measured_on_held_out_drawings(home: Path) -> None:
    digits = measured_data(classic_card())
    assert digits is not None
    assert (digits.name, len(digits)) == ("MNIST test", 10_000)

    letters = replace(classic_card(), labels=classic_card().labels[:2])
    assert measured_data(letters) is None
    for label in ("A", "B"):
        _keep(home, label, *range(10))
    parts = split(load(DRAWINGS, "training"), 4)
    source = replace(classic_card().data[0], samples=len(parts.training))
    trained = replace(letters, settings={"data": [DRAWINGS], "seed": 4}, data=(source,))
    found = measured_data(trained)
    assert found is not None
    assert np.array_equal(found.rasters, parts.validation.rasters)

    # More drawings than it was trained with: nobody knows which of them it has seen.
    _keep(home, "C", 1)
    assert measured_data(trained) is None
    assert measured_data(replace(trained, settings={"data": ["letters.npz"], "seed": 4})) is None
