"""The words for a confidence: sure, likely, not sure."""

import pytest

from digitvision.ink.stroke import Drawing
from digitvision.recognition.expression.model import default_expression_model
from digitvision.recognition.expression.recognizer import EquationRecognizer
from digitvision.recognition.modelstore import ModelStore
from digitvision.recognition.prediction import LIKELY_ABOVE, SURE_ABOVE, Candidate, Reading, Verdict, percent
from tests.recognition.line.rows import row, scribble
from tests.recognition.line.test_recognizer import shipped


@pytest.fixture(scope="module")
def equations() -> EquationRecognizer:
    return EquationRecognizer(default_expression_model(ModelStore()))


@pytest.mark.parametrize(
    ("confidence", "sure", "likely", "verdict"),
    [
        (0.97, True, True, "sure"),
        (0.97, True, False, "sure"),
        (0.87, True, True, "likely"),
        (0.87, False, True, "likely"),
        (0.87, False, False, "not sure"),
        (0.97, False, False, "not sure"),
        (0.3, False, False, "not sure"),
    ],
)
def test_three_words_for_a_reading(confidence: float, sure: bool, likely: bool, verdict: Verdict) -> None:
    reading = Reading("equation", (Candidate("x", "x", confidence),), sure, likely=likely)

    assert reading.verdict == verdict
    assert reading.sure == sure


@pytest.mark.parametrize(
    ("confidence", "text"),
    [
        (1.0, "> 99.9 %"),
        (0.999, "99.9 %"),
        (0.0412, "4.1 %"),
        (0.0005, "0.1 %"),
        (0.00049, "< 0.1 %"),
        (0.0, "< 0.1 %"),
    ],
)
def test_a_confidence_never_claims_certainty_or_impossibility(confidence: float, text: str) -> None:
    assert percent(confidence) == text


@pytest.mark.parametrize("text", ["407", "1=1", "00.01", "23+8=31"])
def test_what_is_more_probable_than_not_is_likely_at_least(equations: EquationRecognizer, text: str) -> None:
    for reading in (equations.read(row(text), top=3), shipped().read(row(text), top=3)):
        assert reading.confidence >= LIKELY_ABOVE
        assert reading.likely
        assert reading.verdict == ("sure" if reading.confidence >= SURE_ABOVE else "likely")


@pytest.mark.parametrize("seed", range(4))
def test_strokes_all_over_each_other_are_not_even_likely(equations: EquationRecognizer, seed: int) -> None:
    """Also where the answer is probable beside all others: nothing in it looks like a sign."""
    drawing: Drawing = scribble(8, seed)

    assert not equations.read(drawing, top=3).likely
    assert not shipped().read(drawing, top=3).likely
