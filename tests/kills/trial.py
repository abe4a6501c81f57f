"""Kills the scribbling program at random moments, and compares what is on the disk with what it has said."""

import itertools
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from digitvision.ink.inkml import read_inkml
from digitvision.ui.journal.journal_reader import JournalFault, read_journal
from tests.ui.journal.states import digest, rounded_digest

PROJECT = Path(__file__).parent.parent.parent
START_LIMIT_S = 60.0
STARTING = 0.15
"""Share of the programs that are killed while they start."""

STARTING_S, DRAWING_S, CLOSING_S = 0.5, 1.2, 0.06
"""Longest times to the kill: from the first sign of a window, from the first stroke, from the wish to close."""


@dataclass(frozen=True, slots=True)
class State:
    """A state of a drawing that was handed to the journal."""

    time: float
    digest: str
    strokes: int
    closed: bool
    kept: bool


@dataclass(slots=True)
class Said:
    """What one program has printed.

    Attributes:
        doing: What it did when it was killed.
        states: By the journal's name, the states by their numbers.
        written: By the journal's name, the number of the last state that was said to be on the disk.
        shown: Journals whose drawings came into the window, and their digests.
        saved: By the file, the digests of the drawing that was said to be saved last, and of those that followed.
        delays: Seconds from a state to the word that it is on the disk.
        settled: Whether the window has shown what it had to bring back.
        ended: Whether the program has ended by itself.
    """

    doing: str = "nothing yet"
    states: dict[str, dict[int, State]] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    shown: list[tuple[str, str]] = field(default_factory=list)
    saved: dict[str, list[str]] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)
    settled: bool = False
    ended: bool = False

    def take(self, line: str) -> None:
        """Understand one line."""
        moment, word, *rest = line.split()
        if word == "doing":
            self.doing = rest[0]
        elif word == "state":
            name, place, what, strokes, end, worth = rest
            state = State(float(moment), what, int(strokes), end == "closed", worth == "kept")
            self.states.setdefault(name, {})[int(place)] = state
        elif word == "written":
            name, number = rest[0], int(rest[1])
            self.written[name] = number
            self.delays.append(float(moment) - self.states[name][number].time)
        elif word == "shown":
            self.shown.append((rest[0], rest[1]))
        elif word == "saving" and rest[0] in self.saved:
            self.saved[rest[0]].append(rest[1])
        elif word == "saved":
            self.saved[rest[0]] = [rest[1]]
        elif word == "settled":
            self.settled = True
        elif word == "ended":
            self.ended = True


@dataclass(slots=True)
class Result:
    """How one kill went.

    Attributes:
        doing: What the program did when it was killed.
        ended: Whether it had ended by itself before.
        acknowledged: Number of drawings that were said to be on the disk.
        strokes: Number of their strokes.
        later: Number of drawings that came back even later than said.
        back: Whether the next window showed what this one had left; None where it had left nothing.
        lost: A sentence for everything that was lost.
        slowest_ms: Longest time from a state to the word that it is on the disk.
    """

    doing: str
    ended: bool = False
    acknowledged: int = 0
    strokes: int = 0
    later: int = 0
    back: bool | None = None
    lost: list[str] = field(default_factory=list)
    slowest_ms: float = 0.0


def trials(home: Path, times: int, seed: int) -> Iterator[Result]:
    """Kill the program this many times; each next window brings back what the one before has left.

    Args:
        home: The user's folder of all of them.
        times: Number of kills; a program that ends by itself before is looked at, too, and not counted.
        seed: Decides what is drawn, and when it is killed.
    """
    chance = random.Random(seed)
    killed = 0
    before: Result | None = None
    left: tuple[str, str] | None = None
    for number in itertools.count():
        said = _run(home, seed * 100_000 + number, chance)
        if before is not None:
            # A window that was killed before it could show anything proves nothing.
            if left is not None and said.settled:
                before.back = left in said.shown
            yield before
            if killed == times:
                return
        before = _compare(home, said)
        killed += not before.ended
        left = _left_behind(home)


