"""Lines of XML or HTML in a log: attribute values and text are decoded, scrubbed by their label, and encoded again.

Lexical and line by line: nothing is parsed recursively, no entity is expanded but the character references of XML 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scrubber import encodings
from scrubber.pseudonyms import secret

_START = re.compile(
    rb"\s{0,64}<(?:[/?!]?[A-Za-z_][A-Za-z0-9_-]{0,31}(?::[A-Za-z_][A-Za-z0-9._-]{0,63})?(?=[\s/>])|!--)"
)
_VALUE = re.compile(
    rb"(?<=\s)([A-Za-z_:][A-Za-z0-9_.:-]{0,63})=(?:\"([^\"<>]*+)\"|'([^'<>]*+)')|(?<=>)([^<>]++)(?=<|\Z)"
)
_ELEMENT = re.compile(rb"<([A-Za-z_][A-Za-z0-9_.-]{0,31}:)?([A-Za-z_][A-Za-z0-9_.-]{0,63})(?:\s[^<>]{0,512})?>\Z")
_FIELD = re.compile(rb"\s{0,64}<field\s")
_HEX = re.compile(rb"[0-9A-Fa-f]{2,}")
_OCTETS = (b"value", b"unmaskedvalue")


def looks_like_markup(text: bytes) -> bool:
    """Whether a line begins with a tag and ends with one."""
    return _START.match(text) is not None and text.rstrip().endswith(b">")


def scrub_markup(text: bytes, value: Callable[[bytes, bytes], bytes]) -> bytes:
    """``text`` with every attribute value and text node replaced by ``value(name, decoded)``.

    The name is that of the attribute or of the element around the text. In packet details (PDML) the octets of a field
    stand as hexadecimal digits beside the decoded field; they become zeros.
    """
    pieces: list[bytes] = []
    position = 0
    octets = _FIELD.match(text) is not None
    for match in _VALUE.finditer(text):
        group = next(number for number in (2, 3, 4) if match[number] is not None)
        start, end = match.span(group)
        raw = match[group]
        if not raw.strip():
            continue
        pieces.append(text[position:start])
        name = match[1] if group != 4 else _element_before(text, start)
        hexadecimal = octets and name in _OCTETS and _HEX.fullmatch(raw)
        if octets or name.lower() == b"name":
            name = b"displayname" if group == 4 else b""
        if hexadecimal:
            pieces.append(secret.filler(raw))
        else:
            pieces.append(_encoded(raw, value, name))
        position = end
    pieces.append(text[position:])
    return b"".join(pieces)


def _element_before(text: bytes, start: int) -> bytes:
    match = _ELEMENT.search(text, max(0, text.rfind(b"<", 0, start)), start)
    return match[2] if match else b""


def _encoded(raw: bytes, value: Callable[[bytes, bytes], bytes], name: bytes) -> bytes:
    decoded = encodings.entities_unescape(raw) if b"&" in raw else raw
    if decoded is None:
        decoded = raw
    new = value(name, decoded)
    return raw if new == decoded else encodings.entities_escape_like(new, raw)
