"""RTCP (RFC 3550 section 6): reports stay, the names of people and machines in them go.

Kept are headers, SSRCs, sender and report blocks with their NTP time, and the numbers of feedback (RFC 4585, RFC 5104,
RFC 8888, transport-wide feedback, REMB) and of extended reports (RFC 3611). The items of a source description (section
6.5) get the pseudonyms that an SDP ``cname`` (RFC 5576) gets, and lengths are repaired. Data of applications, profile
extensions and whatever is not known here becomes zero at its length. Where only the first header can be read, the rest
is encrypted (SRTCP, RFC 3711 section 3.4): the header stays and the rest becomes zero. Of a compound in which a later
packet is damaged, the packets before it are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from scrubber.capture.packet import Flow
from scrubber.capture.words import sentence
from scrubber.model import Entity
from scrubber.values import Values

PORTS: frozenset[int] = frozenset()
"""Media has no port of its own."""
LOWEST = 1024

_VERSION = 2
_TYPES = frozenset({192, 193, 195, *range(200, 214)})
_ENCRYPTED_FIRST = frozenset({200, 201, 204, 205, 206, 207})
"""What SRTCP begins with."""
_HEADER = 4
_TEXT_MAX = 255
_PRIVATE = 8


class _Packet(NamedTuple):
    """One packet of a compound, without the four octets of its header and without padding."""

    number: int
    """The five bits behind the padding bit: a count, a format or a subtype."""
    body: bytes
    cut: bool


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram is a compound packet from its first to its last octet, or begins one that is encrypted."""
    if min(flow.sport, flow.dport) < LOWEST or len(payload) < 2 * _HEADER:
        return False
    if _bounds(payload, cut=flow.cut):
        return True
    first = _length(payload)
    return payload[0] >> 6 == _VERSION and payload[1] in _ENCRYPTED_FIRST and 2 * _HEADER <= first <= len(payload)


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """``payload`` without the words of its source descriptions; its length follows theirs."""
    if len(payload) < 2 * _HEADER or payload[0] >> 6 != _VERSION or payload[1] not in _TYPES:
        return None
    bounds = _bounds(payload, cut=flow.cut)
    if not bounds:
        return payload[: 2 * _HEADER] + to.blank(payload[2 * _HEADER :], "rtcp-encrypted")
    packets = [_packet(payload[start:end], flow.cut and end == len(payload), to) for start, end in bounds]
    return b"".join(packets) + to.blank(payload[bounds[-1][1] :], "rtcp-rest")


def _bounds(payload: bytes, *, cut: bool) -> list[tuple[int, int]]:
    """Start and end of each packet that can be read; nothing where the payload is no row of packets."""
    bounds: list[tuple[int, int]] = []
    at = 0
    while at < len(payload):
        if len(payload) - at < _HEADER:
            return bounds if cut else _in_clear(payload, bounds)
        if payload[at] >> 6 != _VERSION or payload[at + 1] not in _TYPES:
            return _in_clear(payload, bounds)
        end = at + _length(payload[at : at + _HEADER])
        if end > len(payload):
            if not cut:
                return _in_clear(payload, bounds)
            end = len(payload)
        bounds.append((at, end))
        at = end
    return bounds


