"""A long session of writing, undoing, selecting and zooming leaves nothing behind that was not there before."""

import json
from pathlib import Path

import pytest

from digitvision.ui.automation import long_session_bench
from digitvision.ui.automation.long_session_bench import measure, report
from tests.ui.windows import WindowMaker

LARGEST_GROWTH_MB = 20.0


@pytest.mark.slow
def test_what_is_held_does_not_grow(make_window: WindowMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_session_bench, "MINUTES", 6)
    monkeypatch.setattr(long_session_bench, "WARM_UP_MINUTES", 3)
    monkeypatch.setattr(long_session_bench, "NEW_DRAWING_MINUTES", 1)
    monkeypatch.setattr(long_session_bench, "STROKES_A_MINUTE", 8)
    window = make_window(start=False, journal=tmp_path / "journal")

    figures = measure(window)

    assert figures["strokes"] == 48
    warm, end = figures["warm"], figures["end"]
    assert end["memory_mb"] <= warm["memory_mb"] + LARGEST_GROWTH_MB
    assert end["threads"] <= warm["threads"]
    assert end["files"] <= warm["files"]
    assert end["timers"] <= figures["start"]["timers"]
    assert json.loads(report(figures, "json")) == figures
    assert len(report(figures, "text").splitlines()) == 4
