"""Trainings in the process of the tests, as the command line begins them."""

from collections.abc import Mapping
from typing import Any

from digitvision.recognition.models.model_store import ModelStore
from digitvision.training.commands.train import TrainingRequest, trainer_for, training_request
from digitvision.training.run.checkpoint import Settings
from digitvision.training.run.control import Control
from digitvision.training.run.epoch_metrics import Report
from digitvision.training.run.run import Run


def settings_of(options: Mapping[str, Any], *, resume: bool) -> Settings:
    """The settings that options of the command line come to."""
    return training_request(options, resume=resume).settings


def make_run(
    settings: Settings, *, report: Report = lambda _event: None, control: Control | None = None
) -> tuple[Run, Any]:
    """A run that is not prepared yet, and its trainer, whose parts the tests look at."""
    trainer = trainer_for(TrainingRequest(settings), ModelStore())
    return Run(trainer, report=report, control=control or Control()), trainer
