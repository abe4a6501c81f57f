"""What the rows of a page come to, one below the other.

A row with a name alone before its equals sign gives that name a value, and rows below see it: `a = 3`, `b = a^2 + 1`,
`b =`. So does `f(x) = …` for a function. Any other equation is solved or checked, and defines nothing. A later row may
give a name another value, from there on. `x = 2 x - 3` is an equation where x has no value yet, and gives x a new one
where it has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from digitvision.recognition.calculation.column_sums import column_sums
from digitvision.recognition.calculation.definitions import (
    Definition,
    Head,
    collision_of,
    head_of,
    letters_of,
    two_things,
)
from digitvision.recognition.calculation.page_rows import PageRow, RowResult
from digitvision.recognition.calculation.row_plans import RowPlan, has_no_value, plan_of
from digitvision.recognition.calculation.scrubbing import tree_with_number
from digitvision.recognition.expression.layout import LayoutError, LayoutTree
from digitvision.recognition.expression.notation.plain_text import text_of_row
from digitvision.recognition.expression.notation.structure import Row, is_atom, structure_of
from digitvision.recognition.expression.semantics.arithmetic import exact_value
from digitvision.recognition.expression.semantics.interpretation import has_decimal_comma, statement_with_names
from digitvision.recognition.expression.semantics.row_cursor import Names, label_of
from digitvision.recognition.expression.semantics.term_notation import UnwrittenError, row_of
from digitvision.recognition.expression.semantics.terms import Statement, Term
from digitvision.recognition.expression.semantics.units import means_units, units_of
from digitvision.recognition.expression.semantics.value_faults import ValueFault
from digitvision.recognition.expression.semantics.value_process import ValueProcess
from digitvision.recognition.expression.semantics.values import NotAtOnceError, function_of, number_value, value_at_once
from digitvision.recognition.expression.semantics.written_numbers import UnclearError

UNCLEAR: Final = "What this means is not clear: signs or brackets may help."
"""The sentence on a row that asks for a value and has no meaning, or more than one."""

_KEPT: Final = 2000
"""Most rows that are remembered beyond those of the page."""


@dataclass(slots=True)
class _SeenRow:
    """A tree with what it says by itself, and its meanings by what is known of its letters."""

    tree: LayoutTree
    structure: Row
    head: Head | None
    letters: frozenset[str]
    commas: bool
    collision: str
    statements: dict[Names, Statement | str]


class Calculation:
    """The values of a page. It remembers what it worked out: of rows that change, only those that depend on them are
    worked out again.

    It is for one thread at a time, like the process that it asks, which stays its owner's to close.
    """

    def __init__(self, process: ValueProcess) -> None:
        """Take the process that works out what is more than arithmetic."""
        self._process = process
        self._rows: tuple[PageRow, ...] = ()
        self._shown: tuple[RowResult, ...] = ()
        # By the identity of a tree, which is kept so that no other can have it: comparing trees takes longer.
        self._seen: dict[int, _SeenRow] = {}
        self._results: dict[RowPlan, RowResult] = {}

    @property
    def results(self) -> tuple[RowResult, ...]:
        """What each row of the page came to when it was last worked out."""
        return self._shown

    def update(self, rows: Sequence[PageRow]) -> tuple[RowResult, ...]:
        """Work out a page and return what each row comes to; for a row that did not change it is the same object."""
        for _ in self.changes(rows):
            pass
        return self._shown

    def changes(self, rows: Sequence[PageRow], *, at_once: bool = False) -> Iterator[tuple[int, RowResult]]:
        """Work out a page, and yield what changed as soon as it is known: the row's index and what it comes to now.

        Arithmetic comes first, for all rows. What needs more, graphs too, is `waiting` then, and comes one row after
        the other, within two seconds each. Whoever has newer rows may leave the iteration at any time and begin
        another.

        Args:
            rows: The rows of the page, from top to bottom and then from left to right.
            at_once: Whether rows that need more than arithmetic are left waiting.
        """
        plans = self._plans(rows)
        before = self._shown
        first = tuple(self._at_once(plan, graphs=False) for plan in plans)
        self._rows, self._shown = tuple(rows), first
        self._forget(plans)
        for index, result in enumerate(first):
            if index >= len(before) or before[index] is not result:
                yield index, result
        for index, plan in enumerate(plans):
            if first[index].waiting and not at_once:
                result = self._asked(plan)
                self._shown = (*self._shown[:index], result, *self._shown[index + 1 :])
                yield index, result

    def with_number(self, row: int, symbols: Sequence[int], value: Fraction) -> tuple[RowResult, ...]:
        """Return what the rows of the last update would come to with another number in one of them.

        Nothing is kept: the page is still what it was. Rows that need more than arithmetic are `waiting` unless they
        are known.

        Args:
            row: Index of the row.
            symbols: Indices of the number's symbols in the row's tree, as `scrubbing.numbers_of` gives them.
            value: The number, which may be negative.
        """
        changed = list(self._rows)
        tree = changed[row].tree
        if tree is None:
            return self._shown
        # The boxes stay: the ink is what it was.
        changed[row] = PageRow(tree_with_number(tree, symbols, value), changed[row].mode, changed[row].box)
        return tuple(self._at_once(plan, graphs=True) for plan in self._plans(changed))

    def _plans(self, rows: Sequence[PageRow]) -> list[RowPlan]:
        seen = [self._seen_row(row) for row in rows]
        sums = {one.row: one for one in column_sums(rows)}
        commas = any(one is not None and one.commas for one in seen)
        names = _PageNames([None if one is None else one.head for one in seen], commas=commas)
        plans = []
        for index, row in enumerate(seen):
            if index in sums:
                one = sums[index]
                plans.append(RowPlan(value=one.value, sentence=one.sentence, under=one.under))
            elif row is None:
                plans.append(RowPlan())
            elif row.collision:
                plans.append(RowPlan(sentence=row.collision))
            else:
                plans.append(self._plan(row, index, seen, names))
        return plans

    def _seen_row(self, row: PageRow) -> "_SeenRow | None":
        tree = row.tree
        if tree is None or not row.has_value:
            return None
        known = self._seen.get(id(tree))
        if known is None:
            try:
                structure = structure_of(tree)
            except LayoutError:
                return None
            head, letters = head_of(structure), letters_of(structure[2:])
            commas = has_decimal_comma(structure)
            known = _SeenRow(tree, structure, head, letters, commas, collision_of(structure), {})
            self._seen[id(tree)] = known
        return known

    def _plan(self, row: "_SeenRow", index: int, seen: Sequence["_SeenRow | None"], names: "_PageNames") -> RowPlan:
        """Plan a row, and note what it defines."""
        if row.head is not None and row.head.kind == "function" and names.is_value(row.head.name):
            # As a product it would be an equation that nobody meant.
            return RowPlan(sentence=two_things(row.head.name))
        known = names.known()
        if row.head is not None and row.head.kind == "value":
            circular = _depending_on(row.head.name, seen[index + 1 :]) - names.definitions.keys()
            known = replace(known, values=known.values - circular) if circular & known.values else known
        statement = row.statements.get(known)
        if statement is None:
            statement = row.statements[known] = _interpreted(row.structure, known)
        if isinstance(statement, str):
            if row.head is not None:
                name = row.head.name
                names.define(name, Definition(None, row.head.variable, sentence=has_no_value(name)))
            return RowPlan(sentence=statement or (UNCLEAR if _asks(row.structure) else ""))
        plan, name, definition = plan_of(statement, names.definitions, names.below(index))
        if definition is not None:
            names.define(name, definition)
        return plan

    def _at_once(self, plan: RowPlan, *, graphs: bool) -> RowResult:
        """Return the result of a plan, which is `waiting` if it is not known and takes more than arithmetic.

        Args:
            plan: The plan.
            graphs: Whether functions are sampled for their graphs, which takes a hundredth of a second each.
        """
        known = self._results.get(plan)
        if known is not None:
            return known
        try:
            result = _result_at_once(plan, graphs=graphs)
        except ValueFault as fault:
            result = plan.result(None, str(fault))
        except NotAtOnceError:
            return plan.result(None, waiting=True)
        self._results[plan] = result
        return result

    def _asked(self, plan: RowPlan) -> RowResult:
        """Return the result of a plan, asking the process where it has to be asked."""
        known = self._results.get(plan)
        if known is not None:
            return known
        assert plan.statement is not None
        try:
            result = _result_at_once(plan, graphs=True)
        except NotAtOnceError:
            try:
                result = plan.result(self._process.value_of_statement(plan.statement))
            except ValueFault as fault:
                result = plan.result(None, str(fault))
        except ValueFault as fault:
            result = plan.result(None, str(fault))
        self._results[plan] = result
        return result

    def _forget(self, plans: Sequence[RowPlan]) -> None:
        """Forget what no row of the page needs, once that has become much."""
        if len(self._results) > len(plans) + _KEPT:
            self._results = {plan: self._results[plan] for plan in plans if plan in self._results}
        if len(self._seen) > len(plans) + _KEPT:
            self._seen.clear()


class _PageNames:
    """What is known of a page's letters, from row to row."""

    def __init__(self, heads: Sequence[Head | None], *, commas: bool) -> None:
        self._commas = commas
        self._last: dict[str, int] = {}
        self._functions: set[str] = set()
        self._values: set[str] = set()
        for index, head in enumerate(heads):
            if head is not None:
                (self._functions if head.kind == "function" else self._values).add(head.name)
                self._last[head.name] = index
        self.definitions: dict[str, Definition] = {}
        self._quantities: set[str] = set()
        self._formulas: set[str] = set()
        self._known: Names | None = None

    def define(self, name: str, definition: Definition) -> None:
        """Note what a name stands for from here on."""
        self.definitions[name] = definition
        term = definition.term
        for names, belongs in (
            (self._quantities, term is not None and bool(units_of(term))),
            (self._formulas, term is not None and bool(term.free)),
        ):
            if belongs:
                names.add(name)
            else:
                names.discard(name)
        self._known = None

    def is_value(self, name: str) -> bool:
        """Whether a row above gives a name the value of a number or a formula."""
        found = self.definitions.get(name)
        return found is not None and found.term is not None and not found.variable

    def known(self) -> Names:
        """Return what is known at the next row: what stands above it decides, and below it what nothing above says."""
        if self._known is None:
            of = self.definitions
            functions = frozenset(name for name in self._functions if name not in of or of[name].variable)
            values = frozenset(self._values) - functions
            self._known = Names(
                functions,
                values,
                values & self._quantities,
                values & self._formulas,
                units=True,
                commas=self._commas,
            )
        return self._known

    def below(self, index: int) -> frozenset[str]:
        """Return the names that only rows below an index define."""
        return frozenset(name for name, last in self._last.items() if last > index) - self.definitions.keys()


