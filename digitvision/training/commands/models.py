"""The command line of the model library: one function for each command of `digitvision models`."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from digitvision.faults import Fault
from digitvision.recognition.alphabets import ALPHABETS
from digitvision.training.networks.input_convention import INKS, RANGES

if TYPE_CHECKING:
    from digitvision.recognition.models.model_library import ModelLibrary

_MODEL_HELP: Final = "name or folder of the model"

Run = Callable[[argparse.Namespace], int]
"""Runs a command with its options and returns the exit code."""

AddCommand = Callable[[str, Run, str], argparse.ArgumentParser]
"""Adds a command with its name, its function and its summary, and returns its parser."""


def add_model_commands(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `digitvision models`.

    Each sets `run`, a function that takes the parsed options and returns the exit code (0, or 1 for a fault), and
    `fail`, which ends the process with a message on wrong usage.
    """
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add_command(name: str, run: Run, summary: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        added.set_defaults(run=run, fail=added.error)
        return added

    _add_reading_commands(add_command)
    _add_exchange_commands(add_command)
    _add_changing_commands(add_command)


def _add_reading_commands(add_command: AddCommand) -> None:
    """Add the commands that print what is known of models."""
    add_command("list", _list, "list all models and the defaults among them")
    show = add_command("show", _show, "show a model's card, layers and figures")
    show.add_argument("model", metavar="M", help=_MODEL_HELP)
    page = add_command("page", _page, "write a model's card as a page in Markdown")
    page.add_argument("models", metavar="M", nargs="*", help="names or folders of models")
    page.add_argument("--all", action="store_true", help="all models that came with the program")
    page.add_argument("--output", metavar="DIR", type=Path, help="write DIR/NAME/README.md instead of printing")


def _add_exchange_commands(add_command: AddCommand) -> None:
    """Add the commands that write models to files and read them from files."""
    export = add_command("export", _export, "write a model to a file for other programs")
    export.add_argument("model", metavar="M", help=_MODEL_HELP)
    export.add_argument("--to", choices=("keras", "tflite", "onnx"), required=True, help="format of the file")
    export.add_argument("path", metavar="PATH", type=Path, help="the file to write, or a folder for it")
    export.add_argument(
        "--precision",
        choices=("float32", "float16", "int8"),
        default="float32",
        help="precision of the weights, with --to tflite (default: float32)",
    )
    export.add_argument(
        "--format", choices=("text", "json"), default="text", help="output format of what was measured (default: text)"
    )
    load = add_command("import", _import, "import a .keras or .h5 file into the library")
    load.add_argument("path", metavar="PATH", type=Path, help="the .keras or .h5 file")
    load.add_argument("--name", help="name of the new model (default: the file's name)")
    load.add_argument(
        "--labels",
        metavar="TEXT",
        help="classes in the order of the outputs: characters in a row, or names with commas between them",
    )
    load.add_argument(
        "--values",
        metavar="RANGE",
        choices=RANGES,
        help=f"range of the values that it was trained with: {', '.join(RANGES)} (default: measured)",
    )
    load.add_argument("--ink", choices=INKS, help="which of ink and paper was bright (default: measured)")
    load.add_argument(
        "--format", choices=("text", "json"), default="text", help="output format of what was found (default: text)"
    )


def _add_changing_commands(add_command: AddCommand) -> None:
    """Add the commands that change the library."""
    rename = add_command("rename", _rename, "give a model of your own another name")
    rename.add_argument("model", metavar="M", help="name of the model")
    _add_name(rename, "new name")
    describe = add_command("describe", _describe, "write a description on the card of a model of your own")
    describe.add_argument("model", metavar="M", help="name of the model")
    describe.add_argument("description", metavar="TEXT", help="the description, a few sentences")
    copy = add_command("copy", _copy, "copy a model; the copy is your own and can be changed")
    copy.add_argument("model", metavar="M", help=_MODEL_HELP)
    _add_name(copy, "name of the copy (default: the model's name and “copy”)")
    default = add_command("default", _default, "choose the model that answers within an alphabet")
    default.add_argument("alphabet", metavar="A", choices=ALPHABETS, help=f"one of {', '.join(ALPHABETS)}")
    default.add_argument(
        "model", metavar="M", nargs="?", help="name of the model (default: the one that came with the program)"
    )
    remove = add_command("remove", _remove, "remove a model of your own")
    remove.add_argument("model", metavar="M", help="name of the model")


def _add_name(parser: argparse.ArgumentParser, help_text: str) -> None:
    """Add a name that is given as the last word or by `--name`, as other commands take it."""
    parser.add_argument("new_name", metavar="NAME", nargs="?", help=help_text)
    parser.add_argument("--name", help="the same, as an option")


def _name_in(options: argparse.Namespace) -> str | None:
    """Return the name that was given either way; None without one."""
    if options.new_name is not None and options.name is not None:
        options.fail("NAME and --name are the same: give one of them")
    name: str | None = options.name if options.new_name is None else options.new_name
    return name


def _list(_options: argparse.Namespace) -> int:
    from digitvision.recognition.models.model_store import ModelStore
    from digitvision.recognition.models.model_text import list_text

    store = ModelStore()
    models, problems = store.models(reading=None)
    print(list_text(models, store.answering()))
    for model in models:
        try:
            model.check_files()
        except Fault as fault:
            problems.append(str(fault))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _show(options: argparse.Namespace) -> int:
    from digitvision.recognition.models.model_store import ModelStore
    from digitvision.recognition.models.model_text import card_text

    store = ModelStore()
    print(card_text(store.find(options.model), store.answering()))
    return 0


def _page(options: argparse.Namespace) -> int:
    if options.all == bool(options.models):
        options.fail("either names of models or --all is needed")
    from digitvision.files import write_atomically
    from digitvision.recognition.models.model_page import PAGE_FILE, page_of
    from digitvision.recognition.models.model_store import ModelStore

    store = ModelStore()
    if options.all:
        models, _ = store.models(reading=None)
        cards = [model.card for model in models if model.bundled]
    else:
        cards = [store.find(name).card for name in options.models]
    for card in cards:
        if options.output is None:
            print(page_of(card))
            continue
        path = options.output / card.name / PAGE_FILE
        write_atomically(path, page_of(card).encode())
        print(path)
    return 0


def _export(options: argparse.Namespace) -> int:
    if options.precision != "float32" and options.to != "tflite":
        options.fail(f"--precision {options.precision} goes with --to tflite only")
    from digitvision.progress import ProgressBar
    from digitvision.recognition.models.model_store import ModelStore
    from digitvision.training.models.export import export_model

    bar = ProgressBar("Exporting")
    try:
        model = ModelStore().find(options.model)
        exported = export_model(model, options.to, options.path, precision=options.precision, progress=bar)
    finally:
        bar.close()
    print(exported.to_json() if options.format == "json" else exported.to_text())
    return 0


def _import(options: argparse.Namespace) -> int:
    from digitvision.recognition.models.model_store import ModelStore
    from digitvision.recognition.models.model_text import list_text
    from digitvision.training.models.library import INPUT_SETTING, import_model

    store = ModelStore()
    model = import_model(
        store, options.path, name=options.name, labels=options.labels, values=options.values, ink=options.ink
    )
    # A model that comes back with its own card is as it was, and nothing was to be found.
    is_found = INPUT_SETTING in model.card.settings
    found = model.card.description.removeprefix(f"Imported from {options.path.name}. ") if is_found else ""
    if options.format == "json":
        print(json.dumps({"name": model.name, "found": found}, ensure_ascii=False))
    else:
        print("\n\n".join(part for part in (list_text([model], store.answering()), found) if part))
    return 0


def _remove(options: argparse.Namespace) -> int:
    from digitvision.recognition.models.model_store import ModelStore

    ModelStore().remove(options.model)
    return 0


def _rename(options: argparse.Namespace) -> int:
    name = _name_in(options)
    if name is None:
        options.fail("the following arguments are required: NAME")
    else:
        _library().rename(options.model, name)
    return 0


def _describe(options: argparse.Namespace) -> int:
    _library().describe(options.model, options.description)
    return 0


def _copy(options: argparse.Namespace) -> int:
    print(_library().duplicate(options.model, _name_in(options)).name)
    return 0


def _default(options: argparse.Namespace) -> int:
    _library().set_default(options.alphabet, options.model)
    return 0


def _library() -> "ModelLibrary":
    from digitvision.recognition.models.model_library import ModelLibrary
    from digitvision.recognition.models.model_store import ModelStore

    return ModelLibrary(ModelStore())
