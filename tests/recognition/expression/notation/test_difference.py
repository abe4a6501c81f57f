"""Differences of two readings: the changed symbols, and shorter forms that still show them."""

import pytest
from hypothesis import given

from digitvision.recognition.expression.layout import LayoutError, LayoutTree, Relation, Symbol
from digitvision.recognition.expression.notation.difference import Difference, difference_of, shortened
from digitvision.recognition.expression.notation.plain_text import text_of_row
from digitvision.recognition.expression.notation.structure import Row, base_of, rows_within, structure_of
from digitvision.recognition.expression.notation.typesetting import SMALL, typeset_difference
from tests.recognition.expression.trees import any_trees, tree_of

_LONG = r"x = \frac{- b + \sqrt{b^{2} - 4 a c}}{2 a}"


def _relabelled(tree: LayoutTree, index: int, label: str) -> LayoutTree:
    symbols = list(tree.symbols)
    symbols[index] = Symbol(label, symbols[index].strokes)
    return LayoutTree(tuple(symbols), tree.relations)


def _moved(tree: LayoutTree, child: int, parent: int, relation: Relation) -> LayoutTree:
    others = [one for one in tree.relations if one[1] != child]
    return LayoutTree(tree.symbols, (*others, (parent, child, relation)))


def _index_of(tree: LayoutTree, label: str, number: int = 0) -> int:
    return [index for index, symbol in enumerate(tree.symbols) if symbol.label == label][number]


def _symbols_of(row: Row) -> set[int]:
    found: set[int] = set()
    for item in row:
        base = base_of(item)
        found.update(getattr(base, "symbols", ()))
        for bracket in (getattr(base, "opening", None), getattr(base, "closing", None)):
            found.update(bracket.symbols if bracket is not None else ())
        for inner in rows_within(item):
            found |= _symbols_of(inner)
    return found


def _forms(tree: LayoutTree, before: LayoutTree) -> list[str]:
    return [text_of_row(row) for row in shortened(tree, difference_of(tree, before))]


@pytest.mark.slow
@given(any_trees())
def test_a_reading_does_not_differ_from_itself(tree: LayoutTree) -> None:
    named = LayoutTree(tuple(Symbol(one.label, (index,)) for index, one in enumerate(tree.symbols)), tree.relations)

    assert difference_of(named, named) == Difference(frozenset())


def test_a_symbol_of_another_class_has_changed() -> None:
    before = tree_of(_LONG)
    c = _index_of(before, "c")

    assert difference_of(_relabelled(before, c, "C"), before).changed == {c}


def test_a_moved_symbol_has_changed_with_the_rest_of_its_row() -> None:
    before = tree_of("x^{2 + y} = 1")
    two, plus, y = (_index_of(before, label) for label in "2+y")
    after = LayoutTree(
        before.symbols,
        ((0, two, "Sup"), (0, plus, "Right"), (plus, y, "Right"), (y, 4, "Right"), (4, 5, "Right")),
    )

    difference = difference_of(after, before)

    assert difference.changed == {plus, y}
    assert 0 in difference.context, "what they stood at"
    assert difference.outermost


def test_a_symbol_after_another_sign_in_the_same_row_has_not_changed() -> None:
    before = tree_of("a b c d")
    joined = LayoutTree((Symbol("u", (0, 1)), Symbol("c", (2,)), Symbol("d", (3,))), ((0, 1, "Right"), (1, 2, "Right")))

    assert difference_of(joined, before).changed == {0}
    assert difference_of(before, joined).changed == {0, 1}


def test_readings_of_pictures_are_compared_sign_by_sign() -> None:
    def row(text: str) -> LayoutTree:
        return LayoutTree(
            tuple(Symbol(sign) for sign in text), tuple((index, index + 1, "Right") for index in range(len(text) - 1))
        )

    assert difference_of(row("4017"), row("407")).changed == {2}
    assert difference_of(row("107"), row("407")).changed == {0}
    assert difference_of(row("40"), row("407")).changed == frozenset()


@pytest.mark.parametrize(
    ("label", "number", "new", "forms"),
    [
        ("c", 0, "C", ["x=(-b+√(…-4aC))/(…)", "x=(…+√(… aC))/(…)", "…-4aC…", "… aC…"]),
        ("x", 0, "X", ["X=(-b+√(b²-4ac))/(2a)", "X=…"]),
        ("2", 0, "z", ["x=(-b+√(b^z-4ac))/(…)", "x=(…+√(b^z-…))/(…)", "… b^z-4ac…", "… b^z-…"]),
        # Two signs without anything beside them could be anywhere.
        ("a", 1, "d", ["x=(…)/(2d)"]),
    ],
)
def test_dots_stand_for_what_is_the_same(label: str, number: int, new: str, forms: list[str]) -> None:
    before = tree_of(_LONG)
    after = _relabelled(before, _index_of(before, label, number), new)

    assert _forms(after, before) == forms


def test_a_moved_symbol_is_shown_with_both_of_its_positions() -> None:
    before = tree_of(r"\frac{1}{\sqrt{- 2 g y}} = k")
    equals = _index_of(before, "=")
    after = _moved(before, equals, _index_of(before, "y"), "Right")

    # The fraction alone would not show that the row around it is shorter.
    assert _forms(after, before) == ["1/√(-2gy=k)", "1/√(… y=k)"]
    assert _forms(before, after) == ["1/√(…)=k"]


@pytest.mark.slow
@given(any_trees(), any_trees())
def test_every_form_shows_every_changed_symbol_that_the_whole_shows(tree: LayoutTree, other: LayoutTree) -> None:
    named, before = (
        LayoutTree(tuple(Symbol(one.label, (index,)) for index, one in enumerate(each.symbols)), each.relations)
        for each in (tree, other)
    )
    difference = difference_of(named, before)
    try:
        whole = _symbols_of(structure_of(named))
    except LayoutError:
        return

    for form in shortened(named, difference):
        assert difference.changed & whole <= _symbols_of(form) <= whole


def test_only_large_formulas_have_shorter_forms() -> None:
    small, large = tree_of("x + 1"), tree_of(_LONG)

    of_small = typeset_difference(_relabelled(small, 0, "X"), small, size=24)
    of_large = typeset_difference(_relabelled(large, 0, "X"), large, size=24)

    assert of_small is not None
    assert len(of_small.forms) == 1
    assert of_small.changed == {0}
    assert of_large is not None
    assert len(of_large.forms) > 1
    shortest = of_large.forms[-1]
    assert shortest.width <= SMALL[0] * 24
    assert shortest.height <= SMALL[1] * 24
    assert 0 in shortest.rectangles
    sizes = [form.width * form.height for form in of_large.forms]
    assert sizes == sorted(sizes, reverse=True)


def test_a_tree_that_cannot_be_typeset_has_no_forms() -> None:
    deep = tree_of("x")
    symbols = tuple(Symbol("x", (index,)) for index in range(80))
    tower = LayoutTree(symbols, tuple((index, index + 1, "Sup") for index in range(79)))

    assert typeset_difference(tower, deep) is None
