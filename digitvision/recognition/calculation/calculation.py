"""What the rows of a page come to, one below the other.

A row with a name alone before its equals sign gives that name a value, and rows below see it: `a = 3`, `b = a^2 + 1`,
`b =`. So does `f(x) = …` for a function. Any other equation is solved or checked, and defines nothing. A later row may
give a name another value, from there on. `x = 2 x - 3` is an equation where x has no value yet, and gives x a new one
where it has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from digitvision.recognition.calculation.column_sums import ColumnSum, column_sums
from digitvision.recognition.calculation.definitions import Definition, Head, collision_of, head_of, letters_of
from digitvision.recognition.calculation.page_rows import PageRow, RowResult
from digitvision.recognition.calculation.row_plans import RowPlan, has_no_value, plan_of
from digitvision.recognition.calculation.scrubbing import tree_with_number
from digitvision.recognition.expression.layout import LayoutError, LayoutTree
from digitvision.recognition.expression.notation.plain_text import text_of_row
from digitvision.recognition.expression.notation.structure import Row, structure_of
from digitvision.recognition.expression.semantics.arithmetic import exact_value
from digitvision.recognition.expression.semantics.interpretation import statement_with_names
from digitvision.recognition.expression.semantics.names import Names
from digitvision.recognition.expression.semantics.term_notation import UnwrittenError, row_of
from digitvision.recognition.expression.semantics.terms import Statement, Term
from digitvision.recognition.expression.semantics.units import means_units, units_of
from digitvision.recognition.expression.semantics.value_faults import ValueFault
from digitvision.recognition.expression.semantics.value_process import ValueProcess
from digitvision.recognition.expression.semantics.values import NotAtOnceError, number_value, value_at_once
from digitvision.recognition.expression.semantics.written_numbers import UnclearError

_KEPT: Final = 2000
"""Most rows that are remembered beyond those of the page."""


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
        self._structures: dict[LayoutTree, Row | None] = {}
        self._statements: dict[tuple[LayoutTree, Names], Statement | str] = {}
        self._results: dict[RowPlan, RowResult] = {}
        self._letters: list[frozenset[str]] = []

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

        Arithmetic comes first, for all rows. What needs more is `waiting` then, and comes one row after the other,
        within two seconds each. Whoever has newer rows may leave the iteration at any time and begin another.

        Args:
            rows: The rows of the page, from top to bottom and then from left to right.
            at_once: Whether rows that need more than arithmetic are left waiting.
        """
        plans = self._plans(rows)
        before = self._shown
        first = tuple(self._at_once(plan) for plan in plans)
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
        return tuple(self._at_once(plan) for plan in self._plans(changed))

    def _plans(self, rows: Sequence[PageRow]) -> list[RowPlan]:
        structures = [self._structure(row) for row in rows]
        heads = [None if structure is None else head_of(structure) for structure in structures]
        self._letters = [frozenset() if structure is None else letters_of(structure[2:]) for structure in structures]
        sums = {one.row: one for one in column_sums(rows)}
        definitions: dict[str, Definition] = {}
        plans = []
        for index, (row, structure) in enumerate(zip(rows, structures, strict=True)):
            if index in sums:
                plans.append(_plan_of_sum(sums[index]))
            elif structure is None or row.tree is None:
                plans.append(RowPlan())
            else:
                plans.append(self._plan(row.tree, structure, index, heads, definitions))
        return plans

    def _structure(self, row: PageRow) -> Row | None:
        if row.tree is None or not row.has_value:
            return None
        if row.tree not in self._structures:
            try:
                self._structures[row.tree] = structure_of(row.tree)
            except LayoutError:
                self._structures[row.tree] = None
        return self._structures[row.tree]

    def _plan(
        self,
        tree: LayoutTree,
        structure: Row,
        index: int,
        heads: Sequence[Head | None],
        definitions: dict[str, Definition],
    ) -> RowPlan:
        """Plan a row, and note what it defines."""
        collision = collision_of(structure)
        if collision:
            return RowPlan(sentence=collision)
        names = _names(heads, definitions)
        head = heads[index]
        if head is not None and head.kind == "value":
            circular = self._depending_on(head.name, index, heads) - definitions.keys()
            names = replace(names, values=names.values - circular)
        statement = self._statement(tree, structure, names)
        if isinstance(statement, str):
            if head is not None:
                definitions[head.name] = Definition(None, sentence=has_no_value(head.name))
            return RowPlan(sentence=statement)
        below = frozenset(one.name for one in heads[index + 1 :] if one is not None) - definitions.keys()
        plan, name, definition = plan_of(statement, definitions, below)
        if definition is not None:
            definitions[name] = definition
        return plan

    def _depending_on(self, name: str, index: int, heads: Sequence[Head | None]) -> frozenset[str]:
        """Return the names that rows below an index define by this name, directly or through others.

        Behind a number in this name's own row, they can only be units: in `t = 5 s` above `s = v t`, s is a second.
        """
        found = {name}
        for head, letters in zip(heads[index + 1 :], self._letters[index + 1 :], strict=True):
            if head is not None and found & letters:
                found.add(head.name)
        return frozenset(found - {name})

    def _statement(self, tree: LayoutTree, structure: Row, names: Names) -> Statement | str:
        """Return the meaning of a row, or a sentence on why it has none, which may be empty."""
        key = (tree, names)
        if key not in self._statements:
            self._statements[key] = _interpreted(structure, names)
        return self._statements[key]

    def _at_once(self, plan: RowPlan) -> RowResult:
        """Return the result of a plan, which is `waiting` if it needs the process and is not known."""
        known = self._results.get(plan)
        if known is not None:
            return known
        try:
            result = _result_at_once(plan)
        except ValueFault as fault:
            result = plan.result(None, str(fault))
        except NotAtOnceError:
            return plan.result(None, waiting=True)
        self._results[plan] = result
        return result

    def _asked(self, plan: RowPlan) -> RowResult:
        """Return the result of a plan, asking the process."""
        known = self._results.get(plan)
        if known is not None:
            return known
        assert plan.statement is not None
        try:
            result = plan.result(self._process.value_of_statement(plan.statement))
        except ValueFault as fault:
            result = plan.result(None, str(fault))
        self._results[plan] = result
        return result

    def _forget(self, plans: Sequence[RowPlan]) -> None:
        """Forget what no row of the page needs, once that has become much."""
        if len(self._results) > len(plans) + _KEPT:
            self._results = {plan: self._results[plan] for plan in plans if plan in self._results}
        if len(self._statements) > len(plans) + _KEPT:
            self._statements.clear()
            self._structures.clear()