def _run(home: Path, seed: int, chance: random.Random) -> Said:
    """Start the program, kill it, and return what it has said."""
    environment = {**os.environ, "DIGITVISION_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    said = Said()
    begun, ready, closing = threading.Event(), threading.Event(), threading.Event()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.kills.scribbler", str(seed)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        cwd=PROJECT,
        env=environment,
    ) as child:

        def listen() -> None:
            assert child.stdout is not None
            for line in child.stdout:
                if line.endswith("\n"):
                    said.take(line)
                begun.set()
                if said.settled:
                    ready.set()
                if said.doing == "close":
                    closing.set()
            for event in (begun, ready, closing):
                event.set()

        listener = threading.Thread(target=listen)
        listener.start()
        begun.wait(START_LIMIT_S)
        if chance.random() < STARTING:
            ready.wait(chance.uniform(0, STARTING_S))
        else:
            ready.wait(START_LIMIT_S)
            if closing.wait(chance.uniform(0, DRAWING_S)):
                time.sleep(chance.uniform(0, CLOSING_S))
        child.kill()
        listener.join()
    return said


def _compare(home: Path, said: Said) -> Result:
    """Look for everything that was said to be on the disk."""
    result = Result(said.doing, ended=said.ended, slowest_ms=max(said.delays, default=0.0) * 1000)
    for name, number in said.written.items():
        possible = {n: state for n, state in said.states[name].items() if n >= number}
        result.acknowledged += 1
        result.strokes += possible[number].strokes
        found = _found(home, name)
        if found is None:
            # A drawing that needs no keeping goes when it is closed.
            if not any(state.closed and not state.kept for state in possible.values()):
                result.lost.append(f"the drawing {name} is gone")
            continue
        where, what = found
        numbers = [n for n, state in possible.items() if state.digest == what]
        if not numbers:
            result.lost.append(f"the drawing {name} is not as it was said to be kept")
        result.later += bool(numbers) and max(numbers) > number
        state = possible[number]
        if state.closed and state.kept and where != ".earlier":
            result.lost.append(f"the closed drawing {name} is not among the earlier ones")
    for path, digests in said.saved.items():
        if rounded_digest(read_inkml(Path(path)).drawing) not in digests:
            result.lost.append(f"the file {path} holds something else")
    return result


def _found(home: Path, name: str) -> tuple[str, str] | None:
    """Return where the journal of a drawing is, by its suffix, and the digest of what it holds; None if it is gone."""
    for suffix in (".journal", ".earlier"):
        path = home / "journal" / (name + suffix)
        if path.exists() and path.stat().st_size:
            return suffix, digest(read_journal(path).state)
    return None


def _left_behind(home: Path) -> tuple[str, str] | None:
    """Return name and digest of the drawing that the next window has to show; None where there is none."""
    found = []
    for path in (home / "journal").glob("*.journal"):
        try:
            kept = read_journal(path)
        except JournalFault:
            # Killed between making the file and writing to it.
            continue
        if not kept.state.blank and not kept.state.closed and kept.state.attempts < 2:
            found.append((kept.time, path.stem, digest(kept.state)))
    return max(found)[1:] if found else None


def table(results: list[Result]) -> str:
    """Return the kills as a table, by what the program did."""
    lines = ["killed while it …   kills  drawings kept  strokes kept  later than said  lost"]
    kinds = Counter(result.doing for result in results if not result.ended)
    for doing, count in kinds.most_common():
        lines.append(_row(doing, count, [r for r in results if r.doing == doing and not r.ended]))
    killed = [result for result in results if not result.ended]
    lines.append(_row("together", len(killed), killed))
    shown = [result.back for result in results if result.back is not None]
    slowest = max((result.slowest_ms for result in results), default=0.0)
    lines.append(f"the next window showed what was left: {sum(shown)} of {len(shown)} times")
    ended = [result for result in results if result.ended]
    lines.append(f"ended by itself: {len(ended)} times; lost then: {sum(len(result.lost) for result in ended)}")
    lines.append(f"longest time from a change to the word that it is on the disk: {slowest:.0f} ms")
    return "\n".join(lines)


def _row(doing: str, count: int, results: list[Result]) -> str:
    sums = [sum(getattr(result, name) for result in results) for name in ("acknowledged", "strokes", "later")]
    lost = sum(len(result.lost) for result in results)
    return f"{doing:<20}{count:>5}{sums[0]:>15}{sums[1]:>14}{sums[2]:>17}{lost:>6}"
