"""Layout trees for tests, from LaTeX or at random."""

import re

from hypothesis import strategies as st

from digitvision.recognition.expression.layout import RELATIONS, LayoutTree, Relation, Symbol

_LABELS = [*"0123456789xyabdfi+-=(),.|!/[]", r"\times", r"\sum", r"\int", r"\lim", r"\sqrt", r"\sin", r"\{", r"\}"]
_LABELS += [r"\prime", r"\infty", r"\rightarrow", r"\pi", r"\div", r"\lt", "\x00", "<", "&", r"\unheard", '"']
_TOKEN = re.compile(r"\\[A-Za-z]+|\\[{}%_]|\S")


def tree_of(latex: str) -> LayoutTree:
    r"""Return the tree of `\frac{1}{x} + \sqrt[3]{2}_{a}^{b}`: fractions, roots and scripts, each argument braced."""
    reader = _Reader(_TOKEN.findall(latex))
    reader.row(until=None)
    return LayoutTree(
        tuple(Symbol(label, (index,)) for index, label in enumerate(reader.labels)), tuple(reader.relations)
    )


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self.labels: list[str] = []
        self.relations: list[tuple[int, int, Relation]] = []

    def row(self, until: str | None) -> int:
        """Read a row up to a closing sign, and return the index of its first symbol."""
        first: int | None = None
        last = -1
        while self._at < len(self._tokens) and self._next() != until:
            token = self._take()
            if token in ("_", "^"):
                self._argument(last, "Sub" if token == "_" else "Sup")
                continue
            index = len(self.labels)
            self.labels.append("-" if token == r"\frac" else token)
            if first is None:
                first = index
            else:
                self.relations.append((last, index, "Right"))
            last = index
            if token == r"\frac":
                self._argument(index, "Above")
                self._argument(index, "Below")
            elif token == r"\sqrt":
                if self._next() == "[":
                    self._argument(index, "Above", closing="]")
                self._argument(index, "Inside")
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


@st.composite
def any_trees(draw: st.DrawFn) -> LayoutTree:
    """Generate trees of up to 14 symbols, sensible or not; no symbol has two children in one relation."""
    labels = draw(st.lists(st.sampled_from(_LABELS), min_size=1, max_size=14))
    free: list[tuple[int, Relation]] = [(0, relation) for relation in RELATIONS]
    relations: list[tuple[int, int, Relation]] = []
    for child in range(1, len(labels)):
        parent, relation = free.pop(draw(st.integers(0, len(free) - 1)))
        relations.append((parent, child, relation))
        free += [(child, one) for one in RELATIONS]
    return LayoutTree(tuple(Symbol(label) for label in labels), tuple(relations))
