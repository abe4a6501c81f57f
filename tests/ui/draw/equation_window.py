"""A window that reads equations with a reader whose answers are known."""

from collections.abc import Callable, Sequence

import pytest
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Stroke
from digitvision.ui.draw.expression_answer import ExpressionAnswer
from digitvision.ui.reading.reading_kinds import READINGS
from digitvision.ui.window.main_window import MainWindow
from tests.ui.expressions import KnownReader, row
from tests.ui.hand import write_at_once
from tests.ui.windows import PATIENCE_MS, WindowMaker


class EquationWindow:
    """The window, its reader, and a hand that writes."""

    def __init__(self, make: WindowMaker, reader: KnownReader, qtbot: QtBot) -> None:
        self.reader = reader
        self.qtbot = qtbot
        self.window: MainWindow = make(reading="equation")

    @property
    def answer(self) -> ExpressionAnswer:
        return self.window.draw_tab.expression

    @property
    def latex(self) -> str:
        reading = self.window.draw_tab.reading
        return "" if reading is None else reading.latex

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.window.settled, timeout=PATIENCE_MS)

    def write(self, strokes: Sequence[Stroke] | int) -> None:
        """Write these strokes, or this number of strokes, and wait for the answer."""
        write_at_once(self.window.draw_tab.canvas, *(row(strokes) if isinstance(strokes, int) else strokes))
        self.settle()


EquationMaker = Callable[..., EquationWindow]


def equation_maker(make: WindowMaker, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> EquationMaker:
    """Return a function that makes such windows; its arguments are those of the reader."""

    def made(script: str = "1+2=", confidences: tuple[float, ...] = ()) -> EquationWindow:
        reader = KnownReader(script, confidences)
        monkeypatch.setitem(READINGS, "equation", reader.kind())
        return EquationWindow(make, reader, qtbot)

    return made
