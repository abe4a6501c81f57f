"""What whole readings look like: dots, brackets, cases and n-grams, and which of the likely readings that settles."""

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
    symbols = tuple(Symbol(name, (place,)) for place, name in enumerate(names))
    row: tuple[tuple[int, int, Relation], ...] = tuple((place, place + 1, "Right") for place in range(len(names) - 1))
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
def test_dots_of_three_strokes_are_one_symbol_however_these_were_taken_together(symbols: tuple[Symbol, ...]) -> None:
    found = with_dots(LayoutTree(symbols, ((0, 1, "Right"), (1, 2, "Right"))))
    assert found.symbols == (Symbol("n", (0,)), Symbol(r"\ldots", (1, 2, 3)))


@pytest.mark.parametrize("labels", ["1 . . 2", ". . . .", "1 . 2 . 3 . 4", "a + b"])
def test_other_dots_stay_as_they_are(labels: str) -> None:
    tree = _tree(labels)
    assert with_dots(tree) is tree


def test_dots_with_a_script_between_them_are_no_row() -> None:
    tree = _tree(". 2 . .", (0, 1, "Sup"), (0, 2, "Right"), (2, 3, "Right"))
    assert with_dots(tree) is tree
    # A script at the last one is that of the whole.
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
    """Witten and Bell's mixture, counted by hand over three words, forwards only."""
    padded = [["<", "<", *words, ">"] for words in formulas]

    def chance(history: tuple[str, ...], word: str) -> float:
        lower = chance(history[1:], word) if history else 1 / 150
        after = [
            words[place + len(history)]
            for words in padded
            for place in range(len(words) - len(history))
            if tuple(words[place : place + len(history)]) == history and words[place + len(history)] != "<"
        ]
        if not after:
            return lower
        return (after.count(word) + len(set(after)) * lower) / (len(after) + len(set(after)))

    words = ["<", "<", *row, ">"]
    return sum(float(np.log(chance(tuple(words[place - 2 : place]), words[place]))) for place in range(2, len(words)))


def test_what_was_seen_counts_for_more_than_what_was_not() -> None:
    ngrams = NgramModel.of_formulas(["f ( x )", "g ( x )", "f ( X )", "x + 1"])
    seen, other, never = ngrams.scores(["f ( x )", "f ( g )", ") x ("])
    assert seen > other > never
    # The same formula twice tells no more than once.
    twice = NgramModel.of_formulas(["f ( x )", "g ( x )", "f ( x )", "f ( X )", "x + 1"])
    assert twice.scores(["f ( x )"]) == pytest.approx(ngrams.scores(["f ( x )"]))


def test_words_in_one_place_are_ranked_as_a_naive_count_ranks_them() -> None:
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


def test_n_grams_are_kept_and_damaged_ones_are_told() -> None:
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


def test_the_classes_of_both_cases_are_found_where_both_may_be_answered() -> None:
    assert case_pairs(("X", "a", "y", "x", "A")) == ((3, 0),)


LABELS = ("(", ")", "c", "1", "x")


def _labelling(*choices: tuple[float, str]) -> Labelling:
    """Readings with how far each is behind the first."""
    places = [tuple(LABELS.index(name) for name in names.split()) for _, names in choices]
    alternatives = tuple((loss, 0, row[0], row) for (loss, _), row in zip(choices[1:], places[1:], strict=True))
    return Labelling(places[0], 0.5, np.zeros((len(places[0]), len(LABELS))), alternatives)


