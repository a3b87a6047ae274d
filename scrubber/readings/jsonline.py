"""JSON inside a log: every string value is decoded, scrubbed by its key and content, and written back in its style.

Works on text that only looks like JSON, too: strings are found lexically (RFC 8259 section 7), nothing is parsed
recursively, and what is not a string stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scrubber import encodings

_ITEM = re.compile(
    rb'"((?:[^"\\]|\\.)*+)(?:"|\\?\Z)(\s*+:)?'
    rb"|(?<=[:\[,\s])(-?(?:[0-9]{3,20}|[0-9]{1,3}\.[0-9]{3,20}))(?=\s*[,}\]])",
    re.DOTALL,
)
"""A string, the last one perhaps cut off, and whether it is a key; a number."""
_BETWEEN = re.compile(rb"(?:[\s{}\[\],:]|-?[0-9]{1,5}(?![0-9])(?:\.[0-9]{1,3}(?![0-9]))?|true|false|null)*+")
_LOOSELY = re.compile(
    rb"(?:[\s{}\[\],:]|-?[0-9]{1,20}(?![0-9])(?:\.[0-9]{1,20}(?![0-9]))?(?:[eE][+-]?[0-9]{1,4})?|true|false|null)*+"
)
_PUSH = re.compile(rb'"(?:(?:DeviceToken|Selector|selector|content-url)"\s{0,4}:|verb"\s{0,4}:\s{0,4}"Notify[A-Z])')
_OF_PUSH = {b"message": b"messagebody", b"id": b"messageid", b"threadid": b"conversationid", b"filename": b"title"}
"""In a push or rich message these keys hold what somebody wrote, and whose conversation it is."""
_NUMBERS = re.compile(rb"\[\s{0,4}[0-9]{1,3}(?:\s{0,4},\s{0,4}[0-9]{1,3}){3,65535}+\s{0,4}\]")
"""A text as an array of octets, as journald exports one that is no UTF-8 or holds control characters."""
_PRINTED = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff\x1b]+")
_MEMBER = re.compile(rb'"[^"\\]{0,200}"\s{0,4}:\s')
"""A member on a line of its own, as pretty-printers write it."""


def looks_like_json(text: bytes) -> bool:
    """Whether a line is a JSON object or array on its own, or one member of a pretty-printed object."""
    body = text.strip()
    if body[:1] in b"{[" and body[-1:] in b"}]":
        return b'":' in body or b'" :' in body
    return body[:1] == b'"' and _MEMBER.match(body) is not None and body[-1:] in b'",{[}]0123456789el'


def is_json(text: bytes) -> bool:
    """Whether there is nothing in a text but what :func:`scrub_json` sees, the signs between, and short numbers."""
    return _BETWEEN.fullmatch(_ITEM.sub(b" ", text)) is not None


def is_loosely_json(text: bytes) -> bool:
    """The same with numbers of any length; words outside the strings make it a text that holds some JSON."""
    return _LOOSELY.fullmatch(_ITEM.sub(b" ", text)) is not None


def scrub_json(text: bytes, value: Callable[[bytes, bytes], bytes], key: bytes = b"") -> bytes:
    """``text`` with every string and longer number replaced by ``value(key, decoded)``, escapes kept in their style.

    Keys go through ``value`` with the key ``b""``, since maps are often keyed by an identity. What stands before the
    first key is taken for a value of ``key``.
    """
    pieces: list[bytes] = []
    position = 0
    if _NUMBERS.search(text) is not None:
        text = _NUMBERS.sub(lambda array: _octets(array[0], value), text)
    renamed = _OF_PUSH if _PUSH.search(text) is not None else {}
    for match in _ITEM.finditer(text):
        group = 1 if match[3] is None else 3
        start, end = match.span(group)
        raw = match[group]
        decoded = encodings.json_unescape(raw) if b"\\" in raw else raw
        if decoded is None:
            decoded = raw
        if match[2]:
            key = renamed.get(decoded.lower(), decoded)
        new = value(b"" if match[2] else key, decoded)
        pieces.append(text[position:start])
        pieces.append(raw if new == decoded else encodings.json_escape_like(new, raw))
        position = end
    pieces.append(text[position:])
    return b"".join(pieces)


def _octets(array: bytes, value: Callable[[bytes, bytes], bytes]) -> bytes:
    """An array of octets that spell a text, rewritten as that text; any other array as it is."""
    numbers = [int(number) for number in array.strip(b"[] \t\r\n").split(b",")]
    if max(numbers) > 255:
        return array
    text = bytes(numbers)
    if _PRINTED.fullmatch(text) is None or not any(map(bytes.isalpha, (text[:1], text[-1:], text[1:2]))):
        return array
    new = value(b"message", text)
    return array if new == text else b"[" + b",".join([b"%d" % octet for octet in new]) + b"]"
