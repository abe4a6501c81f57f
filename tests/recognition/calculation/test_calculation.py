"""What is worked out again when a page changes, what waits, and pages that were written to break it."""

import time
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.recognition.calculation.calculation import Calculation
from digitvision.recognition.calculation.scrubbing import numbers_of
from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.semantics.terms import Statement
from digitvision.recognition.expression.semantics.value_faults import TOO_SLOW, ValueFault
from digitvision.recognition.expression.semantics.value_process import ValueProcess
from digitvision.recognition.expression.semantics.values import Value
from tests.recognition.calculation.pages import OwnProcess, page
from tests.recognition.expression.trees import any_trees, tree_of


class _NoProcess(ValueProcess):
    """Fails the test where arithmetic asks for more."""

    def value_of_statement(self, statement: Statement) -> Value | None:
        raise AssertionError(f"asked for {statement}")


class _SlowProcess(ValueProcess):
    """Gives up on everything, as after two seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def value_of_statement(self, statement: Statement) -> Value | None:
        self.asked += 1
        raise ValueFault(TOO_SLOW)


def _texts(calculation: Calculation) -> list[str]:
    return [result.sentence or ("" if result.value is None else result.value.text) for result in calculation.results]


def test_what_a_row_defines_and_uses() -> None:
    calculation = Calculation(OwnProcess())

    defining, using, both = calculation.update(page("a = 3", "a + b + z = 5", "c = a + x_{1}"))

    assert (defining.defines, defining.uses) == ("a", frozenset())
    assert (using.defines, using.uses) == ("", frozenset("abz"))
    assert (both.defines, both.uses) == ("c", frozenset({"a", "x_1"}))


def test_only_rows_that_depend_on_a_change_are_new() -> None:
    calculation = Calculation(_NoProcess())
    before = calculation.update(page("a = 1", "b = 2", "a + 1 =", "b + 1 =", "c = a + 2", "2 c ="))

    after = calculation.update(page("a = 5", "b = 2", "a + 1 =", "b + 1 =", "c = a + 2", "2 c ="))

    assert [one is other for one, other in zip(before, after, strict=True)] == [True, True, False, True, False, False]
    assert _texts(calculation) == ["", "", "6", "3", "c = 7", "14"]


def test_an_iteration_yields_what_changed() -> None:
    calculation = Calculation(_NoProcess())
    list(calculation.changes(page("a = 1", "a + 1 =", "2 + 2 =")))

    changes = list(calculation.changes(page("a = 2", "a + 1 =", "2 + 2 =", "5 - 1 =")))

    assert [index for index, _ in changes] == [1, 3]
    assert [result.value.text for _, result in changes if result.value is not None] == ["3", "4"]


def test_a_row_that_goes_takes_its_name_along() -> None:
    calculation = Calculation(_NoProcess())
    calculation.update(page("a = 1", "a + 1 ="))

    calculation.update(page("a + 1 =")[:0] + page("b = 1", "b + 1 ="))
    assert _texts(calculation) == ["", "2"]
    calculation.update([])
    assert calculation.results == ()


def test_arithmetic_comes_before_what_takes_longer() -> None:
    calculation = Calculation(_SlowProcess())

    changes = [
        (index, result.waiting) for index, result in calculation.changes(page("x^{2} = 2", "1 + 1 =", "y = x^{2}"))
    ]

    # The graph of the function is sampled last, without the process.
    assert changes == [(0, True), (1, False), (2, True), (0, False), (2, False)]
    assert _texts(calculation) == [TOO_SLOW, "2", "y = x²"]


def test_what_took_too_long_is_not_asked_for_again() -> None:
    process = _SlowProcess()
    calculation = Calculation(process)

    for extra in ("1 + 1 =", "1 + 2 =", "1 + 3 ="):
        calculation.update(page("x^{2} = 2", extra))

    assert process.asked == 1


def test_an_iteration_that_is_left_goes_on_with_the_next_one() -> None:
    process = _SlowProcess()
    calculation = Calculation(process)
    for _, result in calculation.changes(page("x^{2} = 2", "x^{2} = 3")):
        if not result.waiting:
            break

    calculation.update(page("x^{2} = 2", "x^{2} = 3"))

    assert process.asked == 2
    assert _texts(calculation) == [TOO_SLOW, TOO_SLOW]


def test_rows_may_be_left_waiting() -> None:
    process = _SlowProcess()
    calculation = Calculation(process)

    waiting = [result.waiting for _, result in calculation.changes(page("x^{2} = 2", "1 + 1 ="), at_once=True)]

    assert waiting == [True, False]
    assert process.asked == 0


def test_words_have_no_value_and_numbers_in_a_line_have() -> None:
    calculation = Calculation(_NoProcess())

    calculation.update(page("t o = 3", "1 2 + 3 =", mode="line"))

    assert _texts(calculation) == ["", "15"]


def test_a_row_that_is_not_read_has_no_value() -> None:
    rows = [replace(page("1 + 1 =")[0], tree=None), *page("2 + 2 =")]
    calculation = Calculation(_NoProcess())

    calculation.update(rows)

    assert _texts(calculation) == ["", "4"]


def test_another_number_changes_all_that_hangs_on_it() -> None:
    rows = page("a = 3", "b = a^{2} + 1", "b =", "2 + 2 =")
    calculation = Calculation(_NoProcess())
    before = calculation.update(rows)
    tree = rows[0].tree
    assert tree is not None
    (number,) = numbers_of(tree)

    moved = calculation.with_number(0, number.symbols, Fraction(-4))

    assert [result.value.text if result.value else "" for result in moved] == ["", "b = 17", "17", "4"]
    assert moved[3] is before[3]
    assert calculation.results == before


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), st.integers(-9, 9)), max_size=12))
def test_a_page_of_sums_is_what_a_program_of_sums_is(steps: list[tuple[str, str, int]]) -> None:
    """The same steps in Python are an independent oracle."""
    known = dict.fromkeys("abc", 1)
    rows = ["a = 1", "b = 1", "c = 1"]
    for target, source, added in steps:
        known[target] = 2 * known[source] + added
        rows.append(f"{target} = 2 {source} {'-' if added < 0 else '+'} {abs(added)}")
    calculation = Calculation(_NoProcess())

    calculation.update(page(*rows, "a =", "b =", "c ="))

    assert _texts(calculation)[-3:] == [str(known[name]) for name in "abc"]


@pytest.mark.slow
@given(st.data())
def test_a_page_is_the_same_however_it_came_about(data: st.DataObject) -> None:
    kinds = st.sampled_from(["a = 2", "a = 3", "b = a - 1 + y + z", "a + b =", "b =", "c = a b", "a = c + 1", "z = 2"])
    calculation = Calculation(OwnProcess())
    for _ in range(3):
        rows = data.draw(st.lists(kinds, max_size=6))
        list(calculation.changes(page(*rows), at_once=True))
        fresh = Calculation(OwnProcess())
        list(fresh.changes(page(*rows), at_once=True))
        assert _texts(calculation) == _texts(fresh)


_SIGNS = [*"0123579abefgimnxy+-=()|,.?!", r"\%", r"\times", "/", "^{2}", "^{o}", "_{1}", "k m", "c m", "m i n"]
_SIGNS += ["f ( x )", r"\frac{1}{2}", r"\frac{m}{s}", r"\sin", r"\sqrt{x}", r"\rightarrow", r"\frac{d}{d x}"]
_SIGNS += [r"\sum_{i = 1}^{3} i"]


@pytest.mark.slow
@given(st.lists(st.lists(st.sampled_from(_SIGNS), min_size=1, max_size=8).map(" ".join), max_size=5))
def test_any_page_comes_to_something_or_says_nothing(rows: list[str]) -> None:
    rows = [row if not row.startswith(("^", "_")) else f"a {row}" for row in rows]
    rows = [row.replace("} ^{", "} x ^{").replace("} _{", "} x _{") for row in rows]
    calculation = Calculation(_NoProcess())
    trees = [tree_of(row) for row in rows]

    list(calculation.changes(page(*rows), at_once=True))

    assert len(calculation.results) == len(rows)
    for at, tree in enumerate(trees):
        for number in numbers_of(tree):
            assert len(calculation.with_number(at, number.symbols, Fraction(7, 2))) == len(rows)


@pytest.mark.slow
@given(st.lists(any_trees(), max_size=4))
def test_any_trees_are_a_page(trees: list[LayoutTree]) -> None:
    rows = [replace(page("1")[0], tree=tree) for tree in trees]
    calculation = Calculation(_NoProcess())

    list(calculation.changes(rows, at_once=True))

    assert len(calculation.results) == len(rows)


@pytest.mark.parametrize("step", ["a = a^{a}", "a = 2 a a + a", "a = a !", "a = a a", r"a = \frac{a}{3 + a}"])
def test_growing_numbers_end_with_a_sentence_or_a_value(step: str) -> None:
    calculation = Calculation(_NoProcess())
    began = time.process_time()

    calculation.update(page("a = 3", *[step] * 200))

    assert time.process_time() - began < 10
    assert all(_texts(calculation)[1:])


@pytest.mark.slow
@pytest.mark.parametrize("step", ["a = a + a", "a = a^{a}", r"a = \sqrt{a + 1}", "f ( x ) = f ( f ( x ) )"])
def test_growing_formulas_end_with_a_sentence(step: str) -> None:
    calculation = Calculation(_NoProcess())
    began = time.process_time()

    list(calculation.changes(page("a = z + w", "f ( x ) = x + z + x w", *[step] * 200), at_once=True))

    assert time.process_time() - began < 10
    assert any("too long" in text for text in _texts(calculation))
    assert _texts(calculation)[-1].endswith("has no value.")


def test_two_hundred_rows_follow_a_change() -> None:
    rows = ["a = 2", *["a + 1 =", "b = 2 a"] * 100]
    calculation = Calculation(_NoProcess())
    calculation.update(page(*rows))
    began = time.process_time()

    calculation.update(page("a = 3", *rows[1:]))

    assert time.process_time() - began < 2
    assert _texts(calculation)[-2:] == ["4", "b = 6"]


def test_a_number_moves_as_fast_as_a_label_is_dragged() -> None:
    rows = page("a = 3", *["a = 2 a + 1", "b = a - 1", "1 2 + 3 4 ="] * 10)
    calculation = Calculation(_NoProcess())
    calculation.update(rows)
    tree = rows[0].tree
    assert tree is not None
    (number,) = numbers_of(tree)
    began = time.process_time()

    for value in range(20):
        calculation.with_number(0, number.symbols, Fraction(value + 100))

    # A few milliseconds each; the limit has much to spare.
    assert time.process_time() - began < 20 * 0.05


@pytest.mark.slow
def test_values_come_from_a_real_child() -> None:
    with ValueProcess() as process:
        calculation = Calculation(process)
        calculation.update(page("a = 2", r"\sqrt{a} =", "a x = 6", r"\frac{1}{\sqrt{a} - \sqrt{a}} ="))

        assert _texts(calculation) == ["", "≈ 1.4142", "x = 3", "This divides by zero."]


@pytest.mark.slow
def test_units_come_from_a_real_child() -> None:
    pytest.importorskip("pint")
    with ValueProcess() as process:
        calculation = Calculation(process)
        calculation.update(page("5 k m + 3 0 0 m =", "3 m + 2 k g =", "x^{2} = 9"))

        assert _texts(calculation) == [
            "5.3 km",
            "3 m and 2 kg do not fit: a length and a mass cannot be added.",
            "x = -3, x = 3",
        ]


@pytest.mark.slow
def test_endless_rows_are_given_up_one_by_one() -> None:
    endless = r"\sum_{i = 1}^{1 0 0 0 0 0 0 0} \frac{1}{i^{i}} ="
    with ValueProcess(limit_s=1) as process:
        calculation = Calculation(process)
        calculation.update(page("a = 2", endless, "a + 1 ="))
        began = time.monotonic()
        calculation.update(page("a = 3", endless, "a + 1 ="))

        assert time.monotonic() - began < 1
        assert _texts(calculation) == ["", TOO_SLOW, "4"]
