"""A child process that computes values, because SymPy cannot be interrupted and some of its methods never end.

The child is this program's own command line, in the bundle too, and answers in lines of JSON. It ends when its standard
input does, which is when its parent ends for whatever reason.
"""

import json
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from typing import IO, Any, Final

from digitvision.program import NO_CONSOLE, child_environment, program_command
from digitvision.recognition.expression.layout import LayoutError, LayoutTree, Symbol
from digitvision.recognition.expression.semantics.interpretation import statement_of
from digitvision.recognition.expression.semantics.terms import Statement, statement_from_data, statement_to_data
from digitvision.recognition.expression.semantics.value_faults import TOO_LARGE, TOO_MUCH_MEMORY, TOO_SLOW, ValueFault
from digitvision.recognition.expression.semantics.values import (
    NotAtOnceError,
    Value,
    value_at_once,
    value_from_data,
    value_to_data,
)

COMMAND: Final = "values"
"""The command of the command line that runs the child."""

LIMIT_S: Final = 2.0
_START_LIMIT_S: Final = 60.0
_MEMORY_BYTES: Final = 2**30
_LOAD_UNITS: Final = "units"
"""The request that loads the table of units."""

_NOT_STARTED: Final = "Values cannot be worked out: the program that does it does not start."

_log = logging.getLogger(__name__)


class ValueProcess:
    """Values of expressions, most of them from a child process that is started when first needed.

    It is for one thread at a time; `close` may be called from any, also while another waits for a value. Use it as a
    context manager, or call `close`.
    """

    def __init__(self, *, limit_s: float = LIMIT_S) -> None:
        """Take the time that a value may take, in seconds."""
        self._limit_s = limit_s
        self._child: subprocess.Popen[str] | None = None
        self._ready = self._knows_units = False
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> "ValueProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def value_of(self, tree: LayoutTree) -> Value | None:
        """Return the value of an expression; None where there is none to be expected, and after `close`.

        Arithmetic and plain functions are computed immediately, without the child.

        Raises:
            ValueFault: The expression has no value, or none that is found within the limit.
        """
        try:
            statement = statement_of(tree)
            return None if statement is None else value_at_once(statement)
        except LayoutError:
            return None
        except NotAtOnceError:
            return self._compute([[symbol.label for symbol in tree.symbols], tree.relations, sorted(tree.gaps)])

    def value_of_statement(self, statement: Statement) -> Value | None:
        """Return the value of a statement; None where there is none to be expected, and after `close`.

        Raises:
            ValueFault: It has no value, or none that is found within the limit.
        """
        try:
            return value_at_once(statement)
        except NotAtOnceError:
            return self._compute({"statement": statement_to_data(statement)}, units=statement.has_units)

    def start(self) -> None:
        """Start the child, so that the first value that needs it does not wait for its start.

        Raises:
            ValueFault: It cannot be started.
        """
        with self._lock:
            if self._closed or self._child is not None:
                return
            try:
                self._child = _start_child()
            except OSError as error:
                _log.warning("The child that works out values does not start: %s", error)
                raise ValueFault(_NOT_STARTED) from error
            self._ready = self._knows_units = False

    def close(self) -> None:
        """End the child. Afterwards there are only values that need no child."""
        with self._lock:
            self._closed = True
        self._end()

    def _compute(self, request: list[Any] | dict[str, Any], *, units: bool = False) -> Value | None:
        self.start()
        child = self._child
        if child is None:
            return None
        self._ready = self._ready or self._answer(child, _START_LIMIT_S) is not None
        if self._ready and units and not self._knows_units:
            # Loading the table of units is part of the start, and not of what a value may take.
            asked = _could_write(child, json.dumps(_LOAD_UNITS))
            self._ready = self._knows_units = asked and self._answer(child, _START_LIMIT_S) is not None
        if not self._ready:
            self._end()
            if self._closed:
                return None
            raise ValueFault(_NOT_STARTED)
        answer = self._answer(child, self._limit_s) if _could_write(child, json.dumps(request)) else None
        if answer is None:
            self._end()
            # The next child starts now for the next request; after `close` there is none.
            self.start()
            if self._closed:
                return None
            raise ValueFault(TOO_SLOW)
        if answer.get("fault") is not None:
            raise ValueFault(answer["fault"])
        return None if answer["value"] is None else value_from_data(answer["value"])

    def _answer(self, child: "subprocess.Popen[str]", limit_s: float) -> dict[str, Any] | None:
        """Return the child's next line; None if it does not come in time, and then the child is killed."""
        timer = threading.Timer(limit_s, child.kill)
        timer.start()
        try:
            assert child.stdout is not None
            line = child.stdout.readline()
        except (OSError, ValueError):
            return None
        finally:
            timer.cancel()
            timer.join()
        try:
            answer = json.loads(line)
        except ValueError:
            return None
        return answer if isinstance(answer, dict) else None

    def _end(self) -> None:
        with self._lock:
            child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            try:
                if stream is not None:
                    stream.close()
            except OSError:
                # A request was left that the child no longer read.
                _log.debug("The child was gone before it was asked.")


