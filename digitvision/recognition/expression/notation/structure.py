"""The structure of a layout tree once its symbols are put together: numbers, fractions, roots, scripts and brackets.

All notations and the meaning of an expression are made from it, so that they agree. It describes what belongs together
on the page, and not what a formula means.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from digitvision.recognition.expression.layout import DEEPEST, ROOT, LayoutError, LayoutTree, Relation
from digitvision.recognition.expression.notation.symbols import SignKind, kind_of

AtomKind = Literal["number", "differential"] | SignKind
_POINT: Final = "."
_WITH_POINT: Final = re.compile(r"\d+(\.\d+)?")
_WITH_COMMA: Final = re.compile(r"\d+([.,]\d+)?")
_GROUPED: Final = re.compile(r"\d{1,3}(?:(?:,\d{3})+\.\d+|(?:\.\d{3})+,\d+|(?:,\d{3}){2,}|(?:\.\d{3}){2,}(?:,\d+)?)")
"""Numbers whose digits are written in groups of three, with or without decimals: `1,234.5`, `1.234.567`."""

_SPACED: Final = re.compile(r"[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d+)?")
"""Numbers with gaps between groups of three digits: `12 345`; other gaps part numbers, as in `030 123456`."""

_WORDS: Final = {
    ("l", "n"): r"\ln",
    ("e", "x", "p"): r"\exp",
    ("a", "r", "c", r"\sin"): r"\arcsin",
    ("a", "r", "c", r"\cos"): r"\arccos",
    ("a", "r", "c", r"\tan"): r"\arctan",
}
"""Names of functions that are no classes and are read letter by letter."""

_OPERANDS: Final = frozenset({"digit", "letter", "function", "open", "bar", "big"})


@dataclass(frozen=True, slots=True)
class Atom:
    """One sign, or several that make one: a number's digits, a function's letters.

    Attributes:
        kind: Kind of the atom. A number has only digits, points, commas, and spaces between groups of three digits; a
            differential is the d of an integral's dx.
        label: The LaTeX label; a number's text.
        symbols: Indices of its symbols in the tree, in order; empty for what was not drawn.
    """

    kind: AtomKind
    label: str
    symbols: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Fraction:
    """A bar with a row above and one below."""

    above: "Row"
    below: "Row"
    symbols: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Root:
    """A root of the inner row, which may be empty; a square root without a degree."""

    inside: "Row"
    degree: "Row | None" = None
    symbols: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Fenced:
    """A row between two brackets or bars, which may be of different kinds, as in half-open intervals."""

    opening: Atom
    inside: "Row"
    closing: Atom


@dataclass(frozen=True, slots=True)
class Scripted:
    """Something with a row below it, above it, or both; for a sum or limit these are its limits."""

    base: "Base"
    below: "Row | None"
    above: "Row | None"


Base: TypeAlias = Atom | Fraction | Root | Fenced
Item: TypeAlias = Base | Scripted
Row: TypeAlias = tuple[Item, ...]


def structure_of(tree: LayoutTree) -> Row:
    """Return the outermost row of a tree.

    A comma between digits is a decimal comma where it is the only one between them and not in brackets, and commas or
    points between groups of three digits belong to a number, as in `1,234.5` and `1.234.567`, and so do gaps between
    such groups, as in `12 345`; any other gap between digits ends a number. Otherwise a comma separates arguments or
    the members of a list. In brackets, commas are decimal only where nothing can be a list: in a row without letters,
    around a sum that something else is calculated with.

    Raises:
        LayoutError: Scripts or brackets are nested too deeply.
    """
    row = _Builder(tree).row(tree.root, 0)
    _check_depth(row, 0)
    return row


def rows_within(item: Item) -> Iterator[Row]:
    """Yield the rows that an item contains, its scripts included."""
    base = base_of(item)
    if isinstance(base, Fraction):
        yield from (base.above, base.below)
    elif isinstance(base, Root):
        yield base.inside
        if base.degree is not None:
            yield base.degree
    elif isinstance(base, Fenced):
        yield base.inside
    if isinstance(item, Scripted):
        yield from (row for row in (item.below, item.above) if row is not None)


def _check_depth(row: Row, depth: int) -> None:
    if depth > DEEPEST:
        raise LayoutError("the expression is too deep")
    for item in row:
        for inner in rows_within(item):
            _check_depth(inner, depth + 1)


def base_of(item: Item) -> Base:
    """Return an item without its scripts."""
    return item.base if isinstance(item, Scripted) else item


def is_atom(item: Item, *kinds: AtomKind) -> bool:
    """Whether an item is a bare atom of one of these kinds."""
    return isinstance(item, Atom) and item.kind in kinds


def base_kind(item: Item) -> str:
    """Return the kind of an item's base: that of an atom, or fraction, root, fenced."""
    base = base_of(item)
    return base.kind if isinstance(base, Atom) else type(base).__name__.lower()


