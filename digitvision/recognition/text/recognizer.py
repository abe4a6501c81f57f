"""Read a line of words, with its words, their alternatives, its confidence and other candidates."""

import math
import re
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Stroke
from digitvision.recognition.corrections import Corrections, Strokes
from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import (
    LIKELY_ABOVE,
    LINE,
    Candidate,
    GlyphReading,
    Label,
    Prediction,
    Reading,
)
from digitvision.recognition.text import decoding
from digitvision.recognition.text.alignment import places_of
from digitvision.recognition.text.confidence import confidence_of, facts
from digitvision.recognition.text.crossed_out import CROSSED_OUT, CROSSED_SHARE, lines_through, with_crossed_out
from digitvision.recognition.text.decoding import Language, beam_search
from digitvision.recognition.text.languages import DEFAULT_LANGUAGE, PLAIN
from digitvision.recognition.text.latex import word_latex, word_text
from digitvision.recognition.text.lexicon import Lexicon, load_lexicon
from digitvision.recognition.text.own_words import OwnWords
from digitvision.recognition.text.reader import DEFAULT_TEXT_MODEL, MOST_STROKES, FollowedLine, load_text_reader
from digitvision.recognition.text.settled_words import SettledWords
from digitvision.recognition.text.words import ReadWord, WrittenWord, box_of, words_of_line

SURE_ABOVE: Final = 0.9
"""Confidence from which a reading of words counts as sure."""

_ALTERNATIVES: Final = 6
"""Most readings of a word, with the best one."""

_WORD_WIDTH: Final = 8
"""Number of texts that are followed along a single word."""

_LEAST: Final = 1e-6

_LETTERS: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|')*")


@dataclass(frozen=True, slots=True, eq=False)
class TextLine:
    """A line that was read as words.

    Attributes:
        reading: The reading: each word is a glyph of it, whose candidates are what else the word may be.
        text: What the network and the language say, without the user's corrections.
        confidence: The probability that `text` is right, 0 to 1.
        is_listed: Whether all words of it are in the list of words.
    """

    reading: Reading
    text: str
    confidence: float
    is_listed: bool = False

    @property
    def is_told(self) -> bool:
        """Whether the user has said what a word of it is."""
        return any(glyph.read is not None for glyph in self.reading.glyphs)


@dataclass(frozen=True, slots=True, eq=False)
class _ReadWords:
    """What the network and the language say of strokes.

    Attributes:
        words: The words.
        found: The texts that the line may say, the best first.
        confidence: The probability that the best one is right, 0 to 1.
        paths: float32 [P, 2] of each stroke, normalised.
    """

    words: list[ReadWord]
    found: list[decoding.Candidate]
    confidence: float
    paths: tuple[NDArray[np.float32], ...]


