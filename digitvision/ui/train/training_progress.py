"""How far the training is: a sentence, what is held out, and a bar while it runs."""

import math
from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

STEPS: Final = 1000


class TrainingProgress(QWidget):
    """Follows the events of a training; `changed` has how far it is, in a few words for the status bar."""

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paused = False
        self._percent = 0
        self._batch: dict[str, Any] | None = None
        self._state = QLabel(self.tr("Nothing is being trained. A training of five epochs takes a few minutes."))
        self._state.setWordWrap(True)
        self._split = QLabel()
        self._split.setWordWrap(True)
        self._split.hide()
        self._bar = QProgressBar()
        self._bar.setRange(0, STEPS)
        self._bar.setAccessibleName(self.tr("Progress of the training"))
        self._bar.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self._state, self._split, self._bar):
            layout.addWidget(widget)

    def begin(self, done: float = 0.0) -> None:
        """Show that a training begins, of which this share, 0 to 1, is done already."""
        self._paused, self._batch = False, None
        self._split.hide()
        self._bar.setEnabled(True)
        self._show_share(done)
        self._bar.show()
        self._state.setText(self.tr("Starting TensorFlow …"))
        self.changed.emit(self.tr("Training …"))

    def end(self, sentence: str, *, done: bool = False) -> None:
        """Show that no training runs any more, and how it ended; the bar would soon be taken for that of another."""
        self._state.setText(sentence)
        self._bar.setValue(STEPS if done else 0)
        self._bar.hide()
        self.changed.emit("")

    def show_started(self, message: Mapping[str, Any]) -> None:
        """Show a `started` event: what is trained, what is held out, and what there is to know about the data."""
        self._state.setText(
            self.tr("Training {parameters:,} parameters on {samples:,} samples of {classes} classes").format(**message)
        )
        by = ", ".join(str(phrase) for phrase in message.get("split", ()))
        held_out = self.tr("Held out: {held_out:,} samples").format(held_out=message.get("held_out", 0))
        lines = [f"{held_out} ({by})" if by else held_out] if "held_out" in message else []
        self._split.setText("\n".join([*lines, *(str(notice) for notice in message.get("notices", ()))]))
        self._split.setVisible(bool(self._split.text()))

    def show_batch(self, message: dict[str, Any]) -> None:
        """Show a `batch` event."""
        self._batch = message
        self._show_share(self._share)
        self._show_batch()

    def set_paused(self, paused: bool) -> None:
        """Show that the training is paused, or goes on."""
        self._paused = paused
        self._bar.setEnabled(not paused)
        self._show_share(self._bar.value() / STEPS)
        self._show_batch()

    def show_stopping(self) -> None:
        """Show that the training was asked to stop."""
        self._state.setText(self.tr("Stopping …"))

    def show_saving(self, message: Mapping[str, Any]) -> None:
        """Show a `stopped` event."""
        self._state.setText(self.tr("Stopped; saving the network after epoch {epoch} …").format(**message))

    @property
    def _share(self) -> float:
        batch = self._batch
        return 0.0 if batch is None else (batch["epoch"] - 1 + batch["batch"] / batch["batches"]) / batch["of"]

    def _show_share(self, share: float) -> None:
        """Show the share that is done, 0 to 1; its percentage is the same on the bar and in the status bar."""
        self._percent = math.floor(share * 100)
        words = self.tr("Paused at {percent} %") if self._paused else self.tr("{percent} %")
        self._bar.setFormat(words.format(percent=self._percent))
        self._bar.setValue(round(share * STEPS))

    def _show_batch(self) -> None:
        batch = self._batch
        if batch is None:
            if self._paused:
                self._state.setText(self.tr("Paused."))
                self.changed.emit(self.tr("Training paused"))
            return
        learned = self.tr("loss {loss:.4f} · accuracy {percent:.2f} %").format(
            loss=batch["loss"], percent=batch["accuracy"] * 100
        )
        epoch = self.tr("Epoch {epoch} of {of}").format(**batch)
        if self._paused:
            # No time left: it depends on when the user goes on.
            self._state.setText(" · ".join([self.tr("Paused in epoch {epoch} of {of}").format(**batch), learned]))
            self.changed.emit(self.tr("Training paused: {percent} %").format(percent=self._percent))
            return
        words = [epoch]
        if batch["eta_is_known"]:
            words[0] += self.tr(" · {left} left").format(left=_duration(batch["eta_s"]))
        if "samples_per_s" in batch:
            words.append(self.tr("{samples_per_s:,.0f} samples/s").format(**batch))
        self._state.setText(" · ".join([*words, learned]))
        self.changed.emit(self.tr("Training: {percent} %").format(percent=self._percent))


def _duration(seconds: float) -> str:
    """A time left in words, as in "45 s" or "3 min 20 s"."""
    whole = max(round(seconds), 0)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"
