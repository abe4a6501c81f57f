"""The commands of the command line: one function for each command.

Each function takes the parsed options, whose `fail` ends the process with a message on wrong usage, and returns the
exit code. It imports what it needs when it runs, so that the other commands start without delay.
"""

import argparse
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Final, NoReturn

from digitvision.recognition.text.languages import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from digitvision.recognition.batch.jobs import FileLine
    from digitvision.recognition.line.recognizer import LineRecognizer
    from digitvision.recognition.line.word_list import WordList

EXIT_OK: Final = 0
EXIT_FAULT: Final = 1
EXIT_USAGE: Final = 2
EXIT_INTERRUPTED: Final = 130

BUILT_READINGS: Final = ("character", "line", "equation", "page")
"""Readings that this version can do."""


_PERCENT_LINES = 6
"""Number of lines that each percent sign by a writer who is held out is measured in."""


def gui(options: argparse.Namespace) -> int:
    """Open the window, with a file in it if one is named."""
    _check_built(options)
    # A model that is missing is reported before there is a window, which would open with another model.
    if options.reading == "equation":
        from digitvision.recognition.expression.reading.model import default_expression_model
        from digitvision.recognition.models.model_store import ModelStore

        default_expression_model(ModelStore(), options.model)
    elif options.alphabet is not None:
        from digitvision.recognition.models.model_store import ModelStore

        ModelStore().for_alphabet(options.alphabet, options.model)
    from digitvision.app import run_window

    return run_window(
        options.file,
        reading=options.reading,
        alphabet=options.alphabet,
        model=options.model,
        bring_back=options.bring_back,
        behind=options.behind,
        report_startup=options.report_startup,
    )


def recognize(options: argparse.Namespace) -> int:
    """Read files. Ctrl-C leaves what has been written, and the lines that an output file has got so far.

    Returns:
        The exit code for a fault when any of the files could not be read.
    """
    _check_built(options)
    _check_words(options)
    from digitvision.files import make_folder_of, writing_atomically
    from digitvision.recognition.batch.batch import csv_head, named_files
    from digitvision.recognition.batch.jobs import Job, lines_of

    if options.output is not None:
        make_folder_of(options.output)
    files = list(named_files(options.files))
    job = Job(
        options.reading, options.alphabet, options.model, options.words, options.top, options.format, options.language
    )
    head = csv_head() if options.format == "csv" else ""
    with ExitStack() as stack:
        lines = stack.enter_context(closing(lines_of(job, files, options.jobs)))
        if options.output is None:
            return _write_lines(lines, len(files), head, options, _print_line)
        output = stack.enter_context(writing_atomically(options.output))
        return _write_lines(
            lines, len(files), head, options, lambda line: output.write(f"{line}\n".encode(errors="backslashreplace"))
        )


def _print_line(line: str) -> int:
    return sys.stdout.write(f"{line}\n")


def _write_lines(
    lines: "Generator[FileLine, None, None]",
    count: int,
    head: str,
    options: argparse.Namespace,
    write: Callable[[str], int],
) -> int:
    """Write what was read as it comes, below a head if there is one; return the exit code."""
    from digitvision.progress import ProgressBar

    bar = ProgressBar("Reading") if options.output is not None or not sys.stdout.isatty() else None
    done = unread = 0
    try:
        for line in lines:
            if head and not done:
                write(head)
            if line.told:
                print(line.told, file=sys.stderr)
            if line.text:
                write(line.text)
            done += 1
            unread += line.failed
            if bar is not None:
                bar(done, count)
        if head and not done:
            write(head)
    except KeyboardInterrupt:
        if not done:
            # An old output is not replaced by nothing.
            raise
        sys.stdout.flush()
        print(f"Stopped after {done:,} of {count:,} files.", file=sys.stderr)
        return EXIT_INTERRUPTED
    finally:
        if bar is not None:
            bar.close()
    return EXIT_FAULT if unread else EXIT_OK


def train(options: argparse.Namespace) -> int:
    """Train a network and save it as a model."""
    from digitvision.recognition.models.model_store import ModelStore
    from digitvision.training.commands.train import refusal, run_training, training_request

    if options.name is None and options.recipe is None:
        options.fail("the following arguments are required: --name")
    request = training_request(vars(options), resume=options.resume)
    reason = refusal(request, ModelStore(), is_name_chosen=options.name is not None)
    if reason:
        options.fail(reason)
    return run_training(request, progress=options.progress, stop_at_eof=options.stop_at_eof)


def architecture(options: argparse.Namespace) -> int:
    """Print a network's layers and their cost."""
    from digitvision.training.commands.architecture import print_architecture

    print_architecture(options.architecture, classes=options.classes, form=options.format)
    return EXIT_OK


def data(options: argparse.Namespace) -> int:
    """Print the classes of data and the number of their samples."""
    from digitvision.training.commands.data import data_report

    print(
        data_report(
            options.data,
            form=options.format,
            shown=options.samples,
            augment=options.augment,
            seed=options.seed,
            validation=options.validation,
        )
    )
    return EXIT_OK


def transfer_curve(options: argparse.Namespace) -> int:
    """Measure how many fewer samples a training needs that begins with a model's weights."""
    from digitvision.training.commands.transfer_curve import run_curve
    from digitvision.training.transfer_curve.transfer_curve import CurveRequest

    chosen = {name: getattr(options, name) for name in ("samples", "repeats", "epochs", "seed")}
    given = {name: value for name, value in chosen.items() if value is not None}
    request = CurveRequest(base=options.base, data=tuple(dict.fromkeys(options.data)), **given)
    return run_curve(request, form=options.format, output=options.output, stop_at_eof=options.stop_at_eof)


def learn_rows(options: argparse.Namespace) -> int:
    """Learn the network that finds the rows of pages."""
    from digitvision.files import make_folder_of
    from digitvision.progress import ProgressBar
    from digitvision.training.expression.corpus import read_corpus
    from digitvision.training.page.row_pages import row_samples
    from digitvision.training.page.row_training import learn_rows as learn

    make_folder_of(options.output)
    samples = row_samples(read_corpus(options.data), options.words)
    if not samples.writers:
        options.fail(f"no writer in “{options.data}” has written two expressions")
    bar = ProgressBar("Pages")
    loss = learn(samples, options.output, pages=options.pages, progress=bar)
    bar.close()
    print(f"{options.pages:,} pages, loss {loss:.4f}: {options.output}")
    return EXIT_OK


def learn_percent(options: argparse.Namespace) -> int:
    """Learn the networks that find percent signs."""
    from digitvision.files import make_folder_of
    from digitvision.progress import ProgressBar
    from digitvision.recognition.models.model_store import ModelStore
    from digitvision.recognition.recognizer import Recognizer
    from digitvision.recognition.signs.percent_finder import PercentFinder
    from digitvision.training.percent.percent_lines import write_percent_lines
    from digitvision.training.percent.percent_samples import percent_samples
    from digitvision.training.percent.percent_training import learn_percent as learn
    from digitvision.training.percent.percent_training import measure_percent, percent_lines
    from digitvision.training.recipes.recipe import load_recipe, parse_recipe

    make_folder_of(options.output)
    recipe = load_recipe(options.recipe, parse_recipe)
    learned, held = percent_samples(recipe, options.data, options.signs)
    glyphs = Recognizer(ModelStore().find(recipe.name), None)
    if options.lines is not None:
        make_folder_of(options.lines)
        write_percent_lines(options.lines, percent_lines(held, _PERCENT_LINES, seed=2))
    bar = ProgressBar("Lines")
    loss = learn(learned, glyphs, options.output, progress=bar)
    bar.close()
    found, wrong = measure_percent(held, PercentFinder(glyphs, options.output), times=_PERCENT_LINES, seed=2)
    print(
        f"loss {loss:.4f}; by writers held out, {found:.1%} of the signs are found, and {wrong:.2f} where there is none"
    )
    print(f"in 100 expressions: {options.output}")
    return EXIT_OK


def evaluate(options: argparse.Namespace) -> int:
    """Measure how well a model reads labelled samples."""
    _check_words(options)
    if options.reading == "line":
        return _evaluate_lines(options)
    if options.reading == "page":
        return _evaluate_pages(options)
    if options.reading == "equation" or (options.model is not None and _reading_of(options.model) == "equation"):
        return _evaluate_equations(options)
    from digitvision.recognition.api.loading import load_recognizer
    from digitvision.training.commands.evaluate import run_evaluation

    if options.details is not None and len(options.data) > 1:
        options.fail("--details takes one --data")
    return run_evaluation(
        lambda: load_recognizer(options.model, options.alphabet),
        options.data,
        form=options.format,
        alone=options.alone,
        pictures=options.pictures,
        robustness=options.robustness,
        details=options.details,
        progress=options.progress,
        stop_at_eof=options.stop_at_eof,
    )


