"""Settings of a training for people: in the card of its model, and as the command that repeats it."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from digitvision.training.data.splitting import VALIDATION_SHARE, Split
from digitvision.training.networks.architectures import is_user_file
from digitvision.training.networks.transfer import ALL
from digitvision.training.run.checkpoint import CONSTANT_RATE, Epoch, Settings


def settings_for_card(
    settings: Settings, splits: Sequence[Split], history: Sequence[Epoch], kept_epoch: int
) -> dict[str, Any]:
    """Return the settings of a training and its history as they stand in the card of its model.

    Args:
        settings: What was trained, and how.
        splits: What was held out of each source of data; the card describes it under `validation`.
        history: All finished epochs.
        kept_epoch: The epoch whose network was saved.
    """
    entries = asdict(settings)
    del entries["name"], entries["architecture"], entries["replace"]
    # Names alone: paths would reveal where the data lies on this machine.
    entries["data"] = [Path(name).name for name in settings.data]
    entries["kept_epoch"] = kept_epoch
    entries["validation_share"] = entries["validation"]
    entries["validation"] = [part.by for part in splits]
    # How many epochs were wanted, and not how many there were.
    return entries | course_entries(history) | {"epochs": settings.epochs}


def course_entries(history: Sequence[Epoch]) -> dict[str, Any]:
    """Return how a training went, as it stands among the settings in the card of its model.

    Args:
        history: All finished epochs.
    """
    return {
        "epochs": len(history),
        "seconds": round(sum(epoch.seconds for epoch in history), 1),
        "history": [asdict(epoch) for epoch in history],
    }


def command_of(settings: Settings) -> str:
    """Return the command line of a training by these settings, with the names of the data in place of its paths."""
    words = ["digitvision train"]
    network = Path(settings.architecture).name if is_user_file(settings.architecture) else settings.architecture
    words += [f"--from {quoted(settings.base)}"] if settings.base else [f"--architecture {quoted(network)}"]
    words += [f"--freeze {settings.freeze}" if settings.freeze != ALL else "--freeze"] if settings.freeze else []
    words += ["--new-head"] if settings.new_head else []
    words += ["--two-stages"] if settings.two_stages else []
    words += [f"--data {quoted(Path(name).name)}" for name in settings.data]
    words += [f"--validation {settings.validation:g}"] if settings.validation != VALIDATION_SHARE else []
    words += [f"--epochs {settings.epochs}", f"--batch-size {settings.batch_size}"]
    words += [f"--learning-rate {settings.learning_rate:g}", *(["--augment"] if settings.augment else [])]
    words += [f"--schedule {settings.schedule}"] if settings.schedule != CONSTANT_RATE else []
    words += [f"--patience {settings.patience}"] if settings.patience else []
    words += [f"--seed {settings.seed}", f"--name {quoted(settings.name)}"]
    return " ".join(words)


def quoted(word: str) -> str:
    """Return a word of a command line, in quotes where it has spaces."""
    return f'"{word}"' if " " in word else word
