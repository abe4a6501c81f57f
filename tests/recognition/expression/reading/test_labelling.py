"""The choice of classes over a tree, against an exhaustive search."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.reading.labelling import label_symbols
from digitvision.recognition.expression.reading.priors import SymbolPriors, symbol_priors_of

CLASSES = 4


def _case(seed: int, count: int) -> tuple[np.ndarray, int, list[tuple[int, int, int]], SymbolPriors]:
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (count, CLASSES))
    classes = (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))).astype(np.float32)
    # The parent of each symbol is an earlier one; a permutation then mixes the order of parents and children.
    names = rng.permutation(count)
    relations = [
        (int(names[rng.integers(child)]), int(names[child]), int(rng.integers(6))) for child in range(1, count)
    ]
    symbol_priors = SymbolPriors(
        rng.normal(0, 3, (CLASSES, 6, CLASSES)).astype(np.float32), rng.normal(0, 3, CLASSES).astype(np.float32)
    )
    return classes, int(names[0]), relations, symbol_priors


def _score(
    labels: tuple[int, ...],
    case: tuple[np.ndarray, int, list[tuple[int, int, int]], SymbolPriors],
    weight: float,
) -> float:
    classes, root, relations, symbol_priors = case
    total = float(sum(classes[index, label] for index, label in enumerate(labels)))
    total += weight * float(symbol_priors.begins[labels[root]])
    return total + sum(
        weight * float(symbol_priors.follows[labels[parent], relation, labels[child]])
        for parent, child, relation in relations
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_the_labelling_and_its_probabilities_are_those_of_an_exhaustive_search(seed: int, count: int) -> None:
    case = _case(seed, count)
    every = list(itertools.product(range(CLASSES), repeat=count))
    scores = np.array([_score(labels, case, 0.5) for labels in every])
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()

    found = label_symbols(case[0], case[1], case[2], case[3], alternatives=3, weight=0.5)

    assert _score(found.best, case, 0.5) == pytest.approx(scores.max(), abs=1e-4)
    assert found.probability == pytest.approx(chances.max(), rel=1e-4)
    expected = np.zeros((count, CLASSES))
    for labels, chance in zip(every, chances, strict=True):
        expected[np.arange(count), labels] += chance
    assert np.allclose(found.marginals, expected, atol=1e-5)
    for loss, index, label, labels in found.alternatives:
        assert labels[index] == label != found.best[index]
        with_it = max(score for others, score in zip(every, scores, strict=True) if others[index] == label)
        assert scores.max() - with_it == pytest.approx(loss, abs=1e-4)
        assert _score(labels, case, 0.5) == pytest.approx(with_it, abs=1e-4)
    losses = [loss for loss, *_ in found.alternatives]
    assert losses == sorted(losses)


def test_without_priors_the_ink_alone_decides() -> None:
    classes, root, relations, _ = _case(1, 4)
    found = label_symbols(classes, root, relations, None)
    assert found.best == tuple(classes.argmax(axis=1).tolist())


def _row(*labels: str) -> LayoutTree:
    return LayoutTree(
        tuple(Symbol(label, (index,)) for index, label in enumerate(labels)),
        tuple((index, index + 1, "Right") for index in range(len(labels) - 1)),
    )


def test_symbol_priors_decide_what_the_ink_leaves_open() -> None:
    labels = ("+", "1", "l", "=")
    sums = [_row(*["1"] * length, "+", "1") for length in range(1, 30)]
    symbol_priors = symbol_priors_of([*sums, _row("l", "=", "1")], labels)
    # A repeated formula counts once.
    assert np.array_equal(symbol_priors_of([*sums * 3, _row("l", "=", "1")], labels).follows, symbol_priors.follows)
    assert symbol_priors.follows[0, 0, 1] > symbol_priors.follows[0, 0, 2]
    classes = np.log(
        np.array([[0.01, 0.97, 0.01, 0.01], [0.97, 0.01, 0.01, 0.01], [0.01, 0.48, 0.5, 0.01]], np.float32)
    )
    relations = [(0, 1, 0), (1, 2, 0)]
    assert label_symbols(classes, 0, relations, None).best == (1, 0, 2)
    assert label_symbols(classes, 0, relations, symbol_priors).best == (1, 0, 1)


def test_capitals_are_counted_by_the_case_of_the_other_letters() -> None:
    labels = ("A", "B", "a", "b", "X", "x", "P", "p", "1")
    rows = [
        _row("A", "X"),
        _row("B", "X"),
        _row("A", "P"),
        _row("a", "x"),
        _row("b", "x"),
        _row("a", "p"),
        _row("b", "X"),
    ]
    rows += [_row("x", "1"), _row("X", "1"), _row("A", "a", "x")]
    found = symbol_priors_of(rows, labels).capitals
    # Counted by hand: five capitals and five small letters in all, and 0.5 added to each count.
    assert found.tolist() == pytest.approx([0.0, np.log(1.5 / 3.5), np.log(3.5 / 0.5), np.log(0.5 / 1.5)])


def test_priors_survive_saving_and_damaged_files_are_reported() -> None:
    baselines = np.array([[1.0, 0.0, 0.1, 0.2], [np.nan] * 4], np.float32)
    symbol_priors = symbol_priors_of([_row("1", "+", "1")], ("+", "1"), baselines)
    again = SymbolPriors.from_bytes(symbol_priors.to_bytes(), 2)
    assert np.allclose(again.follows, symbol_priors.follows, atol=1e-2)
    assert np.allclose(again.begins, symbol_priors.begins, atol=1e-2)
    assert np.allclose(again.baselines, baselines, atol=1e-3, equal_nan=True)
    # Baselines may be missing.
    assert not len(SymbolPriors.from_bytes(symbol_priors_of([_row("1")], ("+", "1")).to_bytes(), 2).baselines)
    for content, classes in ((b"no archive", 2), (symbol_priors.to_bytes(), 3), (symbol_priors.to_bytes()[:40], 2)):
        with pytest.raises(ValueError, match="it is"):
            SymbolPriors.from_bytes(content, classes)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5))
def test_labellings_with_a_letter_in_one_case_are_alternatives_with_their_true_loss(seed: int, count: int) -> None:
    case = _case(seed, count)
    pair = (0, 1)
    # The first two symbols are this letter, in either case.
    case[0][:2, list(pair)] += 20
    found = label_symbols(*case, pairs_of_cases=[pair], weight=0.5)
    assert sum(label in pair for label in found.best) > 1
    best = _score(found.best, case, 0.5)
    other = {tuple(one if label in pair else label for label in found.best) for one in pair} - {found.best}
    # Much less probable labellings are left out.
    wanted = {labels for labels in other if best - _score(labels, case, 0.5) <= 6}
    assert {labels for _, _, _, labels in found.alternatives} == wanted
    for loss, index, label, labels in found.alternatives:
        assert labels[index] == label != found.best[index]
        assert loss == pytest.approx(best - _score(labels, case, 0.5), abs=1e-3)
    losses = [loss for loss, *_ in found.alternatives]
    assert losses == sorted(losses)
