"""TLS records (RFC 8446, RFC 5246): how a connection was negotiated stays, who and what was negotiated goes.

Types, versions, lengths, cipher suites, groups, signature schemes and alerts stay. Server names become pseudonyms, and
all lengths around them are corrected. Of certificates the skeleton stays. Keys, randoms, tickets and application data
are blanked at their length.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from scrubber.capture import handshake
from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.values import Values

PORTS: Final = frozenset((443, 5061, 5063, 7443, 8089, 8443))
LONGEST_RECORD: Final = (1 << 14) + 2048
RECORDS: Final = 64
"""Records that one handshake message may be spread over."""

_CIPHER_CHANGE, _ALERT, _HANDSHAKE, _DATA, _HEARTBEAT = 20, 21, 22, 23, 24
_TYPES: Final = frozenset((_CIPHER_CHANGE, _ALERT, _HANDSHAKE, _DATA, _HEARTBEAT))
_ANY_HEADER: Final = b"\x17\3\3\0\1"
_ALERTS: Final = frozenset(
    (0, 10, 20, 21, 22, 30, *range(40, 52), 60, 70, 71, 80, 86, 90, 100, *range(109, 117), 120, 121)
)


class _Record(NamedTuple):
    """One record: its header, what is there of its fragment, and how many octets of it are missing."""

    header: bytes
    fragment: bytes
    missing: int

    @property
    def kind(self) -> int:
        return self.header[0]

    def around(self, fragment: bytes) -> bytes:
        """The record with another fragment."""
        return self.header[:3] + (len(fragment) + self.missing).to_bytes(2) + fragment


# --- framing


def _is_header(data: bytes, start: int = 0) -> bool:
    header = data[start : start + 5]
    if len(header) < 5 or header[0] not in _TYPES or header[1] != 3 or header[2] > 4:
        return False
    return 0 < int.from_bytes(header[3:]) <= LONGEST_RECORD


def _opens(data: bytes, flow: Flow) -> bool:
    """Whether a record begins here; one that is no handshake in clear says little and needs another behind it."""
    if not _is_header(data):
        return False
    size = int.from_bytes(data[3:5])
    if data[0] == _HANDSHAKE:
        return len(data) < 6 or data[5] in handshake.MESSAGES or flow.dport in PORTS or flow.sport in PORTS
    if data[0] == _ALERT:
        return size == 2 or size > 16
    if data[0] == _CIPHER_CHANGE:
        return size == 1
    behind = data[5 + size : 10 + size]
    return _is_header(behind + _ANY_HEADER[len(behind) :])


def _length(data: bytes) -> int:
    """A record, or the records over which a handshake message is spread."""
    position = 0
    waiting = b""
    for _ in range(RECORDS):
        header = data[position : position + 5]
        if len(header) < 5:
            return MORE
        if not _is_header(header) or (position and header[0] != _HANDSHAKE):
            # A handshake message without its end: each record stands alone.
            return 5 + int.from_bytes(data[3:5]) if position else DAMAGED
        end = position + 5 + int.from_bytes(header[3:])
        if header[0] != _HANDSHAKE:
            return end
        waiting = _unread(waiting + data[position + 5 : end])
        if not waiting:
            return end
        if end > len(data):
            return MORE if position else end
        position = end
    return position


def _unread(fragment: bytes) -> bytes:
    """The beginning of a handshake message whose end stands in another record."""
    position = 0
    while position < len(fragment):
        if fragment[position] not in handshake.MESSAGES:
            return b""
        end = position + 4 + int.from_bytes(fragment[position + 1 : position + 4])
        if len(fragment) < position + 4 or end > len(fragment):
            return fragment[position:] if end - position <= handshake.LONGEST else b""
        position = end
    return b""


def _rewrite(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """Records, those of a handshake read as one."""
    del flow
    records: list[_Record] = []
    position = 0
    while _is_header(payload, position):
        size = int.from_bytes(payload[position + 3 : position + 5])
        fragment = payload[position + 5 : position + 5 + size]
        records.append(_Record(payload[position : position + 5], fragment, size - len(fragment)))
        position += 5 + len(fragment)
    if not records:
        return None
    all_handshake = all(record.kind == _HANDSHAKE for record in records)
    pieces = _spread(records, to) if all_handshake else [record.around(_fragment(record, to)) for record in records]
    return b"".join(pieces) + to.blank(payload[position:], "TLS record")


def _fragment(record: _Record, to: Values) -> bytes:
    """What a record other than a handshake holds."""
    data = record.fragment
    if record.kind == _ALERT and len(data) == 2 and data[0] in (1, 2) and data[1] in _ALERTS:
        return data
    if record.kind == _CIPHER_CHANGE and data == b"\1":
        return data
    if record.kind == _HANDSHAKE:
        return handshake.messages(data, to)
    return to.blank(data, "TLS data")


def _spread(records: list[_Record], to: Values) -> list[bytes]:
    """Handshake messages put back into their records; the last one grows or shrinks."""
    new = handshake.messages(b"".join([record.fragment for record in records]), to)
    pieces: list[bytes] = []
    position = 0
    for index, record in enumerate(records):
        end = len(new) if index == len(records) - 1 else position + len(record.fragment)
        pieces.append(record.around(new[position:end]))
        position = min(end, len(new))
    return pieces


def _is_record(data: bytes, flow: Flow) -> bool:
    del flow
    return _is_header(data)


def _after(message: bytes) -> str:
    del message
    return RECORD.name


STREAM = Stream("tls", _opens, _length, _rewrite, _after)
"""Connections that begin with TLS, or in which it is met."""
RECORD = Stream("tls-record", _is_record, _length, _rewrite, _after)
"""What follows in such a connection, too weak to begin one: the handshake goes on encrypted, under any type."""
