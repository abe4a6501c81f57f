"""A training is stopped, paused and let go on from another thread."""

import threading
import time

import pytest

from digitvision.training.run.control import Control, Stopped


def test_what_is_neither_stopped_nor_paused_goes_on_at_once() -> None:
    control = Control()

    assert control.check() == 0
    assert not control.paused


def test_a_stop_is_final() -> None:
    control = Control()
    control.set()

    for _ in range(2):
        with pytest.raises(Stopped):
            control.check()


@pytest.mark.slow
def test_a_pause_lasts_until_it_is_ended_and_is_measured() -> None:
    control = Control()
    control.pause()
    control.pause()
    assert control.paused
    timer = threading.Timer(0.3, control.go_on)
    timer.start()
    began = time.monotonic()

    waited = control.check()

    timer.join()
    assert time.monotonic() - began > 0.25
    assert waited == pytest.approx(time.monotonic() - began, abs=0.1)
    assert control.check() == 0


def test_a_stop_ends_a_pause() -> None:
    control = Control()
    control.pause()
    timer = threading.Timer(0.1, control.set)
    timer.start()

    with pytest.raises(Stopped):
        control.check()
    timer.join()
