"""Rescoring of whole readings by dots, brackets, letter cases and n-grams, and the reading that wins by it."""

import numpy as np
import pytest

from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.expression.reading.brackets import odd_bars, unpaired
from digitvision.recognition.expression.reading.decoding import best_layout, other_layouts
from digitvision.recognition.expression.reading.ellipsis import with_dots
from digitvision.recognition.expression.reading.labelling import Labelling
from digitvision.recognition.expression.reading.letter_case import case_pairs, in_both_cases
from digitvision.recognition.expression.reading.ngrams import NgramModel
from digitvision.recognition.expression.reading.priors import SymbolPriors
from digitvision.recognition.expression.reading.rescoring import rescore
from digitvision.recognition.expression.reading.rows import rows_of


def _tree(labels: str, *relations: tuple[int, int, Relation]) -> LayoutTree:
    names = labels.split()
    symbols = tuple(Symbol(name, (index,)) for index, name in enumerate(names))
    row: tuple[tuple[int, int, Relation], ...] = tuple((index, index + 1, "Right") for index in range(len(names) - 1))
    return LayoutTree(symbols, relations or row)


def _written(tree: LayoutTree) -> list[list[str]]:
    labels = [symbol.label for symbol in tree.symbols]
    return [row.of(labels) for row in rows_of(tree)]


def test_three_dots_in_a_row_are_one_symbol() -> None:
    found = with_dots(_tree("1 , . . . , n"))
    assert found.latex == r"1 , \ldots , n"
    assert found.symbols[2] == Symbol(r"\ldots", (2, 3, 4))
    assert with_dots(_tree(". . .")).latex == r"\ldots"


@pytest.mark.parametrize(
    "symbols",
    [
        (Symbol("n", (0,)), Symbol(".", (1, 2)), Symbol(".", (3,))),
        (Symbol("n", (0,)), Symbol(".", (1,)), Symbol(r"\ldots", (2, 3))),
    ],
)
def test_dots_of_three_strokes_are_one_symbol_however_the_strokes_were_grouped(symbols: tuple[Symbol, ...]) -> None:
    found = with_dots(LayoutTree(symbols, ((0, 1, "Right"), (1, 2, "Right"))))
    assert found.symbols == (Symbol("n", (0,)), Symbol(r"\ldots", (1, 2, 3)))


@pytest.mark.parametrize("labels", ["1 . . 2", ". . . .", "1 . 2 . 3 . 4", "a + b"])
def test_other_dots_stay_as_they_are(labels: str) -> None:
    tree = _tree(labels)
    assert with_dots(tree) is tree


def test_dots_with_a_script_between_them_stay_apart() -> None:
    tree = _tree(". 2 . .", (0, 1, "Sup"), (0, 2, "Right"), (2, 3, "Right"))
    assert with_dots(tree) is tree
    # A script of the last dot is one of the whole symbol.
    tree = _tree(". . . 2", (0, 1, "Right"), (1, 2, "Right"), (2, 3, "Sup"))
    assert with_dots(tree).latex == r"\ldots^{2}"


@pytest.mark.parametrize(
    ("labels", "count"),
    [("( a )", 0), ("( a", 1), ("a )", 1), (") a (", 2), ("[ a )", 0), (r"\{ ( a ) \}", 0), (r"\{ a )", 2)],
)
def test_brackets_have_a_partner(labels: str, count: int) -> None:
    assert unpaired([labels.split()]) == count


@pytest.mark.parametrize(
    ("labels", "count"),
    [("| a |", 0), ("| a", 1), ("| a | = | b", 1), ("P ( a | b )", 0), (r"\{ x | x \}", 0), ("( a ) | b", 1)],
)
def test_bars_outside_brackets_come_in_pairs(labels: str, count: int) -> None:
    assert odd_bars([labels.split()]) == count


def test_a_partner_stands_in_the_same_row() -> None:
    apart = _tree("( x i )", (0, 1, "Right"), (1, 2, "Sub"), (2, 3, "Right"))
    together = _tree("( x i )", (0, 1, "Right"), (1, 2, "Sub"), (1, 3, "Right"))
    assert apart.latex == "( x_{i )}"
    assert (unpaired(_written(apart)), unpaired(_written(together))) == (2, 0)


