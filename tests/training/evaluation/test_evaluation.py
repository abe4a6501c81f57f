"""Evaluation: figures that are right for cases that can be counted by hand, and for the shipped model."""

import json
from dataclasses import replace

import numpy as np
import pytest

from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.data.dataset import DataFault, Dataset
from digitvision.training.data.loading import load
from digitvision.training.evaluation.evaluation import evaluate
from digitvision.training.evaluation.report import evaluation_text


@pytest.fixture(scope="module")
def classic() -> Recognizer:
    return Recognizer(ModelStore().find("classic"))


def _named(labels: str, names: str, *, writers: list[int] | None = None) -> Dataset:
    """MNIST's first test digits under labels of our own."""
    source = load("mnist", "test")
    return Dataset(
        name="made up",
        rasters=source.rasters[: len(labels)],
        labels=np.array([names.index(label) for label in labels]),
        label_names=tuple(names),
        writers=None if writers is None else np.array(writers),
        writer_names=("ann", "bob", "cyd"),
    )


def test_figures_of_a_case_that_can_be_counted(classic: Recognizer) -> None:
    # The first digits of MNIST's test are 7 2 1 0 4, all read right; two labels are wrong, one is unknown.
    found = evaluate(classic, _named("7219x0", "0123456789x", writers=[0, 0, 0, 1, 1, 1]))

    assert (found.samples, found.skipped, found.right) == (5, 1, 3)
    assert found.accuracy == 0.6
    assert [(score.name, score.samples, score.right) for score in found.writers] == [("bob", 2, 0), ("ann", 3, 3)]
    assert found.confusion[9, 0] == 1
    assert found.confusion.sum() == 5
    assert ("9", "0", 1) in found.confusions
    assert [score.name for score in found.classes] == ["0", "1", "2", "7", "9"]


def test_labels_that_the_model_does_not_know_are_a_fault(classic: Recognizer) -> None:
    with pytest.raises(DataFault, match="No label of “made up”"):
        evaluate(classic, _named("ab", "ab"))


@pytest.mark.slow
def test_the_shipped_model_s_figures_are_those_on_its_card(classic: Recognizer) -> None:
    found = evaluate(classic, load("mnist", "test"))
    figures = {figure.name: figure.value for figure in classic.model.card.figures}

    assert found.accuracy >= 0.99
    # One answer more or less: another processor adds up in another order.
    assert figures["accuracy"] == pytest.approx(found.accuracy, abs=1.5e-4)
    assert figures["wrong answers (count)"] == pytest.approx(found.samples - found.right, abs=1)
    assert figures["expected calibration error"] == pytest.approx(found.calibration_error, abs=1e-3)
    assert figures["coverage of sure answers"] == pytest.approx(found.sure.samples / found.samples, abs=5e-4)
    assert figures["accuracy of sure answers"] == pytest.approx(found.sure.accuracy, abs=5e-4)


def test_text_and_json_have_the_same_figures(classic: Recognizer) -> None:
    found = evaluate(classic, _named("7219x0", "0123456789x", writers=[0, 0, 0, 1, 1, 1]))

    figures = json.loads(json.dumps(found.to_dict()))
    text = evaluation_text(found)

    assert figures["accuracy"] == 0.6
    assert figures["samples"] == 5
    assert sum(map(sum, figures["confusion"])) == 5
    assert figures["writers"][0] == {"name": "bob", "samples": 2, "right": 0, "accuracy": 0.0}
    assert "60.00 %" in text
    assert "1 of other classes skipped" in text
    assert "worst of 2 writers" in text


@pytest.mark.slow
def test_sure_answers_are_the_recognizer_s(classic: Recognizer) -> None:
    dataset = load("mnist", "test").select(np.arange(500))
    found = evaluate(classic, dataset)
    sure = [classic.predict(raster).sure for raster in dataset.floats()]

    assert 0 < found.sure.samples < 500
    assert found.sure.samples == sum(sure)
    assert found.outcomes.answered.sure.tolist() == sure


@pytest.mark.slow
def test_data_with_the_name_of_training_data_is_reported(classic: Recognizer) -> None:
    test = load("mnist", "test").select(np.arange(200))
    model = classic.model
    seen = tuple(replace(source, name=f"{test.name}.npz") for source in model.card.data)
    marked = Recognizer(replace(model, card=replace(model.card, data=seen)))

    new, known = evaluate(classic, test), evaluate(marked, test)

    assert (new.to_dict()["learned_from"], known.to_dict()["learned_from"]) == (False, True)
    assert "trained with data of this name" in evaluation_text(known)
    assert "trained with data" not in evaluation_text(new)


@pytest.mark.slow
def test_every_figure_is_in_the_text_and_in_json(classic: Recognizer) -> None:
    found = evaluate(classic, load("mnist", "test").select(np.arange(1000)))

    figures = found.to_dict()
    text = evaluation_text(found)

    assert figures["alphabet"] == "digits"
    assert len(figures["reliability"]) == 15
    assert sum(item["samples"] for item in figures["reliability"]) == 1000
    assert 0.9 < figures["coverage_at_995_precision"] <= 1.0
    assert figures["glyphs_per_second"] > 100
    assert figures["rejection"] is None
    assert figures["robustness"] is None
    assert f"{figures['coverage_at_995_precision'] * 100:.2f} %" in text
    assert "93 to 100 %" in text
    worst = [line.split()[0] for line in text.split("class")[1].split("\n\n")[0].splitlines()[1:]]
    accuracies = {score.name: score.accuracy for score in found.classes}
    assert worst == sorted(worst, key=lambda name: accuracies[name])
