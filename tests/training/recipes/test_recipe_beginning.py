"""A recipe whose network begins with what a model of the library has learned."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from digitvision.faults import Fault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.training.networks.conversion import keras_network
from digitvision.training.run.checkpoint import Settings
from tests.training.recipes.made_recipes import write_data, write_recipe
from tests.training.runs import make_run, settings_of

NOTHING: Final = dict.fromkeys(Settings.__dataclass_fields__)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
def test_a_recipe_begins_with_what_a_model_has_learned(tmp_path: Path) -> None:
    root = write_data(tmp_path / "data", each=15)
    settings: dict[str, Any] = {**NOTHING, "data_root": str(root)}
    trainers = []
    for name in ("digits", ""):
        # As wide as the shipped networks.
        change: dict[str, Any] = {"strangers": {}, "expressions": "", "width": 24, "begins_with": name}
        recipe = write_recipe(tmp_path / f"begins_{name}.json", **change)
        run, trainer = make_run(settings_of({**settings, "recipe": str(recipe)}, resume=False))
        run.prepare(resume=False)
        trainers.append(trainer)

    begun, new = (trainer._network.get_layer("raster6").get_weights()[0] for trainer in trainers)
    shipped = keras_network(ModelStore().find("digits")).get_layer("raster6").get_weights()[0]
    np.testing.assert_array_equal(begun, shipped)
    assert not np.array_equal(new, shipped)


def test_a_recipe_that_begins_with_a_missing_model_is_reported(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path / "tiny.json", begins_with="nobody")
    settings = settings_of({**NOTHING, "recipe": str(recipe), "data_root": str(tmp_path)}, resume=False)

    with pytest.raises(Fault, match="nobody"):
        make_run(settings)
