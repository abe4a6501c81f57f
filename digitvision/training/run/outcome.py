"""How a training ends, whatever it trains: with a model, stopped, or lost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from digitvision.faults import Fault
from digitvision.files import reason
from digitvision.training.run.checkpoint import remove_checkpoint
from digitvision.training.run.control import Stopped
from digitvision.training.run.epoch_metrics import Diverged, Report

_LOST: Final = "The training failed in epoch {epoch}: the loss is no longer a number"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a training ended; `model` is None when nothing was saved. One that failed may have kept its best epoch."""

    event: Literal["completed", "cancelled", "failed"]
    model: str | None
    test_accuracy: float | None
    message: str


def run_to_outcome(
    name: str,
    *,
    train: Callable[[], None],
    kept_epoch: Callable[[], int],
    save: Callable[[], tuple[float, str]],
    report: Report,
    kept: str = "the network after epoch {epoch} was kept",
    advice: str,
) -> Outcome:
    """Train and save, or keep the last good epoch of a training that was stopped or lost.

    Args:
        name: What the model is called.
        train: Runs all epochs.
        kept_epoch: The epoch that is saved, 0 before one is finished.
        save: Saves it; what was measured, 0 to 1, and the words for it.
        kept: What is said of it where the training did not come to its end.
        advice: What to do where the loss is no number.

    Raises:
        Fault: The training failed and nothing was saved; a model of the same name is unchanged.
    """
    cancelled, diverged = False, 0
    try:
        train()
    except Stopped:
        cancelled = True
    except Diverged as error:
        diverged = error.epoch
    epoch = kept_epoch()
    if not epoch and diverged:
        raise Fault(f"{_LOST.format(epoch=diverged)}, and nothing was saved. {advice}")
    if not epoch:
        return Outcome("cancelled", None, None, "Stopped before the first epoch was finished; nothing was saved.")
    if cancelled:
        report({"event": "stopped", "epoch": epoch})
    try:
        measured, told = save()
    except OSError as error:
        raise Fault(f"The model “{name}” cannot be saved: {reason(error)}.") from error
    rest = f"{kept.format(epoch=epoch)}: {told}."
    if diverged:
        return Outcome("failed", name, measured, f"{_LOST.format(epoch=diverged)}; {rest} {advice}")
    if cancelled:
        return Outcome("cancelled", name, measured, f"Stopped; {rest}")
    remove_checkpoint(name)
    return Outcome("completed", name, measured, f"Saved as “{name}”: {told}.")
