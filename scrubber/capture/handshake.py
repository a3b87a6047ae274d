"""Handshake messages of TLS (RFC 8446 section 4, RFC 5246 section 7.4): what was offered and chosen stays.

Cipher suites, groups, signature schemes and the order of extensions stay. Server names become pseudonyms, and the
lengths around them are corrected. Of certificates the skeleton stays. Keys, randoms and tickets are blanked at their
length.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scrubber.capture import certificate
from scrubber.model import Entity
from scrubber.values import Values

RULE = "tls-server-name"
LONGEST: Final = 1 << 17
"""Octets of the longest message."""
LONGEST_NUMBERS: Final = 512
"""Octets of the longest extension that holds nothing but numbers."""

MESSAGES: Final = frozenset((0, 1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 14, 15, 16, 20, 21, 22, 24, 25, 254))
"""Types of messages (IANA "TLS HandshakeType")."""
_RETRY: Final = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""The random that makes a ServerHello a HelloRetryRequest (RFC 8446 section 4.1.3)."""
_NUMBERS: Final = {
    **dict.fromkeys((22, 23, 49), (0, 0)),
    **dict.fromkeys((1, 15), (0, 1)),
    **dict.fromkeys((11, 45), (1, 1)),
    27: (1, 2),
    **dict.fromkeys((10, 13, 34, 50), (2, 2)),
}
"""Extensions of nothing but numbers of a registry: octets of the length before them, and of each number."""
_WIDE: Final = frozenset((*range(0x14), 0x1A, 0x56, *range(0xC0, 0xC2), *range(0xCC, 0xCE), 0xD0, 0xFE, 0xFF))
"""Upper octets of the numbers of cipher suites, groups and signature schemes that are in use."""
_EARLY_HYBRID: Final = b"\x63\x99"
"""The group of X25519 and Kyber, before it got its number."""
_APPLICATIONS: Final = frozenset(
    b"h2 h2c h3 http/0.9 http/1.0 http/1.1 spdy/1 spdy/2 spdy/3 spdy/3.1 sip/2 sip stun.turn stun.nat-discovery webrtc "
    b"c-webrtc ftp imap pop3 managesieve coap xmpp-client xmpp-server acme-tls/1 mqtt dot ntske/1 sunrpc irc nntp smb "
    b"postgresql radius/1.0 radius/1.1 tds/8.0 doq".split()
)

_SERVER_NAME, _STATUS_REQUEST, _ALPN, _SHARED_KEY, _COOKIE, _KEY_SHARE = 0, 5, 16, 41, 44, 51
_LETTERS: Final = frozenset(bytes((letter,)) for letter in range(0x20, 0x40))
_RENEGOTIATION, _HIDDEN_HELLO = 0xFF01, 0xFE0D
_APPLICATION_SETTINGS: Final = frozenset((17513, 17613))


def messages(data: bytes, to: Values) -> bytes:
    """Messages: type and length stay, what they hold by type. What is encrypted is none and is blanked."""
    pieces: list[bytes] = []
    position = 0
    while len(data) - position >= 4 and data[position] in MESSAGES:
        size = int.from_bytes(data[position + 1 : position + 4])
        if size > LONGEST:
            break
        old = data[position + 4 : position + 4 + size]
        new = body(data[position], old, to)
        length = size + len(new) - len(old)
        pieces.append(data[position : position + 1] + max(0, length).to_bytes(3) + new)
        position += 4 + len(old)
    pieces.append(to.blank(data[position:], "TLS handshake"))
    return b"".join(pieces)


def body(kind: int, data: bytes, to: Values) -> bytes:
    """What a message of a type holds, of any length; a missing end is still counted by the lengths inside."""
    return _BODIES.get(kind, _blank)(data, to)


def _blank(data: bytes, to: Values) -> bytes:
    return to.blank(data, "TLS handshake")


def _sized(size: int) -> bytes:
    """A length of two octets."""
    return min(max(0, size), 0xFFFF).to_bytes(2)


def _is_listed(number: bytes, each: int) -> bool:
    """Whether a registry may hold this number; the values of RFC 8701, which mean nothing, are of the form 0x?A?A."""
    if len(number) < each or each < 2:
        return each < 2 and number[:1] not in _LETTERS
    return number[0] in _WIDE or number == _EARLY_HYBRID or (number[0] & 0xF == 0xA and number[0] == number[1])


