"""A network that grows: it answers as before, learns with what is new, and a recipe's training has it grow in time."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.faults import Fault
from digitvision.recognition.modelstore import ModelStore
from digitvision.training.checkpoint import Settings
from digitvision.training.control import Control
from digitvision.training.growth import take_narrower
from digitvision.training.kerasstart import import_keras
from digitvision.training.process import settings_of
from digitvision.training.recipe import Growth, load_recipe
from digitvision.training.recipetrainer import RecipeTrainer
from digitvision.training.transfer import base_network
from digitvision.training.views import build_views
from tests.training.recipes import NO_STRANGERS, write_data, write_recipe

pytestmark = [
    pytest.mark.slow,
    # Keras's own, under NumPy 2.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
]

NOTHING = dict.fromkeys(Settings.__dataclass_fields__)


@pytest.fixture(scope="module")
def keras() -> Any:
    found = import_keras()
    found.utils.set_random_seed(3)
    return found


def _views(network: Any, count: int = 12) -> dict[str, Any]:
    generator = np.random.default_rng(4)
    return {view.name: generator.random((count, *view.shape[1:])).astype(np.float32) for view in network.inputs}


def _unlike_new(network: Any) -> Any:
    """The network with no weight left at what it begins with."""
    generator = np.random.default_rng(5)
    for layer in network.layers:
        if layer.trainable_weights:
            layer.set_weights([weight + generator.uniform(0.01, 0.1, weight.shape) for weight in layer.get_weights()])
    return network


@pytest.mark.parametrize("surrounded", [True, False])
def test_a_wider_network_answers_as_the_narrower_one_whose_weights_it_took(keras: Any, surrounded: bool) -> None:
    narrow = _unlike_new(build_views(11, width=4, joint=16, surrounded=surrounded))
    wide = build_views(11, width=6, joint=20, surrounded=surrounded)
    views = _views(narrow)
    expected = np.asarray(narrow.predict_on_batch(views))
    assert np.abs(np.asarray(wide.predict_on_batch(views)) - expected).max() > 0.01

    take_narrower(wide, narrow)

    assert wide.count_params() > narrow.count_params()
    np.testing.assert_allclose(np.asarray(wide.predict_on_batch(views)), expected, atol=1e-6)


def test_what_is_new_in_a_wider_network_learns(keras: Any) -> None:
    narrow = _unlike_new(build_views(11, width=4, joint=16))
    wide = build_views(11, width=6, joint=20)
    take_narrower(wide, narrow)
    before = [np.array(weight) for weight in wide.get_layer("raster3").get_weights()]
    wide.compile(optimizer=keras.optimizers.SGD(0.5), loss="sparse_categorical_crossentropy")

    for _ in range(3):
        wide.train_on_batch(_views(wide), np.arange(12) % 11)

    # At first no old channel listens to a new one; then it begins to, and what it hears gets better.
    (kernel,) = wide.get_layer("raster3").get_weights()
    assert not before[0][:, :, 8:, :8].any()
    assert (kernel[:, :, 8:, :8] != 0).any()
    assert (kernel[..., 8:] != before[0][..., 8:]).any()


def test_a_network_of_other_layers_or_more_channels_is_refused(keras: Any) -> None:
    with pytest.raises(ValueError, match="not a wider network"):
        take_narrower(build_views(11, width=6, joint=16), build_views(11, width=4, joint=16, surrounded=True))
    with pytest.raises(ValueError, match="not a wider network"):
        take_narrower(build_views(11, width=4, joint=20), build_views(11, width=6, joint=16))


def test_a_recipe_says_when_its_network_grows(tmp_path: Path) -> None:
    growth = {"after": 2, "width": 32, "joint": 200}

    recipe = load_recipe(str(write_recipe(tmp_path / "r.json", restart_after=[2], grows=growth)))

    assert recipe.grows == Growth(after=2, width=32, joint=200)
    for change, sentence in (
        ({"restart_after": [3], "grows": growth}, "it grows after epoch 2, where no learning rate begins anew"),
        ({"restart_after": [2], "grows": {**growth, "width": 4}}, "“width” is 4, not a whole number from 6"),
        ({"restart_after": [2], "grows": {"after": 2}}, "is damaged"),
    ):
        with pytest.raises(Fault, match=sentence):
            load_recipe(str(write_recipe(tmp_path / "r.json", **change)))


@pytest.mark.parametrize("stopped_after", [1, 2])
def test_a_training_has_its_network_grow_and_goes_on_before_and_after_that(
    keras: Any, tmp_path: Path, stopped_after: int
) -> None:
    root = write_data(tmp_path / "data", each=15)
    sources = [{"data": "digits.npz", "licence": "none needed", "alphabets": ["digits"], "repeat": 2}]
    change: dict[str, Any] = {
        "alphabets": ["digits"],
        "sources": sources,
        **NO_STRANGERS,
        "width": 4,
        "joint": 16,
        "restart_after": [1],
        "grows": {"after": 1, "width": 6, "joint": 20},
    }
    recipe = write_recipe(tmp_path / "tiny.json", epochs=3, **change)
    given = {**NOTHING, "recipe": str(recipe), "data_root": str(root), "name": "grown"}

    def kernel() -> Any:
        return base_network(ModelStore().find("grown")).get_layer("raster1").get_weights()[0]

    def trained(*, resume: bool) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        control = Control()

        def report(event: dict[str, Any]) -> None:
            events.append(event)
            if event["event"] == "epoch" and event["epoch"] == stopped_after:
                control.set()

        trainer = RecipeTrainer(settings_of(given, resume=False), store=ModelStore(), report=report, control=control)
        trainer.prepare(resume=resume)
        assert trainer.train().event == ("completed" if resume else "cancelled")
        return [event for event in events if event["event"] == "epoch"]

    assert len(trained(resume=False)) == stopped_after
    assert kernel().shape[-1] == (4 if stopped_after == 1 else 6)
    epochs = trained(resume=True)
    assert [epoch["epoch"] for epoch in epochs] == list(range(stopped_after + 1, 4))
    assert kernel().shape[-1] == 6
    assert ModelStore().find("grown").card.parameters == build_views(11, width=6, joint=20).count_params()
