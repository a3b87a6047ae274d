"""What a trace says above a SIP message: from where to where it went, over which transport.

A program names the other side alone, and which way the message went; a capture tool names both sides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

LONGEST = 512
"""Bytes of a line that are read."""

_HOST = rb"(?:\[[^\]\s]{2,64}\]|(?<![0-9A-Za-z._-])[0-9A-Za-z](?:[0-9A-Za-z._-]{0,252}[0-9A-Za-z])?)"
_PEER = _HOST + rb"(?::[0-9]{1,5})?"
_TRANSPORT = rb"(?P<transport>(?i:udp|tcp|tls|wss|ws|sctp))"
_SOURCE, _TARGET = (rb"(?P<" + name + rb">" + _HOST + rb":[0-9]{1,5})" for name in (b"source", b"target"))
_PATTERNS: tuple[tuple[bytes, re.Pattern[bytes]], ...] = tuple(
    (literal, re.compile(b"".join(pieces)))
    for literal, *pieces in (
        (  # baresip; ngrep, sngrep and those that print like them
            b"> ",
            rb"(?:(?:" + _TRANSPORT + rb"|(?<![0-9A-Za-z])(?P<letter>[UTS])(?:\([0-9]{1,3}\))?) )?",
            rb"(?:[0-9]{4}/[0-9/]{5} [0-9:.+]{8,18} )?",
            _SOURCE + rb" (?:->|=>|-->|==>|>) " + _TARGET + rb"(?![0-9A-Za-z.])",
        ),
        (  # tcpdump
            b" > ",
            rb"IP6? (?P<source>[0-9A-Fa-f:.]{2,45}\.[0-9]{1,5}) > (?P<target>[0-9A-Fa-f:.]{2,45}\.[0-9]{1,5}): ",
            rb"(?:(?P<letter>Flags|UDP|SIP)\b)?",
        ),
        (  # JAIN-SIP
            b' to="',
            rb'(?:\A| )from="(?P<source>' + _PEER + rb')"\s{1,4}to="(?P<target>' + _PEER + rb')"',
        ),
        (  # Asterisk, PJSIP, sofia-sip, belle-sip, SIPp, gateways: the other side
            b" ",
            rb"(?i:(?<![a-z])(?:(?P<out>(?:re)?transmitting|sent|sending|send|outgoing|TX\b)",
            rb"|(?P<in>received|receiving|recv|read|incoming|RX\b))[^\n]{0,160}?[ \]](?:from|to):? ?\[?)",
            rb"(?:" + _TRANSPORT + rb"(?:\([0-9]{1,4}\))?6?(?: IPv[46])?(?:://|[:/ ]))?(?P<peer>" + _PEER + rb")",
        ),
        (  # programs that say no more than which way it went
            b"",
            rb"(?i:(?<![a-z])(?:" + _TRANSPORT + rb" )?(?:message )?",
            rb"(?:(?P<out>(?:re)?transmitting|sent|sending)|(?P<in>received|receiving))\b)",
        ),
    )
)
"""What stands in any line that a pattern can match, and the pattern."""
_KEYED = re.compile(rb"(?P<key>proto|srcip|srcport|dstip|dstport): (?P<value>[0-9A-Za-z:.]{1,45})")
"""The header of a message in a file of Kamailio's ``sipdump``."""
_LETTERS = {b"U": b"UDP", b"T": b"TCP", b"S": b"SCTP", b"Flags": b"TCP", b"UDP": b"UDP", b"SIP": b"UDP"}


class Banner(NamedTuple):
    """The ends of a message like ``192.0.2.1:5060``, empty where they are not told."""

    source: bytes = b""
    destination: bytes = b""
    transport: bytes = b""
    """In capital letters."""
    out: bool | None = None
    """Whether the program that wrote the trace sent the message; ``None`` where it does not say."""


NOTHING = Banner()


def read(lines: Sequence[bytes]) -> Banner:
    """What some lines above a message say, the nearest of them first."""
    keys: dict[bytes, bytes] = {}
    for line in lines:
        keyed = _KEYED.match(line)
        if keyed is not None:
            keys.setdefault(keyed["key"], keyed["value"])
        elif not keys:
            found = _line(line[:LONGEST])
            if found is not NOTHING:
                return found
    return _from_keys(keys) if keys else NOTHING


def _line(line: bytes) -> Banner:
    for literal, pattern in _PATTERNS:
        match = pattern.search(line) if literal in line else None
        if match is None:
            continue
        said = match.groupdict()
        transport = (said.get("transport") or _LETTERS.get(said.get("letter") or b"", b"")).upper()
        if said.get("source"):
            return Banner(_end(said["source"]), _end(said["target"]), transport)
        peer, out = _end(said.get("peer") or b""), said.get("out") is not None
        return Banner(b"" if out else peer, peer if out else b"", transport, out)
    return NOTHING


def _end(peer: bytes) -> bytes:
    """An end as ``host:port``, with brackets around IPv6 addresses alone."""
    if peer.startswith(b"["):
        host, _, port = peer[1:].partition(b"]")
        return peer if b":" in host else host + port
    host, dot, port = peer.rpartition(b".")
    if dot and port.isdigit() and b":" not in port and (host.count(b":") > 1 or host.count(b".") == 3):
        return (b"[%b]:%b" if b":" in host else b"%b:%b") % (host, port)
    return peer


def _from_keys(keys: dict[bytes, bytes]) -> Banner:
    return Banner(
        _joined(keys.get(b"srcip", b""), keys.get(b"srcport", b"")),
        _joined(keys.get(b"dstip", b""), keys.get(b"dstport", b"")),
        keys.get(b"proto", b"").upper(),
    )


def _joined(host: bytes, port: bytes) -> bytes:
    if not host or not port:
        return host
    return (b"[%b]:%b" if b":" in host else b"%b:%b") % (host, port)