def _in_clear(payload: bytes, bounds: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The packets before a damaged one, if another of the same sender follows the first: SRTCP shows but that one."""
    senders = {payload[start + _HEADER : start + 2 * _HEADER] for start, _ in bounds}
    return bounds if len(bounds) > 1 and len(senders) == 1 else []


def _length(packet: bytes) -> int:
    return _HEADER + 4 * int.from_bytes(packet[2:4])


def _packet(packet: bytes, cut: bool, to: Values) -> bytes:  # noqa: FBT001 (a part of the packet's state, no switch)
    """One packet, its length repaired."""
    body, padding = packet[_HEADER:], b""
    if packet[0] & 0x20 and not cut and body:
        count = body[-1]
        if 1 <= count <= len(body) and not count % 4:
            body, padding = body[: len(body) - count], to.blank(body[-count:-1], "rtcp-padding") + body[-1:]
    read = _BODIES.get(packet[1], _unknown)
    new = read(_Packet(packet[0] & 0x1F, body, cut), to)
    words = int.from_bytes(packet[2:4]) + (len(new) - len(body)) // 4
    return packet[:2] + min(words, 0xFFFF).to_bytes(2) + new + padding


# --- reports


def _unknown(packet: _Packet, to: Values) -> bytes:
    """The SSRC of the sender, and nothing else."""
    return packet.body[:4] + to.blank(packet.body[4:], "rtcp-unknown")


def _sender_report(packet: _Packet, to: Values) -> bytes:
    return _report(packet, 24, to)


def _receiver_report(packet: _Packet, to: Values) -> bytes:
    return _report(packet, 4, to)


def _report(packet: _Packet, start: int, to: Values) -> bytes:
    """SSRC, sender information and report blocks; what follows is an extension of some profile."""
    end = start + 24 * packet.number
    if end > len(packet.body) and not packet.cut:
        return _unknown(packet, to)
    return packet.body[:end] + to.blank(packet.body[end:], "rtcp-extension")


def _numbers(size: int) -> Callable[[bytes], int]:
    """How much of a row of numbers of ``size`` octets each is understood: all of it or nothing."""
    return lambda row: len(row) if size and not len(row) % size else 0


# --- words


def _identity(text: bytes, to: Values) -> bytes:
    """``user@host``, an address or a token, read as the ``cname`` of a session description is."""
    user, at, host = text.rpartition(b"@")
    if not at:
        return to.value(Entity.IDENTIFIER, text, "rtcp-cname")
    return to.value(Entity.IDENTIFIER, user, "rtcp-cname") + at + to.value(Entity.HOST, host, "rtcp-cname")


def _as(entity: Entity, rule: str) -> Callable[[bytes, Values], bytes]:
    return lambda text, to: to.value(entity, text, rule)


def _program(text: bytes, to: Values) -> bytes:
    """Name and version of a program; what is no text goes."""
    return to.text(text) if _is_text(text) else to.blank(text, "rtcp-item")


def _free(text: bytes, to: Values) -> bytes:
    """What a program says; what is no text goes."""
    return sentence(text, to) if _is_text(text) else to.blank(text, "rtcp-item")


def _is_text(text: bytes) -> bool:
    try:
        return text.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _private(text: bytes, to: Values) -> bytes:
    """Length and words of a prefix, and a value (RFC 3550 section 6.5.8)."""
    end = 1 + text[0] if text else 0
    if not 0 < end <= len(text):
        return to.blank(text, "rtcp-item")
    prefix = _free(text[1:end], to)[:_TEXT_MAX]
    return bytes((len(prefix),)) + prefix + to.value(Entity.IDENTIFIER, text[end:], "rtcp-private")


_ITEMS: Mapping[int, Callable[[bytes, Values], bytes]] = {
    1: _identity,
    2: _as(Entity.NAME, "rtcp-name"),
    3: _as(Entity.EMAIL, "rtcp-email"),
    4: _as(Entity.NUMBER, "rtcp-phone"),
    5: _as(Entity.LOCATION, "rtcp-location"),
    6: _program,
    7: _as(Entity.TEXT, "rtcp-note"),
    12: _free,  # stream ids and media ids: short words of a session description (RFC 8852, RFC 8843)
    13: _free,
    15: _free,
}


def _description(packet: _Packet, to: Values) -> bytes:
    """Chunks of an SSRC and items (RFC 3550 section 6.5)."""
    chunks: list[bytes] = []
    at = 0
    for _ in range(packet.number):
        end = _chunk_end(packet.body, at)
        if not end:
            break
        chunks.append(_chunk(packet.body[at:end], to))
        at = end
    rest = packet.body[at:]
    if packet.cut:
        return b"".join(chunks) + _stump(rest, to)
    if rest and len(chunks) < packet.number:
        return b"".join(chunks) + rest[:4] + to.blank(rest[4:], "rtcp-damaged")
    return b"".join(chunks) + to.blank(rest, "rtcp-rest")


def _stump(chunk: bytes, to: Values) -> bytes:
    """The beginning of a chunk: types and lengths of its items stay."""
    pieces, at = [chunk[:4]], 4
    while at + 2 <= len(chunk) and chunk[at]:
        end = at + 2 + chunk[at + 1]
        pieces += chunk[at : at + 2], to.blank(chunk[at + 2 : end], "rtcp-damaged")
        at = end
    return b"".join(pieces) + to.blank(chunk[at:], "rtcp-damaged")


def _chunk_end(body: bytes, start: int) -> int:
    """Where the chunk that starts there ends, its filling included; 0 where it does not end."""
    at = start + 4
    while at < len(body) and body[at]:
        at += 2 + body[at + 1] if at + 1 < len(body) else 2
    end = (at // 4 + 1) * 4
    return end if end <= len(body) else 0


def _chunk(chunk: bytes, to: Values) -> bytes:
    items = [chunk[:4]]
    at = 4
    while chunk[at]:
        kind, end = chunk[at], at + 2 + chunk[at + 1]
        text = chunk[at + 2 : end]
        new = _item(kind, text, to)[:_TEXT_MAX]
        items.append(bytes((kind, len(new))) + new)
        at = end
    new = b"".join(items)
    if len(new) == at:
        return new + b"\0" + to.blank(chunk[at + 1 :], "rtcp-filling")
    return new + bytes(4 - len(new) % 4)


def _item(kind: int, text: bytes, to: Values) -> bytes:
    if kind == _PRIVATE:
        return _private(text, to)
    read = _ITEMS.get(kind)
    bare = text.rstrip(b"\0")  # some senders count the end of their string
    if read is None or not _is_text(bare):
        return to.blank(text, "rtcp-item")
    return read(bare, to) + text[len(bare) :]


def _bye(packet: _Packet, to: Values) -> bytes:
    """SSRCs and why they leave (RFC 3550 section 6.6)."""
    end = 4 * packet.number
    sources, rest = packet.body[:end], packet.body[end:]
    if not rest or end > len(packet.body):
        return sources
    stop = 1 + rest[0]
    if stop > len(rest):
        return sources + rest[:1] + to.blank(rest[1:], "rtcp-damaged")
    reason = _free(rest[1:stop], to)[:_TEXT_MAX]
    if len(reason) == rest[0]:
        return sources + rest[:1] + reason + to.blank(rest[stop:], "rtcp-filling")
    return sources + bytes((len(reason),)) + reason + bytes(-(1 + len(reason)) % 4)


def _application(packet: _Packet, to: Values) -> bytes:
    """SSRC and the four letters that name the application (RFC 3550 section 6.7)."""
    name = packet.body[4:8]
    kept = name if name.isalnum() and name.isascii() else to.blank(name, "rtcp-application")
    return packet.body[:4] + kept + to.blank(packet.body[8:], "rtcp-application")


# --- feedback


def _remb(content: bytes) -> int:
    """Receiver estimated maximum bitrate: number of SSRCs, bitrate, SSRCs."""
    whole = content[:4] == b"REMB" and len(content) >= 8 and len(content) == 8 + 4 * content[4]
    return len(content) if whole else 0


_TRANSPORT: Mapping[int, Callable[[bytes], int]] = {
    1: _numbers(4),  # NACK
    3: _numbers(8),  # TMMBR
    4: _numbers(8),  # TMMBN
    11: _numbers(4),  # congestion control (RFC 8888)
    15: _numbers(4),  # transport-wide sequence numbers: counts and time differences
}
_PAYLOAD: Mapping[int, Callable[[bytes], int]] = {
    1: _numbers(0),  # PLI
    2: _numbers(4),  # SLI
    4: _numbers(8),  # FIR
    5: _numbers(8),  # TSTR
    6: _numbers(8),  # TSTN
    15: _remb,
}


def _transport_feedback(packet: _Packet, to: Values) -> bytes:
    return _feedback(packet, _TRANSPORT, to)


def _payload_feedback(packet: _Packet, to: Values) -> bytes:
    return _feedback(packet, _PAYLOAD, to)


def _feedback(packet: _Packet, formats: Mapping[int, Callable[[bytes], int]], to: Values) -> bytes:
    """SSRCs of sender and media, and what the format says (RFC 4585 section 6.1)."""
    content = packet.body[8:]
    known = formats.get(packet.number)
    end = 8 + (0 if known is None else known(content))
    return packet.body[:end] + to.blank(packet.body[end:], "rtcp-feedback")


# --- extended reports

_BLOCKS: Mapping[int, Callable[[int], bool]] = {
    1: lambda size: size >= 8,  # loss, run lengths
    2: lambda size: size >= 8,  # duplicates, run lengths
    3: lambda size: size >= 8,  # times of receipt
    4: lambda size: size == 8,  # reference time
    5: lambda size: not size % 12,  # delays since the last reports
    6: lambda size: size == 36,  # statistics
    7: lambda size: size == 32,  # VoIP metrics
}
"""By type of a block (RFC 3611 section 4), which sizes of its content it can have."""


def _extended(packet: _Packet, to: Values) -> bytes:
    blocks = [packet.body[:4]]
    at = 4
    while at + _HEADER <= len(packet.body):
        header = packet.body[at : at + _HEADER]
        content = packet.body[at + _HEADER : at + _length(header)]
        at += _HEADER + len(content)
        sizes = _BLOCKS.get(header[0])
        numeric = sizes is not None and sizes(len(content))
        blocks.append(header + (content if numeric else to.blank(content, "rtcp-block")))
    return b"".join(blocks) + to.blank(packet.body[at:], "rtcp-rest")


def _request(packet: _Packet, to: Values) -> bytes:
    """A request of H.261 (RFC 2032 section 5.2): SSRC, for a NACK a sequence number and a mask."""
    return packet.body[:8] + to.blank(packet.body[8:], "rtcp-unknown")


_BODIES: Mapping[int, Callable[[_Packet, Values], bytes]] = {
    192: _unknown,
    193: _request,
    200: _sender_report,
    201: _receiver_report,
    202: _description,
    203: _bye,
    204: _application,
    205: _transport_feedback,
    206: _payload_feedback,
    207: _extended,
}
