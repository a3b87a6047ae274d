"""SCTP (RFC 9260): ports, tags and sequence numbers stay, addresses are mapped, user data and cookies are blanked."""

from __future__ import annotations

from collections.abc import Mapping

from scrubber.capture.checksum import crc32c
from scrubber.capture.layer import PROTOCOL, Layer, Step, Walk, Within, unchanged
from scrubber.capture.packet import Done
from scrubber.values import Values

_KEPT_CHUNKS = {0: 16, 1: 20, 2: 20, 7: 8, 8: 4, 11: 4, 12: 8, 13: 8, 14: 4, 64: 20}
"""Octets of a chunk that are numbers: data, opening, shutdown, cookies, congestion."""
_SACK = 3
_LISTS = frozenset({_SACK, 192, 194})
"""Chunks of numbers alone: acknowledgement and skipping ahead."""
_OF_PARAMETERS = {1: 20, 2: 20, 4: 4, 5: 4, 6: 4, 9: 4}
"""Where the parameters, or the causes of an error, of a chunk begin."""
_KEPT_PARAMETERS = frozenset({9, 12, 0x8000, 0x8008, 0xC000})
_BLANKED = "SCTP data"


def sctp(octets: bytes, walk: Walk) -> Step:
    """An SCTP packet: a common header and chunks."""
    if len(octets) < 12:
        return None
    to = walk.to
    new, at = bytearray(octets[:12]), 12
    while at + 4 <= len(octets):
        size = octets[at + 2] << 8 | octets[at + 3]
        if size < 4:
            break
        new += _chunk(octets[at : at + size], to)
        # Chunks begin at words of four octets.
        new += to.blank(octets[at + size : at + (size + 3) // 4 * 4], _BLANKED)
        at = min(at + (size + 3) // 4 * 4, len(octets))
    new += to.blank(octets[at:], _BLANKED)
    new[8:12] = _repaired(octets, bytes(new), cut=walk.missing > 0)
    return Within(Done(bytes(new)), unchanged)


def _chunk(chunk: bytes, to: Values) -> bytes:
    kind = chunk[0]
    if kind in _LISTS and _is_list(chunk):
        return chunk
    start = _OF_PARAMETERS.get(kind)
    if start is None:
        kept = _KEPT_CHUNKS.get(kind, 4)
        return chunk[:kept] + to.blank(chunk[kept:], _BLANKED)
    new, at, cause = bytearray(chunk[:start]), start, kind in (6, 9)
    while at + 4 <= len(chunk):
        size = chunk[at + 2] << 8 | chunk[at + 3]
        if not 4 <= size <= len(chunk) - at:
            break
        value = chunk[at + 4 : at + size]
        number = -1 if cause else chunk[at] << 8 | chunk[at + 1]
        new += chunk[at : at + 4] + _parameter(number, value, to)
        end = min(at + (size + 3) // 4 * 4, len(chunk))
        new += to.blank(chunk[at + size : end], _BLANKED)
        at = end
    return bytes(new) + to.blank(chunk[at:], _BLANKED)


def _is_list(chunk: bytes) -> bool:
    """Whether the numbers of a chunk are as many as its length and its counts tell."""
    if chunk[0] != _SACK:
        return 8 <= len(chunk) <= 40
    counts = int.from_bytes(chunk[12:14], "big") + int.from_bytes(chunk[14:16], "big")
    return len(chunk) == 16 + 4 * counts


def _parameter(number: int, value: bytes, to: Values) -> bytes:
    if (number, len(value)) in ((5, 4), (6, 16)):
        return to.address(value)
    return value if number in _KEPT_PARAMETERS and len(value) <= 32 else to.blank(value, _BLANKED)


# --- CRC32c (RFC 9260 appendix A)


def _repaired(old: bytes, new: bytes, *, cut: bool) -> bytes:
    """The checksum of ``new``, as right or as wrong as that of ``old``; one that the network card fills in stays 0."""
    given = old[8:12]
    if old == new and not cut:
        return given
    right = _crc(new)
    if not cut and _crc(old) == given:
        return right
    if given == bytes(4):
        return given
    if cut and right != given:
        return right
    wrong = bytes((right[0] ^ 1,)) + right[1:]
    return wrong if wrong != given else bytes((right[0] ^ 2,)) + right[1:]


def _crc(octets: bytes) -> bytes:
    return crc32c(octets[:8] + bytes(4) + octets[12:]).to_bytes(4, "little")


LAYERS: Mapping[int, Layer] = {PROTOCOL | 132: sctp}
