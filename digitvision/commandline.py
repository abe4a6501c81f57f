"""The words of the command line: every command with its options, and the forms that their values take."""

import argparse
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from digitvision import __version__, commands
from digitvision.recognition.alphabets import ALPHABETS
from digitvision.training.commands.models import add_model_commands

WINDOW: Final = "gui"
"""The command that opens the window."""
READINGS: Final = ("character", "line", "equation", "sheet")
MEASURED: Final = ("character", "line", "equation")
"""Readings that `evaluate` measures."""

_MOST_EPOCHS: Final = 1000
_LARGEST_BATCH: Final = 65536
_MOST_CANDIDATES: Final = 1000
_MOST_SAMPLES: Final = 1000
_MOST_LAYERS: Final = 10_000
_MOST_OF_A_CLASS: Final = 10_000
_MOST_REPEATS: Final = 20
_SHARES: Final = (0.01, 0.9)
_MOST_CLASSES: Final = 10_000
_ARCHITECTURE_HELP: Final = (
    "cnn, small, residual or mobile; a .py file with build(input_shape, classes); or a list of layers as in "
    "“conv 32 3, pool 2, dense 128”: conv FILTERS SIZE [stride N], pool SIZE, norm, dense UNITS, dropout SHARE, "
    "flatten, mean"
)


