"""ZRTP (RFC 6189): which messages were exchanged, and what was offered, stays; everything that identifies goes.

Kept are sequence number, SSRC, type and length of a message, version, the names of registered algorithms, the client
where it is a product, and error codes. ZIDs, hashes, public values, signatures and everything encrypted become zero. A
check sum that was right is computed again, one that was wrong becomes zero. Every octet keeps its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from scrubber.capture.checksum import crc32c
from scrubber.capture.packet import Flow
from scrubber.values import Values

PORTS: frozenset[int] = frozenset()
"""Media has no port of its own."""
MAGIC = b"ZRTP"

_START = b"\x10\0"
_HEADER = 12
_PREAMBLE = b"\x50\x5a"
_BODY = 12
"""Octets of a message before what is its own: preamble, length, type."""
_CHECK = 4
_TYPES = frozenset(
    b"Hello   |HelloACK|Commit  |DHPart1 |DHPart2 |Confirm1|Confirm2|Conf2ACK|Error   |ErrorACK|GoClear |ClearACK"
    b"|SASrelay|RelayACK|Ping    |PingACK ".split(b"|")
)
_ALGORITHMS = frozenset(
    b"S256|S384|N256|N384|AES1|AES2|AES3|2FS1|2FS2|2FS3|HS32|HS80|SK32|SK64|DH3k|DH2k|EC25|EC38|EC52|Prsh|Mult|E255|E414"
    b"|B32 |B256|PGP |X509".split(b"|")
)
"""RFC 6189 section 5.1, and what programs added."""
_VERSION = re.compile(rb"[0-9]\.[0-9]{2}")
_CLIENT = 16


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram has the magic cookie and a known message whose length fits."""
    if payload[:2] != _START or payload[4:8] != MAGIC or len(payload) < _HEADER + _BODY:
        return False
    if payload[_HEADER : _HEADER + 2] != _PREAMBLE or payload[_HEADER + 4 : _HEADER + _BODY] not in _TYPES:
        return False
    return flow.cut or _end(payload) + _CHECK == len(payload)


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """``payload`` without keys and identities; of the same length."""
    if not claims(payload, flow):
        return None
    start, end = _HEADER + _BODY, min(_end(payload), len(payload))
    read = _BODIES.get(payload[_HEADER + 4 : start], _nothing)
    body = payload[start : max(start, end)]
    new = payload[:start] + read(body, to)
    check = payload[len(new) :]
    if len(check) == _CHECK:
        for order in (False, True):
            if check == _check(payload[: len(new)], swapped=order):
                return new + _check(new, swapped=order)
    return new + to.blank(check, "zrtp-check")


def _end(payload: bytes) -> int:
    """Where the check sum stands."""
    return _HEADER + 4 * int.from_bytes(payload[_HEADER + 2 : _HEADER + 4])


def _check(octets: bytes, *, swapped: bool) -> bytes:
    """The check sum in the order of octets of SCTP, or the other one that some programs write."""
    return crc32c(octets).to_bytes(4, "big" if swapped else "little")


# --- messages


def _nothing(body: bytes, to: Values) -> bytes:
    return to.blank(body, "zrtp-key")


def _version(octets: bytes, to: Values) -> bytes:
    return octets if _VERSION.fullmatch(octets) else to.blank(octets, "zrtp-unknown")


def _algorithms(octets: bytes, to: Values) -> bytes:
    names = (octets[at : at + 4] for at in range(0, len(octets), 4))
    return b"".join(name if name in _ALGORITHMS else to.blank(name, "zrtp-unknown") for name in names)


def _client(octets: bytes, to: Values) -> bytes:
    """The name of a program, filled up with blanks."""
    bare = octets.rstrip(b" \0")
    if len(octets) < _CLIENT or not (bare.isascii() and bare.decode("latin-1").isprintable()):
        return to.blank(octets, "zrtp-unknown")
    return to.product(bare, "zrtp-client")[: len(bare)].ljust(len(bare)) + octets[len(bare) :]


def _hello(body: bytes, to: Values) -> bytes:
    """Version, client, hash, ZID, flags and counts, algorithms (RFC 6189 section 5.2)."""
    end = 68 + 4 * sum(octet >> 4 if high else octet & 15 for octet, high in _counts(body[64:68]))
    return b"".join(
        (
            _version(body[:4], to),
            _client(body[4:20], to),
            to.blank(body[20:64], "zrtp-key"),
            body[64:68],
            _algorithms(body[68:end], to),
            to.blank(body[end:], "zrtp-key"),
        )
    )


def _counts(flags: bytes) -> list[tuple[int, bool]]:
    """The half octets that count hashes, ciphers, tags, key agreements and SAS types."""
    if len(flags) < 4:
        return []
    return [(flags[1], False), (flags[2], True), (flags[2], False), (flags[3], True), (flags[3], False)]


def _commit(body: bytes, to: Values) -> bytes:
    """Section 5.4."""
    return to.blank(body[:44], "zrtp-key") + _algorithms(body[44:64], to) + to.blank(body[64:], "zrtp-key")


def _error(body: bytes, to: Values) -> bytes:
    """Section 5.9."""
    return body[:4] + to.blank(body[4:], "zrtp-unknown")


def _ping(body: bytes, to: Values) -> bytes:
    """Section 5.15."""
    return _version(body[:4], to) + to.blank(body[4:], "zrtp-key")


def _pong(body: bytes, to: Values) -> bytes:
    """Section 5.16: the SSRC stays."""
    return _version(body[:4], to) + to.blank(body[4:20], "zrtp-key") + body[20:24] + to.blank(body[24:], "zrtp-unknown")


_BODIES: Mapping[bytes, Callable[[bytes, Values], bytes]] = {
    b"Hello   ": _hello,
    b"Commit  ": _commit,
    b"Error   ": _error,
    b"Ping    ": _ping,
    b"PingACK ": _pong,
}
"""By type, how the body of a message is read; of others nothing is kept."""
