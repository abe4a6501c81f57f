"""Nothing is lost: brings back what a crash has left, tells where the rest is, and when it cannot be kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot
from PySide6.QtWidgets import QMainWindow, QTabWidget

from digitvision.faults import Fault
from digitvision.files import FileFault, log_path
from digitvision.program import window_command
from digitvision.recognition.prediction import Reading
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.document.document import Document, Picture
from digitvision.ui.document.drawing_files import DrawingFiles
from digitvision.ui.jobs.background_jobs import Jobs
from digitvision.ui.journal.journal_folder import (
    Claim,
    Left,
    TakenFault,
    claim,
    closed_unsaved,
    has_journals,
    leave,
    left_behind,
    note_closed_unsaved,
    read_unclaimed,
    tidy,
)
from digitvision.ui.journal.journal_reader import Kept
from digitvision.ui.widgets.date_text import moment_text
from digitvision.ui.widgets.lasting_notice import LastingNotice
from digitvision.ui.widgets.notice_bar import NoticeBar

if TYPE_CHECKING:
    from digitvision.ui.document.earlier_window import EarlierWindow

MOST_WINDOWS: Final = 8
"""Drawings that are brought back at once, each in a window; more of them stay among the earlier ones."""

PROOF_MS: Final = 2000
"""A drawing that has been in sight this long has not ended the program."""


@dataclass(frozen=True, slots=True, eq=False)
class _Return:
    """A drawing that comes back: what was kept, its picture as it is read, and whether its file is still there.

    Without a claim it is shown, and a journal of its own begins when the disk can be written again.
    """

    kept: Kept
    claim: Claim | None
    picture: Picture | None
    has_file: bool


class WindowRecovery(QObject):
    """Joins the journals with the window."""

    shown = Signal()
    """Another drawing has come into the window."""
    said = Signal(str)
    """A sentence for the status bar."""
    others_coming = Signal()
    """Other windows are about to open, which look in the settings for where this one stands."""

    def __init__(
        self,
        window: QMainWindow,
        *,
        notice: NoticeBar,
        document: Document,
        files: DrawingFiles,
        jobs: Jobs,
        canvas: Canvas,
        tabs: QTabWidget,
    ) -> None:
        """Do nothing before `start`.

        Args:
            window: The window, whose status bar tells what needs no answer.
            notice: Tells what has come back, and why something could not be done.
            document: The content of its canvas.
            files: Saves the drawing, and keeps it while it is drawn.
            jobs: Reads journals.
            canvas: Where the pen may be down.
            tabs: The window's tabs, in whose row it is told that nothing can be kept.
        """
        super().__init__(window)
        self._window = window
        self._notice = notice
        self._document = document
        self._files = files
        self._autosave = autosave = files.autosave
        self._jobs = jobs
        self._canvas = canvas
        self._earlier: EarlierWindow | None = None
        self._opened = 0
        self.keeping = LastingNotice(tabs)
        """Shows for as long as it lasts that nothing can be kept."""
        self._proof = QTimer(self)
        self._proof.setSingleShot(True)
        self._proof.setInterval(PROOF_MS)
        files.save_refused.connect(self._show_refused)
        files.noticed.connect(self._show_note)
        if autosave is not None:
            self._proof.timeout.connect(autosave.confirm)
            autosave.put_aside.connect(self._say_put_aside)
            autosave.journal.problem_changed.connect(self._show_problem)

    @property
    def keeps(self) -> bool:
        """Whether drawings are kept, so that there may be earlier ones."""
        return self._autosave is not None

    @property
    def earlier(self) -> "EarlierWindow | None":
        """The window of the earlier drawings, if anybody has wanted it."""
        return self._earlier

    def start(self, *, name: str, here: bool) -> None:
        """Bring back what windows that did not end in order have left.

        Args:
            name: The journal that this window was started for; empty to look for any.
            here: Whether the newest may come into this window, which is to show nothing else.
        """
        if self._autosave is None:
            return
        folder = self._autosave.journal.folder
        if name:
            self._bring_back(name, self._show_first, self._window.close)
        elif has_journals(folder):
            self._jobs.run(
                lambda: left_behind(folder),
                on_success=lambda left: self._on_left(left, here),
                on_error=self._show_failure,
            )
        if not name and folder.is_dir():
            self._jobs.run(lambda: closed_unsaved(folder), on_success=self._say_closed, on_error=lambda _: None)
            self._jobs.run(lambda: tidy(folder), on_success=lambda _: None, on_error=lambda _: None)

    @Slot(object)
    def note_reading(self, reading: Reading | None) -> None:
        """Note the text that was read, by which an earlier drawing is found again; a mere guess names nothing."""
        if self._autosave is not None:
            told = reading is not None and (reading.sure or reading.likely or reading.chosen)
            self._autosave.note_text(reading.text if reading is not None and told else "")

    @Slot()
    def show_earlier(self) -> None:
        """Show the earlier drawings."""
        from digitvision.ui.document.earlier_window import EarlierWindow

        if self._autosave is None:
            return
        if self._earlier is None:
            self._earlier = EarlierWindow(self._autosave.journal.folder, self._window)
            self._earlier.wanted.connect(self.open_earlier)
        self._autosave.journal.flush(limit_s=0.2)
        self._earlier.show_drawings()

    @Slot(str)
    def open_earlier(self, name: str) -> None:
        """Bring an earlier drawing into this window; the one in it is put aside in its turn."""
        if self._files.may_discard():
            self._bring_back(name, self._show_chosen)

    def shut_down(self) -> None:
        """End the journal, and close the window of the earlier drawings."""
        self._proof.stop()
        if self._earlier is not None:
            self._earlier.close()
            self._earlier.deleteLater()
            self._earlier = None
        if self._autosave is not None:
            state, journal = self._autosave.state, self._autosave.journal
            self._autosave.shut_down()
            if state.worth_keeping and not journal.problem:
                note_closed_unsaved(journal.folder, journal.name)

    # --- what was left ------------------------------------------------------------------------------------------

    def _on_left(self, left: Left, here: bool) -> None:
        names = list(left.names)
        if here and names and self._is_untouched:
            self._bring_back(names.pop(0), self._show_first)
            rooms = MOST_WINDOWS - 1
        else:
            rooms = MOST_WINDOWS
        self._open_windows(names[:rooms])
        assert self._autosave is not None
        folder, rest = self._autosave.journal.folder, names[rooms:]
        if rest:
            self._jobs.run(lambda: leave(folder, rest), on_success=lambda _: None, on_error=self._show_failure)
        self._tell_of_others(left, len(rest))

    def _tell_of_others(self, left: Left, rest: int) -> None:
        sentences = []
        if rest:
            sentences.append(self.tr("More drawings than have come back are under File > Earlier drawings."))
        if left.set_aside == 1:
            sentences.append(
                self.tr(
                    "A drawing ended the program twice while it was brought back; it is under File > Earlier drawings."
                )
            )
        elif left.set_aside:
            sentence = self.tr(
                "{count} drawings ended the program twice while they were brought back; "
                "they are under File > Earlier drawings."
            )
            sentences.append(sentence.format(count=left.set_aside))
        if left.newer == 1:
            sentences.append(self.tr("A newer DigitVision has kept a drawing, which only that one can bring back."))
        elif left.newer:
            sentence = self.tr("A newer DigitVision has kept {count} drawings, which only that one can bring back.")
            sentences.append(sentence.format(count=left.newer))
        if left.unreadable == 1:
            sentence = self.tr("A drawing that was kept could not be read; the log says more: {log}")
            sentences.append(sentence.format(log=log_path()))
        elif left.unreadable:
            sentence = self.tr("{count} drawings that were kept could not be read; the log says more: {log}")
            sentences.append(sentence.format(count=left.unreadable, log=log_path()))
        if sentences:
            self._show_note(" ".join(sentences))

    def _bring_back(
        self, name: str, show: Callable[[_Return], None], without: Callable[[], object] = lambda: None
    ) -> None:
        """Have a drawing shown; `without` is called where another window has it."""
        assert self._autosave is not None
        folder = self._autosave.journal.folder

        def show_if_any(found: _Return | None) -> None:
            if found is None:
                without()
            else:
                show(found)

        self._jobs.run(lambda: _return_of(folder, name), on_success=show_if_any, on_error=self._show_failure)

    def _show_first(self, found: _Return) -> None:
        kept = found.kept
        if not self._is_untouched:
            # Somebody has begun to write meanwhile.
            if found.claim is not None:
                found.claim.lock.unlock()
            self._open_windows([kept.name])
            return
        self._show(found)
        moment = moment_text(kept.time)
        name = Path(kept.state.path).name
        if name:
            sentence = self.tr("“{name}” is back as it was at {moment}.").format(name=name, moment=moment)
        else:
            sentence = self.tr("Your drawing of {moment} is back.").format(moment=moment)
        if kept.salvaged:
            sentence += " " + self.tr("What was kept of it is damaged, so something may be missing.")
        elif kept.damaged:
            sentence += " " + self.tr("What was kept of it is damaged at its end, so the last changes may be missing.")
        self._notice.show_notice(sentence, kind="warning" if kept.damaged else "good")

    def _show_chosen(self, found: _Return) -> None:
        self._show(found)
        self._say(self.tr("The drawing of {moment} is back.").format(moment=moment_text(found.kept.time)))
        self._window.activateWindow()

    def _show(self, found: _Return) -> None:
        assert self._autosave is not None
        state = found.kept.state
        path = Path(state.path) if state.path else None
        if path is not None:
            self._files.known.note(path, state.digest)
        if found.claim is not None:
            self._autosave.take(found.claim)
        self._document.open(
            state.drawing,
            path,
            native=True,
            corrections=state.corrections,
            settings=state.settings,
            saved=not state.modified and (path is None or found.has_file) and found.claim is not None,
        )
        if found.picture is not None:
            self._document.show_picture(found.picture)
            self._document.correct(state.picture_corrections)
        self.shown.emit()
        self._proof.start()

    @property
    def _is_untouched(self) -> bool:
        document = self._document
        empty = not document.drawing and document.picture is None and document.path is None
        return empty and not self._canvas.busy and not document.undo_stack.count()

    def _open_windows(self, names: Sequence[str]) -> None:
        """Open a window for each of these drawings, behind this one: somebody may be writing here."""
        if not names:
            return
        self.others_coming.emit()
        program, *words = window_command()
        for name in names:
            self._opened += 1
            QProcess.startDetached(program, [*words, "--bring-back", name, "--behind", str(self._opened)])
        self._say(
            self.tr("Another drawing is back, in a window behind this one.")
            if len(names) == 1
            else self.tr("{count} more drawings are back, in windows behind this one.").format(count=len(names))
        )

    # --- what is said -------------------------------------------------------------------------------------------

    def _say(self, sentence: str) -> None:
        self.said.emit(sentence)

    @Slot(str)
    def _show_note(self, sentence: str) -> None:
        self._notice.show_notice(sentence, kind="note")

    @Slot(str)
    def _show_failure(self, sentence: str) -> None:
        self._notice.show_notice(sentence, kind="warning")

    @Slot(str, bool)
    def _show_refused(self, sentence: str, replaceable: bool) -> None:
        """Say why the drawing was not saved, with the ways on."""
        if replaceable and self.keeps:
            sentence += " " + self.tr("If you replace it, that version goes to File > Earlier drawings.")
        self._window.statusBar().clearMessage()
        self._notice.show_notice(
            sentence,
            kind="warning",
            label=self.tr("Save as …"),
            action=self._files.save_as,
            second=(self.tr("Replace"), self._files.replace_changed) if replaceable else None,
        )

    @Slot()
    def _say_put_aside(self) -> None:
        self._say(self.tr("The drawing before is under File > Earlier drawings."))

    def _say_closed(self, moment: float) -> None:
        if moment and self._is_untouched:
            sentence = self.tr("Your last drawing, of {moment}, is under File > Earlier drawings.")
            self._say(sentence.format(moment=moment_text(moment)))

    @Slot(str)
    def _show_problem(self, problem: str) -> None:
        """Say for as long as it lasts that nothing can be kept, or that it can be again."""
        if not problem:
            self.keeping.dismiss()
            self._say(self.tr("What you draw is kept again."))
            return
        sentence = self.tr("What you draw cannot be kept: {problem}.").format(problem=problem)
        advice = self.tr(
            "It stays on the screen, and DigitVision goes on trying. Save the drawing elsewhere to be sure."
        )
        brief = self.tr("Not kept: {problem}").format(problem=problem)
        self.keeping.show_notice(
            (f"{sentence} {advice}", sentence, brief, self.tr("Not kept")),
            label=self.tr("Save as …"),
            action=self._files.save_as,
        )


def _return_of(folder: Path, name: str) -> _Return | None:
    """Take a drawing for this window; called in the thread of the jobs. None where another window has it.

    Raises:
        Fault: It cannot be read.
    """
    from digitvision.ui.document.file_contents import picture_from_image

    taken: Claim | None
    try:
        taken = claim(folder, name)
        kept = taken.kept
    except TakenFault:
        return None
    except FileFault:
        taken, kept = None, read_unclaimed(folder, name)
    state = kept.state
    try:
        picture = None if state.picture is None else picture_from_image(state.picture.image, state.picture.name)
    except Fault:
        picture = None
    return _Return(kept, taken, picture, bool(state.path) and Path(state.path).exists())
