"""A page that is too long for a sheet of paper is parted between its rows."""

from collections.abc import Iterable
from typing import Final

from digitvision.ink.stroke import Bounds

MOST_SHEETS: Final = 200
"""Largest number of sheets that a page is printed on."""


def sheets_of(bounds: Bounds, boxes: Iterable[Bounds], height: float) -> list[Bounds]:
    """Part a page into sheets, each from one free height to the next; empty stretches between them are left out.

    Args:
        bounds: The rectangle around everything on the page.
        boxes: What is not parted if it fits on a sheet: rows, and ink that belongs to none.
        height: Height of a sheet, in the page's unit, above 0.

    Returns:
        The part of the page that each sheet shows, from top to bottom, as wide as the page and no higher than a sheet;
        at most `MOST_SHEETS` + 1, the rest is left out then.
    """
    sheets: list[Bounds] = []
    top = bottom = bounds.top
    for first, last in _bands(boxes):
        if last - top > height and bottom > top:
            sheets.append(Bounds(bounds.left, top, bounds.right, bottom))
            top = first
        while last - top > height and len(sheets) <= MOST_SHEETS:
            # This alone is higher than a sheet.
            sheets.append(Bounds(bounds.left, top, bounds.right, top + height))
            top += height
        bottom = last
        if len(sheets) > MOST_SHEETS:
            return sheets
    if bottom > top or not sheets:
        sheets.append(Bounds(bounds.left, top, bounds.right, max(bottom, min(bounds.bottom, top + height))))
    return sheets


def _bands(boxes: Iterable[Bounds]) -> list[tuple[float, float]]:
    """Return from where to where boxes reach, those that overlap in height joined, from top to bottom."""
    bands: list[tuple[float, float]] = []
    for first, last in sorted((box.top, box.bottom) for box in boxes):
        if bands and first <= bands[-1][1]:
            bands[-1] = bands[-1][0], max(bands[-1][1], last)
        else:
            bands.append((first, last))
    return bands
