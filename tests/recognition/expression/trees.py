"""Layout trees from LaTeX, so that tests can be read."""

import re

from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol

_TOKEN = re.compile(r"\\[A-Za-z]+|\\[{}]|\S")


def tree_of(latex: str) -> LayoutTree:
    r"""The tree of `\frac{1}{x} + \sqrt[3]{2}_{a}^{b}`: fractions, roots and scripts, each argument braced."""
    reader = _Reader(_TOKEN.findall(latex))
    reader.row(until=None)
    return LayoutTree(
        tuple(Symbol(label, (place,)) for place, label in enumerate(reader.labels)), tuple(reader.relations)
    )


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self.labels: list[str] = []
        self.relations: list[tuple[int, int, Relation]] = []

    def row(self, until: str | None) -> int:
        """Read a row up to a closing sign, and say where it begins."""
        first: int | None = None
        last = -1
        while self._at < len(self._tokens) and self._next() != until:
            token = self._take()
            if token in ("_", "^"):
                self._argument(last, "Sub" if token == "_" else "Sup")
                continue
            place = len(self.labels)
            self.labels.append("-" if token == r"\frac" else token)
            if first is None:
                first = place
            else:
                self.relations.append((last, place, "Right"))
            last = place
            if token == r"\frac":
                self._argument(place, "Above")
                self._argument(place, "Below")
            elif token == r"\sqrt":
                if self._next() == "[":
                    self._argument(place, "Above", closing="]")
                self._argument(place, "Inside")
        if until is not None:
            assert self._take() == until
        assert first is not None
        return first

    def _argument(self, parent: int, relation: Relation, closing: str = "}") -> None:
        assert self._take() in "{["
        self.relations.append((parent, self.row(until=closing), relation))

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]
