"""HEP: packets that a capture agent copied, and where they travelled (HEP3 protocol specification; HEP 1 and 2).

What a chunk says about addresses, agent and correlation is mapped or blanked; the packet inside is read by the protocol
that the chunk of type 11 names, or by ``inner``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scrubber import coding
from scrubber.capture.document import is_text, notation
from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.grammar import sip
from scrubber.model import Entity
from scrubber.readings.message import Messages
from scrubber.values import Values

PORTS: Final = frozenset((9060, 9061, 9062, 9063))
Inner = Callable[[int, bytes, Flow, Values], bytes]
"""From protocol type (1 SIP, 4 RTP, 5 RTCP, 6 MGCP, 10 IAX …), packet and flow to the packet rewritten."""
BLANK = "packet inside HEP"
STATISTIC: Final = 6
"""Digits of numbers that count packets, times and faults."""

_MAGIC: Final = b"HEP3"
_SOURCE_PORT, _TARGET_PORT, _PROTOCOL, _PAYLOAD, _PACKED, _CORRELATION = 7, 8, 11, 15, 16, 17
_SOURCES, _TARGETS = (3, 5), (4, 6)
_ADDRESSES: Final = {3: 4, 4: 4, 5: 16, 6: 16}
_NUMBERS: Final = {1: 1, 2: 1, 7: 2, 8: 2, 9: 4, 10: 4, 11: 1, 13: 2, 18: 2, 32: 2, 33: 2, 35: 4, 36: 1}
"""Chunks that stay, by type, with their length: families, ports, times, protocol, VLAN, quality."""
_NODE, _MAC_SOURCE, _MAC_TARGET = 19, 27, 28
_SIP: Final = 1
_LOGS: Final = frozenset((5, 32, 33, 34, 35, 38, 53, 54, 55, 99, 100))
"""Protocol types whose packets are JSON or lines of a log."""
_LENGTHS: Final = {(1, 2): 16, (1, 10): 40, (2, 2): 28, (2, 10): 52, (1, 30): 40, (2, 30): 52}
"""Octets of a header by version and address family."""


def blank(kind: int, payload: bytes, flow: Flow, to: Values) -> bytes:
    """No packet is known to anything but its own dissector."""
    del kind, flow
    return to.blank(payload, BLANK)


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram begins as HEP: a magic number, or a header of version 1 or 2 on a usual port."""
    if payload.startswith(_MAGIC):
        return len(payload) >= 6 and (flow.cut or 6 <= int.from_bytes(payload[4:6]) <= len(payload))
    if flow.dport not in PORTS and flow.sport not in PORTS:
        return False
    return len(payload) > 16 and _LENGTHS.get((payload[0], payload[2])) == payload[1]


def dissect(payload: bytes, flow: Flow, to: Values, inner: Inner = blank) -> bytes | None:
    """One packet with its chunks or header, lengths corrected."""
    if not claims(payload, flow):
        return None
    return _chunks(payload, flow, to, inner) if payload.startswith(_MAGIC) else _fixed(payload, flow, to, inner)


def _split(payload: bytes) -> list[tuple[bytes, int, bytes]]:
    """Chunks as header of four octets, declared length and what is there of the data."""
    chunks: list[tuple[bytes, int, bytes]] = []
    position = 6
    while len(payload) - position >= 6:
        size = int.from_bytes(payload[position + 4 : position + 6])
        if size < 6:
            break
        chunks.append((payload[position : position + 4], size, payload[position + 6 : position + size]))
        position += size
    return chunks


