"""What is printed on the paper: behind the ink, on the screen only."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from digitvision.ink.drawing_settings import PAPER_SPACING
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.paper.patterns import LEAST_SPACING_PX, PATTERNS, Pattern, pattern_named
from digitvision.ui.theme import Appearance, Theme
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import choose
from tests.ui.hand import DIAGONAL, write
from tests.ui.pictures import ink_share, picture_of
from tests.ui.windows import PATIENCE_MS


def _share(canvas: Canvas) -> NDArray[np.float64]:
    return ink_share(canvas, picture_of(canvas))[3:-3, 3:-3]


def _printed(canvas: Canvas) -> NDArray[np.float64]:
    """The share of ink's colour that is printed on each pixel of paper on which nothing else stands."""
    canvas.set_hint("")
    how = np.s_[: canvas.height() // 3]
    return _share(canvas)[how]


@pytest.mark.parametrize("appearance", ["light", "dark"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is_visible_and_far_paler_than_ink(
    canvas: Canvas, theme: Theme, pattern: Pattern, appearance: Appearance
) -> None:
    theme.set_appearance(appearance)
    canvas.sheet.set_pattern(pattern)
    printed = _printed(canvas)
    rows, columns = (printed > 0.05).all(axis=1).sum(), (printed > 0.05).all(axis=0).sum()

    assert printed.max() < 0.5
    assert (rows > 0) == (pattern in ("ruled", "squared"))
    assert (columns > 0) == (pattern == "squared")
    assert (printed > 0.05).any() == (pattern != "blank")


def test_lines_have_the_drawings_distances_and_move_with_it(canvas: Canvas) -> None:
    canvas.sheet.set_pattern("ruled")
    lines = np.flatnonzero((_printed(canvas) > 0.05).all(axis=1))
    assert np.diff(lines) == pytest.approx(PAPER_SPACING * canvas.scale, abs=1)
    first = canvas.to_drawing(QPointF(0, float(lines[0] + 3)))[1]
    assert first / PAPER_SPACING == pytest.approx(round(first / PAPER_SPACING), abs=0.05)

    canvas.sheet.view.pan(0, 7)
    moved = np.flatnonzero((_printed(canvas) > 0.05).all(axis=1))
    assert moved[-1] == lines[-1] + 7 or moved[-2] == lines[-1] + 7
    canvas.sheet.view.zoom_to(2.0, QPointF(0, 0))
    assert np.diff(np.flatnonzero((_printed(canvas) > 0.05).all(axis=1))) == pytest.approx(
        2 * PAPER_SPACING * canvas.scale / 2, abs=1
    )


def test_far_away_lines_are_left_out_rather_than_making_the_paper_grey(canvas: Canvas) -> None:
    canvas.sheet.set_pattern("ruled")
    canvas.sheet.view.zoom_to(0.1)
    lines = np.flatnonzero((_printed(canvas) > 0.05).all(axis=1))

    assert (np.diff(lines) >= LEAST_SPACING_PX["ruled"] - 1).all()


def test_ink_lies_over_the_pattern_and_takes_no_colour_of_it(canvas: Canvas) -> None:
    write(canvas, DIAGONAL)
    blank = _share(canvas)
    canvas.sheet.set_pattern("squared")
    squared = _share(canvas)

    np.testing.assert_allclose(squared[blank > 0.99], blank[blank > 0.99], atol=0.01)
    assert (squared[blank < 0.01] > 0.05).any()


def test_pictures_of_the_drawing_have_no_pattern(window: MainWindow, qtbot: QtBot) -> None:
    write(window.draw_tab.canvas, DIAGONAL)
    copies = []
    for pattern in ("Blank", "Squared"):
        choose(window, pattern)
        QGuiApplication.clipboard().clear()
        choose(window, "Copy picture")
        qtbot.waitUntil(lambda: not QGuiApplication.clipboard().image().isNull(), timeout=PATIENCE_MS)
        copies.append(QGuiApplication.clipboard().image())

    assert copies[0] == copies[1]


def test_a_name_that_nobody_knows_is_blank_paper() -> None:
    assert [pattern_named(name) for name in (*PATTERNS, "", "graph")] == [*PATTERNS, "blank", "blank"]
