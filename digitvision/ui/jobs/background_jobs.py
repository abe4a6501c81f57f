"""Jobs off the window's thread, such as opening and exporting files, which take longer than a frame."""

import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QEventLoop, QObject, QThread, Signal, Slot

from digitvision.faults import Fault
from digitvision.files import log_path

SHUTDOWN_LIMIT_MS: Final = 5000
"""Longest wait for the thread at the end before it is logged."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    number: int
    work: Callable[[], Any]


class _JobWorker(QObject):
    """Lives in the thread of the jobs."""

    done = Signal(int, object)
    failed = Signal(int, str)

    @Slot(object)
    def run(self, job: _Job) -> None:
        """Do a job, and emit `done` or `failed`."""
        try:
            result = job.work()
        except Fault as error:
            self.failed.emit(job.number, str(error))
        except MemoryError:
            self.failed.emit(job.number, self.tr("There is not enough memory for this."))
        except Exception:
            self.failed.emit(
                job.number, self.tr("An unexpected error has occurred; the log says more: {log}").format(log=log_path())
            )
            raise
        else:
            self.done.emit(job.number, result)


class Jobs(QObject):
    """Runs jobs one after the other in a thread, and calls back in the thread that this object lives in."""

    _requested = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count()
        self._callbacks: dict[int, tuple[Callable[[Any], None], Callable[[str], None]]] = {}
        self._jobs_thread: QThread | None = None
        self._worker = _JobWorker()
        self._requested.connect(self._worker.run)
        self._worker.done.connect(self._on_done)
        self._worker.failed.connect(self._on_failed)

    def run(
        self, work: Callable[[], Any], *, on_success: Callable[[Any], None], on_error: Callable[[str], None]
    ) -> None:
        """Do `work` in the other thread.

        Args:
            work: Called there; may raise a `Fault`.
            on_success: Called in this thread with the result.
            on_error: Called in this thread with the sentence of the fault.
        """
        if self._jobs_thread is None:
            self._jobs_thread = QThread()
            self._jobs_thread.setObjectName("jobs")
            self._worker.moveToThread(self._jobs_thread)
            self._jobs_thread.start()
        number = next(self._numbers)
        self._callbacks[number] = (on_success, on_error)
        self._requested.emit(_Job(number, work))

    def finish(self, work: Callable[[], Any]) -> Any:
        """Do `work` in the other thread and wait for its result; meanwhile the window paints, and input waits.

        Raises:
            Fault: As `work` does.
        """
        loop = QEventLoop()
        results: list[Any] = []
        sentences: list[str] = []

        def on_success(result: object) -> None:
            results.append(result)
            loop.quit()

        def on_error(sentence: str) -> None:
            sentences.append(sentence)
            loop.quit()

        self.run(work, on_success=on_success, on_error=on_error)
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        if sentences:
            raise Fault(sentences[0])
        return results[0]

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return bool(self._callbacks)

    def shut_down(self) -> None:
        """End the thread after the job under way; nothing is called back any more."""
        self._callbacks.clear()
        if self._jobs_thread is not None:
            self._jobs_thread.quit()
            if not self._jobs_thread.wait(SHUTDOWN_LIMIT_MS):
                _log.error("A background job did not end in time.")
                self._jobs_thread.wait()

    @Slot(int, object)
    def _on_done(self, number: int, result: object) -> None:
        on_success, _ = self._callbacks.pop(number, (None, None))
        if on_success is not None:
            on_success(result)

    @Slot(int, str)
    def _on_failed(self, number: int, sentence: str) -> None:
        _, on_error = self._callbacks.pop(number, (None, None))
        if on_error is not None:
            on_error(sentence)
