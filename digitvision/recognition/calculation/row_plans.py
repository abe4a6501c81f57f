"""What is to be worked out for a row once everything above it is known, and what is shown of the answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from digitvision.recognition.calculation.definitions import (
    TOO_LONG,
    Definition,
    Resolver,
    calls_of,
    depends_on_itself,
    shown,
)
from digitvision.recognition.calculation.page_rows import RowResult, SumPlace
from digitvision.recognition.expression.notation.latex import latex_of_row
from digitvision.recognition.expression.notation.plain_text import text_of_row
from digitvision.recognition.expression.semantics.arithmetic import exact_value
from digitvision.recognition.expression.semantics.interpretation import is_shallow
from digitvision.recognition.expression.semantics.row_cursor import UNKNOWN
from digitvision.recognition.expression.semantics.term_notation import UnwrittenError, row_of, symbol_item
from digitvision.recognition.expression.semantics.terms import Statement, Term, number
from digitvision.recognition.expression.semantics.units import number_of_quantity
from digitvision.recognition.expression.semantics.value_faults import ValueFault
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.expression.semantics.written_numbers import UnclearError

_LONGEST_PAIR: Final = 12
"""Most signs of a number that is named with its letter."""


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What is to be worked out for a row. Plans that are equal have the same result.

    Attributes:
        statement: What is worked out, with everything put in; None where there is nothing.
        written: Whether the statement is a number as it is written in the row, which has no value besides itself.
        value: The value where it is known already.
        sentence: Why there is none.
        name: The name that the value is shown with, `b = 10`; empty for the value alone.
        circular: The name that depends on itself if the statement has no solution.
        put_in: Whether the statement is another one than was written.
        single: Name and value of the only unknown that was put into a comparison; empty for none.
        missing: The sentence on what a term that is asked for lacks; it is shown where the term has no value.
        defines: See `RowResult`.
        uses: See `RowResult`.
        under: See `RowResult`.
    """

    statement: Statement | None = None
    written: bool = False
    value: Value | None = None
    sentence: str = ""
    name: str = ""
    circular: str = ""
    put_in: bool = False
    single: str = ""
    missing: str = ""
    defines: str = ""
    uses: frozenset[str] = frozenset()
    under: SumPlace | None = None

    def result(self, value: Value | None, sentence: str = "", *, waiting: bool = False) -> RowResult:
        """Return what is shown of the statement's value, or of the sentence on why it has none."""
        if self.circular and not waiting and (value is None or not value.exact or value.kind != "solutions"):
            return RowResult(None, depends_on_itself(self.circular), "", self.uses)
        if value is None and not sentence and not waiting and self.put_in and self.statement is not None:
            value = _as_text(self.statement)
        if value is None and not sentence and not waiting:
            sentence = self.missing
        if value is not None and self.name:
            value = _with_name(value, self.name)
        if value is not None and self.single and value.exact == "false":
            text = f"false with {self.single}"
            value = replace(value, text=text, latex=rf"\text{{{text}}}")
        return RowResult(value, sentence, self.defines, self.uses, waiting, self.under)


def plan_of(
    statement: Statement, definitions: Mapping[str, Definition], below: frozenset[str]
) -> tuple[RowPlan, str, Definition | None]:
    """Plan a row that has a meaning.

    Args:
        statement: Its meaning.
        definitions: What the rows above define.
        below: Names that rows below define.

    Returns:
        The plan, and the name that the row defines with what it stands for then; an empty name and None if it defines
        nothing.
    """
    uses = statement.free | frozenset().union(*map(calls_of, statement.sides))
    known = definitions.get(statement.defines[0]) if statement.defines is not None else None
    if statement.defines is not None and known is not None and known.variable and not statement.sides[1].free:
        # It asks where the function above has this value.
        name, variable = statement.defines
        call = Term("call", (Term("symbol", name=variable),), name=name)
        statement = replace(statement, sides=(call, statement.sides[1]), defines=None)
    name = _assigned(statement)
    if name and name not in statement.sides[1].free:
        uses -= {name}
    try:
        if statement.defines is not None:
            return _function(statement, statement.defines, definitions, uses)
        if name:
            return _assignment(statement, name, definitions, uses)
        return _comparison(statement, definitions, below, uses), "", None
    except (ValueFault, UnclearError) as problem:
        name = statement.defines[0] if statement.defines is not None else name
        sentence = str(problem)
        variable = statement.defines[1] if statement.defines is not None else ""
        lost = Definition(
            None, variable, sentence=sentence if depends_on_itself(name) == sentence else has_no_value(name)
        )
        return RowPlan(sentence=sentence, uses=uses - {name}, defines=name), name, lost if name else None


def has_no_value(name: str) -> str:
    """Return the sentence on a name whose own row has no value."""
    return f"{shown(name)} has no value."


def missing_in(names: Iterable[str], terms: Iterable[Term]) -> str:
    """Return the sentence on why terms that are asked for cannot be worked out; empty where nothing is missing.

    Args:
        names: The names in them that no row gives a value.
        terms: The terms.
    """
    first, *others = [shown(name) for name in sorted(names)] or [""]
    if others:
        return f"{', '.join([first, *others[:-1]])} and {others[-1]} have no values yet."
    if first:
        return f"{first} has no value yet."
    if any(one.kind == "constant" and one.name == "i" for term in terms for one in term.everything()):
        return "i is the imaginary unit: nothing more can be worked out here."
    return ""


