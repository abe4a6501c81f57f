"""The parts of the page Inside, each alone: diagram, filters, nearest samples, map of classes, maps of layers."""

import numpy as np
import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QSpinBox, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from digitvision.recognition.inspection.exemplars import Exemplar
from digitvision.recognition.inspection.features import Neighbour
from digitvision.recognition.inspection.filters import Filters
from digitvision.recognition.inspection.layer_cost import multiply_adds
from digitvision.recognition.inspection.layer_graph import flow, layer_inputs
from digitvision.recognition.inspection.projection import ClassMap, class_map
from digitvision.recognition.models.model_store import ModelStore
from digitvision.ui.inside.class_map import COLOURS, SYMBOLS, ClassMapView
from digitvision.ui.inside.feature_maps import GAP_PX, FeatureMapsView, OcclusionView, grid
from digitvision.ui.inside.filter_view import SCALE, FilterView, paint_weights, scale_weights
from digitvision.ui.inside.inside_client import Anatomy
from digitvision.ui.inside.layer_diagram import LayerDiagram
from digitvision.ui.inside.nearest_view import NearestView
from digitvision.ui.theme import accent
from digitvision.ui.widgets.raster_image import shaded
from tests.ui.controls import labels, rows
from tests.ui.pictures import picture_of, pixels, rgb


def _diagram(qtbot: QtBot, name: str) -> LayerDiagram:
    model = ModelStore().find(name)
    inputs = layer_inputs(model)
    diagram = LayerDiagram()
    qtbot.addWidget(diagram)
    diagram.resize(900, 2200)
    anatomy = Anatomy(flow(inputs), multiply_adds(model.card.layers, inputs), {})
    diagram.show_layers({layer.name: layer for layer in model.card.layers}, anatomy)
    return diagram


def test_the_diagram_has_a_row_for_each_layer_branch_by_branch(qtbot: QtBot) -> None:
    diagram = _diagram(qtbot, "glyphs")
    names = [row[5].split(" · ")[0] for row in rows(diagram)]

    assert sorted(names) == sorted(layer.name for layer in ModelStore().find("glyphs").card.layers)
    assert names.index("raster6") < names.index("path1") < names.index("around1") < names.index("together")
    assert names.index("together") < names.index("picture1_raster1") < names.index("all_parts")
    assert names[-1] == "answers"
    costs = [int(row[3].replace(",", "")) for row in rows(diagram) if row[3]]
    assert sum(costs) == 32_225_767


def test_the_choice_stays_when_the_layers_are_shown_anew(qtbot: QtBot) -> None:
    diagram = _diagram(qtbot, "classic")
    item = diagram.currentItem()
    assert item is not None
    assert item.text(0) == "Convolution 1"
    with qtbot.waitSignal(diagram.chosen) as signal:
        diagram.setCurrentItem(_items(diagram)["conv2"])
    assert signal.args == ["conv2"]
    model = ModelStore().find("classic")
    inputs = layer_inputs(model)

    with qtbot.waitSignal(diagram.chosen) as signal:
        diagram.show_layers(
            {layer.name: layer for layer in model.card.layers},
            Anatomy(flow(inputs), multiply_adds(model.card.layers, inputs), {}),
        )

    assert signal.args == ["conv2"]


def test_lanes_are_drawn_where_branches_are(qtbot: QtBot) -> None:
    diagram = _diagram(qtbot, "glyphs")
    diagram.clearSelection()
    picture = picture_of(diagram).astype(np.float64)
    paper = rgb(diagram.palette().color(QPalette.ColorRole.Base))

    def lanes(name: str) -> int:
        """Stretches that are not paper at the bottom of the row, between the frame and the name."""
        box = diagram.visualItemRect(_items(diagram)[name])
        top = diagram.viewport().y() + box.bottom() - 1
        across = np.abs(picture[top, 4:58] - paper).sum(axis=1) > 60
        return int((np.diff(across.astype(int), prepend=0) == 1).sum())

    # The raster goes on to the branch for pictures. Beside its two lanes the path's own; within it two more that come
    # together; at the end one.
    assert lanes("raster1") == 2
    assert lanes("trajectory") == 3
    assert lanes("down_after") == 4
    assert lanes("down_before") == 5
    assert lanes("with_directions") == 3
    assert lanes("all_parts") == 1


