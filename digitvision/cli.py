"""The command line: runs one command, and tells how it ended as other programs understand it."""

import argparse
import io
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from digitvision.commandline import WINDOW, make_parser
from digitvision.commands import EXIT_FAULT, EXIT_USAGE
from digitvision.faults import Fault
from digitvision.files import reason

EXIT_INTERRUPTED: Final = 130
EXIT_BROKEN_PIPE: Final = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: Without the program's name; the process's own when None.

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


def window_main() -> int:
    """Run the windowed executable: every argument is the window's, so that a file dropped on it is opened.

    Returns:
        The exit code, as `main` gives it.
    """
    return main([WINDOW, *sys.argv[1:]])


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
    first = words[0] if words else WINDOW
    if first in commands or first in ("-h", "--help", "--version"):
        return words or [WINDOW]
    is_bare_word = Path(first).name == first and not Path(first).suffix
    if is_bare_word and not first.startswith("-") and not Path(first).exists():
        parser.error(f"“{first}” is neither a command nor a file; “digitvision --help” lists the commands")
    return [WINDOW, *words]