class _Cursor:
    """Reads a handshake message from its beginning; what is not kept is blanked. The end may be missing."""

    def __init__(self, data: bytes, to: Values) -> None:
        self._data = data
        self._to = to
        self._at = 0
        self.pieces: list[bytes] = []

    def take(self, size: int) -> bytes:
        """The next octets, not written yet."""
        piece = self._data[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def ahead(self, size: int) -> bytes:
        """The next octets, which come again."""
        return self._data[self._at : self._at + size]

    def keep(self, size: int) -> int:
        """Numbers that stay; their value."""
        piece = self.take(size)
        self.pieces.append(piece)
        return int.from_bytes(piece)

    def numbers(self, wide: int, each: int) -> None:
        """A vector of numbers of a registry, behind its length; one too long to be that is blanked."""
        size = self.keep(wide)
        if size <= LONGEST_NUMBERS:
            self.listed(size, each)
        else:
            self.blank(size)

    def listed(self, size: int, each: int) -> None:
        """Numbers of a registry, of one or two octets each; one that cannot be of any is blanked."""
        data = self.take(size)
        numbers = (data[at : at + each] for at in range(0, len(data), each))
        self.pieces += [number if _is_listed(number, each) else _blank(number, self._to) for number in numbers]

    def blank(self, size: int) -> None:
        """Octets that go."""
        self.pieces.append(_blank(self.take(size), self._to))

    def opaque(self, wide: int) -> None:
        """A vector of octets that go, behind its length."""
        self.blank(self.keep(wide))

    @property
    def left(self) -> int:
        """Octets still to be read."""
        return len(self._data) - self._at

    def done(self) -> bytes:
        """All of it, the rest blanked."""
        self.blank(self.left)
        return b"".join(self.pieces)


def _hello(data: bytes, to: Values, *, client: bool) -> bytes:
    """ClientHello and ServerHello (RFC 8446 sections 4.1.2 and 4.1.3)."""
    cursor = _Cursor(data, to)
    cursor.keep(2)
    if data[2:34] == _RETRY:
        cursor.keep(32)
    else:
        cursor.blank(32)
    cursor.opaque(1)
    if client:
        cursor.numbers(2, 2)
        cursor.numbers(1, 1)
    else:
        cursor.keep(3)
    if cursor.left < 2:
        return cursor.done()
    return b"".join(cursor.pieces) + _extensions(cursor.take(cursor.left), to, client=client)


def _extensions(data: bytes, to: Values, *, client: bool) -> bytes:
    """Extensions behind the length of all of them; each behind its type and length."""
    total = int.from_bytes(data[:2])
    pieces: list[bytes] = []
    position = 2
    while len(data) - position >= 4:
        kind, size = int.from_bytes(data[position : position + 2]), int.from_bytes(data[position + 2 : position + 4])
        body = data[position + 4 : position + 4 + size]
        new = _extension(kind, body, to, client=client)
        pieces += data[position : position + 2], _sized(size + len(new) - len(body)), new
        position += 4 + len(body)
    pieces.append(_blank(data[position:], to))
    joined = b"".join(pieces)
    return _sized(total + len(joined) - len(data) + 2) + joined


def _extension(kind: int, data: bytes, to: Values, *, client: bool) -> bytes:
    if kind == _SERVER_NAME:
        return _server_name(data, to)
    if kind == _ALPN or kind in _APPLICATION_SETTINGS:
        return _applications(data, to)
    cursor = _Cursor(data, to)
    reading = _EXTENSIONS.get(kind)
    if kind in _NUMBERS:
        wide, each = _NUMBERS[kind]
        _numbered(cursor, wide, each)
    elif reading is not None:
        reading(cursor, client)
    return cursor.done()


def _numbered(cursor: _Cursor, wide: int, each: int) -> None:
    """Numbers behind a length, or one number; servers write some without the length."""
    if wide and int.from_bytes(cursor.ahead(wide)) == cursor.left - wide:
        cursor.numbers(wide, each)
    elif each and cursor.left == each:
        cursor.listed(each, each)


def _versions(cursor: _Cursor, client: bool) -> None:  # noqa: FBT001 - called through a table
    """Versions that are offered, or the one that was chosen (RFC 8446 section 4.2.1)."""
    _numbered(cursor, 1 if client else 0, 2)


def _protection(cursor: _Cursor, client: bool) -> None:  # noqa: FBT001 - called through a table
    """Profiles of SRTP; the identifier of a master key goes (RFC 5764 section 4.1.1)."""
    del client
    cursor.numbers(2, 2)
    cursor.opaque(1)


def _key_share(cursor: _Cursor, client: bool) -> None:  # noqa: FBT001 - called through a table
    """Groups, and how long the keys are (RFC 8446 section 4.2.8)."""
    if client:
        cursor.keep(2)
    while cursor.left:
        cursor.keep(2)
        if cursor.left:
            cursor.opaque(2)


def _hidden_hello(cursor: _Cursor, client: bool) -> None:  # noqa: FBT001 - called through a table
    """Algorithms of an Encrypted Client Hello, and how long it is (RFC 9849 section 5)."""
    if client and cursor.keep(1) == 0:
        cursor.keep(4)
        cursor.blank(1)
        cursor.opaque(2)
        cursor.opaque(2)


def _shared_key(cursor: _Cursor, client: bool) -> None:  # noqa: FBT001 - called through a table
    """How many keys there are to choose from, or which was chosen (RFC 8446 section 4.2.11)."""
    size = cursor.keep(2)
    if not client:
        return
    end = max(0, cursor.left - size)
    while cursor.left > end:
        cursor.opaque(2)
        cursor.blank(4)
    cursor.keep(2)
    while cursor.left:
        cursor.opaque(1)


_EXTENSIONS: Final[dict[int, Callable[[_Cursor, bool], object]]] = {
    14: _protection,
    17: lambda cursor, _: cursor.keep(3),
    28: lambda cursor, _: cursor.keep(2),
    43: _versions,
    _KEY_SHARE: _key_share,
    _SHARED_KEY: _shared_key,
    _HIDDEN_HELLO: _hidden_hello,
    _COOKIE: lambda cursor, _: cursor.opaque(2),
    _RENEGOTIATION: lambda cursor, _: cursor.opaque(1),
    _STATUS_REQUEST: lambda cursor, _: cursor.keep(1),
}
"""By type of extension (IANA "TLS ExtensionType Values"); those in no table are blanked."""


def _server_name(data: bytes, to: Values) -> bytes:
    """One name of type host (RFC 6066 section 3); several, or another type, are blanked."""
    name = data[5:]
    if len(data) < 5 or data[2] or int.from_bytes(data[3:5]) < len(name) or not name:
        return data[:5] + _blank(name, to) if len(data) >= 5 else _blank(data, to)
    new = to.value(Entity.HOST, name, RULE)
    growth = len(new) - len(name)
    entries, size = int.from_bytes(data[:2]) + growth, int.from_bytes(data[3:5]) + growth
    return _sized(entries) + data[2:3] + _sized(size) + new


def _applications(data: bytes, to: Values) -> bytes:
    """Names of application protocols (RFC 7301); one outside the registry is blanked."""
    pieces = [data[:2]]
    position = 2
    while position < len(data):
        size = data[position]
        name = data[position + 1 : position + 1 + size]
        pieces.append(data[position : position + 1] + (name if name in _APPLICATIONS else to.blank(name, "ALPN", b"x")))
        position += 1 + len(name)
    return b"".join(pieces)


def _certificates(data: bytes, to: Values) -> bytes:
    """The list of a Certificate message up to TLS 1.2 (RFC 5246 section 7.4.2); later ones are encrypted."""
    cursor = _Cursor(data, to)
    cursor.keep(3)
    while cursor.left >= 3:
        data = cursor.take(cursor.keep(3))
        cursor.pieces.append(certificate.blanked(data, to))
    return cursor.done()


def _certificate_request(data: bytes, to: Values) -> bytes:
    """Types and signature schemes stay; the names of authorities go (RFC 5246 section 7.4.4).

    Before TLS 1.2 there were no schemes (RFC 4346 section 7.4.4): the names fill the rest.
    """
    cursor = _Cursor(data, to)
    cursor.numbers(1, 1)
    if int.from_bytes(cursor.ahead(2)) != cursor.left - 2:
        cursor.numbers(2, 2)
    cursor.keep(2)
    while cursor.left >= 2:
        cursor.opaque(2)
    return cursor.done()


def _server_key(data: bytes, to: Values) -> bytes:
    """The named curve stays (RFC 8422 section 5.4), and how long key and signature are."""
    cursor = _Cursor(data, to)
    if data[:1] != b"\3":
        return cursor.done()
    cursor.keep(3)
    cursor.opaque(1)
    if cursor.left >= 4:
        cursor.keep(2)
        cursor.opaque(2)
    return cursor.done()


def _client_key(data: bytes, to: Values) -> bytes:
    cursor = _Cursor(data, to)
    if data and data[0] == len(data) - 1:
        cursor.opaque(1)
    elif len(data) > 2 and int.from_bytes(data[:2]) == len(data) - 2:
        cursor.opaque(2)
    return cursor.done()


def _ticket(data: bytes, to: Values) -> bytes:
    """The life of a ticket stays (RFC 5077 section 3.3)."""
    cursor = _Cursor(data, to)
    cursor.keep(4)
    cursor.opaque(2)
    return cursor.done()


def _verified(data: bytes, to: Values) -> bytes:
    cursor = _Cursor(data, to)
    if len(data) > 4 and int.from_bytes(data[2:4]) == len(data) - 4:
        cursor.keep(2)
        cursor.opaque(2)
    return cursor.done()


def _status(data: bytes, to: Values) -> bytes:
    cursor = _Cursor(data, to)
    cursor.keep(1)
    answer = cursor.take(cursor.keep(3))
    cursor.pieces.append(certificate.blanked(answer, to))
    return cursor.done()


_BODIES: Final[dict[int, Callable[[bytes, Values], bytes]]] = {
    1: lambda data, to: _hello(data, to, client=True),
    2: lambda data, to: _hello(data, to, client=False),
    4: _ticket,
    11: _certificates,
    12: _server_key,
    13: _certificate_request,
    15: _verified,
    16: _client_key,
    22: _status,
}
"""By type of handshake message (IANA "TLS HandshakeType")."""
