"""Characters escaped inside a text: percent, JSON strings, SIP quoted strings, HTML and XML references.

``*_unescape`` (and ``percent_decode``) gives the text behind, or None when the input is not valid;
``*_escape_like(value, like)`` (and ``percent_encode_like``) writes ``value`` in the style of the escaped text ``like``.
Text is UTF-8; octets that are not pass unchanged. Nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.entities import codepoint2name, name2codepoint

CHARACTERS = 4096
"""Characters of which a writer remembers how it writes them."""


def _utf8(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


# --- octets escaped one by one: percent (RFC 3986 section 2.1) ------------------------------------------------

ALPHANUMERIC = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_UNRESERVED = ALPHANUMERIC | frozenset(b"-._~")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_BROKEN_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_PERCENT_TOKEN = re.compile(rb"%[0-9A-Fa-f]{2}|.", re.DOTALL)


def unescaped_octet(match: re.Match[bytes]) -> bytes:
    """The octet whose two hex digits are group 1."""
    return bytes((int(match[1], 16),))


def _kind(byte: int) -> int:
    """Octets that an encoder treats alike: letters, digits, high octets; any other stands for itself."""
    if 65 <= (byte & 0xDF) <= 90:
        return 65
    if 48 <= byte <= 57:
        return 48
    return min(byte, 0x80)


def octets_escape_like(value: bytes, tokens: list[bytes], sign: bytes, plain: frozenset[int]) -> bytes:
    """``value`` with octets escaped as ``sign`` and two hex digits where a writer would who wrote ``tokens``.

    ``tokens`` are single octets and escapes of three. With as many tokens as octets, places agree; otherwise kinds of
    octets do. Octets that are not ``plain`` are escaped unless ``tokens`` show them raw.
    """
    escapes = [token for token in tokens if len(token) == 3]
    digits = b"%02x" if any(token != token.upper() for token in escapes) else b"%02X"
    raw = {_kind(token[0]) for token in tokens if len(token) == 1}
    escaped = {_kind(int(token[1:], 16)) for token in escapes} - raw
    aligned = len(tokens) == len(value)
    out = []
    for position, byte in enumerate(value):
        token = tokens[position] if aligned else b""
        here = len(token) == 3 and _kind(int(token[1:], 16)) == _kind(byte)
        if here and int(token[1:], 16) == byte:
            out.append(token)
        elif here or _kind(byte) in escaped or (byte not in plain and _kind(byte) not in raw):
            out.append(sign + digits % byte)
        else:
            out.append(bytes((byte,)))
    return b"".join(out)


def percent_decode(value: bytes) -> bytes | None:
    """``%41lice`` -> ``Alice``; None when a ``%`` is not followed by two hex digits. ``+`` stays ``+``."""
    return None if _BROKEN_PERCENT.search(value) else _PERCENT.sub(unescaped_octet, value)


def percent_encode_like(value: bytes, like: bytes) -> bytes:
    """Escape what ``like`` escapes (at the same places when the lengths agree), in its hex case."""
    return octets_escape_like(value, _PERCENT_TOKEN.findall(like), b"%", _UNRESERVED)


# --- backslashes: JSON strings (RFC 8259 section 7) and SIP quoted strings (RFC 3261 section 25.1) -----------------

_JSON = re.compile(
    rb"\\u([dD][89abAB][0-9A-Fa-f]{2})\\u([dD][c-fC-F][0-9A-Fa-f]{2})|\\u([0-9A-Fa-f]{4})|\\(.?)", re.DOTALL
)
_JSON_UNICODE = re.compile(rb"\\u([0-9A-Fa-f]{4})")
_JSON_SHORT = dict(zip(b'"\\/bfnrt', b'"\\/\b\f\n\r\t', strict=True))
_JSON_ESCAPES = {code: b"\\" + bytes((letter,)) for letter, code in _JSON_SHORT.items() if code != 0x2F}


def _json_character(match: re.Match[bytes]) -> bytes:
    high, low, single, short = match.groups()
    if high:
        return chr(0x10000 + ((int(high, 16) & 0x3FF) << 10) + (int(low, 16) & 0x3FF)).encode()
    if single:
        return chr(int(single, 16)).encode()  # raises for half of a surrogate pair
    return bytes((_JSON_SHORT[short[0] if short else 0],))


def json_unescape(value: bytes) -> bytes | None:
    """The content of a JSON string (without its quotes) as UTF-8; None for unknown escapes or half a surrogate pair."""
    try:
        return _JSON.sub(_json_character, value)
    except (KeyError, UnicodeEncodeError):
        return None


class _Characters(dict[str, bytes]):
    """What each character of a text is written as, computed when it is met first."""

    __slots__ = ("_write",)

    def __init__(self, write: Callable[[str], bytes]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, char: str) -> bytes:
        if len(self) >= CHARACTERS:
            self.clear()
        written = self[char] = self._write(char)
        return written


def json_escape_like(value: bytes, like: bytes) -> bytes:
    """Escape for a JSON string; non-ASCII, ``/`` and characters such as ``<`` or ``@`` are escaped if ``like`` does.

    A writer that escapes some slashes alone does so behind ``<``, lest a script element ends there (GLib, tshark).
    """
    return json_writer(like)(value)


def json_writer(like: bytes) -> Callable[[bytes], bytes]:
    """:func:`json_escape_like` for many values."""
    slashes = b"\\/" in like
    some_slashes = slashes and b"/" in like.replace(b"\\/", b"")
    hexes = _JSON_UNICODE.findall(like)
    codes = {int(digits, 16) for digits in hexes}
    ascii_only = any(code > 0x7F for code in codes)
    digits = b"\\u%04X" if any(text != text.lower() for text in hexes) else b"\\u%04x"

    def character(char: str) -> bytes:
        code = ord(char)
        if code in codes and code < 0x80:
            return digits % code
        if code in _JSON_ESCAPES:
            return _JSON_ESCAPES[code]
        if code == 0x2F and slashes and not some_slashes:
            return b"\\/"
        if code < 0x20 or (ascii_only and code > 0x7F and not 0xDC80 <= code <= 0xDCFF):
            units = char.encode("utf-16-be")
            return b"".join([digits % int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)])
        return char.encode("utf-8", "surrogateescape")

    written = _Characters(character).__getitem__

    def write(value: bytes) -> bytes:
        text = _utf8(value)
        if not some_slashes:
            return b"".join(map(written, text))
        pieces = [b"".join(map(written, piece)) for piece in text.split("</")]
        return (written("<") + (written("/") if 0x2F in codes else b"\\/")).join(pieces)

    return write


_QUOTED_PAIR = re.compile(rb"\\(.?)", re.DOTALL)


def quoted_unescape(value: bytes) -> bytes | None:
    """The content of a SIP quoted string (without its quotes); None when it ends in the middle of an escape."""
    pairs = _QUOTED_PAIR.findall(value)
    return None if b"" in pairs else _QUOTED_PAIR.sub(rb"\1", value)


def quoted_escape_like(value: bytes, like: bytes) -> bytes:
    """Escape ``"``, backslash and whatever ``like`` escapes."""
    escaped = {pair[0] for pair in _QUOTED_PAIR.findall(like) if pair} | {0x22, 0x5C}
    return b"".join(b"\\" + bytes((byte,)) if byte in escaped else bytes((byte,)) for byte in value)


