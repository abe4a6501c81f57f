"""Pages for tests: rows from LaTeX, and values without a child process."""

from digitvision.ink.stroke import Bounds
from digitvision.recognition.calculation.page_rows import PageRow
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.semantics.terms import Statement
from digitvision.recognition.expression.semantics.value_process import ValueProcess
from digitvision.recognition.expression.semantics.values import NotAtOnceError, Value, value_at_once
from tests.recognition.expression.trees import tree_of

HEIGHT = 40.0
DIGIT = 30.0


class OwnProcess(ValueProcess):
    """Works everything out in the test's own process, and counts how often it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Statement] = []

    def value_of_statement(self, statement: Statement) -> Value | None:
        from digitvision.recognition.expression.semantics.solving import value_of_statement

        self.asked.append(statement)
        try:
            return value_at_once(statement)
        except NotAtOnceError:
            return value_of_statement(statement)


def page(*latex: str, mode: str = "equation") -> list[PageRow]:
    """Return rows one below the other."""
    return [PageRow(tree_of(row), mode, Bounds(0, 100.0 * at, 300, 100.0 * at + 60)) for at, row in enumerate(latex)]


def number_row(latex: str, *, right: float, top: float, height: float = HEIGHT) -> PageRow:
    """Return a row of signs of one width, which ends at the right."""
    tree = tree_of(latex)
    count = len(tree.symbols)
    lefts = [right - DIGIT * (count - at) for at in range(count)]
    boxes = tuple(Bounds(left + 2, top, left + DIGIT - 2, top + height) for left in lefts)
    return PageRow(tree, "equation", Bounds(boxes[0].left, top, boxes[-1].right, top + height), boxes)


def rule(left: float, right: float, top: float, label: str = "-") -> PageRow:
    """Return a row of a single horizontal line."""
    box = Bounds(left, top, right, top + 4)
    return PageRow(LayoutTree((Symbol(label),)), "equation", box, (box,))