def _items(diagram: LayerDiagram) -> dict[str, QTreeWidgetItem]:
    found = (diagram.topLevelItem(row) for row in range(diagram.topLevelItemCount()))
    return {item.text(5).split(" · ")[0]: item for item in found if item is not None}


def test_longer_bars_stand_behind_larger_numbers(qtbot: QtBot) -> None:
    diagram = _diagram(qtbot, "classic")
    diagram.clearSelection()
    picture = picture_of(diagram).astype(np.float64)
    paper = rgb(diagram.palette().color(QPalette.ColorRole.Base))

    def bar(layer: str) -> int:
        box = diagram.visualItemRect(_items(diagram)[layer])
        left, width = diagram.columnViewportPosition(3), diagram.columnWidth(3)
        line = picture[diagram.viewport().y() + box.top() + 4, left : left + width] - paper
        # Blue against the paper: a bar, and not the black of a number.
        return int((line[:, 2] - line[:, 0] > 20).sum())

    assert bar("pool1") == 0
    assert bar("conv2") > 5 * bar("conv1") > 0
    assert bar("conv2") > 0.7 * diagram.columnWidth(3)


def _light(colour: QColor) -> float:
    return float(np.array([0.2126, 0.7152, 0.0722]) @ (rgb(colour) / 255) ** 2.2)


def test_the_scale_of_weights_needs_no_colours() -> None:
    picture = pixels(paint_weights(np.linspace(-1, 1, 41, dtype=np.float32)[None]))[0]

    light = np.array([_light(QColor(*colour)) for colour in picture.tolist()])
    assert (np.diff(light) > 0).all()
    # A step of the scale is seen in grey as well.
    stops = np.array([_light(QColor(name)) for name in SCALE])
    assert (stops[1:] + 0.05 > 1.4 * (stops[:-1] + 0.05)).all()


def test_small_weights_are_raised_and_signs_kept() -> None:
    np.testing.assert_allclose(scale_weights(np.array([-4, -1, 0, 0.04, 4], np.float32), 4), [-1, -0.5, 0, 0.1, 1])
    assert not scale_weights(np.zeros(3, np.float32), 0.0).any()


@pytest.mark.parametrize(
    ("shape", "matrix", "pictures", "choice", "caption"),
    [
        ((32, 1, 3, 3), False, 32, False, "32 filters of 3 × 3"),
        ((64, 32, 3, 3), False, 32, True, "One of 64 filters: 32 pictures of 3 × 3, one for each map that it takes in"),
        ((96, 1, 3, 96), False, 1, True, "One of 96 filters: 3 × 96"),
        ((1, 1, 10, 128), True, 1, False, "Weights: 10 units, one in each row, with 128 inputs, one in each column"),
    ],
)
def test_filters_of_any_shape_are_shown(
    qtbot: QtBot, shape: tuple[int, ...], matrix: bool, pictures: int, choice: bool, caption: str
) -> None:
    view = FilterView()
    qtbot.addWidget(view)
    view.resize(300, 240)
    view.show()
    values = np.random.default_rng(0).normal(size=shape).astype(np.float32)

    view.set_filters(Filters("layer", values, matrix, normalized=False))

    (number,) = view.findChildren(QSpinBox)
    assert (view.count, number.isVisible(), view.caption) == (pictures, choice, caption)
    assert len(np.unique(picture_of(view).reshape(-1, 3), axis=0)) > 8
    if choice:
        before = picture_of(view)
        view.choose(7)
        assert number.value() == 8
        assert (picture_of(view) != before).any()
    view.set_filters(Filters("layer", values, matrix, normalized=True))
    assert "the normalization that follows is part of them" in view.caption
    view.set_filters(None)
    assert (view.count, view.caption) == (0, "")


