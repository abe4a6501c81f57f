"""Children that need not import TensorFlow: a process that has done so once forks them.

The import takes three seconds of every child that trains. What is forked is a process of its own that runs
`digitvision.__main__` with its own arguments, folder, environment and streams, and it is this process's child, as if
it had been started from nothing. It is for tests that ask what a training does, not how the program begins; those, and
some of every kind, start `python -m digitvision`.
"""

import ctypes
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[3]
IS_SUPPORTED: Final = sys.platform == "linux"
_LONGEST_REQUEST: Final = 2**20
_PR_SET_CHILD_SUBREAPER: Final = 36


class ForkServer:
    """Starts the process that forks, and asks it for children; on Linux only."""

    def __init__(self) -> None:
        """Start it; the import goes on meanwhile."""
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen([sys.executable, "-m", __name__], stdin=theirs.fileno(), cwd=ROOT)

    def fork(self, request: Mapping[str, Any], streams: Sequence[int]) -> int:
        """Fork a child.

        Args:
            request: Its `arguments`, `folder` and `environment`.
            streams: Descriptors of its standard input, output and error.

        Returns:
            Its process number. It is a child of this process.
        """
        # The one who forks it leaves at once, and orphans come to the nearest process that takes them.
        _take_orphans(True)
        try:
            socket.send_fds(self._socket, [json.dumps(request).encode()], list(streams))
            return int(self._socket.recv(_LONGEST_REQUEST))
        finally:
            _take_orphans(False)

    def close(self) -> None:
        """End it; it hears that nobody will ask any more."""
        self._socket.close()
        self._process.wait()


class WarmPopen(subprocess.Popen[str]):
    """`subprocess.Popen` of `python -m digitvision`, but forked from a process that has imported TensorFlow."""

    def __init__(self, server: ForkServer, arguments: Sequence[str], **options: Any) -> None:
        self._server = server
        super().__init__(list(arguments), **options)

    def _execute_child(self, args: Any, *rest: Any) -> None:
        """Do what the base class does with `fork` and `exec`; its arguments are those of Python 3.10 to 3.13."""
        (folder, environment), pipes = rest[4:6], rest[9:15]
        reading, _, _, writing, _, errors = pipes
        request = {"arguments": args, "folder": str(folder), "environment": dict(environment or os.environ)}
        self.pid = self._server.fork(request, (reading, writing, errors))
        self._child_created = True
        self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]


def _take_orphans(take: bool) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(take), 0, 0, 0)


def _serve(requests: socket.socket) -> list[str] | None:
    """Fork a child for each request, until nobody is left to ask.

    Returns:
        In a child its arguments, in the process that forks None.
    """
    while True:
        content, descriptors, _, _ = socket.recv_fds(requests, _LONGEST_REQUEST, 3)
        if not content:
            return None
        reading, writing = os.pipe()
        forking = os.fork()
        if not forking:
            child = os.fork()
            if child:
                os.write(writing, str(child).encode())
                os._exit(0)
            requests.close()
            os.close(reading)
            os.close(writing)
            return _become(json.loads(content), descriptors)
        os.waitpid(forking, 0)
        for descriptor in (writing, *descriptors):
            os.close(descriptor)
        # Not before the orphan has come to whoever asks.
        requests.send(os.read(reading, _LONGEST_REQUEST))
        os.close(reading)


def _become(request: Mapping[str, Any], descriptors: Sequence[int]) -> list[str]:
    """Take over what a process is given when it is started."""
    for target, descriptor in enumerate(descriptors):
        os.dup2(descriptor, target)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.path[0] = request["folder"]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # The streams last as long as the process. Python has names for the first ones that are not meant to be assigned.
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc] # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", closefd=False)  # type: ignore[misc] # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(  # type: ignore[misc] # noqa: SIM115
        2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
    )
    arguments: list[str] = request["arguments"]
    return arguments


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from digitvision.training.networks.keras_import import import_keras

    with socket.socket(fileno=os.dup(0)) as requests:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        import_keras()
        # Imported for the children, which find them loaded.
        import digitvision.cli
        import digitvision.training.commands.train  # noqa: F401

        gc.freeze()
        arguments = _serve(requests)
    if arguments is not None:
        sys.argv[1:] = arguments
        runpy.run_module("digitvision", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main()
