"""Branches that read pictures only: strokes are read as without them, and a recipe puts them into its network."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.faults import Fault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.models.saving import network_answers, to_half_precision
from digitvision.training.networks.conversion import keras_network
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.networks.multi_view import build_raster, build_views, with_picture_branches
from digitvision.training.networks.transfer import take_weights, transfer_network
from digitvision.training.run.checkpoint import Settings
from tests.training.recipes.made_recipes import NO_JUNK, read_recipe, write_data, write_recipe
from tests.training.runs import make_run, settings_of

pytestmark = [
    pytest.mark.slow,
    # Keras's own, under NumPy 2.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
]

NOTHING: Final = dict.fromkeys(Settings.__dataclass_fields__)
CLASSES: Final = 11
TINY: Final[dict[str, Any]] = {**NO_JUNK, "alphabets": ["digits"]}


@pytest.fixture(scope="module")
def keras() -> Any:
    found = import_keras()
    found.utils.set_random_seed(8)
    return found


def _learned(network: Any, seed: int) -> Any:
    """The network with weights as no new one has them: of batches' means and variances, too."""
    generator = np.random.default_rng(seed)
    for layer in network.layers:
        if layer.trainable_weights:
            layer.set_weights([weight + generator.uniform(0, 0.05, weight.shape) for weight in layer.get_weights()])
    return network


def _glyphs(network: Any, count: int = 9) -> dict[str, NDArray[np.float32]]:
    """Strokes: every trajectory has points that are there, and some that are not."""
    generator = np.random.default_rng(4)
    views = {view.name: generator.random((count, *view.shape[1:])).astype(np.float32) for view in network.inputs}
    views["trajectory"][:, :, 5] = np.arange(64) < 40
    views["trajectory"][:, 40:] = 0
    return views


