"""The network of several views: its inputs, its fixed layers, and that it can be saved and loaded."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.ink.raster import rasterize
from digitvision.ink.spatial_context import spatial_context
from digitvision.ink.stroke import Stroke
from digitvision.ink.trajectory import Trajectory, trajectory
from digitvision.recognition.alphabets import CLASSES
from digitvision.recognition.models.model_store import LITERT_FILE
from digitvision.training.models.saving import compare_forms, model_files, network_answers, trial
from digitvision.training.networks.fused_adam import fuse_step
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.networks.multi_view import MAP_SIZE, build_views
from digitvision.training.networks.transfer import take_weights
from tests.ink.drawings import DIGITS, line, sample_drawing
from tests.recognition.model_folders import classic_card
from tests.training.recipes.made_recipes import CAPITALS
from tests.training.recipes.made_recipes import shape as shape_of

pytestmark = [
    pytest.mark.slow,
    # Keras's own, under NumPy 2.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
]

MOST_WEIGHTS: Final = 500_000
"""Two megabytes of four bytes each."""

RIGHT, DOWN, LEFT, UP = 0, 2, 4, 6
"""Channels of the direction maps; the slanted ones lie between."""

BEGINNINGS, POINTS_SEEN = 8, 9


@pytest.fixture(scope="module")
def keras() -> Any:
    """Imported as the program imports it: quietly."""
    found = import_keras()
    found.utils.set_random_seed(5)
    return found


@pytest.fixture(scope="module")
def maps_of(keras: Any) -> Any:
    """Gives the direction maps [N, 14, 14, 10] of trajectories."""
    network = build_views(11, width=4, joint=8)
    looking = keras.Model(network.inputs, network.get_layer("maps").output)

    def maps(*paths: Trajectory) -> NDArray[np.float32]:
        views = {"raster": np.zeros((len(paths), 28, 28, 1), np.float32), "trajectory": np.stack(paths)}
        return network_answers(looking, views)

    return maps


def _naive_maps(path: Trajectory) -> NDArray[np.float64]:
    """Draw direction maps point by point; each point is distributed over the four nearest cells."""
    found = np.zeros((MAP_SIZE, MAP_SIZE, 10))
    for x, y, cosine, sine, begins, present in path.tolist():
        # From the glyph's box, 17.6 pixels of the raster's 28 without the pen, to cells of two pixels each.
        column, row = ((14 + 8.8 * value) / 2 - 0.5 for value in (x, y))
        shown = [max(0.0, cosine * math.cos(k * math.pi / 4) + sine * math.sin(k * math.pi / 4)) for k in range(8)]
        shown += [begins, present]
        for left in (math.floor(column), math.floor(column) + 1):
            for top in (math.floor(row), math.floor(row) + 1):
                if present and 0 <= left < MAP_SIZE and 0 <= top < MAP_SIZE:
                    share = (1 - abs(column - left)) * (1 - abs(row - top))
                    found[top, left] += 0.5 * share * np.array(shown)
    return found


def _drawings() -> list[Sequence[Stroke]]:
    capitals = [[Stroke.of(path.tolist()) for path in shape_of(text)] for text in CAPITALS]
    return [*(sample_drawing(digit).strokes for digit in DIGITS), *capitals, [line((3, 4))]]


@pytest.mark.parametrize("with_context", [False, True])
def test_views_go_in_by_their_names_and_probabilities_come_out(keras: Any, with_context: bool) -> None:
    network = build_views(11, width=4, joint=8, with_context=with_context)

    shapes = {item.name: tuple(item.shape) for item in network.inputs}
    expected = {"raster": (None, 28, 28, 1), "trajectory": (None, 64, 6), "surroundings": (None, 24, 24, 2)}
    if not with_context:
        del expected["surroundings"]
    assert shapes == expected
    assert network.output_shape == (None, 11)
    generator = np.random.default_rng(0)
    views = {name: generator.random((5, *shape[1:]), np.float32) for name, shape in shapes.items()}
    answers = network_answers(network, views)
    assert answers.dtype == np.float32
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)
    # Every view has a say.
    for name in shapes:
        others = network_answers(network, {**views, name: np.zeros_like(views[name])})
        assert not np.allclose(others, answers, atol=1e-6)


def test_the_network_is_small_enough_to_ship(keras: Any, tmp_path: Path) -> None:
    network = build_views(len(CLASSES["all"]) + 1, with_context=True)

    files = model_files(network, tmp_path)

    weights, size = network.count_params(), len(files[LITERT_FILE])
    print(f"\nthree views, {len(CLASSES['all'])} classes: {weights:,} weights, {size / 1e6:.2f} MB as LiteRT")
    assert weights <= MOST_WEIGHTS
    assert size <= 2 * 2**20


def test_width_and_joint_make_it_larger_and_the_context_only_a_little(keras: Any) -> None:
    small = build_views(11, width=4, joint=8).count_params()

    assert build_views(11, width=8, joint=8).count_params() > 2 * small
    assert build_views(11, width=4, joint=16).count_params() > small
    with_third_view = build_views(11, with_context=True).count_params() - build_views(11).count_params()
    assert 0 < with_third_view < 0.1 * build_views(11).count_params()


def test_a_missing_trajectory_leaves_all_maps_empty(maps_of: Any) -> None:
    found = maps_of(np.zeros((64, 6), np.float32), trajectory([line((0, 0), (1, 1))]))

    assert found.shape == (2, MAP_SIZE, MAP_SIZE, 10)
    assert not found[0].any()
    assert found[1].any()


def test_maps_are_those_of_a_loop_over_the_points(maps_of: Any) -> None:
    paths = [trajectory(strokes) for strokes in _drawings()]

    for found, path in zip(maps_of(*paths), paths, strict=True):
        np.testing.assert_allclose(found, _naive_maps(path), atol=1e-4)


def test_points_outside_of_the_glyph_s_box_are_in_the_maps_or_nowhere(maps_of: Any) -> None:
    path = trajectory(sample_drawing(3).strokes)
    # Batches are turned, slanted and enlarged.
    larger = path * np.array([1.3, 1.7, 1, 1, 1, 1], np.float32)

    np.testing.assert_allclose(maps_of(larger)[0], _naive_maps(larger), atol=1e-4)


@pytest.mark.parametrize(
    ("ends", "direction"),
    [
        (((0, 50), (100, 50)), RIGHT),
        (((50, 0), (50, 100)), DOWN),
        (((100, 50), (0, 50)), LEFT),
        (((50, 100), (50, 0)), UP),
        (((0, 0), (100, 100)), RIGHT + 1),
        (((100, 0), (0, 100)), DOWN + 1),
    ],
)
def test_a_straight_stroke_is_drawn_in_the_map_of_its_direction_and_at_its_position(
    maps_of: Any, ends: tuple[tuple[int, int], tuple[int, int]], direction: int
) -> None:
    ((found),) = maps_of(trajectory([line(*ends)]))

    amounts = found[:, :, :8].sum(axis=(0, 1))
    # Half of all points but the first, which has no direction; its neighbours see it slanted.
    assert amounts[direction] == pytest.approx(63 / 2, abs=1e-3)
    for beside in (direction - 1, direction + 1):
        assert amounts[beside % 8] == pytest.approx(63 / 2 * math.sqrt(0.5), abs=1e-3)
    for other in range(8):
        if other not in {direction, (direction - 1) % 8, (direction + 1) % 8}:
            assert found[:, :, other].max() < 1e-5
    assert found[:, :, BEGINNINGS].sum() == pytest.approx(0.5, abs=1e-5)
    assert found[:, :, POINTS_SEEN].sum() == pytest.approx(32, abs=1e-3)
    # Seven cells, from pixel 5.2 to 22.8, where the raster has the stroke as well.
    lit = np.argwhere(found[:, :, direction] > 1e-3)
    raster = rasterize([line(*ends)])
    covered = np.argwhere(raster.reshape(14, 2, 14, 2).max(axis=(1, 3)) > 0.1)
    assert np.ptp(lit, axis=0).max() == pytest.approx(9, abs=1)
    for cell in lit:
        assert np.abs(covered - cell).max(axis=1).min() <= 1


@pytest.mark.parametrize("text", ["0", "8", "X"])
def test_maps_lie_on_the_raster(maps_of: Any, text: str) -> None:
    strokes = [Stroke.of(path.tolist()) for path in shape_of(text)]
    raster = rasterize(strokes).reshape(14, 2, 14, 2).mean(axis=(1, 3))
    seen = np.minimum(maps_of(trajectory(strokes))[0, :, :, POINTS_SEEN], 1)

    def likeness(right: int, down: int) -> float:
        moved = np.roll(seen, (down, right), axis=(0, 1))
        return float(np.corrcoef(moved.ravel(), raster.ravel())[0, 1])

    # A raster has its mass in the middle, the maps the box: in these less than a cell from each other.
    best = max(((right, down) for right in range(-3, 4) for down in range(-3, 4)), key=lambda by: likeness(*by))
    assert max(map(abs, best)) <= 1
    assert likeness(*best) > 0.7


def test_a_beginning_is_where_the_pen_came_down(maps_of: Any) -> None:
    ((found),) = maps_of(trajectory([line((0, 0), (0, 100)), line((100, 100), (100, 0))]))

    begins = found[:, :, BEGINNINGS]
    assert begins[:4, :4].sum() == pytest.approx(0.5, abs=1e-5)
    assert begins[-4:, -4:].sum() == pytest.approx(0.5, abs=1e-5)
    assert begins.sum() == pytest.approx(1, abs=1e-5)


def test_training_leaves_the_drawing_of_maps_as_it_is(keras: Any, maps_of: Any) -> None:
    network = build_views(3, width=4, joint=8)
    paths = np.stack([trajectory(strokes) for strokes in _drawings()])
    generator = np.random.default_rng(0)
    views = {"raster": generator.random((len(paths), 28, 28, 1), np.float32), "trajectory": paths}
    fixed = {"directions", *(f"{way}_{side}" for way in ("across", "down") for side in ("after", "before"))}
    before = {name: network.get_layer(name).get_weights() for name in fixed}
    plain = network_answers(network, views)

    # As trainings are compiled, which takes a third of the time of Keras's usual way.
    optimizer = fuse_step(keras.optimizers.Adam(0.1))
    network.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", jit_compile=False)
    network.fit(views, np.arange(len(paths)) % 3, epochs=2, verbose=0)

    assert not np.allclose(network_answers(network, views), plain, atol=1e-3)
    for name, weights in before.items():
        for one, other in zip(weights, network.get_layer(name).get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("with_context", [False, True])
def test_a_saved_network_answers_the_same_in_both_forms(keras: Any, tmp_path: Path, with_context: bool) -> None:
    network = build_views(11, width=6, joint=12, with_context=with_context)
    drawings = _drawings()
    rasters = np.array([rasterize(strokes) for strokes in drawings])
    paths = np.array([trajectory(strokes) for strokes in drawings])
    beside = [[stroke.moved(scale=0.5, dx=600, dy=90) for stroke in strokes] for strokes in drawings]
    contexts = np.array([spatial_context(strokes, others) for strokes, others in zip(drawings, beside, strict=True)])
    # As trained: neither means nor scales are what they begin with.
    generator = np.random.default_rng(1)
    for weight in network.trainable_variables:
        weight.assign(np.asarray(weight) + generator.normal(0, 0.05, weight.shape))
    views = {"raster": rasters[..., None], "trajectory": paths, **({"surroundings": contexts} if with_context else {})}
    expected = network_answers(network, views)

    network.save(tmp_path / "saved.keras")
    loaded = keras.saving.load_model(tmp_path / "saved.keras", compile=False, safe_mode=True)
    np.testing.assert_allclose(network_answers(loaded, views), expected, atol=1e-6)

    workplace = tmp_path / "work"
    files = model_files(network, workplace)
    names = ("raster", "trajectory", "surroundings")[: 2 + with_context]
    card = replace(classic_card("trial"), views=names, rejects=True)
    recognizer = trial(card, files, workplace)
    assert compare_forms(network, recognizer, rasters, paths, contexts if with_context else None) < 1e-4
    assert compare_forms(network, recognizer, rasters) < 1e-4
    outputs = recognizer.outputs(rasters, paths, contexts)
    np.testing.assert_allclose(outputs, expected, atol=1e-4)
    assert np.abs(outputs - recognizer.outputs(rasters)).max() > 1e-3


def test_a_network_takes_the_weights_of_one_with_more_classes_and_views() -> None:
    keras = import_keras()
    keras.utils.set_random_seed(4)
    base_labels, labels = ("A", "2", "1", "B"), ("1", "2", "7")
    base = build_views(len(base_labels) + 1, width=8, joint=16, with_context=True)
    network = build_views(len(labels) + 1, width=8, joint=16)
    before = network.get_layer("answers").get_weights()

    given = take_weights(network, labels, base, base_labels)

    assert given == sum(bool(layer.trainable_weights) for layer in network.layers)
    for name in ("raster4", "path3", "joint_norm"):
        for own, taken in zip(network.get_layer(name).get_weights(), base.get_layer(name).get_weights(), strict=True):
            np.testing.assert_array_equal(own, taken)
    # The views that both have come first.
    joint, wider = network.get_layer("joint").get_weights()[0], base.get_layer("joint").get_weights()[0]
    assert len(wider) > len(joint)
    np.testing.assert_array_equal(joint, wider[: len(joint)])
    for own, old, taken in zip(
        network.get_layer("answers").get_weights(), before, base.get_layer("answers").get_weights(), strict=True
    ):
        np.testing.assert_array_equal(own[..., [0, 1, 3]], taken[..., [2, 1, 4]])
        np.testing.assert_array_equal(own[..., 2], old[..., 2])


def test_layers_of_another_size_are_left_as_they_are() -> None:
    keras = import_keras()
    keras.utils.set_random_seed(5)
    network, base = build_views(4, width=8, joint=16), build_views(4, width=8, joint=24)
    joint, answers = network.get_layer("joint").get_weights(), network.get_layer("answers").get_weights()

    take_weights(network, ("1", "2", "7"), base, ("1", "2", "7"))

    for layer, before in (("joint", joint), ("answers", answers)):
        for own, old in zip(network.get_layer(layer).get_weights(), before, strict=True):
            np.testing.assert_array_equal(own, old)
    taken = base.get_layer("raster1").get_weights()[0]
    np.testing.assert_array_equal(network.get_layer("raster1").get_weights()[0], taken)