class TextRecognizer:
    """Reads lines of words. Not thread-safe: each thread needs its own."""

    def __init__(self, store: ModelStore, model: str | None = None, own_words: OwnWords | None = None) -> None:
        """Load the network for lines.

        Args:
            store: The models.
            model: Name or folder of a model of lines; None for the program's.
            own_words: Words of the user, which are expected in every language; None for none.

        Raises:
            ModelFault: The model is missing, damaged or not of this kind.
        """
        self.model = store.find(model or DEFAULT_TEXT_MODEL)
        self._reader = load_text_reader(self.model)
        self._own_words = own_words
        self._own: tuple[str, ...] = ()
        self._lexicons: dict[str, Lexicon] = {}
        self._settled = SettledWords()

    def lexicon(self, language: str) -> Lexicon | None:
        """Return the words of a language, which are loaded once; None for `PLAIN`.

        Raises:
            Fault: There are no words of this language.
        """
        if language == PLAIN:
            return None
        if language not in self._lexicons:
            self._lexicons[language] = load_lexicon(language).with_own(self._own)
        own = () if self._own_words is None else self._own_words.words()
        if own is not self._own:
            self._own = own
            self._lexicons = {name: lexicon.with_own(own) for name, lexicon in self._lexicons.items()}
        return self._lexicons[language]

    def read(
        self,
        strokes: Sequence[Stroke],
        *,
        top: int,
        corrections: Corrections,
        language: str = DEFAULT_LANGUAGE,
    ) -> TextLine | None:
        """Read the strokes of a line; None where there is nothing to read, or far too much.

        Args:
            strokes: Its strokes in the order of writing.
            top: Number of candidates that are wanted, at least 1.
            corrections: The user's corrections, of which those of whole words count.
            language: One of `lexicon.LANGUAGES`, or `PLAIN`.

        Raises:
            Fault: There are no words of this language.
        """
        started = time.perf_counter()
        if not 0 < len(strokes) <= MOST_STROKES:
            return None
        lexicon = self.lexicon(language)
        # What is usual in English is not so in other languages: these have their words alone.
        ngrams = self._reader.ngrams if language == DEFAULT_LANGUAGE else None
        read = self._read_words(strokes, ngrams, lexicon)
        if read is None:
            return None
        lines = lines_through(read.paths)
        if lines:
            # A line through a word spoils what is read in it, and in others where it was drawn late.
            left = [index for index in range(len(strokes)) if index not in lines]
            bare = self._read_words([strokes[index] for index in left], ngrams, lexicon)
            words = [] if bare is None else [_with_strokes(word, left) for word in bare.words]
            crossed = with_crossed_out(words, strokes, lines)
            if bare is not None and crossed is not None:
                read = replace(bare, words=crossed)
        words, share = self._settled.settle(strokes, read.words, language)
        text = " ".join(word.text for word in words)
        confidence = read.confidence * share * CROSSED_SHARE ** sum(word.text == CROSSED_OUT for word in words)
        words = _with_corrections(words, corrections, lines)
        reading = _reading(strokes, words, read.found, confidence, top)
        elapsed_ms = (time.perf_counter() - started) * 1000
        return TextLine(replace(reading, elapsed_ms=elapsed_ms), text, confidence, _is_listed(text, lexicon))

    def _read_words(
        self, strokes: Sequence[Stroke], ngrams: Language | None, lexicon: Lexicon | None
    ) -> "_ReadWords | None":
        """Return what the network and the language say of strokes; None where there is nothing to read."""
        line = self._reader.follow(strokes)
        if line is None:
            return None
        found = _stripped(beam_search(line.log_probabilities, ngrams, lexicon))
        if not found:
            return None
        text = found[0].text
        places = places_of(line.log_probabilities, text)
        words = [self._word(line, text, written, ngrams is not None, lexicon) for written in words_of_line(line, text)]
        shares = [word.shares[0] for word in words]
        told = facts(line.log_probabilities, places, found, shares, ngrams, lexicon)
        confidence = confidence_of(told, with_language=ngrams is not None)
        return _ReadWords(words, found, confidence, line.paths)

    def _word(
        self, line: FollowedLine, text: str, written: WrittenWord, with_ngrams: bool, lexicon: Lexicon | None
    ) -> ReadWord:
        """Return a word with what else it may be, given what stands before it."""
        first, last = written.places
        others = beam_search(
            line.log_probabilities[first:last],
            self._reader.ngrams if with_ngrams else None,
            lexicon,
            before=text[: written.first],
            width=_WORD_WIDTH,
        )
        scores: dict[str, float] = {}
        for one in others:
            own = one.text.strip()
            if own:
                scores[own] = max(one.score, scores.get(own, -math.inf))
        best = max(scores.values(), default=0.0)
        # The word of the whole line comes first, also where it is not the best one by itself.
        weights = {word: math.exp(score - best) for word, score in scores.items()}
        weights.setdefault(written.text, _LEAST)
        order = sorted(weights, key=lambda word: (word != written.text, -weights[word]))[:_ALTERNATIVES]
        total = sum(weights.values())
        return ReadWord(written, tuple(order), tuple(weights[word] / total for word in order))


def _is_listed(text: str, lexicon: Lexicon | None) -> bool:
    written = _LETTERS.findall(text)
    return lexicon is not None and bool(written) and all(map(lexicon.has, written))


