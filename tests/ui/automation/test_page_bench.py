"""The benchmark of pages: what it writes, and its result where no model reads pages."""

import pytest

from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.ui.automation import equation_bench, page_bench
from digitvision.ui.automation.page_bench import composed_page, composed_row, opening_ms, row_ms, written_again
from digitvision.ui.reading.reading_kinds import READINGS
from digitvision.ui.window.main_window import MainWindow
from tests.ui.draw.page_window import KnownPage


def test_the_rows_of_the_page_are_apart() -> None:
    rows = [composed_row(text, place) for place, text in enumerate(("12+3=", "4-5="))]

    assert max(stroke.bounds.bottom for stroke in rows[0]) < min(stroke.bounds.top for stroke in rows[1])
    assert len(composed_page(3).strokes) > 3 * 6


def test_no_row_is_written_twice_alike() -> None:
    row = composed_row("12+3=", 0)

    first, second = written_again(row, 0), written_again(row, 1)

    assert first == row
    assert len(second) == len(row)
    # Level lines have no slant.
    assert sum(one != other for one, other in zip(row, second, strict=True)) == 4


@pytest.mark.slow
def test_every_stroke_is_timed_to_its_row(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, shared_values: None
) -> None:
    monkeypatch.setitem(READINGS, "page", KnownPage(("1+1111111111=",)).kind())
    monkeypatch.setattr(page_bench, "ROUNDS", 1)
    monkeypatch.setattr(page_bench, "ROWS", 2)

    times = row_ms(window)

    assert times is not None
    assert len(times) == len(composed_row("12+30=", 1))
    # Each ended with a row, and none with the limit.
    assert all(0 < passed < equation_bench.LIMIT_MS for passed in times)
    assert window.readings.reading == "character"


@pytest.mark.slow
def test_opening_a_page_is_timed_to_its_first_and_its_last_row(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, shared_values: None
) -> None:
    monkeypatch.setitem(READINGS, "page", KnownPage(("1+1+1+1+1=", "2+1+1+1+1="), slices=True).kind())
    monkeypatch.setattr(page_bench, "ROWS", 3)

    passed = opening_ms(window)

    assert passed is not None
    assert 0 < passed["first_row"] < passed["all_rows"] < page_bench.OPENING_LIMIT_MS
    assert 0 < passed["longest_gap"] < passed["all_rows"]
    assert window.readings.reading == "character"


def test_without_a_model_nothing_is_timed(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_store: ModelStore, _name: str) -> Model:
        raise ModelFault("There is no model “equations”.")

    kind = type(READINGS["page"])
    monkeypatch.setitem(READINGS, "page", kind("page", "F9", rows=True, model_of=missing))

    assert row_ms(window) is None
    assert opening_ms(window) is None
