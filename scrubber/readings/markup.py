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
    rb"(?<=\s)([A-Za-z_:][A-Za-z0-9_.:-]{0,63})=(?:\"([^\"<>]*+)(?:\"|\Z)|'([^'<>]*+)(?:'|\Z))|(?<=>)([^<>]++)(?=<|\Z)"
)
_OPEN = re.compile(rb"[A-Za-z]=\"[^\"<>]*+\Z|[A-Za-z]='[^'<>]*+\Z")
"""An attribute that goes on in the next line."""
_ELEMENT = re.compile(rb"<([A-Za-z_][A-Za-z0-9_.-]{0,31}:)?([A-Za-z_][A-Za-z0-9_.-]{0,63})(?:\s[^<>]{0,512})?>\Z")
_HOLDING = frozenset((b"value", b"data", b"content"))
_GENERAL = _HOLDING | {b"id", b"name"}
"""Attributes whose names say nothing about what they hold."""
_OF_PAGES = frozenset(
    b"xmlns schemalocation class style href src rel type lang dir align valign width height colspan rowspan border"
    b" cellpadding cellspacing charset action method target media color bgcolor size showname".split()
)
"""Attributes of namespaces and of pages (HTML) that say how something looks or where it stands; read as any text."""
_PROSE = frozenset(b"span em strong font small pre code tt samp p div li h1 h2 h3 h4 body blockquote".split())
"""Elements of pages that hold any text: a view of a log, a mail."""
_SETTING = re.compile(rb"\s(?:name|key|id|keyword)=[\"']([A-Za-z][A-Za-z0-9_.-]{0,63})[\"']\s", re.IGNORECASE)
"""``<param name="password" value="…"/>``, as FreeSWITCH and many a telephone are configured."""
_OWNER = re.compile(rb"<(user|account|gateway|domain|contact|peer|trunk|mailbox|subscriber)\s", re.IGNORECASE)
_FIELD = re.compile(rb"\s{0,64}<field\s")
_HEX = re.compile(rb"[0-9A-Fa-f]{2,}")
_SYNTAX = re.compile(
    rb"(?:[\"'\s]|[A-Za-z_:][A-Za-z0-9_.:-]{0,63}+=[\"']|[/?]?>|<[/?!]?[A-Za-z_][A-Za-z0-9_.:-]{0,63}+)*+"
)
"""What stands between two values of well-formed markup."""
_OCTETS = (b"value", b"unmaskedvalue")


def looks_like_markup(text: bytes) -> bool:
    """Whether a line begins with a tag and ends with one, or within the value of an attribute."""
    return _START.match(text) is not None and (text.rstrip().endswith(b">") or _OPEN.search(text) is not None)


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
        pieces.append(_between(text[position:start], value))
        name = (match[1] if octets else _attribute(text, match)) if group != 4 else _element_before(text, start)
        hexadecimal = octets and name in _OCTETS and _HEX.fullmatch(raw)
        if group == 4 and name.lower() in _PROSE:
            name = b""
        elif octets or name.lower() == b"name":
            name = b"displayname" if group == 4 else b""
        elif group != 4 and (name.startswith(b"xmlns:") or name.lower().rpartition(b":")[2] in _OF_PAGES):
            name = b""
        if hexadecimal:
            pieces.append(secret.filler(raw))
        else:
            pieces.append(_encoded(raw, value, name))
        position = end
    pieces.append(_between(text[position:], value))
    return b"".join(pieces)


def _between(gap: bytes, value: Callable[[bytes, bytes], bytes]) -> bytes:
    """Tags and attribute names stay; what is no markup, such as an attribute without an end, is a text."""
    return gap if _SYNTAX.fullmatch(gap) else _encoded(gap, value, b"")


def _attribute(text: bytes, match: re.Match[bytes]) -> bytes:
    """What says what an attribute holds: its name, that of a setting beside it, or that of the element as well."""
    name = match[1]
    lowered = name.lower()
    if lowered not in _GENERAL:
        return name
    tag = text[max(0, text.rfind(b"<", 0, match.start())) : match.start()]
    if lowered in _HOLDING:
        setting = _SETTING.search(tag)
        return setting[1] if setting is not None else name
    element = _OWNER.match(tag)
    return element[1] + name if element is not None else name


def _element_before(text: bytes, start: int) -> bytes:
    match = _ELEMENT.search(text, max(0, text.rfind(b"<", 0, start)), start)
    return match[2] if match else b""


def _encoded(raw: bytes, value: Callable[[bytes, bytes], bytes], name: bytes) -> bytes:
    decoded = encodings.entities_unescape(raw) if b"&" in raw else raw
    if decoded is None:
        decoded = raw
    new = value(name, decoded)
    return raw if new == decoded else encodings.entities_escape_like(new, raw)