def _with_strokes(word: ReadWord, strokes: Sequence[int]) -> ReadWord:
    """Return a word of some strokes of a line with their indices in that line."""
    parts = tuple(tuple(strokes[index] for index in part) for part in word.written.parts)
    own = tuple(strokes[index] for index in word.written.strokes)
    return replace(word, written=replace(word.written, strokes=own, parts=parts))


def _stripped(candidates: Sequence[decoding.Candidate]) -> list[decoding.Candidate]:
    """Return the candidates without spaces around them, those of the same text together and empty ones left out."""
    scores: dict[str, float] = {}
    for one in candidates:
        own = " ".join(one.text.split())
        if own:
            scores[own] = float(np.logaddexp(scores[own], one.score)) if own in scores else one.score
    return sorted((decoding.Candidate(*item) for item in scores.items()), key=lambda one: -one.score)


def _with_corrections(words: Sequence[ReadWord], corrections: Corrections, lines: Collection[int]) -> list[ReadWord]:
    """Return the words with what the user has said of whole ones: what most of a word's strokes are is that word.

    Args:
        words: The words.
        corrections: The user's corrections.
        lines: The strokes that are lines through words.
    """
    result = list(words)
    for strokes, latex in corrections.labels:
        text = word_text(latex)
        if not text.strip():
            # A file may hold anything.
            continue
        if any(_is_crossed_out_since(word, strokes, lines) for word in result):
            continue
        own = [index for index, word in enumerate(result) if _is_mostly(word.written.strokes, strokes)]
        if not own and " " in latex:
            # What was written later has changed which strokes make a word: what was said holds.
            result, place = _cut_out(result, strokes)
            own = [] if place is None else [place]
        if own:
            result[own[0] : own[-1] + 1] = [_chosen(result[own[0] : own[-1] + 1], text)]
    return result


def _is_crossed_out_since(word: ReadWord, strokes: Strokes, lines: Collection[int]) -> bool:
    """Tell whether a word of these strokes was crossed out after the user had said what they are."""
    since = any(line in word.written.strokes and line not in strokes for line in lines)
    return word.text == CROSSED_OUT and since and not strokes.isdisjoint(word.written.strokes)


def _chosen(words: Sequence[ReadWord], text: str) -> ReadWord:
    """Return what these words are to the user, with what the network says of them."""
    first, last = words[0].written, words[-1].written
    merged = tuple(sorted(stroke for word in words for stroke in word.written.strokes))
    parts = (merged, *((),) * (len(text.replace(" ", "")) - 1))
    written = WrittenWord(text, first.first, merged, parts, (first.places[0], last.places[1]))
    read = words[0].texts if len(words) == 1 else (" ".join(word.text for word in words),)
    shares = words[0].shares if len(words) == 1 else (1.0,)
    texts = (text, *(one for one in read if one != text))
    known = dict(zip(read, shares, strict=True))
    return ReadWord(written, texts, tuple(known.get(one, 0.0) for one in texts), chosen=True)


def _cut_out(words: Sequence[ReadWord], strokes: Strokes) -> tuple[list[ReadWord], int | None]:
    """Return the words with one of these strokes alone, and its place; they are taken out of the others.

    It stands where the first word stood that had some of them; there is no place where no word had any.
    """
    result: list[ReadWord] = []
    place = None
    taken = tuple(sorted(strokes.intersection(stroke for word in words for stroke in word.written.strokes)))
    for word in words:
        left = tuple(stroke for stroke in word.written.strokes if stroke not in strokes)
        if len(left) == len(word.written.strokes):
            result.append(word)
            continue
        if place is None:
            place = len(result)
            result.append(replace(word, written=replace(word.written, strokes=taken, parts=(taken,))))
        if left:
            parts = (left, *((),) * (len(word.text.replace(" ", "")) - 1))
            result.append(replace(word, written=replace(word.written, strokes=left, parts=parts)))
    return result, place


def _is_mostly(strokes: Sequence[int], others: Strokes) -> bool:
    return 2 * len(others.intersection(strokes)) > len(strokes)