def _assigned(statement: Statement) -> str:
    """Return the name that is given a value; empty for none."""
    first = statement.sides[0]
    given = statement.comparisons == ("=",) and statement.defines is None and first.kind == "symbol"
    return first.name if given and first.name != UNKNOWN else ""


def _function(
    statement: Statement, defines: tuple[str, str], definitions: Mapping[str, Definition], uses: frozenset[str]
) -> tuple[RowPlan, str, Definition | None]:
    name, variable = defines
    resolver = Resolver(definitions)
    body = _short(resolver.resolved(statement.sides[1], frozenset({variable})))
    uses -= {f"{name}({variable})", variable}
    if name in calls_of(body):
        raise ValueFault(depends_on_itself(name))
    decimals = statement.has_decimals or resolver.decimals
    whole = replace(statement, sides=(statement.sides[0], body), decimals=decimals)
    drawn = None if whole.has_calls or whole.has_units else whole
    return RowPlan(drawn, defines=name, uses=uses), name, Definition(body, variable, decimals)


def _assignment(
    statement: Statement, name: str, definitions: Mapping[str, Definition], uses: frozenset[str]
) -> tuple[RowPlan, str, Definition | None]:
    given = statement.sides[1]
    resolver = Resolver(definitions)
    term = _short(resolver.resolved(given))
    decimals = statement.has_decimals or resolver.decimals
    if name in term.free:
        lost = Definition(None, sentence=depends_on_itself(name))
        whole = replace(statement, sides=(statement.sides[0], term), decimals=decimals)
        if statement.asked or name not in given.free or whole.has_calls or whole.has_units:
            return RowPlan(sentence=lost.sentence, uses=uses, defines=name), name, lost
        return RowPlan(whole, circular=name, uses=uses), name, lost
    value = exact_value(term)
    definition = Definition(term if value is None or term.name == "%" else number(value), decimals=decimals)
    literal = _is_literal(given) and not statement.asked
    if literal or calls_of(term):
        return RowPlan(defines=name, uses=uses), name, definition
    alone = Statement((term,), asked=True, decimals=decimals)
    if not term.free:
        plan = RowPlan(alone, name="" if statement.asked else name, defines=name, uses=uses)
    elif statement.asked:
        plan = RowPlan(alone, put_in=True, defines=name, uses=uses)
    else:
        whole = replace(statement, sides=(statement.sides[0], term), decimals=decimals)
        plan = RowPlan(None if whole.has_units else whole, defines=name, uses=uses)
    return plan, name, definition


def _comparison(
    statement: Statement, definitions: Mapping[str, Definition], below: frozenset[str], uses: frozenset[str]
) -> RowPlan:
    """Plan a row that defines nothing: a term, or terms that are compared."""
    resolver = Resolver(definitions)
    sides = tuple(_short(resolver.resolved(side)) for side in statement.sides)
    whole = replace(statement, sides=sides, decimals=statement.has_decimals or resolver.decimals)
    open_names = whole.free | frozenset().union(*map(calls_of, sides))
    if statement.asked and (later := sorted(open_names & below)):
        return RowPlan(sentence=f"{shown(later[0])} is given a value only further down.", uses=uses)
    first = statement.sides[0]
    missing = missing_in(open_names, sides) if statement.asked and len(sides) == 1 else ""
    # A letter by itself, which has no value or is not asked for.
    bare = len(sides) == 1 and first.kind == "symbol" and (not statement.asked or sides[0] == first)
    if whole.has_calls or bare or (whole.has_units and whole.free):
        return RowPlan(uses=uses, missing=missing)
    written = len(sides) == 1 and _is_literal(first) and statement.unit is None
    put_in = len(sides) == 1 and statement.asked and sides != statement.sides
    single = ""
    if len(sides) > 1 and len(statement.free) == 1 and not whole.free and len(uses) == 1:
        (name,) = statement.free
        single = _pair(name, definitions[name])
    return RowPlan(whole, written=written, put_in=put_in, single=single, missing=missing, uses=uses)


def _short(term: Term) -> Term:
    if not is_shallow(term):
        raise ValueFault(TOO_LONG)
    return term


def _is_literal(term: Term) -> bool:
    return number_of_quantity(term) is not None


def _pair(name: str, definition: Definition) -> str:
    """Return `x = 3` for a name and its number; empty for one with another value, or with a long number."""
    if definition.term is None or definition.term.kind != "number":
        return ""
    text = str(definition.term.number)
    return f"{shown(name)} = {text}" if len(text) <= _LONGEST_PAIR else ""


def _as_text(statement: Statement) -> Value | None:
    """Return the value of a term that stands for itself: `x²` for y once `y = x²` is known."""
    try:
        row = row_of(statement.sides[0])
    except UnwrittenError:
        return None
    text = text_of_row(row)
    return Value(text, latex_of_row(row), "result", exact=text)


def _with_name(value: Value, name: str) -> Value:
    """Return a value as the solution `b = 10`."""
    item = (symbol_item(name),)
    text, latex = text_of_row(item), latex_of_row(item)
    about = value.text.startswith("≈")
    return Value(
        f"{text} {'' if about else '= '}{value.text}",
        f"{latex} {'' if about else '= '}{value.latex}",
        "solutions",
        exact=value.exact if value.exact is None else f"{text} = {value.exact}",
        decimal=value.decimal,
    )