def _naive(formulas: list[list[str]], row: list[str]) -> float:
    """Witten and Bell's trigram model, computed from its definition, forwards only."""
    padded = [["<", "<", *words, ">"] for words in formulas]

    def chance(history: tuple[str, ...], word: str) -> float:
        lower = chance(history[1:], word) if history else 1 / 150
        after = [
            words[index + len(history)]
            for words in padded
            for index in range(len(words) - len(history))
            if tuple(words[index : index + len(history)]) == history and words[index + len(history)] != "<"
        ]
        if not after:
            return lower
        return (after.count(word) + len(set(after)) * lower) / (len(after) + len(set(after)))

    words = ["<", "<", *row, ">"]
    return sum(float(np.log(chance(tuple(words[index - 2 : index]), words[index]))) for index in range(2, len(words)))


def test_formulas_that_occurred_score_higher_than_others() -> None:
    ngrams = NgramModel.of_formulas(["f ( x )", "g ( x )", "f ( X )", "x + 1"])
    occurred, other, never = ngrams.scores(["f ( x )", "f ( g )", ") x ("])
    assert occurred > other > never
    # A repeated formula counts once.
    twice = NgramModel.of_formulas(["f ( x )", "g ( x )", "f ( x )", "f ( X )", "x + 1"])
    assert twice.scores(["f ( x )"]) == pytest.approx(ngrams.scores(["f ( x )"]))


def test_formulas_are_ranked_as_by_a_naive_trigram_model() -> None:
    formulas = ["a + b", "a + b + c", "a - b", "b + c", "a + c = b", "c + c"]
    ngrams = NgramModel.of_formulas(formulas)
    rows = ["a + b", "a + c", "b + c", "a - c", "c - a"]
    both = [
        _naive([formula.split() for formula in formulas], row.split())
        + _naive([formula.split()[::-1] for formula in formulas], row.split()[::-1])
        for row in rows
    ]
    found = ngrams.scores(rows)
    assert np.corrcoef(found, both)[0, 1] > 0.9
    assert int(np.argmax(found)) == int(np.argmax(both))
    assert int(np.argmin(found)) == int(np.argmin(both))


def test_n_grams_survive_saving_and_damaged_files_are_reported() -> None:
    ngrams = NgramModel.of_formulas([r"\frac{1}{2} + x^{2}", "x + 1", "ß"])
    again = NgramModel.from_bytes(ngrams.to_bytes())
    rows = ["x + 1", r"\frac{1}{2} + y"]
    assert again.scores(rows).tolist() == ngrams.scores(rows).tolist()
    content = ngrams.to_bytes()
    for bad in (b"", content[:50], content[:-30]):
        with pytest.raises(ValueError, match="no table of n-grams"):
            NgramModel.from_bytes(bad)
    with pytest.raises(ValueError, match="no formula"):
        NgramModel.of_formulas(["", " "])


@pytest.mark.parametrize(("labels", "count"), [("x X", 1), ("x y X Y", 2), ("x y", 0), ("a A", 0), ("X 1", 0)])
def test_a_letter_in_both_cases_is_noticed_where_both_look_alike(labels: str, count: int) -> None:
    assert in_both_cases(labels.split()) == count


def test_case_pairs_are_the_classes_of_letters_with_both_cases() -> None:
    assert case_pairs(("X", "a", "y", "x", "A")) == ((3, 0),)


LABELS = ("(", ")", "c", "1", "x")


def _labelling(*choices: tuple[float, str]) -> Labelling:
    """A labelling with readings and how far each is behind the first one."""
    indices = [tuple(LABELS.index(name) for name in names.split()) for _, names in choices]
    alternatives = tuple((loss, 0, row[0], row) for (loss, _), row in zip(choices[1:], indices[1:], strict=True))
    return Labelling(indices[0], 0.5, np.zeros((len(indices[0]), len(LABELS))), alternatives)


def test_a_reading_whose_brackets_have_partners_comes_before_one_that_is_a_little_likelier() -> None:
    labelling = _labelling((0.0, "c 1 )"), (0.5, "( 1 )"), (1.5, "x 1 )"))
    (found,) = rescore([(_tree("c 1 )"), labelling)], LABELS)
    assert found.tree.latex == "( 1 )"
    # It loses 0.5 for being less likely than the other, and 0.2 for each of its three labels.
    assert found.credit == pytest.approx(-0.5 - 0.6)
    assert found.labelling.best == (0, 3, 1)
    assert found.labelling.probability == pytest.approx(0.5 * np.exp(-0.5))
    # The former best one is an alternative now, behind by the costs of its bracket and its letter.
    assert [row for _, _, _, row in found.labelling.alternatives] == [(2, 3, 1), (4, 3, 1)]
    assert [loss for loss, _, _, _ in found.labelling.alternatives] == pytest.approx([2.2, 3.7])
    for _, index, label, row in found.labelling.alternatives:
        assert row[index] == label != found.labelling.best[index]


