"""Network and hardware addresses: prefix-preserving, class-preserving surrogates that nobody owns.

Public IPv4 goes to 240.0.0.0/4 (RFC 1112, reserved), public IPv6 to 2001:db8::/32 (RFC 3849); private, shared and
link-local space stays in its own block; addresses that name no host (loopback, multicast, masks) stay. A hardware
address becomes a locally administered one, and the interface identifier made from it (RFC 4291 appendix A) follows.

The packed forms are the map; the text forms only read and spell, so a capture and a log agree. This module is a shared
base of the folder: ``identifier`` uses the MAC map for the node of a UUID.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from typing import NamedTuple

from scrubber.pseudonyms.key import Key


class _Band(NamedTuple):
    """A range of values that is permuted in itself; a band of one value stays."""

    low: int
    size: int


_ONE, _TWO, _THREE = _Band(0, 10), _Band(10, 90), _Band(100, 156)
_OCTET = (_ONE,) * 10 + (_TWO,) * 90 + (_THREE,) * 156
"""By octet: the values of as many decimal digits."""
_HOST = (_Band(0, 1), *(_Band(1, 9),) * 9, *(_TWO,) * 90, *(_Band(100, 155),) * 155, _Band(255, 1))
"""By last octet: the same, but network (0) and broadcast (255) stay what they are."""
_BY_DIGITS = (_ONE, _ONE, _TWO, _THREE)

_PUBLIC_FIRST, _PUBLIC_SIZE = 240, 15
_V4_NUMBER = re.compile(rb"0[xX][0-9A-Fa-f]{8}|[1-9][0-9]{7,9}")
_V4_TEXT = re.compile(rb"([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})")

_GROUP = (_Band(0, 1), _Band(0x1, 0xF), _Band(0x10, 0xF0), _Band(0x100, 0xF00), _Band(0x1000, 0xF000))
"""By number of hexadecimal digits: the 16-bit groups written so; zero stays zero."""
_LOW64 = (1 << 64) - 1
_LOW24 = (1 << 24) - 1
_SOLICITED = int(IPv6Address("ff02::1:ff00:0")) >> 24
_SOLICITED_MAC = b"\x33\x33\xff"
"""What solicited-node groups begin with as hardware addresses (RFC 2464 section 7)."""
_V4_BEARING = frozenset({0, 0xFFFF, 0xFFFF << 16, 0x0064FF9B << 64})
"""Upper 96 bits before an IPv4 address: compatible, mapped (RFC 4291), translated (RFC 2765), NAT64 (RFC 6052)."""

_KEPT_GROUPS = (
    b"\x01\x00\x5e",  # IPv4 multicast, RFC 1112
    b"\x33\x33",  # IPv6 multicast, RFC 2464
    b"\x01\x80\xc2",  # bridge, LLDP and EAPOL groups, IEEE 802.1
    b"\x01\x00\x0c\xcc\xcc",  # CDP, VTP and their kin
    b"\x01\x1b\x19",  # PTP, IEEE 1588
)
_KEPT_MACS = frozenset({bytes(6), b"\xff" * 6})
_MAC_SEPARATORS = b":-. "


def ipv4_number(key: Key, n: int) -> int:
    """Return the surrogate of the IPv4 address ``n`` (0 … 2**32-1).

    Loopback, multicast, everything from 240.0.0.0 up (broadcast, netmasks, our own surrogates), 0.0.0.0 and wildcard
    masks (0.0.0.255) stay. Addresses that share their first one, two or three octets do so afterwards; two of one /16
    never meet. Octets keep their number of digits; in public space the second makes up for a first shorter than
    ``240``, so different /16 can meet there: 2**32 addresses do not fit into 2**28.
    """
    if n >= 224 << 24 or n >> 24 == 127 or (n < 1 << 24 and not n & (n + 1)):
        return n
    octets = n.to_bytes(4, "big")
    first, second = _network(key, octets)
    third = _permuted(key, b"ipv4", octets[2], _OCTET[octets[2]], octets[:2])
    fourth = _permuted(key, b"ipv4", octets[3], _HOST[octets[3]], octets[:3])
    return first << 24 | second << 16 | third << 8 | fourth


def ipv4_spelled(value: bytes) -> tuple[int, ...] | None:
    """The four octets of an address as one number, ``0xC0000205`` or ``3221225989``; None when ``value`` is none."""
    if _V4_NUMBER.fullmatch(value) is None:
        return None
    number = int(value, 16 if value[1:2] in b"xX" else 10)
    return tuple(number.to_bytes(4, "big")) if number < 1 << 32 else None


def ipv4_like(quad: bytes, like: bytes) -> bytes:
    """A dotted quad as one number, hexadecimal or decimal as ``like`` is."""
    octets = bytes(map(int, quad.split(b".")))
    if like[1:2] not in b"xX":
        return b"%d" % int.from_bytes(octets, "big")
    digits = octets.hex().encode()
    return like[:2] + (digits.upper() if like[2:].upper() == like[2:] else digits)


def ipv4(key: Key, value: bytes) -> bytes:
    """Return the surrogate of a dotted quad. What is none (an octet above 255, a leading zero) comes back unchanged."""
    match = _V4_TEXT.fullmatch(value)
    if match is None:
        return value
    texts = match.groups()
    octets = [int(text) for text in texts]
    if max(octets) > 255 or any(text[0] == 0x30 and len(text) > 1 for text in texts):
        return value
    return _dotted(ipv4_number(key, int.from_bytes(bytes(octets), "big")))


def ipv4_octets(key: Key, octets: tuple[int, ...]) -> bytes:
    """Return the surrogate of the address of four octets as a dotted quad."""
    return _dotted(ipv4_number(key, int.from_bytes(bytes(octets), "big")))


def ipv6_number(key: Key, n: int) -> int:
    """Return the surrogate of the IPv6 address ``n`` (0 … 2**128-1).

    Unspecified, loopback, multicast and 2001:db8::/32 stay; a solicited-node group (RFC 4291 section 2.7.1) shows the
    end of an address, which is mapped as that of a link-local one. An embedded IPv4 address follows its own map; link-
    local stays in fe80::/64, unique local goes to fd00::/8 with a global id of its own, all else to 2001:db8::/32.
    Equal /48 and /64 stay equal, and two addresses of one /64 never meet.
    """
    top = n >> 112
    if n >> 24 == _SOLICITED:
        return n >> 24 << 24 | _solicited(key, n & _LOW24)
    if n <= 1 or top >= 0xFF00 or n >> 96 == 0x20010DB8:
        return n
    if n >> 32 in _V4_BEARING and n >= 1 << 16:
        return n >> 32 << 32 | ipv4_number(key, n & 0xFFFFFFFF)
    network = n >> 64
    prefix = network.to_bytes(8, "big")
    interface = _interface(key, n & _LOW64, prefix)
    if top & 0xFFC0 == 0xFE80:
        return 0xFE80 << 112 | interface
    subnet = _groups(key, b"ipv6-64", network & 0xFFFF, prefix[:6])
    if top & 0xFE00 == 0xFC00:
        site = 0xFD << 40 | int.from_bytes(key.digest(b"ipv6-ula", prefix[:6], 5), "big")
    else:
        site = 0x20010DB8 << 16 | 1 + key.integer(b"ipv6-48", prefix[:6], 0xFFFF)
    return site << 80 | subnet << 64 | interface


def ipv6(key: Key, value: bytes) -> bytes:
    """Return the surrogate of an IPv6 address in text, without brackets or prefix length.

    Compression, leading zeros, letter case, a dotted tail and a zone (``%eth0``) stay as they were written; the length
    may change. What is no IPv6 address comes back unchanged.
    """
    text, percent, zone = value.partition(b"%")
    if len(text) > 45:
        return value
    try:
        n = int(IPv6Address(text.decode("ascii")))
    except (AddressValueError, UnicodeDecodeError):
        return value
    mapped = ipv6_number(key, n)
    return value if mapped == n else _spelled(mapped, text) + percent + zone


def mac_octets(key: Key, b: bytes) -> bytes:
    """Return the surrogate of a 48-bit hardware address (6 bytes; ``ValueError`` otherwise).

    All-zero, broadcast and well-known multicast groups stay, but for the end of a solicited-node group. Otherwise the
    locally administered bit is set, the multicast bit stays and the other 46 bits are permuted, so universal addresses
    never meet, nor do local ones. The two kinds use unrelated permutations: that one of each meet is as unlikely as one
    in 2**46, but no map into half the space can exclude it.
    """
    if len(b) != 6:
        raise ValueError("a hardware address is 6 bytes")
    if b.startswith(_SOLICITED_MAC):
        return b[:3] + _solicited(key, int.from_bytes(b[3:], "big")).to_bytes(3, "big")
    if b in _KEPT_MACS or b.startswith(_KEPT_GROUPS):
        return b
    low = int.from_bytes(b[1:], "big")
    mapped = key.permute(b"mac", b[0] >> 2 << 40 | low, 1 << 46, bytes((b[0] & 2,)))
    return bytes((mapped >> 40 << 2 | 2 | b[0] & 1,)) + (mapped & (1 << 40) - 1).to_bytes(5, "big")


def mac(key: Key, value: bytes) -> bytes:
    """Return the surrogate of a hardware address in text, its separators and letter case kept.

    Any grouping of twelve hexadecimal digits by ``:``, ``-``, ``.`` or blank is read. Without a letter to tell the case
    it is written in lower case. Anything else comes back unchanged.
    """
    digits = value.translate(None, _MAC_SEPARATORS)
    if len(digits) != 12 or len(value) > 23:
        return value
    try:
        octets = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return value
    mapped = mac_octets(key, octets).hex().encode()
    if digits.isupper():
        mapped = mapped.upper()
    source = iter(mapped)
    return bytes(byte if byte in _MAC_SEPARATORS else next(source) for byte in value)


def _solicited(key: Key, low: int) -> int:
    """What stands for the three last octets of an address that its solicited-node group shows."""
    return ipv6_number(key, 0xFE80 << 112 | low) & _LOW24


def _permuted(key: Key, domain: bytes, value: int, band: _Band, prefix: bytes) -> int:
    if band.size == 1:
        return value
    return band.low + key.permute(domain, value - band.low, band.size, prefix)


def _network(key: Key, octets: bytes) -> tuple[int, int]:
    """Map the first two octets: inside their block when that is private, shared or link-local, else to 240.0.0.0/4."""
    first, second = octets[0], octets[1]
    band = _block_band(first, second)
    if band is not None:
        return first, _permuted(key, b"ipv4", second, band, octets[:1])
    source = _OCTET[second]
    target = _BY_DIGITS[max(1, len(str(first)) + len(str(second)) - 3)]
    choice = key.permute(b"ipv4-second", second - source.low, source.size, octets[:1])
    head = key.permute(b"ipv4-first", first, 256) % _PUBLIC_SIZE
    return _PUBLIC_FIRST + head, target.low + choice % target.size


def _block_band(first: int, second: int) -> _Band | None:
    """Return where the second octet may go inside a special block (RFC 1918, 3927, 6598); ``None`` for public space."""
    if first == 10:
        return _OCTET[second]
    if first == 172 and 16 <= second < 32:
        return _Band(16, 16)
    if first == 100 and 64 <= second < 128:
        return _Band(64, 36) if second < 100 else _Band(100, 28)
    return _Band(second, 1) if (first, second) in ((192, 168), (169, 254)) else None


def _interface(key: Key, interface: int, prefix: bytes) -> int:
    """Map a 64-bit interface identifier: by the MAC it was made from, by the subnet when small, else by itself."""
    if interface >> 24 & 0xFFFF == 0xFFFE:
        octets = interface.to_bytes(8, "big")
        mapped = mac_octets(key, bytes((octets[0] ^ 2,)) + octets[1:3] + octets[5:])
        return int.from_bytes(bytes((mapped[0] ^ 2,)) + mapped[1:3] + b"\xff\xfe" + mapped[3:], "big")
    return _groups(key, b"ipv6-interface", interface, prefix if interface < 1 << 16 else b"")


def _groups(key: Key, domain: bytes, value: int, tweak: bytes) -> int:
    """Permute up to 64 bits so that each 16-bit group keeps its number of hexadecimal digits; zero groups stay."""
    groups = [value >> shift & 0xFFFF for shift in (48, 32, 16, 0)]
    bands = [_GROUP[(group.bit_length() + 3) // 4] for group in groups]
    number, size = 0, 1
    for group, band in zip(groups, bands, strict=True):
        number = number * band.size + group - band.low
        size *= band.size
    number = key.permute(domain, number, size, tweak)
    mapped = 0
    for place, band in enumerate(reversed(bands)):
        number, digit = divmod(number, band.size)
        mapped |= band.low + digit << 16 * place
    return mapped


def _dotted(n: int) -> bytes:
    return b"%d.%d.%d.%d" % tuple(n.to_bytes(4, "big"))


def _spelled(n: int, like: bytes) -> bytes:
    """Write an IPv6 address in the manner of ``like``."""
    groups = [n >> shift & 0xFFFF for shift in range(112, -16, -16)]
    tail = []
    if b"." in like:
        tail, groups = [_dotted(n & 0xFFFFFFFF)], groups[:6]
    written = [group for group in like.split(b":") if group and b"." not in group]
    padded = all(len(group) == 4 for group in written) and any(group[:1] == b"0" for group in written)
    form = b"%04X" if like.isupper() else b"%04x"
    texts = [form % group if padded else (form % group).lstrip(b"0") or b"0" for group in groups]
    start, length = _longest_zeros(groups) if b"::" in like else (0, 0)
    if not length:
        return b":".join(texts + tail)
    return b":".join(texts[:start]) + b"::" + b":".join(texts[start + length :] + tail)


def _longest_zeros(groups: list[int]) -> tuple[int, int]:
    """Return start and length of the first longest run of zero groups (RFC 5952, section 4.2.3)."""
    best = (0, 0)
    run = 0
    for index, group in enumerate(groups):
        run = 0 if group else run + 1
        if run > best[1]:
            best = (index - run + 1, run)
    return best
