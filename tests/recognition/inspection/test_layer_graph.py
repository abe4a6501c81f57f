"""The inputs of each layer, the order and lanes in which they are drawn, and their cost."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from digitvision.recognition.inspection.layer_cost import multiply_adds
from digitvision.recognition.inspection.layer_graph import FlowRow, LayerInputs, flow, layer_inputs
from digitvision.recognition.models.model_card import Layer
from digitvision.recognition.models.model_store import KERAS_FILE, Model, ModelStore
from tests.recognition.model_folders import classic_card, classic_files

MODELS = ("classic", "digits", "glyphs")


def test_a_plain_sequence_is_one_lane() -> None:
    inputs = layer_inputs(ModelStore().find("classic"))

    assert list(inputs.items())[:3] == [("conv1", ()), ("pool1", ("conv1",)), ("conv2", ("pool1",))]
    rows = flow(inputs)
    assert [row.name for row in rows] == list(inputs)
    assert {(row.lane, row.through) for row in rows} == {(0, ())}
    assert [row.goes_on for row in rows] == [True] * (len(rows) - 1) + [False]


def test_branches_are_read_from_the_network_s_plan() -> None:
    inputs = layer_inputs(ModelStore().find("glyphs"))

    assert inputs["raster3_sum"] == ("raster2_relu", "raster3_relu")
    assert set(inputs["together"]) == {"seen", "followed", "around_relu"}
    assert [name for name, given in inputs.items() if not given] == ["trajectory", "raster", "surroundings"]


def test_a_shortcut_passes_by_and_joins_again() -> None:
    rows = flow({"a": (), "b": ("a",), "c": ("b",), "sum": ("a", "c"), "end": ("sum",)})

    assert rows == (
        FlowRow("a", 0, (), (), True),
        FlowRow("b", 1, (0,), (0,), True),
        FlowRow("c", 1, (0,), (1,), True),
        FlowRow("sum", 0, (), (0, 1), True),
        FlowRow("end", 0, (), (0,), False),
    )


def test_branches_come_one_after_the_other() -> None:
    rows = flow({"left": (), "right": (), "left2": ("left",), "right2": ("right",), "both": ("left2", "right2")})

    assert [row.name for row in rows] == ["left", "left2", "right", "right2", "both"]
    assert [row.lane for row in rows] == [0, 0, 1, 1, 0]
    assert rows[2].through == (0,)


@pytest.mark.parametrize("name", MODELS)
def test_the_lanes_of_each_row_are_those_of_the_row_above(name: str) -> None:
    inputs = layer_inputs(ModelStore().find(name))
    rows = flow(inputs)

    assert sorted(row.name for row in rows) == sorted(inputs)
    held: dict[int, str] = {}
    for row in rows:
        # The lanes that lead into a layer are those of its inputs.
        assert {held[lane] for lane in row.joins} == set(inputs[row.name])
        assert set(row.through) <= set(held)
        assert row.lane not in row.through
        held = {lane: held[lane] for lane in row.through}
        if row.goes_on:
            held[row.lane] = row.name
    assert held == {}


def _with_plan(folder: Path, plan: bytes | None) -> Model:
    """Return the classic model with another plan in its Keras file."""
    path = folder / KERAS_FILE
    with zipfile.ZipFile(path, "w") as archive:
        if plan is not None:
            archive.writestr("config.json", plan)
    return ModelStore(user=folder / "models").save(
        classic_card("spoilt"), {**classic_files(), KERAS_FILE: path.read_bytes()}
    )


@pytest.mark.parametrize(
    "plan",
    [None, b"", b"[1, 2", b"[]", b'{"config": {"layers": [{"config": 3}]}}', b"[" * 100_000, b'{"config": 0}'],
)
def test_without_a_plan_each_layer_follows_the_one_before(tmp_path: Path, plan: bytes | None) -> None:
    inputs = layer_inputs(_with_plan(tmp_path, plan))

    assert list(inputs.values()) == [(), *((name,) for name in list(inputs)[:-1])]


def test_a_plan_with_a_cycle_ends(tmp_path: Path) -> None:
    names = [layer.name for layer in classic_card().layers]
    histories = ", ".join(f'{{"keras_history": ["{name}", 0, 0]}}' for name in names)
    layers = ", ".join(f'{{"config": {{"name": "{name}"}}, "inbound_nodes": [{histories}]}}' for name in names)

    inputs = layer_inputs(_with_plan(tmp_path, f'{{"config": {{"layers": [{layers}]}}}}'.encode()))

    assert [row.name for row in flow(inputs)] == names


def test_a_missing_keras_file_does_no_harm() -> None:
    model = ModelStore().find("classic")

    assert layer_inputs(replace(model, folder=model.folder / "nowhere")) == layer_inputs(model)


def _cost(layer: Layer, given: int) -> int:
    source = Layer("source", "InputLayer", (9, 9, given), 0)
    inputs: LayerInputs = {"source": (), layer.name: ("source",)}
    return multiply_adds((source, layer), inputs)[layer.name]


@pytest.mark.parametrize(
    ("kind", "shape", "parameters", "detail", "given", "expected"),
    [
        ("Dense", (10,), 128 * 10 + 10, "", 128, 1280),
        ("Dense", (10,), 128 * 10, "", 128, 1280),
        ("Dense", (64, 14), 98, "", 6, 64 * 14 * 6),
        ("Conv2D", (26, 26, 32), 320, "32 filters 3×3, relu", 1, 26 * 26 * 32 * 9),
        ("Conv2D", (7, 7, 24), 24 * 16 + 24, "24 filters 1×1", 16, 49 * 24 * 16),
        ("Conv2D", (7, 7, 24), 24 * 16, "24 filters 1×1", 16, 49 * 24 * 16),
        ("Conv1D", (32, 96), 5 * 48 * 96, "96 filters 5", 48, 32 * 5 * 48 * 96),
        ("DepthwiseConv2D", (4, 4, 120), 9 * 120 + 120, "", 120, 16 * 9 * 120),
        ("DepthwiseConv2D", (1, 1, 120), 16 * 120, "", 120, 16 * 120),
        ("SeparableConv2D", (5, 5, 64), 32 * 9 + 32 * 64 + 64, "64 filters 3×3", 32, 25 * (32 * 9 + 32 * 64)),
        ("Conv2DTranspose", (18, 18, 8), 8 * 9 * 4 + 8, "8 filters 3×3", 4, 81 * 8 * 9 * 4),
        ("BatchNormalization", (7, 7, 24), 96, "", 24, 0),
        ("ReLU", (7, 7, 24), 0, "", 24, 0),
    ],
)  # fmt: skip
def test_a_layer_costs_its_weights_times_their_positions(
    kind: str, shape: tuple[int, ...], parameters: int, detail: str, given: int, expected: int
) -> None:
    assert _cost(Layer("layer", kind, shape, parameters, detail), given) == expected
