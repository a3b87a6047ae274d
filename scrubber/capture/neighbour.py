"""Protocols among the hosts and switches of one network: ARP, IGMP, spanning tree, link aggregation, IEEE 802.1X."""

from __future__ import annotations

from collections.abc import Mapping

from scrubber.capture import checksum, eap
from scrubber.capture.layer import CISCO, ETHERTYPE, LLC, PROTOCOL, Layer, Step, Walk, Within, address, unchanged
from scrubber.capture.packet import Done
from scrubber.values import Values

_TRAILER = "trailer"
_KEY = 3
_VRRP = 112


def arp(octets: bytes, walk: Walk) -> Step:
    """ARP (RFC 826), RARP and their kin: the addresses of sender and target."""
    if len(octets) < 8:
        return None
    hardware, protocol, to = octets[4], octets[5], walk.to
    new, at = octets[:8], 8
    for size in (hardware, protocol, hardware, protocol):
        value = octets[at : at + size]
        if size == 6 and len(value) == 6:
            new += to.mac(value)
        elif size == protocol:
            new += address(to, value)
        else:
            new += to.blank(value, "hardware address")
        at += size
    return Within(Done(new + to.blank(octets[at:], _TRAILER)), unchanged)


def igmp(octets: bytes, walk: Walk) -> Step:
    """IGMP, all versions (RFC 1112, 2236, 3376)."""
    if len(octets) < 8:
        return None
    to = walk.to
    if octets[0] == 0x22:
        new = _igmp_report(octets, to)
    elif octets[0] in (0x11, 0x12, 0x16, 0x17):
        new = octets[:4] + to.ipv4(octets[4:8])
        if octets[0] == 0x11 and len(octets) >= 12:
            new += octets[8:12] + _addresses(octets[12:], to)
        else:
            new += to.blank(octets[8:], _TRAILER)
    else:
        new = octets[:4] + to.blank(octets[4:], "IGMP message")
    return Within(Done(checksum.refreshed(octets, new, 2, cut=walk.missing > 0)), unchanged)


def _igmp_report(octets: bytes, to: Values) -> bytes:
    """The report of version 3: records of a group and sources."""
    new, at = bytearray(octets[:8]), 8
    while at + 8 <= len(octets):
        end = at + 8 + (octets[at + 2] << 8 | octets[at + 3]) * 4
        auxiliary = octets[at + 1] * 4
        new += octets[at : at + 4] + to.ipv4(octets[at + 4 : at + 8]) + _addresses(octets[at + 8 : end], to)
        new += to.blank(octets[end : end + auxiliary], "IGMP message")
        at = min(end + auxiliary, len(octets))
    return bytes(new) + to.blank(octets[at:], _TRAILER)


def _addresses(octets: bytes, to: Values) -> bytes:
    whole = len(octets) - len(octets) % 4
    mapped = b"".join(to.ipv4(octets[at : at + 4]) for at in range(0, whole, 4))
    return mapped + to.blank(octets[whole:], _TRAILER)


def spanning_tree(octets: bytes, walk: Walk) -> Step:
    """A bridge protocol data unit (IEEE 802.1D, 802.1Q): bridges mapped, the name of a region blanked."""
    to = walk.to
    if octets[:2] != b"\0\0":
        # Another protocol among bridges (GARP).
        return Within(Done(octets[:2] + to.blank(octets[2:], "bridge protocol")), unchanged)
    if len(octets) < 35:
        # A topology change notice is these four octets and no more.
        return Within(Done(octets[:4] + to.blank(octets[4:], _TRAILER)), unchanged)
    new = octets[:7] + to.mac(octets[7:13]) + octets[13:19] + to.mac(octets[19:25]) + octets[25:36]
    rest = octets[36:]
    if octets[2] == 3 and len(rest) >= 66:
        new += _region(rest, to)
    elif rest[:4] == b"\0\0\0\2":
        # The VLAN of a tree per VLAN.
        new += rest[:6] + to.blank(rest[6:], _TRAILER)
    else:
        new += to.blank(rest, _TRAILER)
    return Within(Done(new), unchanged)