# --- HTML and XML references --------------------------------------------------------------------------------------

_REFERENCE = re.compile(rb"&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z][A-Za-z0-9]{1,7}));")
_NAMES = {**name2codepoint, "apos": 0x27}


def _code_point(match: re.Match[bytes]) -> int | None:
    decimal, hexadecimal, name = match.groups()
    if name:
        return _NAMES.get(name.decode())
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return code if code < 0x110000 and not 0xD800 <= code < 0xE000 else -1


def entities_unescape(value: bytes) -> bytes | None:
    """``&amp;``, ``&#64;``, ``&#x40;``, ``&eacute;`` -> UTF-8; unknown names stay; None for no character at all."""
    out = []
    position = 0
    for match in _REFERENCE.finditer(value):
        code = _code_point(match)
        if code == -1:
            return None
        if code is not None:
            out += [value[position : match.start()], chr(code).encode()]
            position = match.end()
    return b"".join([*out, value[position:]])


def entities_escape_like(value: bytes, like: bytes) -> bytes:
    """``&`` and ``<``, and what ``like`` writes as a reference, in its form (name, decimal, hex); the rest stays."""
    return entities_writer(like)(value)


def entities_writer(like: bytes) -> Callable[[bytes], bytes]:
    """:func:`entities_escape_like` for many values."""
    forms: dict[int, bytes] = {}
    style = b""
    for match in _REFERENCE.finditer(like):
        code = _code_point(match)
        if code is not None and code >= 0:
            forms.setdefault(code, match[0])
            style = style or (match[0] if code > 0x7F else b"")
    bare = _REFERENCE.sub(b"", like)

    def character(char: str) -> bytes:
        code = ord(char)
        if code in forms:
            return forms[code]
        if char in "&<" and char.encode() not in bare:
            return b"&%b;" % codepoint2name[code].encode()
        if code > 0x7F and style and not 0xDC80 <= code <= 0xDCFF:
            return _reference(code, style)
        return char.encode("utf-8", "surrogateescape")

    written = _Characters(character).__getitem__
    return lambda value: b"".join(map(written, _utf8(value)))


def _reference(code: int, style: bytes) -> bytes:
    if style[1:2] != b"#" and code in codepoint2name:
        return b"&%b;" % codepoint2name[code].encode()
    if style[2:3] in (b"x", b"X"):
        digits = b"%X" if style[3:] == style[3:].upper() else b"%x"
        return b"&#" + style[2:3] + digits % code + b";"
    return b"&#%d;" % code
