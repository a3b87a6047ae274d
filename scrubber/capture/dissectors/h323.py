"""H.323: call signalling (Q.931 with H.225.0 inside) and H.245 over TPKT (RFC 1006), RAS over UDP.

Message types, call references, causes and bearers of Q.931 stay, telephone numbers become pseudonyms. What is in PER
(H.225.0, H.245, RAS) is blanked at its length behind the octet that says which message it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.model import Entity
from scrubber.values import Values

PORTS: Final = frozenset((1720,))
RAS_PORTS: Final = frozenset((1718, 1719))
RULE = "q931-number"
PER = "H.323 content"

_TPKT: Final = 4
_Q931: Final = 8
"""Protocol discriminator of call control (Q.931 section 4.2)."""
_SINGLE: Final = 0x80
"""An information element of one octet."""
_KEPT: Final = {0x04: 12, 0x08: 2, 0x14: 1, 0x18: 6, 0x1E: 2, 0x29: 6, 0x34: 1, 0x79: 1}
"""Bearer, cause, state, channel, progress, time, signal, restart (Q.931 section 4.5), and the octets of each that stay.

Behind a cause stand its diagnostics, which may be a number."""
_SHIFTS: Final = 0x90
"""From here on other sets of elements are announced (Q.931 section 4.5.3)."""
_SINGLES: Final = frozenset(range(0x90, 0xA2))
_NUMBERS: Final = frozenset((0x4C, 0x6C, 0x70, 0x74))
"""Connected, calling, called and redirecting number."""
_DISPLAY, _USER_USER = 0x28, 0x7E
_DIGITS: Final = b"0123456789*#"


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram on a port of RAS may be one; nothing but the port tells."""
    return len(payload) > 2 and not payload[0] & 0x80 and (flow.sport in RAS_PORTS or flow.dport in RAS_PORTS)


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A message of RAS: which one it is, and its sequence number (H.225.0 section 7.8), where they stand in octets."""
    if not claims(payload, flow):
        return None
    return payload[:1] + to.blank(payload[1:], PER)


def _is_header(data: bytes) -> bool:
    return data[:2] == b"\3\0" and (len(data) < _TPKT or int.from_bytes(data[2:4]) >= _TPKT)


def _opens(data: bytes, flow: Flow) -> bool:
    """Whether TPKT begins here: with Q.931 on any port, with anything on the usual one."""
    if not _is_header(data):
        return False
    if flow.sport in PORTS or flow.dport in PORTS:
        return True
    return data[4:6] == b"\x08\x02" and len(data) > 6


def _length(data: bytes) -> int:
    if len(data) < _TPKT:
        return MORE if _is_header(data.ljust(2, b"\0")[:2] if data[:1] == b"\3" else data) else DAMAGED
    return int.from_bytes(data[2:4]) if _is_header(data) else DAMAGED


def _rewrite(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """One packet; no length changes."""
    del flow
    if len(payload) < _TPKT or not _is_header(payload):
        return None
    body = payload[_TPKT:]
    if body[:1] == bytes((_Q931,)) and len(body) > 2 and body[1] <= 4:
        start = 3 + body[1]
        return payload[:_TPKT] + body[:start] + b"".join(_elements(body[start:], to))
    return payload[:_TPKT] + to.blank(body, PER)


def _elements(data: bytes, to: Values) -> Iterator[bytes]:
    """Information elements: one octet, or type, length and content; the length of User-user has two octets."""
    position = 0
    shifted = False
    while position < len(data):
        kind = data[position]
        begin = position + (1 if kind & _SINGLE else 3 if kind == _USER_USER else 2)
        end = begin + int.from_bytes(data[position + 1 : begin])
        if kind & _SINGLE and kind not in _SINGLES:
            yield to.blank(data[position:begin], PER)
        else:
            yield data[position:begin]
        # In another set the same types mean something else.
        yield to.blank(data[begin:end], PER) if shifted else _element(kind, data[begin:end], to)
        shifted = kind & 0xF0 == _SHIFTS or (shifted and bool(kind & _SINGLE))
        position = end


def _element(kind: int, data: bytes, to: Values) -> bytes:
    if kind in _KEPT:
        return data[: _KEPT[kind]] + to.blank(data[_KEPT[kind] :], PER)
    if kind in _NUMBERS:
        return _number(data, to)
    if kind == _DISPLAY:
        return to.blank(data, "display text", b"x")
    return data[:1] + to.blank(data[1:], PER) if kind == _USER_USER else to.blank(data, PER)


def _number(data: bytes, to: Values) -> bytes:
    """Type and plan of a number, its presentation, its digits (Q.931 section 4.5.10)."""
    start = next((at + 1 for at in range(min(3, len(data))) if data[at] & 0x80), 0)
    digits = data[start:]
    if not digits:
        return data
    if digits.translate(None, _DIGITS):
        return data[:start] + to.blank(digits, PER, b"0")
    return data[:start] + to.fixed(Entity.NUMBER if len(digits) > 6 else Entity.EXTENSION, digits, RULE, b" ")


STREAM = Stream("h323", _opens, _length, _rewrite)
