"""Lists of words."""

import json

import pytest

from digitvision.faults import Fault
from digitvision.recognition.text import lexicon
from digitvision.recognition.text.lexicon import Lexicon, load_lexicon


def test_words_are_known_in_any_case_and_with_a_genitive() -> None:
    words = Lexicon({"house": 5000, "don't": 100}, own=["Gaitskell"])

    assert all(map(words.has, ("house", "House", "HOUSE", "'house'", "house's", "don't", "Gaitskell", "gaitskell's")))
    assert not any(map(words.has, ("hous", "houses", "", "'", "s")))
    assert len(words) == 3


def test_own_words_are_exchanged() -> None:
    words = Lexicon({"house": 5000}, own=["Ann"]).with_own(["Bob"])

    assert words.has("Bob")
    assert words.has("house")
    assert not words.has("Ann")


def test_how_usual_a_word_is_follows_from_its_frequency_and_own_words_are_as_usual_as_any() -> None:
    words = Lexicon({"house": 10_000, "hut": 50, "the": 10**8}, own=["Hut", "Ann"])

    assert words.usual("House's") == pytest.approx(1.0)
    assert words.usual("the") == words.usual("ann") == words.usual("hut") == 2.0
    assert words.usual("hous") is None


def test_words_are_known_by_how_they_begin() -> None:
    words = Lexicon({"house": 5000}, own=["Gaitskell"])

    assert all(map(words.has_prefix, ("h", "Hous", "house", "gait", "'house", "")))
    assert not any(map(words.has_prefix, ("houses", "x", "ouse")))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "there", "missing"),
    [("en", ("the", "meeting", "don't", "a", "to"), ("qxz", "b", "meeling")), ("de", ("und", "haus"), ("qxz",)),
     ("fr", ("maison", "où"), ("qxz",))],
)  # fmt: skip
def test_languages_have_their_words(language: str, there: tuple[str, ...], missing: tuple[str, ...]) -> None:
    words = load_lexicon(language)

    assert len(words) > 50_000
    assert all(map(words.has, there))
    assert not any(map(words.has, missing))


def test_a_language_that_there_is_not_is_refused() -> None:
    with pytest.raises(Fault, match="no words of the language “xx”: take one of en, de, fr"):
        load_lexicon("xx")


@pytest.mark.parametrize("between", [", ", ",\n", ","])
def test_lists_are_taken_apart_in_pieces_and_any_two_letters_are_no_word(
    monkeypatch: pytest.MonkeyPatch, between: str
) -> None:
    monkeypatch.setattr(lexicon, "_PIECE", 5)
    pieces: list[str] = []
    loads = json.loads

    def load(piece: str) -> dict[str, int]:
        pieces.append(piece)
        return dict(loads(piece))

    monkeypatch.setattr(json, "loads", load)
    rows = ['"the": 900', '"to": 80', '"xt": 50', '"b": 900', '"a": 900', '"\\u00fcber": 1']

    found = lexicon._words_in("{\n" + between.join(rows) + "\n}")

    assert found == {"the": 900, "to": 80, "a": 900, "über": 1}
    assert len(pieces) == len(rows)
