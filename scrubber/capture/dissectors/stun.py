"""STUN and TURN (RFC 8489, RFC 8656, RFC 8445, RFC 5780), the STUN before the magic cookie (RFC 3489), and ChannelData.

Types, transaction ids, ports, priorities, lifetimes and error codes stay. Addresses get their pseudonyms, also where
they are XORed. Each half of an ICE user name is read as the ``ice-ufrag`` of a session description is. Integrity,
tokens, tickets, passwords and unknown attributes become zero at their length. A fingerprint that was right is computed
again, one that was wrong becomes zero, so it stays wrong.

What a relay carries, in DATA attributes and ChannelData (RFC 8656 sections 11 and 12), is given to ``inner``, a
dissector like :func:`dissect` that the caller chooses; the default knows nothing, and what it does not know becomes
zero. ``inner`` must not lead back here with the same ``inner``, or the nesting has no bound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple
from zlib import crc32

from scrubber.capture.packet import Flow
from scrubber.capture.stream import MORE, Dissector, Stream
from scrubber.capture.words import sentence
from scrubber.model import Entity
from scrubber.values import Values

PORTS: frozenset[int] = frozenset({*range(3478, 3482), 5349, *range(19302, 19310)})
COOKIE = bytes.fromhex("2112a442")

_OLD_COOKIE = bytes.fromhex("000f000472c64bc6")
"""The attribute that messages of the drafts of TURN begin with (MS-TURN 2.2.2.1)."""
HEADER = 20
"""Octets of the header of a message."""
_METHODS = (1, 2, 3, 4, 6, 7, 8, 9)
_DATA_INDICATION = 0x0115
_CLASSIC = frozenset((_DATA_INDICATION, *(method | kind for method in _METHODS for kind in (0, 0x10, 0x100, 0x110))))
"""Types of messages without a cookie: RFC 3489 and the drafts of TURN."""
_FINGERPRINT = 0x8028
_FINGERPRINT_XOR = 0x5354554E
_CHANNEL = 4
_MULTIPLEXED = b"\xff\x10"
"""The channel of MS-TURN (section 2.2.3) that many sessions share: a number of eight octets stands before the data."""
_SESSION = 8
_LONGEST = 0xFFFF
_LONGEST_TEXT = 1024
_SECURED_NONCE = re.compile(rb"obMatJos2[A-Za-z0-9+/]{4}")
"""How a nonce begins that announces features (RFC 8489 section 9.2)."""
_FRAGMENT = re.compile(rb"[A-Za-z0-9+/=._-]{4,256}")
"""One half of an ICE user name (RFC 8839 section 5.4)."""
_DEADLINE = re.compile(rb"[0-9]{9,11}")
"""Seconds since 1970, in a user name that a service hands out for some hours."""


class _Message(NamedTuple):
    """What the reading of an attribute depends on."""

    key: bytes
    """Cookie and transaction id, which addresses are XORed with."""
    flow: Flow
    inner: Dissector
    standard: bool = True
    """Whether attributes are filled up to a multiple of four octets; before RFC 5389, and in MS-TURN, they are not."""


_Read = Callable[[bytes, _Message, Values], bytes]


def unknown(payload: bytes, flow: Flow, to: Values) -> None:
    """The dissector that knows no protocol."""
    del payload, flow, to


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram is a message with the magic cookie, one without at its port or of known form, or ChannelData.

    Without a cookie the attributes have to fill the message; a message without any counts at :data:`PORTS` alone.
    """
    if payload[:1] < b"\x40":
        if len(payload) < HEADER:
            return False
        return payload[4:8] == COOKIE or _is_classic(payload, flow)
    return _may_be_channel(payload) and _is_channel(payload, flow)


def dissect(payload: bytes, flow: Flow, to: Values, *, inner: Dissector = unknown) -> bytes | None:
    """``payload`` with other addresses and names; lengths are repaired where a name has another length."""
    if payload[:1] >= b"\x40":
        return _channel(payload, flow, to, inner) if _may_be_channel(payload) and len(payload) >= _CHANNEL else None
    if len(payload) < HEADER:
        return None
    standard = payload[4:8] == COOKIE and payload[HEADER : HEADER + 8] != _OLD_COOKIE
    return _message(payload, _Message(payload[4:HEADER], flow, inner, standard), to)


