"""Dates as people write them."""

import pytest

from digitvision.ui.widgets.date_text import date_text


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