def test_a_reading_whose_brackets_have_partners_comes_before_one_that_is_a_little_likelier() -> None:
    labelling = _labelling((0.0, "c 1 )"), (0.5, "( 1 )"), (1.5, "x 1 )"))
    (found,) = rescore([(_tree("c 1 )"), labelling)], LABELS)
    assert found.tree.latex == "( 1 )"
    # A half for being less likely than the other, a fifth for each of three labels.
    assert found.credit == pytest.approx(-0.5 - 0.6)
    assert found.labelling.best == (0, 3, 1)
    assert found.labelling.probability == pytest.approx(0.5 * np.exp(-0.5))
    # What was the best one is an alternative now, behind by what its bracket and its letter cost.
    assert [row for _, _, _, row in found.labelling.alternatives] == [(2, 3, 1), (4, 3, 1)]
    assert [loss for loss, _, _, _ in found.labelling.alternatives] == pytest.approx([2.2, 3.7])
    for _, place, label, row in found.labelling.alternatives:
        assert row[place] == label != found.labelling.best[place]


def test_one_that_is_much_likelier_stays() -> None:
    labelling = _labelling((0.0, "c 1 )"), (5.0, "( 1 )"))
    (found,) = rescore([(_tree("c 1 )"), labelling)], LABELS)
    assert (found.tree.latex, found.labelling.best) == ("c 1 )", (2, 3, 1))


def test_n_grams_settle_what_the_ink_leaves_open() -> None:
    ngrams = NgramModel.of_formulas([f"x {sign} {digit}" for sign in "+-" for digit in "12345"])
    labels = ("x", "X", "+", "1")
    choices = Labelling((1, 2, 3), 0.5, np.zeros((3, 4)), ((0.01, 0, 0, (0, 2, 3)),))
    (found,) = rescore([(_tree("X + 1"), choices)], labels, ngrams=ngrams)
    assert found.tree.latex == "x + 1"


def test_a_letter_is_taken_for_one_case_where_that_costs_little() -> None:
    labels = ("x", "X", "+")
    choices = Labelling((0, 2, 1), 0.5, np.zeros((3, 3)), ((0.9, 0, 1, (1, 2, 1)), (1.2, 2, 0, (0, 2, 0))))
    (found,) = rescore([(_tree("x + X"), choices)], labels)
    assert found.tree.latex == "X + X"
    dear = Labelling((0, 2, 1), 0.5, np.zeros((3, 3)), ((4.0, 0, 1, (1, 2, 1)),))
    (found,) = rescore([(_tree("x + X"), dear)], labels)
    assert found.tree.latex == "x + X"


def test_a_letter_among_capitals_is_taken_for_one_where_that_costs_little() -> None:
    labels = ("x", "X", "A", "a")
    symbol_priors = SymbolPriors(
        np.zeros((4, 6, 4), np.float32), np.zeros(4, np.float32), np.array([0.0, -0.5, 1.5, 1.0], np.float32)
    )

    def read(other: str, loss: float) -> str:
        place = labels.index(other)
        choices = Labelling((place, 0), 0.5, np.zeros((2, 4)), ((loss, 1, 1, (place, 1)),))
        (found,) = rescore([(_tree(f"{other} x"), choices)], labels, symbol_priors)
        return found.tree.latex

    assert read("A", 1.4) == "A X"
    assert read("A", 1.6) == "A x"
    assert read("a", 0.1) == "a x"


def test_other_layouts_lack_one_of_the_least_certain_relations() -> None:
    # Three symbols; the last one may as well hang on the first as on the second.
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


def test_sizes_in_a_row_settle_the_case_that_the_ink_leaves_open() -> None:
    labels = ("x", "X", "1")
    lines = np.array([[0.5, 0.0, 0.1, 0.1], [1.0, 0.0, 0.1, 0.1], [1.0, 0.0, 0.1, 0.1]], np.float32)
    symbol_priors = SymbolPriors(np.zeros((3, 6, 3), np.float32), np.zeros(3, np.float32), baselines=lines)
    choices = Labelling((0, 2, 2), 0.5, np.zeros((3, 3)), ((0.1, 0, 1, (1, 2, 2)),))
    tree = _tree("x 1 1")
    for top, latex in ((0.0, "X 1 1"), (5.0, "x 1 1")):
        ends = np.array([[top, 10.0], [0.0, 10.0], [0.0, 10.0]])
        (found,) = rescore([(tree, choices)], labels, symbol_priors, ends=[ends])
        assert found.tree.latex == latex
