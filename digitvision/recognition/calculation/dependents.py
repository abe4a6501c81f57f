"""Which values of a page may be others once some of its rows have changed: it is told before any is worked out."""

from collections.abc import Collection, Sequence

from digitvision.recognition.calculation.definitions import head_of
from digitvision.recognition.calculation.page_rows import RowResult
from digitvision.recognition.expression.layout import LayoutError, LayoutTree
from digitvision.recognition.expression.notation.structure import structure_of


def name_given_by(tree: LayoutTree) -> str:
    """Return the name that a row gives a value, see `RowResult.defines`; empty for none."""
    try:
        head = head_of(structure_of(tree))
    except LayoutError:
        return ""
    return "" if head is None else head.name


def dependents_of(names: Collection[str], results: Sequence[RowResult | None]) -> frozenset[int]:
    """Return the indices of the rows that hang on names, directly or through names that other rows give.

    Args:
        names: The names that have other values now.
        results: What the rows came to before; None for rows of which that is not known.
    """
    changed, found = set(names), set[int]()
    grows = bool(changed)
    while grows:
        grows = False
        for index, result in enumerate(results):
            if result is not None and index not in found and not changed.isdisjoint(result.uses):
                found.add(index)
                changed.add(result.defines)
                grows = True
    return frozenset(found)