def make_parser() -> tuple[argparse.ArgumentParser, Iterable[str]]:
    """Make the parser, and the names of its commands.

    What it parses holds `run`, the command's function, and `fail`, which ends the command over wrong usage.
    """
    parser = argparse.ArgumentParser(
        prog="digitvision",
        description="Reads handwriting as it is written. Without a command, the window opens; FILE is opened in it.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"digitvision {__version__}")
    words = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        added = words.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        added.set_defaults(run=run, fail=added.error)
        return added

    window = command(WINDOW, commands.gui, "open the window")
    window.add_argument("file", metavar="FILE", nargs="?", type=Path, help="a drawing or picture to open")
    _add_reading_options(window)
    window.add_argument("--report-startup", action="store_true", help=argparse.SUPPRESS)

    recognize = command("recognize", commands.recognize, "read drawings (InkML) and pictures")
    recognize.add_argument("files", metavar="FILE", nargs="+", help="a file, or @list.txt that names files, one a line")
    _add_reading_options(recognize)
    recognize.add_argument("--top", type=_whole(1, _MOST_CANDIDATES), default=5, metavar="K", help="candidates (5)")
    recognize.add_argument("--format", choices=("text", "jsonl", "csv"), default="text", help="of the answers (text)")
    recognize.add_argument("--output", type=Path, metavar="PATH", help="a file for the answers, not standard output")
    _add_words_option(recognize)

    train = command("train", commands.train, "train a network and save it as a model")
    train.add_argument("--name", help="of the model (the recipe's)")
    train.add_argument("--recipe", metavar="NAME|PATH", help="train as a shipped model was trained, or as a file says")
    train.add_argument("--data-root", metavar="DIR", help="where the recipe's data lies")
    train.add_argument("--architecture", metavar="A", help=f"{_ARCHITECTURE_HELP} (cnn)")
    train.add_argument("--from", dest="base", metavar="MODEL", help="begin with what this model learned")
    train.add_argument(
        "--freeze", type=_whole(0, _MOST_LAYERS), nargs="?", const=-1, metavar="N", help="its first N layers, or all"
    )
    train.add_argument("--new-head", action="store_true", default=None, help="with a new last layer in any case")
    train.add_argument("--two-stages", action="store_true", default=None, help="frozen first, then slowly all of it")
    train.add_argument("--data", action="append", metavar="NAME|PATH", help="mnist, drawings or a path (mnist)")
    train.add_argument("--epochs", type=_whole(1, _MOST_EPOCHS), metavar="N", help="rounds over all samples (5)")
    train.add_argument("--batch-size", type=_whole(1, _LARGEST_BATCH), metavar="N", help="samples a step (128)")
    train.add_argument("--learning-rate", type=_rate, metavar="X", help="size of a step (0.001)")
    train.add_argument(
        "--schedule",
        choices=("constant", "cosine", "one-cycle"),
        help="of the step's size; a cosine falls to nothing, one cycle rises first (constant)",
    )
    train.add_argument("--patience", type=_whole(0, _MOST_EPOCHS), metavar="N", help="epochs without a better one (0)")
    train.add_argument("--validation", type=_share, metavar="SHARE", help="of the samples that is held out (0.1)")
    train.add_argument("--augment", action="store_true", default=None, help="vary slant, size and place of each sample")
    train.add_argument("--seed", type=_whole(0, 2**31 - 1), metavar="N", help="of all chance (1)")
    train.add_argument("--resume", action="store_true", help="go on from the last finished epoch")
    train.add_argument("--progress", choices=("bar", "jsonl"), default="bar", help="for people or for programs (bar)")
    train.add_argument("--stop-at-eof", action="store_true", help=argparse.SUPPRESS)

    architecture = command(
        "architecture", commands.architecture, "look at a network's layers and cost before training it"
    )
    architecture.add_argument("architecture", metavar="A", help=_ARCHITECTURE_HELP)
    architecture.add_argument(
        "--classes", type=_whole(2, _MOST_CLASSES), default=10, metavar="N", help="that it is to tell apart (10)"
    )
    architecture.add_argument("--format", choices=("text", "json"), default="text", help="of what is told (text)")

    data = command("data", commands.data, "look at data before training on it")
    data.add_argument("data", nargs="+", metavar="NAME|PATH", help="mnist, drawings or a path")
    data.add_argument("--samples", type=_whole(0, _MOST_SAMPLES), default=0, metavar="N", help="to show, as JSON (0)")
    data.add_argument("--validation", type=_share, default=0.1, metavar="SHARE", help="that is held out (0.1)")
    data.add_argument("--augment", action="store_true", help="show how training would vary each of them")
    data.add_argument("--seed", type=_whole(0, 2**31 - 1), default=1, metavar="N", help="of all chance (1)")
    data.add_argument("--format", choices=("text", "json"), default="text", help="of what is told (text)")

    curve = command(
        "transfer-curve", commands.transfer_curve, "measure how much less data it takes to learn from a model"
    )
    curve.add_argument("--from", dest="base", required=True, metavar="MODEL", help="begin with what this model learned")
    curve.add_argument(
        "--data", required=True, action="extend", nargs="+", metavar="NAME|PATH", help="mnist, drawings or a path"
    )
    curve.add_argument("--samples", type=_numbers, metavar="N,N…", help="of each class (1,3,10,30,100)")
    curve.add_argument("--repeats", type=_whole(1, _MOST_REPEATS), metavar="N", help="with other samples each (2)")
    curve.add_argument("--epochs", type=_whole(1, _MOST_EPOCHS), metavar="N", help="rounds over the samples (8)")
    curve.add_argument("--seed", type=_whole(0, 2**31 - 1), metavar="N", help="of all chance (1)")
    curve.add_argument("--format", choices=("text", "json", "jsonl"), default="text", help="of what is told (text)")
    curve.add_argument("--output", type=Path, metavar="PICTURE", help="an .svg or .png of the curves")
    curve.add_argument("--stop-at-eof", action="store_true", help=argparse.SUPPRESS)

    evaluate = command("evaluate", commands.evaluate, "measure how good a model is")
    evaluate.add_argument("--model", metavar="M", help="a model's name, or its folder (the alphabet's default)")
    evaluate.add_argument(
        "--reading",
        choices=MEASURED,
        default=MEASURED[0],
        metavar="R",
        help=f"one of {', '.join(MEASURED)} (character)",
    )
    _add_words_option(evaluate)
    evaluate.add_argument(
        "--data", required=True, action="extend", nargs="+", metavar="NAME|PATH", help="labelled samples"
    )
    _add_alphabet_option(evaluate)
    evaluate.add_argument("--format", choices=("text", "json"), default="text", help="of the figures (text)")
    evaluate.add_argument(
        "--alone", action="store_true", help="show each symbol of an expression without what lies around it"
    )
    evaluate.add_argument(
        "--robustness", action="store_true", help="measure too how much changed glyphs cost (minutes)"
    )
    evaluate.add_argument("--pictures", action="store_true", help="draw pictures of strokes and read these")
    evaluate.add_argument("--details", type=Path, metavar="PATH", help="a JSON file for figures and misread samples")
    evaluate.add_argument(
        "--progress", choices=("bar", "jsonl"), default="bar", help="for people or for programs (bar)"
    )
    evaluate.add_argument("--stop-at-eof", action="store_true", help=argparse.SUPPRESS)

    add_model_commands(command("models", commands.models_help, "the model library"))

    bench = command("bench", commands.bench, "measure the program's speed on this machine")
    bench.add_argument("--format", choices=("text", "json"), default="text", help="of the figures (text)")
    bench.add_argument("--quick", action="store_true", help="leave out the minute of writing at 250 reports a second")
    bench.add_argument(
        "--training",
        action="store_true",
        help="measure instead how long the plain recipe and a one-cycle training take to learn MNIST (minutes)",
    )
    bench.add_argument(
        "--workbench", action="store_true", help="measure instead the window while it trains and imports (minutes)"
    )
    demo = command("demo", commands.demo, "let the window draw and read the shipped samples by itself")
    demo.add_argument("--output", type=Path, metavar="PICTURE", help="where to save a picture of the window")
    demo.add_argument(
        "--pictures", type=Path, metavar="DIR", help="save the pictures of README and guide there instead (minutes)"
    )
    command("selftest", commands.selftest, "check that the program works on this machine")
    # Not for people: the child that works out values, asked line by line. Without a help text it is not listed.
    words.add_parser("values").set_defaults(run=commands.values)
    return parser, words.choices


def _add_reading_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reading", choices=READINGS, metavar="R", help=f"one of {', '.join(READINGS)} (character)")
    _add_alphabet_option(parser)
    parser.add_argument("--model", metavar="M", help="a model's name, or its folder (the alphabet's default)")


def _add_words_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--words", action="store_true", help="of lines: expect English words (needs the package pyspellchecker)"
    )


def _add_alphabet_option(parser: argparse.ArgumentParser) -> None:
    names = f"one of {', '.join(ALPHABETS)} (the one that the model is made for)"
    parser.add_argument("--alphabet", choices=ALPHABETS, metavar="A", help=names)


def _whole(least: int, most: int) -> Callable[[str], int]:
    """A parser of whole numbers in a range."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"“{text}” is no whole number from {least} to {most}")
        return number

    return parse


def _numbers(text: str) -> tuple[int, ...]:
    """Whole numbers with commas between them."""
    return tuple(_whole(1, _MOST_OF_A_CLASS)(word.strip()) for word in text.split(","))


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 0 < rate <= 10:
        raise argparse.ArgumentTypeError(f"“{text}” is no number above 0 and up to 10")
    return rate


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not _SHARES[0] <= share <= _SHARES[1]:
        raise argparse.ArgumentTypeError(f"“{text}” is no number from {_SHARES[0]} to {_SHARES[1]}")
    return share
