"""On which rows a value rests."""

import pytest

from digitvision.recognition.calculation.calculation import Calculation
from digitvision.recognition.calculation.dependence import rows_behind
from digitvision.recognition.calculation.page_rows import RowResult, SumPlace
from tests.recognition.calculation.pages import OwnProcess, page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "behind"),
    [
        (("a = 3", "a + 1 ="), [(), (0,)]),
        (("a = 3", "b = 2 a", "7 + 5 =", "b + 1 ="), [(), (0,), (), (0, 1)]),
        (("a = 3", "a = 4", "a ="), [(), (), (1,)]),
        (("a = 3", "a = a + 1", "a ="), [(), (0,), (0, 1)]),
        (("F = m a", "m = 2", "a = 3", "F ="), [(), (), (), (0, 1, 2)]),
        (("f ( x ) = x^{2}", "f ( 3 ) ="), [(), (0,)]),
        (("b + 1 =", "b = 2"), [(), ()]),
        (("k =", "k = k + 1"), [(), ()]),
    ],
    ids=lambda rows: "; ".join(rows) if isinstance(rows[0], str) else "",
)
def test_a_value_rests_on_the_rows_that_give_its_names_their_values(
    rows: tuple[str, ...], behind: list[tuple[int, ...]]
) -> None:
    results = Calculation(OwnProcess()).update(page(*rows))

    assert [tuple(sorted(one)) for one in rows_behind(results)] == behind


def test_a_sum_rests_on_its_column_and_on_what_is_behind_it() -> None:
    given = RowResult(defines="a")
    using, plain = RowResult(uses=frozenset("a")), RowResult()
    rule = RowResult(under=SumPlace(0.0, 0.0, 10.0, (1, 2)))

    assert rows_behind([given, using, plain, rule])[-1] == {0, 1, 2}


def test_what_is_not_known_yet_rests_on_nothing() -> None:
    assert rows_behind([None, RowResult(uses=frozenset("a"))]) == (frozenset(), frozenset())
