"""DTLS up to version 1.2 (RFC 6347), as it stands before SRTP (RFC 5764): the handshake stays, keys and names go.

Every octet keeps its place. Kept are record and handshake headers, versions, cipher suites, groups, signature
algorithms, SRTP profiles, alerts, and the type and length of everything else. Random numbers, session ids, cookies,
tickets, keys, signatures and names of authorities become zero. In place of a certificate stands one that says nothing.
The server name gets the pseudonym of its host. Of encrypted records the header stays.

A later piece of a handshake message that was cut into several becomes zero, since its beginning is not at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from scrubber.capture.packet import Flow
from scrubber.model import Entity
from scrubber.values import Values

PORTS: frozenset[int] = frozenset()
"""Media has no port of its own."""

_VERSIONS = (b"\xfe\xff", b"\xfe\xfd", b"\x01\x00")
"""1.0, 1.2, and what OpenSSL used before there was a standard."""
_SIGNED_BY = b"\xfe\xfd"
"""The version from which on signatures name their algorithm (RFC 5246 section 4.7)."""
_TYPES = range(20, 27)
_CHANGE, _ALERT, _HANDSHAKE, _CONNECTION_ID = 20, 21, 22, 25
_CERTIFICATE = 11
_HEADER = 13
_BEFORE_ID = 11
"""Octets of a header before a connection id, whose length only the handshake tells (RFC 9146 section 4)."""
_MESSAGE = 12
_LONGEST = (1 << 14) + 2048
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""What stands in place of a random number in a HelloRetryRequest (RFC 8446 section 4.1.3)."""
_LONGEST_LIST = 512
_LONGEST_CHAIN = 0xFFFF
_SECRET = b"\xff"
"""What encrypted records are filled with: no type of a handshake message, so none is seen where none can be read."""
_APPLICATIONS = frozenset(
    b"webrtc c-webrtc h2 http/1.1 sip/2 stun.turn stun.nat-discovery coap mqtt dot imap pop3 ftp".split()
)
"""Registered protocols (IANA, "TLS ALPN Protocol IDs") that stay."""
_ED25519 = bytes.fromhex("3005 06032b6570")
_UNSIGNED = (
    bytes.fromhex("303f a003020102 020101")  # version 3, serial number 1
    + _ED25519
    + bytes.fromhex("3000")  # issuer
    + b"\x30\x1e\x17\x0d700101000000Z\x17\x0d700101000000Z"
    + bytes.fromhex("3000 300a")  # subject, key
    + _ED25519
    + bytes.fromhex("030100")
    + _ED25519
)
"""What stands before the signature of a certificate of nobody."""


class _Cursor:
    """A piece of a message that is read from its start to its end."""

    def __init__(self, octets: bytes, to: Values) -> None:
        self.to = to
        self._octets = octets
        self._at = 0
        self._done: list[bytes] = []

    def __len__(self) -> int:
        """Octets that are left."""
        return len(self._octets) - self._at

    def look(self, count: int = _LONGEST) -> bytes:
        """The next octets, or fewer where there are no more."""
        return self._octets[self._at : self._at + count]

    def take(self, count: int = _LONGEST) -> bytes:
        taken = self.look(count)
        self._at += len(taken)
        return taken

    def keep(self, count: int) -> None:
        self._done.append(self.take(count))

    def blank(self, count: int) -> None:
        self._done.append(self.to.blank(self.take(count), "dtls-key"))

    def put(self, octets: bytes) -> None:
        self._done.append(octets)

    def vector(self, width: int, read: _Read) -> None:
        """A length of ``width`` octets and as many octets as it says, or as there are."""
        if len(self) < width:
            return
        length = self.take(width)
        content = _Cursor(self.take(int.from_bytes(length)), self.to)
        read(content)
        self._done += length, content.finished()

    def finished(self) -> bytes:
        """Everything read so far, and what is left as zeros."""
        self.blank(len(self))
        return b"".join(self._done)


