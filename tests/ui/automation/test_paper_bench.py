"""The benchmark of the paper: every step is painted and timed, and the window is left as it was."""

import pytest

from digitvision.ui.automation import paper_bench
from digitvision.ui.automation.paper_bench import paper_ms
from digitvision.ui.paper.view import HOME
from digitvision.ui.window.main_window import MainWindow


@pytest.mark.slow
def test_every_step_of_scrolling_and_zooming_is_timed(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_bench, "STEPS", 8)
    monkeypatch.setattr(paper_bench, "STROKES", 200)
    monkeypatch.setattr(paper_bench, "SETTLING_S", 0.05)
    before = window.size()

    scrolls, zooms = paper_ms(window)

    assert len(scrolls) == len(zooms) == 8
    assert all(passed > 0 for passed in scrolls + zooms)
    assert window.size() == before
    assert not window.draw_tab.canvas.drawing
    assert window.draw_tab.canvas.sheet.view.view == HOME
