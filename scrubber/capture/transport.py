"""UDP (RFC 768) and TCP (RFC 9293): ports stay, lengths and checksums are repaired around the rewritten payload."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct

from scrubber.capture import checksum
from scrubber.capture.layer import PROTOCOL, Layer, Step, Walk, Within, grown, unchanged
from scrubber.capture.packet import Datagram, Done, Flow, Segment
from scrubber.values import Values

UDP, TCP = 17, 6
_UDP = Struct(">HHHH")
_TCP = Struct(">HHIIBBHHH")
_USUAL = b"\1\1\x08\x0a"
"""How the options of most segments begin: timestamps behind two octets of padding."""
_ACK, _URG = 16, 32
_SACK = 5
_KEPT_OPTIONS = {2: 4, 3: 3, 4: 2, 8: 10, 28: 4}
"""Options that stay, with their length: segment size, window scale, SACK permitted, timestamps, user timeout."""


def udp(octets: bytes, walk: Walk) -> Step:
    """A UDP header and its datagram."""
    if len(octets) < 8:
        return _stump(octets, 6, walk.to)
    sport, dport, length, old = _UDP.unpack_from(octets)
    payload, tail = octets[8:], b""
    if 8 <= length <= len(octets):
        payload, tail = octets[8:length], walk.to.blank(octets[length:], "trailer") if length < len(octets) else b""
        walk.missing = 0  # whatever the IP header says
    elif length > len(octets):
        walk.missing = length - len(octets)
    size = len(payload)
    missing, old_sum, new_sum = walk.missing, walk.old_sum, walk.new_sum

    def close(body: bytes) -> bytes:
        counted = length + len(body) - size if length else 0
        if not 0 <= counted <= 0xFFFF:
            counted = grown(counted, 0)
        if not old:
            return _UDP.pack(sport, dport, counted, 0) + body + tail
        # A datagram of unknown length (segmentation offload) counts what is there in the pseudo header.
        pseudo = old_sum + UDP + (length or size + 8), new_sum + UDP + (counted or len(body) + 8)
        was = pseudo[0] + sport + dport + length + checksum.total(payload)
        now = pseudo[1] + sport + dport + counted + checksum.total(body)
        new = checksum.offloaded(old, was, now, pseudo, cut=missing > 0)
        return _UDP.pack(sport, dport, counted, new or 0xFFFF) + body + tail

    flow = Flow(walk.source, walk.target, sport, dport, missing > 0)
    return Within(Datagram(flow, payload), close)


def tcp(octets: bytes, walk: Walk) -> Step:
    """A TCP header and its segment; the header is put back by :attr:`Within.segment`."""
    if len(octets) < 20:
        return _stump(octets, 16, walk.to)
    sport, dport, seq, ack, offset, flags, window, old, urgent = _TCP.unpack_from(octets)
    head = (offset >> 4) * 4
    if not 20 <= head <= len(octets):
        return _stump(octets, 16, walk.to)
    options, edges = _options(octets[20:head], walk.to) if head > 20 else (b"", ())
    payload = octets[head:]
    missing, old_sum, new_sum = walk.missing, walk.old_sum, walk.new_sum
    if not flags & _URG:
        urgent = 0
    places = _edges_of(options) if edges else ()

    def segment(new: Segment) -> bytes:
        tail = _with_edges(options, places, new.sack) if places else options
        acknowledged = new.ack if flags & _ACK else 0
        fields = (sport, dport, new.seq & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF, offset, flags, window)
        rest = tail + new.payload
        pseudo = old_sum + TCP + len(octets) + missing, new_sum + TCP + head + len(new.payload) + missing
        was = pseudo[0] + checksum.total(octets) - old
        now = pseudo[1] + checksum.total(_TCP.pack(*fields, 0, urgent) + rest)
        check = checksum.offloaded(old, was, now, pseudo, cut=missing > 0)
        return _TCP.pack(*fields, check, urgent) + rest

    flow = Flow(walk.source, walk.target, sport, dport, missing > 0)
    inner = Segment(flow, seq, ack if flags & _ACK else 0, flags, edges, payload, missing)
    return Within(inner, unchanged, segment)


def _stump(octets: bytes, kept: int, to: Values) -> Step:
    """What is left of a header that was cut: ports, length or numbers, nothing behind them."""
    return Within(Done(octets[:kept] + to.blank(octets[kept:], "cut header")), unchanged)


def _options(options: bytes, to: Values) -> tuple[bytes, tuple[int, ...]]:
    """The options of a TCP header, all values blanked that are none of the known numbers, and the edges of SACK."""
    if len(options) == 12 and options.startswith(_USUAL):
        return options, ()
    new, at = bytearray(), 0
    edges: tuple[int, ...] = ()
    while at < len(options):
        kind = options[at]
        if kind < 2:
            new.append(kind)
            at += 1
            if not kind:
                break
            continue
        size = options[at + 1] if at + 1 < len(options) else 0
        if not 2 <= size <= len(options) - at:
            break
        value = options[at + 2 : at + size]
        if kind == _SACK and not (size - 2) % 8 and not edges:
            edges = tuple(int.from_bytes(value[i : i + 4], "big") for i in range(0, len(value), 4))
        elif _KEPT_OPTIONS.get(kind) != size:
            value = to.blank(value, "TCP option")
        new += options[at : at + 2] + value
        at += size
    return bytes(new) + to.blank(options[at:], "TCP option"), edges


def _edges_of(options: bytes) -> tuple[int, int]:
    """Where the edges of the first SACK option of checked options begin and end."""
    at = 0
    while options[at] != _SACK or (options[at + 1] - 2) % 8 or options[at + 1] == 2:
        at += 1 if options[at] == 1 else options[at + 1]
    return at + 2, at + options[at + 1]


def _with_edges(options: bytes, places: tuple[int, ...], edges: tuple[int, ...]) -> bytes:
    start, end = places
    new = b"".join((edge & 0xFFFFFFFF).to_bytes(4, "big") for edge in edges)
    return options[:start] + new[: end - start].ljust(end - start, b"\0") + options[end:]


LAYERS: Mapping[int, Layer] = {PROTOCOL | UDP: udp, PROTOCOL | TCP: tcp}
