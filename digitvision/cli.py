"""The entry of the command line: it runs one command and turns every failure into a message and an exit code."""

import argparse
import io
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from digitvision.commandline import WINDOW, make_parser
from digitvision.commands import EXIT_FAULT, EXIT_INTERRUPTED, EXIT_USAGE
from digitvision.faults import Fault
from digitvision.files import reason

EXIT_BROKEN_PIPE: Final = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The arguments without the program's name; those of the process when None.

    Returns:
        The exit code: 0 all done, 1 something in the input failed, 2 wrong usage.
    """
    _prepare_streams()
    parser, commands = make_parser()
    try:
        words = _with_command(list(sys.argv[1:] if arguments is None else arguments), commands, parser)
        options = parser.parse_args(words)
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except SystemExit as end:
        # The parser ends the process after its help and after a message on wrong usage.
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
        # Failures of files have been turned into faults already: this one is of standard output, as on a full disk.
        print(f"The results cannot be written: {reason(error)}.", file=sys.stderr)
        _close_output()
        return EXIT_FAULT


def window_main() -> int:
    """Run the windowed executable; all arguments go to the window, so that a file dropped on the executable is opened.

    Returns:
        The exit code, as `main` gives it.
    """
    return main([WINDOW, *sys.argv[1:]])


def _close_output() -> None:
    """Redirect standard output to nowhere, so that the interpreter's last flush does not fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _prepare_streams() -> None:
    """Make standard output and error accept any character of a file's name, also in a program without a console."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - lasts until the process ends
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - lasts until the process ends
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal has an encoding of its own; other programs can rely on UTF-8.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _with_command(words: list[str], commands: Iterable[str], parser: argparse.ArgumentParser) -> list[str]:
    """Add the window's command to `digitvision`, `digitvision FILE` and `digitvision --model M FILE`."""
    first = words[0] if words else WINDOW
    if first in commands or first in ("-h", "--help", "--version"):
        return words or [WINDOW]
    is_bare_word = Path(first).name == first and not Path(first).suffix
    if is_bare_word and not first.startswith("-") and not Path(first).exists():
        parser.error(f"“{first}” is neither a command nor a file; “digitvision --help” lists the commands")
    return [WINDOW, *words]
