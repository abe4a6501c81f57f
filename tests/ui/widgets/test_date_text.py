"""Dates as people write them."""

import time
from datetime import datetime

import pytest

from digitvision.ui.widgets.date_text import date_text, moment_text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-11-13T11:45:42+00:00", "13 November 2026"),
        ("2026-01-02", "2 January 2026"),
        ("", ""),
        ("soon", ""),
    ],
)
def test_a_moment_is_written_as_a_day(moment: str, text: str) -> None:
    assert date_text(moment) == text


def test_a_moment_of_today_is_a_time_and_of_another_day_a_day_as_well() -> None:
    now = time.time()
    assert moment_text(now) == f"{datetime.fromtimestamp(now):%H:%M}"
    assert moment_text(datetime(2001, 3, 5, 9, 7).timestamp()) == "5 March, 09:07"
