"""A canvas that gets another size while somebody writes: the stroke under way goes on as it began."""

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Sample, Stroke
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.canvas.canvas import Canvas


@pytest.mark.parametrize("device", ["mouse", "pen"])
def test_a_stroke_keeps_the_paper_that_it_began_on(qtbot: QtBot, device: str) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 400)
    canvas.show()
    strokes: list[Stroke] = []
    canvas.stroke_finished.connect(strokes.append)
    began = canvas.to_widget(300, 500)
    player = PointerPlayer(canvas, "pen" if device == "pen" else "mouse")

    player.send("press", Sample(300, 500))
    canvas.resize(200, 300)
    assert canvas.to_widget(300, 500) == began, "ink stays below the pen"
    player.send("move", Sample(340, 540, 8))
    canvas.resize(500, 250)
    player.send("move", Sample(380, 580, 16))
    player.send("release", Sample(380, 580, 16))

    (written,) = strokes
    assert [(round(one.x), round(one.y)) for one in written.samples][:3] == [(300, 500), (340, 540), (380, 580)]
    alone = Canvas()
    qtbot.addWidget(alone)
    alone.resize(500, 250)
    alone.show()
    assert canvas.to_widget(0, 0) == alone.to_widget(0, 0), "afterwards the paper fits the new size"


def test_after_a_press_that_is_abandoned_the_paper_fits_as_well(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 400)
    canvas.show()
    before = canvas.to_widget(1000, 1000)
    PointerPlayer(canvas).send("press", Sample(300, 500))
    canvas.resize(300, 300)
    assert canvas.to_widget(1000, 1000) == before

    canvas.abandon()

    assert canvas.to_widget(1000, 1000) == QPointF(300, 300)
