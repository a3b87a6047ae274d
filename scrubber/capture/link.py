"""Link layers: Ethernet and its tags, IEEE 802.3 with LLC and SNAP, Linux cooked captures, BSD loopback, raw IP."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct

from scrubber.capture.layer import (
    CISCO,
    ETHERNET,
    ETHERTYPE,
    IPV4,
    IPV6,
    LINK,
    LLC,
    STATIONS,
    Inward,
    Layer,
    Step,
    Walk,
    grown,
    solicited,
)
from scrubber.values import Values

_SMALLEST_TYPE = 0x600
"""Below, the field is a length (IEEE 802.3)."""
_FAMILIES = {2: IPV4, 10: IPV6, 23: IPV6, 24: IPV6, 26: IPV6, 28: IPV6, 30: IPV6}
"""AF_INET is the same everywhere, AF_INET6 differs by system."""
_NETLINK = 824
_ETHERNET_HARDWARE = 1
_COOKED = Struct(">HHH8sH")
_COOKED2 = Struct(">HHIHBB8s")
_SNAP = b"\xaa\xaa\x03"
_BRIDGED = b"\x00\x80\xc2"


def ethernet(octets: bytes, walk: Walk) -> Step:
    """Ethernet II or IEEE 802.3: two hardware addresses and a type or a length."""
    if len(octets) < 14:
        return None
    to = walk.to
    header = to.mac(octets[:6]) + to.mac(octets[6:12])
    if not octets.startswith(STATIONS):
        return _typed(header, octets, 12, walk)
    step = _typed(header, octets, 12, walk)
    inner, low = step.close, octets[3:6]

    def close(body: bytes) -> bytes:
        # The group follows the address in the IPv6 header, which is known only after that was read.
        return STATIONS + (walk.solicited or solicited(to, low)) + inner(body)[6:]

    return step._replace(close=close)


def _typed(header: bytes, octets: bytes, at: int, walk: Walk) -> Inward:
    """``header`` and the type or length at offset ``at``."""
    kind = octets[at] << 8 | octets[at + 1]
    if kind >= _SMALLEST_TYPE:
        return Inward(ETHERTYPE | kind, octets[at + 2 :], (header + octets[at : at + 2]).__add__)
    body = octets[at + 2 :]
    if kind < len(body):
        walk.missing = 0
    else:
        walk.missing = kind - len(body)
    inside, trailer = body[:kind], walk.to.blank(body[kind:], "trailer")

    def close(new: bytes) -> bytes:
        return header + grown(kind, len(new) - len(inside)).to_bytes(2, "big") + new + trailer

    return Inward(LLC, inside, close)


def vlan(octets: bytes, walk: Walk) -> Step:
    """A tag of IEEE 802.1Q or 802.1ad: priority, VLAN, and the type of what follows."""
    return _typed(octets[:2], octets, 2, walk) if len(octets) >= 4 else None


def backbone(octets: bytes, _: Walk) -> Step:
    """A service tag of IEEE 802.1ah before a whole Ethernet frame."""
    return Inward(ETHERNET, octets[4:], octets[:4].__add__) if len(octets) > 4 else None


def llc(octets: bytes, _: Walk) -> Step:
    """Service access points of IEEE 802.2, with SNAP where that follows."""
    if octets.startswith(_SNAP) and len(octets) >= 8:
        space, kind = octets[3:6], octets[6] << 8 | octets[7]
        close = octets[:8].__add__
        if space in (bytes(3), b"\x00\x00\xf8"):
            return Inward(ETHERTYPE | kind, octets[8:], close)
        if space == _BRIDGED and kind in (1, 7):
            # Behind the frame stands its check sequence when the kind is 1; it is blanked as a trailer.
            return Inward(ETHERNET, octets[8:], close)
        return Inward(CISCO | kind if space == b"\x00\x00\x0c" else LLC | 0xFF, octets[8:], close)
    if len(octets) < 3:
        return None
    # Unnumbered frames have one octet of control, others two.
    size = 3 if octets[2] & 3 == 3 else 4
    if octets[0] & 0xFE in (0x42, 0x06) and size == 3:
        kind = LLC | 0x42 if octets[0] & 0xFE == 0x42 else IPV4
        return Inward(kind, octets[3:], octets[:3].__add__)
    return Inward(LLC | 0xFF, octets[size:], octets[:size].__add__)


def cooked(octets: bytes, walk: Walk) -> Step:
    """Linux cooked capture (LINKTYPE_LINUX_SLL)."""
    if len(octets) < 16:
        return None
    direction, hardware, length, address, kind = _COOKED.unpack_from(octets)
    header = _COOKED.pack(direction, hardware, length, _hardware(address, length, walk.to), kind)
    return _behind_cooked(header, kind, hardware, octets[16:])


def cooked2(octets: bytes, walk: Walk) -> Step:
    """Linux cooked capture, second version (LINKTYPE_LINUX_SLL2)."""
    if len(octets) < 20:
        return None
    kind, _, index, hardware, direction, length, address = _COOKED2.unpack_from(octets)
    header = _COOKED2.pack(kind, 0, index, hardware, direction, length, _hardware(address, length, walk.to))
    return _behind_cooked(header, kind, hardware, octets[20:])


def _behind_cooked(header: bytes, kind: int, hardware: int, octets: bytes) -> Step:
    if hardware == _NETLINK:
        return Inward(LINK | 253, octets, header.__add__)
    if kind == 4:
        return Inward(LLC, octets, header.__add__)
    if kind == 3 and hardware == _ETHERNET_HARDWARE:
        return Inward(ETHERNET, octets, header.__add__)
    return Inward(ETHERTYPE | kind, octets, header.__add__)


def _hardware(address: bytes, length: int, to: Values) -> bytes:
    """A field of eight octets; behind an address of six stands what was in memory."""
    if length == 6:
        return to.mac(address[:6]) + to.blank(address[6:], "padding")
    return to.address(address[:4]) + bytes(4) if length == 4 else to.blank(address, "hardware address")


def loopback(octets: bytes, _: Walk) -> Step:
    """BSD loopback: an address family in the byte order of the machine (null) or of the network (loop)."""
    if len(octets) < 4:
        return None
    family = int.from_bytes(octets[:4], "little")
    kind = _FAMILIES.get(family) or _FAMILIES.get(int.from_bytes(octets[:4], "big"))
    return None if kind is None else Inward(kind, octets[4:], octets[:4].__add__)


def raw(octets: bytes, _: Walk) -> Step:
    """IP without any header before it; its version says which."""
    version = octets[0] >> 4 if octets else 0
    if version not in (4, 6):
        return None
    return Inward(IPV4 if version == 4 else IPV6, octets, b"".__add__)


def frame_relay(octets: bytes, _: Walk) -> Step:
    """Frame relay: an address of two octets, control, and what protocol follows (RFC 2427); or an Ethernet type."""
    if len(octets) < 4:
        return None
    if octets[2] != 3:
        return Inward(ETHERTYPE | octets[2] << 8 | octets[3], octets[4:], octets[:4].__add__)
    if octets[3:9] == b"\0\x80\0\0\0" + octets[8:9] and len(octets) >= 10:
        return Inward(ETHERTYPE | octets[8] << 8 | octets[9], octets[10:], octets[:10].__add__)
    kind = {0xCC: IPV4, 0x8E: IPV6}.get(octets[3])
    return None if kind is None else Inward(kind, octets[4:], octets[:4].__add__)


LAYERS: Mapping[int, Layer] = {
    ETHERNET: ethernet,
    LLC: llc,
    LINK | 113: cooked,
    LINK | 276: cooked2,
    LINK | 0: loopback,
    LINK | 107: frame_relay,
    LINK | 108: loopback,
    **dict.fromkeys((LINK | 12, LINK | 14, LINK | 101, LINK | 228, LINK | 229), raw),
    **dict.fromkeys((ETHERTYPE | 0x8100, ETHERTYPE | 0x88A8, ETHERTYPE | 0x9100, ETHERTYPE | 0x9200), vlan),
    ETHERTYPE | 0x88E7: backbone,
    ETHERTYPE | 0x6558: ethernet,
}
