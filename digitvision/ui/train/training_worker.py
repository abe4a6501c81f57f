"""Training in a child process: this program's own ``train`` command, whose output is read line by line."""

import json
import logging
import subprocess
import threading
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QObject, QThread, Signal, Slot

from digitvision.files import log_path
from digitvision.program import NO_CONSOLE, child_environment, program_command

STOP_LIMIT_S: Final = 2.5
"""Seconds that a child has to save and end after it was asked to stop, when the window closes; then it is killed."""

THREAD_LIMIT_MS: Final = 3000
ERROR_LINES: Final = 200
"""Number of lines of the child's standard error that are kept for the log."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """The options of the ``train`` command; with a `base`, the network is that of the base model."""

    name: str
    architecture: str = "cnn"
    base: str = ""
    freeze: bool = False
    new_head: bool = False
    two_stages: bool = False
    data: tuple[str, ...] = ("mnist",)
    epochs: int = 5
    batch_size: int = 128
    learning_rate: float = 0.001
    schedule: str = "constant"
    patience: int = 0
    validation: float = 0.1
    augment: bool = False
    seed: int = 1

    def arguments(self) -> list[str]:
        """The arguments of this program's command line."""
        data = [part for name in self.data for part in ("--data", name)]
        return [
            "train",
            *(("--from", self.base) if self.base else ("--architecture", self.architecture)),
            *(["--freeze"] if self.base and self.freeze else []),
            *(["--new-head"] if self.base and self.new_head else []),
            *(["--two-stages"] if self.base and self.two_stages else []),
            *data,
            *("--epochs", str(self.epochs)),
            *("--batch-size", str(self.batch_size)),
            *("--learning-rate", repr(self.learning_rate)),
            *("--schedule", self.schedule),
            *("--patience", str(self.patience)),
            *("--validation", f"{self.validation:g}"),
            *("--seed", str(self.seed)),
            *(["--augment"] if self.augment else []),
            *("--name", self.name),
            *("--progress", "jsonl"),
            "--stop-at-eof",
        ]


@dataclass(frozen=True, slots=True)
class ResumeRequest:
    """The options of the ``train`` command that go on with a stopped training, up to `epochs` where they are given."""

    name: str
    epochs: int | None = None

    def arguments(self) -> list[str]:
        """The arguments of this program's command line."""
        epochs = [] if self.epochs is None else ["--epochs", str(self.epochs)]
        return ["train", "--resume", *epochs, "--name", self.name, "--progress", "jsonl", "--stop-at-eof"]


