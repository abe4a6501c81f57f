"""The usual view of the drawing: all ink is visible at any size of the window."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication, QSlider

from digitvision.ink.inkml import inkml_bytes
from digitvision.ink.stroke import Drawing, Stroke
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.eraser_tool import ERASER_WIDTH
from digitvision.ui.document.document import FOREIGN_INK_BOX, FOREIGN_ROW_BOX
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ui.controls import choose, named
from tests.ui.hand import DIAGONAL, Pen, write
from tests.ui.pictures import ink_share, picture_of
from tests.ui.windows import WindowMaker

sides = st.integers(220, 3000)
positions = st.tuples(st.floats(-5000, 5000), st.floats(-5000, 5000))
drawings = st.lists(st.lists(positions, min_size=1, max_size=4), min_size=1, max_size=4).map(
    lambda parts: Drawing(tuple(Stroke.of(part) for part in parts))
)


@pytest.fixture
def bare_canvas(qapp: QApplication) -> Canvas:
    canvas = Canvas()
    canvas.show()
    return canvas


def _assert_all_is_seen(canvas: Canvas, drawing: Drawing) -> None:
    for stroke in drawing.strokes:
        for x, y in stroke.xy.tolist():
            position = canvas.to_widget(x, y)
            assert -1 <= position.x() <= canvas.width() + 1
            assert -1 <= position.y() <= canvas.height() + 1


def test_no_ink_is_lost_out_of_view_at_any_size(bare_canvas: Canvas) -> None:
    @given(drawing=drawings, width=sides, height=sides)
    @settings(max_examples=40)
    def check(drawing: Drawing, width: int, height: int) -> None:
        bare_canvas.set_content(drawing, None)
        bare_canvas.resize(width, height)

        _assert_all_is_seen(bare_canvas, drawing)

    check()
    bare_canvas.close()
    bare_canvas.deleteLater()


def test_the_view_has_one_scale_and_can_be_reversed(bare_canvas: Canvas) -> None:
    @given(drawing=drawings, width=sides, height=sides, position=positions)
    @settings(max_examples=25)
    def check(drawing: Drawing, width: int, height: int, position: tuple[float, float]) -> None:
        bare_canvas.resize(width, height)
        bare_canvas.set_content(drawing, None)

        x, y = bare_canvas.to_drawing(bare_canvas.to_widget(*position))
        assert (x, y) == pytest.approx(position, abs=1e-3)
        origin, right, down = (bare_canvas.to_widget(*corner) for corner in ((0, 0), (1000, 0), (0, 1000)))
        assert right.x() - origin.x() == pytest.approx(down.y() - origin.y())
        assert right.y() == origin.y()

    check()
    bare_canvas.close()
    bare_canvas.deleteLater()


def test_the_page_is_as_large_as_the_shorter_side_and_in_the_middle(bare_canvas: Canvas) -> None:
    bare_canvas.resize(900, 400)

    assert bare_canvas.to_widget(0, 0) == QPointF(250, 0)
    assert bare_canvas.to_widget(1000, 1000) == QPointF(650, 400)
    bare_canvas.close()
    bare_canvas.deleteLater()


def test_ink_beside_the_page_stays_in_view_when_the_window_becomes_narrow(window: MainWindow, canvas: Canvas) -> None:
    window.resize(1400, 600)
    corners = [(float(x), float(y)) for x, y in (canvas.to_drawing(QPointF(*p)) for p in ((5, 5), (60, 300)))]
    write(canvas, Stroke.of(corners))

    for width, height in ((700, 1000), (640, 480), (1400, 600)):
        window.resize(width, height)
        _assert_all_is_seen(canvas, window.document.drawing)


def test_ink_at_the_edge_is_visible_in_the_whole_width_of_its_line(window: MainWindow, canvas: Canvas) -> None:
    window.resize(1200, 700)
    QApplication.processEvents()
    write(canvas, Stroke.of([canvas.to_drawing(QPointF(200, y)) for y in (3.0, 60.0, 120.0)]))
    assert _on_the_edge(canvas)

    window.resize(1200, 701)

    assert not _on_the_edge(canvas)


def test_ink_that_a_thicker_pen_would_take_out_of_view_stays_in_it(window: MainWindow, canvas: Canvas) -> None:
    window.resize(1200, 700)
    slider = named(window, QSlider, "Pen width")
    slider.setValue(slider.minimum())
    write(canvas, Stroke.of([canvas.to_drawing(QPointF(200, y)) for y in (5.0, 60.0, 120.0)]))
    assert not _on_the_edge(canvas)

    slider.setValue(slider.maximum())

    assert not _on_the_edge(canvas)


def _on_the_edge(canvas: Canvas) -> bool:
    """Whether ink touches the canvas's upper edge."""
    return bool((ink_share(canvas, picture_of(canvas))[2, 20:-20] > 0.5).any())


