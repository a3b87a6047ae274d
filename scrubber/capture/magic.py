"""Which capture format a file has, told by its first octets.

Sources: draft-ietf-opsawg-pcap section 4, draft-ietf-opsawg-pcapng section 4.1; the modified record header of some
Linux distributions is known from the readers of libpcap and Wireshark alone.
"""

from __future__ import annotations

PCAP, PCAPNG = "pcap", "pcapng"

MICROSECONDS = 0xA1B2C3D4
NANOSECONDS = 0xA1B23C4D
MODIFIED = 0xA1B2CD34
"""Microseconds, and eight octets more in each record header."""
SECTION = b"\x0a\x0d\x0d\x0a"
"""The type of a section header block, the same in both byte orders."""
ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
"""The byte order magic of a section header block to the order as :mod:`struct` writes it."""

PCAP_MAGICS = {
    number.to_bytes(4, "little" if order == "<" else "big"): (order, number)
    for order in "<>"
    for number in (MICROSECONDS, NANOSECONDS, MODIFIED)
}
"""First octets of a file to byte order and magic number."""


def kind(head: bytes) -> str:
    """:data:`PCAP`, :data:`PCAPNG` or ``""``, from the first 12 octets of a file.

    The type of a section header block alone could begin a text, as it is made of line ends, so its byte order counts.
    """
    if head[:4] in PCAP_MAGICS:
        return PCAP
    return PCAPNG if head[:4] == SECTION and head[8:12] in ORDERS else ""
