"""What the tests of TCP share: small protocols whose secrets are exclamation marks, and connections to carry them."""

from __future__ import annotations

import re
from collections import Counter

from scrubber.capture.packet import Flow, Segment
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.capture.tcp import Streams
from scrubber.values import Values
from tests.capture.wire import flow

FIN, SYN, RST, ACK = 1, 2, 4, 16
THERE = flow()
BACK = flow().reverse
MODULUS = 1 << 32

_MAGIC = b"\xb0\x0b"
_START = re.compile(rb"MSG [0-9]+ SIP/2\.0\r\n")
_LENGTH = re.compile(rb"Content-Length: ([0-9]+)\r\n")
_SWITCH = b"switch"


def _hidden(text: bytes) -> bytes:
    """Longer, shorter or as long, as the number of marks has it."""
    return re.sub(rb"!+", lambda run: b"." * (len(run[0]) * 5 % 7), text)


def _text_begins(octets: bytes, flow: Flow) -> bool:
    return octets[:4] == b"MSG "[: len(octets)] and (len(octets) < 16 or _START.match(octets) is not None)


def _text_length(octets: bytes) -> int:
    end = octets.find(b"\r\n\r\n") + 4
    if end < 4:
        return MORE
    declared = _LENGTH.search(octets, 0, end - 2)
    return end + int(declared[1]) if declared is not None else DAMAGED


def _text_rewritten(octets: bytes, flow: Flow, to: Values) -> bytes | None:
    head, blank, body = octets.partition(b"\r\n\r\n")
    if not to.reader.replaces:
        return octets
    new = _hidden(body)
    if not flow.cut:
        head = _LENGTH.sub(b"Content-Length: %d\r\n" % len(new), head + b"\r\n")[:-2]
    return _hidden(head) + blank + new


def _packed(length: int) -> bytes:
    # No zeros: one of them alone at the end of a stream looks like a keep-alive. No mark either.
    return bytes((length // 100 + 128, length % 100 + 128))


def _box_length(octets: bytes) -> int:
    if octets[:2] != _MAGIC[: len(octets)]:
        return DAMAGED
    return 4 + 100 * (octets[2] - 128) + octets[3] - 128 if len(octets) >= 4 else MORE


def _box_rewritten(octets: bytes, flow: Flow, to: Values) -> bytes | None:
    if not to.reader.replaces:
        return octets
    new = _hidden(octets[4:])
    return octets[:2] + (octets[2:4] if flow.cut else _packed(len(new))) + new


TEXT = Stream("text", _text_begins, _text_length, _text_rewritten, lambda octets: "marks" if _SWITCH in octets else "")
BOX = Stream("box", lambda octets, flow: octets[:2] == _MAGIC[: len(octets)], _box_length, _box_rewritten)
MARKS = Stream("marks", lambda octets, flow: octets[:1] == b"<", lambda octets: octets.find(b">") + 1, _text_rewritten)
"""A protocol that is known only because another one switched to it."""


def protocols(octets: bytes, flow: Flow) -> Stream | None:
    return next((stream for stream in (TEXT, BOX) if stream.begins(octets, flow)), None)


def named(name: str) -> Stream | None:
    return {"marks": MARKS}.get(name)


def streams(to: Values) -> Streams:
    return Streams(protocols, named, to, Counter())


def text(body: bytes, number: int = 1) -> bytes:
    return b"MSG %d SIP/2.0\r\nTo: !!\r\nContent-Length: %d\r\n\r\n" % (number, len(body)) + body


def box(body: bytes) -> bytes:
    return _MAGIC + _packed(len(body)) + body


def rewritten(message: bytes, to: Values) -> bytes:
    stream = protocols(message, THERE)
    assert stream is not None
    new = stream.rewrite(message, THERE, to)
    assert new is not None
    return new


def segment(seq: int, payload: bytes = b"", flags: int = ACK, ack: int = 0, *, flow: Flow = THERE) -> Segment:
    return Segment(flow, seq % MODULUS, ack % MODULUS, flags, (), payload)