def test_resizing_changes_the_view_but_not_the_drawing(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, DIAGONAL)
    before = window.document.drawing

    window.resize(700, 900)

    assert window.document.drawing == before


def test_a_drawing_in_a_unit_of_its_own_is_scaled_to_the_canvas(make_window: WindowMaker, tmp_path: Path) -> None:
    himetric = tmp_path / "foreign.inkml"
    himetric.write_text(
        '<ink xmlns="http://www.w3.org/2003/InkML"><trace>12000 8000, 14000 9000, 13000 12000</trace></ink>'
    )
    window = make_window(file=himetric)

    drawing = window.document.drawing
    bounds = drawing.bounds
    assert bounds is not None
    box = FOREIGN_INK_BOX
    assert bounds.left >= box.left - 1e-6
    assert bounds.top >= box.top - 1e-6
    assert bounds.right <= box.right + 1e-6
    assert bounds.bottom <= box.bottom + 1e-6
    assert bounds.longer_side == pytest.approx(max(box.width, box.height))
    _assert_all_is_seen(window.draw_tab.canvas, drawing)


def test_another_programs_row_has_a_wide_canvas_to_itself(make_window: WindowMaker, tmp_path: Path) -> None:
    foreign = tmp_path / "row.inkml"
    traces = "".join(f"<trace>{position} 0, {position} 300</trace>" for position in range(0, 3001, 300))
    foreign.write_text(f'<ink xmlns="http://www.w3.org/2003/InkML">{traces}</ink>')
    window = make_window(file=foreign, reading="line")
    canvas = window.draw_tab.canvas

    bounds = window.document.drawing.bounds

    assert bounds is not None
    assert bounds.width == pytest.approx(FOREIGN_ROW_BOX.width)
    shown = canvas.to_widget(bounds.right, 0).x() - canvas.to_widget(bounds.left, 0).x()
    assert shown > 0.8 * canvas.width()
    _assert_all_is_seen(canvas, window.document.drawing)
    choose(window, "Character")
    window.resize(900, 900)
    _assert_all_is_seen(canvas, window.document.drawing)


@pytest.mark.slow
def test_a_drawing_of_this_program_is_shown_where_it_was_written(make_window: WindowMaker, tmp_path: Path) -> None:
    first = make_window()
    write(first.draw_tab.canvas, *sample_drawing(4).strokes)
    (tmp_path / "four.inkml").write_bytes(inkml_bytes(first.document.drawing))

    second = make_window(file=tmp_path / "four.inkml")

    for ours, theirs in zip(second.document.drawing.strokes, first.document.drawing.strokes, strict=True):
        np.testing.assert_allclose(ours.points, theirs.points, atol=0.001)


def test_the_cursor_is_as_wide_as_the_line_that_the_tool_makes(window: MainWindow, canvas: Canvas) -> None:
    def ring_px() -> float:
        pixmap = canvas.cursor().pixmap()
        drawn = np.flatnonzero(
            [pixmap.toImage().pixelColor(x, pixmap.height() // 2).alpha() for x in range(pixmap.width())]
        )
        return float(drawn[-1] - drawn[0]) / pixmap.devicePixelRatio()

    def wide_px(units: float) -> float:
        return canvas.to_widget(units, 0).x() - canvas.to_widget(0, 0).x()

    for width in (22, 60):
        named(window, QSlider, "Pen width").setValue(width)
        assert ring_px() == pytest.approx(wide_px(width), abs=4)
    window.resize(640, 480)
    assert ring_px() == pytest.approx(wide_px(60), abs=4)
    choose(window, "Eraser")
    assert ring_px() == pytest.approx(wide_px(ERASER_WIDTH), abs=4)
    choose(window, "Pen")
    Pen(canvas, eraser=True).hover((500, 500))
    assert ring_px() == pytest.approx(wide_px(ERASER_WIDTH), abs=4)
