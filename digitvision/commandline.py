"""The parser of the command line: every command with its options, and the checks of their values."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from digitvision import __version__, commands
from digitvision.recognition.alphabets import ALPHABETS
from digitvision.recognition.text.languages import DEFAULT_LANGUAGE, LANGUAGES, PLAIN
from digitvision.training.commands.models import AddCommand, Run, add_model_commands
from digitvision.training.commands.train_options import (
    ARCHITECTURE_HELP,
    DATA_HELP,
    LARGEST_SEED,
    MOST_EPOCHS,
    SEED_HELP,
    add_training_options,
    share,
    whole_number,
)

WINDOW: Final = "gui"
"""Name of the command that opens the window."""

READINGS: Final = ("character", "line", "equation", "page", "sheet")
MEASURED: Final = ("character", "line", "equation", "page")
"""Readings that `evaluate` measures."""

_MOST_CANDIDATES: Final = 1000
_MOST_JOBS: Final = 256
_MOST_SAMPLES: Final = 1000
_MOST_PAGES: Final = 1_000_000
_MOST_OF_A_CLASS: Final = 10_000
_MOST_REPEATS: Final = 20
_MOST_CLASSES: Final = 10_000


def make_parser() -> tuple[argparse.ArgumentParser, Iterable[str]]:
    """Make the parser of the command line.

    Returns:
        The parser, and the names of all commands. The parsed options have `run`, the command's function, and `fail`,
        which ends the process with a message on wrong usage.
    """
    parser = argparse.ArgumentParser(
        prog="digitvision",
        description="Reads handwriting as it is written. Without a command, the window opens; FILE is opened in it.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"digitvision {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add_command(name: str, run: Run, summary: str) -> argparse.ArgumentParser:
        added = subparsers.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        added.set_defaults(run=run, fail=added.error)
        return added

    for add in (
        _add_gui,
        _add_recognize,
        _add_train,
        _add_architecture,
        _add_data,
        _add_transfer_curve,
        _add_learn_rows,
        _add_learn_percent,
        _add_evaluate,
        _add_models,
        _add_bench,
        _add_demo,
    ):
        add(add_command)
    add_command("selftest", commands.selftest, "check that the program works on this machine")
    # The child process that calculates values is started by the program itself: without a help text it is not listed.
    subparsers.add_parser("values").set_defaults(run=commands.values)
    # So are those that read files side by side.
    subparsers.add_parser("job").set_defaults(run=commands.job)
    return parser, subparsers.choices


def _add_gui(add_command: AddCommand) -> None:
    parser = add_command(WINDOW, commands.gui, "open the window")
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="a drawing or picture to open")
    _add_reading_options(parser)
    # Of a window that another one opens for a drawing that comes back after a crash.
    parser.add_argument("--bring-back", metavar="NAME", default="", help=argparse.SUPPRESS)
    parser.add_argument("--behind", metavar="NUMBER", type=whole_number(0, 99), default=0, help=argparse.SUPPRESS)
    parser.add_argument("--report-startup", action="store_true", help=argparse.SUPPRESS)


def _add_recognize(add_command: AddCommand) -> None:
    parser = add_command("recognize", commands.recognize, "read drawings (InkML) and pictures")
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="a file to read, each page of a TIFF file for itself, or @list.txt, a text file with one file name a line",
    )
    _add_reading_options(parser)
    parser.add_argument(
        "--top",
        type=whole_number(1, _MOST_CANDIDATES),
        default=5,
        metavar="K",
        help="number of candidates to report for each file (default: 5)",
    )
    parser.add_argument(
        "--format",
        choices=("text", "jsonl", "csv", "latex", "markdown"),
        default="text",
        help="output format; latex is what amsmath aligns, row by row (default: text)",
    )
    parser.add_argument("--output", type=Path, metavar="PATH", help="write to this file instead of standard output")
    parser.add_argument(
        "--jobs",
        type=whole_number(1, _MOST_JOBS),
        default=1,
        metavar="N",
        help="number of processes that read at the same time (default: 1)",
    )
    _add_words_option(parser)


def _add_train(add_command: AddCommand) -> None:
    parser = add_command("train", commands.train, "train a network and save it as a model")
    add_training_options(parser)
    _add_progress_options(parser)


def _add_architecture(add_command: AddCommand) -> None:
    parser = add_command(
        "architecture", commands.architecture, "list a network's layers and their cost before training it"
    )
    parser.add_argument("architecture", metavar="A", help=ARCHITECTURE_HELP)
    parser.add_argument(
        "--classes",
        type=whole_number(2, _MOST_CLASSES),
        default=10,
        metavar="N",
        help="classes to answer (default: 10)",
    )
    _add_format_option(parser)


def _add_data(add_command: AddCommand) -> None:
    parser = add_command("data", commands.data, "count the samples of data by class before training on it")
    parser.add_argument("data", nargs="+", metavar="NAME|PATH", help=DATA_HELP)
    parser.add_argument(
        "--samples",
        type=whole_number(0, _MOST_SAMPLES),
        default=0,
        metavar="N",
        help="with --format json: add the rasters of N samples drawn at random (default: 0)",
    )
    parser.add_argument(
        "--validation",
        type=share,
        default=0.1,
        metavar="SHARE",
        help="share of the samples that is held out for validation (default: 0.1)",
    )
    parser.add_argument(
        "--augment",
        action="store_true",
        help="with --samples: add variants of each sample as train --augment makes them",
    )
    parser.add_argument("--seed", type=whole_number(0, LARGEST_SEED), default=1, metavar="N", help=SEED_HELP)
    _add_format_option(parser)


def _add_transfer_curve(add_command: AddCommand) -> None:
    parser = add_command(
        "transfer-curve",
        commands.transfer_curve,
        "measure how many fewer samples a training needs that begins with a model's weights",
    )
    parser.add_argument("--from", dest="base", required=True, metavar="MODEL", help="the model to begin with")
    parser.add_argument("--data", required=True, action="extend", nargs="+", metavar="NAME|PATH", help=DATA_HELP)
    parser.add_argument(
        "--samples", type=_numbers, metavar="N,N…", help="numbers of samples of each class (default: 1,3,10,30,100)"
    )
    parser.add_argument(
        "--repeats",
        type=whole_number(1, _MOST_REPEATS),
        metavar="N",
        help="trainings for each number, each with other samples (default: 2)",
    )
    parser.add_argument(
        "--epochs", type=whole_number(1, MOST_EPOCHS), metavar="N", help="passes over the samples (default: 8)"
    )
    parser.add_argument("--seed", type=whole_number(0, LARGEST_SEED), metavar="N", help=SEED_HELP)
    parser.add_argument(
        "--format",
        choices=("text", "json", "jsonl"),
        default="text",
        help="output format; jsonl reports each training as it ends (default: text)",
    )
    parser.add_argument("--output", type=Path, metavar="PICTURE", help="draw the curves into this .svg or .png file")
    parser.add_argument("--stop-at-eof", action="store_true", help=argparse.SUPPRESS)


def _add_learn_rows(add_command: AddCommand) -> None:
    parser = add_command("learn-rows", commands.learn_rows, "learn which strokes of a page stand in one row")
    parser.add_argument(
        "--data", type=Path, required=True, metavar="PATH", help="a file of expressions, of which pages are composed"
    )
    parser.add_argument("--words", type=Path, metavar="PATH", help="a file of lines of words, for pages of words")
    parser.add_argument(
        "--pages", type=whole_number(1, _MOST_PAGES), default=20_000, metavar="N", help="number of pages"
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="PATH", help="write the network to this file (rows.npz)"
    )


def _add_learn_percent(add_command: AddCommand) -> None:
    parser = add_command("learn-percent", commands.learn_percent, "learn which strokes are a percent sign")
    parser.add_argument(
        "--data", type=Path, required=True, metavar="FOLDER", help="the folder of the recipe's data, as for train"
    )
    parser.add_argument(
        "--recipe", default="glyphs", metavar="R", help="the recipe of the network for glyphs (default: glyphs)"
    )
    parser.add_argument(
        "--signs", type=Path, nargs="+", default=(), metavar="PATH", help="further files with percent signs"
    )
    parser.add_argument(
        "--lines",
        type=Path,
        metavar="PATH",
        help="write lines with percent signs by writers that are held out to this .jsonl.xz file, to evaluate with",
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="PATH", help="write the networks to this file (percent.npz)"
    )


def _add_evaluate(add_command: AddCommand) -> None:
    parser = add_command("evaluate", commands.evaluate, "measure how well a model reads labelled samples")
    _add_model_option(parser)
    parser.add_argument(
        "--reading",
        choices=MEASURED,
        default=MEASURED[0],
        metavar="R",
        help=f"what the samples are, one of {', '.join(MEASURED)} (default: character)",
    )
    _add_words_option(parser)
    parser.add_argument(
        "--data",
        required=True,
        action="extend",
        nargs="+",
        metavar="NAME|PATH",
        help=f"{DATA_HELP}; mnist stands for its test part",
    )
    _add_alphabet_option(parser)
    _add_format_option(parser)
    parser.add_argument(
        "--alone", action="store_true", help="read each symbol of an expression without its spatial context"
    )
    parser.add_argument(
        "--robustness",
        action="store_true",
        help="measure also how the accuracy falls when glyphs are slanted, turned, thinner or noisy (takes minutes)",
    )
    parser.add_argument(
        "--pictures", action="store_true", help="draw a picture of each sample's strokes and read the picture instead"
    )
    parser.add_argument(
        "--details", type=Path, metavar="PATH", help="write the figures and the misread samples to this JSON file"
    )
    _add_progress_options(parser)


def _add_models(add_command: AddCommand) -> None:
    add_model_commands(add_command("models", commands.models_help, "list, export, import and manage models"))


def _add_bench(add_command: AddCommand) -> None:
    parser = add_command("bench", commands.bench, "measure the program's speed on this machine")
    _add_format_option(parser)
    parser.add_argument("--quick", action="store_true", help="leave out the minute of writing at 250 points a second")
    parser.add_argument(
        "--training",
        action="store_true",
        help="measure instead how long a plain Keras training and a one-cycle training need for MNIST (takes minutes)",
    )
    parser.add_argument(
        "--workbench",
        action="store_true",
        help="measure instead the window's response during a training and an import (takes minutes)",
    )
    parser.add_argument(
        "--hour",
        action="store_true",
        help="measure instead what an hour of writing, undoing, selecting and zooming leaves behind (takes minutes)",
    )


def _add_demo(add_command: AddCommand) -> None:
    parser = add_command("demo", commands.demo, "let the window write and read the shipped samples by itself")
    parser.add_argument("--output", type=Path, metavar="PICTURE", help="save a picture of the window to this file")
    parser.add_argument(
        "--pictures",
        type=Path,
        metavar="DIR",
        help="save the pictures of README and guide to this folder (minutes)",
    )


def _add_reading_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reading",
        choices=READINGS,
        metavar="R",
        help=f"what the ink is read as, one of {', '.join(commands.BUILT_READINGS)} (default: character)",
    )
    _add_alphabet_option(parser)
    _add_model_option(parser)


def _add_model_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", metavar="M", help="name or folder of the model (default: the default model of the alphabet)"
    )


def _add_words_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--words",
        action="store_true",
        help="with --reading line: prefer English words where a line is read glyph by glyph, in pictures",
    )
    parser.add_argument(
        "--language",
        choices=(*LANGUAGES, PLAIN),
        default=DEFAULT_LANGUAGE,
        help="with --reading line: whose words are expected; none for names and codes (default: en)",
    )


def _add_alphabet_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--alphabet",
        choices=ALPHABETS,
        metavar="A",
        help=f"characters that may be answered, one of {', '.join(ALPHABETS)} (default: the model's own alphabet)",
    )


def _add_format_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output format (default: text)")


def _add_progress_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--progress",
        choices=("bar", "jsonl"),
        default="bar",
        help="show progress as a bar, or as JSON lines for other programs (default: bar)",
    )
    parser.add_argument("--stop-at-eof", action="store_true", help=argparse.SUPPRESS)


def _numbers(text: str) -> tuple[int, ...]:
    """Parse whole numbers with commas between them."""
    return tuple(whole_number(1, _MOST_OF_A_CLASS)(word.strip()) for word in text.split(","))
