"""ICE over TCP (RFC 6544): packets of STUN and of media, each behind its length (RFC 4571 section 2)."""

from __future__ import annotations

from scrubber.capture.dissectors import stun
from scrubber.capture.packet import Flow
from scrubber.capture.stream import MORE, Dissector, Stream
from scrubber.values import Values

_FRAME = 2
_LONGEST = 0xFFFF


def _framed_begins(octets: bytes, flow: Flow) -> bool:
    del flow
    if octets[6:10] != stun.COOKIE or octets[2:3] >= b"\x40":
        return False
    return int.from_bytes(octets[4:6]) + stun.HEADER == _frame(octets)


def _frame(octets: bytes) -> int:
    return int.from_bytes(octets[:2])


def _framed_length(octets: bytes) -> int:
    return _FRAME + _frame(octets) if len(octets) >= _FRAME else MORE


def dissect(payload: bytes, flow: Flow, to: Values, *, inner: Dissector = stun.unknown) -> bytes | None:
    """One frame of a length and a packet (RFC 4571 section 2), of ICE over TCP (RFC 6544): STUN or ``inner``."""
    packet = payload[_FRAME:]
    if len(payload) < _FRAME:
        return None
    known = stun.dissect(packet, flow, to, inner=inner) if packet[4:8] == stun.COOKIE else inner(packet, flow, to)
    new = to.blank(packet, "stun-data") if known is None else known
    length = _frame(payload) + len(new) - len(packet)
    return min(max(length, 0), _LONGEST).to_bytes(2) + new[:_LONGEST]


def _framed_after(message: bytes) -> str:
    del message
    return FRAME.name


def _is_frame(octets: bytes, flow: Flow) -> bool:
    """Whether a packet stands behind a length: STUN, DTLS, ChannelData, RTP or RTCP (RFC 7983 section 7)."""
    del flow
    return _frame(octets) > 0 and (octets[2:3] < b"\x50" or 0x80 <= octets[2] < 0xC0)


FRAMED = Stream("stun-framed", _framed_begins, _framed_length, dissect, _framed_after)
"""ICE over TCP: connections that begin with a STUN message in a frame."""
FRAME = Stream("stun-frame", _is_frame, _framed_length, dissect, _framed_after)
"""What follows in such a connection, too weak to begin one: to be found by its name alone."""
