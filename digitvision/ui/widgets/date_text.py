"""Dates as people write them."""

from datetime import datetime

from PySide6.QtCore import QDate, QLocale


def date_text(moment: str) -> str:
    """Return the day of a moment, such as "13 November 2026".

    Args:
        moment: A date or a date with a time, as ISO 8601 has it.

    Returns:
        The day as it is written there; empty where the text holds no date.
    """
    try:
        day = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    return QLocale(QLocale.Language.English).toString(QDate(day.year, day.month, day.day), "d MMMM yyyy")
