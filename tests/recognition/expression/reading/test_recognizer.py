"""Whole readings of equations by the shipped model."""

import numpy as np
import pytest

from digitvision.ink.stroke import NO_PRESSURE, Drawing, Stroke
from digitvision.recognition.expression.reading.model import default_expression_model
from digitvision.recognition.expression.reading.recognizer import EquationRecognizer
from digitvision.recognition.models.model_store import ModelStore


@pytest.fixture(scope="module")
def recognizer() -> EquationRecognizer:
    return EquationRecognizer(default_expression_model(ModelStore()))


def _line(start: tuple[float, float], end: tuple[float, float]) -> Stroke:
    samples = np.zeros((20, 4))
    samples[:, :2] = np.linspace(start, end, 20)
    samples[:, 3] = NO_PRESSURE
    return Stroke(samples)


def _plus(left: float) -> list[Stroke]:
    return [_line((left, 30), (left + 36, 30)), _line((left + 18, 12), (left + 18, 48))]


@pytest.fixture
def dotted() -> Drawing:
    """1 + … + 1"""
    dots = [_line((110 + 25 * index, 56), (111 + 25 * index, 58)) for index in range(3)]
    return Drawing((_line((0, 0), (0, 60)), *_plus(30), *dots, *_plus(190), _line((250, 0), (250, 60))))


def test_three_dots_are_one_symbol_in_every_candidate(recognizer: EquationRecognizer, dotted: Drawing) -> None:
    reading = recognizer.read(dotted, top=5)
    assert reading.candidates[0].latex == r"1 + \ldots + 1"
    # A candidate with the dots as three symbols would look the same.
    assert not any(". ." in candidate.latex for candidate in reading.candidates)
    assert len({candidate.latex for candidate in reading.candidates}) == len(reading.candidates) == 5


def test_candidates_come_best_first(recognizer: EquationRecognizer, dotted: Drawing) -> None:
    confidence = [candidate.confidence for candidate in recognizer.read(dotted, top=5).candidates]
    assert confidence == sorted(confidence, reverse=True)
    assert sum(confidence) <= 1 + 1e-6
