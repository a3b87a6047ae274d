"""SIP messages in datagrams and over TCP (RFC 3261 sections 7 and 18), keep-alives among them (RFC 5626 section 4.4.1).

Recognised by their start line on any port. What stands behind the Content-Length of a message is another message, line
breaks, or nothing that SIP knows: the last is blanked.
"""

from __future__ import annotations

import re
from functools import lru_cache

from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.grammar import sip
from scrubber.values import Values

PORTS = frozenset((5060, 5061, 5062, 5065, 5070, 5080, 5160))
BEHIND = "octets behind a SIP message"

LINES = 64
"""Start lines that are remembered: each is asked for more than once, and answers repeat theirs."""
LONGEST = 512
"""Octets of one that is."""
_FILLING = frozenset((b"\r", b"\n", b"\0"))
_ALIVE = re.compile(rb"[\r\n\0]*+")
"""Line breaks before a start line, and what phones send to hold a NAT binding open."""
_LINE = re.compile(rb"[^\r\n]*+")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r")
_LENGTH = re.compile(
    rb"\n(?:Content-Length|l)[ \t]{0,16}:[ \t]{0,16}([0-9]{1,9})[ \t]{0,16}\r\n(?![ \t])", re.IGNORECASE
)
"""A plain Content-Length field; any other one is read by the grammar."""
_OPENING = re.compile(rb"(?:SIP|sip|Sip)/[0-9]\.[0-9]|[A-Za-z]{3,16}+[ \t]++<?(?i:sips?|tel|urn|im|pres):")
"""The beginning of a start line of which no more has arrived."""


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram begins with a start line; line breaks and zero octets alone count on a usual port."""
    start = _ahead(payload)
    if start == len(payload):
        return bool(payload) and (flow.sport in PORTS or flow.dport in PORTS)
    return _begins(payload, start, cut=flow.cut)


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """The messages of a datagram, each with its Content-Length corrected."""
    pieces: list[bytes] = []
    position = 0
    while position < len(payload):
        start = _ahead(payload, position)
        pieces.append(payload[position:start])
        if start == len(payload):
            break
        if not _begins(payload, start, cut=flow.cut):
            if not position:
                return None
            pieces.append(to.blank(payload[start:], BEHIND))
            break
        position = _end(payload, start)
        pieces.append(to.message(payload[start:position]))
    return b"".join(pieces)


def _ahead(payload: bytes, start: int = 0) -> int:
    """The offset behind line breaks and zero octets."""
    if payload[start : start + 1] not in _FILLING:
        return start
    match = _ALIVE.match(payload, start)
    return start if match is None else match.end()


def _begins(payload: bytes, start: int, *, cut: bool) -> bool:
    """Whether a start line stands at an offset; when the end is ``cut`` off, the beginning of one."""
    line = _LINE.match(payload, start)
    if line is None:  # the pattern matches everywhere; this is for the type checker
        return False
    if cut and line.end() == len(payload):
        return _OPENING.match(payload, start) is not None
    return _is_start_line(line[0]) if line.end() - start <= LONGEST else sip.is_start_line(line[0])


_is_start_line = lru_cache(maxsize=LINES)(sip.is_start_line)


def _end(payload: bytes, start: int) -> int:
    """Where the message at an offset ends: as its Content-Length says, else at the end of the datagram."""
    header = payload.find(b"\r\n\r\n", start)
    lengths = _LENGTH.findall(payload, start, header + 2) if header >= 0 else ()
    if len(lengths) == 1:
        return min(len(payload), header + 4 + int(lengths[0]))
    message = sip.message(payload, start)
    length = sip.content_length(message, payload)
    return len(payload) if length is None else min(len(payload), message.body_start + length[1])


def _opens(data: bytes, flow: Flow) -> bool:
    """Whether a message, a keep-alive (CR LF CR LF) or the answer to one (CR LF) begins here."""
    del flow
    start = _ahead(data)
    if start:
        return not data[:start].strip(b"\r\n")
    return _begins(data, 0, cut=True)


def _length(data: bytes) -> int:
    """A message over TCP needs a Content-Length to have a body (RFC 3261 section 18.3)."""
    start = _ahead(data)
    if start:
        return start
    if not _begins(data, 0, cut=True):
        return DAMAGED
    blank = _BLANK_LINE.search(data)
    if blank is None:
        return MORE
    message = sip.message(data, 0, blank.end())
    length = sip.content_length(message, data)
    return message.body_start + (0 if length is None else length[1])


STREAM = Stream("sip", _opens, _length, dissect)
