"""Rounds of the learning rate, and the running mean of weights."""

import numpy as np
import pytest

from digitvision.training.run.schedule import AVERAGE_EVERY, RunningMean, WarmRestarts, restarts_of


def _schedule(*restarts: int, epochs: int = 50) -> WarmRestarts:
    return WarmRestarts(epochs=epochs, restarts=restarts, highest=0.01, lower=(0.5, 0.4), warm_up=1.0, final=0.1)


def test_each_round_warms_up_and_falls_from_its_own_height() -> None:
    rounds = _schedule(24, 36)
    assert [epoch for epoch in range(1, 51) if rounds.begins(epoch)] == [25, 37]
    for begin, end, highest in ((0, 24, 0.01), (24, 36, 0.005), (36, 50, 0.004)):
        assert 0 < rounds.rate(begin) < highest * 0.05
        assert rounds.rate(begin + 1) == pytest.approx(highest)
        assert rounds.rate(end - 1e-6) == pytest.approx(highest * 0.1)
        rates = [rounds.rate(epoch) for epoch in np.linspace(begin + 1, end - 1e-6, 30)]
        assert rates == sorted(rates, reverse=True)


def test_a_fourth_round_is_as_high_as_the_third_and_a_shorter_training_has_fewer() -> None:
    rounds = _schedule(10, 20, 30, epochs=40)
    assert rounds.rate(21) == rounds.rate(31) == pytest.approx(0.004)
    short = _schedule(10, 20, 30, epochs=15)
    assert short.first == 10
    assert short.rate(14.999) == pytest.approx(0.0005, rel=0.01)
    assert _schedule(30, epochs=15).first == 15
    assert not any(_schedule(30, epochs=15).begins(epoch) for epoch in range(1, 16))


@pytest.mark.parametrize("raw", [3, [0], [2, 1], [1, 1], ["1"], [1.5], None])
def test_restarts_are_epochs_in_their_order(raw: object) -> None:
    with pytest.raises(ValueError, match="restart_after"):
        restarts_of(raw)
    assert restarts_of([2, 7]) == (2, 7)


def test_the_mean_follows_fast_at_first_and_slowly_later() -> None:
    mean = RunningMean(0.99)
    mean.add([np.zeros(2)], 0)
    mean.add([np.ones(2)], 10)
    assert mean.weights[0].tolist() == pytest.approx([1 - 0.55**AVERAGE_EVERY] * 2)
    before = mean.weights[0][0]
    mean.add([np.full(2, 2.0)], 100_000)
    assert mean.weights[0][0] - before == pytest.approx((2 - before) * (1 - 0.99**AVERAGE_EVERY))
