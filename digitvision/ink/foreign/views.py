"""Views of traces: which traces in definitions, and which of their samples, a file shows.

Source: W3C, "Ink Markup Language (InkML)", Recommendation of 20 September 2011, section 3.3 (trace views).
"""

from dataclasses import dataclass, field
from typing import Final

Range = tuple[int, int | None]
"""The first of a row of samples, counted from 0, and the one after the last; None for the trace's end."""

_Path = tuple[int, ...]
"""Places of a part in a group, of a part of that, and so on down to a sample, each counted from 1; empty for an end."""

_MOST_STEPS: Final = 200_000
"""Parts that are looked at: views may refer to each other in circles, and to the same ones again and again."""

_LONGEST_PATH: Final = 20


@dataclass(slots=True)
class _Node:
    """A trace, a group, or a view.

    Attributes:
        trace: The trace's number; -1 for what is no trace.
        parts: What a group or a view has inside.
        reference: Name of what a view refers to; empty for none.
        first, last: Where what a view shows of it begins and ends.
        is_view: Whether it is a view.
    """

    trace: int = -1
    parts: "list[_Node]" = field(default_factory=list)
    reference: str = ""
    first: _Path = ()
    last: _Path = ()
    is_view: bool = False


class ViewCollector:
    """Collects groups, traces and views in definitions, and views elsewhere, from the events of an XML parser."""

    def __init__(self) -> None:
        self._named: dict[str, _Node] = {}
        self._open: list[_Node] = []
        self._shown: list[_Node] = []

    def start_group(self, name: str, *, defined: bool) -> None:
        """Begin a group; `defined` says whether it stands in definitions."""
        self._start(_Node(), name, defined=defined)

    def start_view(self, name: str, reference: str, attributes: dict[str, str], *, defined: bool) -> None:
        """Begin a view; `reference` is the name of what it refers to."""
        first, last = _path(attributes.get("from")), _path(attributes.get("to"))
        node = _Node(reference=reference, first=first, last=last, is_view=True)
        # A group of traces may hold some as well, although the recommendation does not say so.
        if not defined and not any(one.is_view for one in self._open[-1:]):
            self._shown.append(node)
        self._start(node, name, defined=defined)

    def add_trace(self, name: str, number: int) -> None:
        """Take in a trace that stands in definitions."""
        node = _Node(number)
        if name:
            self._named[name] = node
        if self._open:
            self._open[-1].parts.append(node)

    def end(self) -> None:
        """End the innermost open group or view."""
        self._open.pop()

    def shown(self) -> dict[int, list[Range]]:
        """Return what views elsewhere show of the traces in definitions, by the traces' numbers."""
        found: dict[int, list[Range]] = {}
        pending = [(node, node.first, node.last) for node in self._shown]
        whole: set[int] = set()
        for _ in range(_MOST_STEPS):
            if not pending or len(pending) > _MOST_STEPS:
                break
            node, first, last = pending.pop()
            if not first and not last:
                if id(node) in whole:
                    continue
                whole.add(id(node))
            if node.trace >= 0:
                found.setdefault(node.trace, []).append((first[0] - 1 if first else 0, last[0] if last else None))
            elif node.reference:
                target = self._named.get(node.reference)
                pending += [] if target is None else [(target, node.first or first, node.last or last)]
            else:
                pending += _parts(node, first, last)
        return found

    def _start(self, node: _Node, name: str, *, defined: bool) -> None:
        if name and defined:
            self._named[name] = node
        if self._open:
            self._open[-1].parts.append(node)
        self._open.append(node)


def _parts(node: _Node, first: _Path, last: _Path) -> list[tuple[_Node, _Path, _Path]]:
    """Return the parts of a group or a view between two places, with the places within the parts at the ends."""
    begin = first[0] - 1 if first else 0
    end = min(last[0], len(node.parts)) if last else len(node.parts)
    found = []
    for place in range(begin, end):
        part = node.parts[place]
        inner_first = first[1:] if place == begin else ()
        inner_last = last[1:] if last and place == last[0] - 1 else ()
        found.append((part, inner_first or part.first, inner_last or part.last))
    return found


def _path(text: str | None) -> _Path:
    """Return the places in a text such as "2:1:10"; none where it is no such text."""
    parts = [part.strip() for part in (text or "").split(":")][:_LONGEST_PATH]
    if not all(part.isascii() and part.isdigit() and 0 < len(part) < 10 for part in parts):
        return ()
    return tuple(max(int(part), 1) for part in parts)
