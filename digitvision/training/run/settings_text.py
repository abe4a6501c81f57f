"""A training's settings as others see them: in its model's card, and as the command that repeats it."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from digitvision.training.data.splitting import VALIDATION_SHARE, Split
from digitvision.training.networks.architectures import is_user_file
from digitvision.training.networks.transfer import ALL
from digitvision.training.run.checkpoint import CONSTANT_RATE, Epoch, Settings


def told_settings(
    settings: Settings, splits: Sequence[Split], history: Sequence[Epoch], kept_epoch: int
) -> dict[str, Any]:
    """What a card tells of them and of how it went; `validation` is a phrase for each data."""
    told = asdict(settings)
    del told["name"], told["architecture"]
    # A path says where the data lay on this machine, which is nobody else's business.
    told["data"] = [Path(name).name for name in settings.data]
    told["kept_epoch"] = kept_epoch
    told["validation_share"] = told["validation"]
    told["validation"] = [part.by for part in splits]
    told["seconds"] = round(sum(epoch.seconds for epoch in history), 1)
    told["history"] = [asdict(epoch) for epoch in history]
    return told


def command_of(settings: Settings) -> str:
    """The command line of such a training, the data by their names alone."""
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
    """A word of a command line, in quotes where it needs them."""
    return f'"{word}"' if " " in word else word
