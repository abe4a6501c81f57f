"""The benchmark of equations: what it writes, and its result where no model reads equations."""

import pytest

from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.ui.automation import equation_bench
from digitvision.ui.automation.equation_bench import composed_expression, formula_ms
from digitvision.ui.reading.reading_kinds import READINGS
from digitvision.ui.window.main_window import MainWindow
from tests.ui.expressions import KnownReader


def test_the_expression_has_no_two_symbols_in_one_position() -> None:
    drawing = composed_expression()
    bounds = drawing.bounds

    assert bounds is not None
    # On a canvas that is wide: beside the square page there is room.
    assert bounds.top > 0
    assert bounds.bottom < 1000
    assert 18 <= len(drawing.strokes) <= 24


@pytest.mark.slow
def test_every_stroke_is_timed_to_its_formula(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READINGS, "equation", KnownReader("1+").kind())
    monkeypatch.setattr(equation_bench, "ROUNDS", 1)
    window.readings.actions[2].setEnabled(True)

    times = formula_ms(window)

    assert times is not None
    assert len(times) == len(composed_expression().strokes)
    # Each ended with a formula, and none with the limit.
    assert all(0 < passed < equation_bench.LIMIT_MS for passed in times)
    assert window.readings.reading == "character"


def test_without_a_model_nothing_is_timed(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_store: ModelStore, _name: str) -> Model:
        raise ModelFault("There is no model “equations”.")

    kind = type(READINGS["equation"])
    monkeypatch.setitem(READINGS, "equation", kind("equation", "F8", model_of=missing))

    assert formula_ms(window) is None
