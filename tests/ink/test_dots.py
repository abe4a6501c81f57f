"""What looks like a dot with the pen that drew it is read as one; everything else is as it was written."""

import numpy as np

from digitvision.ink.dots import with_dots
from digitvision.ink.stroke import Drawing, Stroke

TAP = Stroke.of([(100, 100, 0, 0.2), (103, 101, 8, 0.6), (103, 104, 16, 0.4), (100, 103, 24, 0.4)])
LINE = Stroke.of([(0, 0), (0, 40), (0, 80)])


def test_a_tap_that_trembles_within_the_pens_mark_is_a_dot_in_its_middle() -> None:
    seen = with_dots(Drawing((LINE, TAP)), 22.0)

    assert seen.strokes[0] is LINE
    np.testing.assert_allclose(seen.strokes[1].points, [[101.5, 102.0, 0.0, 0.4]])


def test_what_a_finer_pen_shows_is_no_dot() -> None:
    drawing = Drawing((LINE, TAP))

    assert with_dots(drawing, 6.0) is drawing
    assert len(with_dots(drawing, 8.0).strokes[1]) == 1


def test_a_drawing_without_taps_is_itself() -> None:
    dot = Stroke.of([(5, 5)])
    for drawing in (Drawing(), Drawing((LINE,)), Drawing((dot, LINE))):
        assert with_dots(drawing, 22.0) is drawing
