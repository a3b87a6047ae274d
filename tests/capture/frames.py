"""Hand-made headers with right lengths and checksums, and the way of a frame through ``peel`` and back."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from struct import pack

from scrubber.capture.packet import Datagram, Frame, Peeled, Segment
from scrubber.capture.peel import peel
from scrubber.values import Values
from tests.capture.wire import learning, rewriting

MAC_A, MAC_B = bytes.fromhex("00005e005301"), bytes.fromhex("00005e005302")
CLIENT, SERVER = IPv4Address("192.0.2.10").packed, IPv4Address("198.51.100.7").packed
CLIENT6, SERVER6 = IPv6Address("2001:470:1::a").packed, IPv6Address("2001:470:2::b").packed
PAYLOAD = b"fourteen words"
ETHERNET, RAW = 1, 101


def word_sum(octets: bytes) -> int:
    """The one's complement sum, word by word as RFC 1071 explains it."""
    octets += b"\0" * (len(octets) & 1)
    count = 0
    for at in range(0, len(octets), 2):
        count += octets[at] << 8 | octets[at + 1]
        count = (count & 0xFFFF) + (count >> 16)
    return count


def inverted(octets: bytes) -> int:
    return word_sum(octets) ^ 0xFFFF


def ethernet(inside: bytes, kind: int = 0x0800, target: bytes = MAC_B) -> bytes:
    return target + MAC_A + pack(">H", kind) + inside


def ipv4(
    inside: bytes,
    protocol: int = 17,
    *,
    source: bytes = CLIENT,
    target: bytes = SERVER,
    options: bytes = b"",
    place: int = 0,
    number: int = 7,
) -> bytes:
    length = 20 + len(options) + len(inside)
    front = pack(">BBHHHBB", 0x45 + len(options) // 4, 0, length, number, place, 64, protocol)
    check = inverted(front + b"\0\0" + source + target + options)
    return front + pack(">H", check) + source + target + options + inside


def ipv6(inside: bytes, protocol: int = 17, *, source: bytes = CLIENT6, target: bytes = SERVER6) -> bytes:
    return pack(">IHBB", 6 << 28, len(inside), protocol, 64) + source + target + inside


def pseudo(length: int, protocol: int, source: bytes = CLIENT, target: bytes = SERVER) -> bytes:
    return source + target + pack(">II", length, protocol)


def udp(
    payload: bytes, sport: int = 40000, dport: int = 40002, *, source: bytes = CLIENT, target: bytes = SERVER
) -> bytes:
    header = pack(">HHH", sport, dport, 8 + len(payload))
    check = inverted(pseudo(8 + len(payload), 17, source, target) + header + b"\0\0" + payload) or 0xFFFF
    return header + pack(">H", check) + payload


def tcp(
    payload: bytes, options: bytes = b"", *, flags: int = 0x18, source: bytes = CLIENT, target: bytes = SERVER
) -> bytes:
    head = 20 + len(options)
    front = pack(">HHIIBBH", 40000, 5060, 1000, 2000, head << 2, flags, 512)
    rest = pack(">H", 0) + options + payload
    check = inverted(pseudo(head + len(payload), 6, source, target) + front + b"\0\0" + rest)
    return front + pack(">H", check) + rest


def udp_frame(payload: bytes = PAYLOAD) -> bytes:
    return ethernet(ipv4(udp(payload)))


def put_back(peeled: Peeled, payload: bytes | None = None) -> bytes:
    """The frame around the payload, or around another one."""
    inner = peeled.inner
    body = inner.payload if payload is None else payload
    if isinstance(inner, Segment):
        assert peeled.segment is not None
        body = peeled.segment(inner._replace(payload=body))
    return peeled.around(body)


def quoted(datagram: Datagram) -> bytes:
    return datagram.payload


def through(to: Values, octets: bytes, link: int = ETHERNET, missing: int = 0) -> bytes:
    """A frame peeled and put back around the payload it had."""
    return put_back(peel(Frame(octets, len(octets) + missing, link), to, quoted))


def learned(octets: bytes, link: int = ETHERNET, missing: int = 0) -> bytes:
    """What the pass makes of a frame that changes nothing."""
    return through(learning()[0], octets, link, missing)


def rewritten(octets: bytes, link: int = ETHERNET, missing: int = 0) -> bytes:
    return through(rewriting(), octets, link, missing)


def ipv4_is_right(packet: bytes) -> bool:
    """Whether header and UDP or TCP of an IPv4 packet have right checksums and lengths."""
    head = (packet[0] & 15) * 4
    inside = packet[head:]
    return (
        word_sum(packet[:head]) == 0xFFFF
        and int.from_bytes(packet[2:4], "big") == len(packet)
        and word_sum(pseudo(len(inside), packet[9], packet[12:16], packet[16:20]) + inside) == 0xFFFF
        and (packet[9] != 17 or int.from_bytes(inside[4:6], "big") == len(inside))
    )


def ipv6_is_right(packet: bytes) -> bool:
    inside = packet[40:]
    return (
        int.from_bytes(packet[4:6], "big") == len(inside)
        and word_sum(pseudo(len(inside), packet[6], packet[8:24], packet[24:40]) + inside) == 0xFFFF
    )
