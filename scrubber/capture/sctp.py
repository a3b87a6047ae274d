"""SCTP (RFC 9260): ports, tags and sequence numbers stay, addresses are mapped, cookies are blanked.

User data that begins like text is dissected as that of a datagram is (RFC 4168 for SIP), and so is Diameter. The pieces
of a message in several chunks are put together first, but of a packet with two such chunks only the first is one of
these; of another one the beginning is read as far as it goes. Of SIGTRAN stay the
common header and the types and lengths of parameters, of ISUP in M3UA what it says of a call, and of SCCP what is
invoked; all else is blanked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from scrubber.capture import transaction
from scrubber.capture.checksum import crc32c
from scrubber.capture.layer import PROTOCOL, Layer, Step, Walk, Within, grown, unchanged
from scrubber.capture.packet import Datagram, Done, Flow, Fragment
from scrubber.readings import isdn
from scrubber.values import Values

_KEPT_CHUNKS = {0: 16, 1: 20, 2: 20, 7: 8, 8: 4, 11: 4, 12: 8, 13: 8, 14: 4, 64: 20}
"""Octets of a chunk that are numbers: data, opening, shutdown, cookies, congestion."""
_SACK = 3
_LISTS = frozenset({_SACK, 192, 194})
"""Chunks of numbers alone: acknowledgement and skipping ahead."""
_OF_PARAMETERS = {1: 20, 2: 20, 4: 4, 5: 4, 6: 4, 9: 4}
"""Where the parameters, or the causes of an error, of a chunk begin."""
_KEPT_PARAMETERS = frozenset({9, 12, 0x8000, 0x8008, 0xC000})
_BLANKED = "SCTP data"
_DATA, _HEADER = 0, 16
"""Chunks of user data, and octets before it."""
_BEGINS, _ENDS = 2, 1
"""Flags of chunks: a message begins, and ends, in this one."""
_UNORDERED = 4
_MESSAGE, _FRONT = 0x184, 8
"""What stands for a protocol number above those of IP, and the octets ahead of a message."""
_DIAMETER = frozenset((46, 47))
_SIGTRAN = frozenset((1, 2, 3, 4, 5, 6))
"""Payload protocols: IUA, M2UA, M3UA, SUA, M2PA, V5UA (RFC 3868, 4165, 4233, 4666)."""
_M3UA, _PROTOCOL_DATA, _ROUTING = 3, b"\2\x10", 12
"""Its payload protocol, the parameter of what is carried, and the octets that say where that goes."""
_USERS, _NETWORKS = 16, 4
"""Numbers of those who may read a message, and of kinds of networks (Q.704 section 14.2)."""
_SCCP = 3
_CIRCUITS: Mapping[int, int] = {5: 2, 13: 4}
"""Octets of the circuit in front of a message, by who is to read it: ISUP and BICC."""
_TEXT = re.compile(rb"[A-Za-z!<][!-~ \t\r\n]{7}")


def sctp(octets: bytes, walk: Walk) -> Step:
    """An SCTP packet: a common header and chunks."""
    if len(octets) < 12:
        return None
    to = walk.to
    new, at = bytearray(octets[:12]), 12
    piece: tuple[bytes, bytes] | None = None
    while at + 4 <= len(octets):
        size = octets[at + 2] << 8 | octets[at + 3]
        if size < 4:
            break
        chunk = octets[at : at + size]
        if piece is None and _is_piece(chunk, size, walk):
            piece, new = (bytes(new), chunk), bytearray()
            at = min(at + (size + 3) // 4 * 4, len(octets))
            continue
        data = _data(chunk, octets[:4], size, walk) if chunk[0] == _DATA else None
        if data is None:
            data = _chunk(chunk, to)
        new += data
        # Chunks begin at words of four octets.
        filling = to.blank(octets[at + size : at + (size + 3) // 4 * 4], _BLANKED)
        new += filling if len(data) == len(chunk) else bytes(-len(data) % 4)
        at = min(at + (size + 3) // 4 * 4, len(octets))
    new += to.blank(octets[at:], _BLANKED)
    if piece is not None:
        return _within(octets, *piece, bytes(new), walk)
    new[8:12] = _repaired(octets, bytes(new), cut=walk.missing > 0)
    return Within(Done(bytes(new)), unchanged)


def _is_piece(chunk: bytes, size: int, walk: Walk) -> bool:
    """Whether a chunk holds a piece of a message that may be put together."""
    return (
        chunk[0] == _DATA
        and chunk[1] & (_BEGINS | _ENDS) != _BEGINS | _ENDS
        and _HEADER < len(chunk) == size
        and int.from_bytes(chunk[12:_HEADER]) not in _SIGTRAN
        and not (walk.missing or walk.depth)
    )


def _within(octets: bytes, before: bytes, chunk: bytes, behind: bytes, walk: Walk) -> Step:
    """The packet around a chunk that holds a piece of a message."""
    flags, payload = chunk[1], chunk[_HEADER:]
    # Ahead of the first piece stands what says how the message is read.
    ahead = octets[:4] + chunk[12:_HEADER] if flags & _BEGINS else b""
    key = (walk.source, walk.target, octets[:8], bytes((flags & _UNORDERED,)), chunk[8:_HEADER])
    number, more = int.from_bytes(chunk[4:8]), not flags & _ENDS

    def close(body: bytes) -> bytes:
        data = body[len(ahead) :] or b"\0"
        held = chunk[:2] + grown(len(chunk), len(data) - len(payload)).to_bytes(2) + chunk[4:_HEADER] + data
        new = before + held + bytes(-len(held) % 4) + behind
        return new[:8] + _repaired(octets, new, cut=False) + new[12:]

    offset = 0 if flags & _BEGINS else 1
    return Within(Fragment(key, _MESSAGE, offset, more, ahead + payload, walk.source, walk.target, number), close)


def message(octets: bytes, walk: Walk) -> Step:
    """A message that was put together: ports, payload protocol, and its octets."""
    front, payload = octets[:_FRONT], octets[_FRONT:]
    if not (int.from_bytes(front[4:]) in _DIAMETER or _TEXT.match(payload)):
        return Within(Done(front + walk.to.blank(payload, _BLANKED)), unchanged)
    flow = Flow(walk.source, walk.target, int.from_bytes(front[:2]), int.from_bytes(front[2:4]), walk.missing > 0)
    return Within(Datagram(flow, payload), front.__add__)


def _chunk(chunk: bytes, to: Values) -> bytes:
    kind = chunk[0]
    if kind in _LISTS and _is_list(chunk):
        return chunk
    start = _OF_PARAMETERS.get(kind)
    if start is None:
        kept = _KEPT_CHUNKS.get(kind, 4)
        return chunk[:kept] + to.blank(chunk[kept:], _BLANKED)
    new, at, cause = bytearray(chunk[:start]), start, kind in (6, 9)
    while at + 4 <= len(chunk):
        size = chunk[at + 2] << 8 | chunk[at + 3]
        if not 4 <= size <= len(chunk) - at:
            break
        value = chunk[at + 4 : at + size]
        number = -1 if cause else chunk[at] << 8 | chunk[at + 1]
        new += chunk[at : at + 4] + _parameter(number, value, to)
        end = min(at + (size + 3) // 4 * 4, len(chunk))
        new += to.blank(chunk[at + size : end], _BLANKED)
        at = end
    return bytes(new) + to.blank(chunk[at:], _BLANKED)


def _data(chunk: bytes, ports: bytes, size: int, walk: Walk) -> bytes | None:
    """User data that somebody understands, in a chunk of its new length."""
    payload, kind = chunk[_HEADER:], int.from_bytes(chunk[12:_HEADER])
    if kind in _SIGTRAN and payload[:1] == b"\1":
        return chunk[:_HEADER] + _signalled(payload, kind, walk.to)
    if not chunk[1] & _BEGINS or not (kind in _DIAMETER or _TEXT.match(payload)):
        return None
    cut = len(chunk) < size or not chunk[1] & _ENDS
    flow = Flow(walk.source, walk.target, int.from_bytes(ports[:2]), int.from_bytes(ports[2:]), cut)
    new = walk.quoted(Datagram(flow, payload))
    return chunk[:2] + grown(size, len(new) - len(payload)).to_bytes(2) + chunk[4:_HEADER] + new


def _signalled(payload: bytes, kind: int, to: Values) -> bytes:
    """Version, class, type and length of a message; of its parameters type and length, and what is read of calls."""
    new, at = bytearray(payload[:8]), 8
    while at + 4 <= len(payload):
        size = max(int.from_bytes(payload[at + 2 : at + 4]), 4)
        end = min(at + (size + 3) // 4 * 4, len(payload))
        stop = min(at + size, end)
        value = payload[at + 4 : stop]
        is_routed = payload[at : at + 2] == _PROTOCOL_DATA and kind == _M3UA
        new += payload[at : at + 4] + (_routed(value, to) if is_routed else to.blank(value, _BLANKED))
        new += to.blank(payload[stop:end], _BLANKED)
        at = end
    return bytes(new) + to.blank(payload[at:], _BLANKED)


def _routed(data: bytes, to: Values) -> bytes:
    """What an exchange sends (RFC 4666 section 3.3.1): points of the network, who is to read it, its message."""
    if len(data) <= _ROUTING or data[8] >= _USERS or data[9] >= _NETWORKS:
        return to.blank(data, _BLANKED)
    circuit = _CIRCUITS.get(data[8])
    if circuit is None:
        message = data[_ROUTING:]
        new = transaction.sccp(message, to) if data[8] == _SCCP else None
        new = to.blank(message, _BLANKED) if new is None else new
        return to.blank(data[:8], _BLANKED) + data[8:_ROUTING] + new
    start = _ROUTING + circuit
    front = to.blank(data[:8], _BLANKED) + data[8:start]
    return front + isdn.isup(data[start:], to.reader, partial(_filled, to))


def _filled(to: Values, octets: bytes, fill: bytes) -> bytes:
    return to.blank(octets, _BLANKED, fill)


def _is_list(chunk: bytes) -> bool:
    """Whether the numbers of a chunk are as many as its length and its counts tell."""
    if chunk[0] != _SACK:
        return 8 <= len(chunk) <= 40
    counts = int.from_bytes(chunk[12:14], "big") + int.from_bytes(chunk[14:16], "big")
    return len(chunk) == 16 + 4 * counts


def _parameter(number: int, value: bytes, to: Values) -> bytes:
    if (number, len(value)) in ((5, 4), (6, 16)):
        return to.address(value)
    return value if number in _KEPT_PARAMETERS and len(value) <= 32 else to.blank(value, _BLANKED)


# --- CRC32c (RFC 9260 appendix A)


def _repaired(old: bytes, new: bytes, *, cut: bool) -> bytes:
    """The checksum of ``new``, as right or as wrong as that of ``old``; one that the network card fills in stays 0."""
    given = old[8:12]
    if old == new and not cut:
        return given
    right = _crc(new)
    if not cut and _crc(old) == given:
        return right
    if given == bytes(4):
        return given
    if cut and right != given:
        return right
    wrong = bytes((right[0] ^ 1,)) + right[1:]
    return wrong if wrong != given else bytes((right[0] ^ 2,)) + right[1:]


def _crc(octets: bytes) -> bytes:
    return crc32c(octets[:8] + bytes(4) + octets[12:]).to_bytes(4, "little")


LAYERS: Mapping[int, Layer] = {PROTOCOL | 132: sctp, PROTOCOL | _MESSAGE: message}
