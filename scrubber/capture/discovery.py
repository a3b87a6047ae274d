"""Neighbour announcements of switches and telephones: LLDP (IEEE 802.1AB, ANSI/TIA-1057) and CDP.

Names and addresses are mapped, descriptions, serial numbers and places go; VLANs, capabilities and power stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from scrubber.capture import checksum
from scrubber.capture.layer import CISCO, ETHERTYPE, Layer, Step, Walk, Within, address, fitted, unchanged
from scrubber.capture.packet import Done
from scrubber.capture.words import product
from scrubber.model import Entity
from scrubber.values import Values

_BLANKED = "neighbour announcement"
_LONGEST_PROTOCOL = 8
"""Octets that name the protocol of an address in CDP."""
_PORT = re.compile(
    rb"(?i)(?:(?:(?:hundred|forty|ten|two)?-?gig(?:abit)?|fast)?-?eth(?:ernet)?|[gftx]e|[gftpx]?i|po|port-channel|port|sw"
    rb"|switch|wan|lan|pc|uplink|swp|en[ops])?(?: ?port)?[ -]?[0-9]{0,3}(?:[/.:][0-9]{1,3}){0,4}"
)
"""Ports as switches and telephones number them."""
_TEXT = re.compile(rb"[ -~]{5,}")
"""What numbers do not look like."""

Field = Callable[[bytes, Values], bytes]
"""From the value of a field to the value rewritten, at the same length."""


def _kept(value: bytes, to: Values) -> bytes:
    """Numbers; a value longer than any number of these protocols is none."""
    return value if len(value) <= 32 and not _TEXT.search(value) else to.blank(value, _BLANKED)


def _blank(value: bytes, to: Values) -> bytes:
    return to.blank(value, _BLANKED)


def _name(value: bytes, to: Values) -> bytes:
    return to.fixed(Entity.HOST, value, "neighbour-name")


def _device(value: bytes, to: Values) -> bytes:
    return to.fixed(Entity.DEVICE, value, "neighbour-device")


def _port(value: bytes, to: Values) -> bytes:
    """A port by its number stays; what else somebody called it goes."""
    return value if _is_numbered(value, to) else to.fixed(Entity.IDENTIFIER, value, "neighbour-port")


def _is_numbered(value: bytes, to: Values) -> bool:
    return _PORT.fullmatch(value) is not None and to.reader.known(value) == value


def _version(value: bytes, to: Values) -> bytes:
    """Makers, models and versions: text that stays but for what is found in it."""
    return fitted(product(value, to), len(value))


def _family_address(value: bytes, to: Values) -> bytes:
    """An address behind the number of its family (IANA: 1 is IPv4, 2 is IPv6, 6 a hardware address)."""
    family, rest = value[:1], value[1:]
    if (family, len(rest)) in ((b"\1", 4), (b"\2", 16)):
        return family + to.address(rest)
    return family + (to.mac(rest) if (family, len(rest)) == (b"\6", 6) else _blank(rest, to))


# --- LLDP


def _chassis(value: bytes, to: Values) -> bytes:
    return _identified(value, to, hardware=4, network=5, other=_name)


def _port_id(value: bytes, to: Values) -> bytes:
    return _identified(value, to, hardware=3, network=4, other=_port)


def _identified(value: bytes, to: Values, *, hardware: int, network: int, other: Field) -> bytes:
    subtype, identity = value[:1], value[1:]
    if subtype == bytes((hardware,)) and len(identity) == 6:
        return subtype + to.mac(identity)
    if subtype == bytes((network,)):
        return subtype + _family_address(identity, to)
    return subtype + other(identity, to)


def _management(value: bytes, to: Values) -> bytes:
    """An address with its length before it, an interface number, an object identifier."""
    end = 1 + value[0] if value else 0
    return value[:1] + _family_address(value[1:end], to) + value[end : end + 5] + _blank(value[end + 5 :], to)


def _vlan_name(value: bytes, to: Values) -> bytes:
    return value[:3] + _name(value[3:], to)


def _location(value: bytes, to: Values) -> bytes:
    """Coordinates and addresses go; an emergency line (format 3) is a telephone number."""
    if value[:1] == b"\3":
        return value[:1] + to.fixed(Entity.NUMBER, value[1:], "lldp-emergency-line")
    return value[:1] + (_civic(value[1:], to) if value[:1] == b"\2" else _blank(value[1:], to))


def _civic(value: bytes, to: Values) -> bytes:
    """A length, who is meant and the country, then elements (ANSI/TIA-1057 section 10.2.4.3.2): their types stay."""
    end = min(1 + value[0], len(value)) if value else 0
    new, at = bytearray(value[:2] + _blank(value[2:4], to)), 4
    while at + 2 <= end and at + 2 + value[at + 1] <= end:
        size = value[at + 1]
        new += value[at : at + 2] + _blank(value[at + 2 : at + 2 + size], to)
        at += 2 + size
    return bytes(new) + _blank(value[len(new) :], to)


def _description(value: bytes, to: Values) -> bytes:
    """A port, or maker, model and version."""
    return value if _is_numbered(value, to) else _version(value, to)


_LLDP: Mapping[int, Field] = {
    1: _chassis,
    2: _port_id,
    3: _kept,
    4: _description,
    5: _name,
    6: _version,
    7: _kept,
    8: _management,
}
_ORGANISATIONS: Mapping[tuple[bytes, int], Field] = {
    **{(b"\x00\x80\xc2", subtype): _kept for subtype in (1, 2, 7)},
    (b"\x00\x80\xc2", 3): _vlan_name,
    **{(b"\x00\x12\x0f", subtype): _kept for subtype in (1, 2, 3, 4)},
    **{(b"\x00\x12\xbb", subtype): _kept for subtype in (1, 2, 4)},
    (b"\x00\x12\xbb", 3): _location,
    **{(b"\x00\x12\xbb", subtype): _version for subtype in (5, 6, 7, 9, 10)},
    **{(b"\x00\x12\xbb", subtype): _device for subtype in (8, 11)},
}


def lldp(octets: bytes, walk: Walk) -> Step:
    """A data unit of LLDP: fields of seven bits of type and nine of length."""
    new, at, to = bytearray(), 0, walk.to
    while at + 2 <= len(octets):
        kind, size = octets[at] >> 1, (octets[at] & 1) << 8 | octets[at + 1]
        value = octets[at + 2 : at + 2 + size]
        new += octets[at : at + 2]
        at += 2 + size
        if not kind:
            new += to.blank(value, _BLANKED)
            break
        if kind == 127:
            field = _ORGANISATIONS.get((value[:3], value[3] if len(value) > 3 else -1), _blank)
            new += value[:4] + field(value[4:], to)
        else:
            new += _LLDP.get(kind, _blank)(value, to)
    return Within(Done(bytes(new) + to.blank(octets[at:], "trailer")), unchanged)


# --- CDP


def _addresses(value: bytes, to: Values) -> bytes:
    """A count, then addresses, each behind its protocol."""
    new, at = bytearray(value[:4]), 4
    while at + 2 <= len(value):
        start = at + 2 + value[at + 1] + 2
        if value[at + 1] > _LONGEST_PROTOCOL:
            break
        end = start + int.from_bytes(value[start - 2 : start], "big")
        if start > len(value) or end > len(value):
            break
        new += value[at:start] + address(to, value[start:end])
        at = end
    return bytes(new) + _blank(value[at:], to)


def _prefixes(value: bytes, to: Values) -> bytes:
    """Networks with the length of their prefix, or the address of a default gateway alone."""
    if len(value) % 5:
        return address(to, value)
    return b"".join(to.ipv4(value[at : at + 4]) + value[at + 4 : at + 5] for at in range(0, len(value), 5))


_CDP: Mapping[int, Field] = {
    0x01: _name,
    0x02: _addresses,
    0x03: _port,
    0x04: _kept,
    0x05: _version,
    0x06: _version,
    0x07: _prefixes,
    0x09: _name,
    **dict.fromkeys((0x0A, 0x0B, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x19, 0x1A, 0x1F), _kept),
    0x14: _name,
    0x16: _addresses,
}


def cdp(octets: bytes, walk: Walk) -> Step:
    """A packet of CDP: version, time to live, checksum, and fields of 16 bits of type and length."""
    if len(octets) < 4:
        return None
    new, at, to = bytearray(octets[:4]), 4, walk.to
    while at + 4 <= len(octets):
        kind, size = octets[at] << 8 | octets[at + 1], octets[at + 2] << 8 | octets[at + 3]
        if not 4 <= size <= len(octets) - at:
            break
        new += octets[at : at + 4] + _CDP.get(kind, _blank)(octets[at + 4 : at + size], to)
        at += size
    new += to.blank(octets[at:], _BLANKED)
    repaired = checksum.refreshed(_even(octets), _even(bytes(new)), 2, cut=walk.missing > 0)
    return Within(Done(octets[:2] + repaired[2:4] + bytes(new[4:])), unchanged)


def _even(octets: bytes) -> bytes:
    """The octets that the checksum counts: an odd last one is a signed word of its own, which is a fault of CDP."""
    if not len(octets) & 1:
        return octets
    last = octets[-1]
    return octets[:-1] + (bytes((0xFF, last - 1)) if last & 0x80 else bytes((0, last)))


LAYERS: Mapping[int, Layer] = {ETHERTYPE | 0x88CC: lldp, CISCO | 0x2000: cdp}
