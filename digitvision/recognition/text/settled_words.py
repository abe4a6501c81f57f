"""Words of a line that is being written stay what they were, unless something else has become clearly likelier."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from digitvision.ink.stroke import Stroke
from digitvision.recognition.text.words import ReadWord

KEPT_ABOVE: Final = 0.2
"""Share, in that of the best text, from which a word stays what it was."""


class SettledWords:
    """Remembers the words of the last line. Where more was written behind them, all but the last one are calm."""

    def __init__(self) -> None:
        # The strokes are kept, so that no other stroke can be taken for one of them.
        self._strokes: tuple[Stroke, ...] = ()
        self._language = ""
        self._texts: dict[tuple[int, ...], str] = {}

    def settle(
        self, strokes: Sequence[Stroke], words: Sequence[ReadWord], language: str
    ) -> tuple[list[ReadWord], float]:
        """Return the words, those before the last one as they were where nothing speaks clearly against it.

        Args:
            strokes: The line's strokes; a line whose first strokes are those of the last line goes on.
            words: Its words.
            language: The language that they were read with.

        Returns:
            The words, and how much less probable they are together than as they were read, up to 1.
        """
        before = self._strokes
        goes_on = language == self._language and len(before) <= len(strokes)
        goes_on = goes_on and all(own is other for own, other in zip(before, strokes, strict=False))
        found, share = list(words), 1.0
        if goes_on:
            for index, word in enumerate(words[:-1]):
                text = self._texts.get(word.written.strokes, word.text)
                place = word.texts.index(text) if text in word.texts else 0
                if place and word.shares[place] >= KEPT_ABOVE * word.shares[0]:
                    found[index] = _led_by(word, place)
                    share *= word.shares[place] / word.shares[0]
        self._strokes, self._language = tuple(strokes), language
        self._texts = {word.written.strokes: word.text for word in found}
        return found, share


def _led_by(word: ReadWord, place: int) -> ReadWord:
    """Return a word with another of its texts first, of which it is not known which stroke wrote which character."""
    order = [place, *(index for index in range(len(word.texts)) if index != place)]
    text = word.texts[place]
    parts = (word.written.strokes, *((),) * (len(text.replace(" ", "")) - 1))
    written = replace(word.written, text=text, parts=parts)
    return ReadWord(written, tuple(word.texts[index] for index in order), tuple(word.shares[index] for index in order))