class TrainingWorker(QObject):
    """Lives in the training thread, starts the child and reads its output to the end.

    `stop` and `kill` are called from the window's thread while `run` is reading: they touch only the child.
    """

    reported = Signal(object)
    """One line of the child's output as a dict: an event with the keys of `train --progress jsonl`."""
    finished = Signal()
    """The child has ended; the last event was its outcome."""

    def __init__(self) -> None:
        super().__init__()
        self._child: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._stopping = False
        self._paused = False
        self._detached = False

    @Slot(object)
    def run(self, request: TrainingRequest | ResumeRequest) -> None:
        """Start the child, and emit its events until it ends."""
        has_outcome = False
        try:
            child = self._start(request)
            if child is None:
                self.reported.emit({"event": "cancelled", "model": request.name, "message": ""})
                return
            errors: list[str] = []
            listener = threading.Thread(target=_keep_last_lines, args=(child.stderr, errors), name="training errors")
            listener.start()
            assert child.stdout is not None
            for line in child.stdout:
                message = _parse_line(line)
                if message is not None:
                    has_outcome = message["event"] in ("completed", "cancelled", "failed")
                    self.reported.emit(message)
            if self._detached and not has_outcome:
                listener.join()
                self._close_pipes(child)
                # It is let go: without a code, Python would warn that the child still runs.
                child.returncode = 0
                return
            code = child.wait()
            listener.join()
            self._close_pipes(child)
            if code and errors:
                _log.warning("The last lines that the training wrote as errors:\n%s", "".join(errors))
            if not has_outcome:
                kind = "cancelled" if self._stopping else "failed"
                sentence = (
                    ""
                    if self._stopping
                    else self.tr("The training ended unexpectedly; the log says more: {log}").format(log=log_path())
                )
                self.reported.emit({"event": kind, "model": request.name, "message": sentence})
        except OSError as error:
            sentence = self.tr("The training cannot be started: {reason}.").format(reason=error.strerror or error)
            self.reported.emit({"event": "failed", "model": request.name, "message": sentence})
        finally:
            with self._lock:
                self._child = None
            self.finished.emit()

    def stop(self) -> None:
        """Ask the child to stop at the next batch. Called from the window's thread."""
        with self._lock:
            self._stopping = True
            self._send("stop")

    def pause(self, paused: bool) -> None:
        """Pause the child at its next batch, or let it continue. Called from the window's thread."""
        with self._lock:
            self._paused = paused
            self._send("pause" if paused else "go on")

    def detach(self) -> None:
        """Let the child go on alone. Called from the window's thread."""
        with self._lock:
            if self._child is None:
                # The child has not started yet, and nobody would be there to read its output.
                self._stopping = True
            else:
                self._detached = True
                self._paused = False
                self._send("go on")
                self._send("detach")

    def kill(self) -> None:
        """End the child at once. Called from the window's thread."""
        with self._lock:
            self._stopping = True
            if self._child is not None:
                self._child.kill()

    def _send(self, line: str) -> None:
        if self._child is not None and self._child.stdin is not None:
            try:
                self._child.stdin.write(f"{line}\n")
                self._child.stdin.flush()
            except (OSError, ValueError):
                # The child has just ended by itself.
                return

    def _start(self, request: TrainingRequest | ResumeRequest) -> "subprocess.Popen[str] | None":
        with self._lock:
            if self._stopping:
                return None
            self._child = subprocess.Popen(
                [*program_command(), *request.arguments()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                env=child_environment(),
                creationflags=NO_CONSOLE,
            )
            # The pause was asked for before the child was there.
            if self._paused:
                self._send("pause")
            return self._child

    def _close_pipes(self, child: "subprocess.Popen[str]") -> None:
        with self._lock:
            for pipe in (child.stdin, child.stdout, child.stderr):
                if pipe is not None:
                    try:
                        pipe.close()
                    except OSError:
                        # A "stop" was still in the pipe, and the child no longer reads it.
                        continue


class TrainingClient(QObject):
    """Starts and cancels trainings for the window, and leaves nothing running at the end."""

    reported = Signal(object)
    """One event of the child, see `TrainingWorker.reported`."""
    running_changed = Signal(bool)

    _run_requested = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._training_thread: QThread | None = None
        self._worker: TrainingWorker | None = None

    @property
    def running(self) -> bool:
        """Whether a training is under way."""
        return self._worker is not None

    def start(self, request: TrainingRequest | ResumeRequest) -> None:
        """Train in the background.

        Raises:
            RuntimeError: A training is under way already.
        """
        if self.running:
            raise RuntimeError("a training is under way")
        self._worker = TrainingWorker()
        self._training_thread = QThread()
        self._training_thread.setObjectName("training")
        self._worker.moveToThread(self._training_thread)
        self._run_requested.connect(self._worker.run)
        self._worker.reported.connect(self._on_event)
        self._worker.finished.connect(self._on_finished)
        self._training_thread.start()
        self._run_requested.emit(request)
        self.running_changed.emit(True)

    def stop(self) -> None:
        """Cancel the training; its last event says when that is done."""
        if self._worker is not None:
            self._worker.stop()

    def pause(self, paused: bool) -> None:
        """Pause the training, or let it continue."""
        if self._worker is not None:
            self._worker.pause(paused)

    def shut_down(self) -> None:
        """Cancel the training and wait; a child that does not end in time is killed."""
        if self._worker is not None:
            self._worker.stop()
            self._leave()

    def let_go(self) -> None:
        """Let the training continue without the window."""
        if self._worker is not None:
            self._worker.detach()
            self._leave()

    def _leave(self) -> None:
        if self._worker is None or self._training_thread is None:
            return
        # Once `run` has returned the thread's loop is at its `quit`.
        self._training_thread.quit()
        if not self._training_thread.wait(int(STOP_LIMIT_S * 1000)):
            self._worker.kill()
            if not self._training_thread.wait(THREAD_LIMIT_MS):
                _log.error("The training thread did not end in time.")
                self._training_thread.wait()
        self._drop()

    @Slot(object)
    def _on_event(self, message: dict[str, Any]) -> None:
        self.reported.emit(message)

    @Slot()
    def _on_finished(self) -> None:
        if self._training_thread is not None:
            self._training_thread.quit()
            self._training_thread.wait()
            self._drop()

    def _drop(self) -> None:
        if self._worker is not None:
            self._run_requested.disconnect(self._worker.run)
        self._worker = self._training_thread = None
        self.running_changed.emit(False)


def _parse_line(line: str) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    except ValueError:
        _log.warning("The training wrote a line that is no event: %s", line.strip()[:200])
        return None
    return message if isinstance(message, dict) and isinstance(message.get("event"), str) else None


def _keep_last_lines(stream: Any, lines: list[str]) -> None:
    for line in stream:
        lines.append(line)
        del lines[:-ERROR_LINES]