def stands_for_a_value(item: Item) -> bool:
    """Whether an item is an operand, which is added and multiplied, and not a sign between operands."""
    return base_kind(item) in {"number", "letter", "function", "fraction", "root", "fenced", "big", "differential"}


class _Builder:
    def __init__(self, tree: LayoutTree) -> None:
        self._labels = [symbol.label for symbol in tree.symbols]
        self._gaps = tree.gaps
        self._children: list[dict[Relation, int]] = [{} for _ in tree.symbols]
        for parent, child, relation in tree.relations:
            self._children[parent][relation] = child

    def row(self, symbol: int | None, depth: int) -> Row:
        """Return the row that begins with a symbol."""
        if depth > DEEPEST:
            raise LayoutError("the expression is too deep")
        symbols = []
        while symbol is not None:
            symbols.append(symbol)
            symbol = self._children[symbol].get("Right")
        items = self._items(symbols, depth)
        return _with_differentials(_fenced(items))

    def _items(self, symbols: Sequence[int], depth: int) -> list[Item]:
        labels = [self._labels[symbol] for symbol in symbols]
        arithmetic = _is_arithmetic(labels)
        items: list[Item] = []
        inside = at = 0
        while at < len(symbols):
            kind = kind_of(labels[at])
            inside += (kind == "open") - (kind == "close")
            length = self._number(symbols, at, commas=arithmetic or inside <= 0) or self._word(symbols, at) or 1
            items.append(self._item(symbols[at : at + length], depth))
            at += length
        return items

    def _number(self, symbols: Sequence[int], at: int, *, commas: bool) -> int:
        """Return how many symbols from here on make a number; 0 if none begins here. A script ends it.

        Args:
            symbols: The symbols of a row.
            at: Where the number would begin.
            commas: Whether a comma may belong to a number.
        """
        end = at
        while end < len(symbols):
            label = self._labels[symbols[end]]
            if kind_of(label) != "digit":
                between = end > at and end + 1 < len(symbols) and kind_of(self._labels[symbols[end + 1]]) == "digit"
                if label not in (_POINT, ",") or not between or not self._bare(symbols[end]):
                    break
            end += 1
            if not self._bare(symbols[end - 1]):
                break
        spaced = self._written(symbols[at:end])
        if _SPACED.fullmatch(spaced):
            return end - at
        run = spaced.partition(" ")[0]
        end = at + len(run)
        if _GROUPED.fullmatch(run) and (commas or "," not in run):
            return end - at
        # Behind a comma, this is the next member of a list.
        listed = at > 0 and self._labels[symbols[at - 1]] == ","
        plain = _WITH_COMMA if commas and not listed and run.count(",") == 1 else _WITH_POINT
        found = plain.match(run)
        return 0 if found is None else found.end()

    def _written(self, symbols: Sequence[int]) -> str:
        """Return the labels of a number's symbols, with spaces for the gaps between its digits."""
        return "".join(
            " " * (symbol in self._gaps and index > 0) + self._labels[symbol] for index, symbol in enumerate(symbols)
        )

    def _word(self, symbols: Sequence[int], at: int) -> int:
        """Return how many symbols from here on make a function's name with an operand after it; 0 for none."""
        for letters in _WORDS:
            length = len(letters)
            found = symbols[at : at + length]
            if tuple(self._labels[symbol] for symbol in found) != letters or not all(map(self._bare, found[:-1])):
                continue
            follows = kind_of(self._labels[symbols[at + length]]) if at + length < len(symbols) else ""
            if follows in _OPERANDS or (follows and symbols[at + length] in self._drawn_operands(symbols)):
                return length
        return 0

    def _drawn_operands(self, symbols: Sequence[int]) -> set[int]:
        return {symbol for symbol in symbols if self._labels[symbol] == ROOT or self._is_fraction(symbol)}

    def _bare(self, symbol: int) -> bool:
        return not any(relation != "Right" for relation in self._children[symbol])

    def _is_fraction(self, symbol: int) -> bool:
        children = self._children[symbol]
        return self._labels[symbol] == "-" and "Above" in children and "Below" in children

    def _item(self, symbols: Sequence[int], depth: int) -> Item:
        last = symbols[-1]
        children = self._children[last]

        def part(*relations: Relation) -> Row | None:
            found = next((children[relation] for relation in relations if relation in children), None)
            return None if found is None else self.row(found, depth + 1)

        base: Base
        below: tuple[Relation, ...]
        above: tuple[Relation, ...]
        below, above = ("Sub", "Below"), ("Sup", "Above")
        if self._is_fraction(last):
            base = Fraction(part("Above") or (), part("Below") or (), (last,))
            below, above = ("Sub",), ("Sup",)
        elif self._labels[last] == ROOT:
            base = Root(part("Inside") or (), part("Above"), (last,))
            above = ("Sup",)
        else:
            base = self._atom(symbols)
        under, over = part(*below), part(*above)
        return base if under is None and over is None else Scripted(base, under, over)

    def _atom(self, symbols: Sequence[int]) -> Atom:
        labels = tuple(self._labels[symbol] for symbol in symbols)
        if kind_of(labels[0]) == "digit":
            return Atom("number", self._written(symbols), tuple(symbols))
        if labels in _WORDS:
            return Atom("function", _WORDS[labels], tuple(symbols))
        return Atom(kind_of(labels[0]), labels[0], tuple(symbols))


