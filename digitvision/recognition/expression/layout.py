"""The symbol layout tree: which symbol stands beside, above, below or inside which, and its LaTeX."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

Relation = Literal["Right", "Sup", "Sub", "Above", "Below", "Inside"]
RELATIONS: Final[tuple[Relation, ...]] = get_args(Relation)
"""A child's position relative to its parent; `Right` is the next symbol of the same row."""

BAR: Final = "-"
ROOT: Final = r"\sqrt"
DEEPEST: Final = 50
"""Largest depth of scripts within scripts: nobody writes more, and a deeper tree could exceed Python's stack."""


class LayoutError(ValueError):
    """Relations that do not make a tree."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A glyph of an expression.

    Attributes:
        label: Its class as a LaTeX command or character.
        strokes: Indices of its strokes in the drawing.
    """

    label: str
    strokes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LayoutTree:
    """Symbols and their relations, an immutable value.

    Attributes:
        symbols: At least one.
        relations: `(parent, child, relation)` by indices into `symbols`. Every symbol but the root is a child exactly
            once; the root begins the outermost row.
        gaps: Indices of symbols before which a gap divides digits into groups, as in `12 345`.
    """

    symbols: tuple[Symbol, ...]
    relations: tuple[tuple[int, int, Relation], ...] = ()
    gaps: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        count = len(self.symbols)
        parents: dict[int, int] = {}
        for parent, child, relation in self.relations:
            if not (0 <= parent < count and 0 <= child < count) or relation not in RELATIONS:
                raise LayoutError("a relation names what is not there")
            if child in parents:
                raise LayoutError("a symbol has two parents")
            parents[child] = parent
        if count == 0 or len(parents) != count - 1:
            raise LayoutError("there is not exactly one root")
        children: list[list[int]] = [[] for _ in self.symbols]
        for child, parent in parents.items():
            children[parent].append(child)
        # What is its own ancestor is not reached from the root, and neither is what hangs on it.
        reached = [symbol for symbol in range(count) if symbol not in parents]
        for symbol in reached:
            reached.extend(children[symbol])
        if len(reached) < count:
            raise LayoutError("a symbol is its own ancestor")

    @property
    def root(self) -> int:
        """The index of the symbol that begins the outermost row."""
        children = {child for _, child, _ in self.relations}
        return next(symbol for symbol in range(len(self.symbols)) if symbol not in children)

    def children(self, symbol: int) -> dict[Relation, int]:
        """Return a symbol's child in each relation; where data has two in one relation, the later one."""
        return {relation: child for parent, child, relation in self.relations if parent == symbol}

    def row(self, symbol: int) -> Iterator[int]:
        """Yield the symbols of a row from this one on, to the right."""
        following = {parent: child for parent, child, relation in self.relations if relation == "Right"}
        current: int | None = symbol
        while current is not None:
            yield current
            current = following.get(current)

    def subtree(self, symbol: int) -> list[int]:
        """Return a symbol and all that hang on it, directly or through others, each parent before its children."""
        found = [symbol]
        for one in found:
            found += self.children(one).values()
        return found

    @property
    def latex(self) -> str:
        """Canonical LaTeX: tokens between spaces, every script and argument braced, limits as `_{…}^{…}`.

        Raises:
            LayoutError: Scripts are nested deeper than `DEEPEST`.
        """
        children_of: list[dict[Relation, int]] = [{} for _ in self.symbols]
        for parent, child, relation in self.relations:
            children_of[parent][relation] = child
        return self._row_latex(self.root, 0, children_of)

    def is_fraction(self, symbol: int) -> bool:
        """Whether a symbol is a bar with something above and something below."""
        if self.symbols[symbol].label != BAR:
            return False
        children = self.children(symbol)
        return "Above" in children and "Below" in children

    @property
    def hides_symbols(self) -> bool:
        """Whether LaTeX leaves out a symbol because its relation means nothing to its parent, as inside a letter."""
        relations_of: dict[int, set[Relation]] = {}
        for parent, _, relation in self.relations:
            relations_of.setdefault(parent, set()).add(relation)
        for symbol, relations in relations_of.items():
            is_root, is_fraction = self.symbols[symbol].label == ROOT, self.is_fraction(symbol)
            if "Inside" in relations and not is_root:
                return True
            if {"Sub", "Below"} <= relations and not is_fraction:
                return True
            if {"Sup", "Above"} <= relations and not (is_root or is_fraction):
                return True
        return False

    def _row_latex(self, symbol: int, depth: int, children_of: Sequence[dict[Relation, int]]) -> str:
        """Return a row's LaTeX; `children_of` are all symbols' children."""
        if depth > DEEPEST:
            raise LayoutError("the expression is too deep")
        parts = []
        current: int | None = symbol
        while current is not None:
            parts.append(self._symbol_latex(current, depth, children_of))
            current = children_of[current].get("Right")
        return " ".join(parts)

    def _symbol_latex(self, symbol: int, depth: int, children_of: Sequence[dict[Relation, int]]) -> str:
        children = children_of[symbol]

        def part(relation: Relation) -> str:
            return self._row_latex(children[relation], depth + 1, children_of) if relation in children else ""

        label = self.symbols[symbol].label
        if children.keys() <= {"Right"} and label != ROOT:
            return label
        below, above = part("Sub") or part("Below"), part("Sup") or part("Above")
        if label == BAR and "Above" in children and "Below" in children:
            text = f"\\frac{{{part('Above')}}}{{{part('Below')}}}"
            below, above = part("Sub"), part("Sup")
        elif label == ROOT:
            degree = f"[{part('Above')}]" if "Above" in children else ""
            text = f"{ROOT}{degree}{{{part('Inside')}}}"
            below, above = part("Sub") or part("Below"), part("Sup")
        else:
            text = label
        return text + (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")
