"""SIP messages as a capture, so that a dissector can read what stood in a text.

Each message becomes one UDP datagram between loopback addresses, in a frame that begins with its IP header (link type
101). Times, ports and addresses say nothing; checksums are left out, as RFC 768 permits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from struct import Struct

MOST = 0xFFFF - 28
"""Octets of the longest message a datagram holds; of a longer one it holds so many."""

_RAW_IP = 101
_FILE = Struct("<IHHiIII").pack(0xA1B2C3D4, 2, 4, 0, 0, 0x40000, _RAW_IP)
_RECORD = Struct("<IIII")
_IP = Struct(">BBHHHBBH4s4s")
_UDP = Struct(">HHHH")
_LOOPBACK = bytes((127, 0, 0, 1))
_SIP, _UDP_NUMBER, _HOPS, _WHOLE = 5060, 17, 64, 0x4000


def capture(messages: Iterable[bytes]) -> Iterator[bytes]:
    """The octets of a capture in pcap with a frame for each message, in order."""
    yield _FILE
    for message in messages:
        payload = message[:MOST]
        size = len(payload) + _UDP.size
        udp = _UDP.pack(_SIP, _SIP, size, 0)
        size += _IP.size
        header = _IP.pack(0x45, 0, size, 0, _WHOLE, _HOPS, _UDP_NUMBER, 0, _LOOPBACK, _LOOPBACK)
        summed = _IP.pack(0x45, 0, size, 0, _WHOLE, _HOPS, _UDP_NUMBER, _checksum(header), _LOOPBACK, _LOOPBACK)
        yield _RECORD.pack(0, 0, size, size) + summed + udp + payload


def _checksum(header: bytes) -> int:
    """RFC 1071."""
    total = sum(int.from_bytes(header[at : at + 2], "big") for at in range(0, len(header), 2))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF
