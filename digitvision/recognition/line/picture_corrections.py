"""What somebody has said of a picture's line, laid upon its readings: a picture has no strokes that could be pinned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from digitvision.ink.stroke import Bounds
from digitvision.recognition.corrections import PictureAnnotation
from digitvision.recognition.line.reader import LineReading


def as_said(
    readings: Sequence[LineReading],
    said: Sequence[PictureAnnotation],
    labels: Mapping[str, int],
    text_of: Callable[[LineReading], str],
) -> list[LineReading]:
    """The readings that contradict nothing of what was said, the best first; what fits none of them is passed over.

    Args:
        readings: Of a picture, the best first.
        said: See `Corrections.picture`.
        labels: By the LaTeX of the classes that may be answered their places among the model's.
        text_of: A reading as people type it.
    """
    left = list(readings)
    for box, told in said:
        if box is None:
            # Whoever chooses a reading has seen those before it, and wants none of them.
            texts = [text_of(one) for one in left]
            refused = texts[: texts.index(told)] if told in texts else []
            fitting = [one for one, text in zip(left, texts, strict=True) if text not in refused]
        elif told in labels:
            fitting = [_pinned(one, box, labels[told]) for one in left if _place_of(box, one) is not None]
        else:
            fitting = []
        left = fitting or left
    return left


def _place_of(box: Bounds, reading: LineReading) -> int | None:
    """Which of its glyphs has this box."""
    boxes = [Bounds(*one) for one in reading.boxes.tolist()]
    return boxes.index(box) if box in boxes else None


def _pinned(reading: LineReading, box: Bounds, label: int) -> LineReading:
    """The same with the glyph of this box being of this class, beyond doubt."""
    place = _place_of(box, reading)
    assert place is not None
    words = tuple(
        replace(word, labels=(*word.labels[: place - first], label, *word.labels[place - first + 1 :]))
        if first <= place < last
        else word
        for word, (first, last) in zip(reading.line.words, reading.words, strict=True)
    )
    shares, in_vocabulary = reading.ink.shares.copy(), reading.in_vocabulary.copy()
    shares[place], in_vocabulary[place] = 0.0, 1.0
    shares[place, label] = 1.0
    line = replace(reading.line, words=words)
    return replace(reading, line=line, ink=replace(reading.ink, shares=shares), in_vocabulary=in_vocabulary)