def _region(rest: bytes, to: Values) -> bytes:
    """The part of the multiple spanning tree protocol: name and digest of the region, then one record a tree."""
    new = bytearray(rest[:3] + to.blank(rest[3:35], "name of a spanning tree region") + rest[35:37])
    new += to.blank(rest[37:53], "digest of a spanning tree region") + rest[53:59] + to.mac(rest[59:65]) + rest[65:66]
    end = min(2 + (rest[0] << 8 | rest[1]), len(rest))
    at = 66
    while at + 16 <= end:
        new += rest[at : at + 3] + to.mac(rest[at + 3 : at + 9]) + rest[at + 9 : at + 16]
        at += 16
    return bytes(new) + to.blank(rest[at:], _TRAILER)


def slow(octets: bytes, walk: Walk) -> Step:
    """Link aggregation control (IEEE 802.1AX); other slow protocols keep their subtype alone."""
    to = walk.to
    if len(octets) < 58 or octets[0] != 1:
        return Within(Done(octets[:1] + to.blank(octets[1:], "slow protocol")), unchanged)
    new = octets[:2]
    for at in (2, 22):
        new += octets[at : at + 4] + to.mac(octets[at + 4 : at + 10]) + octets[at + 10 : at + 17]
        new += to.blank(octets[at + 17 : at + 20], "slow protocol")
    new += octets[42:46] + to.blank(octets[46:], "slow protocol")
    return Within(Done(new), unchanged)


def port_access(octets: bytes, walk: Walk) -> Step:
    """EAP over LAN (IEEE 802.1X): type, code and method stay, identities and keys go."""
    if len(octets) < 4:
        return None
    length = octets[2] << 8 | octets[3]
    body = octets[4 : 4 + length]
    to = walk.to
    if octets[1] == _KEY and len(body) >= 95 and int.from_bytes(body[93:95], "big") == len(body) - 95:
        # Kind of key, counter, and the length of the data behind nonce and check value.
        new = body[:13] + to.blank(body[13:93], "EAP key") + body[93:95] + to.blank(body[95:], "EAP key")
    elif not octets[1]:
        new = eap.message(body, to)
    else:
        kept = 1 if octets[1] == _KEY else 0
        new = body[:kept] + to.blank(body[kept:], "EAP message")
    new = octets[:4] + new
    return Within(Done(new + to.blank(octets[4 + length :], _TRAILER)), unchanged)


def redundancy(octets: bytes, walk: Walk) -> Step:
    """VRRP (RFC 3768, RFC 5798): the shared addresses of routers; the password of version 2 is blanked."""
    if len(octets) < 8 or octets[0] & 15 != 1:
        return None
    to, version = walk.to, octets[0] >> 4
    size = 16 if version == 3 and len(walk.source) == 16 else 4
    end = min(8 + octets[3] * size, len(octets))
    new = octets[:8] + b"".join(address(to, octets[at : min(at + size, end)]) for at in range(8, end, size))
    new += to.blank(octets[end:], "VRRP password")
    cut = walk.missing > 0
    if version == 3:
        length = len(octets) + walk.missing + _VRRP
        sums = walk.old_sum + length, walk.new_sum + length
        return Within(Done(checksum.refreshed(octets, new, 6, sums, cut=cut)), unchanged)
    return Within(Done(checksum.refreshed(octets, new, 6, cut=cut)), unchanged)


LAYERS: Mapping[int, Layer] = {
    ETHERTYPE | 0x0806: arp,
    ETHERTYPE | 0x8035: arp,
    ETHERTYPE | 0x8809: slow,
    ETHERTYPE | 0x888E: port_access,
    PROTOCOL | 2: igmp,
    PROTOCOL | _VRRP: redundancy,
    LLC | 0x42: spanning_tree,
    CISCO | 0x010B: spanning_tree,
}