def _chunks(payload: bytes, flow: Flow, to: Values, inner: Inner) -> bytes:
    declared = int.from_bytes(payload[4:6])
    chunks = _split(payload[:declared])
    found = {int.from_bytes(head[2:]): data for head, _, data in chunks if head[:2] == b"\0\0"}
    within = Flow(
        next((found[kind] for kind in _SOURCES if kind in found), flow.source),
        next((found[kind] for kind in _TARGETS if kind in found), flow.target),
        int.from_bytes(found.get(_SOURCE_PORT, b"")[:2]),
        int.from_bytes(found.get(_TARGET_PORT, b"")[:2]),
        flow.cut,
    )
    protocol = int.from_bytes(found.get(_PROTOCOL, b"\0")[:1])
    pieces: list[bytes] = []
    used = 6
    for head, size, data in chunks:
        kind = int.from_bytes(head[2:])
        if head[:2] != b"\0\0":
            new = to.blank(data, "chunk of a vendor")
        elif kind == _PAYLOAD:
            new = _packet(protocol, data, within, to, inner)
        elif kind == _PACKED:
            new = _unpacked(protocol, data, within, to, inner)
        else:
            new = _chunk(kind, data, to)
        pieces.append(head + _sized(size + len(new) - len(data)) + new)
        used += 6 + len(data)
    pieces.append(to.blank(payload[used:], BLANK))
    body = b"".join(pieces)
    return _MAGIC + _sized(declared + len(body) + 6 - len(payload)) + body


def _sized(size: int) -> bytes:
    return min(max(0, size), 0xFFFF).to_bytes(2)


def _chunk(kind: int, data: bytes, to: Values) -> bytes:
    """What a chunk other than the packet itself says."""
    if _NUMBERS.get(kind) == len(data):
        return data
    if _ADDRESSES.get(kind) == len(data):
        return to.address(data)
    if kind == _CORRELATION:
        messages = Messages(to.reader)
        return messages.field_value(messages.field_rule(b"call-id"), data)
    if kind == _NODE:
        return to.value(Entity.HOST, data, "hep-node")
    if kind in (_MAC_SOURCE, _MAC_TARGET) and len(data) == 6:
        return to.mac(data)
    return to.blank(data, "HEP chunk")


def _packet(protocol: int, data: bytes, flow: Flow, to: Values, inner: Inner) -> bytes:
    """The packet that was copied; SIP is known whatever its type says."""
    line = data.lstrip(b"\r\n")[:4096].partition(b"\n")[0].rstrip(b"\r")
    if sip.is_start_line(line) or (protocol == _SIP and flow.cut and sip.start_line(line)[0]):
        return to.message(data)
    if not data.strip(b"\r\n\0"):
        return data
    if protocol in _LOGS and is_text(data):
        return notation(data, to, counts=STATISTIC) if data.lstrip()[:1] == b"{" else to.lines(data)
    return inner(protocol, data, flow, to)


def _unpacked(protocol: int, data: bytes, flow: Flow, to: Values, inner: Inner) -> bytes:
    """A packet that the agent compressed."""
    content = coding.plain(b"", data)
    if content is None:
        return to.blank(data, BLANK)
    new = _packet(protocol, content, flow, to, inner)
    return coding.again(new, content, data, bare=to.reader.replaces)


def _fixed(payload: bytes, flow: Flow, to: Values, inner: Inner) -> bytes:
    """HEP 1 and 2: version, length, family, protocol, ports, addresses; in version 2 time and agent."""
    size = payload[1]
    wide = 4 if payload[2] == 2 else 16
    source, target = payload[8 : 8 + wide], payload[8 + wide : 8 + 2 * wide]
    sport, dport = int.from_bytes(payload[4:6]), int.from_bytes(payload[6:8])
    head = payload[:8] + to.address(source) + to.address(target)
    times = payload[8 + 2 * wide : size]
    head += times[:8] + to.blank(times[8:], "HEP agent")
    return head + _packet(0, payload[size:], Flow(source, target, sport, dport, flow.cut), to, inner)


def _opens(data: bytes, flow: Flow) -> bool:
    del flow
    return data.startswith(_MAGIC) and (len(data) < 6 or int.from_bytes(data[4:6]) >= 6)


def _length(data: bytes) -> int:
    if not data.startswith(_MAGIC):
        return DAMAGED
    if len(data) < 6:
        return MORE
    size = int.from_bytes(data[4:6])
    return size if size >= 6 else DAMAGED


def _rewrite(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    return dissect(payload, flow, to)


STREAM = Stream("hep", _opens, _length, _rewrite)
