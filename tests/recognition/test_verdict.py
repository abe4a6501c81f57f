"""The words for a confidence: sure, likely, not sure."""

import numpy as np
import pytest

from digitvision.ink.raster import rasterize
from digitvision.ink.stroke import Drawing
from digitvision.ink.trajectory import trajectory
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.reading.model import default_expression_model
from digitvision.recognition.expression.reading.recognizer import EquationRecognizer
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import (
    IN_VOCABULARY_ABOVE,
    LIKELY_ABOVE,
    SURE_ABOVE,
    Candidate,
    Label,
    Prediction,
    Reading,
    Verdict,
    glyph_candidates,
    percent,
    verdict_of,
)
from digitvision.recognition.recognizer import Recognizer
from tests.recognition.line.rows import ring, row, scribble
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
def test_a_reading_more_probable_than_not_is_at_least_likely(equations: EquationRecognizer, text: str) -> None:
    for reading in (equations.read(row(text), top=3), shipped().read(row(text), top=3)):
        assert reading.confidence >= LIKELY_ABOVE
        assert reading.likely
        assert reading.verdict == ("sure" if reading.confidence >= SURE_ABOVE else "likely")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_strokes_all_over_each_other_are_not_even_likely(equations: EquationRecognizer, seed: int) -> None:
    """This holds even where the answer is more probable than all others, as its glyphs look like junk."""
    drawing: Drawing = scribble(8, seed)

    assert not equations.read(drawing, top=3).likely
    assert not shipped().read(drawing, top=3).likely


_ZERO, _LETTER, _SIX = (Label(text, text) for text in "0O6")


def test_the_class_chosen_in_context_comes_first_and_the_others_share_the_rest() -> None:
    prediction = Prediction((_ZERO, _LETTER, _SIX), np.array([0.2, 0.6, 0.2], np.float32))

    found = glyph_candidates(prediction, _ZERO, 0.96, 3)

    assert [one.text for one in found] == ["0", "O", "6"]
    assert [one.confidence for one in found] == pytest.approx([0.96, 0.03, 0.01])
    assert glyph_candidates(prediction, _ZERO, 0.96, 1) == found[:1]


def test_a_glyph_without_any_doubt_leaves_nothing() -> None:
    prediction = Prediction((_ZERO, _LETTER), np.array([1.0, 0.0], np.float32))

    assert [one.confidence for one in glyph_candidates(prediction, _ZERO, 1.0, 2)] == [1.0, 0.0]


@pytest.mark.parametrize("text", ["407", "1508", "165", "00.01", "23+8=31"])
def test_no_glyph_is_less_certain_than_the_whole(equations: EquationRecognizer, text: str) -> None:
    for reading in (equations.read(row(text), top=3), shipped().read(row(text), top=3, alphabet="all")):
        assert reading.verdict != "not sure"
        for glyph in reading.glyphs:
            confidences = [candidate.confidence for candidate in glyph.candidates]
            assert confidences[0] >= reading.confidence
            assert sum(confidences) <= 1 + 1e-6
            assert glyph.prediction.in_vocabulary >= IN_VOCABULARY_ABOVE


@pytest.mark.parametrize("text", ["407", "1508", "-56", "23+8=31", "9"])
def test_a_line_s_doubt_is_shared_among_its_glyphs(text: str) -> None:
    reading = shipped().read(row(text), top=3, alphabet="all")

    product = float(np.prod([glyph.candidates[0].confidence for glyph in reading.glyphs]))
    assert product == pytest.approx(reading.confidence, rel=1e-3)


def test_a_corrected_glyph_is_certain() -> None:
    corrections = Corrections().with_label([0], "7")

    reading = shipped().read(row("9 2"), top=3, alphabet="all", corrections=corrections)

    assert reading.glyphs[0].candidates[0].text == "7"
    assert reading.glyphs[0].candidates[0].confidence > 0.999
    assert reading.glyphs[0].prediction.in_vocabulary == 1
    assert reading.glyphs[1].candidates[0].confidence < 0.999


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_glyphs_that_look_like_junk_are_found(equations: EquationRecognizer, seed: int) -> None:
    drawing = scribble(8, seed)

    for reading in (equations.read(drawing, top=3), shipped().read(drawing, top=3)):
        assert min(glyph.prediction.in_vocabulary for glyph in reading.glyphs) < IN_VOCABULARY_ABOVE


@pytest.mark.parametrize("alphabet", ["math", "all"])
@pytest.mark.parametrize("size", [12, 26, 80])
def test_a_ring_alone_may_be_a_zero_an_o_or_a_degree_sign(alphabet: str, size: float) -> None:
    strokes = Drawing((ring(200, 200, size, 1.05 * size),)).strokes
    glyphs = Recognizer(ModelStore().for_alphabet(alphabet), alphabet)

    prediction = glyphs.predict(rasterize(strokes), trajectory(strokes))
    best, second = prediction.candidates(2)
    assert {best.text, second.text} <= {"0", "o", "O"}
    assert verdict_of(best.confidence, sure=prediction.sure) == "likely"
