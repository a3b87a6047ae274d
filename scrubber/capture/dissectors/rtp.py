"""RTP (RFC 3550): the header stays, the conversation goes.

The rules are few, so that a reading of many packets at once can give the same octets:

1. A packet is version 2, 12 octets or more, its payload type outside 64-95 (where RTCP stands, RFC 5761), both ports
   are 1024 or above and none of :data:`SIGNALLING`, and CSRC list and header extension (RFC 3550 section 5.3.1) end
   within the packet. What begins at the third octet is no text (:func:`is_spoken`).
2. Kept: the 12 octets of the header, a CSRC list of up to :data:`SOURCES` but for words of text, profile and length of
   the header extension. The octets of the extension, and of a longer list, become zero. A list in which an IP header
   stands that counts the octets to the end is none: the packet belongs to a tunnel.
3. With the padding bit the last octet of the packet is a count; from 1 to the number of octets behind the headers it
   is right: it stays, the padding before it becomes zero. A count that is too large becomes 255.
4. The payload is a row of telephone events (RFC 4733 section 2.3) when the type is 96-127, it is no text, and it holds
   one to :data:`EVENTS` blocks of four octets, each with a clear reserved bit and an event of :data:`EVENT`. Only the
   first octet of a block changes: it becomes what :data:`EVENT` says, so every digit the same. End bit, volume and
   duration stay.
5. The payload is redundant (RFC 2198, RFC 4103 section 4) when the type is 35-63 or 96-127 and it begins with the
   headers of two to :data:`BLOCKS` blocks, all of one other type, the older ones first, which fit into it. These
   headers stay, and each block is a payload by the rules 4 and 6.
6. Every octet of any other payload becomes :data:`SILENCE` of its type, so packets keep their size.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scrubber.capture.packet import Flow
from scrubber.values import Values

PORTS: frozenset[int] = frozenset()
"""Media has no port of its own."""
LOWEST = 1024
SIGNALLING: frozenset[int] = frozenset(
    map(
        int,
        "1194 1434 1645 1646 1701 1719 1720 1812 1813 1900 2000 2049 2123 2152 2427 2727 2944 2945 3386 3544 3702 3784"
        " 3785 3868 4341 4342 4500 4569 4784 4789 5060 5061 5062 5080 5351 5353 5355 5683 5684 6081 6343 8472 9060 9875"
        " 47808 51820".split(),
    )
)
"""Ports above :data:`LOWEST` of signalling, tunnels and services whose packets could look like RTP by chance."""

SILENCE: Mapping[int, int] = {0: 0xFF, 8: 0xD5}
"""By payload type, the octet that says nothing; zero for all others. PCMU and PCMA as in ITU-T G.711."""
EVENTS = 8
"""The most blocks of telephone events in one packet."""
EVENT: Mapping[int, int] = {
    **dict.fromkeys(range(16), 0),  # DTMF
    **{event: event for event in (16, *range(23, 64))},  # flash; tones of fax and modems (RFC 4734)
    **dict.fromkeys(range(128, 144), 128),  # digits of trunks (RFC 5244)
    **{event: event for event in range(144, 208)},  # signalling bits and lines of trunks, and what gateways added
}
"""By event, what it becomes; an event that is missing here is none."""

_TEXT = re.compile(rb"[ -~]+")
_PRINTABLE = bytes(range(32, 127))
_READABLE = _PRINTABLE + b"\t\r\n\0"
SPOKEN = 40
"""Octets that are enough to tell text from a packet."""
UNSPOKEN = 2
"""Octets of a header that need not be printable for it to be text."""
BLOCKS = 16
"""The most blocks of one redundant packet."""
OLDER = 4
"""Octets of the header of a block that comes again; that of the new one is of one octet."""
AGAIN = 0x80
"""Whether a block comes again, and another header follows."""
UNASSIGNED = 35
"""The first type whose meaning a session announces."""
SOURCES = 4
"""Contributing sources of a packet that are believed; longer lists are seen where something else begins like RTP."""
_HEADER = 12
_BLOCK = 4
_RESERVED = 0x40
_FIRST_DYNAMIC = 96
_CLEAR_COUNT = b"\xff"
_ENTERED = re.compile(rb"\A(?:\r\n|[\b\t\n\r])")
"""Keys without a character of their own, as they begin a piece of a text that is typed (ITU-T T.140)."""


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram is RTP by rule 1; content alone is weak, so protocols that are surer come first."""
    if min(flow.sport, flow.dport) < LOWEST or not SIGNALLING.isdisjoint((flow.sport, flow.dport)):
        return False
    return _headers(payload, cut=flow.cut) >= _HEADER


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """``payload`` with silence in place of what was said; of the same length."""
    start = _headers(payload, cut=flow.cut)
    if start < _HEADER:
        return None
    end = len(payload) if flow.cut else _end(payload, start)
    kind, content = payload[1] & 0x7F, payload[start:end]
    padding = to.blank(payload[end:-1], "rtp-padding") + payload[-1:] if end < len(payload) else b""
    if payload[0] & 0x20 and content and not (padding or flow.cut or _is_row(content, kind)):
        content, padding = content[:-1], content[-1:]
        padding = to.blank(padding, "rtp-padding", _CLEAR_COUNT) if padding != b"\0" else padding
    blocks = _blocks(content, kind)
    content = _content(content, kind, to) if blocks is None else _redundant(content, blocks, to)
    return _opened(payload[:start], to) + content + padding