def test_a_reading_that_is_much_likelier_stays_the_best() -> None:
    labelling = _labelling((0.0, "c 1 )"), (5.0, "( 1 )"))
    (found,) = rescore([(_tree("c 1 )"), labelling)], LABELS)
    assert (found.tree.latex, found.labelling.best) == ("c 1 )", (2, 3, 1))


def test_n_grams_decide_what_the_ink_leaves_open() -> None:
    ngrams = NgramModel.of_formulas([f"x {sign} {digit}" for sign in "+-" for digit in "12345"])
    labels = ("x", "X", "+", "1")
    choices = Labelling((1, 2, 3), 0.5, np.zeros((3, 4)), ((0.01, 0, 0, (0, 2, 3)),))
    (found,) = rescore([(_tree("X + 1"), choices)], labels, ngrams=ngrams)
    assert found.tree.latex == "x + 1"


def test_a_letter_gets_one_case_where_the_ink_allows_it() -> None:
    labels = ("x", "X", "+")
    choices = Labelling((0, 2, 1), 0.5, np.zeros((3, 3)), ((0.9, 0, 1, (1, 2, 1)), (1.2, 2, 0, (0, 2, 0))))
    (found,) = rescore([(_tree("x + X"), choices)], labels)
    assert found.tree.latex == "X + X"
    expensive = Labelling((0, 2, 1), 0.5, np.zeros((3, 3)), ((4.0, 0, 1, (1, 2, 1)),))
    (found,) = rescore([(_tree("x + X"), expensive)], labels)
    assert found.tree.latex == "x + X"


def test_a_letter_among_capitals_becomes_one_where_the_ink_allows_it() -> None:
    labels = ("x", "X", "A", "a")
    symbol_priors = SymbolPriors(
        np.zeros((4, 6, 4), np.float32), np.zeros(4, np.float32), np.array([0.0, -0.5, 1.5, 1.0], np.float32)
    )

    def read(other: str, loss: float) -> str:
        index = labels.index(other)
        choices = Labelling((index, 0), 0.5, np.zeros((2, 4)), ((loss, 1, 1, (index, 1)),))
        (found,) = rescore([(_tree(f"{other} x"), choices)], labels, symbol_priors)
        return found.tree.latex

    assert read("A", 1.4) == "A X"
    assert read("A", 1.6) == "A x"
    assert read("a", 0.1) == "a x"


def test_other_layouts_lack_one_of_the_least_certain_relations() -> None:
    # Three symbols; the parent of the last one may be the first or the second.
    edges = np.full((3, 3, 6), -9.0, np.float32)
    roots = np.array([0.0, -9.0, -9.0], np.float32)
    edges[1, 0, 0] = 0.0
    edges[2, 1, 0] = -0.6
    edges[2, 0, 1] = -0.8
    root, best = best_layout(edges, roots)
    assert (root, sorted(best)) == (0, [(0, 1, 0), (1, 2, 0)])
    ((other_root, other),) = other_layouts(edges, roots, best)
    assert (other_root, sorted(other)) == (0, [(0, 1, 0), (0, 2, 1)])


def test_where_everything_is_certain_there_is_no_other_layout() -> None:
    edges = np.full((2, 2, 6), -9.0, np.float32)
    edges[1, 0, 0] = 0.0
    roots = np.array([0.0, -9.0], np.float32)
    assert other_layouts(edges, roots, best_layout(edges, roots)[1]) == []


def test_sizes_in_a_row_decide_the_case_that_the_ink_leaves_open() -> None:
    labels = ("x", "X", "1")
    baselines = np.array([[0.5, 0.0, 0.1, 0.1], [1.0, 0.0, 0.1, 0.1], [1.0, 0.0, 0.1, 0.1]], np.float32)
    symbol_priors = SymbolPriors(np.zeros((3, 6, 3), np.float32), np.zeros(3, np.float32), baselines=baselines)
    choices = Labelling((0, 2, 2), 0.5, np.zeros((3, 3)), ((0.1, 0, 1, (1, 2, 2)),))
    tree = _tree("x 1 1")
    for top, latex in ((0.0, "X 1 1"), (5.0, "x 1 1")):
        ends = np.array([[top, 10.0], [0.0, 10.0], [0.0, 10.0]])
        (found,) = rescore([(tree, choices)], labels, symbol_priors, ends=[ends])
        assert found.tree.latex == latex