def _evaluate_lines(options: argparse.Namespace) -> int:
    _refuse_options(options, "line", ("alone", "robustness", "details"))
    if options.model is not None and _reading_of(options.model) == "line":
        return _evaluate_texts(options)
    from digitvision.recognition.api.loading import load_line_recognizer
    from digitvision.training.line.evaluation import run_line_evaluation

    recognizer = load_line_recognizer(options.model)
    words = _word_list(options, recognizer)
    run_line_evaluation(
        recognizer,
        options.data,
        form=options.format,
        alphabet=options.alphabet,
        words=words,
        pictures=options.pictures,
        language=options.language,
    )
    return EXIT_OK


def _evaluate_texts(options: argparse.Namespace) -> int:
    _refuse_options(options, "line and a model of whole lines", ("pictures", "alphabet", "words"))
    from digitvision.recognition.models.model_store import ModelStore
    from digitvision.recognition.text.reader import load_text_reader
    from digitvision.training.text.evaluation import run_text_evaluation

    run_text_evaluation(load_text_reader(ModelStore().find(options.model)), options.data, form=options.format)
    return EXIT_OK


def _evaluate_pages(options: argparse.Namespace) -> int:
    _refuse_options(options, "page", ("alone", "pictures", "robustness", "details"))
    from digitvision.recognition.api.loading import load_page_recognizer
    from digitvision.training.page.evaluation import run_page_evaluation

    run_page_evaluation(load_page_recognizer(options.model), options.data, form=options.format)
    return EXIT_OK


def _evaluate_equations(options: argparse.Namespace) -> int:
    _refuse_options(options, "equation", ("alone", "pictures", "robustness", "details"))
    from digitvision.recognition.api.loading import load_equation_recognizer
    from digitvision.training.expression.evaluate import run_expression_evaluation

    run_expression_evaluation(load_equation_recognizer(options.model), options.data, form=options.format)
    return EXIT_OK


def _refuse_options(options: argparse.Namespace, reading: str, names: tuple[str, ...]) -> None:
    """End the process when an option is given that this reading cannot be evaluated with."""
    for name in names:
        if getattr(options, name):
            options.fail(f"--{name} does not go with --reading {reading}")


def models_help(options: argparse.Namespace) -> int:
    """Refuse `digitvision models` without a command; its commands are in `training/commands/models.py`."""
    options.fail("one of list, show, page, export, import, rename, describe, copy, default and remove is needed")
    return EXIT_USAGE


def bench(options: argparse.Namespace) -> int:
    """Measure the program's speed on this machine."""
    if options.training:
        from digitvision.training.commands.bench import report, training_figures

        print(report(training_figures(), options.format))
        return EXIT_OK
    from digitvision.app import run_bench

    return run_bench(options.format, quick=options.quick, workbench=options.workbench, hour=options.hour)


def demo(options: argparse.Namespace) -> int:
    """Let the window write and read the shipped samples by itself, or take the pictures of README and guide."""
    if options.pictures is not None:
        if options.output is not None:
            options.fail("--output does not go with --pictures")
        from digitvision.app import run_pictures

        return run_pictures(options.pictures)
    from digitvision.app import run_demo

    return run_demo(options.output)


def values(_options: argparse.Namespace) -> int:
    """Serve as the child process that calculates the values of expressions."""
    from digitvision.recognition.expression.semantics.value_process import answer_parent

    answer_parent()
    return EXIT_OK


def job(_options: argparse.Namespace) -> int:
    """Serve as a child process that reads files."""
    from digitvision.recognition.batch.jobs import answer_parent

    answer_parent()
    return EXIT_OK


def selftest(_options: argparse.Namespace) -> int:
    """Check that the program works on this machine."""
    from digitvision.app import run_selftest

    return run_selftest()


def _word_list(options: argparse.Namespace, recognizer: "LineRecognizer") -> "WordList | None":
    """Load the English words if `--words` is given."""
    if not options.words:
        return None
    from digitvision.recognition.api.loading import load_words

    return load_words(recognizer)


def _reading_of(model: str) -> str:
    """Return what a model reads, see `model_card.READINGS`."""
    from digitvision.recognition.models.model_store import ModelStore

    return ModelStore().find(model).card.reading


def _check_built(options: argparse.Namespace) -> None:
    """End the process when a reading is chosen that this version cannot do yet."""
    if options.reading not in (None, *BUILT_READINGS):
        _not_built(options, f"this version does not read as “{options.reading}” yet")


def _check_words(options: argparse.Namespace) -> None:
    """End the process when words are wanted where none are read."""
    if options.words and options.reading != "line":
        options.fail("--words goes with --reading line only")
    if options.language != DEFAULT_LANGUAGE and options.reading != "line":
        options.fail("--language goes with --reading line only")


def _not_built(options: argparse.Namespace, sentence: str) -> NoReturn:
    options.fail(sentence)
    raise AssertionError("the parser ends the command")
