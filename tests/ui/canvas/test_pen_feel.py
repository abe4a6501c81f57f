"""How the pen follows the hand: steadied behind its tip, and as heavy as the pressure curve says."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from digitvision.ink.editing.pressure_curve import PressureCurve
from digitvision.ink.editing.stabilizer import stabilized
from digitvision.ink.stroke import Drawing, Sample, Stroke
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.live_stroke import LiveStroke
from digitvision.ui.canvas.pen_tool import PenFeel
from tests.ui.hand import Fingers, Pen, stroke, write

_moves = st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9), st.integers(0, 30)), min_size=1, max_size=60)


def _stroke(moves: list[tuple[float, float, int]]) -> Stroke:
    walked = np.cumsum(np.array(moves, dtype=np.float64), axis=0)
    return Stroke(np.column_stack([walked, np.full(len(walked), 0.5)]))


@settings(max_examples=25)
@given(moves=_moves, strength=st.floats(0.02, 1))
def test_a_stroke_that_grows_comes_to_the_same_as_when_it_is_steadied_at_once(
    moves: list[tuple[float, float, int]], strength: float
) -> None:
    written = _stroke(moves)
    live = LiveStroke(Sample(*written.samples[0]), 10.0, steadiness=strength)

    for sample in written.samples[1:]:
        live.append(sample)
        assert live.stroke.samples[-1] == sample

    np.testing.assert_allclose(live.stroke.points, stabilized(written.points, strength), atol=1e-9)


@settings(max_examples=25)
@given(moves=_moves)
def test_without_steadiness_samples_are_kept_exactly(moves: list[tuple[float, float, int]]) -> None:
    written = _stroke(moves)
    live = LiveStroke(Sample(*written.samples[0]), 10.0)

    for sample in written.samples[1:]:
        live.append(sample)

    np.testing.assert_array_equal(live.stroke.points, written.points)


@settings(max_examples=25)
@given(moves=_moves, strength=st.floats(0, 1))
def test_the_pieces_on_the_screen_are_those_of_the_whole_stroke(
    moves: list[tuple[float, float, int]], strength: float
) -> None:
    written = _stroke(moves)
    live = LiveStroke(Sample(*written.samples[0]), 10.0, steadiness=strength)
    changed = [rectangle for sample in written.samples[1:] for rectangle in live.append(sample)]

    ends = [piece.path.currentPosition() for piece in live.pieces]
    assert (ends[-1].x(), ends[-1].y()) == pytest.approx(tuple(live.stroke.xy[-1]), abs=0.02)
    boxes = [piece.rectangle for piece in live.pieces]
    if len(written) > 1:
        assert all(any(box == other for other in changed) for box in boxes)


@pytest.fixture
def field(qtbot: QtBot) -> Canvas:
    """A canvas that keeps what is written on it."""
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(500, 500)
    canvas.show()
    canvas.stroke_finished.connect(lambda one: canvas.set_content(canvas.drawing.with_stroke(one), None))
    return canvas


_SOFT = PressureCurve((0.0, 0.5, 0.8, 0.9, 1.0))


def test_the_curve_shapes_a_pens_pressure(field: Canvas) -> None:
    field.pen.feel = PenFeel(pressure=_SOFT)

    Pen(field).sweep([(100, 100), (200, 200), (300, 300)], pressure=0.25)

    (written,) = field.drawing.strokes
    assert written.points[:, 3].tolist() == pytest.approx([0.5] * 3, abs=1e-3)


def test_mouse_and_finger_have_no_pressure_to_shape(field: Canvas) -> None:
    field.pen.feel = PenFeel(pressure=_SOFT)
    hand = Fingers(field)

    write(field, stroke((100, 100), (200, 200)))
    hand.sweep([(300, 300), (400, 300)])
    hand.lift_all()

    assert {float(pressure) for one in field.drawing.strokes for pressure in one.points[:, 3]} == {0.5}


def test_a_stroke_is_steadied_only_where_that_is_wanted(field: Canvas) -> None:
    shaky = [(100.0 + 4 * step, 300.0 + 6 * (step % 2)) for step in range(60)]
    Pen(field).sweep(shaky)
    field.pen.feel = PenFeel(steadiness=1.0)
    for step, position in enumerate(shaky):
        (Pen(field).press if step == 0 else Pen(field).move)(position)
        time.sleep(0.002)
    Pen(field).release(shaky[-1])

    raw, steady = (np.abs(np.diff(one.xy[10:-10, 1])).mean() for one in field.drawing.strokes)
    assert raw == pytest.approx(6, abs=0.5)
    assert steady < 2


@pytest.mark.slow
def test_steadying_costs_the_same_however_long_the_stroke_is(field: Canvas) -> None:
    path = Stroke.of((t / 3, 400 + 90 * np.sin(t / 40), 4.0 * t) for t in range(1500))
    live = LiveStroke(path.samples[0], 10.0, steadiness=1.0)
    spent = []
    for sample in path.samples[1:]:
        start = time.process_time()
        live.append(sample)
        spent.append(time.process_time() - start)

    assert np.median(spent[-500:]) < 2 * np.median(spent[100:600])
    assert np.median(spent[-500:]) < 0.004


def test_an_empty_hint_is_not_painted(field: Canvas) -> None:
    field.set_hint("")
    field.set_content(Drawing(), None)

    assert field.hint == ""
    image = field.grab().toImage()
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    colours = {image.pixelColor(x, y).name() for x in range(20, 480, 3) for y in range(200, 300, 2)}
    assert colours == {middle.name()}