def _is_arithmetic(labels: Sequence[str]) -> bool:
    """Whether commas in a row's brackets can only be decimal: `(3,5 + 1) × 2 =`, and no letter anywhere."""
    kinds = [kind_of(label) for label in labels]
    if (
        not {"digit", "open", "close"}
        <= set(kinds)
        <= {"digit", "open", "close", "operator", "relation", "comma", "other"}
    ):
        return False
    # Of each bracket that has begun, whether commas and operators stand in it.
    begun: list[list[bool]] = []
    outside = False
    for index, (label, kind) in enumerate(zip(labels, kinds, strict=True)):
        between = kind in ("operator", "relation") and index > 0 and kinds[index - 1] in ("digit", "close", "other")
        if kind == "open":
            begun.append([False, False])
        elif kind == "close":
            comma, operator = begun.pop() if begun else (True, False)
            if label != ")" or (comma and not operator):
                return False
        elif begun:
            begun[-1] = [begun[-1][0] or kind == "comma", begun[-1][1] or between]
        else:
            outside = outside or between
    return outside and not begun


def _fenced(items: Sequence[Item]) -> list[Item]:
    """Put brackets and bars together with what they enclose; those without a partner stay single signs."""
    # Rows that have begun, each with the bracket that opened it; the outermost has none.
    begun: list[tuple[Atom | None, list[Item]]] = [(None, [])]
    for item in items:
        base = base_of(item)
        kind = base.kind if isinstance(base, Atom) else ""
        row = begun[-1][1]
        if kind == "bar":
            opening = begun[-1][0]
            # After a value, a bar closes the one that is open; where there is none it begins a factor, as in 2|x|.
            closes = bool(row) and _ends_a_value(row[-1]) and opening is not None and opening.kind == "bar"
            kind = "close" if closes else "open"
        elif kind == "close":
            # A bar that was never closed is a single sign.
            while (opening := begun[-1][0]) is not None and opening.kind == "bar":
                _give_up(begun)
            kind = "close" if opening is not None else ""
        if kind == "open" and item is base and isinstance(base, Atom):
            begun.append((base, []))
        elif kind == "close" and isinstance(base, Atom):
            opening, inside = begun.pop()
            assert opening is not None
            fenced = Fenced(opening, _with_differentials(inside), base)
            closed = Scripted(fenced, item.below, item.above) if isinstance(item, Scripted) else fenced
            begun[-1][1].append(closed)
        else:
            begun[-1][1].append(item)
    while len(begun) > 1:
        _give_up(begun)
    return begun[0][1]


def _give_up(begun: list[tuple[Atom | None, list[Item]]]) -> None:
    """Take back the innermost opening, which has no partner."""
    opening, inside = begun.pop()
    assert opening is not None
    begun[-1][1].extend([opening, *inside])


def _ends_a_value(item: Item) -> bool:
    base = base_of(item)
    if isinstance(base, Atom):
        return base.kind in ("number", "letter") or base.label in ("!", r"\infty") or isinstance(item, Scripted)
    return True


def _with_differentials(row: Sequence[Item]) -> Row:
    """Return the row with each d that ends an integral marked as a differential."""
    open_integrals = 0
    marked = list(row)
    for index, (item, follows) in enumerate(itertools.pairwise(row)):
        base = base_of(item)
        open_integrals += isinstance(base, Atom) and base.label == r"\int"
        if open_integrals and isinstance(item, Atom) and item.label == "d" and base_kind(follows) == "letter":
            open_integrals -= 1
            marked[index] = Atom("differential", "d", item.symbols)
    return tuple(marked)
