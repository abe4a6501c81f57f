"""The `train` command: what is to be trained, and how the training process reports its events."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, TextIO

from digitvision.faults import Fault
from digitvision.files import holding
from digitvision.progress import ProgressBar, bar, duration
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.training.data.loading import DRAWINGS, MNIST
from digitvision.training.data.splitting import VALIDATION_SHARE
from digitvision.training.expression.recipe import ExpressionRecipe
from digitvision.training.expression.trainer import ExpressionTrainer
from digitvision.training.networks.architectures import (
    DEFAULT_ARCHITECTURE,
    DEFAULT_LEARNING_RATE,
    is_user_file,
    normalize_architecture,
)
from digitvision.training.networks.stdout_guard import stdout_to_stderr
from digitvision.training.recipes.recipe import Recipe, load_recipe
from digitvision.training.recipes.trainer import RecipeTrainer
from digitvision.training.run.checkpoint import CONSTANT_RATE, Settings, has_checkpoint, load_checkpoint, lock_file
from digitvision.training.run.exhaustion import what_ran_out
from digitvision.training.run.outcome import Outcome
from digitvision.training.run.plain_trainer import PlainTrainer
from digitvision.training.run.run import Run, Trainer
from digitvision.training.run.run_log import RunLog
from digitvision.training.run.stopping import EXIT_OK, StopRequest, heeding_signals, listen, unless_stopped
from digitvision.training.text.recipe import LineRecipe, parse_recipe_by_architecture
from digitvision.training.text.trainer import LineTrainer

_DEFAULTS: Final[Mapping[str, Any]] = {
    "architecture": DEFAULT_ARCHITECTURE,
    "data": (MNIST,),
    "epochs": 5,
    "batch_size": 128,
    "learning_rate": DEFAULT_LEARNING_RATE,
    "augment": False,
    "seed": 1,
    "schedule": CONSTANT_RATE,
    "patience": 0,
    "base": "",
    "freeze": 0,
    "new_head": False,
    "two_stages": False,
    "validation": VALIDATION_SHARE,
}

_OPTIONS_OF_A_BASE: Final = ("freeze", "new_head", "two_stages")
"""Options that need a model to begin with."""

_HIDING: Final = (
    "“{name}” is the name of a model that came with the program, which the new one would hide: choose another --name, "
    "or add --replace"
)

_SHORTAGES: Final = {
    "memory": "there is not enough memory; train on less data or with smaller batches",
    "disk": "the disk is full; what was kept before is unchanged",
}

ProgressForm = Literal["bar", "jsonl"]


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """What the command line asks for.

    Attributes:
        settings: What to train and how.
        resume: Go on after the last finished epoch of the training of this name.
        recipe: The recipe that the settings name, as it was read for them; None where there is none, or where it is
            still to be read, as may be when a training is resumed.
    """

    settings: Settings
    resume: bool = False
    recipe: Recipe | ExpressionRecipe | LineRecipe | None = None


def run_training(request: TrainingRequest, *, progress: ProgressForm, stop_at_eof: bool) -> int:
    """Train as the command line asks.

    Args:
        request: What to train and how.
        progress: A bar for people, or JSON lines for programs.
        stop_at_eof: The end of standard input stops the training too.

    Returns:
        The process's exit code.

    Raises:
        Fault: The training failed; with JSON lines, the last of them describes it too.
    """
    with ExitStack() as stack:
        stream = sys.stdout
        if is_user_file(request.settings.architecture) and not request.settings.base:
            # Not only while it builds the network: what the file left behind may print at any time.
            stream = stack.enter_context(stdout_to_stderr())
        return _run(request, StopRequest(), stream, progress=progress, stop_at_eof=stop_at_eof)


def refusal(request: TrainingRequest, store: ModelStore, *, is_name_chosen: bool) -> str:
    """Return why a training needs another name or a clear yes, in a sentence; empty where it may begin.

    Args:
        request: What to train and how.
        store: The library of models.
        is_name_chosen: Whether the name was given, and is not that of the recipe, which asks for just this model.
    """
    settings = request.settings
    if request.resume or settings.replace or not is_name_chosen:
        return ""
    # A name that no model can have is reported when the training begins.
    with suppress(ModelFault):
        if store.has(settings.name, bundled=True):
            return _HIDING.format(name=settings.name)
    return ""


def notices_of_name(settings: Settings, store: ModelStore) -> tuple[str, ...]:
    """Return a sentence for whatever else has the name of the model that is to be trained."""
    name = settings.name
    sentences = []
    if store.has(name, bundled=True):
        sentences.append(f"The new model will hide the model “{name}” that came with the program, until it is removed.")
    if store.has(name, bundled=False):
        sentences.append(
            f"The model “{name}” that there is will be replaced."
            if settings.replace
            else f"The model “{name}” that there is will be kept as “{store.earlier_name(name)}”."
        )
    if has_checkpoint(name):
        sentences.append(
            f"The unfinished training “{name}” that there is will be lost."
            if settings.replace
            else f"The unfinished training “{name}” that there is will be kept under another name."
        )
    return tuple(sentences)


def trainer_for(request: TrainingRequest, store: ModelStore) -> Trainer:
    """Return the trainer of what is asked for.

    Raises:
        Fault: The settings or the recipe cannot be followed.
    """
    settings = request.settings
    if not settings.recipe:
        return PlainTrainer(settings, store)
    recipe = request.recipe or load_recipe(settings.recipe, parse_recipe_by_architecture)
    if isinstance(recipe, ExpressionRecipe):
        return ExpressionTrainer(settings, recipe, store)
    if isinstance(recipe, LineRecipe):
        return LineTrainer(settings, recipe, store)
    return RecipeTrainer(settings, recipe, store)


def _run(
    request: TrainingRequest, stop: StopRequest, stream: TextIO, *, progress: ProgressForm, stop_at_eof: bool
) -> int:
    """Train as `run_training` does, with results going to `stream`."""
    log = RunLog(request.settings)
    form = _JsonLines(stop, stream) if progress == "jsonl" else _Terminal(stream)

    store = ModelStore()
    settings = request.settings

    def report(event: dict[str, Any]) -> None:
        if event["event"] == "started" and not request.resume:
            notices = [*event.get("notices", ()), *notices_of_name(settings, store)]
            event = {**event, "notices": notices} if notices else event
        log.report(event)
        form.report(event)

    def end(outcome: Outcome) -> None:
        report(outcome.to_event())

    try:
        with heeding_signals(stop), holding(lock_file(settings.name)) as is_alone:
            if not is_alone:
                raise Fault(f"Another training “{settings.name}” is under way; wait for it, or choose another name.")
            listen(stop, stop_at_eof=stop_at_eof)
            run = Run(trainer_for(request, store), report=report, control=stop)
            _prepare(run, stop, end, resume=request.resume)
            outcome = run.train()
    except Fault as fault:
        end(Outcome("failed", None, None, str(fault)))
        raise
    except Exception as error:
        short_of = what_ran_out(error)
        if short_of is not None:
            sentence = f"The training failed: {_SHORTAGES[short_of]}."
            end(Outcome("failed", None, None, sentence))
            raise Fault(sentence) from error
        end(Outcome("failed", None, None, f"The training failed unexpectedly: {error}"))
        raise
    end(outcome)
    if outcome.event == "failed":
        raise Fault(outcome.message)
    if outcome.event == "cancelled":
        if stop_at_eof:
            # All is saved and reported, the window waits, and closing TensorFlow in order would take a second or two.
            stream.flush()
            sys.stderr.flush()
            os._exit(stop.exit_code)
        return stop.exit_code
    return EXIT_OK


def training_request(options: Mapping[str, Any], *, resume: bool) -> TrainingRequest:
    """Return what the options of the command line ask for.

    Args:
        options: By the names that `Settings` has; None where the user gave none.
        resume: Take the settings of the unfinished training of this name (the recipe's, when there is none); of these,
            only `epochs` and `data_root` may be given anew.

    Raises:
        Fault: There is nothing to resume, or something else than before was asked for.
    """
    if options["recipe"] and not resume:
        return _recipe_request(options)
    given = {name: options[name] for name in _DEFAULTS if options[name] is not None}
    if "data" in given:
        given["data"] = tuple(dict.fromkeys(_portable_data(name) for name in given["data"]))
    if "architecture" in given:
        given["architecture"] = normalize_architecture(given["architecture"])
    if resume:
        return _resumed_request(options, given)
    for name in _OPTIONS_OF_A_BASE:
        if given.get(name) and not given.get("base"):
            raise Fault(f"--{name.replace('_', '-')} needs --from, the model to begin with.")
    return TrainingRequest(Settings(name=options["name"], replace=bool(options["replace"]), **{**_DEFAULTS, **given}))


def _resumed_request(options: Mapping[str, Any], given: Mapping[str, Any]) -> TrainingRequest:
    """Return the unfinished training, which the options that the user gave may not change but for `epochs`."""
    recipe, name = None, options["name"]
    if not name:
        recipe = load_recipe(options["recipe"], parse_recipe_by_architecture)
        name = recipe.name
    before = load_checkpoint(name).settings
    asked = {"recipe": _portable_recipe(options["recipe"]), **given} if options["recipe"] else given
    for option, value in asked.items():
        if option != "epochs" and value != getattr(before, option):
            raise Fault(
                f"The training “{before.name}” began with another --{option.replace('_', '-')}; leave that out to "
                "resume it."
            )
    # The data may have moved meanwhile: its fingerprint is compared, and not its path.
    data_root = str(Path(options["data_root"]).absolute()) if options["data_root"] else before.data_root
    settings = replace(before, epochs=given.get("epochs", before.epochs), data_root=data_root)
    return TrainingRequest(settings, resume=True, recipe=recipe)


def _recipe_request(options: Mapping[str, Any]) -> TrainingRequest:
    """Return a new training by a recipe; of what a recipe decides, only `epochs` and `seed` may be given."""
    # First of all, so that nobody is asked for the data of a recipe that there is not.
    recipe = load_recipe(options["recipe"], parse_recipe_by_architecture)
    for name in _DEFAULTS:
        if name not in ("epochs", "seed") and options[name] is not None:
            raise Fault(f"The recipe decides --{name.replace('_', '-')}; change a copy of its file instead.")
    if options["data_root"] is None:
        raise Fault("A recipe needs --data-root, the folder in which its data lies.")
    settings = Settings(
        name=options["name"] or recipe.name,
        architecture=recipe.architecture,
        data=tuple(source.data for source in recipe.sources),
        epochs=options["epochs"] or recipe.epochs,
        batch_size=recipe.batch_size,
        learning_rate=recipe.learning_rate,
        augment=True,
        seed=recipe.seed if options["seed"] is None else options["seed"],
        recipe=_portable_recipe(options["recipe"]),
        data_root=str(Path(options["data_root"]).absolute()),
        replace=bool(options["replace"]),
    )
    return TrainingRequest(settings, recipe=recipe)


def _portable_recipe(recipe: str) -> str:
    """Return a recipe that was named on the command line in a form that means the same in any folder."""
    return str(Path(recipe).absolute()) if Path(recipe).suffix == ".json" else recipe


def _portable_data(data: str) -> str:
    """Return data that was named on the command line in a form that means the same in any folder."""
    return data if data in (MNIST, DRAWINGS) else str(Path(data).absolute())


def _prepare(run: Run, stop: StopRequest, end: Callable[[Outcome], None], *, resume: bool) -> None:
    bar_of_data = ProgressBar("Reading data")

    def end_early() -> None:
        bar_of_data.close()
        end(Outcome("cancelled", None, None, "Stopped before the training began; nothing was saved."))

    unless_stopped(lambda: run.prepare(resume=resume, progress=bar_of_data), stop, end_early)
    bar_of_data.close()


class _JsonLines:
    """Reports for programs: one JSON object for each event, a line each, on standard output."""

    def __init__(self, stop: StopRequest, stream: TextIO) -> None:
        self._stop = stop
        self._stream = stream
        with suppress(OSError, ValueError):
            # A test's replacement of standard output has no descriptor.
            stop.outputs.add(stream.fileno())

    def report(self, event: dict[str, Any]) -> None:
        try:
            self._stream.write(json.dumps(event, ensure_ascii=False) + "\n")
            self._stream.flush()
        except BrokenPipeError:
            # The process that started this training has ended.
            self._stop.set()
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())


class _Terminal:
    """Reports for people: a bar and a line for each epoch on standard error, the outcome on standard output."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar = ProgressBar("Training")

    def report(self, event: dict[str, Any]) -> None:
        if event["event"] == "started":
            self._line(
                f"Training on {event['samples']:,} samples of {event['classes']} classes; "
                f"the network has {event['parameters']:,} parameters."
            )
            by = f" ({', '.join(event['split'])})" if event["split"] else ""
            self._line(f"Held out: {event['held_out']:,} samples{by}.")
            for notice in event.get("notices", ()):
                self._line(notice)
        elif event["event"] == "batch":
            share = event["batch"] / event["batches"]
            left = f"  {duration(event['eta_s'])} left" if event["eta_is_known"] else ""
            self._bar.show(
                f"Epoch {event['epoch']} of {event['of']} {bar(share)} {share * 100:3.0f} %  "
                f"loss {event['loss']:.3f}  accuracy {event['accuracy'] * 100:.2f} %  "
                f"{event['samples_per_s']:,.0f} samples/s{left}"
            )
        elif event["event"] == "epoch":
            self._line(
                f"Epoch {event['epoch']}: loss {event['loss']:.4f}, accuracy {event['accuracy'] * 100:.2f} %; "
                f"held out: loss {event['validation_loss']:.4f}, accuracy {event['validation_accuracy'] * 100:.2f} %; "
                f"{event['seconds']:.0f} s"
            )
        elif event["event"] in ("completed", "cancelled", "failed"):
            self._bar.close()
            # A failure is raised as a fault, whose sentence the command line prints.
            if event["event"] != "failed":
                self._stream.write(f"{event['message']}\n")
                self._stream.flush()

    def _line(self, text: str) -> None:
        self._bar.close()
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
