"""Graphs in the window: reset, read off, marked, sampled for the view, and made into pictures and tables."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator

import numpy as np
import pyqtgraph
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QThread
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from digitvision.recognition.expression.semantics.interpretation import statement_of
from digitvision.recognition.expression.semantics.plots import Plot, plot_between, plot_of
from digitvision.recognition.expression.semantics.values import value_at_once
from digitvision.ui.graph import function_plot
from digitvision.ui.graph.function_plot import FunctionPlot
from digitvision.ui.theme import Theme
from tests.recognition.expression.trees import tree_of
from tests.ui.pictures import picture_of, pixels
from tests.ui.windows import PATIENCE_MS

Shown = Callable[..., FunctionPlot]


def _plots(*formulas: str) -> list[Plot]:
    """Return one function for each formula, such as `y = x^{2}`, or one side of an equation for each without a sign."""
    found: list[Plot] = []
    for latex in formulas:
        statement = statement_of(tree_of(latex))
        assert statement is not None
        if "=" in latex:
            value = value_at_once(statement)
            assert value is not None
            found += value.plots
        else:
            found.append(plot_of(statement.sides[0], "x", "", latex))
    return found


@pytest.fixture(autouse=True)
def every_move_counts() -> Iterator[None]:
    """The drawing area sees each move of the mouse: by itself it passes over those less than 10 ms after another."""
    limit = pyqtgraph.getConfigOption("mouseRateLimit")
    pyqtgraph.setConfigOption("mouseRateLimit", 0)
    yield
    pyqtgraph.setConfigOption("mouseRateLimit", limit)


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    """Shows formulas in a plot, and waits until they are sampled."""
    made: list[FunctionPlot] = []

    def show(*formulas: str) -> FunctionPlot:
        plot = FunctionPlot()
        made.append(plot)
        qtbot.addWidget(plot)
        plot.resize(420, 320)
        plot.show()
        qtbot.waitExposed(plot)
        plot.show_plots(_plots(*formulas))
        qtbot.waitUntil(lambda: not plot.busy, timeout=PATIENCE_MS)
        return plot

    yield show
    for plot in made:
        plot.shut_down()


def _pixel(plot: FunctionPlot, x: float, y: float) -> QPoint:
    """Return where a position of the plane is on the drawing area."""
    view = plot.area.getPlotItem().getViewBox()
    return QPoint(plot.area.mapFromScene(view.mapViewToScene(QPointF(x, y))))


def _mouse(plot: FunctionPlot, kind: QEvent.Type, at: QPoint, *, held: bool = False) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    screen = QPointF(plot.area.viewport().mapToGlobal(at))
    event = QMouseEvent(kind, QPointF(at), screen, button, left if held else none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(plot.area.viewport(), event)


def _drag(plot: FunctionPlot, start: QPoint, end: QPoint) -> None:
    kinds = QEvent.Type
    _mouse(plot, kinds.MouseButtonPress, start, held=True)
    for step in range(1, 6):
        _mouse(plot, kinds.MouseMove, start + (end - start) * (step / 5), held=True)
    _mouse(plot, kinds.MouseButtonRelease, end)


def test_a_double_click_brings_back_a_graph_that_was_dragged_away(shown: Shown, qtbot: QtBot) -> None:
    plot = shown("y = x^{2} - 4")
    before = (plot.area.horizontal, plot.area.vertical)
    assert not plot.moved

    _drag(plot, _pixel(plot, 0, 0), _pixel(plot, 4, 9))
    assert plot.area.horizontal[0] == pytest.approx(before[0][0] - 4, abs=0.5)
    assert plot.moved

    _mouse(plot, QEvent.Type.MouseButtonDblClick, _pixel(plot, *(sum(ends) / 2 for ends in _view(plot))), held=True)
    assert (plot.area.horizontal, plot.area.vertical) == before
    assert not plot.moved


def _view(plot: FunctionPlot) -> tuple[tuple[float, float], tuple[float, float]]:
    return plot.area.horizontal, plot.area.vertical


@pytest.mark.slow
def test_the_wheel_enlarges_and_the_function_is_sampled_for_what_is_in_sight(shown: Shown, qtbot: QtBot) -> None:
    plot = shown(r"y = \sin 2 0 x")
    middle = plot.area.viewport().rect().center()
    event = QWheelEvent(
        QPointF(middle),
        QPointF(plot.area.viewport().mapToGlobal(middle)),
        QPoint(),
        QPoint(0, 1200),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )

    QApplication.sendEvent(plot.area.viewport(), event)
    qtbot.waitUntil(lambda: plot.moved and not plot.busy, timeout=PATIENCE_MS)

    left, right = plot.area.horizontal
    assert right - left < 10
    (sampled,) = plot.sampled
    assert sampled.x[0] <= left < right <= sampled.x[-1]
    assert np.diff(sampled.x).max() < (right - left) / 200


def test_what_is_beyond_the_first_view_is_there_when_it_is_dragged_to(shown: Shown, qtbot: QtBot) -> None:
    plot = shown("y = x + 1")
    left, right = plot.area.horizontal
    for _ in range(3):
        _drag(plot, _pixel(plot, plot.area.horizontal[1] - 0.5, 0), _pixel(plot, plot.area.horizontal[0] + 0.5, 0))
    qtbot.waitUntil(lambda: not plot.busy, timeout=PATIENCE_MS)

    assert plot.area.horizontal[0] > right
    assert plot.sampled[0].x[-1] >= plot.area.horizontal[1]
    assert np.isfinite(plot.sampled[0].y).all()
    assert left < 0


def test_functions_are_sampled_and_searched_off_the_windows_thread(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def noted(plot: Plot, left: float, right: float) -> Plot:
        threads.append(QThread.currentThread().objectName())
        return plot_between(plot, left, right)

    monkeypatch.setattr(function_plot, "plot_between", noted)
    shown("y = x^{2}")

    assert set(threads) == {"jobs"}


def test_the_values_under_the_mouse_are_those_of_what_is_written(shown: Shown) -> None:
    plot = shown("y = x^{2} - 4")

    _mouse(plot, QEvent.Type.MouseMove, _pixel(plot, 3.2, 8))

    name, value = (part.split(" = ") for part in plot.readout_text.split("   "))
    assert (name[0], value[0]) == ("x", "y")
    x, y = (float(part[1].replace("−", "-")) for part in (name, value))
    assert x == pytest.approx(3.2, abs=0.1)
    assert y == pytest.approx(x**2 - 4, abs=2e-3)

    QApplication.sendEvent(plot.area, QEvent(QEvent.Type.Leave))
    assert plot.readout_text == "Zeros: −2, 2   Lowest: (0 | −4)"


def test_a_marked_point_near_the_mouse_is_read_off_itself(shown: Shown) -> None:
    plot = shown("y = x^{2} - 4")

    _mouse(plot, QEvent.Type.MouseMove, _pixel(plot, 0, -4) + QPoint(3, 2))
    assert plot.readout_text == "lowest point:   x = 0   y = −4"

    _mouse(plot, QEvent.Type.MouseMove, _pixel(plot, -2, 0) + QPoint(-2, 3))
    assert plot.readout_text == "zero:   x = −2   y = 0"


def test_where_there_is_no_value_it_says_so(shown: Shown) -> None:
    plot = shown(r"y = \sqrt{x}")

    _mouse(plot, QEvent.Type.MouseMove, _pixel(plot, -2, 0.5))

    assert plot.readout_text.endswith("y = no value")


def test_both_sides_of_an_equation_are_told_apart_and_where_they_meet_is_marked(shown: Shown) -> None:
    plot = shown("x^{2}", "x + 2")

    assert plot.titles == ("x^{2}", "x + 2")
    assert [(point.kind, round(point.x, 6), round(point.y, 6)) for point in plot.points] == [
        ("crossing", -1, 1),
        ("crossing", 2, 4),
    ]
    pens = [curve.opts["pen"] for curve in plot.area.listDataItems()]
    shown_pens = [(pen.style(), pen.color().name()) for pen in pens if pen is not None][:2]
    assert len({style for style, _ in shown_pens}) == len({colour for _, colour in shown_pens}) == 2
    _mouse(plot, QEvent.Type.MouseMove, _pixel(plot, 1, 40))
    x, *values = (float(part.rpartition(" = ")[2]) for part in plot.readout_text.split("   "))
    assert values == pytest.approx([x**2, x + 2], abs=2e-3)
    assert [part.rpartition(" = ")[0] for part in plot.readout_text.split("   ")] == ["x", "x^{2}", "x + 2"]


def test_a_narrow_graph_says_whole_parts_of_what_is_marked(shown: Shown) -> None:
    plot = shown("y = x^{2} - 1")
    everything = plot.readout_text
    plot.resize(QFontMetrics(plot.font()).horizontalAdvance(everything) - 12, plot.height())
    QApplication.processEvents()

    (readout,) = [one for one in plot.findChildren(QLabel) if one.toolTip() == everything]

    assert readout.text() == "Zeros: −1, 1 …"
    plot.resize(QFontMetrics(plot.font()).horizontalAdvance("Zeros: −1 …,"), plot.height())
    QApplication.processEvents()
    assert readout.text() == "Zeros: −1 …"


def test_a_single_function_has_no_legend(shown: Shown) -> None:
    assert shown("y = x^{2}").titles == ()


def test_a_pole_is_not_joined(shown: Shown) -> None:
    plot = shown(r"y = \frac{1}{x}")
    (sampled,) = plot.sampled

    gap = np.flatnonzero(np.isnan(sampled.y))
    assert len(gap) == 1
    # The branches go on to the edge of the view on both sides.
    assert sampled.y[gap[0] - 1] < plot.area.vertical[0]
    assert sampled.y[gap[0] + 1] > plot.area.vertical[1]


def test_the_axes_through_zero_stand_out_from_the_grid(shown: Shown) -> None:
    plot = shown("y = x^{2} - 4")
    picture = picture_of(plot.area).astype(float).mean(axis=2)
    # Between the graph's branches, above the level axis.
    row = _pixel(plot, 0, 12).y()
    left, right = _pixel(plot, -2.5, 12).x(), _pixel(plot, 2.5, 12).x()
    line = picture[row, left:right]

    darkest = left + int(np.argmin(line))
    assert abs(darkest - _pixel(plot, 0, 12).x()) <= 1
    others = np.delete(line, range(max(darkest - left - 2, 0), darkest - left + 3))
    assert line.min() < 0.5 * others.min()


@pytest.mark.slow
def test_curves_are_smooth_at_their_edges(shown: Shown) -> None:
    plot = shown("y = x")
    picture = picture_of(plot.area)

    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 40


def test_the_same_formula_read_again_leaves_the_view_as_it_is(shown: Shown) -> None:
    plot = shown("y = x^{2} - 4")
    _drag(plot, _pixel(plot, 0, 0), _pixel(plot, 2, 5))
    moved = plot.area.horizontal

    plot.show_plots(_plots("y = x^{2} - 4"))
    assert plot.area.horizontal == moved

    plot.show_plots(_plots("y = x^{2} - 9"))
    assert not plot.moved


def test_the_keys_read_off_enlarge_and_bring_back(shown: Shown, qtbot: QtBot) -> None:
    plot = shown("y = x^{2} - 4")
    before = plot.area.horizontal
    plot.area.setFocus()

    qtbot.keyClick(plot.area, Qt.Key.Key_Right)
    first = plot.readout_text
    qtbot.keyClick(plot.area, Qt.Key.Key_Right)
    assert first.startswith(("x = ", "lowest"))
    assert plot.readout_text != first
    qtbot.keyClick(plot.area, Qt.Key.Key_Plus)
    assert plot.area.horizontal[1] < before[1]
    qtbot.keyClick(plot.area, Qt.Key.Key_Home)
    assert plot.area.horizontal == before


def test_the_context_menu_is_the_programs_own(shown: Shown, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    plot = shown("y = x")
    menu = QMenu()
    qtbot.addWidget(menu)
    opened: list[QPoint] = []
    monkeypatch.setattr(menu, "popup", opened.append)
    plot.set_menu(menu)
    at = plot.area.rect().center()

    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, plot.area.mapToGlobal(at))
    QApplication.sendEvent(plot.area.viewport(), event)

    assert opened == [plot.area.mapToGlobal(at)]
    assert not plot.area.getPlotItem().getViewBox().menuEnabled()


@pytest.mark.slow
def test_a_picture_has_the_colours_of_paper_also_in_the_dark(shown: Shown, qtbot: QtBot, theme: Theme) -> None:
    theme.set_appearance("dark")
    qtbot.wait(20)
    plot = shown("y = x^{2} - 4")
    dark = picture_of(plot.area)

    image = QImage.fromData(plot.picture("png"))

    assert image.width() == 3 * plot.area.width()
    assert np.median(pixels(image)) == 255
    root = ElementTree.fromstring(plot.picture("svg"))
    assert root.tag.endswith("svg")
    assert np.array_equal(picture_of(plot.area), dark)


def test_the_values_in_sight_are_a_table(shown: Shown) -> None:
    plot = shown(r"y = \sqrt{x}")

    names, *rows = plot.table(11)

    assert names == ["x", "y = √(x)"]
    assert len(rows) == 11
    assert float(rows[0][0]) == pytest.approx(plot.area.horizontal[0])
    assert rows[0][1] == ""
    for x, y in rows:
        assert y == "" if float(x) < 0 else float(y) == pytest.approx(float(x) ** 0.5)
