"""The program's long commands as child processes, as the window runs them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.training.commands.warm_children import WarmProcess

ROOT: Final = Path(__file__).parents[3]
LIMIT_S: Final = 120

TRAIN: Final = ("train", "--progress", "jsonl")
TRANSFER_CURVE: Final = ("transfer-curve", "--format", "jsonl")


class Child:
    """A command whose lines are read one by one, and that ends with the test; `digitvision train` by default."""

    process: "subprocess.Popen[str] | WarmProcess"

    def __init__(
        self, *options: str, command: tuple[str, ...] = TRAIN, folder: Path = ROOT, is_warm: bool = False
    ) -> None:
        """Start the program in a folder, anew or forked from a process that has imported TensorFlow."""
        arguments = (*command, *options)
        if is_warm:
            self.process = WarmProcess(arguments, folder)
            return
        self.process = subprocess.Popen(
            [sys.executable, "-m", "digitvision", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def events(self) -> Iterator[dict[str, Any]]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            yield json.loads(line)

    def until(self, kind: str) -> dict[str, Any]:
        for event in self.events():
            if event["event"] == kind:
                return event
        raise AssertionError(f"no event “{kind}”")

    def until_import(self) -> None:
        """Wait until a child that was started anew has begun to import TensorFlow, which takes it a second more."""
        assert isinstance(self.process, subprocess.Popen)
        loaded = Path("/proc", str(self.process.pid), "maps")
        if not loaded.exists():
            # This system does not list what a process has loaded.
            time.sleep(1.2)
            return
        until = time.monotonic() + LIMIT_S
        while "libtensorflow" not in loaded.read_text():
            assert time.monotonic() < until, "it imports nothing"
            time.sleep(0.02)

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
