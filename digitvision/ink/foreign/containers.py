"""Ink inside MIME multipart files, and ink with slips of the pen that a strict XML parser refuses.

All of it works in linear time on bytes that are bounded already; nothing is fetched or executed.
"""

import base64
import binascii
import quopri
import re
from typing import Final

_DEEPEST: Final = 3
"""How deeply parts that have parts are looked into."""

_MOST_PARTS: Final = 1000

_HEADERS: Final = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)+\r?\n")
_BOUNDARY: Final = re.compile(rb'boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_CODING: Final = re.compile(rb"content-transfer-encoding\s*:\s*([\w-]+)", re.IGNORECASE)
_FIRST_LINE: Final = re.compile(rb"--([^\s-][^\r\n]{0,199}|-[^\r\n]{1,199})\r?\n")
_INK: Final = re.compile(rb"<(?:[\w.-]+:)?ink[\s>/]")
_PROLOGUE: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\?>")

_OPENING: Final = re.compile(rb"<(?:[\w.-]+:)?annotation(?:\s[^<>]*)?(?<!/)>")
_CLOSING: Final = re.compile(rb"</(?:[\w.-]+:)?annotation\s*>")
_BARE_AMPERSAND: Final = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")


def unpacked(data: bytes) -> bytes:
    """Return the XML of a file: of a MIME multipart file the parts that hold ink, of any other file the file itself.

    Several parts with ink become one document, in which each of them is an element.
    """
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    headers = _HEADERS.match(start)
    if not start.startswith(b"--") and headers is None:
        return data
    parts = _ink_parts(start, depth=0)
    if not parts:
        return data
    if len(parts) == 1:
        return parts[0].strip()
    return b"<parts>" + b"\n".join(_PROLOGUE.sub(b"", part, count=1) for part in parts) + b"</parts>"


def _ink_parts(data: bytes, *, depth: int) -> list[bytes]:
    """Return the parts with ink of a part, which may begin with its headers."""
    headers, body = _split_headers(data)
    boundary = _boundary(headers, body)
    if boundary is None or depth >= _DEEPEST:
        coding = _CODING.search(headers)
        content = _decoded(body, coding[1].lower() if coding else b"")
        return [content] if _INK.search(content) else []
    found = []
    for part in (b"\n" + body).split(b"\n--" + boundary, _MOST_PARTS)[1:]:
        if part.startswith(b"--"):
            break
        found += _ink_parts(part.lstrip(b" \t").removeprefix(b"\r").removeprefix(b"\n"), depth=depth + 1)
    return found


def _split_headers(data: bytes) -> tuple[bytes, bytes]:
    found = _HEADERS.match(data)
    return (found[0], data[found.end() :]) if found else (b"", data)


def _boundary(headers: bytes, body: bytes) -> bytes | None:
    """Return what separates the parts of a body, from its headers or its first line; None where it has no parts."""
    found = _BOUNDARY.search(headers)
    if found:
        return found[1] or found[2]
    first = _FIRST_LINE.match(body.lstrip()) if not headers else None
    return first[1].rstrip() if first else None


def _decoded(body: bytes, coding: bytes) -> bytes:
    try:
        if coding == b"base64":
            return base64.b64decode(body)
        return quopri.decodestring(body) if coding == b"quoted-printable" else body
    except (binascii.Error, ValueError):
        return body


def with_escaped_annotations(data: bytes) -> bytes:
    """Return a document in which the signs < and & that stand bare in the text of annotations are escaped.

    An annotation has no elements inside, so that every < up to its end is meant as a sign.
    """
    parts: list[bytes] = []
    end = 0
    while opening := _OPENING.search(data, end):
        closing = _CLOSING.search(data, opening.end())
        if closing is None:
            break
        text = data[opening.end() : closing.start()]
        if b"<![CDATA[" not in text and b"<!--" not in text:
            text = _BARE_AMPERSAND.sub(b"&amp;", text).replace(b"<", b"&lt;")
        parts += (data[end : opening.end()], text, closing[0])
        end = closing.end()
    return b"".join((*parts, data[end:]))
