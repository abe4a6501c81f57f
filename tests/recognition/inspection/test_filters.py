"""A layer's weights as pictures: Keras's own, multiplied by the factors of a normalization where there is one."""

from typing import Any

import numpy as np
import pytest

from digitvision.ink.raster import rasterize
from digitvision.recognition.inspection.activations import Inside
from digitvision.recognition.inspection.filters import Filters, filters_of
from digitvision.recognition.inspection.layer_graph import layer_inputs
from digitvision.recognition.models.model_store import ModelStore
from tests.ink.drawings import sample_drawing


def _filters(name: str) -> dict[str, Filters]:
    model = ModelStore().find(name)
    inside, inputs = Inside(model), layer_inputs(model)
    found = {layer.name: filters_of(inside, inputs, layer.name) for layer in model.card.layers}
    return {layer: filters for layer, filters in found.items() if filters is not None}


def test_convolutions_and_dense_layers_have_filters() -> None:
    found = _filters("classic")

    assert {name: filters.pictures.shape for name, filters in found.items()} == {
        "conv1": (32, 1, 3, 3),
        "conv2": (64, 32, 3, 3),
        "dense": (128, 64, 5, 5),
        "answers": (1, 1, 10, 128),
    }
    assert [filters.matrix for filters in found.values()] == [False, False, False, True]
    assert not any(filters.normalized for filters in found.values())
    assert found["conv1"].most == pytest.approx(np.abs(found["conv1"].pictures).max())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["digits", "glyphs"])
def test_layers_into_which_a_normalization_was_merged_have_weights(name: str) -> None:
    found = _filters(name)
    weighing = {"Conv1D", "Conv2D", "DepthwiseConv2D", "Dense"}
    layers = {layer.name: layer for layer in ModelStore().find(name).card.layers}

    assert set(found) == {layer.name for layer in layers.values() if layer.kind in weighing}
    for layer in found:
        assert found[layer].normalized == (_norm_of(layer) in layers)
    assert found["path1"].pictures.shape == (48, 1, 5, 6)
    assert found["places"].pictures.shape == (120, 1, 4, 4)


def _norm_of(layer: str) -> str:
    return "around_norm" if layer == "around_joint" else f"{layer}_norm"


def test_a_filter_s_picture_gives_its_feature_map() -> None:
    model = ModelStore().find("classic")
    inside = Inside(model)
    raster = rasterize(sample_drawing(3).strokes)
    conv1 = filters_of(inside, layer_inputs(model), "conv1")
    assert conv1 is not None
    windows = np.lib.stride_tricks.sliding_window_view(raster, (3, 3))

    maps = inside.look(raster)[0].maps

    assert maps is not None
    for index, (picture,) in enumerate(conv1.pictures):
        made = (windows * picture).sum(axis=(2, 3))
        # The bias is one number for the whole map, and values below 0 are cut off.
        positive = maps[..., index] > 0
        if positive.any():
            assert np.ptp((maps[..., index] - made)[positive]) < 1e-4


@pytest.fixture(scope="module")
def keras() -> Any:
    from digitvision.training.networks.keras_import import import_keras

    return import_keras()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["classic", "digits"])
def test_filters_are_keras_s_weights(name: str, keras: Any) -> None:
    model = ModelStore().find(name)
    network = keras.saving.load_model(model.keras_path, compile=False)
    found = _filters(name)
    # Half precision keeps eleven bits of each weight.
    share = 2**-10 if model.card.precision == "float16" else 0.0

    for layer, filters in found.items():
        kernel = np.asarray(network.get_layer(layer).kernel)
        kind = type(network.get_layer(layer)).__name__
        if filters.normalized:
            norm = network.get_layer(_norm_of(layer))
            factor = np.asarray(norm.gamma) / np.sqrt(np.asarray(norm.moving_variance) + norm.epsilon)
            kernel = kernel * (factor[:, None] if kind == "DepthwiseConv2D" else factor)
        if kind == "Dense" and filters.matrix:
            expected = kernel.T[None, None]
        elif kind == "Dense":
            expected = kernel.reshape(*filters.pictures.shape[2:], -1, kernel.shape[1]).transpose(3, 2, 0, 1)
        elif kind == "Conv1D":
            expected = kernel.transpose(2, 0, 1)[:, None]
        elif kind == "DepthwiseConv2D":
            expected = kernel.transpose(2, 3, 0, 1)
        else:
            expected = kernel.transpose(3, 2, 0, 1)
        np.testing.assert_allclose(filters.pictures, expected, rtol=share, atol=1e-5, err_msg=layer)
    assert len(found) >= 4
