"""The command line. Each command imports what it needs when it runs, so that the others start at once."""

import argparse
import io
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from digitvision import __version__
from digitvision.faults import Fault
from digitvision.files import reason
from digitvision.recognition.alphabets import ALPHABETS
from digitvision.training.modelcommands import add_model_commands

if TYPE_CHECKING:
    from digitvision.recognition.batch import FileReading
    from digitvision.recognition.recognizer import Recognizer

EXIT_OK: Final = 0
EXIT_FAULT: Final = 1
EXIT_USAGE: Final = 2
EXIT_INTERRUPTED: Final = 130
EXIT_BROKEN_PIPE: Final = 141

READINGS: Final = ("character", "line", "equation", "sheet")
BUILT_READINGS: Final = ("character",)

_WINDOW: Final = "gui"
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: Without the program's name; the process's own when None.

    Returns:
        The exit code: 0 all done, 1 something in the input failed, 2 wrong usage.
    """
    _prepare_streams()
    parser, commands = _parser()
    try:
        words = _with_command(list(sys.argv[1:] if arguments is None else arguments), commands, parser)
        options = parser.parse_args(words)
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except SystemExit as end:
        # From the parser: its help, or what it has to say about wrong usage.
        return end.code if isinstance(end.code, int) else EXIT_USAGE
    except Fault as fault:
        print(fault, file=sys.stderr)
        return EXIT_FAULT
    except MemoryError:
        print("There is not enough memory for that; take less data at once.", file=sys.stderr)
        return EXIT_FAULT
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _close_output()
        return EXIT_BROKEN_PIPE
    except OSError as error:
        if error.filename is not None:
            raise
        # The rooms tell of their files themselves: this is standard output, on a full disk for instance.
        print(f"The results cannot be written: {reason(error)}.", file=sys.stderr)
        _close_output()
        return EXIT_FAULT


def _close_output() -> None:
    """Give up standard output; the interpreter's own last flush must not stumble over it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _prepare_streams() -> None:
    """Make standard output and error safe to write any file's name to, also in a program without a console."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - lasts until the process ends
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - lasts until the process ends
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal knows its own encoding; programs that read from us are promised UTF-8.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _with_command(words: list[str], commands: Iterable[str], parser: argparse.ArgumentParser) -> list[str]:
    """`digitvision`, `digitvision FILE` and `digitvision --model M FILE` are the window."""
    first = words[0] if words else _WINDOW
    if first in commands or first in ("-h", "--help", "--version"):
        return words or [_WINDOW]
    is_bare_word = Path(first).name == first and not Path(first).suffix
    if is_bare_word and not first.startswith("-") and not Path(first).exists():
        parser.error(f"“{first}” is neither a command nor a file; “digitvision --help” lists the commands")
    return [_WINDOW, *words]


def _parser() -> tuple[argparse.ArgumentParser, Iterable[str]]:
    parser = argparse.ArgumentParser(
        prog="digitvision",
        description="Reads handwriting as it is written. Without a command, the window opens; FILE is opened in it.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"digitvision {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        added.set_defaults(run=run, fail=added.error)
        return added

    window = command(_WINDOW, _gui, "open the window")
    window.add_argument("file", metavar="FILE", nargs="?", type=Path, help="a drawing or picture to open")
    _add_reading_options(window)
    window.add_argument("--report-startup", action="store_true", help=argparse.SUPPRESS)

    recognize = command("recognize", _recognize, "read drawings (InkML) and pictures")
    recognize.add_argument("files", metavar="FILE", nargs="+", help="a file, or @list.txt that names files, one a line")
    _add_reading_options(recognize)
    recognize.add_argument("--top", type=_whole(1, _MOST_CANDIDATES), default=5, metavar="K", help="candidates (5)")
    recognize.add_argument("--format", choices=("text", "jsonl", "csv"), default="text", help="of the answers (text)")
    recognize.add_argument("--output", type=Path, metavar="PATH", help="a file for the answers, not standard output")

    train = command("train", _train, "train a network and save it as a model")
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

    architecture = command("architecture", _architecture, "look at a network's layers and cost before training it")
    architecture.add_argument("architecture", metavar="A", help=_ARCHITECTURE_HELP)
    architecture.add_argument(
        "--classes", type=_whole(2, _MOST_CLASSES), default=10, metavar="N", help="that it is to tell apart (10)"
    )
    architecture.add_argument("--format", choices=("text", "json"), default="text", help="of what is told (text)")

    data = command("data", _data, "look at data before training on it")
    data.add_argument("data", nargs="+", metavar="NAME|PATH", help="mnist, drawings or a path")
    data.add_argument("--samples", type=_whole(0, _MOST_SAMPLES), default=0, metavar="N", help="to show, as JSON (0)")
    data.add_argument("--validation", type=_share, default=0.1, metavar="SHARE", help="that is held out (0.1)")
    data.add_argument("--augment", action="store_true", help="show how training would vary each of them")
    data.add_argument("--seed", type=_whole(0, 2**31 - 1), default=1, metavar="N", help="of all chance (1)")
    data.add_argument("--format", choices=("text", "json"), default="text", help="of what is told (text)")

    curve = command("transfer-curve", _transfer_curve, "measure how much less data it takes to learn from a model")
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

    evaluate = command("evaluate", _evaluate, "measure how good a model is")
    evaluate.add_argument("--model", required=True, metavar="M", help="a model's name, or its folder")
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
    evaluate.add_argument("--details", type=Path, metavar="PATH", help="a JSON file for figures and misread samples")
    evaluate.add_argument(
        "--progress", choices=("bar", "jsonl"), default="bar", help="for people or for programs (bar)"
    )
    evaluate.add_argument("--stop-at-eof", action="store_true", help=argparse.SUPPRESS)

    add_model_commands(command("models", _models_help, "the model library"))

    bench = command("bench", _bench, "measure the program's speed on this machine")
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
    demo = command("demo", _demo, "let the window draw and read the shipped samples by itself")
    demo.add_argument("--output", type=Path, metavar="PICTURE", help="where to save a picture of the window")
    command("selftest", _selftest, "check that the program works on this machine")
    # Not for people: the child that works out values, asked line by line. Without a help text it is not listed.
    commands.add_parser("values").set_defaults(run=_values)
    return parser, commands.choices


def _add_reading_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reading", choices=READINGS, metavar="R", help=f"one of {', '.join(READINGS)} (character)")
    _add_alphabet_option(parser)
    parser.add_argument("--model", metavar="M", help="a model's name, or its folder (the alphabet's default)")


def _add_alphabet_option(parser: argparse.ArgumentParser) -> None:
    names = f"one of {', '.join(ALPHABETS)} (the one that the model is made for)"
    parser.add_argument("--alphabet", choices=ALPHABETS, metavar="A", help=names)


def _gui(options: argparse.Namespace) -> int:
    _check_built(options)
    if options.alphabet is not None:
        from digitvision.recognition.modelstore import ModelStore

        # Before there is a window: who asked for an alphabet is not helped by another one.
        ModelStore().for_alphabet(options.alphabet, options.model)
    from digitvision.app import run_window

    return run_window(
        options.file,
        reading=options.reading,
        alphabet=options.alphabet,
        model=options.model,
        report_startup=options.report_startup,
    )


def _recognize(options: argparse.Namespace) -> int:
    _check_built(options)
    from digitvision.files import write_atomically
    from digitvision.recognition.batch import csv_head, csv_line, json_line, named_files, text_line

    form = {"text": text_line, "jsonl": json_line, "csv": csv_line}[options.format]
    recognizer = _load_recognizer(options.model, options.alphabet)
    lines: list[str] = [csv_head()] if options.format == "csv" else []
    if lines and options.output is None:
        print(lines[0])
    unread = 0
    for item in _read_all(recognizer, list(named_files(options.files)), options):
        if item.reading is None:
            unread += 1
            if options.format == "text":
                print(form(item), file=sys.stderr)
                continue
        if options.output is None:
            print(form(item))
        else:
            lines.append(form(item))
    if options.output is not None:
        text = "".join(line + "\n" for line in lines)
        write_atomically(options.output, text.encode("utf-8", errors="backslashreplace"))
    return EXIT_FAULT if unread else EXIT_OK


def _read_all(
    recognizer: "Recognizer", files: "list[FileReading | str]", options: argparse.Namespace
) -> "Iterator[FileReading]":
    from digitvision.recognition.batch import read_file
    from digitvision.training.progress import ProgressBar

    bar = ProgressBar("Reading") if options.output is not None or not sys.stdout.isatty() else None
    for done, file in enumerate(files, start=1):
        yield read_file(recognizer, file, top=options.top) if isinstance(file, str) else file
        if bar is not None:
            bar(done, len(files))
    if bar is not None:
        bar.close()


def _train(options: argparse.Namespace) -> int:
    from digitvision.training.process import run_training, settings_of

    if options.name is None and options.recipe is None:
        options.fail("the following arguments are required: --name")
    settings = settings_of(vars(options), resume=options.resume)
    return run_training(settings, progress=options.progress, resume=options.resume, stop_at_eof=options.stop_at_eof)


def _architecture(options: argparse.Namespace) -> int:
    from digitvision.training.architecturecommand import run_look_at_architecture

    run_look_at_architecture(options.architecture, classes=options.classes, form=options.format)
    return EXIT_OK


def _data(options: argparse.Namespace) -> int:
    from digitvision.training.datacommand import run_look

    print(
        run_look(
            options.data,
            form=options.format,
            shown=options.samples,
            augment=options.augment,
            seed=options.seed,
            validation=options.validation,
        )
    )
    return EXIT_OK


def _transfer_curve(options: argparse.Namespace) -> int:
    from digitvision.training.transfercommand import run_curve
    from digitvision.training.transfercurve import CurveOrder

    asked = {name: getattr(options, name) for name in ("samples", "repeats", "epochs", "seed")}
    given = {name: value for name, value in asked.items() if value is not None}
    order = CurveOrder(base=options.base, data=tuple(dict.fromkeys(options.data)), **given)
    return run_curve(order, form=options.format, output=options.output, stop_at_eof=options.stop_at_eof)


def _evaluate(options: argparse.Namespace) -> int:
    from digitvision.training.evaluationcommand import run_evaluation

    if options.details is not None and len(options.data) > 1:
        options.fail("--details takes one --data")
    return run_evaluation(
        lambda: _load_recognizer(options.model, options.alphabet),
        options.data,
        form=options.format,
        alone=options.alone,
        robustness=options.robustness,
        details=options.details,
        progress=options.progress,
        stop_at_eof=options.stop_at_eof,
    )


def _models_help(options: argparse.Namespace) -> int:
    options.fail("one of list, show, export, import, rename, describe, copy, default and remove is needed")
    return EXIT_USAGE


def _bench(options: argparse.Namespace) -> int:
    if options.training:
        from digitvision.training.speed import report, training_figures

        print(report(training_figures(), options.format))
        return EXIT_OK
    from digitvision.app import run_bench

    return run_bench(options.format, quick=options.quick, workbench=options.workbench)


def _demo(options: argparse.Namespace) -> int:
    from digitvision.app import run_demo

    return run_demo(options.output)


def _values(_: argparse.Namespace) -> int:
    from digitvision.recognition.expression.valueprocess import answer_parent

    answer_parent()
    return EXIT_OK


def _selftest(_options: argparse.Namespace) -> int:
    from digitvision.app import run_selftest

    return run_selftest()


def _load_recognizer(model: str | None, alphabet: str | None) -> "Recognizer":
    """The recognizer of the named model, or of the alphabet's default one."""
    from digitvision.recognition.modelstore import ModelStore
    from digitvision.recognition.notices import without_litert_notice
    from digitvision.recognition.recognizer import Recognizer

    found = ModelStore().for_alphabet(alphabet, model)
    with without_litert_notice():
        return Recognizer(found, alphabet)


def _check_built(options: argparse.Namespace) -> None:
    """Readings of the contract that this version does not have yet are wrong usage."""
    if options.reading not in (None, *BUILT_READINGS):
        _not_built(options, f"this version does not read as “{options.reading}” yet")


def _not_built(options: argparse.Namespace, sentence: str) -> NoReturn:
    options.fail(sentence)
    raise AssertionError("the parser ends the command")


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
