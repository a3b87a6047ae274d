"""The Internet checksum (RFC 1071) of rewritten octets: right stays right, wrong stays wrong, and no old value is kept.

Sums are numbers modulo 65535, to which the one's complement sum of 16-bit words is equal. A checksum is given as the
number that stands in the header; the sums never count it.
"""

from __future__ import annotations

from functools import cache

MODULUS = 0xFFFF


def total(octets: bytes) -> int:
    """The sum of ``octets`` as big-endian words; an odd last octet counts as the upper half of a word."""
    value = int.from_bytes(octets, "big")
    return (value << 8 if len(octets) & 1 else value) % MODULUS


def partial(count: int) -> int:
    """What a sender leaves in the header for the network card: the sum itself, folded and not inverted."""
    return count % MODULUS or MODULUS


def repaired(old: int, was: int, now: int) -> int:
    """The checksum of octets whose sum was ``was`` and is ``now``, as right or as wrong as ``old``."""
    right = -now % MODULUS
    if not (old + was) % MODULUS:
        return old if not (old - right) % MODULUS else right
    wrong = (right + 1) % MODULUS
    return (wrong + 1) % MODULUS if wrong == old % MODULUS else wrong


def offloaded(old: int, was: int, now: int, pseudo: tuple[int, int], *, cut: bool) -> int:
    """The checksum of UDP or TCP, which may hold no more than the sum of the pseudo header.

    ``pseudo`` are the old and the new sum of the pseudo header alone, ``was`` and ``now`` those of all that is counted.
    A right checksum is one even where it happens to equal the partial sum.
    """
    if (cut or (old + was) % MODULUS) and old == partial(pseudo[0]):
        return partial(pseudo[1])
    return unverified(old, now) if cut else repaired(old, was, now)


def unverified(old: int, now: int) -> int:
    """The checksum of octets of which a part is missing: of what is there, and never the old value."""
    right = -now % MODULUS
    return right if right != old % MODULUS else (right + 1) % MODULUS


def refreshed(old: bytes, new: bytes, at: int, sums: tuple[int, int] = (0, 0), *, cut: bool = False) -> bytes:
    """``new`` with the checksum at offset ``at`` as right or as wrong as that of ``old``.

    Both hold the old checksum there, and ``new`` may have another length. ``sums`` are what pseudo headers add to the
    sums of the old and the new octets; ``cut`` says that a part of ``old`` is missing.
    """
    given = int.from_bytes(old[at : at + 2], "big")
    now = total(new) + sums[1] - given
    value = unverified(given, now) if cut else repaired(given, total(old) + sums[0] - given, now)
    return new[:at] + value.to_bytes(2, "big") + new[at + 2 :]


def crc32c(octets: bytes) -> int:
    """CRC-32C (RFC 9260 appendix A), as SCTP and ZRTP use it; SCTP sends its octets the low one first."""
    table, value = _table(), 0xFFFFFFFF
    for octet in octets:
        value = value >> 8 ^ table[(value ^ octet) & 0xFF]
    return value ^ 0xFFFFFFFF


@cache
def _table() -> tuple[int, ...]:
    table = []
    for octet in range(256):
        value = octet
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return tuple(table)
