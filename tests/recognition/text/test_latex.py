"""Words as LaTeX, and what is to be corrected in a line."""

import numpy as np
import pytest

from digitvision.ink.stroke import Bounds
from digitvision.recognition.prediction import LINE, Candidate, GlyphReading, Label, Prediction, Reading
from digitvision.recognition.text.latex import other_words, word_latex, word_text


@pytest.mark.parametrize(
    ("text", "latex"),
    [("Total:", "T o t a l :"), ("50%", r"5 0 \%"), ("R&D", r"R \& D"), ("to me", r"t o \space m e"),
     ("über", "ü b e r"), ("a-b\\~", r"a - b \backslash \sim")],
)  # fmt: skip
def test_there_and_back(text: str, latex: str) -> None:
    assert word_latex(text) == latex
    assert word_text(latex) == text


def _reading(*words: str) -> Reading:
    glyphs = []
    for index, word in enumerate(words):
        label = Label(word, word_latex(word))
        candidates = (Candidate(word, label.latex, 1.0),)
        own = Prediction((label,), np.ones(1, np.float32))
        strokes = (2 * index, 2 * index + 1)
        glyphs.append(GlyphReading(candidates, strokes, Bounds(0, 0, 1, 1), own, is_word=True))
    return Reading(LINE, (Candidate(" ".join(words), "", 1.0),), glyphs=tuple(glyphs))


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("the big house", []),
        ("the pig house", [((2, 3), "pig")]),
        ("the bighouse", [((2, 3, 4, 5), "bighouse")]),
        ("the b ig house", [((2, 3), "b ig")]),
        ("the house", [((0, 1, 2, 3), "the")]),
        ("big house", [((0, 1, 2, 3), "big")]),
        ("oh the big house", [((0, 1), "oh the")]),
        ("the big house now", [((4, 5), "house now")]),
    ],
)
def test_only_what_differs_is_corrected(text: str, corrected: list[tuple[tuple[int, ...], str]]) -> None:
    found = other_words(_reading("the", "big", "house"), text)

    assert [(strokes, word_text(latex)) for strokes, latex in found] == corrected
