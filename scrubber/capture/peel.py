"""From a frame to what stands inside its headers, and back.

The walk goes from the link type inward, one header at a time, by the table of all layers. Addresses in the headers are
rewritten on the way; what no layer knows is blanked at its length. Packets quoted by ICMP are walks of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scrubber.capture import discovery, handed, icmp, link, neighbour, network, ppp, sctp, transport, tunnel, wireless
from scrubber.capture.layer import (
    CISCO,
    ETHERTYPE,
    LINK,
    LLC,
    PPP,
    PROTOCOL,
    TUNNEL,
    Layer,
    Step,
    Walk,
    Within,
    fitted,
)
from scrubber.capture.packet import Close, Datagram, Done, Frame, Peeled, Segment
from scrubber.values import Values

HEADERS = 40
"""Headers of one frame that are read; what stands behind them is blanked."""
QUOTES = 3
"""Packets that quote packets that quote packets."""

_LAYERS: Mapping[int, Layer] = {
    **link.LAYERS,
    **handed.LAYERS,
    **network.LAYERS,
    **transport.LAYERS,
    **sctp.LAYERS,
    **icmp.LAYERS,
    **neighbour.LAYERS,
    **discovery.LAYERS,
    **ppp.LAYERS,
    **tunnel.LAYERS,
    **wireless.LAYERS,
}
_UNKNOWN = {
    LINK: "unknown link type",
    ETHERTYPE: "unknown Ethernet type",
    PROTOCOL: "unknown IP protocol",
    LLC: "unknown LLC protocol",
    CISCO: "unknown Cisco protocol",
    PPP: "unknown PPP protocol",
    TUNNEL: "unknown tunnel",
}
_NUMBER = 0xFFFF
_TUNNELS = tunnel.PORTS
_ETHERNET, _UDP = 1, 17
_GLANCE = 62
"""Octets of Ethernet, IPv6 and UDP."""


def _emptied(datagram: Datagram) -> bytes:
    return bytes(len(datagram.payload))


def peel(frame: Frame, to: Values, quoted: Callable[[Datagram], bytes] = _emptied) -> Peeled:
    """A frame without its headers. Never raises.

    ``quoted`` gives the rewritten payload of a datagram that an ICMP error quotes; without it, zeros stand there.
    """
    if not 0 <= frame.link <= _NUMBER:
        return Peeled(Done(to.blank(frame.data, _UNKNOWN[LINK])), ())
    walk = Walk(to, max(frame.wire - len(frame.data), 0), _quote, quoted)
    return _inward(LINK | frame.link, frame.data, walk)


def is_datagram(frame: Frame) -> bool:
    """Whether a frame is UDP over IP over Ethernet at a glance: no stream, no fragment, no tunnel."""
    data = frame.data
    if frame.link != _ETHERNET or len(data) < _GLANCE:
        return False
    if data[12:15] == b"\x08\0\x45":
        ports = 34 if data[23] == _UDP and not (data[20] & 0x3F or data[21]) else 0
    else:
        ports = 54 if data[12:14] == b"\x86\xdd" and data[20] == _UDP else 0
    if not ports:
        return False
    sport, dport = int.from_bytes(data[ports : ports + 2], "big"), int.from_bytes(data[ports + 2 : ports + 4], "big")
    return sport not in _TUNNELS and dport not in _TUNNELS


def peel_transport(  # noqa: PLR0913 - what a header would have told
    protocol: int,
    octets: bytes,
    source: bytes,
    target: bytes,
    to: Values,
    *,
    cut: bool = False,
    quoted: Callable[[Datagram], bytes] = _emptied,
) -> Peeled:
    """The octets of an IP packet put together from its fragments, from ``protocol`` inward. Never raises.

    ``source`` and ``target`` are the addresses as captured; ``cut`` says that the end is missing.
    """
    walk = Walk(to, int(cut), _quote, quoted)
    walk.source, walk.target = source, target
    walk.old_sum = int.from_bytes(source + target, "big")
    walk.new_sum = int.from_bytes(to.address(source) + to.address(target), "big")
    return _inward(PROTOCOL | protocol & _NUMBER, octets, walk)


def _inward(kind: int, octets: bytes, walk: Walk) -> Peeled:
    closes: list[Close] = []
    for _ in range(HEADERS):
        layer = _LAYERS.get(kind)
        step = layer(octets, walk) if layer is not None else None
        if step is None:
            break
        closes.append(step.close)
        if isinstance(step, Within):
            inner = step.inner
            deeper = _tunnelled(inner, walk) if isinstance(inner, Datagram) else None
            if deeper is None:
                return Peeled(inner, tuple(reversed(closes)), step.segment)
            step = deeper
            closes.append(step.close)
            if isinstance(step, Within):
                return Peeled(step.inner, tuple(reversed(closes)))
        kind, octets = step.kind, step.octets
    reason = "damaged header" if kind in _LAYERS else _UNKNOWN[kind & ~_NUMBER]
    return Peeled(Done(walk.to.blank(octets, reason)), tuple(reversed(closes)))


def _tunnelled(datagram: Datagram, walk: Walk) -> Step:
    """The header of a tunnel where the port and the payload say that there is one."""
    flow = datagram.flow
    layer = _TUNNELS.get(flow.dport) or _TUNNELS.get(flow.sport)
    return layer(datagram.payload, walk) if layer is not None else None


def _quote(kind: int, octets: bytes, outer: Walk) -> bytes:
    """A quoted packet rewritten at its length, as the beginning of one that was cut."""
    if outer.depth >= QUOTES:
        return outer.to.blank(octets, "packet quoted too deep")
    walk = Walk(outer.to, 1, _quote, outer.quoted)
    walk.depth = outer.depth + 1
    peeled = _inward(kind, octets, walk)
    inner = peeled.inner
    if isinstance(inner, Datagram):
        # Fitted before the headers are closed, so that their lengths still tell those of the quoted packet.
        new = walk.quoted(inner._replace(flow=inner.flow._replace(cut=True)))
        body = fitted(new, len(inner.payload))
    elif isinstance(inner, Segment) and peeled.segment is not None:
        body = peeled.segment(inner._replace(payload=walk.to.blank(inner.payload, "quoted segment")))
    else:
        body = inner.payload
    return fitted(peeled.around(body), len(octets))
