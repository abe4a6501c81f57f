"""How far readings of expressions can be relied on."""

import numpy as np
import pytest

from digitvision.training.expression.confidence import SURE_AT_LEAST, fit_confidence, sure_limit


def test_sure_begins_where_enough_of_the_readings_are_right_and_never_below_the_least() -> None:
    confidence = np.linspace(1.0, 0.5, 501)
    right = confidence > 0.95
    limit = sure_limit(confidence, right)
    assert 0.9 <= limit < 0.95
    assert right[confidence >= limit].mean() >= 0.94
    assert sure_limit(confidence, np.ones(501, bool)) == SURE_AT_LEAST
    assert sure_limit(confidence, np.zeros(501, bool)) == 1.0


def test_from_a_few_readings_nothing_is_learned() -> None:
    assert fit_confidence([]) is None


def test_no_limit_is_drawn_from_a_handful_of_lucky_readings() -> None:
    confidence = np.linspace(1.0, 0.99, 10)
    assert sure_limit(confidence, np.ones(10, bool)) == pytest.approx(1.0)
