"""Values of which nothing may be derived: secrets, keying material, human text, DTMF digits.

None of these functions takes a key, since nothing of the value remains but that it was there and, where a format counts
bytes, how long it was. All are idempotent.
"""

from __future__ import annotations

import re

from scrubber.model import Entity

_MARKER = b"REDACTED"
"""Letters only: valid in a token, a quoted string, a URI, XML, JSON, INI and CSV alike."""

_HEX = b"0123456789abcdefABCDEF"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
_GROUPING = b":-. "
_LINE_ENDS = b"\r\n"
_TO_ZERO = bytes(byte if byte in _GROUPING + _LINE_ENDS else 0x30 for byte in range(256))
_TO_LETTER = bytes(byte if byte in b" \t" + _LINE_ENDS else 0x41 for byte in range(256))

_DTMF = b"0123456789ABCDabcd*#"
_DTMF_MARK = bytes.maketrans(_DTMF, b"0" * len(_DTMF))

_INTERVAL = 6
"""A blank at every sixth byte of a line hides how long the words were."""
_TEXT = bytes(
    byte if byte >= 0x80 or byte == 0 or byte in _LINE_ENDS else 0x78 if chr(byte).isalnum() or byte in b" \t" else 0x2E
    for byte in range(256)
)
"""Letters, digits and blanks become ``x``, the rest of ASCII a full stop; NUL stays, so that UTF-16 stays UTF-16."""
_LINE = re.compile(rb"[^\r\n]+")
_MARKED = re.compile(
    _MARKER + rb"(?:%b)?[0-9]{0,2}" % b"|".join(re.sub(rb"[^a-z]", b"", entity.encode()) for entity in Entity)
)
_BESIDE = re.compile(_MARKER + rb"[a-z]{0,16}|[ \t]")
"""What stands in a suppressed text beside its fixed letters."""
_WORDLESS = re.compile(rb"[\x00-\x20]*+-?[\x00-\x20]*+")
"""Nothing to hide; ``-`` is the empty subject of SDP (RFC 8866, section 5.3)."""
_NOT_ASCII = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]"
    rb"|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]"
    rb"|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}"
    rb"|[\x80-\xff]"
)
"""One character of UTF-8 (RFC 3629), or a byte that belongs to none."""
_LONE = b"\xe9"
"""``é`` in Latin-1; a lead byte that never finds its continuation in our output, so it stays alone."""

_SCRIPTS = (
    (0x0080, "é"),  # Latin-1 supplement and extensions
    (0x0370, "α"),
    (0x0400, "ж"),
    (0x0530, "ա"),
    (0x0590, "א"),
    (0x0600, "س"),
    (0x0780, "é"),
    (0x0800, "क"),  # scripts of India
    (0x0E00, "ก"),  # Thai and its neighbours
    (0x1000, "ế"),  # Latin extended, punctuation, symbols
    (0x2E80, "字"),
    (0x3040, "ア"),
    (0x3100, "字"),
    (0xAC00, "가"),
    (0xD7B0, "ế"),
    (0xF900, "字"),
    (0xFB00, "ế"),
    (0x10000, "😀"),
    (0x20000, "𠀀"),
    (0x30000, "😀"),
)
"""From which code point on, which character: of about the same script and exactly the same length in UTF-8."""
_DESCENDING = tuple((start, stand_in.encode()) for start, stand_in in reversed(_SCRIPTS))


def redacted(entity_name: bytes, value: bytes) -> bytes:
    """Return the marker for a secret: ``REDACTED`` and the letters of the entity, such as ``REDACTEDcard``.

    A plain ``secret``, or no entity, adds nothing. Nothing else of the value shows, not even its length; an empty
    value stays empty.
    """
    if not value:
        return value
    kind = bytes(byte for byte in entity_name if chr(byte).isascii() and chr(byte).isalpha())
    return _MARKER if kind == b"secret" else _MARKER + kind


def is_marker(value: bytes) -> bool:
    """Return whether a value is what :func:`redacted` gives; a database may have numbered it to tell rows apart."""
    return _MARKED.fullmatch(value) is not None


def filler(value: bytes) -> bytes:
    """Return constant filler as long as ``value`` and of its alphabet, for a place of fixed width.

    Digits and hexadecimal, grouped by ``:``, ``-``, ``.`` or blank or not, become zeros. Anything else becomes ``A``,
    which decodes as base64 with or without padding; the padding, blanks and line ends stay.
    """
    if not value.translate(None, b"A= \t" + _LINE_ENDS):
        return value
    grouped = value.translate(None, _GROUPING + _LINE_ENDS)
    if not grouped.translate(None, _HEX):
        return value.translate(_TO_ZERO)
    body = value.rstrip(b"=" + _LINE_ENDS)
    if body.translate(None, _BASE64 + _LINE_ENDS):
        body = value
    return body.translate(_TO_LETTER) + value[len(body) :]


def text(value: bytes) -> bytes:
    """Return human text suppressed at its byte length: lines and punctuation stay visible, letters and words do not.

    ASCII letters, digits and blanks become ``x``, other ASCII ``.``, a UTF-8 character a fixed one of about its script
    and of its length, any other high byte a fixed one. Every sixth byte of a line, when it is ASCII and not the last,
    is a blank. Line ends stay. Blank text and ``-`` come back unchanged.
    """
    if _WORDLESS.fullmatch(value):
        return value
    return _LINE.sub(lambda match: _spaced(match.group()), _flat(value))


def is_suppressed(value: bytes) -> bool:
    """Return whether a text is made of the fixed letters of :func:`text` alone, or of pieces that were.

    The pieces may have their blanks anywhere, and markers of severer values between them. So is what :func:`filler`
    left of octets, which may stand where a text is expected.
    """
    bare = _BESIDE.sub(b"", value)
    if not bare.strip(b"=").translate(None, b"A" + _LINE_ENDS):
        return True
    return _flat(bare) == bare or _WORDLESS.fullmatch(value) is not None


def _flat(value: bytes) -> bytes:
    flat = value.translate(_TEXT)
    return flat if flat.isascii() else _NOT_ASCII.sub(lambda match: _character(match.group()), flat)


def digit_mark(value: bytes) -> bytes:
    """Return dialled digits with every one of ``0-9 A-D a-d * #`` turned into ``0``, so that number and timing remain.

    ``0`` is the one digit whose RFC 4733 event code is its own value, zero, and every receiver accepts it.
    """
    return value.translate(_DTMF_MARK)


def _character(encoded: bytes) -> bytes:
    if len(encoded) == 1:
        return _LONE
    point = ord(encoded.decode())
    return next(stand_in for start, stand_in in _DESCENDING if point >= start)


def _spaced(line: bytes) -> bytes:
    places = range(_INTERVAL - 1, len(line) - 1, _INTERVAL)
    spaced = bytearray(line)
    if line.isascii():
        spaced[_INTERVAL - 1 : -1 : _INTERVAL] = b" " * len(places)
        return bytes(spaced)
    for place in places:
        if spaced[place] < 0x80:
            spaced[place] = 0x20
    return bytes(spaced)
