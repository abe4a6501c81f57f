"""A network between two: its weights, what its normalizing layers measure anew, and that a recipe's model is one."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.faults import Fault
from digitvision.recognition.modelstore import ModelStore
from digitvision.training.checkpoint import Settings
from digitvision.training.control import Control
from digitvision.training.interpolation import between, measure_norms
from digitvision.training.kerasstart import import_keras
from digitvision.training.process import settings_of
from digitvision.training.recipe import load_recipe
from digitvision.training.recipetrainer import RecipeTrainer
from digitvision.training.transfer import base_network
from tests.training.recipes import NO_STRANGERS, write_data, write_recipe

NOTHING = dict.fromkeys(Settings.__dataclass_fields__)


def test_weights_between_two_networks_are_that_far_on_the_way() -> None:
    before, after = [np.array([0.0, 2.0], np.float32)], [np.array([1.0, 4.0], np.float32)]

    assert between(before, after, 0.25)[0].tolist() == [0.25, 2.5]
    assert between(before, after, 1.0)[0].tolist() == [1.0, 4.0]
    assert before[0].tolist() == [0.0, 2.0]


@pytest.mark.slow
def test_layers_that_normalize_measure_the_mean_over_all_batches() -> None:
    keras = import_keras()
    inputs = keras.Input((3,))
    network = keras.Model(inputs, keras.layers.BatchNormalization(name="norm")(inputs))
    generator = np.random.default_rng(2)
    batches = [generator.normal(place, 2.0, (50, 3)).astype(np.float32) for place in (1.0, 5.0)]

    measure_norms(network, batches)

    norm = network.get_layer("norm")
    np.testing.assert_allclose(norm.moving_mean, np.mean([batch.mean(axis=0) for batch in batches], axis=0), rtol=1e-5)
    np.testing.assert_allclose(
        norm.moving_variance, np.mean([batch.var(axis=0) for batch in batches], axis=0), rtol=1e-4
    )
    assert norm.momentum == 0.99


def test_a_recipe_that_has_nothing_to_interpolate_with_is_refused(tmp_path: Path) -> None:
    assert load_recipe(str(write_recipe(tmp_path / "r.json"))).interpolation == 1
    assert (
        load_recipe(str(write_recipe(tmp_path / "r.json", interpolation=0.5, restart_after=[2]))).interpolation == 0.5
    )
    for change, sentence in (
        ({"interpolation": 0.5}, "its only round begins with weights that know nothing"),
        ({"interpolation": 0, "restart_after": [2]}, "“interpolation” is 0"),
        ({"interpolation": 1.5}, "“interpolation” is 1.5"),
    ):
        with pytest.raises(Fault, match=sentence):
            load_recipe(str(write_recipe(tmp_path / "r.json", **change)))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
def test_a_recipes_model_lies_between_its_last_rounds_beginning_and_end(tmp_path: Path) -> None:
    root = write_data(tmp_path / "data", each=15)
    sources = [{"data": "digits.npz", "licence": "none needed", "alphabets": ["digits"], "repeat": 2}]
    change: dict[str, Any] = {"alphabets": ["digits"], "sources": sources, **NO_STRANGERS, "width": 4, "joint": 16}
    recipe = write_recipe(tmp_path / "tiny.json", epochs=3, restart_after=[1], interpolation=0.25, **change)
    given = {**NOTHING, "recipe": str(recipe), "data_root": str(root), "name": "between"}

    def trained(*, resume: bool, stop_after: int) -> RecipeTrainer:
        control = Control()

        def report(event: dict[str, Any]) -> None:
            if event["event"] == "epoch" and event["epoch"] == stop_after:
                control.set()

        trainer = RecipeTrainer(settings_of(given, resume=False), store=ModelStore(), report=report, control=control)
        trainer.prepare(resume=resume)
        trainer.train()
        return trainer

    def kernel(trainer: RecipeTrainer, weights: Any) -> Any:
        network = trainer._built()
        network.set_weights(weights)
        return network.get_layer("raster1").get_weights()[0]

    first = trained(resume=False, stop_after=2)
    begun = kernel(first, first._begun)
    # Picked up in the midst of a round, that round's beginning is known.
    last = trained(resume=True, stop_after=0)
    np.testing.assert_array_equal(kernel(last, last._begun), begun)
    saved = base_network(ModelStore().find("between")).get_layer("raster1").get_weights()[0]
    came_to = kernel(last, last._mean.weights)
    assert np.abs(came_to - begun).max() > 1e-3
    np.testing.assert_allclose(saved, begun + 0.25 * (came_to - begun), rtol=1e-3, atol=1e-5)
