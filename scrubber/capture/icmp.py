"""ICMP (RFC 792) and ICMPv6 (RFC 4443): addresses mapped, quoted packets rewritten, the data of echoes blanked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scrubber.capture import checksum
from scrubber.capture.layer import IPV4, IPV6, PROTOCOL, Layer, Step, Walk, Within, address, group, unchanged
from scrubber.capture.ndp import options
from scrubber.capture.packet import Done
from scrubber.values import Values

ICMP, ICMPV6 = 1, 58
_BLANKED = "ICMP data"
_LABELS = 64
"""Octets of the largest stack of labels."""

Message = Callable[[bytes, Walk], bytes]
"""From a message to the message rewritten, at the same length and with its old checksum."""


def icmp(octets: bytes, walk: Walk) -> Step:
    """A message of ICMP."""
    if len(octets) < 8:
        return None
    message = _MESSAGES.get(octets[0], _unknown)
    new = checksum.refreshed(octets, message(octets, walk), 2, cut=walk.missing > 0)
    return Within(Done(new, PROTOCOL | ICMP), unchanged)


def icmp6(octets: bytes, walk: Walk) -> Step:
    """A message of ICMPv6; its checksum covers the addresses of the IPv6 header."""
    if len(octets) < 8:
        return None
    missing, length = walk.missing, len(octets) + walk.missing + ICMPV6
    new = _MESSAGES6.get(octets[0], _unknown)(octets, walk)
    sums = walk.old_sum + length, walk.new_sum + length
    whole = checksum.refreshed(octets, new, 2, sums, cut=missing > 0)
    return Within(Done(whole, PROTOCOL | ICMPV6), unchanged)


def _unknown(octets: bytes, walk: Walk) -> bytes:
    return octets[:4] + walk.to.blank(octets[4:], _BLANKED)


def _kept(octets: bytes, walk: Walk) -> bytes:
    """Numbers alone; data that follow are blanked."""
    return octets[:8] + walk.to.blank(octets[8:], _BLANKED)


def _timestamp(octets: bytes, walk: Walk) -> bytes:
    return octets[:20] + walk.to.blank(octets[20:], _BLANKED)


def _mask(octets: bytes, walk: Walk) -> bytes:
    return octets[:8] + address(walk.to, octets[8:12]) + walk.to.blank(octets[12:], _BLANKED)


def _advertised(octets: bytes, walk: Walk) -> bytes:
    """Router advertisement (RFC 1256): addresses with preferences."""
    words = [octets[at : at + 4] for at in range(8, len(octets) - len(octets) % 4, 4)]
    words[::2] = [walk.to.ipv4(word) for word in words[::2]]
    return octets[:8] + b"".join(words) + walk.to.blank(octets[8 + 4 * len(words) :], _BLANKED)


def _redirect(octets: bytes, walk: Walk) -> bytes:
    return octets[:4] + walk.to.ipv4(octets[4:8]) + walk.quote(IPV4, octets[8:], walk)


def _plain_error(octets: bytes, walk: Walk) -> bytes:
    return octets[:8] + walk.quote(IPV4, octets[8:], walk)


def _error(octets: bytes, walk: Walk) -> bytes:
    """An error that may carry extensions (RFC 4884): the length of the quoted packet counts words of 32 bits."""
    return _extended(octets, octets[5] * 4, IPV4, walk)


def _error6(octets: bytes, walk: Walk) -> bytes:
    """The same for ICMPv6, in words of 64 bits."""
    return _extended(octets, octets[4] * 8, IPV6, walk)


def _plain_error6(octets: bytes, walk: Walk) -> bytes:
    return octets[:8] + walk.quote(IPV6, octets[8:], walk)


def _extended(octets: bytes, length: int, kind: int, walk: Walk) -> bytes:
    end = 8 + length if length else len(octets)
    extensions = octets[end:]
    return octets[:8] + walk.quote(kind, octets[8:end], walk) + _extensions(extensions, walk.to)


def _extensions(octets: bytes, to: Values) -> bytes:
    """Objects behind a quoted packet: MPLS labels stay (RFC 4950), interfaces and all others go."""
    if len(octets) < 4:
        return to.blank(octets, _BLANKED)
    new, at = bytearray(octets[:4]), 4
    while at + 4 <= len(octets):
        size = octets[at] << 8 | octets[at + 1]
        if not 4 <= size <= len(octets) - at:
            break
        data = octets[at + 4 : at + size]
        new += octets[at : at + 4]
        labels = octets[at + 2] == 1 and len(data) <= _LABELS and not len(data) % 4
        new += data if labels else to.blank(data, _BLANKED)
        at += size
    new += to.blank(octets[at:], _BLANKED)
    return checksum.refreshed(octets, bytes(new), 2) if octets[2:4] != b"\0\0" else bytes(new)


# --- ICMPv6 alone


def _listener(octets: bytes, walk: Walk) -> bytes:
    """Multicast listener messages (RFC 2710), and the query of RFC 3810 with its list of sources."""
    if len(octets) < 24:
        return _unknown(octets, walk)
    new = octets[:8] + group(walk.to, octets[8:24])
    if len(octets) < 28 or octets[0] != 130:
        return new + walk.to.blank(octets[24:], _BLANKED)
    return new + octets[24:28] + _addresses(octets[28:], walk.to)


def _report(octets: bytes, walk: Walk) -> bytes:
    """The listener report of RFC 3810: records of a group and sources."""
    new, at, to = bytearray(octets[:8]), 8, walk.to
    while at + 20 <= len(octets):
        sources = (octets[at + 2] << 8 | octets[at + 3]) * 16
        auxiliary = octets[at + 1] * 4
        end = at + 20 + sources
        new += octets[at : at + 4] + group(to, octets[at + 4 : at + 20]) + _addresses(octets[at + 20 : end], to)
        new += to.blank(octets[end : end + auxiliary], _BLANKED)
        at = min(end + auxiliary, len(octets))
    return bytes(new) + to.blank(octets[at:], _BLANKED)


def _addresses(octets: bytes, to: Values) -> bytes:
    whole = len(octets) - len(octets) % 16
    mapped = b"".join(group(to, octets[at : at + 16]) for at in range(0, whole, 16))
    return mapped + to.blank(octets[whole:], _BLANKED)


def _discovery(head: int, addresses: int) -> Message:
    """A message of neighbour discovery (RFC 4861): numbers, then addresses, then options."""

    def message(octets: bytes, walk: Walk) -> bytes:
        end = head + 16 * addresses
        if len(octets) < end:
            return _unknown(octets, walk)
        return octets[:head] + _addresses(octets[head:end], walk.to) + options(octets[end:], walk)

    return message


_MESSAGES: Mapping[int, Message] = {
    **dict.fromkeys((0, 8, 10, 15, 16), _kept),
    **dict.fromkeys((3, 11, 12), _error),
    4: _plain_error,
    5: _redirect,
    9: _advertised,
    **dict.fromkeys((13, 14), _timestamp),
    **dict.fromkeys((17, 18), _mask),
}
_MESSAGES6: Mapping[int, Message] = {
    **dict.fromkeys((1, 3), _error6),
    **dict.fromkeys((2, 4), _plain_error6),
    **dict.fromkeys((128, 129, 151, 152, 153), _kept),
    **dict.fromkeys((130, 131, 132), _listener),
    133: _discovery(8, 0),
    134: _discovery(16, 0),
    135: _discovery(8, 1),
    136: _discovery(8, 1),
    137: _discovery(8, 2),
    143: _report,
}
LAYERS: Mapping[int, Layer] = {PROTOCOL | ICMP: icmp, PROTOCOL | ICMPV6: icmp6}