def _is_at_port(flow: Flow) -> bool:
    return flow.sport in PORTS or flow.dport in PORTS


def _is_classic(payload: bytes, flow: Flow) -> bool:
    end = HEADER + int.from_bytes(payload[2:4])
    if int.from_bytes(payload[:2]) not in _CLASSIC:
        return False
    if end != len(payload):
        return flow.cut and end > len(payload) and _is_at_port(flow)
    if end == HEADER:
        return _is_at_port(flow)
    at = HEADER
    while at + 4 <= end:
        if int.from_bytes(payload[at : at + 2]) not in _ATTRIBUTES:
            return False
        at += 4 + int.from_bytes(payload[at + 2 : at + 4])
    return at == end


def _may_be_channel(payload: bytes) -> bool:
    return payload[0] < 0x80 or payload.startswith(_MULTIPLEXED)


def _is_channel(payload: bytes, flow: Flow) -> bool:
    """Over UDP: a length that fits exactly around media; at the ports of relays anything, filled up or not."""
    rest = len(payload) - _CHANNEL - int.from_bytes(payload[2:4])
    if len(payload) <= _CHANNEL:
        return False
    if _is_at_port(flow):
        return 0 <= rest < 4 or (flow.cut and rest < 0)
    media = 0x80 <= payload[_CHANNEL] < 0xC0 or payload[_CHANNEL + 1 : _CHANNEL + 2] == b"\xfe"
    return payload[0] < 0x50 and rest == 0 and (media or payload[8:12] == COOKIE)


def _channel(payload: bytes, flow: Flow, to: Values, inner: Dissector) -> bytes:
    length = int.from_bytes(payload[2:4])
    data = payload[_CHANNEL : _CHANNEL + length]
    session = data[: _SESSION if payload.startswith(_MULTIPLEXED) else 0]
    new = session + _carried(data[len(session) :], _Message(b"", flow, inner), to)
    length += len(new) - len(data)
    rest = to.blank(payload[_CHANNEL + len(data) :], "stun-rest")
    if length > _LONGEST:
        return payload[:_CHANNEL] + to.blank(data, "stun-data") + rest
    return payload[:2] + length.to_bytes(2) + new + rest


def _message(payload: bytes, message: _Message, to: Values) -> bytes:
    length = int.from_bytes(payload[2:4])
    end = min(HEADER + length, len(payload))
    step = 4 if message.standard else 1
    pieces: list[bytes] = []
    at, signed = HEADER, b""
    while at + 4 <= end:
        kind, start = int.from_bytes(payload[at : at + 2]), at + 4
        stop = start + int.from_bytes(payload[at + 2 : start])
        if stop > end:
            pieces += payload[at:start], to.blank(payload[start:end], "stun-damaged")
            at = end
            break
        if kind == _FINGERPRINT and stop == end == start + 4 and _fingerprint(payload[:at]) == payload[start:stop]:
            signed, at = payload[at:start], end
            break
        new = _ATTRIBUTES.get(kind, _blank)(payload[start:stop], message, to)
        if step == 1:
            new = new[: stop - start].ljust(stop - start, b"\0")
        at = min(stop + -stop % step, end)
        filling = to.blank(payload[stop:at], "stun-filling") if len(new) == stop - start else bytes(-len(new) % step)
        pieces += kind.to_bytes(2), len(new).to_bytes(2), new, filling
    pieces.append(to.blank(payload[at:end], "stun-damaged"))
    length += sum(map(len, pieces)) + 2 * len(signed) - (end - HEADER)
    if length > _LONGEST:
        return payload[:HEADER] + to.blank(payload[HEADER:], "stun-damaged")
    whole = b"".join((payload[:2], length.to_bytes(2), payload[4:HEADER], *pieces))
    if signed:
        whole += signed + _fingerprint(whole)
    return whole + to.blank(payload[end:], "stun-rest")


def _fingerprint(message: bytes) -> bytes:
    """The sum over what stands before it (RFC 8489 section 14.7)."""
    return (crc32(message) ^ _FINGERPRINT_XOR).to_bytes(4)


# --- attributes