def _could_write(child: "subprocess.Popen[str]", line: str) -> bool:
    """Whether a line could be written to the child."""
    try:
        assert child.stdin is not None
        child.stdin.write(line + "\n")
        child.stdin.flush()
    except (OSError, ValueError):
        return False
    return True


def _start_child() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*program_command(), COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env=child_environment(OPENBLAS_NUM_THREADS="1"),
        # Ctrl-C in a terminal is for the parent only.
        start_new_session=os.name == "posix",
        creationflags=NO_CONSOLE,
    )


def answer_parent() -> None:
    """Run the child: answer the requests from standard input, and exit when it ends, even during a computation."""
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin, requests), name="questions", daemon=True).start()
    answer_requests(iter(requests.get, ""), sys.stdout)


def _listen(source: IO[str], requests: "queue.SimpleQueue[str]") -> None:
    for line in source:
        requests.put(line)
    # An empty string marks the end: lines from the input are never empty.
    requests.put("")
    # A pending request is still answered, if it takes little longer than anybody would have waited.
    time.sleep(2 * LIMIT_S)
    os._exit(1)


def answer_requests(requests: Iterable[str], answers: IO[str]) -> None:
    """Write for each line with a tree or a statement a line with its value or a message on why there is none.

    The first line that is written reports that the child is ready.
    """
    limit_memory(_MEMORY_BYTES)
    from digitvision.recognition.expression.semantics import solving

    _write(answers, {"ready": True, "with": solving.warm_up()})
    for request in requests:
        _write(answers, _answer_to(request))


def _write(answers: IO[str], message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _answer_to(request: str) -> dict[str, Any]:
    from digitvision.recognition.expression.semantics.solving import value_of_statement

    try:
        asked = json.loads(request)
        if asked == _LOAD_UNITS:
            from digitvision.recognition.expression.semantics.quantities import registry

            registry()
            return {"value": None}
        statement = _requested(asked)
        value = None if statement is None else value_of_statement(statement)
        return {"value": None if value is None else value_to_data(value)}
    except ValueFault as fault:
        return {"fault": str(fault)}
    except MemoryError:
        return {"fault": TOO_MUCH_MEMORY}
    except (OverflowError, RecursionError):
        return {"fault": TOO_LARGE}
    except Exception:
        # SymPy raises all kinds of exceptions for what it cannot do; they say nothing about the expression.
        _log.debug("No value.", exc_info=True)
        return {"value": None}


def _requested(request: Any) -> Statement | None:
    """Return the statement that a request holds, or that of its tree."""
    if isinstance(request, dict):
        return statement_from_data(request["statement"])
    labels, relations, gaps = request
    hanging = tuple((parent, child, name) for parent, child, name in relations)
    return statement_of(LayoutTree(tuple(map(Symbol, labels)), hanging, frozenset(gaps)))


def limit_memory(limit_bytes: int) -> None:
    """Limit this process's memory, where the system can enforce it."""
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY or limit_bytes < most:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, most))
        except (OSError, ValueError):
            _log.debug("This system does not limit memory.")
