"""X.509 certificates (RFC 5280) without identities: the skeleton of their encoding (X.690) stays, octet for octet.

Types, lengths, registered object identifiers, flags and days of validity stay. Host names and addresses become
pseudonyms of the same width, other names, serial numbers, keys and signatures are blanked.
"""

from __future__ import annotations

import re
from typing import Final

from scrubber.model import Entity
from scrubber.values import Values

DEPTH: Final = 24
"""Values inside values that are followed."""
REASON = "certificate"
RULE = "certificate-host"

_BOOLEAN, _INTEGER, _BITS, _OCTETS, _NULL, _OBJECT = 1, 2, 3, 4, 5, 6
_TEXTS: Final = frozenset((12, 18, 19, 20, 22, 26, 27))
_TIMES: Final = {23: 6, 24: 8}
"""UTCTime and GeneralizedTime, by the digits of their date."""
_CONSTRUCTED: Final = 0x20
_CONTEXT: Final = 0x80
_NO_CERTIFICATE: Final = 0x40
"""In tags of the classes application and private: letters, mostly."""
_DNS_NAME, _IP_ADDRESS = 2, 7
_REGISTERED: Final = tuple(
    bytes.fromhex(arc)
    for arc in (
        "5504 551d 2a864886f70d01 2a8648ce 2b06010505 2b8104 608648016503 2b65 2b0601040182373c "
        "2b06010401d67902 0992268993f22c 67810c"
    ).split()
)
"""Arcs of registries: attributes, extensions, algorithms, purposes."""
_LONGEST_OBJECT: Final = 12
"""Octets of the longest identifier that certificates use."""
_PUBLIC_EXPONENT: Final = b"\1\0\1"
_STAMP: Final = 49
"""Octets of a signed certificate timestamp before its signature: length, version, log, time, lengths, algorithms."""
_HOST = re.compile(rb"(?:\*\.)?([A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){1,10})")
_IPV4 = re.compile(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")


def blanked(data: bytes, to: Values) -> bytes:
    """A certificate, of the same length; what is no DER encoding is blanked as a whole."""
    return _value(data, to, 0) if _fits(data) else to.blank(data, REASON)


def _header(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the content of the value at an offset begins and ends; definite lengths of up to three octets alone."""
    if len(data) - at < 2 or data[at] & 0x1F == 0x1F:
        return None
    size = data[at + 1]
    begin = at + 2
    if size & 0x80:
        wide = size & 0x7F
        if not 0 < wide <= 3 or len(data) - begin < wide:
            return None
        size = int.from_bytes(data[begin : begin + wide])
        begin += wide
    return (begin, begin + size) if begin + size <= len(data) else None


def _fits(data: bytes) -> bool:
    """Whether one value, and a constructed one, fills all of these octets."""
    header = _header(data, 0)
    return header is not None and header[1] == len(data) and bool(data[0] & _CONSTRUCTED)


def _value(data: bytes, to: Values, depth: int) -> bytes:
    """A row of values."""
    pieces: list[bytes] = []
    position = 0
    while position < len(data):
        header = _header(data, position)
        if header is None or depth > DEPTH or data[position] & _NO_CERTIFICATE:
            pieces.append(to.blank(data[position:], REASON))
            break
        begin, end = header
        content = data[begin:end]
        pieces.append(data[position:begin])
        if data[position] & _CONSTRUCTED:
            pieces.append(_value(content, to, depth + 1))
        else:
            pieces.append(_primitive(data[position], content, to, depth))
        position = end
    return b"".join(pieces)


def _primitive(tag: int, data: bytes, to: Values, depth: int) -> bytes:
    if tag & 0xC0 == _CONTEXT:
        return _named(tag & 0x1F, data, to)
    if _stays(tag, data):
        return data
    if tag == _OBJECT:
        return data[:1] + to.blank(data[1:], REASON)
    if tag in _TIMES and data[: _TIMES[tag]].isdigit() and data[-1:] == b"Z":
        day = _TIMES[tag]
        return data[:day] + to.blank(data[day:-1], REASON, b"0") + b"Z"
    if tag in _TEXTS:
        return _text(data, to)
    if tag == _OCTETS:
        return _octets(data, to, depth)
    if tag == _BITS and _fits(data[1:]):
        return data[:1] + _value(data[1:], to, depth + 1)
    return data[: tag == _BITS] + to.blank(data[tag == _BITS :], REASON)


def _octets(data: bytes, to: Values, depth: int) -> bytes:
    """What extensions wrap: a value, octets once more, or a list of timestamps."""
    header = _header(data, 0)
    if (
        depth < DEPTH
        and header is not None
        and header[1] == len(data)
        and (data[0] & _CONSTRUCTED or data[0] == _OCTETS)
    ):
        return _value(data, to, depth + 1)
    if len(data) > _STAMP and int.from_bytes(data[:2]) == len(data) - 2:
        return data[:2] + _stamps(data[2:], to)
    return to.blank(data, REASON)


def _stamps(data: bytes, to: Values) -> bytes:
    """Signed certificate timestamps (RFC 6962 section 3.3): version, algorithms and lengths stay."""
    pieces: list[bytes] = []
    position = 0
    while len(data) - position >= _STAMP:
        end = position + 2 + int.from_bytes(data[position : position + 2])
        stamp = data[position:end]
        if len(stamp) < _STAMP or end > len(data) or stamp[2] or stamp[43:45] != b"\0\0":
            break
        pieces += stamp[:3], to.blank(stamp[3:43], REASON), stamp[43:49], to.blank(stamp[49:], REASON)
        position = end
    return b"".join(pieces) + to.blank(data[position:], REASON)


def _stays(tag: int, data: bytes) -> bool:
    """Flags, small numbers and registered names."""
    if tag in (_BOOLEAN, _NULL):
        return len(data) <= 1
    if tag == _INTEGER:
        return len(data) == 1 or data == _PUBLIC_EXPONENT
    if tag == _OBJECT:
        return data.startswith(_REGISTERED) and len(data) <= _LONGEST_OBJECT
    if tag == _OCTETS:
        # Usage of a key: a row of bits inside the extension.
        return data[:1] == b"\3" and len(data) <= 5 and _header(data, 0) == (2, len(data))
    return tag == _BITS and len(data) <= 3


def _named(number: int, data: bytes, to: Values) -> bytes:
    """The alternatives of a general name (RFC 5280 section 4.2.1.6) and other implicit values."""
    if number == _IP_ADDRESS and len(data) in (4, 16):
        return to.address(data)
    if number == _DNS_NAME or (number and data.isascii() and data.decode("ascii").isprintable()):
        return _text(data, to)
    return to.blank(data, REASON)


_OURS = b".invalid"


def _text(data: bytes, to: Values) -> bytes:
    host = _HOST.fullmatch(data)
    if host is None and data and _OURS.endswith(data.removeprefix(b"*.").removeprefix(b"x")):
        return data  # the end of a pseudonym, for which there was no room
    if host is None or _IPV4.fullmatch(data):
        return to.blank(data, REASON, b"x")
    return data[: host.start(1)] + _fitted(to.value(Entity.HOST, host[1], RULE), len(host[1]))


def _fitted(host: bytes, length: int) -> bytes:
    """A name in as many octets, without its first ones where it is longer: its end says whose it is."""
    end = host[-length:].ljust(length)
    return end if end[:1].isalnum() else b"x" + end[1:]
