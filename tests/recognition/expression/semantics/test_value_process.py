"""The child process that computes values: it answers, is killed at the time limit, and leaves nothing behind."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.semantics.interpretation import statement_of
from digitvision.recognition.expression.semantics.terms import statement_to_data
from digitvision.recognition.expression.semantics.value_faults import DIVIDES_BY_ZERO, TOO_LARGE, TOO_SLOW, ValueFault
from digitvision.recognition.expression.semantics.value_process import ValueProcess, answer_requests
from digitvision.training.expression.corpus import read_corpus
from tests.recognition.expression.trees import tree_of

ENDLESS = r"\sum_{i = 1}^{1 0 0 0 0 0 0 0} \frac{1}{i^{i}} ="


def test_arithmetic_starts_no_child() -> None:
    with ValueProcess() as process:
        value = process.value_of(tree_of(r"1 2 \times ( 7 + 3 ) ="))

        assert value is not None
        assert value.text == "120"
        assert process._child is None


def test_an_expression_without_a_meaning_has_no_value() -> None:
    many = 80
    deep = LayoutTree(tuple(Symbol("x") for _ in range(many)), tuple((k, k + 1, "Sup") for k in range(many - 1)))

    with ValueProcess() as process:
        assert process.value_of(deep) is None
        assert process.value_of(tree_of(r"x \pm 1")) is None
        process.close()
        assert process.value_of(tree_of("2 x = 6")) is None


@pytest.mark.slow
def test_the_child_answers_each_line(monkeypatch: pytest.MonkeyPatch) -> None:
    # The limit of memory would stay in force for the other tests.
    monkeypatch.setattr("digitvision.recognition.expression.semantics.value_process.limit_memory", lambda _: None)
    questions = [
        json.dumps([["2", "x", "=", "6"], [[0, 1, "Right"], [1, 2, "Right"], [2, 3, "Right"]], []]),
        json.dumps([["-", "1", r"\sqrt", "0"], [[0, 1, "Above"], [0, 2, "Below"], [2, 3, "Inside"]], []]),
        "no JSON",
        json.dumps([["x"], [[0, 7, "Right"]], []]),
    ]
    answers = io.StringIO()

    answer_requests(questions, answers)

    ready, *found = map(json.loads, answers.getvalue().splitlines())
    assert ready["ready"]
    assert found[0]["value"]["text"] == "x = 3"
    assert found[1] == {"fault": DIVIDES_BY_ZERO}
    assert found[2:] == [{"value": None}, {"value": None}]


@pytest.mark.slow
def test_the_child_answers_a_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitvision.recognition.expression.semantics.value_process.limit_memory", lambda _: None)
    statement = statement_of(tree_of("x^{2} = 9"))
    assert statement is not None
    answers = io.StringIO()

    answer_requests([json.dumps({"statement": statement_to_data(statement)})], answers)

    assert json.loads(answers.getvalue().splitlines()[1])["value"]["text"] == "x = -3, x = 3"


@pytest.mark.slow
def test_values_come_from_a_child_that_is_replaced_after_the_limit() -> None:
    with ValueProcess(limit_s=1) as process:
        first = process.value_of(tree_of("2 x + 1 = 5"))
        began = time.monotonic()
        with pytest.raises(ValueFault, match=TOO_SLOW):
            process.value_of(tree_of(ENDLESS))
        waited = time.monotonic() - began
        second = process.value_of(tree_of("x^{2} = 9"))

    assert first is not None
    assert first.text == "x = 2"
    assert 0.9 < waited < 10
    assert second is not None
    assert second.text == "x = -3, x = 3"


@pytest.mark.slow
def test_an_integral_without_a_formula_has_no_value_or_ends_with_a_message() -> None:
    began = time.monotonic()
    value, message = None, ""
    with ValueProcess(limit_s=1) as process:
        try:
            value = process.value_of(tree_of(r"\int e^{\sin x^{2}} \sqrt{x + \sin x} d x"))
        except ValueFault as fault:
            message = str(fault)
    assert value is None
    # Some machines need more than a second to find that there is none.
    assert message in ("", TOO_SLOW)
    assert time.monotonic() - began < 60


@pytest.mark.slow
@pytest.mark.parametrize(
    "latex",
    [
        r"\sqrt{2^{9 9 9 9} + 1} =",
        r"e^{e^{e^{e^{9}}}} =",
        r"\sum_{i = 1}^{9^{9}} i ! =",
        "( x + 1 )^{9 9 9} = 5",
        "( a + b + c + f )^{9 9 9} - ( a + b )^{9 9} =",
    ],
)
def test_hostile_expressions_end_with_a_message(latex: str) -> None:
    with ValueProcess(limit_s=1) as process, pytest.raises(ValueFault) as caught:
        process.value_of(tree_of(latex))

    assert str(caught.value) in (TOO_SLOW, TOO_LARGE)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only here the system sees to it for certain")
def test_a_process_is_limited_in_memory() -> None:
    code = (
        "from digitvision.recognition.expression.semantics.value_process import limit_memory\n"
        "limit_memory(2**30)\n"
        "bytearray(2**20)\n"
        "try:\n"
        "    bytearray(2**31)\n"
        "except MemoryError:\n"
        "    print('limited')\n"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)

    assert run.stdout == "limited\n"


@pytest.mark.slow
def test_closing_ends_a_computation_in_progress() -> None:
    process = ValueProcess(limit_s=60)
    process.start()
    closer = threading.Timer(1, process.close)
    closer.start()

    assert process.value_of(tree_of(ENDLESS)) is None
    closer.join()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_child_ends_with_its_parent_however_that_ends() -> None:
    code = (
        "from digitvision.recognition.expression.semantics.value_process import ValueProcess\n"
        "import time\n"
        "process = ValueProcess()\n"
        "process.start()\n"
        "print(process._child.pid, flush=True)\n"
        "time.sleep(100)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, encoding="utf-8") as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 60
    while _is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_alive(child)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path("/proc", str(process), "stat")
    # The child may be a zombie that nobody has waited for yet.
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] not in "ZX"


@pytest.mark.slow
def test_expressions_of_a_corpus_have_a_value_or_none(shared: Path) -> None:
    expressions = read_corpus(shared / "data" / "crohme" / "crohme2013_test.jsonl.xz")
    found = 0

    with ValueProcess(limit_s=1) as process:
        for expression in expressions[::5]:
            try:
                value = process.value_of(expression.tree)
            except ValueFault:
                continue
            found += value is not None

    assert found > 5
