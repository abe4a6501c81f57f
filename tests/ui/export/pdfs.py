"""Reading the PDFs that tests look at: their sheets, their text, and whether it is seen."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class SheetText:
    """The text of one sheet.

    Attributes:
        lines: Each text that lies in one place, its words with spaces between them.
        opacities: The highest opacity of each.
        curves: Number of curves on the sheet.
    """

    lines: tuple[str, ...]
    opacities: tuple[float, ...]
    curves: int


def sheet_texts(pdf: bytes) -> list[SheetText]:
    """Return the text of each sheet, by the tables from glyphs to Unicode that viewers use."""
    unicode_of: dict[int, str] = {}
    opacities = {b"GSa": 1.0}
    for entry in pdf.split(b"endobj"):
        number, opacity = re.search(rb"(\d+) 0 obj", entry), re.search(rb"/ca ([\d.]+)", entry)
        if number and opacity and b"stream" not in entry:
            opacities[b"GState" + number[1]] = float(opacity[1])
    contents = []
    for stream in streams_of(pdf):
        if b"begincmap" in stream:
            unicode_of.update(_cmap(stream))
        elif b" cm\n" in stream and b"/CSp" in stream:
            contents.append(stream)
    return [_text_of(stream, unicode_of, opacities) for stream in contents]


def streams_of(pdf: bytes) -> Iterator[bytes]:
    """Yield the content of each stream: pages, fonts, tables, and the pixels of images."""
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, flags=re.DOTALL):
        try:
            yield zlib.decompress(found[1])
        except zlib.error:
            yield found[1]


def _cmap(stream: bytes) -> Iterator[tuple[int, str]]:
    for first, last, targets in re.findall(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)> (\[[^\]]*\]|<[0-9A-Fa-f]+>)", stream):
        signs = [bytes.fromhex(one.decode()).decode("utf-16-be") for one in re.findall(rb"<([0-9A-Fa-f]+)>", targets)]
        for offset in range(int(last, 16) - int(first, 16) + 1):
            sign = signs[offset] if targets.startswith(b"[") else chr(ord(signs[0]) + offset)
            yield int(first, 16) + offset, sign


def _text_of(stream: bytes, unicode_of: dict[int, str], opacities: dict[bytes, float]) -> SheetText:
    words: dict[bytes, list[str]] = {}
    seen: dict[bytes, float] = {}
    place, opacity = b"", 1.0
    for matrix, state, block in re.findall(rb"(\S+ \S+) cm\n|/(GS\w+) gs|BT\n(.*?)ET", stream, flags=re.DOTALL):
        if matrix:
            place = matrix
        elif state:
            opacity = opacities[state]
        else:
            glyphs = re.findall(rb"<([0-9A-F]{4})> Tj", block)
            words.setdefault(place, []).append("".join(unicode_of.get(int(glyph, 16), "?") for glyph in glyphs))
            seen[place] = max(opacity, seen.get(place, 0.0))
    lines = tuple(map(" ".join, words.values()))
    return SheetText(lines, tuple(seen.values()), len(re.findall(rb" c\n", stream)))
