"""TFTP (RFC 1350, options of RFC 2347): which file, which block, which error; the file itself does not leave.

A transfer runs on ports of its own, so its packets are known by their content, which is weak: this dissector should be
asked after all others.
"""

from __future__ import annotations

import re

from scrubber.capture.packet import Flow
from scrubber.capture.words import file_name, sentence
from scrubber.values import Values

PORTS = frozenset({69})

_REQUESTS = (b"\0\1", b"\0\2")
_DATA, _ACK, _ERROR, _OPTIONS = b"\0\3", b"\0\4", b"\0\5", b"\0\6"
_MODES = frozenset((b"octet", b"netascii", b"mail"))
_LARGEST = 1468
"""Octets of a block that fits into a frame; requests for more are rare and end in fragments."""
_BLOCK = 512
"""Octets of a usual block. Fax over UDPTL begins alike, but its packets are shorter and their third octet is not 0."""
_MAGIC = b"\x21\x12\xa4\x42"
"""At the fifth octet the mark of STUN (RFC 8489 section 5), whose types look like operations of TFTP."""
_NUMBERS = frozenset((b"tsize", b"blksize", b"timeout", b"windowsize", b"rollover", b"multicast", b"blksize2"))
_DIGITS = re.compile(rb"[0-9]{1,10}")
_SPOKEN = re.compile(rb"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*")


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether an operation of TFTP stands here; away from the usual port only what could be nothing else."""
    operation = payload[:2]
    if operation in _REQUESTS:
        return _is_request(payload)
    if operation == _OPTIONS:
        return _is_options(payload[2:])
    if operation == _ERROR:
        return (
            len(payload) >= 5
            and payload[2:3] == b"\0"
            and payload[3] <= 8
            and payload.find(b"\0", 4) == len(payload) - 1
        )
    if min(flow.sport, flow.dport) < 69:
        return False
    if operation == _ACK:
        return len(payload) == 4
    numbered = len(payload) >= 4 and (payload[2] == 0 or len(payload) >= 4 + _BLOCK)
    return operation == _DATA and numbered and len(payload) <= 4 + _LARGEST and payload[4:8] != _MAGIC


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A packet; ``None`` where none of the operations begins."""
    del flow
    operation, rest = payload[:2], payload[2:]
    if operation in _REQUESTS:
        return operation + _request(rest, to)
    if operation == _OPTIONS:
        return operation + _options(rest, to)
    if operation == _ACK:
        return payload[:4] + to.blank(payload[4:], "tftp")
    if operation == _DATA:
        return payload[:4] + _block(payload[4:], to)
    if operation == _ERROR:
        text, zero, trailer = payload[4:].partition(b"\0")
        spoken = sentence(text, to) if _SPOKEN.fullmatch(text) else to.blank(text, "tftp", b"?")
        return payload[:4] + spoken.replace(b"\0", b"?") + zero + to.blank(trailer, "tftp")
    return None


def _is_request(payload: bytes) -> bool:
    fields = payload[2:].split(b"\0", 2)
    return len(fields) == 3 and bool(fields[0]) and fields[1].lower() in _MODES and bool(_SPOKEN.fullmatch(fields[0]))


def _is_options(octets: bytes) -> bool:
    name, zero, _ = octets.partition(b"\0")
    return bool(zero) and octets.endswith(b"\0") and name.lower() in _NUMBERS


def _request(octets: bytes, to: Values) -> bytes:
    name, zero, rest = octets.partition(b"\0")
    mode, next_zero, options = rest.partition(b"\0")
    file = file_name(name, to, "tftp-file")
    kept = mode if mode.lower() in _MODES else to.blank(mode, "tftp", b"x")
    return file + zero + kept + next_zero + _options(options, to)


def _options(octets: bytes, to: Values) -> bytes:
    """Names and values, each before a zero."""
    *fields, rest = octets.split(b"\0")
    out = bytearray()
    for place, field in enumerate(fields):
        known = field.lower() in _NUMBERS if place % 2 == 0 else _DIGITS.fullmatch(field)
        out += (field if known else to.blank(field, "tftp", b"x")) + b"\0"
    return bytes(out + to.blank(rest, "tftp"))


def _block(data: bytes, to: Values) -> bytes:
    """A block of a file. It is read for what it teaches; a line may begin in another block, so none of it is given."""
    if _SPOKEN.fullmatch(data):
        to.lines(data)
        return to.blank(data, "tftp data", b"x")
    return to.blank(data, "tftp data")