def _blank(value: bytes, message: _Message, to: Values) -> bytes:
    del message
    return to.blank(value, "stun-attribute")


def _kept(value: bytes, message: _Message, to: Values, *, sizes: frozenset[int]) -> bytes:
    """A number, where it has the size of one."""
    return value if len(value) in sizes else _blank(value, message, to)


def _number(*sizes: int) -> _Read:
    return partial(_kept, sizes=frozenset(sizes))


def _tie_breaker(value: bytes, message: _Message, to: Values) -> bytes:
    """A random number (RFC 8445 section 7.3.1.1): its beginning says who wins, the rest could be made of an address."""
    return value[:2] + _blank(value[2:], message, to) if len(value) == 8 else _blank(value, message, to)


def _address(value: bytes, message: _Message, to: Values) -> bytes:
    """Family, port, address (RFC 8489 section 14.1)."""
    if not _is_address(value):
        return _blank(value, message, to)
    return to.blank(value[:1], "stun-attribute") + value[1:4] + to.address(value[4:], "stun-address")


def _is_address(value: bytes) -> bool:
    return (value[1:2], len(value)) in ((b"\1", 8), (b"\2", 20))


def _xored(value: bytes, message: _Message, to: Values) -> bytes:
    """The same, XORed with cookie and transaction id (section 14.2); the port stays as it is."""
    if not _is_address(value):
        return _blank(value, message, to)
    new = _address(value[:4] + _xor(value[4:], message.key), message, to)
    return new[:4] + _xor(new[4:], message.key)


def _peer(value: bytes, message: _Message, to: Values) -> bytes:
    """XOR-PEER-ADDRESS, which is not XORed in messages of the drafts of TURN."""
    return (_xored if message.standard else _address)(value, message, to)


def _xor(octets: bytes, key: bytes) -> bytes:
    return bytes(octet ^ other for octet, other in zip(octets, key, strict=False))


def _of(entity: Entity, rule: str, value: bytes, to: Values) -> bytes:
    return to.value(entity, value, rule)


def _worded(read: Callable[[bytes, Values], bytes], value: bytes, message: _Message, to: Values) -> bytes:
    """A text; what is no text becomes zero. Zeros that some senders fill up with are no part of it."""
    bare = value.rstrip(b"\0")
    try:
        is_text = len(bare) <= _LONGEST_TEXT and bare.decode().isprintable()
    except UnicodeDecodeError:
        is_text = False
    return read(bare, to) + value[len(bare) :] if is_text else _blank(value, message, to)


def _words(read: Callable[[bytes, Values], bytes]) -> _Read:
    return partial(_worded, read)


def _user(text: bytes, to: Values) -> bytes:
    """Two ICE fragments, deadline and user, ``user@host`` or a mere user."""
    halves = text.split(b":")
    if len(halves) == 2 and all(map(_FRAGMENT.fullmatch, halves)) and not any(map(_DEADLINE.fullmatch, halves)):
        return b":".join(to.value(Entity.IDENTIFIER, half, "stun-username") for half in halves)
    return b":".join(_login(half, to) for half in halves)


def _login(text: bytes, to: Values) -> bytes:
    if _DEADLINE.fullmatch(text):
        return to.value(Entity.TIME, text, "stun-username")
    user, at, host = text.rpartition(b"@")
    if not at:
        return to.value(Entity.USER, text, "stun-username")
    return to.value(Entity.USER, user, "stun-username") + at + to.value(Entity.HOST, host, "stun-username")


def _realm(text: bytes, to: Values) -> bytes:
    return to.reader.part("realm", text, "stun-realm")


def _nonce(text: bytes, to: Values) -> bytes:
    features = _SECURED_NONCE.match(text)
    start = features.end() if features else 0
    return text[:start] + to.value(Entity.NONCE, text[start:], "stun-nonce")


def _program(text: bytes, to: Values) -> bytes:
    return to.product(text, "stun-software")


def _error(value: bytes, message: _Message, to: Values) -> bytes:
    """Class, number and reason (section 14.8), in ADDRESS-ERROR-CODE behind a family (RFC 8656 section 18.12)."""
    front = value[:2] if value[:2] in (b"\0\0", b"\1\0", b"\2\0") else to.blank(value[:2], "stun-attribute")
    return front + value[2:4] + _worded(sentence, value[4:], message, to)


