"""How probable it is that a line is right."""

import numpy as np
import pytest

from digitvision.recognition.text.alignment import places_of
from digitvision.recognition.text.confidence import PLAIN_WEIGHTS, WEIGHTS, confidence_of, facts
from digitvision.recognition.text.decoding import Candidate, beam_search
from digitvision.recognition.text.lexicon import Lexicon
from tests.recognition.text.test_alignment import answer


def _facts(pattern: str, shares: list[float], *, blur: float = 0.0, words: Lexicon | None = None) -> tuple[float, ...]:
    """The facts of a line of which the network sees this, more or less clearly."""
    seen = np.exp(answer(pattern)) + blur
    logs = np.log(seen / seen.sum(axis=1, keepdims=True)).astype(np.float32)
    found = [Candidate(one.text.strip(), one.score) for one in beam_search(logs) if one.text.strip()]
    return facts(logs, places_of(logs, found[0].text), found, shares, None, words)


@pytest.mark.parametrize("with_language", [True, False])
def test_what_is_seen_clearly_is_more_probable(with_language: bool) -> None:
    clear, dim = (_facts("_t_o_", [0.9], blur=blur) for blur in (0.0, 0.02))

    assert confidence_of(clear, with_language=with_language) > confidence_of(dim, with_language=with_language)


def test_words_that_there_are_make_a_line_more_probable() -> None:
    listed, unlisted = (_facts("_t_o_", [0.9], words=Lexicon(dict.fromkeys(words, 1000))) for words in (["to"], ["of"]))

    assert listed[6] == 1
    assert unlisted[6] == 0
    assert confidence_of(listed, with_language=True) > confidence_of(unlisted, with_language=True)


def test_facts_are_finite_and_have_a_weight_each() -> None:
    found = _facts("_1_2_", [1e-9])

    assert np.isfinite(found).all()
    assert len(found) + 1 == len(WEIGHTS) == len(PLAIN_WEIGHTS)
    assert 0 < confidence_of(found, with_language=True) < 1
