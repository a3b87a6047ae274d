"""A SIP message at a glance: what a call ladder shows of it and what a census counts, read without its grammar.

Fields are found by their names at the start of a line; the first of each counts. What is missing or malformed is empty.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from scrubber.grammar.sip import COMPACT

METHODS: Final = frozenset(
    b"INVITE ACK BYE CANCEL REGISTER OPTIONS PRACK SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE UPDATE".split()
)
LONGEST: Final = 1 << 16
"""Octets of a header that are read."""
LONGEST_VALUE: Final = 1 << 12
"""Octets of a field that are read."""
DESCRIPTIONS: Final = 32
"""Media lines of one body that are read."""

_BLANKS = (b"\r\n\r\n", b"\n\n", b"\r\r")
_START = re.compile(
    rb"\s{0,16}(?:(?i:SIP)/[0-9.]{1,8} {1,4}([1-6][0-9]{2})(?![0-9])[ \t]*([^\r\n]{0,80})|([!-~]{1,64})[ \t])"
)
_NAMES = {
    name: full
    for full in (b"call-id", b"cseq", b"via", b"from", b"to", b"content-type")
    for name in (full, full.title(), *(short for short, long in COMPACT.items() if long == full))
} | {b"Call-ID": b"call-id", b"CSeq": b"cseq"}
_TAG = re.compile(rb";[ \t]*tag[ \t]*=[ \t]*([^;>,\s]{1,256})", re.IGNORECASE)
_BRANCH = re.compile(rb";\s*branch\s*=\s*([^;,\s]{1,256})", re.IGNORECASE)
_SENT_BY = re.compile(rb"(?i:SIP)\s{0,4}/\s{0,4}[0-9.]{1,8}\s{0,4}/\s{0,4}[A-Za-z-]{1,16}\s{1,8}([^\s;,]{1,256})")
_RECEIVED = re.compile(rb";\s*(received|rport)\s*=\s*([^;,\s]{1,64})", re.IGNORECASE)
_CSEQ = re.compile(rb"([0-9]{1,10})[ \t]{1,8}([!-~]{1,64})")
_SDP = re.compile(rb"^([cmats])=([^\r\n]{1,512})", re.MULTILINE)
_FOLD = re.compile(rb"\r?\n[ \t]+")
_DIRECTIONS = frozenset((b"sendrecv", b"sendonly", b"recvonly", b"inactive"))


class Description(NamedTuple):
    """One media line of a session description (RFC 8866 section 5.14)."""

    kind: bytes
    """``audio``, ``video``, ``image`` …"""
    address: bytes
    port: bytes
    protocol: bytes
    formats: tuple[bytes, ...]
    """The name of each codec where one is given or static, else its number."""
    direction: bytes
    """``sendonly`` …; empty where the default is meant."""


class Synopsis(NamedTuple):
    """The message."""

    method: bytes
    """Of the request, or of the request that is answered."""
    status: bytes
    """Three digits; empty for a request."""
    reason: bytes
    number: int
    """CSeq; -1 without one."""
    call_id: bytes
    from_tag: bytes
    to_tag: bytes
    branch: bytes
    """Of the topmost Via field."""
    via: bytes
    """The first Via field; :func:`sent_by` reads it."""
    content_type: bytes
    """In lower case, without parameters."""
    body: bytes


def read(message: bytes) -> Synopsis:
    """What a message says. Never raises."""
    head, body = _split(message)
    start = _START.match(head)
    status, reason, method = start.groups(b"") if start else (b"", b"", b"")
    values = _fields(head)
    via = values.get(b"via", b"")
    counted = _CSEQ.match(values.get(b"cseq", b""))
    if status:
        method = counted[2] if counted else b""
    return Synopsis(
        method,
        status,
        reason.rstrip(),
        int(counted[1]) if counted else -1,
        values.get(b"call-id", b""),
        _tag(values.get(b"from", b"")),
        _tag(values.get(b"to", b"")),
        _first(_BRANCH, via),
        via,
        values.get(b"content-type", b"").partition(b";")[0].strip().lower(),
        body,
    )


def _split(message: bytes) -> tuple[bytes, bytes]:
    """Header and body."""
    ends = [(at, len(blank)) for blank in _BLANKS if (at := message.find(blank, 0, LONGEST)) >= 0]
    at, length = min(ends, default=(LONGEST, 0))
    return message[:at], message[at + length :]


def _fields(head: bytes) -> dict[bytes, bytes]:
    """The first field of each name that matters, continuation lines joined."""
    if b"\n" not in head:
        head = head.replace(b"\r", b"\n")
    if b"\n " in head or b"\n\t" in head:
        head = _FOLD.sub(b" ", head)
    values: dict[bytes, bytes] = {}
    for line in head.split(b"\n"):
        written, _, value = line.partition(b":")
        name = _NAMES.get(written) or _NAMES.get(written.strip().lower())
        if name is not None and name not in values:
            values[name] = value[:LONGEST_VALUE].strip()
    return values


def _tag(value: bytes) -> bytes:
    # Inside the angle brackets stand the parameters of the URI.
    return _first(_TAG, value[value.rfind(b">") + 1 :])


def _first(pattern: re.Pattern[bytes], value: bytes) -> bytes:
    found = pattern.search(value)
    return found[1] if found else b""


def sent_by(via: bytes) -> bytes:
    """Host and port that the topmost Via names, as the other side sees them where it says so; empty if none."""
    found = _SENT_BY.search(via)
    if found is None:
        return b""
    top = via[found.end() :].partition(b",")[0]
    seen = {name.lower(): value for name, value in _RECEIVED.findall(top)}
    host, port = split(found[1])
    host, port = seen.get(b"received", host), seen.get(b"rport", port)
    if b":" in host and not host.startswith(b"["):
        host = b"[%b]" % host
    return b"%b:%b" % (host, port) if port else host


def split(end: bytes) -> tuple[bytes, bytes]:
    """Host (with the brackets of IPv6) and port of an end; without a port it is empty."""
    host, colon, port = end.rpartition(b":")
    return (host, port) if colon and port.isdigit() and (b":" not in host or host.endswith(b"]")) else (end, b"")


def descriptions(synopsis: Synopsis) -> list[Description]:
    """The media lines of the body, as far as it is or holds a session description."""
    body = synopsis.body
    if b"m=" not in body or not (
        b"sdp" in synopsis.content_type or b"multipart" in synopsis.content_type or not synopsis.content_type
    ):
        return []
    found: list[list[bytes]] = []
    session, direction = b"", b""
    details: list[tuple[dict[bytes, bytes], list[bytes]]] = []
    for line in _SDP.finditer(body):
        kind, value = line[1], line[2].rstrip()
        if kind == b"m":
            if len(found) >= DESCRIPTIONS:
                break
            found.append(value.split())
            details.append(({}, [session, direction]))
        elif kind == b"c":
            address = value.rpartition(b" ")[2].partition(b"/")[0]
            if details:
                details[-1][1][0] = address
            else:
                session = address
        elif kind == b"a":
            name, _, rest = value.partition(b":")
            if name in _DIRECTIONS:
                if details:
                    details[-1][1][1] = name
                else:
                    direction = name
            elif name == b"rtpmap" and details:
                number, _, codec = rest.partition(b" ")
                details[-1][0][number] = codec.partition(b"/")[0]
    return [_described(words, maps, told) for words, (maps, told) in zip(found, details, strict=True)]


STATIC: Final = {
    b"0": b"PCMU", b"3": b"GSM", b"4": b"G723", b"5": b"DVI4", b"6": b"DVI4", b"7": b"LPC", b"8": b"PCMA",
    b"9": b"G722", b"10": b"L16", b"11": b"L16", b"12": b"QCELP", b"13": b"CN", b"15": b"G728", b"18": b"G729",
    b"26": b"JPEG", b"31": b"H261", b"34": b"H263",
}  # fmt: skip
"""Static payload types (RFC 3551 tables 4 and 5)."""


def _described(words: list[bytes], maps: dict[bytes, bytes], told: list[bytes]) -> Description:
    kind, port, protocol = (*words[:3], b"", b"", b"")[:3]
    formats = tuple(maps.get(number) or STATIC.get(number, number) for number in words[3:])
    return Description(kind, told[0], port.partition(b"/")[0], protocol, formats, told[1])
