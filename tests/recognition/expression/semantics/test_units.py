"""Which letters behind a number are a unit."""

import pytest

from digitvision.recognition.expression.notation.structure import structure_of
from digitvision.recognition.expression.semantics.interpretation import statement_with_names
from digitvision.recognition.expression.semantics.row_cursor import Names
from digitvision.recognition.expression.semantics.terms import Statement, statement_from_data, statement_to_data
from digitvision.recognition.expression.semantics.units import means_units, units_of
from digitvision.recognition.expression.semantics.written_numbers import UnclearError
from tests.recognition.expression.trees import tree_of


def _statement(latex: str, *, values: str = "", quantities: str = "") -> Statement:
    names = Names(values=frozenset(values), quantities=frozenset(quantities), units=True)
    return statement_with_names(structure_of(tree_of(latex)), names)


@pytest.mark.parametrize(
    ("latex", "units"),
    [
        ("5 k m", {"km"}),
        ("5 m^{2}", {"m"}),
        (r"3 \frac{k m}{h}", {"km", "h"}),
        ("3 m / s^{2}", {"m", "s"}),
        (r"5 \mu m", {"μm"}),
        (r"2 \frac{1}{2} h", {"h"}),
        ("( 2 + 3 ) k g", {"kg"}),
        ("9 0^{o}", {"°"}),
        (r"9 0^{\circ}", {"°"}),
        ("9 0 °", {"°"}),
        ("2 0^{o} C", {"°C"}),
        ("2 h 3 0 m i n", {"h", "min"}),
        ("5 x", set()),
        ("5 k m h", set()),
        ("k m", set()),
        ("x k m", set()),
        ("5 m_{1}", set()),
        ("5 m^{x}", set()),
        ("5^{2} k", set()),
    ],
)
def test_letters_that_spell_a_unit_behind_a_number(latex: str, units: set[str]) -> None:
    (side,) = _statement(latex).sides

    assert units_of(side) == units


def test_letters_with_a_value_are_no_unit() -> None:
    assert not _statement("5 m", values="m").has_units
    assert _statement("5 k m", values="m").has_units
    assert not _statement("5 k m", values="km").has_units
    # The imaginary unit has a value, too.
    assert not _statement("5 i n", values="n").has_units
    assert _statement("5 i n").has_units
    with pytest.raises(UnclearError, match="may be a unit"):
        _statement("5 m", values="m", quantities="m")
    assert _statement("5 m / s", values="m", quantities="m").has_units


@pytest.mark.parametrize(
    ("latex", "meant"),
    [
        ("5 k m =", True),
        ("5 m =", True),
        ("a = 5 m", True),
        ("5 m + 3 m =", True),
        ("3 m = 3 0 0 c m", True),
        ("5 m = 2 0", False),
        ("5 m + 3 =", False),
        ("5 m x =", False),
        ("y = 5 m", False),
        ("f ( x ) = 5 m", False),
        ("5 x =", False),
    ],
)
def test_a_single_letter_is_a_unit_only_where_nothing_is_unknown(latex: str, meant: bool) -> None:
    statement = _statement(latex)

    assert means_units(statement, frozenset()) == meant


@pytest.mark.parametrize("latex", ["5 k m = ? m / s", r"5 k m \rightarrow m", "f ( x ) = 0 . 5 x", "1 + 2 =", "x = y"])
def test_a_statement_goes_through_json_unchanged(latex: str) -> None:
    statement = _statement(latex)

    assert statement_from_data(statement_to_data(statement)) == statement
