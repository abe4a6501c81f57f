"""Apply the user's corrections to the readings of a picture's line, which has no strokes that could be pinned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from digitvision.ink.stroke import Bounds
from digitvision.recognition.corrections import PictureAnnotation
from digitvision.recognition.line.reader import LineReading


def apply_corrections(
    readings: Sequence[LineReading],
    corrections: Sequence[PictureAnnotation],
    labels: Mapping[str, int],
    text_of: Callable[[LineReading], str],
) -> list[LineReading]:
    """Return the readings that contradict no correction, the best first; corrections that fit no reading are ignored.

    Args:
        readings: Readings of a picture, the best first.
        corrections: See `Corrections.picture`.
        labels: Index among the model's labels of each class that may be answered, by its LaTeX.
        text_of: Formats a reading as text.
    """
    remaining = list(readings)
    for box, wanted in corrections:
        if box is None:
            # A user who chooses a text has rejected the readings that were ranked before it.
            texts = [text_of(one) for one in remaining]
            refused = texts[: texts.index(wanted)] if wanted in texts else []
            fitting = [one for one, text in zip(remaining, texts, strict=True) if text not in refused]
        elif wanted in labels:
            fitting = [_pinned(one, box, labels[wanted]) for one in remaining if _index_of(box, one) is not None]
        else:
            fitting = []
        remaining = fitting or remaining
    return remaining


def _index_of(box: Bounds, reading: LineReading) -> int | None:
    """Return the index of a reading's glyph with this box; None where there is none."""
    boxes = [Bounds(*one) for one in reading.boxes.tolist()]
    return boxes.index(box) if box in boxes else None


def _pinned(reading: LineReading, box: Bounds, label: int) -> LineReading:
    """Return the reading with the glyph of this box being certainly of this class."""
    index = _index_of(box, reading)
    assert index is not None
    words = tuple(
        replace(word, labels=(*word.labels[: index - first], label, *word.labels[index - first + 1 :]))
        if first <= index < last
        else word
        for word, (first, last) in zip(reading.line.words, reading.words, strict=True)
    )
    shares, in_vocabulary = reading.ink.shares.copy(), reading.in_vocabulary.copy()
    shares[index], in_vocabulary[index] = 0.0, 1.0
    shares[index, label] = 1.0
    line = replace(reading.line, words=words)
    ink = replace(reading.ink, shares=shares, pinned={**reading.ink.pinned, index: label})
    read = reading.ink.shares if reading.read is None else reading.read
    return replace(reading, line=line, ink=ink, in_vocabulary=in_vocabulary, read=read)