def _headers(payload: bytes, *, cut: bool) -> int:
    """Octets before the payload of the packet; 0 where this is no RTP."""
    if len(payload) < _HEADER or payload[0] >> 6 != 2 or 64 <= payload[1] & 0x7F < _FIRST_DYNAMIC:
        return 0
    end = _csrc_end(payload)
    if is_spoken(payload) or _is_tunnel(payload, end):
        return 0
    if payload[0] & 0x10:
        end += 4 + 4 * int.from_bytes(payload[end + 2 : end + 4])
    if end > len(payload):
        return len(payload) if cut else 0
    return end


def is_spoken(payload: bytes) -> bool:
    """Whether text stands where a header would: its numbers are printable, and what follows is readable."""
    if len(payload[2:_HEADER].translate(None, _PRINTABLE)) > UNSPOKEN:
        return False
    rest = payload[_HEADER:SPOKEN]
    if payload[1] & 0x7F >= _FIRST_DYNAMIC and _is_events(payload[_HEADER:]):
        return False
    # Zeros may be the silence that stands for sound.
    printable = len(rest) - len(rest.translate(None, _PRINTABLE))
    return 4 * len(rest.translate(None, _READABLE)) <= len(rest) <= 8 * printable


def _is_tunnel(payload: bytes, end: int) -> bool:
    """Whether a packet of IP begins where a list of sources would stand, or in the number before it."""
    for at in range(_HEADER - 4, end, 4) if end > _HEADER else ():
        size, version = len(payload) - at, payload[at : at + 1].hex()
        if version == "45" and int.from_bytes(payload[at + 2 : at + 4]) == size:
            return True
        if version[:1] == "6" and int.from_bytes(payload[at + 4 : at + 6]) == size - 40:
            return True
    return False


def _csrc_end(payload: bytes) -> int:
    return _HEADER + 4 * (payload[0] & 0x0F)


def _opened(headers: bytes, to: Values) -> bytes:
    """Header, CSRC list and extension."""
    end = _csrc_end(headers)
    if end > _HEADER + 4 * SOURCES:
        return headers[:_HEADER] + _extended(to.blank(headers[_HEADER:end], "rtp-csrc"), headers[end:], to)
    words = (headers[at : at + 4] for at in range(_HEADER, min(end, len(headers)), 4))
    sources = b"".join(to.blank(word, "rtp-csrc") if _TEXT.fullmatch(word) else word for word in words)
    return headers[:_HEADER] + _extended(sources, headers[end:], to)


def _extended(sources: bytes, extension: bytes, to: Values) -> bytes:
    return sources + extension[:4] + to.blank(extension[4:], "rtp-extension")


def _end(payload: bytes, start: int) -> int:
    """Where padding begins."""
    count = payload[-1]
    return len(payload) - count if payload[0] & 0x20 and 1 <= count <= len(payload) - start else len(payload)


def _content(content: bytes, kind: int, to: Values) -> bytes:
    if _is_row(content, kind):
        return b"".join(
            to.blank(content[at : at + 1], "rtp-event", bytes((EVENT[content[at]],))) + content[at + 1 : at + _BLOCK]
            for at in range(0, len(content), _BLOCK)
        )
    return to.blank(content, "rtp-payload", bytes((SILENCE.get(kind, 0),)))


def _is_row(content: bytes, kind: int) -> bool:
    return kind >= _FIRST_DYNAMIC and _is_events(content)


def _is_events(content: bytes) -> bool:
    if not content or len(content) % _BLOCK or len(content) > EVENTS * _BLOCK:
        return False
    events = all(event in EVENT for event in content[::_BLOCK]) and not any(
        flags & _RESERVED for flags in content[1::_BLOCK]
    )
    return events and not _is_typed(content)


def _is_typed(content: bytes) -> bool:
    """Whether a payload is a piece of text in UTF-8 (RFC 4103), which may be as long as events are."""
    try:
        text = _ENTERED.sub(b"", content).decode()
    except UnicodeDecodeError:
        return False
    return text.isprintable()


def _blocks(content: bytes, kind: int) -> list[int] | None:
    """The sizes of the blocks of a redundant payload; ``None`` where it is none."""
    if kind < UNASSIGNED or not content or not content[0] & AGAIN:
        return None
    block, at, last = content[0] & ~AGAIN, 0, 1 << 14
    sizes: list[int] = []
    if block == kind or 64 <= block < _FIRST_DYNAMIC:
        return None
    while at + OLDER < len(content) and content[at] == block | AGAIN and len(sizes) < BLOCKS - 1:
        offset, size = divmod(int.from_bytes(content[at + 1 : at + OLDER]), 1 << 10)
        if offset > last:
            return None
        sizes.append(size)
        at, last = at + OLDER, offset
    rest = len(content) - at - 1 - sum(sizes)
    return [*sizes, rest] if content[at : at + 1] == bytes((block,)) and rest >= 0 else None


def _redundant(content: bytes, blocks: list[int], to: Values) -> bytes:
    at, kind = OLDER * (len(blocks) - 1) + 1, content[0] & ~AGAIN
    new = bytearray(content[:at])
    for size in blocks:
        new += _content(content[at : at + size], kind, to)
        at += size
    return bytes(new)
