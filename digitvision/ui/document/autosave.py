"""Keeps the drawing in its journal, stroke by stroke, without being asked."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from digitvision.ink.stroke import Drawing
from digitvision.ui.document.document import Document, Picture
from digitvision.ui.document.known_files import KnownFiles
from digitvision.ui.journal.drawing_state import NO_CORRECTIONS, DrawingState, KeptPicture
from digitvision.ui.journal.journal import Journal
from digitvision.ui.journal.journal_folder import Claim

MOST_GIVEN_UP: Final = 10
"""Drawings of one window that were cleared and are kept; the oldest of them goes for a further one."""

SOON_MS: Final = 100
"""Time until a change of the drawing is handed to the journal; it is on the disk within a second of pen up."""

LATER_MS: Final = 400
"""Time until a change of reading, paper or view is written that comes without a change of the drawing."""


class Autosave(QObject):
    """Hands every state of a document to the journal, and begins another journal with another drawing."""

    put_aside = Signal()
    """The drawing before this one was not saved; it is among the earlier drawings now."""
    covered_put_aside = Signal()
    """The drawing under a picture that gave way was not saved; it is among the earlier drawings now."""
    handed_over = Signal(int, object)
    """Number of a state in the journal, and the `DrawingState`, which is about to be written."""

    def __init__(self, document: Document, journal: Journal, files: KnownFiles, parent: QObject | None = None) -> None:
        """Begin to keep what is drawn.

        Args:
            document: The content of the canvas.
            journal: Writes the states.
            files: Knows what the drawing's file held when it was opened or saved.
            parent: The object's.
        """
        super().__init__(parent)
        self._document = document
        self.journal = journal
        """Writes the states."""
        self._files = files
        self._text = ""
        self._attempts = 0
        self._claim: Claim | None = None
        self._begun = False
        self._picture: tuple[Picture, KeptPicture] | None = None
        self._given_up: list[tuple[str, Drawing]] = []
        """Names among the earlier drawings, and strokes, of what undo can bring back."""
        # Not at once: an undo command changes the drawing before the stack knows whether it is saved, and the answer to
        # a stroke must not share the processor with the writing of it.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.keep)
        # The view changes with every turn of the wheel, and nobody misses the last of them after a crash.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self.keep)
        document.content_changed.connect(self._keep_soon)
        document.title_changed.connect(self._keep_soon)
        document.settings_changed.connect(self._keep_later)
        document.content_changed.connect(self._forget_returned)
        document.giving_up.connect(self._keep_given_up)
        document.replacing.connect(self.end)
        document.replaced.connect(self._begin)

    @property
    def state(self) -> DrawingState:
        """The drawing as it is now."""
        document = self._document
        path = document.path_to_save
        covered = document.picture is not None
        return DrawingState(
            document.drawing_to_save,
            document.corrections_to_save,
            document.settings,
            path="" if path is None else str(path),
            digest="" if path is None else self._files.digest(path),
            modified=document.modified,
            picture=self._kept_picture(document.picture),
            picture_corrections=document.corrections if covered else NO_CORRECTIONS,
            text=self._text,
            attempts=self._attempts,
        )

    def note_text(self, text: str) -> None:
        """Note what was read; it is written with the next change, because it can be read again."""
        self._text = text

    def keeps(self, *, to_the_end: bool = False) -> bool:
        """Return whether the drawing is kept as it is, so that nobody has to be asked before it is closed.

        Args:
            to_the_end: Whether to wait until it is on the disk, because nothing runs afterwards.
        """
        self.keep()
        if to_the_end or self.journal.problem:
            return self.journal.flush()
        return True

    @Slot()
    def keep(self) -> None:
        """Have the drawing written as it is now."""
        self._rest()
        self._hand_over(self.state)

    @Slot()
    def end(self) -> None:
        """End the journal of the drawing: its window is about to show another one, or to close."""
        self._rest()
        state = replace(self.state, closed=True)
        if self._begun:
            self._hand_over(state)
            if state.worth_keeping:
                self.put_aside.emit()
        self._begun = False

    def take(self, claim: Claim) -> None:
        """Go on with the journal of the drawing that the document shows next."""
        self._claim = claim
        # It is the window's own now, and no more to be deleted.
        self._given_up = [one for one in self._given_up if one[0] != claim.kept.name]

    def confirm(self) -> None:
        """Note that a drawing which came back has not ended the program."""
        if self._attempts:
            self._attempts = 0
            self._keep_soon()

    def shut_down(self) -> None:
        """End the journal, and wait for the disk for a limited time."""
        self._document.content_changed.disconnect(self._keep_soon)
        self._document.content_changed.disconnect(self._forget_returned)
        self._document.giving_up.disconnect(self._keep_given_up)
        self._document.title_changed.disconnect(self._keep_soon)
        self._document.settings_changed.disconnect(self._keep_later)
        self.end()
        self.journal.shut_down()

    def _hand_over(self, state: DrawingState) -> None:
        if self._begun or not state.blank:
            self._begun = True
            # Told before: the thread may have written it by the time that the call returns.
            self.handed_over.emit(self.journal.number + 1, state)
            self.journal.keep(state)

    @Slot()
    def _keep_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _keep_later(self) -> None:
        if not self._later.isActive():
            self._later.start()

    @Slot()
    def _keep_given_up(self) -> None:
        """Put a drawing aside that a step takes away as a whole; a single stroke only from under a picture."""
        covered = self._document.picture is not None
        state = replace(self.state, picture=None, picture_corrections=NO_CORRECTIONS, attempts=0)
        if not state.worth_keeping or (len(state.drawing.strokes) == 1 and not covered):
            return
        if covered:
            # What was read is the picture.
            state = replace(state, text="")
        self._given_up.append((self.journal.put_aside(state), state.drawing))
        if len(self._given_up) > MOST_GIVEN_UP:
            self.journal.forget(self._given_up.pop(0)[0])
        if covered:
            self.covered_put_aside.emit()

    @Slot()
    def _forget_returned(self) -> None:
        """Delete what was put aside where undo has brought it back."""
        there = {id(stroke) for stroke in self._document.drawing_to_save.strokes} if self._given_up else set()
        for one in list(self._given_up):
            if there.issuperset(id(stroke) for stroke in one[1].strokes):
                self._given_up.remove(one)
                self.journal.forget(one[0])

    def _rest(self) -> None:
        self._soon.stop()
        self._later.stop()

    @Slot()
    def _begin(self) -> None:
        self._text, self._attempts = "", 0
        if self._claim is None:
            self.journal.begin()
        else:
            kept = self._claim.kept
            self.journal.take(self._claim)
            self._text, self._attempts, self._begun = kept.state.text, kept.state.attempts, True
            self._claim = None
        self._keep_soon()

    def _kept_picture(self, picture: Picture | None) -> KeptPicture | None:
        """Return the picture for the journal, the same object for the same picture: it is written only once."""
        if picture is None:
            self._picture = None
            return None
        if self._picture is None or self._picture[0] is not picture:
            self._picture = picture, KeptPicture(picture.image, picture.name)
        return self._picture[1]
