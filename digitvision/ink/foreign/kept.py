"""What is kept of another program's file when its drawing is saved again: all beside the traces and their groups.

Annotations, contexts, brushes and whatever else stands directly in the file are written again as they were, so that the
program that made them finds them. They are bounded; what is larger is given up as a whole.
"""

import re
from html import escape
from typing import Final

from digitvision.ink.foreign.contexts import name_of

MOST_CHARACTERS: Final = 1_000_000
OWN_CONTEXT: Final = "canvas"
"""Name of the native format's context."""

OWN_DEFINITIONS: Final = "digitvision-marks"
"""Name of the definitions of the native format's own brushes."""

_INK: Final = "http://www.w3.org/2003/InkML"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_LEFT_OUT: Final = frozenset({"trace", "traceGroup", "traceView"})
_OWN_NAME: Final = re.compile(rf"#?(?:{OWN_CONTEXT}|{OWN_DEFINITIONS}|digitvision-(?:mark|pen)-\d+|[sg]\d+)")
_OF_TRACES: Final = frozenset(
    {
        f"{{{_XML}}}id",
        "id",
        "type",
        "continuation",
        "priorRef",
        "contextRef",
        "brushRef",
        "duration",
        "timeOffset",
    }
)
"""Attributes of traces that are used; of other ones it is told that they are lost."""

_PREFIX: Final = "kept-"
_DEEPEST: Final = 100


class KeptCollector:
    """Writes elements as XML while they are read.

    Attributes:
        groups: Whether the file has groups or views of traces, which are not kept.
        attributes: Whether the ink as a whole, or a trace, has attributes that are neither used nor kept.
    """

    def __init__(self) -> None:
        self.groups = self.attributes = False
        self._traces: set[str] = set()
        self._references: set[str] = set()
        self._found: list[tuple[str, str, str]] = []
        self._parts: list[str] = []
        self._spaces: list[str] = []
        self._skipped = 0
        self._size = 0
        self._first: tuple[str, str] = ("", "")
        self._empty = False

    @property
    def too_much(self) -> bool:
        """Whether there was more than is kept."""
        return self._size > MOST_CHARACTERS

    @property
    def refers_to_traces(self) -> bool:
        """Whether something that is kept refers to traces, whose names are not."""
        return not self._references.isdisjoint(self._traces)

    def start(self, tag: str, attributes: dict[str, str], *, depth: int) -> None:
        """Take in the begin of an element; `depth` is 1 for `ink` itself."""
        space, _, name = tag.rpartition("}")
        if name == "trace":
            self._traces.add(name_of(attributes))
            self.attributes |= not _OF_TRACES.issuperset(attributes)
        elif name == "ink":
            self.attributes |= bool(attributes)
        if self._skipped or name in _LEFT_OUT or name == "ink" or self.too_much or depth > _DEEPEST:
            self._skipped += bool(self._skipped) or name != "ink"
            self.groups |= name in ("traceGroup", "traceView")
            return
        space = space.removeprefix("{")
        space = "" if space == _INK else space
        if not self._spaces:
            kind = attributes.get("type", "") if name == "annotation" else ""
            self._first = (name, name_of(attributes) or kind)
        self._references.update(value[1:] for value in attributes.values() if value.startswith("#"))
        outer = self._spaces[-1] if self._spaces else ""
        declared = "" if space == outer else f' xmlns="{escape(space or _INK)}"'
        self._spaces.append(space)
        self._add(f"<{name}{declared}{_attributes_text(attributes)}>")
        self._empty = True

    def data(self, text: str) -> None:
        """Take in some text."""
        if self._spaces and not self._skipped:
            self._add(escape(text, quote=False))
            self._empty = False

    def end(self, tag: str) -> None:
        """Take in the end of an element."""
        name = tag.rpartition("}")[2]
        if self._skipped:
            self._skipped -= 1
        elif self._spaces:
            self._spaces.pop()
            if self._empty:
                self._parts[-1:] = [part[:-1] + "/>" for part in self._parts[-1:]]
            else:
                self._add(f"</{name}>")
            self._empty = False
            if not self._spaces:
                self._found.append((*self._first, "".join(self._parts)))
                self._parts = []

    def text(self, *, own_mark: str, own_context: str, native: bool) -> str:
        """Return what is kept, as XML; empty where there is nothing, or too much.

        Args:
            own_mark: How the types of the native format's annotations begin, which are left out.
            own_context: The native format's context, which is left out, too.
            native: Whether this program wrote the file: then what has the names of its own elements is its own.
        """
        own = (("context", OWN_CONTEXT), ("definitions", OWN_DEFINITIONS))
        kept = (
            text
            for name, key, text in self._found
            if not (name == "annotation" and key.startswith(own_mark)) and not (native and (name, key) in own)
            if text.replace(f'"{_PREFIX}{OWN_CONTEXT}"', f'"{OWN_CONTEXT}"', 1) != own_context
        )
        return "" if self.too_much else "".join(f"{text}\n" for text in kept)

    def _add(self, text: str) -> None:
        self._size += len(text)
        if not self.too_much:
            self._parts.append(text)


def _attributes_text(attributes: dict[str, str]) -> str:
    parts = []
    for number, (key, value) in enumerate(attributes.items()):
        space, _, name = key.removeprefix("{").rpartition("}")
        if name == "id" or name.endswith("Ref"):
            value = _renamed(value)
        text = escape(value).replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")
        if space and space != _XML:
            parts.append(f' xmlns:n{number}="{escape(space)}" n{number}:{name}="{text}"')
        else:
            parts.append(f' {"xml:" if space else ""}{name}="{text}"')
    return "".join(parts)


def _renamed(value: str) -> str:
    """Return a name or a reference that is none of those which this program gives."""
    if not _OWN_NAME.fullmatch(value):
        return value
    return f"#{_PREFIX}{value[1:]}" if value.startswith("#") else _PREFIX + value