def _names(heads: Sequence[Head | None], definitions: dict[str, Definition]) -> Names:
    """Return what is known of letters at a row: what stands above it decides, and below it what nothing above says."""
    of_functions = {head.name for head in heads if head is not None and head.kind == "function"}
    functions = {name for name in of_functions if name not in definitions or definitions[name].variable}
    values = {head.name for head in heads if head is not None and head.kind == "value"} - functions
    quantities = {name for name in values if name in definitions and _has_units(definitions[name].term)}
    formulas = {name for name in values if name in definitions and _has_unknowns(definitions[name].term)}
    return Names(frozenset(functions), frozenset(values), frozenset(quantities), frozenset(formulas), units=True)


def _has_units(term: Term | None) -> bool:
    return term is not None and bool(units_of(term))


def _has_unknowns(term: Term | None) -> bool:
    return term is not None and bool(term.free)


def _interpreted(structure: Row, names: Names) -> Statement | str:
    sentence = ""
    try:
        statement = statement_with_names(structure, names)
        if not statement.has_units or means_units(statement, names.values):
            return statement
    except UnclearError as problem:
        sentence = str(problem)
    try:
        return statement_with_names(structure, replace(names, units=False)) if not sentence else sentence
    except UnclearError as problem:
        return str(problem)


def _plan_of_sum(found: ColumnSum) -> RowPlan:
    return RowPlan(value=found.value, sentence=found.sentence)


def _result_at_once(plan: RowPlan) -> RowResult:
    """Return the result of a plan.

    Raises:
        NotAtOnceError: It takes more than arithmetic.
        ValueFault: It has no value.
    """
    statement = plan.statement
    if statement is None or plan.written:
        return plan.result(plan.value, plan.sentence)
    if statement.has_units:
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
