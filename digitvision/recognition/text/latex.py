r"""Words as LaTeX tokens and back: `T o t a l :`, with `\space` between two words.

Corrections hold the LaTeX of what was chosen; that of a word is its characters, each a token.
"""

from difflib import SequenceMatcher
from typing import Final

from digitvision.recognition.expression.notation.symbols import text_of_label
from digitvision.recognition.prediction import Reading

SPACE: Final = r"\space"

_LATEX_OF: Final[dict[str, str]] = {" ": SPACE, **{sign: f"\\{sign}" for sign in "#$%&_{}"}}
_LATEX_OF.update({"<": r"\lt", ">": r"\gt", "\\": r"\backslash", "~": r"\sim"})
_TEXT_OF: Final = {latex: text for text, latex in _LATEX_OF.items()}


def word_latex(text: str) -> str:
    """Return the tokens of a text, each separated from the next one by a space."""
    return " ".join(_LATEX_OF.get(character, character) for character in text)


def word_text(latex: str) -> str:
    """Return the text of which these are the tokens."""
    return "".join(
        _TEXT_OF.get(token) or (token if len(token) == 1 else text_of_label(token)) for token in latex.split()
    )


def other_words(reading: Reading, text: str) -> list[tuple[tuple[int, ...], str]]:
    """Return what has to be corrected in a reading of words so that it says another text.

    Args:
        reading: The reading, each glyph of which is a word.
        text: The text of the whole line that is right.

    Returns:
        Strokes and the LaTeX of the word, or of the words, that they are.
    """
    own, wanted = [glyph.text for glyph in reading.glyphs], text.split()
    found: list[tuple[tuple[int, ...], str]] = []
    for kind, first, last, begin, end in SequenceMatcher(None, own, wanted, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if first == last or begin == end:
            # A word that is missing or too much is told together with the one before it, or the one after it.
            first, begin = (first - 1, begin - 1) if first and begin else (first, begin)
            last, end = (last, end) if first < last and begin < end else (last + 1, end + 1)
        strokes = tuple(sorted(stroke for glyph in reading.glyphs[first:last] for stroke in glyph.strokes))
        if strokes and wanted[begin:end]:
            found.append((strokes, word_latex(" ".join(wanted[begin:end]))))
    return found
