"""The diagram of a network on the model card: which steps it has, and that they are drawn."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from digitvision.recognition.models.model_card import Layer, ModelCard
from digitvision.recognition.models.model_store import ModelStore
from digitvision.ui.models.network_diagram import NetworkDiagram
from digitvision.ui.models.network_sketch import MOST_STEPS, Shape, sketch_of
from digitvision.ui.theme import accent


def _card(name: str) -> ModelCard:
    return ModelStore().find(name).card


def test_a_plain_network_is_one_row_of_all_its_steps() -> None:
    sketch = sketch_of(_card("classic"))

    (row,) = sketch.rows
    assert [(step.title, step.detail) for step in (*row, *sketch.joined)] == [
        ("picture", "28 × 28"),
        ("convolution", "32 maps 26 × 26"),
        ("pooling", "32 maps 13 × 13"),
        ("convolution", "64 maps 11 × 11"),
        ("pooling", "64 maps 5 × 5"),
        ("dense layer", "128 units"),
        ("10 answers", ""),
    ]


def test_a_network_of_several_views_has_a_row_for_each_and_joins_them() -> None:
    sketch = sketch_of(_card("glyphs"))

    assert [row[0].title for row in sketch.rows] == ["picture", "the pen's path", "its context", "picture alone"]
    assert [step.title for step in sketch.rows[0][1:]] == [
        "convolution", "2 convolutions", "2 convolutions", "convolution",
    ]  # fmt: skip
    assert [step.title for step in sketch.joined] == ["joined", "125 answers"]
    assert sketch.joined[-1].detail == "and “junk”"


def test_branches_that_are_alike_are_drawn_once() -> None:
    sketch = sketch_of(_card("digits"))

    assert [row[0].detail for row in sketch.rows if row[0].title == "picture alone"] == ["2 networks"]


def test_a_model_of_formulas_has_two_networks_with_answers_of_their_own() -> None:
    sketch = sketch_of(_card("equations"))

    assert not sketch.joined
    assert [row[-1].title for row in sketch.rows] == ["which strokes", "which symbol it is"]
    assert all("3 attention blocks" in [step.title for step in row] for row in sketch.rows)


def test_a_deep_network_is_summed_up_by_the_size_of_its_maps() -> None:
    card = _card("classic")
    layers = [
        Layer(f"conv{size}_{index}", "Conv2D", (size, size, 16), 100) for size in (28, 14, 7) for index in range(6)
    ]
    layers.append(Layer("answers", "Dense", (10,), 170))

    sketch = sketch_of(replace(card, layers=tuple(layers)))

    assert [step.title for step in sketch.rows[0]] == ["picture", *["6 convolutions"] * 3]


def test_a_network_of_very_many_sizes_leaves_out_the_middle() -> None:
    layers = [Layer(f"conv{size}", "Conv2D", (size, size, 16), 100) for size in range(28, 8, -1)]
    layers.append(Layer("answers", "Dense", (10,), 170))

    sketch = sketch_of(replace(_card("classic"), layers=tuple(layers)))

    (row,) = sketch.rows
    assert len(row) == MOST_STEPS + 1
    assert ("…", "15 steps more") in [(step.title, step.detail) for step in row]


def test_layers_of_other_kinds_are_named_in_words() -> None:
    layers = (
        Layer("lstm", "LSTM", (32,), 9000),
        Layer("head", "MultiHeadAttention", (28, 32), 100),
        Layer("answers", "Dense", (10,), 330),
    )

    sketch = sketch_of(replace(_card("classic"), layers=layers))

    assert [(step.shape, step.title, step.detail) for step in sketch.rows[0][1:]] == [
        (Shape.UNITS, "lstm", "32 units"),
        (Shape.SEQUENCE, "multi head attention", "32 channels × 28"),
    ]


def test_a_card_without_layers_still_has_a_picture_and_answers() -> None:
    sketch = sketch_of(replace(_card("classic"), layers=()))

    assert [step.shape for step in (*sketch.rows[0], *sketch.joined)] == [Shape.PICTURE, Shape.ANSWERS]


def test_the_diagram_is_spoken() -> None:
    words = sketch_of(_card("classic")).description

    assert words.startswith("picture (28 × 28), then convolution (32 maps 26 × 26), then pooling")
    assert words.endswith("then dense layer (128 units), then 10 answers")
    assert "; all of them together: joined (304 features), then 125 answers" in sketch_of(_card("glyphs")).description


@pytest.mark.slow
@pytest.mark.parametrize("name", ["classic", "digits", "glyphs", "equations"])
def test_every_shipped_network_is_drawn_within_its_room(qtbot: QtBot, name: str) -> None:
    diagram = NetworkDiagram()
    qtbot.addWidget(diagram)
    diagram.show_sketch(sketch_of(_card(name)))
    diagram.resize(diagram.minimumSizeHint())

    picture = diagram.grab().toImage()

    colours = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert QColor(accent(diagram.palette())).name() in colours
    assert diagram.accessibleDescription() == sketch_of(_card(name)).description
    assert diagram.minimumSizeHint().width() <= 640
