"""Reading files one after the other in this process, or side by side in child processes; the order is kept.

A child is this program's own command line. It is told names in lines of JSON and answers with the lines that are to be
written, so that the parent has little to do. It ends when its standard input does.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Final

from digitvision.faults import Fault
from digitvision.program import NO_CONSOLE, child_environment, program_command
from digitvision.recognition.api.loading import Reader, load
from digitvision.recognition.batch.batch import FORMS, FileReading, read_file
from digitvision.recognition.recognizer import THREADS_VARIABLE
from digitvision.recognition.text.languages import DEFAULT_LANGUAGE

COMMAND: Final = "job"
"""The command of the command line that runs a child."""

AHEAD: Final = 64
"""Files for each child that may be read ahead of the one that is to be written next: so much is kept at most."""

_LARGEST_GROUP: Final = 16
"""Most files that a child is told at once: then the parent, which shares their processors, has little to do."""

_GROUPS_LEFT: Final = 8
"""Groups for each child that what is left is divided into: the last ones are small, and all children end together."""

_WAITING: Final = 2
"""Groups that a child has at once, so that it does not wait for the parent between two."""

_ANSWER_AFTER_S: Final = 0.1
"""Seconds after which a child says what it has read so far of a group."""

_NOT_STARTED: Final = "The processes that read files do not start; without “--jobs” one process reads them all."


@dataclass(frozen=True, slots=True)
class Job:
    """How files are to be read, and in which form the results are written; see the options of `recognize`."""

    reading: str | None
    alphabet: str | None
    model: str | None
    words: bool
    top: int
    format: str
    language: str = DEFAULT_LANGUAGE

    def load(self) -> Reader:
        """Load the reader.

        Raises:
            Fault: A model is missing or damaged, or does not read this.
        """
        return load(self.model, reading=self.reading, alphabet=self.alphabet, words=self.words, language=self.language)


@dataclass(frozen=True, slots=True)
class FileLine:
    """What is written of one file, a line or several.

    Attributes:
        text: What is written with the results; empty for nothing.
        failed: Whether the file, or a page of it, could not be read.
        told: What is told beside the results of pages that could not be read; empty for nothing.
    """

    text: str
    failed: bool
    told: str = ""


def lines_of(job: Job, files: Sequence[FileReading | str], jobs: int) -> Generator[FileLine, None, None]:
    """Read files and yield what is written of each, in their order.

    Args:
        job: How they are read.
        files: Names of files, and results of lists that could not be read, which are passed on.
        jobs: Number of processes that read, at least 1; no more are started than there are files.

    Raises:
        Fault: The reader cannot be loaded. A file that cannot be read is a line as well.
    """
    jobs = min(jobs, sum(isinstance(file, str) for file in files))
    if jobs > 1:
        yield from _Children(job, files, jobs).lines()
        return
    with job.load() as reader:
        for file in files:
            yield _line(job, read_file(reader, file, top=job.top) if isinstance(file, str) else [file])


def _line(job: Job, pages: Sequence[FileReading]) -> FileLine:
    """Return what is written of the pages of a file; as text for people, failures are told beside it."""
    apart = job.format == "text"
    written = FORMS[job.format]
    text = [page for page in pages if not (apart and page.failure)]
    told = [page for page in pages if apart and page.failure]
    failed = any(page.failure for page in pages)
    return FileLine(written(text) if text else "", failed, written(told) if told else "")


class _Child:
    """A child process that reads one file after the other."""

    def __init__(self, job: Job) -> None:
        self.process = subprocess.Popen(
            [*program_command(), COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            # Several processes that each use several threads would be in each other's way.
            env=child_environment(**dict.fromkeys((THREADS_VARIABLE, "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")),
            # Ctrl-C in a terminal is for the parent only.
            start_new_session=os.name == "posix",
            creationflags=NO_CONSOLE,
        )
        self.tell(asdict(job))

    def tell(self, message: Any) -> None:
        """Write a line to the child; whether it is still there is seen by its answer."""
        assert self.process.stdin is not None
        with suppress(OSError, ValueError):
            self.process.stdin.write(json.dumps(message) + "\n")
            self.process.stdin.flush()

    def answer(self) -> Any:
        """Return the child's next line; None if it has ended."""
        assert self.process.stdout is not None
        try:
            return json.loads(self.process.stdout.readline())
        except (OSError, ValueError):
            return None

    def end(self) -> None:
        """End the child, whatever it does."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


class _Children:
    """Children that read files side by side, each served by a thread of its own, and what they have answered.

    What they may read ahead is bounded: while one file takes long, the others wait for it sooner or later.
    """

    def __init__(self, job: Job, files: Sequence[FileReading | str], jobs: int) -> None:
        self._job, self._files, self._jobs = job, files, jobs
        self._order = [index for index, file in enumerate(files) if isinstance(file, str)]
        self._changed = threading.Condition()
        self._lines: dict[int, FileLine] = {}
        self._next = self._written = 0
        self._failure: BaseException | None = None
        self._stopped = False
        self._running: set[_Child] = set()

    def lines(self) -> Generator[FileLine, None, None]:
        """Yield what is written of each file, in their order; the children end with the last, or with the iterator."""
        threads = [threading.Thread(target=self._serve, name=f"reading {number}") for number in range(self._jobs)]
        try:
            for thread in threads:
                thread.start()
            for index, file in enumerate(self._files):
                yield self._line(index) if isinstance(file, str) else _line(self._job, [file])
                with self._changed:
                    self._written = index + 1
                    self._changed.notify_all()
        finally:
            self._stop()
            for thread in threads:
                if thread.ident is not None:
                    thread.join()

    def _line(self, index: int) -> FileLine:
        with self._changed:
            while index not in self._lines:
                if self._failure is not None:
                    raise self._failure
                self._changed.wait()
            return self._lines.pop(index)

    def _stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
            for child in self._running:
                child.process.kill()

    def _serve(self) -> None:
        try:
            self._read_with_a_child()
        except BaseException as failure:
            # It is raised in the thread that writes the results.
            with self._changed:
                self._failure = self._failure or failure
                self._changed.notify_all()

    def _read_with_a_child(self) -> None:
        child = self._start()
        groups: deque[deque[int]] = deque()
        try:
            while child is not None:
                while len(groups) < _WAITING and (group := self._take(wait=not groups)):
                    child.tell([self._files[index] for index in group])
                    groups.append(group)
                if not groups:
                    return
                answers = child.answer()
                if answers is not None:
                    self._put({groups[0].popleft(): FileLine(*answer) for answer in answers})
                    if not groups[0]:
                        groups.popleft()
                    continue
                self._end(child)
                child = self._start()
                groups = self._after_an_end(groups)
                if child is not None:
                    for group in groups:
                        child.tell([self._files[index] for index in group])
        finally:
            if child is not None:
                self._end(child)

    def _after_an_end(self, groups: deque[deque[int]]) -> deque[deque[int]]:
        """Return what is still to be read when a child has ended unexpectedly, file by file.

        Where only one file was left of the group that it read, that one is to blame, and is not read again.
        """
        if len(groups[0]) == 1:
            (index,) = groups.popleft()
            file = str(self._files[index])
            error = f"“{file}” cannot be read: the process that read it has ended unexpectedly."
            self._put({index: _line(self._job, [FileReading(file, error=error)])})
        return deque(deque([index]) for group in groups for index in group)

    def _take(self, *, wait: bool) -> deque[int]:
        """Return indices of the next files to read; none where there are none, or none yet and `wait` is false."""
        with self._changed:
            while not self._stopped and self._next < len(self._order):
                size = (len(self._order) - self._next) // (self._jobs * _GROUPS_LEFT)
                wanted = self._order[self._next : self._next + min(max(size, 1), _LARGEST_GROUP)]
                group = deque(index for index in wanted if index < self._written + AHEAD * self._jobs)
                self._next += len(group)
                if group or not wait:
                    return group
                self._changed.wait()
            return deque()

    def _put(self, lines: dict[int, FileLine]) -> None:
        with self._changed:
            self._lines.update(lines)
            self._changed.notify_all()

    def _start(self) -> _Child | None:
        """Start a child and wait until it has loaded its models; return None where no more is to be read.

        Raises:
            Fault: It does not start, or cannot load them.
        """
        with self._changed:
            if self._stopped:
                return None
            try:
                child = _Child(self._job)
            except OSError as error:
                raise Fault(_NOT_STARTED) from error
            self._running.add(child)
        ready = child.answer()
        if ready == "":
            return child
        self._end(child)
        if self._has_stopped():
            return None
        raise Fault(ready or _NOT_STARTED)

    def _has_stopped(self) -> bool:
        return self._stopped

    def _end(self, child: _Child) -> None:
        child.end()
        with self._changed:
            self._running.discard(child)


def answer_parent() -> None:
    """Run a child: load the reader, and read the files that standard input names, until it ends.

    The first line that is written is an empty text, or a sentence on why the reader cannot be loaded.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    job = Job(**json.loads(sys.stdin.readline()))
    try:
        reader = job.load()
    except Fault as fault:
        _answer(str(fault))
        return
    with reader:
        _answer("")
        for line in sys.stdin:
            _read_group(job, reader, json.loads(line))


def _read_group(job: Job, reader: Reader, names: list[str]) -> None:
    """Read some files, and tell the parent what they say now and then: an answer a file would cost it much time."""
    answers: list[tuple[str, bool, str]] = []
    told = time.monotonic()
    for number, name in enumerate(names, start=1):
        line = _line(job, read_file(reader, name, top=job.top))
        answers.append((line.text, line.failed, line.told))
        if number == len(names) or time.monotonic() - told > _ANSWER_AFTER_S:
            _answer(answers)
            answers, told = [], time.monotonic()


def _answer(message: object) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
