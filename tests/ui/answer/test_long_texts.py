"""A long line of words is shown in full: smaller, then in several lines."""

import pytest
from PySide6.QtGui import QFontMetricsF, QImage
from pytestqt.qtbot import QtBot

from digitvision.ui.answer.formula_view import LEAST_POINTS, PLAIN_POINTS, FormulaView


def _view(qtbot: QtBot, text: str, width: int = 240, height: int = 90) -> FormulaView:
    view = FormulaView()
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show_formula(None, text)
    return view


def _rows_of_ink(view: FormulaView) -> int:
    """Number of lines of text: runs of pixel rows that differ from the background."""
    picture = view.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    paper = picture.pixelColor(1, 1)
    inked = [
        any(picture.pixelColor(x, y) != paper for x in range(2, picture.width() - 2))
        for y in range(2, picture.height() - 2)
    ]
    return sum(now and not before for before, now in zip([False, *inked], inked, strict=False))


@pytest.mark.parametrize(
    ("text", "points", "lines"),
    [
        ("nom", PLAIN_POINTS, 1),
        ("no one was on a moor", None, 1),
        ("no one was on a moor as we came near a cave on a moor", LEAST_POINTS, 2),
    ],
)
def test_it_gets_smaller_and_then_takes_several_lines(
    qtbot: QtBot, text: str, points: float | None, lines: int
) -> None:
    view = _view(qtbot, text)
    font = view.font_for(view.width() - 8)

    if points is None:
        assert LEAST_POINTS < font.pointSizeF() < PLAIN_POINTS
        assert QFontMetricsF(font).horizontalAdvance(text) <= view.width()
    else:
        assert font.pointSizeF() == points
    assert _rows_of_ink(view) >= lines