def _depending_on(name: str, below: Sequence[_SeenRow | None]) -> frozenset[str]:
    """Return the names that rows below define by a name, directly or through others.

    Behind a number in that name's own row, they can only be units: in `t = 5 s` above `s = v t`, s is a second.
    """
    found = {name}
    for row in below:
        if row is not None and row.head is not None and not found.isdisjoint(row.letters):
            found.add(row.head.name)
    return frozenset(found - {name})


def _asks(structure: Row) -> bool:
    """Whether a row ends with an equals sign behind something."""
    return len(structure) > 1 and is_atom(structure[-1], "relation") and label_of(structure[-1]) == "="


def _interpreted(structure: Row, names: Names) -> Statement | str:
    """Return the meaning of a row with units, or without where these are none; or a sentence, which may be empty."""
    try:
        statement = statement_with_names(structure, names)
        if not statement.has_units or means_units(statement, names.values):
            return statement
    except UnclearError as problem:
        if str(problem):
            return str(problem)
    try:
        return statement_with_names(structure, replace(names, units=False))
    except UnclearError as problem:
        return str(problem)


def _result_at_once(plan: RowPlan, *, graphs: bool) -> RowResult:
    """Return the result of a plan.

    Raises:
        NotAtOnceError: It takes more than arithmetic.
        ValueFault: It has no value.
    """
    statement = plan.statement
    if statement is None or plan.written:
        return plan.result(plan.value, plan.sentence)
    if statement.has_units or (not graphs and function_of(statement) is not None):
        raise NotAtOnceError
    if len(statement.sides) == 1 and not statement.free and (plan.name or plan.put_in):
        # What was put in has a value, even where that is a number.
        value = exact_value(statement.sides[0])
        if value is not None:
            given = "" if plan.name or plan.put_in else _text(statement.sides[0])
            return plan.result(number_value(value, decimals=statement.has_decimals, given=given))
    return plan.result(value_at_once(statement))


def _text(term: Term) -> str:
    try:
        return text_of_row(row_of(term))
    except UnwrittenError:
        return ""
