"""A recipe's training in its real child process: trained, stopped, picked up again, and what is wrong usage."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.cli import main
from digitvision.faults import Fault
from digitvision.files import read_limited
from digitvision.ink.raster import rasterize
from digitvision.ink.spatial_context import spatial_context
from digitvision.ink.trajectory import trajectory
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.commands.train import trainer_for, training_request
from digitvision.training.data.glyphs import stroke_of
from digitvision.training.recipes import trainer as recipetrainer
from digitvision.training.run.checkpoint import Checkpoint, Settings, save_checkpoint
from digitvision.training.run.schedule import WarmRestarts
from tests.training.recipes.made_recipes import WRITERS, expression_file, shape, write_data, write_recipe
from tests.training.runs import make_run, settings_of

NOTHING = dict.fromkeys(Settings.__dataclass_fields__)

QUICK: dict[str, Any] = {"learning_rate": 0.01, "width": 8, "joint": 48, "average": 0.95}
"""Learns shapes that are easily distinguished within three epochs."""


@pytest.mark.slow
def test_a_recipe_from_data_to_a_model_broken_off_and_resumed(start_warm: Any, tmp_path: Path, home: Path) -> None:
    root = write_data(tmp_path / "data", each=30)
    recipe = write_recipe(tmp_path / "tiny.json", epochs=3, **{**QUICK, "average": 0.8, "batch_size": 16})
    options = ("--recipe", str(recipe), "--data-root", str(root))

    whole, code, errors = start_warm(*options, "--name", "whole").rest()
    assert (code, errors) == (0, "")
    kinds = [event["event"] for event in whole if event["event"] != "batch"]
    assert kinds == ["started", "epoch", "epoch", "epoch", "completed"]
    assert whole[0]["classes"] == 36
    assert whole[-1]["model"] == "whole"
    assert whole[-1]["test_accuracy"] == ModelStore().find("whole").card.figures[0].value
    epochs = [event for event in whole if event["event"] == "epoch"]
    assert epochs[-1]["loss"] < epochs[0]["loss"]

    _check_model("whole")

    child = start_warm(*options, "--name", "broken")
    child.until("epoch")
    child.say("stop\n")
    events, code, errors = child.rest()
    assert (code, errors) == (0, "")
    assert events[-1]["event"] == "cancelled"
    assert events[-1]["model"] == "broken"
    assert Recognizer(ModelStore().find("broken"), "upper").labels[0].text == "A"
    done = 1 + sum(event["event"] == "epoch" for event in events)

    events, code, errors = start_warm(*options, "--name", "broken", "--resume").rest()
    assert (code, errors) == (0, "")
    again = [event for event in events if event["event"] == "epoch"]
    assert [event["epoch"] for event in again] == list(range(done + 1, 4))
    # As if it had never been broken off.
    for one, other in zip(epochs[done:], again, strict=True):
        for name in ("loss", "accuracy", "validation_loss", "validation_accuracy"):
            assert other[name] == pytest.approx(one[name], abs=2e-3)
    card, unbroken = ModelStore().find("broken").card, ModelStore().find("whole").card
    assert [epoch["epoch"] for epoch in card.settings["history"]] == [1, 2, 3]
    assert card.alphabet_card("digits").temperature == pytest.approx(
        unbroken.alphabet_card("digits").temperature, rel=0.05
    )
    assert not (home / "training" / "broken").exists()


def _check_model(name: str) -> None:
    """Check the card, and that the model answers within both alphabets."""
    model = ModelStore().find(name)
    card = model.card
    assert card.alphabet_names == ("digits", "upper")
    assert (card.views, card.rejects) == (("raster", "trajectory"), True)
    assert [source.name for source in card.data] == ["digits.npz", "capitals.npz", "pictures.npz"]
    assert all(source.licence == "none needed" and source.samples > 0 for source in card.data)
    assert card.settings["recipe"] == "tiny"
    assert "data_root" not in json.dumps(card.settings)
    assert {f"held-out writers, {name}{way}" for name in ("digits", "upper") for way in ("", ", as pictures")} <= {
        figure.data for figure in card.figures
    }
    assert not any("in their expressions" in figure.data for figure in card.figures)
    for alphabet, texts in (("digits", "0123456789"), ("upper", "LTVXE")):
        recognizer = Recognizer(model, alphabet)
        glyphs = [[stroke_of(path) for path in shape(text)] for text in texts]
        rasters = np.array([rasterize(glyph) for glyph in glyphs])
        trajectories = np.array([trajectory(glyph) for glyph in glyphs])
        found = recognizer.answers(rasters, trajectories)
        assert found.probabilities.shape == (len(texts), len(recognizer.labels))
        np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-5)
        right = [recognizer.labels[best].text for best in found.probabilities.argmax(axis=1)]
        # It has learned little for a short time: it has to be far better than chance, and no more.
        assert sum(one == other for one, other in zip(right, texts, strict=True)) >= len(texts) // 2


@pytest.mark.slow
def test_a_recipe_with_context_from_expressions_to_a_model(
    start: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_data(tmp_path / "data", each=20)
    expression_file(root / "sums.jsonl.xz", 160, seed=5)
    sources = [
        {"data": "sums.jsonl.xz", "licence": "none needed", "alphabets": ["digits", "upper"]},
        {"data": "digits.npz", "licence": "none needed", "alphabets": ["digits"], "most": 15},
        {"data": "pictures.npz", "licence": "none needed", "alphabets": ["digits"]},
    ]
    junk = {"groupings": 60, "scribbles": 20}
    recipe = write_recipe(
        tmp_path / "around.json",
        name="around",
        sources=sources,
        surrounded=True,
        strangers=junk,
        epochs=8,
        **QUICK,
    )

    events, code, errors = start("--recipe", str(recipe), "--data-root", str(root)).rest()

    assert (code, errors) == (0, "")
    assert [event["event"] for event in events if event["event"] != "batch"][-1] == "completed"
    epochs = [event for event in events if event["event"] == "epoch"]
    assert epochs[-1]["loss"] < epochs[0]["loss"]
    model = ModelStore().find("around")
    assert (model.card.views, model.card.rejects) == (("raster", "trajectory", "surroundings"), True)
    assert model.card.settings["surrounded"] is True
    # The writers are counted where the source names them.
    assert [source.writers > 0 for source in model.card.data] == [True, True, True]
    assert model.card.data[0].writers < len(WRITERS)
    data = {figure.data for figure in model.card.figures}
    for name in ("digits", "upper"):
        for way in ("", ", in their expressions", ", as pictures"):
            assert f"held-out writers, {name}{way}" in data
    assert "held out of sums.jsonl.xz, upper, in their expressions" in data
    assert "held out of digits.npz, digits, in their expressions" not in data

    # It uses the context, and does without it.
    recognizer = Recognizer(model, "upper")
    strokes = [stroke_of(path) for path in shape("X")]
    beside = [stroke.moved(scale=1.0, dx=150.0, dy=0.0) for stroke in strokes]
    views = (rasterize(strokes), trajectory(strokes), spatial_context(strokes, beside))
    has_context, alone = recognizer.predict(*views), recognizer.predict(*views[:2])
    assert has_context.candidates(1)[0].text == alone.candidates(1)[0].text == "X"
    assert not np.allclose(has_context.probabilities, alone.probabilities, atol=1e-6)

    command = ["evaluate", "--model", "around", "--alphabet", "upper", "--data", str(root / "sums.jsonl.xz")]
    reported = []
    for options in ([], ["--alone"]):
        assert main([*command, "--format", "json", *options]) == 0
        reported.append(json.loads(capsys.readouterr().out))
    assert [item["surrounded"] for item in reported] == [True, False]
    assert reported[0]["accuracy"] > 0.8
    assert reported[0]["calibration_error"] != reported[1]["calibration_error"]
    assert main(command) == 0
    assert "each with its spatial context; --alone leaves that out" in capsys.readouterr().out


@pytest.mark.slow
def test_a_recipe_of_pictures_alone_is_trained_to_its_end(start_warm: Any, tmp_path: Path) -> None:
    root = write_data(tmp_path / "data", each=20)
    sources = [{"data": "pictures.npz", "licence": "none needed", "alphabets": ["digits"]}]
    recipe = write_recipe(
        tmp_path / "seen.json",
        name="seen",
        alphabets=["digits"],
        sources=sources,
        strangers={},
        expressions="",
        **QUICK,
    )

    events, code, errors = start_warm("--recipe", str(recipe), "--data-root", str(root)).rest()

    # A picture cannot be given as a picture once more.
    assert (events[-1]["event"], code, errors) == ("completed", 0, "")
    card = ModelStore().find("seen").card
    assert not any("as pictures" in figure.data for figure in card.figures)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.usefixtures("little_mnist")
def test_glyphs_are_compared_with_their_own_alphabet_and_later_only_likely_labels_are_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_data(tmp_path / "data", each=15)
    sources = [
        {"data": "digits.npz", "licence": "none needed", "alphabets": ["digits"], "repeat": 4},
        {"data": "capitals.npz", "licence": "none needed", "alphabets": ["upper"]},
    ]
    # A network that learns next to nothing goes on guessing.
    change: dict[str, Any] = {"sources": sources, "strangers": {}, "expressions": "", "learning_rate": 1e-9}
    recipe = write_recipe(tmp_path / "tiny.json", epochs=4, label_smoothing=0.0, **change)
    settings = settings_of({**NOTHING, "recipe": str(recipe), "data_root": str(root)}, resume=False)
    # No label is ever as probable as that.
    monkeypatch.setattr(recipetrainer, "DOUBT_BELOW", 1.01)
    reported: list[dict[str, Any]] = []

    run, _ = make_run(settings, report=reported.append)
    run.prepare(resume=False)
    outcome = run.train()

    assert outcome.event == "completed"
    epochs = [event for event in reported if event["event"] == "epoch"]
    # Guessing among ten digits and junk, seldom among 26 capitals and junk; never among all 37.
    assert np.log(11) - 0.1 < epochs[0]["loss"] < np.log(27)
    assert epochs[0]["validation_loss"] > np.log(37) - 0.2
    assert recipetrainer.DOUBT_AFTER * 4 < 2
    assert [event["loss"] for event in epochs[1:]] == [0.0, 0.0, 0.0]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.usefixtures("little_mnist")
def test_a_restart_goes_on_from_the_mean_of_the_weights_with_a_lower_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_data(tmp_path / "data", each=15)
    sources = [
        {"data": "digits.npz", "licence": "none needed", "alphabets": ["digits"], "repeat": 4},
        {"data": "capitals.npz", "licence": "none needed", "alphabets": ["upper"]},
    ]
    change: dict[str, Any] = {"sources": sources, "strangers": {}, "expressions": "", "learning_rate": 0.002}
    recipe = write_recipe(tmp_path / "tiny.json", epochs=4, restart_after=[2], **change)
    settings = settings_of({**NOTHING, "recipe": str(recipe), "data_root": str(root)}, resume=False)
    run, trainer = make_run(settings)
    run.prepare(resume=False)
    rates: list[float] = []
    taken: list[int] = []
    begins_with_mean: list[bool] = []
    plain = WarmRestarts.rate

    def watched(rounds: WarmRestarts, epochs: float) -> float:
        rates.append(plain(rounds, epochs))
        taken.append(int(np.asarray(trainer._network.optimizer.iterations)))
        weights = zip(trainer._network.get_weights(), trainer.mean.weights, strict=False)
        begins_with_mean.append(bool(trainer.mean.weights) and all(np.array_equal(one, mean) for one, mean in weights))
        return rates[-1]

    monkeypatch.setattr(WarmRestarts, "rate", watched)
    assert run.train().event == "completed"

    half = len(rates) // 2
    assert max(rates[:half]) == pytest.approx(0.002, rel=0.1)
    assert rates[half - 1] < 0.002 * 0.1
    assert max(rates[half:]) == pytest.approx(max(rates[:half]) * recipetrainer.RESTART_RATE, rel=0.05)
    assert rates[-1] < 0.002 * recipetrainer.RESTART_RATE * 0.1
    assert taken == [*range(half), *range(half)]
    assert begins_with_mean[half]
    assert not begins_with_mean[half - 1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"batch_size": 5000}, "fewer than the 5,000 of a batch"), ({"held_out": 0.0}, "holds out no glyph of digits")],
)
def test_a_set_that_cannot_be_trained_or_calibrated_is_reported_before_the_training(
    start_warm: Any, tmp_path: Path, home: Path, change: dict[str, Any], sentence: str
) -> None:
    root = write_data(tmp_path / "data", each=2)
    recipe = write_recipe(tmp_path / "tiny.json", strangers={}, expressions="", **change)

    events, code, errors = start_warm("--recipe", str(recipe), "--data-root", str(root)).rest()

    assert code == 1
    assert [event["event"] for event in events] == ["failed"]
    assert sentence in events[0]["message"]
    assert errors.strip().count("\n") == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--recipe", "digits"], "needs --data-root"),
        (["--recipe", "soup", "--data-root", "."], "no recipe “soup”; there is: digit-drawings, "),
        (["--recipe", "soup"], "no recipe “soup”"),
        (["--recipe", "none.json", "--data-root", "."], "“none.json” cannot be read"),
        (["--recipe", "glyph-pictures", "--data-root", "nowhere"], "needs “unipen/unipen_digits.npz” in “"),
        (
            ["--recipe", "digits", "--data-root", "."],
            "with “digit-pictures”, which is not in the library: train it first",
        ),
        (["--recipe", "digits", "--data-root", ".", "--architecture", "cnn"], "The recipe decides --architecture"),
        (["--recipe", "digits", "--data-root", ".", "--data", "mnist"], "The recipe decides --data"),
        (["--recipe", "digits", "--data-root", ".", "--batch-size", "9"], "The recipe decides --batch-size"),
        (["--recipe", "digits", "--data-root", ".", "--learning-rate", "0.1"], "The recipe decides --learning-rate"),
        (["--recipe", "digits", "--data-root", ".", "--augment"], "The recipe decides --augment"),
        (["--recipe", "digits", "--data-root", ".", "--name", "../up"], "will not do"),
        (["--recipe", "digits", "--data-root", ".", "--resume"], "no unfinished training “digits”"),
        (["--recipe", "soup", "--data-root", ".", "--resume"], "no recipe “soup”"),
    ],
)
def test_wrong_usage_is_reported_in_one_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *arguments]) == 1

    reported = capsys.readouterr()
    assert reported.out == ""
    assert words in reported.err
    assert reported.err.count("\n") == 1


def test_a_damaged_recipe_is_reported_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = write_recipe(tmp_path / "spoilt.json", epochs="many")

    assert main(["train", "--recipe", str(recipe), "--data-root", str(tmp_path)]) == 1

    assert "spoilt.json” is damaged: “epochs” is many" in capsys.readouterr().err


def test_the_recipe_decides_but_for_name_epochs_and_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_recipe(tmp_path / "tiny.json")
    monkeypatch.chdir(tmp_path)
    asked = {**NOTHING, "recipe": "tiny.json", "data_root": "data"}

    found = settings_of(asked, resume=False)

    assert (found.name, found.architecture, found.epochs, found.batch_size, found.seed) == (
        "tiny",
        "views",
        2,
        32,
        3,
    )
    assert found.data == ("digits.npz", "capitals.npz", "pictures.npz")
    # They mean the same from any folder.
    assert (found.recipe, found.data_root) == (str(tmp_path / "tiny.json"), str(tmp_path / "data"))
    assert settings_of({**asked, "epochs": 7, "seed": 4, "name": "mine"}, resume=False) == replace(
        found, epochs=7, seed=4, name="mine"
    )
    assert settings_of({**NOTHING, "recipe": "digits", "data_root": "."}, resume=False).recipe == "digits"


def test_the_file_of_a_recipe_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_recipe(tmp_path / "tiny.json")
    read: list[Path] = []

    def count(file: Path, limit: int) -> bytes:
        read.append(file)
        return read_limited(file, limit)

    monkeypatch.setattr("digitvision.training.recipes.recipe.read_limited", count)
    asked = {**NOTHING, "recipe": str(path), "data_root": str(tmp_path)}
    request = training_request(asked, resume=False)
    trainer_for(request, ModelStore())
    assert read == [path]

    save_checkpoint(_checkpoint(request.settings))
    for options in (asked, {**NOTHING, "name": "tiny"}):
        read.clear()
        trainer_for(training_request(options, resume=True), ModelStore())
        assert read == [path]


def test_a_recipe_s_training_is_resumed_by_its_name_or_its_recipe(tmp_path: Path) -> None:
    recipe = str(write_recipe(tmp_path / "tiny.json"))
    asked = {**NOTHING, "recipe": recipe, "data_root": str(tmp_path)}
    begun = settings_of(asked, resume=False)
    save_checkpoint(_checkpoint(begun))

    assert settings_of({**NOTHING, "name": "tiny"}, resume=True) == begun
    assert settings_of(asked, resume=True) == begun
    assert settings_of({**asked, "epochs": 5}, resume=True) == replace(begun, epochs=5)
    other = str(shutil.copy(recipe, tmp_path / "other.json"))
    with pytest.raises(Fault, match="“tiny” began with another --recipe"):
        settings_of({**asked, "recipe": other}, resume=True)
    # Data may have moved; whether it is the same is asked of the data.
    moved = settings_of({**asked, "data_root": str(tmp_path / "moved")}, resume=True)
    assert moved == replace(begun, data_root=str(tmp_path / "moved"))


def _checkpoint(settings: Settings) -> Checkpoint:
    return Checkpoint(settings=settings, fingerprint=0, history=(), best_epoch=0, network=[], optimizer=[], best=[])
