"""The symbol layout tree: which symbol stands where beside, above, below or inside which, and its LaTeX."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

Relation = Literal["Right", "Sup", "Sub", "Above", "Below", "Inside"]
RELATIONS: Final[tuple[Relation, ...]] = get_args(Relation)
"""Where a child stands, seen from its parent; `Right` is the next symbol of the same row."""

BAR: Final = "-"
ROOT: Final = r"\sqrt"
DEEPEST: Final = 50
"""Of scripts within scripts: nobody writes as many, and Python's own stack would end somewhere above."""


class LayoutError(ValueError):
    """The relations make no tree."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A glyph of an expression.

    Attributes:
        label: Its class as a LaTeX command or character.
        strokes: Places of its strokes in the drawing.
    """

    label: str
    strokes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LayoutTree:
    """Symbols and how they stand to each other; values that never change.

    Attributes:
        symbols: At least one.
        relations: `(parent, child, relation)` by places in `symbols`. Every symbol but the root is a child exactly
            once; the root begins the outermost row.
    """

    symbols: tuple[Symbol, ...]
    relations: tuple[tuple[int, int, Relation], ...] = ()

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
        for start in range(count):
            place, steps = start, 0
            while place in parents:
                place, steps = parents[place], steps + 1
                if steps > count:
                    raise LayoutError("a symbol is its own ancestor")

    @property
    def root(self) -> int:
        """The place of the symbol that begins the outermost row."""
        children = {child for _, child, _ in self.relations}
        return next(place for place in range(len(self.symbols)) if place not in children)

    def children(self, place: int) -> dict[Relation, int]:
        """The symbol in each of the places around one; where data puts two in one place, the later one."""
        return {relation: child for parent, child, relation in self.relations if parent == place}

    def row(self, place: int) -> Iterator[int]:
        """The symbols of a row from this one on, to the right."""
        following = {parent: child for parent, child, relation in self.relations if relation == "Right"}
        now: int | None = place
        while now is not None:
            yield now
            now = following.get(now)

    @property
    def latex(self) -> str:
        """Canonical LaTeX: tokens between spaces, every script and argument braced, limits as `_{…}^{…}`.

        Raises:
            LayoutError: Scripts within scripts are deeper than anybody writes.
        """
        around: list[dict[Relation, int]] = [{} for _ in self.symbols]
        for parent, child, relation in self.relations:
            around[parent][relation] = child
        return self._row_latex(self.root, 0, around)

    def is_fraction(self, place: int) -> bool:
        """Whether a symbol is a bar with something above and something below."""
        if self.symbols[place].label != BAR:
            return False
        around = self.children(place)
        return "Above" in around and "Below" in around

    @property
    def hides_symbols(self) -> bool:
        """Whether something stands where its parent has no place for it, such as inside a letter: it is not written."""
        around: dict[int, set[Relation]] = {}
        for parent, _, relation in self.relations:
            around.setdefault(parent, set()).add(relation)
        for place, taken in around.items():
            is_root, is_fraction = self.symbols[place].label == ROOT, self.is_fraction(place)
            if "Inside" in taken and not is_root:
                return True
            if {"Sub", "Below"} <= taken and not is_fraction:
                return True
            if {"Sup", "Above"} <= taken and not (is_root or is_fraction):
                return True
        return False

    def _row_latex(self, place: int, depth: int, around: Sequence[dict[Relation, int]]) -> str:
        """A row's LaTeX; `around` are all symbols' children."""
        if depth > DEEPEST:
            raise LayoutError("the expression is too deep")
        parts = []
        now: int | None = place
        while now is not None:
            parts.append(self._symbol_latex(now, depth, around))
            now = around[now].get("Right")
        return " ".join(parts)

    def _symbol_latex(self, place: int, depth: int, around: Sequence[dict[Relation, int]]) -> str:
        own = around[place]

        def part(relation: Relation) -> str:
            return self._row_latex(own[relation], depth + 1, around) if relation in own else ""

        label = self.symbols[place].label
        if own.keys() <= {"Right"} and label != ROOT:
            return label
        below, above = part("Sub") or part("Below"), part("Sup") or part("Above")
        if label == BAR and "Above" in own and "Below" in own:
            text = f"\\frac{{{part('Above')}}}{{{part('Below')}}}"
            below, above = part("Sub"), part("Sup")
        elif label == ROOT:
            degree = f"[{part('Above')}]" if "Above" in own else ""
            text = f"{ROOT}{degree}{{{part('Inside')}}}"
            below, above = part("Sub") or part("Below"), part("Sup")
        else:
            text = label
        return text + (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")
