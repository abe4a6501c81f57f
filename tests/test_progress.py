"""The progress bar: on terminals only, and it leaves a clean line."""

import io

import pytest

from digitvision.progress import ProgressBar, bar, duration


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("share", "filled"), [(-1.0, 0), (0.0, 0), (0.5, 12), (1.0, 24), (2.0, 24)])
def test_a_bar_is_filled_by_its_share(share: float, filled: int) -> None:
    assert bar(share).count("█") == filled
    assert len(bar(share)) == 24


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (75.4, "1:15"), (3600, "60:00"), (-3, "0:00")])
def test_a_duration_in_words(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_shorter_line_covers_the_longer_one_and_closing_clears_it() -> None:
    terminal = Terminal()
    progress = ProgressBar("Reading", terminal)

    progress.show("a long line")
    progress.show("short")
    progress.close()

    assert terminal.getvalue().startswith("\ra long line\rshort      \r     ")
    assert terminal.getvalue().endswith("\r")


def test_nothing_is_written_where_no_terminal_is() -> None:
    stream = io.StringIO()
    progress = ProgressBar("Reading", stream)

    progress.show("a line")
    progress.close()

    assert stream.getvalue() == ""


def test_quick_work_shows_no_bar() -> None:
    terminal = Terminal()
    progress = ProgressBar("Reading", terminal)

    for done in range(100):
        progress(done, 100)
    progress.close()

    assert terminal.getvalue() == ""