@pytest.mark.parametrize("room", [(300, 200), (90, 400), (5, 5)])
@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (96, 3)])
@pytest.mark.parametrize("count", [1, 7, 64])
def test_pictures_fit_into_their_room(count: int, shape: tuple[int, int], room: tuple[int, int]) -> None:
    columns, scale = grid(count, *shape, *room)
    lines = -(-count // columns)

    assert scale > 0
    if room != (5, 5):
        assert columns * (shape[0] * scale + GAP_PX) - GAP_PX <= room[0] + 1e-6
        assert lines * (shape[1] * scale + GAP_PX) - GAP_PX <= room[1] + 1e-6


def _exemplar(label: str, source: str = "mnist") -> Exemplar:
    raster = np.zeros((28, 28), np.uint8)
    raster[4:24, 12:16] = 255
    return Exemplar(raster, None, label, source)  # type: ignore[arg-type]


def test_nearest_samples_are_changed_in_place(qtbot: QtBot) -> None:
    view = NearestView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show_neighbours([Neighbour(_exemplar("4"), 0.95), Neighbour(_exemplar("9", "own"), 0.9)])
    assert view.labels == ("4", "9")
    assert view.summary == "Among the 2 nearest: 1 × 4, 1 × 9"
    first = picture_of(view)
    assert len(np.unique(first.reshape(-1, 3), axis=0)) > 2

    view.show_neighbours([Neighbour(_exemplar("9"), 0.8)])
    assert view.summary == "Among the 1 nearest: 1 × 9"
    view.show_neighbours(())
    assert view.summary == ""


def _map(classes: str = "abc", each: int = 12) -> tuple[ClassMap, list[Exemplar]]:
    generator = np.random.default_rng(0)
    names = [name for name in classes for _ in range(each)]
    middles = np.repeat(generator.normal(size=(len(classes), 6)) * 5, each, axis=0)
    found = class_map((middles + generator.normal(size=middles.shape)).astype(np.float32), names)
    assert found is not None
    return found, [_exemplar(name, "own" if name == "b" else "mnist") for name in names]


@pytest.fixture
def view(qtbot: QtBot) -> ClassMapView:
    found = ClassMapView()
    qtbot.addWidget(found)
    found.resize(500, 400)
    found.show()
    return found


def test_the_star_stands_where_the_drawing_lies(view: ClassMapView) -> None:
    found, exemplars = _map()
    view.show_map(found, exemplars)
    assert view.letters == ("a", "b", "c")
    without = picture_of(view)
    colour = rgb(accent(view.palette()))

    def star() -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        near = np.abs(picture_of(view).astype(np.float64) - colour).sum(axis=2) < 30
        return np.argwhere(near & (np.abs(without - colour).sum(axis=2) > 60))

    view.show_position(found.middles["a"])
    at_a = star().mean(axis=0)
    view.show_position(found.middles["b"])
    at_b = star().mean(axis=0)

    across, up = found.middles["b"] - found.middles["a"]
    assert np.sign(at_b[1] - at_a[1]) == np.sign(across)
    assert np.sign(at_a[0] - at_b[0]) == np.sign(up)
    view.show_position(None)
    np.testing.assert_array_equal(picture_of(view), without)


def test_a_drawing_far_from_all_classes_is_still_in_sight(view: ClassMapView) -> None:
    found, exemplars = _map()
    view.show_map(found, exemplars)
    before = picture_of(view)

    view.show_position(np.array([40.0, -30.0]))

    near = np.abs(picture_of(view).astype(np.float64) - rgb(accent(view.palette()))).sum(axis=2) < 30
    assert near[250:, 300:].any()
    view.show_position(None)
    np.testing.assert_array_equal(picture_of(view), before)


def test_pointing_at_a_dot_shows_its_sample(view: ClassMapView) -> None:
    found, exemplars = _map()
    view.show_map(found, exemplars)
    points = view._points.points()

    view._points.sigHovered.emit(view._points, points[13:14], None)

    assert "A b of your own" in labels(view)
    assert any(not label.pixmap().isNull() for label in view.findChildren(QLabel))
    view._points.sigHovered.emit(view._points, points[:0], None)
    view._points.sigHovered.emit(view._points, points[0:1], None)
    assert "A a of MNIST" in labels(view)


@pytest.mark.slow
def test_many_classes_look_different_in_the_dark_as_well(view: ClassMapView) -> None:
    names = "".join(chr(ord("A") + index) for index in range(26))
    found, exemplars = _map(names, each=4)
    palette = QPalette(view.palette())
    palette.setColor(QPalette.ColorRole.Window, QColor("#202124"))
    palette.setColor(QPalette.ColorRole.WindowText, QColor("#e8eaed"))
    view.setPalette(palette)
    view.show_map(found, exemplars)

    assert view.letters == tuple(names)
    assert len({(index % len(COLOURS), index % len(SYMBOLS)) for index in range(35)}) == 35
    assert len(np.unique(picture_of(view).reshape(-1, 3), axis=0)) > 20


def test_without_a_map_nothing_is_shown(view: ClassMapView) -> None:
    blank = picture_of(view)
    found, exemplars = _map()
    view.show_map(found, exemplars)
    view.show_position(found.middles["c"])
    view.show_map(None, ())
    view.show_position(np.zeros(2))

    assert (view.letters, view.position) == ((), None)
    np.testing.assert_array_equal(picture_of(view), blank)


def test_layers_have_titles_for_people_and_names_for_programs(qtbot: QtBot) -> None:
    diagram = _diagram(qtbot, "glyphs")
    found = {row[5]: row[0] for row in rows(diagram)}

    assert found["raster · InputLayer"] == "Picture"
    assert found["trajectory · InputLayer"] == "Path of the pen"
    assert found["raster1 · Conv2D"] == "Convolution 1"
    assert found["answers · Dense"] == "Answers"
    assert len(set(found.values())) == len(found)


def test_a_layer_without_maps_is_not_the_first_to_be_looked_at(qtbot: QtBot) -> None:
    model = ModelStore().find("classic")
    inputs = layer_inputs(model)
    layers = {layer.name: layer for layer in model.card.layers}
    costs = multiply_adds(model.card.layers, inputs)
    chosen = []
    for shown_in in ({"conv2": "conv2"}, {"dense": "dense"}, {}):
        diagram = LayerDiagram()
        qtbot.addWidget(diagram)
        diagram.show_layers(layers, Anatomy(flow(inputs), costs, shown_in))
        item = diagram.currentItem()
        assert item is not None
        chosen.append(item.text(5))

    assert chosen == ["conv2 · Conv2D", "dense · Dense", "conv1 · Conv2D"]


def test_what_the_answer_rests_on_is_coloured_and_ringed(qtbot: QtBot) -> None:
    view = OcclusionView()
    qtbot.addWidget(view)
    view.resize(280, 280)
    raster = np.zeros((28, 28), np.float32)
    raster[6:22, 12:16] = 1
    colour = rgb(accent(view.palette()))

    view.set_view(raster, np.zeros((28, 28), np.float32))
    plain = picture_of(view)
    rests = np.zeros((28, 28), np.float32)
    rests[6:11, 12:17] = 0.5
    view.set_view(raster, rests)
    coloured = picture_of(view)

    # In the middle of the patch it is nearly the accent itself; far from it nothing has changed.
    assert np.abs(coloured[85, 145] - colour).max() < 60
    assert (coloured[200:270, 20:100] == plain[200:270, 20:100]).all()
    view.set_view(None, None)
    assert (picture_of(view)[20:260, 20:260] == picture_of(view)[100, 100]).all()


@pytest.mark.parametrize(("shape", "count"), [((7, 7, 5), 5), ((32, 6), 1), ((10,), 1), ((1, 1, 3), 3)])
def test_maps_of_any_shape_fit_in(qtbot: QtBot, shape: tuple[int, ...], count: int) -> None:
    view = FeatureMapsView()
    qtbot.addWidget(view)
    view.resize(301, 157)
    view.set_maps(np.random.default_rng(0).random(shape, np.float32))

    assert view.count == count
    assert len(np.unique(picture_of(view).reshape(-1, 3), axis=0)) > 1
    view.set_maps(np.zeros(shape, np.float32))
    view.set_maps(None)
    assert view.count == 0


def test_shades_run_from_one_colour_to_the_other() -> None:
    image = shaded(np.array([[0, 0.5, 1, 2]], np.float32), QColor("#000000"), QColor("#ff8000"))

    np.testing.assert_array_equal(pixels(image)[0], [[0, 0, 0], [128, 64, 0], [255, 128, 0], [255, 128, 0]])