def _as_pictures(views: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    return {view: values if view == "raster" else np.zeros_like(values) for view, values in views.items()}


@pytest.mark.parametrize("with_context", [True, False])
def test_strokes_are_read_as_before_and_pictures_by_the_mean_of_all(keras: Any, with_context: bool) -> None:
    network = _learned(build_views(CLASSES, width=4, joint=16, with_context=with_context), 1)
    branches = [_learned(build_raster(CLASSES, width=3, joint=8 + number), 2 + number) for number in range(2)]
    strokes = _glyphs(network)
    pictures = _as_pictures(strokes)

    whole = with_picture_branches(network, branches)

    assert [item.name for item in whole.inputs] == [item.name for item in network.inputs]
    np.testing.assert_allclose(network_answers(whole, strokes), network_answers(network, strokes), atol=1e-6)
    answers = [network_answers(network, pictures).astype(np.float64)]
    answers += [network_answers(branch, pictures["raster"]).astype(np.float64) for branch in branches]
    assert np.abs(answers[0] - answers[1]).max() > 0.01
    assert np.abs(answers[1] - answers[2]).max() > 0.01
    mean = np.exp(np.mean(np.log(answers), axis=0))
    mean /= mean.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(network_answers(whole, pictures), mean, atol=1e-5)


def test_a_picture_with_context_is_read_by_the_views_alone(keras: Any) -> None:
    network = _learned(build_views(CLASSES, width=4, joint=16, with_context=True), 1)
    whole = with_picture_branches(network, [_learned(build_raster(CLASSES, width=3, joint=8), 2)])
    pictures = _as_pictures(_glyphs(network))
    # The faintest ink of another glyph, in a single pixel.
    pictures["surroundings"][:, 3, 5, 0] = 0.02

    np.testing.assert_allclose(network_answers(whole, pictures), network_answers(network, pictures), atol=1e-6)


def test_another_network_may_begin_with_one_that_has_such_branches(keras: Any) -> None:
    network = _learned(build_views(CLASSES, width=4, joint=16), 1)
    whole = with_picture_branches(network, [_learned(build_raster(CLASSES, width=3, joint=8), 2)])
    strokes = _glyphs(network)
    features = keras.Model(whole.input, whole.get_layer("all_parts").output)

    found = transfer_network(whole, 4, keep_head=False, freeze=-1)

    assert found.output_shape == (None, 4)
    assert network_answers(found, strokes).shape == (9, 4)
    # Pictures have all branches' features, strokes those of the views only, whatever their shares are.
    for views, branch_seen in ((strokes, False), (_as_pictures(strokes), True)):
        seen = network_answers(features, views)
        assert seen.shape == (9, 16 + 8 + 1)
        assert seen[:, :16].any()
        assert bool(seen[:, 16:].any()) == branch_seen


def test_a_recipe_s_network_begins_with_how_such_a_one_reads_strokes(keras: Any) -> None:
    base = with_picture_branches(
        _learned(build_views(CLASSES, width=4, joint=16), 1), [_learned(build_raster(CLASSES, width=3, joint=8), 2)]
    )
    network, labels = build_views(CLASSES, width=4, joint=16), tuple("0123456789")
    strokes = _glyphs(network)
    expected = network_answers(base, strokes)
    assert np.abs(network_answers(network, strokes) - expected).max() > 0.01

    take_weights(network, labels, base, labels)

    np.testing.assert_allclose(network_answers(network, strokes), expected, atol=1e-6)


def test_weights_in_halves_fit_into_half_precision(keras: Any) -> None:
    network = _learned(build_raster(CLASSES, width=3, joint=8), 2)
    weights = network.get_weights()

    halved = to_half_precision(weights)

    assert any(not np.array_equal(one, other) for one, other in zip(weights, halved, strict=True))
    for before, after in zip(weights, halved, strict=True):
        assert after.dtype == np.float32
        np.testing.assert_allclose(after, before, rtol=2**-10, atol=1e-7)
        if before.ndim > 1:
            np.testing.assert_array_equal(after, after.astype(np.float16))


@pytest.fixture
def trained(keras: Any, little_mnist: None, tmp_path: Path) -> ModelStore:
    """A library with `seen`, trained on pictures, `plain`, and `both`, which reads pictures with `seen`."""
    root = write_data(tmp_path / "data", each=15)
    recipes: dict[str, dict[str, Any]] = {
        "seen": {"architecture": "raster", "width": 4, "joint": 12, "without_trajectory": 0.7, "epochs": 1},
        "plain": {"epochs": 1},
        "both": {"epochs": 1, "pictured_by": ["seen"]},
    }
    for name, change in recipes.items():
        recipe = write_recipe(tmp_path / f"{name}.json", **_digits_only(change))
        settings = settings_of({**NOTHING, "recipe": str(recipe), "data_root": str(root), "name": name}, resume=False)
        run, _ = make_run(settings)
        run.prepare(resume=False)
        assert run.train().event == "completed"
    return ModelStore()


def _digits_only(change: dict[str, Any]) -> dict[str, Any]:
    sources = [
        {"data": f"{name}.npz", "licence": "none needed", "alphabets": ["digits"]} for name in ("digits", "pictures")
    ]
    return {**TINY, "sources": sources, **change}


def test_a_recipe_puts_models_that_learned_from_pictures_into_its_own(trained: ModelStore) -> None:
    seen, plain, both = (trained.find(name) for name in ("seen", "plain", "both"))
    assert seen.card.views == ("raster",)
    assert seen.card.architecture == "raster"
    assert {figure.data for figure in seen.card.figures if figure.name == "accuracy"} >= {
        "held-out writers, digits, as pictures"
    }
    assert both.card.views == ("raster", "trajectory")
    assert both.card.parameters > plain.card.parameters + seen.card.parameters * 0.9
    assert both.card.settings["pictured_by"] == ["seen"]
    # The same recipe but for the pictures: the same network, in half precision.
    generator = np.random.default_rng(1)
    rasters = generator.random((7, 28, 28)).astype(np.float32)
    paths = np.zeros((7, 64, 6), np.float32)
    paths[:, :30] = generator.uniform(-1, 1, (7, 30, 6))
    paths[:, :30, 5] = 1
    outputs = {model.name: Recognizer(model, "digits") for model in (seen, plain, both)}
    np.testing.assert_allclose(
        outputs["both"].outputs(rasters, paths), outputs["plain"].outputs(rasters, paths), atol=0.01
    )
    mean = np.sqrt(outputs["plain"].outputs(rasters) * outputs["seen"].outputs(rasters))
    mean /= mean.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(outputs["both"].outputs(rasters), mean, atol=0.01)
    # Half as long as its weights would be in single precision, and a little for the rest.
    size = len(both.litert())
    assert size < 2 * both.card.parameters + 60_000
    assert keras_network(both).count_params() == both.card.parameters


def test_models_that_cannot_read_its_pictures_are_refused(tmp_path: Path) -> None:
    for name, sentence in (
        ("nobody", "reads pictures with “nobody”, which is not in the library: train it first"),
        ("digits", "“digits” is no model to read pictures with"),
    ):
        recipe = write_recipe(tmp_path / "r.json", **_digits_only({"pictured_by": [name]}))
        settings = settings_of({**NOTHING, "recipe": str(recipe), "data_root": str(tmp_path)}, resume=False)
        with pytest.raises(Fault, match=sentence):
            make_run(settings)


def test_a_network_for_rasters_only_has_no_context_and_no_branches_for_pictures(tmp_path: Path) -> None:
    for change in ({"surrounded": True}, {"pictured_by": ["digits"]}):
        recipe = write_recipe(tmp_path / "r.json", architecture="raster", **change)
        with pytest.raises(Fault, match="looks at rasters only"):
            read_recipe(str(recipe))
