"""BFCP, the floor control of conferences (RFC 8855): requests and their fate stay, who made them goes.

Kept are primitives, transactions, requests, priorities, states and error codes. Ids of conferences, users and floors
get the pseudonyms that they get in a session description (RFC 8856). Names, URIs and texts keep their width. Unknown
attributes and the pieces of a message that was cut into several become zero. Every octet keeps its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from scrubber.capture.packet import Flow
from scrubber.capture.stream import MORE, Stream
from scrubber.model import Entity
from scrubber.values import Values

PORTS: frozenset[int] = frozenset()
"""Negotiated for each conference."""
LOWEST = 1024

_VERSIONS = (1, 2)
_PRIMITIVES = range(1, 19)
_ATTRIBUTES = range(1, 19)
_HEADER = 12
_PIECE = 4
"""Octets behind the header that say which piece of a message this is."""
_RELIABLE = 0x20
"""The first octet over TCP: version 1, no flags."""
_DEPTH = 4
_WORDS = re.compile(
    rb"(?i)\b(floors?|conference|participants?|users?|chair|request(?:ed)?|primitive|attribute|message|protocol|version"
    rb"|moderator|granted|released|revoked|accepted|pending|cancelled|authentication|authorized|parse|incorrect)\b"
)
"""Words of servers that speak of the protocol."""
_WALKS = 16


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram is a message whose attributes fill it."""
    if min(flow.sport, flow.dport) < LOWEST or flow.cut or len(payload) < _HEADER:
        return False
    if payload[0] >> 5 not in _VERSIONS or payload[0] & 7 or payload[1] not in _PRIMITIVES:
        return False
    start = _start(payload)
    if _HEADER + 4 * int.from_bytes(payload[2:4]) + start - _HEADER != len(payload):
        return False
    return start > _HEADER or _is_row(payload[start:])


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """``payload`` with other ids and names; of the same length."""
    del flow
    if len(payload) < _HEADER:
        return None
    start = _start(payload)
    header = payload[:4] + _id(payload[4:8], to) + payload[8:10] + _id(payload[10:12], to) + payload[12:start]
    if start > _HEADER:
        return header + to.blank(payload[start:], "bfcp-piece")
    return header + _row(payload[start:], to, _DEPTH)


def _start(payload: bytes) -> int:
    """Where attributes begin; behind the header stands which piece this is, where one flag is set."""
    return min(_HEADER + (_PIECE if payload[0] & 8 else 0), len(payload))


def _is_row(octets: bytes) -> bool:
    at = 0
    while at < len(octets):
        if octets[at] >> 1 not in _ATTRIBUTES or at + 1 >= len(octets) or octets[at + 1] < 2:
            return False
        at += octets[at + 1] + -octets[at + 1] % 4
    return at == len(octets)


def _row(octets: bytes, to: Values, depth: int) -> bytes:
    """Attributes of a type, a length and a content, each filled up to a multiple of four (RFC 8855 section 5.2)."""
    pieces: list[bytes] = []
    at = 0
    while at + 2 <= len(octets) and octets[at + 1] >= 2:
        end = at + octets[at + 1]
        content = octets[at + 2 : end]
        after = end + -octets[at + 1] % 4
        pieces += octets[at : at + 2], _content(octets[at] >> 1, content, to, depth)
        pieces.append(to.blank(octets[end:after], "bfcp-filling"))
        at = after
    return b"".join(pieces) + to.blank(octets[at:], "bfcp-rest")


def _content(kind: int, content: bytes, to: Values, depth: int) -> bytes:
    if kind in _GROUPS and depth:
        return _GROUPS[kind](content[:2], to) + _row(content[2:], to, depth - 1)
    return _CONTENTS.get(kind, _unknown)(content, to)


# --- contents


def _unknown(content: bytes, to: Values) -> bytes:
    return to.blank(content, "bfcp-attribute")


def _id(octets: bytes, to: Values) -> bytes:
    """A number, replaced as its decimal digits are; as often as it takes to get one that fits."""
    limit = 1 << 8 * len(octets)
    text = str(int.from_bytes(octets)).encode()
    for _ in range(_WALKS):
        text = to.value(Entity.IDENTIFIER, text, "bfcp-id")
        if not text.isdigit() or len(text) > 10:
            break
        if int(text) < limit:
            return int(text).to_bytes(len(octets))
    return to.blank(octets, "bfcp-id")


def _pair(content: bytes, to: Values) -> bytes:
    return _id(content, to) if len(content) == 2 else _unknown(content, to)


def _number(content: bytes, to: Values) -> bytes:
    return content if len(content) == 2 else _unknown(content, to)


def _list(content: bytes, to: Values) -> bytes:
    """Types of attributes or primitives, each in the upper seven bits of an octet."""
    return content if all(octet >> 1 in _ATTRIBUTES for octet in content) else _unknown(content, to)


def _code(content: bytes, to: Values) -> bytes:
    return content[:1] + to.blank(content[1:], "bfcp-attribute")


def _name(content: bytes, to: Values) -> bytes:
    return to.fixed(Entity.NAME, content, "bfcp-name")


def _human(content: bytes, to: Values) -> bytes:
    return to.fixed(Entity.TEXT, content, "bfcp-text")


def _text(content: bytes, to: Values) -> bytes:
    """Text of a program or a URI."""
    try:
        is_text = content.decode().isprintable()
    except UnicodeDecodeError:
        is_text = False
    if not is_text:
        return _unknown(content, to)
    pieces = [
        piece if at % 2 or not piece.strip() else to.reader.part("unknown", piece, "bfcp-text")
        for at, piece in enumerate(_WORDS.split(content))
    ]
    return b"".join(pieces)[: len(content)].ljust(len(content))


_CONTENTS: Mapping[int, Callable[[bytes, Values], bytes]] = {
    1: _pair,  # BENEFICIARY-ID
    2: _pair,  # FLOOR-ID
    3: _number,  # FLOOR-REQUEST-ID
    4: _number,  # PRIORITY
    5: _number,  # REQUEST-STATUS
    6: _code,  # ERROR-CODE
    7: _text,  # ERROR-INFO
    8: _human,  # PARTICIPANT-PROVIDED-INFO
    9: _text,  # STATUS-INFO
    10: _list,  # SUPPORTED-ATTRIBUTES
    11: _list,  # SUPPORTED-PRIMITIVES
    12: _name,  # USER-DISPLAY-NAME
    13: _text,  # USER-URI
}
_GROUPS: Mapping[int, Callable[[bytes, Values], bytes]] = {
    14: _pair,  # BENEFICIARY-INFORMATION
    15: _number,  # FLOOR-REQUEST-INFORMATION
    16: _pair,  # REQUESTED-BY-INFORMATION
    17: _pair,  # FLOOR-REQUEST-STATUS
    18: _number,  # OVERALL-REQUEST-STATUS
}
"""By type, how the number at the start of a group of attributes is read."""


# --- over TCP


def _begins(octets: bytes, flow: Flow) -> bool:
    del flow
    if len(octets) < _HEADER or octets[0] != _RELIABLE or octets[1] not in _PRIMITIVES:
        return False
    return octets[2:4] == b"\0\0" or octets[_HEADER : _HEADER + 1] == b"" or octets[_HEADER] >> 1 in _ATTRIBUTES


def _stream_length(octets: bytes) -> int:
    return _HEADER + 4 * int.from_bytes(octets[2:4]) if len(octets) >= _HEADER else MORE


STREAM = Stream("bfcp", _begins, _stream_length, dissect)
