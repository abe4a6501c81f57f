"""Which rows the value of a row rests on: those that give its names their values, and those of its column."""

from collections.abc import Sequence

from digitvision.recognition.calculation.page_rows import RowResult

_NOTHING = RowResult()


def rows_behind(results: Sequence[RowResult | None]) -> tuple[frozenset[int], ...]:
    """Return for each row the indices of the other rows that its value rests on, directly or through others.

    Args:
        results: What each row of a page comes to, from the first; None where that is not known yet.
    """
    known = [_NOTHING if result is None else result for result in results]
    names: dict[str, list[int]] = {}
    for index, result in enumerate(known):
        if result.defines:
            names.setdefault(result.defines, []).append(index)
    return tuple(_behind(index, known, names) for index in range(len(known)))


def _behind(row: int, results: Sequence[RowResult], names: dict[str, list[int]]) -> frozenset[int]:
    found: set[int] = set()
    waiting = [row]
    while waiting:
        index = waiting.pop()
        result = results[index]
        direct = set() if result.under is None else set(result.under.rows)
        for name in result.uses:
            # A name takes the value that it has there, and one that is open there the value that it has in `row`.
            rows = names.get(name, [])
            above = [one for one in rows if one < index] or [one for one in rows if one < row]
            direct.update(above[-1:])
        waiting += direct - found
        found |= direct
    return frozenset(found - {row})
