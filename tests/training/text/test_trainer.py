"""A tiny network learns a handful of lines: resumed as if never stopped, exported, measured, read by the program."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.cli import main
from digitvision.ink.lines.path_features import path_features
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import LINE
from digitvision.recognition.text.decoding import greedy_text
from digitvision.recognition.text.network import LineNetwork, filled_up
from digitvision.recognition.text.reader import load_text_reader
from digitvision.training.run.checkpoint import Settings, Weights
from digitvision.training.run.control import Control
from digitvision.training.run.outcome import Outcome
from digitvision.training.text.augmentation import LineChanges
from digitvision.training.text.corpus import read_lines
from digitvision.training.text.evaluation import strokes_of
from digitvision.training.text.network import build_network
from tests.training.runs import make_run, settings_of
from tests.training.text.made_lines import write_recipe

_NOTHING: dict[str, Any] = {field.name: None for field in fields(Settings)}


def _train(
    recipe: Path, name: str, *, epochs: int, stop_after: int = 0, resume: bool = False
) -> tuple[Outcome, Weights]:
    control = Control()

    def report(event: dict[str, Any]) -> None:
        if event["event"] == "epoch" and event["epoch"] == stop_after:
            control.set()

    asked = {"recipe": str(recipe), "data_root": str(recipe.parent), "name": name, "epochs": epochs}
    run, trainer = make_run(settings_of({**_NOTHING, **asked}, resume=resume), report=report, control=control)
    run.prepare(resume=resume)
    return run.train(), trainer.best


@pytest.mark.slow
def test_a_training_that_goes_on_ends_as_one_without_a_break(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path)
    stopped, _ = _train(recipe, "broken", epochs=3, stop_after=1)
    assert stopped.event == "cancelled"
    outcome, broken = _train(recipe, "broken", epochs=3, resume=True)
    assert outcome.event == "completed"

    _, whole = _train(recipe, "whole", epochs=3)
    for one, other in zip(whole, broken, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_a_few_lines_are_learned_and_read_the_same_by_keras_and_by_the_program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calm = dict.fromkeys(LineChanges.__slots__, 0.01)
    recipe = write_recipe(
        tmp_path, units=24, pieces=0, strings=0, mixed=0, changes=calm, dropout=0, average=0.9, learning_rate=0.01
    )
    outcome, weights = _train(recipe, "learned", epochs=60)
    assert outcome.test_accuracy is not None
    assert outcome.test_accuracy > 0.9

    model = ModelStore().find("learned")
    assert model.card.reading == LINE
    assert (model.card.data[0].name, model.card.data[0].samples) == ("lines.jsonl.xz", 32)
    held = list(read_lines(tmp_path / "held.jsonl.xz"))
    keras = build_network(24, 1, (8, 16))
    keras.set_weights(weights)
    network = LineNetwork(model.content("model.tflite"), name="learned")
    for line in held:
        path = path_features(line.paths)
        answer = network.log_probabilities(path)
        wanted = keras(filled_up(path)[None], training=False).numpy()[0]
        np.testing.assert_allclose(
            answer - answer.max(axis=1, keepdims=True), wanted - wanted.max(axis=1, keepdims=True), atol=0.05
        )
        assert greedy_text(answer) == greedy_text(wanted)
    reader = load_text_reader(model)
    texts = [reader.read(strokes_of(line)).text for line in held]
    assert sum(text == line.text for text, line in zip(texts, held, strict=True)) >= 6

    assert main(["evaluate", "--reading", "line", "--model", "learned", "--data", str(tmp_path / "held.jsonl.xz")]) == 0
    assert "characters wrong" in capsys.readouterr().out
    data = [str(tmp_path / "held.jsonl.xz"), str(tmp_path / "numbers.npz")]
    assert main(["evaluate", "--reading", "line", "--model", "learned", "--format", "json", "--data", *data]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert [one["data"] for one in figures] == ["held.jsonl.xz", "numbers.npz"]
    assert figures[0]["alone"]["character_errors"] < 0.1
    assert main(["models", "page", "learned"]) == 0
    assert "whole lines of words" in capsys.readouterr().out
    with pytest.raises(ModelFault, match="reads lines of writing, not single glyphs"):
        model.litert()
