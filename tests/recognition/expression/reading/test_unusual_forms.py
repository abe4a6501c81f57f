"""Unusual forms and their costs, and the rows of a layout that these depend on."""

import pytest

from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.expression.reading.rows import rows_of
from digitvision.recognition.expression.reading.unusual_forms import unusual_forms_cost


def _tree(labels: str, *relations: tuple[int, int, Relation]) -> LayoutTree:
    """A row of symbols, but for the children in `relations`."""
    names = labels.split()
    elsewhere = {child for _, child, _ in relations}
    row: tuple[tuple[int, int, Relation], ...] = tuple(
        (index, index + 1, "Right") for index in range(len(names) - 1) if index + 1 not in elsewhere
    )
    return LayoutTree(tuple(Symbol(name, (index,)) for index, name in enumerate(names)), (*row, *relations))


def _cost(tree: LayoutTree) -> float:
    return unusual_forms_cost([symbol.label for symbol in tree.symbols], rows_of(tree))


def test_rows_have_their_head_relation_and_scripts() -> None:
    tree = _tree("a b c d e", (0, 1, "Sup"), (1, 3, "Sub"), (0, 4, "Right"))

    rows = {row.symbols: (row.relation, row.head, row.scripts) for row in rows_of(tree)}

    assert tree.latex == "a^{b_{d} c} e"
    assert rows == {(0, 4): ("Right", None, ()), (1, 2): ("Sup", 0, (0,)), (3,): ("Sub", 1, (1, 0))}


def test_the_parts_of_a_fraction_are_not_scripts() -> None:
    tree = _tree("- x 2 y", (0, 1, "Above"), (1, 2, "Sup"), (0, 3, "Below"))

    assert tree.latex == r"\frac{x^{2}}{y}"
    assert {row.symbols: row.scripts for row in rows_of(tree)} == {(0,): (), (1,): (), (2,): (1,), (3,): ()}


@pytest.mark.parametrize(
    ("rare", "usual"),
    [
        (_tree("n + m"), _tree("n + n")),
        (_tree(r"\alpha + \beta"), _tree(r"\alpha + \alpha")),
        (_tree("4 - q"), _tree("4 - 9")),
        (_tree("9 - 4"), _tree("9 - 9")),
        # An exponent's subscript, and what follows the exponent.
        (_tree("a n k !", (0, 1, "Sup"), (1, 2, "Sub")), _tree("a n k !", (0, 1, "Sup"), (0, 2, "Right"))),
        (_tree("x = 1", (0, 1, "Sub")), _tree("x = 1")),
        (_tree("x 1", (0, 1, "Sup")), _tree("x 1", (0, 1, "Sub"))),
        (_tree("3 , 1 4"), _tree("3 . 1 4")),
    ],
)
def test_rare_forms_cost_more(rare: LayoutTree, usual: LayoutTree) -> None:
    assert _cost(rare) > _cost(usual) + 0.1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Limits have relations and scripts.
        (_tree(r"\sum i = 1", (0, 1, "Sub")), _tree(r"\sum i 1 =", (0, 1, "Sub"))),
        (_tree(r"\int 0 1", (0, 1, "Sub"), (0, 2, "Sup")), _tree(r"\int 1 0", (0, 1, "Sub"), (0, 2, "Sup"))),
        (_tree(r"\sum n 0", (0, 1, "Sub"), (1, 2, "Sub")), _tree(r"\sum n 0", (0, 1, "Sub"))),
        # An exponent may begin with 1.
        (_tree("x 1 + n", (0, 1, "Sup")), _tree("x n + 1", (0, 1, "Sup"))),
        # Lists, coordinates and indices have commas.
        (_tree("( 1 , 2 )"), _tree("( 1 . 2 )")),
        (_tree("1 , 2 , 3"), _tree("1 . 2 . 3")),
        (_tree("a 1 , 2", (0, 1, "Sub")), _tree("a 1 . 2", (0, 1, "Sub"))),
        (_tree("x , 2"), _tree("x . 2")),
    ],
)
def test_usual_forms_cost_the_same(one: LayoutTree, other: LayoutTree) -> None:
    assert _cost(one) == pytest.approx(_cost(other))