_Read = Callable[[_Cursor], None]


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram is a row of records from its first to its last octet."""
    at = 0
    while at < len(payload):
        header = payload[at : at + _HEADER]
        if not header or header[0] not in _TYPES or header[1:3] not in _VERSIONS:
            return at > 0 and flow.cut and len(header) < 3
        if len(header) < _HEADER:
            return flow.cut
        if header[0] == _CONNECTION_ID:
            return True
        length = int.from_bytes(header[11:13])
        if length > _LONGEST:
            return False
        at += _HEADER + length
    return at > 0 and (at == len(payload) or flow.cut)


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """``payload`` without keys, certificates and names; of the same length."""
    if not claims(payload, flow):
        return None
    records: list[bytes] = []
    at = 0
    while at < len(payload):
        header = payload[at : at + _HEADER]
        if len(header) < _HEADER or header[0] == _CONNECTION_ID:
            known = payload[at : at + _BEFORE_ID] if len(payload) - at >= _BEFORE_ID else b""
            records += known, to.blank(payload[at + len(known) :], "dtls-encrypted", _SECRET)
            break
        content = payload[at + _HEADER : at + _HEADER + int.from_bytes(header[11:13])]
        records += header, _content(header, content, to)
        at += _HEADER + len(content)
    return b"".join(records)


def _content(header: bytes, content: bytes, to: Values) -> bytes:
    """What a record holds; in an epoch other than the first it is encrypted."""
    kind = header[0]
    if header[3:5] == b"\0\0":
        if kind == _HANDSHAKE:
            return _handshake(content, header[1:3], to)
        if (kind == _ALERT and len(content) == 2) or (kind == _CHANGE and content == b"\1"):
            return content
    return to.blank(content, "dtls-encrypted", _SECRET)


def _handshake(content: bytes, version: bytes, to: Values) -> bytes:
    """Messages, or pieces of them (RFC 6347 section 4.2.2)."""
    pieces: list[bytes] = []
    at = 0
    while at + _MESSAGE <= len(content):
        header = content[at : at + _MESSAGE]
        body = content[at + _MESSAGE : at + _MESSAGE + int.from_bytes(header[9:12])]
        read = _MESSAGES.get(header[0])
        if read is None:
            break
        cursor = _Cursor(body, to)
        if header[6:9] == b"\0\0\0":
            whole = header[9:12] == header[1:4]
            (read if whole or header[0] != _CERTIFICATE else _certificate_piece)(cursor, version)
        pieces += header, cursor.finished()
        at += _MESSAGE + len(body)
    return b"".join(pieces) + to.blank(content[at:], "dtls-unknown")


# --- what a vector holds


def _nothing(content: _Cursor) -> None:
    """Leaves everything to become zero."""


def _numbers(content: _Cursor) -> None:
    """A list of registered numbers."""
    if len(content) <= _LONGEST_LIST:
        content.keep(len(content))


def _inside(width: int, read: _Read, content: _Cursor) -> None:
    """One vector."""
    content.vector(width, read)


def _each(width: int, read: _Read, content: _Cursor) -> None:
    """Vectors in a row."""
    while len(content) >= width:
        content.vector(width, read)


# --- hello


def _client_hello(body: _Cursor, version: bytes) -> None:
    """RFC 6347 section 4.2.1."""
    del version
    body.keep(2)
    body.blank(32)
    body.vector(1, _nothing)
    body.vector(1, _nothing)
    body.vector(2, _numbers)
    body.vector(1, _numbers)
    body.vector(2, partial(_extensions, _CLIENT))


def _server_hello(body: _Cursor, version: bytes) -> None:
    """RFC 5246 section 7.4.1.3."""
    del version
    body.keep(2)
    if body.look(32) == _RETRY:
        body.keep(32)
    else:
        body.blank(32)
    body.vector(1, _nothing)
    body.keep(3)
    body.vector(2, partial(_extensions, _SERVER))


def _extensions(table: Mapping[int, _Read], content: _Cursor) -> None:
    while len(content) >= 4:
        kind = int.from_bytes(content.look(2))
        content.keep(2)
        content.vector(2, table.get(kind, _nothing))


def _names(content: _Cursor) -> None:
    """RFC 6066 section 3."""
    while len(content) >= 3:
        content.keep(1)
        content.vector(2, _host)


def _host(content: _Cursor) -> None:
    name = content.take()
    content.put(content.to.fixed(Entity.HOST, name, "dtls-server-name"))


def _application(content: _Cursor) -> None:
    """RFC 7301 section 3.1."""
    if content.look() in _APPLICATIONS:
        content.keep(len(content))


def _srtp(content: _Cursor) -> None:
    """Profiles and an identifier of the master key (RFC 5764 section 4.1.1)."""
    content.vector(2, _numbers)
    content.vector(1, _nothing)


def _status(content: _Cursor) -> None:
    """A request that names no responder (RFC 6066 section 8)."""
    if content.look() == b"\1\0\0\0\0":
        content.keep(5)


def _share(content: _Cursor) -> None:
    """The group and the key of RFC 8446 section 4.2.8."""
    content.keep(2)
    content.vector(2, _nothing)


def _shares(content: _Cursor) -> None:
    while len(content) >= 4:
        _share(content)


_BOTH: Mapping[int, _Read] = {
    0: partial(_inside, 2, _names),
    **dict.fromkeys((1, 10, 11, 13, 15, 19, 20, 27, 28, 43, 45, 50), _numbers),
    5: _status,
    14: _srtp,
    16: partial(_inside, 2, partial(_each, 1, _application)),
    44: partial(_inside, 2, _nothing),
    54: partial(_inside, 1, _nothing),
    0xFF01: partial(_inside, 1, _nothing),
}
"""By type, how an extension is read; the content of others becomes zero."""
_CLIENT: Mapping[int, _Read] = {**_BOTH, 51: partial(_inside, 2, _shares)}
_SERVER: Mapping[int, _Read] = {**_BOTH, 51: _share}


# --- other messages


def _verify_request(body: _Cursor, version: bytes) -> None:
    """RFC 6347 section 4.2.1."""
    del version
    body.keep(2)
    body.vector(1, _nothing)


def _ticket(body: _Cursor, version: bytes) -> None:
    """RFC 5077 section 3.3."""
    del version
    body.keep(4)
    body.vector(2, _nothing)


def _certificate(body: _Cursor, version: bytes) -> None:
    """RFC 5246 section 7.4.2."""
    del version
    body.vector(3, partial(_each, 3, _empty_certificate))


def _certificate_piece(body: _Cursor, version: bytes) -> None:
    """The first piece of a chain, as one certificate: where others begin in pieces of zeros is not to be seen."""
    del version
    length = int.from_bytes(body.look(3)) - 3
    if length < 0:
        return
    body.keep(3)
    octets = body.take()
    blank = body.to.blank(octets, "dtls-certificate")
    chain = length.to_bytes(3) + _stand_in(min(length, _LONGEST_CHAIN))[: len(octets)]
    body.put(blank if blank == octets else chain[: len(octets)].ljust(len(octets), b"\0"))


def _empty_certificate(content: _Cursor) -> None:
    """A certificate of the same length without names, its signature made of zeros."""
    octets = content.take()
    blank = content.to.blank(octets, "dtls-certificate")
    content.put(blank if blank == octets else _stand_in(len(octets)))


def _stand_in(length: int) -> bytes:
    """A certificate (RFC 5280 section 4.1) of ``length`` octets; zeros where that is too short for one."""
    signature = length - len(_UNSIGNED) - 9
    if signature < 0 or length > _LONGEST_CHAIN:
        return bytes(length)
    front = b"\x30\x82" + (length - 4).to_bytes(2) + _UNSIGNED + b"\x03\x82" + (signature + 1).to_bytes(2)
    return front + bytes(signature + 1)


def is_stand_in(octets: bytes) -> bool:
    """Whether octets in the place of a certificate are one that this module made, or a piece of a chain of such."""
    front, unsigned, rest = octets.partition(_UNSIGNED)
    return bool(unsigned) and len(front) <= 7 and rest[:2] == b"\x03\x82"[: len(rest)] and not rest[4:].strip(b"\0")


def _server_key(body: _Cursor, version: bytes) -> None:
    """A key on a named curve (RFC 8422 section 5.4); of any other kind nothing is kept."""
    if body.look(1) != b"\3":
        return
    body.keep(3)
    body.vector(1, _nothing)
    _signature(body, version)


def _signature(body: _Cursor, version: bytes) -> None:
    """RFC 5246 section 4.7."""
    if version == _SIGNED_BY:
        body.keep(2)
    body.vector(2, _nothing)


def _certificate_request(body: _Cursor, version: bytes) -> None:
    """RFC 5246 section 7.4.4."""
    body.vector(1, _numbers)
    if version == _SIGNED_BY:
        body.vector(2, _numbers)
    body.vector(2, partial(_each, 2, _nothing))


def _client_key(body: _Cursor, version: bytes) -> None:
    """A length of one octet before a point, of two before a number (RFC 8422 section 5.7, RFC 5246 section 7.4.7)."""
    del version
    for width in (1, 2):
        if int.from_bytes(body.look(width)) == len(body) - width:
            body.vector(width, _nothing)
            return


def _opaque(body: _Cursor, version: bytes) -> None:
    """Leaves everything to become zero."""


_MESSAGES: Mapping[int, Callable[[_Cursor, bytes], None]] = {
    **dict.fromkeys((0, 14, 20, 22, 23), _opaque),
    1: _client_hello,
    2: _server_hello,
    3: _verify_request,
    4: _ticket,
    _CERTIFICATE: _certificate,
    12: _server_key,
    13: _certificate_request,
    15: _signature,
    16: _client_key,
}
"""By type, how the body of a handshake message is read."""