def _types(value: bytes, message: _Message, to: Values) -> bytes:
    """A list of attribute types."""
    return value if not len(value) % 2 and len(value) <= 64 else _blank(value, message, to)


def _algorithms(value: bytes, message: _Message, to: Values) -> bytes:
    """Numbers of algorithms without parameters (section 14.11)."""
    plain = not len(value) % 4 and not any(value[2::4] + value[3::4])
    return value if plain and len(value) <= 64 else _blank(value, message, to)


def _carried(value: bytes, message: _Message, to: Values) -> bytes:
    """What a relay carries."""
    new = message.inner(value, message.flow, to) if value else value
    return to.blank(value, "stun-data") if new is None or len(new) > _LONGEST else new


_ATTRIBUTES: Mapping[int, _Read] = {
    **dict.fromkeys((0x0001, 0x0002, 0x0004, 0x0005, 0x000B, 0x0011, 0x8023, 0x802B, 0x802C), _address),
    0x0012: _peer,
    **dict.fromkeys((0x0016, 0x0020, 0x0023, 0x8020), _xored),
    0x0003: _number(4),  # CHANGE-REQUEST
    0x0006: _words(_user),
    0x0007: _blank,  # PASSWORD
    0x0008: _blank,  # MESSAGE-INTEGRITY
    0x0009: _error,
    0x000A: _types,
    0x000C: _number(4),  # CHANNEL-NUMBER
    0x000D: _number(4),  # LIFETIME
    0x000F: _number(4),  # magic cookie of the drafts of TURN
    0x0010: _number(4),  # BANDWIDTH
    0x0013: _carried,
    0x0014: _words(_realm),
    0x0015: _words(_nonce),
    0x0017: _number(4),  # REQUESTED-ADDRESS-FAMILY
    0x0018: _number(1),  # EVEN-PORT
    0x0019: _number(4),  # REQUESTED-TRANSPORT
    0x001A: _number(0),  # DONT-FRAGMENT
    0x001D: _algorithms,
    0x0024: _number(4),  # PRIORITY
    0x0025: _number(0),  # USE-CANDIDATE
    0x0027: _number(2, 4),  # RESPONSE-PORT
    0x002A: _number(4),  # CONNECTION-ID
    0x8000: _number(4),  # ADDITIONAL-ADDRESS-FAMILY
    0x8001: _error,
    0x8002: _algorithms,
    0x8003: _words(partial(_of, Entity.HOST, "stun-domain")),
    0x8004: _number(8),  # ICMP
    0x8008: _number(4),  # version of a Microsoft client
    0x8022: _words(_program),  # SOFTWARE
    0x8025: _number(4),  # TRANSACTION-TRANSMIT-COUNTER
    0x8027: _number(4),  # CACHE-TIMEOUT
    **dict.fromkeys((0x8029, 0x802A), _tie_breaker),  # ICE-CONTROLLED, ICE-CONTROLLING
    0x802E: _words(partial(_of, Entity.HOST, "stun-domain")),
    0x802F: _words(partial(_of, Entity.URL, "stun-origin")),
    0x8070: _number(4),  # version of a Microsoft implementation
    0xC057: _number(4),  # network id and cost of Google
}
"""By type, how an attribute is read (IANA, "STUN Attributes", and what is met besides); others become zero."""


# --- over TCP


def _begins(octets: bytes, flow: Flow) -> bool:
    """Over TCP a message has its cookie, and ChannelData is met at the ports of relays."""
    if octets[:1] < b"\x40":
        return octets[4:8] == COOKIE
    return octets[0] < 0x80 and _is_at_port(flow)


def _stream_length(octets: bytes) -> int:
    """Octets of the message at the start; ChannelData is filled up to a multiple of four (RFC 8656 section 12.5)."""
    if len(octets) < _CHANNEL:
        return MORE
    length = int.from_bytes(octets[2:4])
    return HEADER + length if octets[0] < 0x40 else _CHANNEL + length + -length % 4


STREAM = Stream("stun", _begins, _stream_length, dissect)
"""With relays that carry something known: ``STREAM._replace(rewrite=partial(dissect, inner=…))``."""
