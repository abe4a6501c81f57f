"""The user's own words."""

from pathlib import Path

import pytest

from digitvision.recognition.text import own_words
from digitvision.recognition.text.own_words import OwnWords, is_word


def test_words_are_kept_without_the_signs_around_them(tmp_path: Path) -> None:
    path = tmp_path / "new" / "words.txt"
    OwnWords(path).add("Gaitskell, 12 kg x O'Neill-Smith.")

    assert OwnWords(path).words() == ("Gaitskell", "kg", "O'Neill-Smith")


def test_what_others_add_is_seen(tmp_path: Path) -> None:
    own = OwnWords(tmp_path / "words.txt")
    assert own.words() == ()
    OwnWords(tmp_path / "words.txt").add("Ann")
    assert own.words() == ("Ann",)
    before = own.words()
    own.add("Ann")
    assert own.words() is before


def test_the_oldest_are_forgotten_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_words, "MOST", 2)
    own = OwnWords(tmp_path / "words.txt")
    own.add("one two three")

    assert own.words() == ("two", "three")


def test_a_file_that_cannot_be_read_or_written_is_none(tmp_path: Path) -> None:
    (tmp_path / "words.txt").mkdir()
    own = OwnWords(tmp_path / "words.txt")

    own.add("Ann")

    assert own.words() == ()


@pytest.mark.parametrize("text", ["a", "12", "", "a1", "-", "x" * 41, "two words"])
def test_no_words(text: str) -> None:
    assert not is_word(text)
