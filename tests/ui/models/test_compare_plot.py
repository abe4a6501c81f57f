"""The plot of the Compare page: its labels and names have room."""

import itertools

import pyqtgraph as pg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from digitvision.ui.models.compare_plot import ComparePlot
from tests.ui.pictures import picture_of

_SPOTS = ((225_034, 99.17, "classic"), (796_942, 99.03, "glyphs"), (921_515, 99.66, "digits"))


def _places(plot: ComparePlot) -> list[tuple[float, float]]:
    """Where each label of the axis of parameters begins and ends, in pixels."""
    (low, high), width = plot.getPlotItem().getViewBox().viewRange()[0], plot.getPlotItem().getViewBox().width()
    found = []
    for place, text in plot.labels():
        middle = (place - low) / (high - low) * width
        half = plot.fontMetrics().horizontalAdvance(text) / 2
        found.append((middle - half, middle + half))
    return found


@pytest.mark.parametrize("width", [260, 400, 700, 1400])
def test_the_labels_of_parameters_do_not_overlap(qtbot: QtBot, width: int) -> None:
    plot = ComparePlot()
    qtbot.addWidget(plot)
    plot.resize(width, 200)
    plot.show()
    plot.show_spots(_SPOTS)
    picture_of(plot)

    places = _places(plot)
    assert len(places) >= 1
    assert all(first[1] < second[0] for first, second in itertools.pairwise(places))
    assert "1,000,000" in [text for _, text in plot.labels()]


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(1, 10**9), st.floats(0, 100), st.just("m")), max_size=6))
def test_every_model_has_room_within_the_axes(spots: list[tuple[int, float, str]]) -> None:
    plot = ComparePlot()
    try:
        plot.show_spots(spots)
        (left, right), (low, high) = plot.getPlotItem().getViewBox().viewRange()
        for parameters, accuracy, _ in spots:
            assert 10**left < parameters < 10**right
            assert low < accuracy < high
    finally:
        plot.close()
        plot.deleteLater()


@pytest.mark.parametrize("size", [(300, 160), (700, 300)])
def test_names_of_models_with_one_point_stand_beside_each_other(qtbot: QtBot, size: tuple[int, int]) -> None:
    plot = ComparePlot()
    qtbot.addWidget(plot)
    plot.resize(*size)
    plot.show()
    plot.show_spots((*_SPOTS, (225_034, 99.17, "my copy")))
    picture_of(plot)

    boxes = plot.name_boxes()
    assert len(boxes) == 4
    assert not any(one.intersects(other) for one, other in itertools.combinations(boxes, 2))
    assert all(box.top() >= 0 and box.bottom() <= plot.getPlotItem().getViewBox().height() for box in boxes)
    # What is painted is where it was reckoned to be.
    origin = plot.getPlotItem().getViewBox().mapToScene(QPointF(0, 0))
    for item in plot.getPlotItem().items:
        if isinstance(item, pg.TextItem):
            painted = item.mapRectToScene(item.boundingRect()).translated(-origin)
            assert any((painted.center() - box.center()).manhattanLength() < 6 for box in boxes)


def test_the_uppermost_number_is_seen_whole_and_true_in_every_appearance(qtbot: QtBot) -> None:
    plot = ComparePlot()
    qtbot.addWidget(plot)
    plot.resize(400, 200)
    plot.show()
    plot.show_spots(((225_034, 0.2, "one"), (796_942, 0.6, "other")))
    picture_of(plot)
    view, axis = plot.getPlotItem().getViewBox(), plot.getPlotItem().getAxis("left")

    assert plot.mapFromScene(view.sceneBoundingRect().topLeft()).y() >= plot.fontMetrics().height() / 2
    palette = plot.palette()
    palette.setColor(palette.ColorRole.WindowText, palette.color(palette.ColorRole.Accent))
    plot.setPalette(palette)
    assert axis.autoSIPrefixScale * axis.scale == 1
