"""Syslog over UDP and TCP (RFC 3164, 5424, 5426, 6587): priority and time stay, the text is read as any log."""

from __future__ import annotations

import re

from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.formats.syslog import HOST, PREFIX
from scrubber.model import Entity
from scrubber.values import Values

PORTS = frozenset({514, 601, 5140})

_LONGEST = 1 << 16
_PRIORITY = re.compile(rb"<(?:1?[0-9]{1,2})>")
_COUNTED = re.compile(rb"([1-9][0-9]{0,5}) (?=<)")
_DATED = re.compile(
    rb"(?:<1?[0-9]{1,2}>)?[A-Z][a-z]{2} [ 0-9][0-9] (?:[0-9]{4} )?[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?"
    rb"(?: (?:UTC|GMT|CES?T|BST|JST|[ECMP][SD]T))?:? "
)
"""Times with a year, a fraction or a zone, as devices write them that never read the standard."""
_NUMBERED = re.compile(rb"(?:<1?[0-9]{1,2}>)?[0-9]{0,10}: (?=[A-Za-z][A-Za-z0-9._-]{0,62}: )")
"""A number of the message, which stands before the host on routers and gateways."""
_HOST_ONLY = re.compile(rb"([A-Za-z0-9](?:[A-Za-z0-9._:-]{0,253}[A-Za-z0-9_-])?)(?=:? )")
_ENDS = (b" ", b"\t", b"\n", b'"', b"=", b"<", b">", b"[", b"(", b",", b";")
"""What stands before a word."""
_TEXT = re.compile(rb"[^\x00-\x06\x0e-\x1a\x1c-\x1f]*")


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a priority stands in front of text; on the usual ports text is enough, on others a time has to follow."""
    unusual = PORTS.isdisjoint((flow.sport, flow.dport))
    if unusual and not _is_dated(payload, 0):
        return False
    text = payload.rstrip(b"\0")
    if not text or not _TEXT.fullmatch(text):
        return False
    return unusual or flow.dport in PORTS or _PRIORITY.match(text) is not None


def _is_dated(text: bytes, start: int) -> bool:
    return _PRIORITY.match(text, start) is not None and any(form.match(text, start) for form in (PREFIX, _DATED))


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A datagram; ``None`` where it is no text. Where it was cut, its last word is blanked: half of one is unknown."""
    text = payload.rstrip(b"\0\r\n")
    if not _TEXT.fullmatch(text):
        return None
    end = max(map(text.rfind, _ENDS)) + 1 if flow.cut else len(text)
    return _message(text[:end], to) + to.blank(text[end:], "syslog-cut", b"x") + payload[len(text) :]


def _message(text: bytes, to: Values) -> bytes:
    """Priority, time and host, then whatever a program had to say, a whole SIP message among others."""
    prefix = PREFIX.match(text) or _DATED.match(text) or _NUMBERED.match(text) or _PRIORITY.match(text)
    if prefix is None:
        return to.lines(text)
    end = prefix.end()
    host = HOST.match(text, end) or (_HOST_ONLY.match(text, end) if text[end - 1 : end] == b" " else None)
    if host is None or (text[host.end(1) : host.end(1) + 1] == b":" and not _NUMBERED.match(text)):
        return text[:end] + to.lines(text[end:])
    name = to.value(Entity.HOST, host[1], "syslog-host")
    gap = host.end(1) + (1 if text[host.end(1) : host.end(1) + 1] == b" " else 2)
    return text[:end] + name + text[host.end(1) : gap] + to.lines(text[gap:])


def _begins(octets: bytes, flow: Flow) -> bool:
    counted = _COUNTED.match(octets)
    start = counted.end() if counted else 0
    if PORTS.isdisjoint((flow.sport, flow.dport)):
        return _is_dated(octets, start)
    return _PRIORITY.match(octets, start) is not None


def _length(octets: bytes) -> int:
    """By octet counting where a number stands in front, else up to the end of the line (RFC 6587 section 3.4)."""
    counted = _COUNTED.match(octets)
    if counted is not None:
        return counted.end() + int(counted[1])
    end = octets.find(b"\n", 0, _LONGEST)
    if end >= 0:
        return end + 1
    return MORE if len(octets) < _LONGEST else DAMAGED


def _framed(message: bytes, flow: Flow, to: Values) -> bytes | None:
    counted = _COUNTED.match(message)
    if counted is None:
        return dissect(message, flow, to)
    new = dissect(message[counted.end() :], flow, to)
    if new is None:
        return None
    return b"%d " % (int(counted[1]) + len(new) - (len(message) - counted.end())) + new


STREAM = Stream("syslog", _begins, _length, _framed)
