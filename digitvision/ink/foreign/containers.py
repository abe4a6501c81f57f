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
_NAMESPACE: Final = b"http://www.w3.org/2003/InkML"
_PROLOGUE: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\?>")
_MAIL_LINE: Final = re.compile(rb"From [^\r\n]{1,200}\r?\n")
"""What mail programs put before each mail of a folder."""

_OPENING: Final = re.compile(r"<(?:[\w.-]+:)?annotation(?:\s[^<>]*)?(?<!/)>")
_CLOSING: Final = re.compile(r"</(?:[\w.-]+:)?annotation\s*>")
_BARE_AMPERSAND: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_NO_ENTITY: Final = re.compile(r"&(?!(?:[A-Za-z]\w{1,30}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_BARE_LESS: Final = re.compile(r"<(?![A-Za-z_/?!])")
_VALUE: Final = re.compile(r"\b[\w:.-]{1,100}=(?:\"[^\"\n>]{0,500}\"|'[^'\n>]{0,500}')")
_PREFIX: Final = re.compile(r"<([A-Za-z_][\w.-]{0,50}):[A-Za-z_]")
_DECLARED: Final = re.compile(r"\sxmlns:([A-Za-z_][\w.-]{0,50})\s*=")
_FIRST_TAG: Final = re.compile(r"<[A-Za-z_][\w.:-]{0,100}")
_INK_PREFIXES: Final = frozenset({"inkml", "ink"})
_MOST_PREFIXES: Final = 50
_UNKNOWN_SIGN: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARATION: Final = re.compile(r"<\?xml\s[^>]*\?>")
_CODING_NAME: Final = re.compile(
    rb"encoding\s*=\s*[\"']((?:utf|iso|windows|cp|us|ascii|latin|koi8|shift|euc|gb|big)[\w.-]{0,20})[\"']",
    re.IGNORECASE,
)
"""The codings of XML; Python has others, which may take long or mean something else."""
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
"""What documents in each coding begin with."""


def unpacked(data: bytes) -> bytes:
    """Return the XML of a file: of a MIME multipart file the parts that hold ink, of any other file the file itself.

    Several parts with ink become one document, in which each of them is an element.
    """
    start = _MAIL_LINE.sub(b"", data.lstrip(b"\xef\xbb\xbf \t\r\n"), count=1)
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
        if b"\0" in content[:200]:
            content = _PROLOGUE.sub(b"", _text_of(content.strip(b"\r\n")).strip("\ufeff").encode(), count=1)
        return [content] if _INK.search(content) or _NAMESPACE in content else []
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


def with_mended_slips(data: bytes) -> bytes:
    """Return a document without the slips that a strict parser refuses, in UTF-8.

    The signs < and & that stand bare are escaped, which in an annotation is every < up to its end. Characters that XML
    does not know, and blanks around the document, are left out. A text in no coding that it names is taken for UTF-8,
    or for that of western Windows.
    """
    text = _text_of(data)
    text = _DECLARATION.sub("", _UNKNOWN_SIGN.sub("", text).strip("\ufeff \t\r\n"), count=1)
    parts: list[str] = []
    end = 0
    while opening := _OPENING.search(text, end):
        closing = _CLOSING.search(text, opening.end())
        if closing is None:
            break
        note = text[opening.end() : closing.start()]
        if "<![CDATA[" not in note and "<!--" not in note:
            note = _BARE_AMPERSAND.sub("&amp;", note).replace("<", "&lt;")
        parts += (_without_bare_signs(text[end : opening.end()]), note, closing[0])
        end = closing.end()
    return _with_prefixes("".join((*parts, _without_bare_signs(text[end:])))).encode("utf-8", "replace")


def _with_prefixes(text: str) -> str:
    """Return a document whose first element declares the prefixes of names that nothing declares."""
    declared = {"xml", "xmlns", *_DECLARED.findall(text)}
    missing = sorted(set(_PREFIX.findall(text)) - declared)[:_MOST_PREFIXES]
    places = {one: _NAMESPACE.decode() if one in _INK_PREFIXES else f"urn:unknown:{one}" for one in missing}
    declarations = "".join(f' xmlns:{one}="{place}"' for one, place in places.items())
    return _FIRST_TAG.sub(lambda found: found[0] + declarations, text, count=1)


def _text_of(data: bytes) -> str:
    """Return the text of a document in the coding of its first bytes, else of its declaration, else of any program."""
    codings = [coding for mark, coding in _MARKS if data.startswith(mark)]
    if not codings:
        declared = _CODING_NAME.search(data[:200])
        codings += [declared[1].decode("ascii")] if declared else []
    for coding in (*codings, "utf-8"):
        try:
            return data.decode(coding)
        except (UnicodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


def _without_bare_signs(text: str) -> str:
    """Return markup in which no < begins nothing, and no & stands for itself."""
    if "<![CDATA[" in text or "<!--" in text or "<!DOCTYPE" in text:
        return text
    text = _VALUE.sub(lambda found: _BARE_AMPERSAND.sub("&amp;", found[0]).replace("<", "&lt;"), text)
    return _NO_ENTITY.sub("&amp;", _BARE_LESS.sub("&lt;", text))
