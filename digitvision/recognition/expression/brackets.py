"""Brackets: what a row opens, it closes."""

from typing import Final

from digitvision.recognition.expression.layout import LayoutTree

_CLOSES: Final = {")": frozenset("(["), "]": frozenset("(["), r"\}": frozenset({r"\{"})}
"""What each closing bracket may close: an interval may have its ends in different ones."""

_OPENING: Final = frozenset().union(*_CLOSES.values())


def unpaired(tree: LayoutTree) -> int:
    """How many brackets have no partner in their own row."""
    beginnings = [tree.root, *(child for _, child, relation in tree.relations if relation != "Right")]
    found = 0
    for begin in beginnings:
        opened: list[str] = []
        for place in tree.row(begin):
            label = tree.symbols[place].label
            if label in _OPENING:
                opened.append(label)
            elif label in _CLOSES:
                if opened and opened[-1] in _CLOSES[label]:
                    opened.pop()
                else:
                    found += 1
        found += len(opened)
    return found