def fits_words(reading: Reading, corrections: Corrections) -> bool:
    """Tell whether all that the user has said is about whole words of a reading, and not about parts of them."""
    if corrections.apart or corrections.relations:
        return False
    own = [frozenset(glyph.strokes) for glyph in reading.glyphs]
    return all(any(glyph == word or word <= glyph for word in own) for glyph in corrections.glyphs)


def _reading(
    strokes: Sequence[Stroke],
    words: Sequence[ReadWord],
    found: Sequence[decoding.Candidate],
    confidence: float,
    top: int,
) -> Reading:
    """Return the reading of these words; the texts of the whole line are its other candidates."""
    chosen = [word.chosen for word in words]
    doubts = [0.0 if word.chosen else -math.log(max(word.shares[0], _LEAST)) + _LEAST for word in words]
    # What the user chose is certain: only the other words' part of the doubt is left.
    own = max(confidence, _LEAST) ** (1.0 - sum(chosen) / len(chosen)) if any(chosen) else confidence
    total = max(sum(doubts), _LEAST)
    glyphs = tuple(
        _glyph(strokes, word, max(own, _LEAST) ** (doubt / total)) for word, doubt in zip(words, doubts, strict=True)
    )
    text = " ".join(word.text for word in words)
    tree = _tree(words)
    candidates, trees = [Candidate(text, tree.latex, own)], [tree]
    others = [] if any(chosen) else [one for one in found[1:] if one.text != text][: max(top, 1) - 1]
    weights = np.exp(np.array([one.score for one in others]) - found[0].score)
    rest = max(float(weights.sum()), _LEAST)
    left = min(1 - own, own * rest)
    for one, weight in zip(others, weights.tolist(), strict=True):
        other = _plain_tree(one.text)
        candidates.append(Candidate(one.text, other.latex, min(weight / rest * left, own)))
        trees.append(other)
    return Reading(
        LINE,
        tuple(candidates),
        own >= SURE_ABOVE,
        glyphs,
        tree=tree,
        trees=tuple(trees),
        likely=own >= LIKELY_ABOVE,
    )


def _glyph(strokes: Sequence[Stroke], word: ReadWord, confidence: float) -> GlyphReading:
    """Return a word as a glyph of the line, whose candidates are what else it may be."""
    labels = tuple(Label(text, word_latex(text)) for text in word.texts)
    shares = np.array(word.shares)
    rest = max(float(shares[1:].sum()), _LEAST)
    left = 0.0 if word.chosen else 1 - confidence
    spread = [confidence, *(min(share / rest * left, confidence) for share in shares[1:].tolist())]
    candidates = tuple(Candidate(label.text, label.latex, share) for label, share in zip(labels, spread, strict=True))
    probabilities = np.array(spread, np.float32) / max(sum(spread), _LEAST)
    prediction = Prediction(labels, probabilities, 1.0, confidence >= SURE_ABOVE)
    read = None
    if word.chosen:
        read = Prediction(labels, (shares / max(float(shares.sum()), _LEAST)).astype(np.float32))
    box = box_of(strokes, word.written.strokes)
    parts = word.written.parts
    apart = len(parts) > 1 and all(parts) and word.text == word.written.text
    characters = tuple(box_of(strokes, part) for part in parts) if apart else ()
    return GlyphReading(candidates, word.written.strokes, box, prediction, read, is_word=True, characters=characters)


def _tree(words: Sequence[ReadWord]) -> LayoutTree:
    symbols = []
    for word in words:
        signs = word.text.replace(" ", "")
        symbols += [Symbol(word_latex(sign), part) for sign, part in zip(signs, word.written.parts, strict=True)]
    return LayoutTree(tuple(symbols), _in_a_row(len(symbols)))


def _plain_tree(text: str) -> LayoutTree:
    """Return the tree of a text of which it is not known which strokes wrote what."""
    symbols = tuple(Symbol(word_latex(sign)) for sign in text.replace(" ", ""))
    return LayoutTree(symbols, _in_a_row(len(symbols)))


def _in_a_row(count: int) -> tuple[tuple[int, int, Relation], ...]:
    return tuple((index - 1, index, "Right") for index in range(1, count))
