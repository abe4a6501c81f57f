"""What is found behind a damaged line of a journal."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.recognition.corrections import Corrections
from digitvision.ui.journal.drawing_state import DrawingState
from digitvision.ui.journal.journal_file import JournalFile
from digitvision.ui.journal.journal_folder import claim, earlier_names, left_behind, read_earlier
from digitvision.ui.journal.second_look import read_all
from tests.ui.journal.states import drawn

STROKES = (1, 2, 3, 4)


def _journal(folder: Path) -> Path:
    """Write a journal of four strokes, one a line."""
    file = JournalFile(folder, "a")
    for count in range(1, len(STROKES) + 1):
        file.write(drawn(*STROKES[:count]))
    file.release()
    return folder / "a.journal"


def _damage(path: Path, line: int, place: int = 40) -> bytes:
    """Change one byte of a line; the header is line 0."""
    lines = path.read_bytes().splitlines(keepends=True)
    changed = bytearray(lines[line])
    changed[place] ^= 1
    lines[line] = bytes(changed)
    path.write_bytes(b"".join(lines))
    return path.read_bytes()


def test_strokes_behind_a_damaged_first_record_are_found(tmp_path: Path) -> None:
    path = _journal(tmp_path)
    _damage(path, 1)

    kept = read_all(path)

    assert kept.state.drawing == drawn(*STROKES[1:]).drawing
    assert kept.state.modified
    assert kept.damaged
    assert kept.salvaged


@pytest.mark.slow
@given(line=st.integers(1, len(STROKES)), place=st.integers(9, 60))
def test_only_the_stroke_of_a_damaged_line_is_lost(
    tmp_path_factory: pytest.TempPathFactory, line: int, place: int
) -> None:
    path = _journal(tmp_path_factory.mktemp("journal"))
    _damage(path, line, place)

    rest = [stroke for number, stroke in enumerate(STROKES, 1) if number != line]
    assert read_all(path).state.drawing == drawn(*rest).drawing


def test_corrections_stay_with_their_strokes(tmp_path: Path) -> None:
    file = JournalFile(tmp_path, "a")
    file.write(drawn(1))
    file.write(drawn(1, 2))
    state = drawn(1, 2)
    file.write(DrawingState(state.drawing, Corrections().with_label({1}, "x"), modified=True))
    file.release()
    _damage(tmp_path / "a.journal", 1)

    assert read_all(tmp_path / "a.journal").state.corrections == Corrections().with_label({0}, "x")


def test_what_was_found_is_gone_on_with_and_the_damaged_journal_is_kept(tmp_path: Path) -> None:
    path = _journal(tmp_path)
    content = _damage(path, 1)
    assert left_behind(tmp_path).names == ("a",)

    taken = claim(tmp_path, "a")
    file = JournalFile(tmp_path, "a", kept=taken.kept, lock=taken.lock)
    file.write(drawn(2, 3, 4, 5))
    file.release()

    assert taken.kept.salvaged
    assert (tmp_path / "a.damaged").read_bytes() == content
    again = read_all(path)
    assert not again.damaged
    assert again.state.drawing == drawn(2, 3, 4, 5).drawing


def test_where_nothing_is_found_the_journal_is_kept_and_told_of(tmp_path: Path) -> None:
    file = JournalFile(tmp_path, "a")
    file.write(drawn(1))
    file.release()
    content = _damage(tmp_path / "a.journal", 1)

    left = left_behind(tmp_path)

    assert left.names == ()
    assert left.unreadable == 1
    assert (tmp_path / "a.damaged").read_bytes() == content


def test_a_closed_drawing_with_a_damaged_journal_is_put_aside(tmp_path: Path) -> None:
    file = JournalFile(tmp_path, "a")
    file.write(drawn(1))
    file.write(DrawingState(drawn(1, 2).drawing, modified=True, closed=True))
    file.release()
    _damage(tmp_path / "a.journal", 1)

    assert left_behind(tmp_path).names == ()
    assert earlier_names(tmp_path) == ["a"]
    assert read_earlier(tmp_path, "a").state.drawing == drawn(2).drawing
