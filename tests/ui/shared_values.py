"""One child that works out values for many windows: each of its own would import SymPy anew."""

from collections.abc import Iterator

import pytest

from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.semantics import value_process
from digitvision.recognition.expression.semantics.terms import Statement
from digitvision.recognition.expression.semantics.value_process import ValueProcess
from digitvision.recognition.expression.semantics.values import Value


class SharedValues:
    """Stands in for a window's `ValueProcess`; closing it leaves the child for the next window."""

    def __init__(self, process: ValueProcess) -> None:
        self._process = process
        self._closed = False

    def value_of(self, tree: LayoutTree) -> Value | None:
        return None if self._closed else self._process.value_of(tree)

    def value_of_statement(self, statement: Statement) -> Value | None:
        return None if self._closed else self._process.value_of_statement(statement)

    def close(self) -> None:
        self._closed = True


@pytest.fixture(scope="session")
def value_child() -> Iterator[ValueProcess]:
    """A process that is there before the first test that wants it begins, and so is nothing that a test leaves."""
    with ValueProcess() as process:
        process.start()
        yield process


@pytest.fixture
def own_values() -> None:
    """A window starts a child of its own, as the program does."""


@pytest.fixture
def shared_values(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, value_child: ValueProcess) -> None:
    """Windows share a child, except in tests that ask for `own_values`."""
    if "own_values" not in request.fixturenames:
        monkeypatch.setattr(value_process, "ValueProcess", lambda: SharedValues(value_child))
