"""What the dots stand for that ngrep prints for octets that cannot be printed: line ends, letters, anything.

Each dot is one octet, so whichever of them are taken for line ends, what is read is as long as what was sent.
"""

from __future__ import annotations

import re
from typing import Final

NAME: Final = rb"(?!(?:sips?|tel|urn|https?|im|pres|mailto):)[A-Za-z][A-Za-z0-9-]{0,63}[ \t]{0,4}:"
"""How a header field begins, as a pattern; an address does not."""
FIELD: Final = re.compile(rb"(?:\.\.|\A\.)(?=" + NAME + rb")")
"""The line end before a field."""
_CUT_NAME = re.compile(rb"\.\.(?=[A-Za-z][A-Za-z0-9-]{0,63}\Z)")
"""Where the rest of a name stands in the next packet, as the rest of a line end may."""
_START = re.compile(
    rb"SIP/2\.0 [1-6][0-9]{2} |HTTP/1\.[01] [1-5][0-9]{2}[ .]"
    rb"|[A-Z]{3,16} [^ ]{1,1024} (?:SIP/2\.0|HTTP/1\.[01])(?=\.\.|\r|\Z)"
)
_LENGTH = re.compile(rb"(?i:\r\n(?:content-length|l)[ \t]{0,4}:[ \t]{0,8})([0-9]{1,6})(?=\.\.|\r\n|\Z)")
_CORE = re.compile(rb"(?i:\r\n(?:via|from|to|call-id|cseq|[vfti])[ \t]{0,4}:)")
_PARTED = re.compile(rb"(?<!\.)\.\.(?:\r\n|\.\.(?![.\r \"]))")
"""What may be an empty line: four dots, the last two of which may be known to be a line end."""
_OF_SDP = re.compile(rb"\.\.(?=[abcikmoprstuvz]=[^.\r])")
_OF_MARKUP = re.compile(rb"(?<=>)\.\.?(?= {0,64}<[A-Za-z/])")
_OF_BODY = re.compile(
    rb"\.\.(?=[abcikmoprstuvz]=|[A-Za-z][A-Za-z-]{1,31} ?=|--[0-9A-Za-z'()+_,/:=?-]{1,70}(?:\.\.|\r\n|\Z))"
    rb"|(?<=>)\.\.?(?= {0,64}<)"
)
"""Line ends in session descriptions, before ``Key=value``, around delimiters of parts, between elements."""
_LAST = re.compile(rb"\.{1,3}\Z")
_PRINTED: Final = bytes.maketrans(b"\r\n\t", b"...")
_UNPRINTED: Final = bytes.maketrans(bytes(range(256)), b"." * 256)
_SERVICE = re.compile(rb"((?<![0-9A-Za-z])_(?:sips?|stuns?|turns?|udp|tcp|tls|sctp|https?)(?=\.))")
"""A service or transport before a name that is asked for (RFC 2782)."""
_NO_POINT = re.compile(rb"(?<![0-9A-Za-z])\.|\.(?![0-9A-Za-z])")
"""A dot that parts no labels of a name and no digits of a number."""
BINARY: Final = 5
"""So many signs of a text have one such dot among them at most, on average."""


def lined(payload: bytes) -> bytes:
    """A payload with CR LF for the dots that are line ends, as long as it was; all other dots stay what they are.

    Line ends are those before a field name, a line of SDP, the delimiter of a part, an empty line, and the end: of a
    text that has fields, a start line, a session description or elements (RFC 3261 section 7, RFC 8866).
    """
    text = FIELD.sub(_ending, payload)
    start = _START.match(text)
    if start is None and text == payload:
        goes_on = len(_OF_SDP.findall(text)) > 1 or _OF_MARKUP.search(text) is not None
        return _LAST.sub(_ending, _body(text)) if goes_on else payload
    parted = _empty_line(payload, text, 0 if start is None else start.end())
    if parted < 0:
        return _LAST.sub(_ending, _CUT_NAME.sub(_ending, text))
    return _LAST.sub(_ending, text[:parted] + b"\r\n\r\n" + _body(text[parted + 4 :]))


def _ending(dots: re.Match[bytes]) -> bytes:
    """The line end that so many dots are, or the part of one that is in this packet."""
    return b"\r\n\r"[: len(dots[0])] if dots.end() - dots.start() > 1 or dots.start() else b"\n"


def _empty_line(payload: bytes, text: bytes, start: int) -> int:
    """Where the empty line behind the fields begins; -1 if nowhere.

    Names and subjects in other scripts are rows of dots. So it is behind the field of the declared length, or where
    that length wants it, or behind all the fields that any message has, but in no quotes.
    """
    declared = _LENGTH.search(text, start)
    if declared is not None:
        end = declared.end()
        for at in (end, len(payload) - int(declared[1]) - 4):
            if at >= end and payload[at : at + 4] == b"....":
                return at
    last = max((match.end() for match in _CORE.finditer(text, start)), default=start)
    counted, quotes = last, 0
    for match in _PARTED.finditer(text, last):
        line = text.rfind(b"\n", counted, match.start()) + 1
        quotes = text.count(b'"', line or counted, match.start()) + (0 if line else quotes)
        if quotes % 2 == 0:
            return match.start()
        counted = match.start()
    return -1


def _body(text: bytes) -> bytes:
    return _PARTED.sub(b"\r\n\r\n", _OF_BODY.sub(_of_body, text))


def _of_body(dots: re.Match[bytes]) -> bytes:
    return b"\r\n" if dots.end() - dots.start() > 1 else b"\n"


def is_binary(text: bytes) -> bool:
    """Whether what a payload says is no text, by its dots: those that are left when line ends are none."""
    if BINARY * text.count(b".") <= len(text) or _START.match(text):
        return False
    return BINARY * len(_NO_POINT.findall(text)) > len(text)


def printed(text: bytes) -> bytes:
    """A text as ngrep prints it."""
    return text.translate(_PRINTED)


def unprinted(text: bytes) -> bytes:
    """A text as octets that cannot be printed, but for services that are asked for."""
    pieces = _SERVICE.split(text)
    pieces[::2] = [piece.translate(_UNPRINTED) for piece in pieces[::2]]
    return b"".join(pieces)
