"""Brackets: what a row opens, it closes."""

from typing import Final

from digitvision.recognition.expression.layout import LayoutTree

_CLOSED_BY: Final = {"(": ")", "[": "]", r"\{": r"\}"}
_CLOSING: Final = frozenset(_CLOSED_BY.values())


def unpaired(tree: LayoutTree) -> int:
    """How many brackets have no partner in their own row."""
    beginnings = [tree.root, *(child for _, child, relation in tree.relations if relation != "Right")]
    found = 0
    for begin in beginnings:
        awaited: list[str] = []
        for place in tree.row(begin):
            label = tree.symbols[place].label
            if label in _CLOSED_BY:
                awaited.append(_CLOSED_BY[label])
            elif label in _CLOSING:
                if awaited and awaited[-1] == label:
                    awaited.pop()
                else:
                    found += 1
        found += len(awaited)
    return found
