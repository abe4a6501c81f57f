"""Where characters are seen along a line."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.recognition.text.alignment import places_of
from digitvision.recognition.text.characters import BLANK, CLASSES, classes_of


def answer(pattern: str) -> NDArray[np.float32]:
    """The network's answer that most probably has these characters, one a place; "_" for none."""
    shares = np.full((len(pattern), CLASSES), 1e-4)
    for place, character in enumerate(pattern):
        shares[place, BLANK if character == "_" else classes_of(character)[0]] = 1.0
    result: NDArray[np.float32] = np.log(shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
    return result


@pytest.mark.parametrize(
    ("pattern", "text", "places"),
    [
        ("_a__b_", "ab", [1, 4]),
        ("ab", "ab", [0, 1]),
        ("_l_l_", "ll", [1, 3]),
        ("_t_o_ _m_e_", "to me", [1, 3, 5, 7, 9]),
    ],
)
def test_each_character_is_found_where_it_is_seen(pattern: str, text: str, places: list[int]) -> None:
    assert places_of(answer(pattern), text).tolist() == places


def test_of_several_places_the_clearest_one_counts() -> None:
    seen = answer("_aaa_")
    seen[2, classes_of("a")[0]] += 1

    assert places_of(seen, "a").tolist() == [2]


def test_another_text_than_the_best_one_is_found_too() -> None:
    assert places_of(answer("_a_b_"), "ac").tolist()[0] == 1


@pytest.mark.parametrize(("pattern", "text"), [("a", "ab"), ("_l_"[:2], "ll"), ("", "a")])
def test_a_text_that_is_longer_than_the_line_is_refused(pattern: str, text: str) -> None:
    with pytest.raises(ValueError, match="longer than the line"):
        places_of(answer(pattern), text)
