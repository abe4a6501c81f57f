"""The symbol layout tree and its canonical LaTeX."""

import json
import lzma
from pathlib import Path

import pytest

from digitvision.recognition.expression.layout import LayoutError, LayoutTree, Relation, Symbol


def tree(labels: str, *relations: tuple[int, int, Relation]) -> LayoutTree:
    """Return a tree of labels separated by spaces."""
    return LayoutTree(tuple(Symbol(label) for label in labels.split()), relations)


@pytest.mark.parametrize(
    ("given", "latex"),
    [
        (tree("7"), "7"),
        (tree("a + b", (0, 1, "Right"), (1, 2, "Right")), "a + b"),
        (tree("x 2 i", (0, 1, "Sup"), (0, 2, "Sub")), "x_{i}^{2}"),
        (tree("- 1 2", (0, 1, "Above"), (0, 2, "Below")), r"\frac{1}{2}"),
        (tree("- 3", (0, 1, "Below")), "-_{3}"),
        (tree(r"\sqrt x 3", (0, 1, "Inside"), (0, 2, "Above")), r"\sqrt[3]{x}"),
        (tree(r"\sqrt x 2", (0, 1, "Inside"), (0, 2, "Sup")), r"\sqrt{x}^{2}"),
        (tree(r"\int 0 1 x", (0, 1, "Below"), (0, 2, "Above"), (0, 3, "Right")), r"\int_{0}^{1} x"),
        (tree(r"- a b + c", (0, 1, "Above"), (0, 2, "Below"), (2, 3, "Right"), (3, 4, "Right")), r"\frac{a}{b + c}"),
        (tree("b a", (1, 0, "Right")), "a b"),
    ],
)
def test_a_tree_is_written_as_canonical_latex(given: LayoutTree, latex: str) -> None:
    assert given.latex == latex


@pytest.mark.parametrize(
    ("labels", "relations"),
    [
        ("a b", ()),
        ("", ()),
        ("a b", ((0, 1, "Right"), (1, 0, "Right"))),
        ("a b c", ((1, 2, "Right"), (2, 1, "Sup"))),
        ("a b c", ((0, 2, "Right"), (1, 2, "Sup"))),
        ("a b", ((0, 5, "Right"),)),
        ("a b", ((0, 1, "Beside"),)),
    ],
)
def test_relations_that_make_no_tree_are_refused(labels: str, relations: tuple[tuple[int, int, Relation], ...]) -> None:
    with pytest.raises(LayoutError):
        tree(labels, *relations)


@pytest.mark.slow
def test_scripts_nested_too_deeply_are_an_error_and_no_crash() -> None:
    many = 5000
    deep = LayoutTree(tuple(Symbol("x") for _ in range(many)), tuple((k, k + 1, "Sup") for k in range(many - 1)))
    with pytest.raises(LayoutError, match="too deep"):
        _ = deep.latex


@pytest.mark.parametrize("name", ["crohme2013_test", "crohme2012_test_dedup"])
def test_the_latex_of_every_expression_of_the_data_is_that_of_the_data(shared: Path, name: str) -> None:
    compared = 0
    with lzma.open(shared / "data" / "crohme" / f"{name}.jsonl.xz", "rt") as lines:
        for line in lines:
            row = json.loads(line)
            if row["relations"] is None:
                continue
            symbols = tuple(Symbol(label, tuple(strokes)) for label, strokes in row["symbols"])
            relations = tuple((parent, child, relation) for parent, child, relation in row["relations"])
            assert LayoutTree(symbols, relations).latex == row["latex"]
            compared += 1
    assert compared > 400


@pytest.mark.parametrize(
    ("label", "relations", "hidden"),
    [
        ("n", ["Inside"], True),
        (r"\sqrt", ["Inside", "Above", "Sub", "Sup"], False),
        (r"\sqrt", ["Inside", "Sub", "Below"], True),
        ("-", ["Above", "Below", "Sub", "Sup"], False),
        ("-", ["Above", "Inside", "Below"], True),
        ("-", ["Above", "Sup"], True),
        (r"\sum", ["Above", "Below", "Right"], False),
        (r"\sum", ["Below", "Sub"], True),
        ("x", ["Sup", "Sub", "Right"], False),
    ],
)
def test_symbols_in_a_relation_without_a_notation_are_hidden(
    label: str, relations: list[Relation], hidden: bool
) -> None:
    symbols = (Symbol(label), *(Symbol(str(index)) for index in range(len(relations))))
    tree = LayoutTree(symbols, tuple((0, index, relation) for index, relation in enumerate(relations, start=1)))

    assert tree.hides_symbols == hidden
    assert any(str(index) not in tree.latex for index in range(len(relations))) == hidden
