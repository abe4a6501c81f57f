"""Dates and moments as people write them."""

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


def moment_text(seconds: float) -> str:
    """Return a moment, such as "14:05", or "13 November, 14:05" where it is of another day.

    Args:
        seconds: Since the beginning of 1970, UTC; the text is in local time.
    """
    moment = datetime.fromtimestamp(seconds)
    time = f"{moment:%H:%M}"
    if moment.date() == datetime.now().date():
        return time
    day = QLocale(QLocale.Language.English).toString(QDate(moment.year, moment.month, moment.day), "d MMMM")
    return f"{day}, {time}"
