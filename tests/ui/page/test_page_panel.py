"""The panel of a page: the details of the chosen row."""

from dataclasses import replace

from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds
from digitvision.recognition.calculation.page_rows import SumPlace
from digitvision.recognition.prediction import Candidate, Reading, RowReading
from digitvision.ui.page.page_panel import PagePanel
from digitvision.ui.page.row_item import RowItem


def test_the_details_of_a_rule_show_what_it_sums_up_as_the_list_does(qtbot: QtBot) -> None:
    panel = PagePanel()
    qtbot.addWidget(panel)
    reading = Reading("equation", (Candidate("−", "-", 0.9),))
    rule = RowItem(0, RowReading(reading, (0,), Bounds(0, 0, 9, 1)), complete=True)

    panel.show_details(3, rule)
    assert panel.details.view.text == "−"
    panel.show_details(3, replace(rule, under=SumPlace(right=1.0, top=1.0, height=1.0, rows=(0, 1), text="482−95")))
    assert panel.details.view.text == "482−95"
