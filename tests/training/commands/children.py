"""The program's long commands as child processes, as the window runs them."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final

from tests.training.commands.warm_children import ROOT, ForkServer, WarmPopen

LIMIT_S: Final = 120

TRAIN: Final = ("train", "--progress", "jsonl")
TRANSFER_CURVE: Final = ("transfer-curve", "--format", "jsonl")


def begin(arguments: Sequence[str], server: ForkServer | None, **options: Any) -> "subprocess.Popen[str]":
    """The program with these arguments and pipes to it, from nothing or forked; `options` as `Popen` has them."""
    options = {"cwd": ROOT, **dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE), **options}
    if server is not None:
        return WarmPopen(server, arguments, encoding="utf-8", **options)
    return subprocess.Popen([sys.executable, "-m", "digitvision", *arguments], encoding="utf-8", **options)


class Child:
    """A command whose lines are read one by one, and that ends with the test; `digitvision train` by default."""

    def __init__(self, *options: str, command: tuple[str, ...] = TRAIN, server: ForkServer | None = None) -> None:
        """Start the program anew, or, with a server, have it forked from a process that has imported TensorFlow."""
        self.process = begin((*command, *options), server)

    def events(self) -> Iterator[dict[str, Any]]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            yield json.loads(line)

    def until(self, kind: str) -> dict[str, Any]:
        for event in self.events():
            if event["event"] == kind:
                return event
        raise AssertionError(f"no event “{kind}”")

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def rest(self) -> tuple[list[dict[str, Any]], int, str]:
        """Return the remaining events, the exit code, and standard error."""
        events = list(self.events())
        assert self.process.stderr is not None
        errors = self.process.stderr.read()
        return events, self.process.wait(LIMIT_S), errors

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
