"""H.323: call signalling (Q.931 with H.225.0 inside) and H.245 over TPKT (RFC 1006), RAS over UDP.

Message types, call references, causes and bearers of Q.931 stay, telephone numbers become pseudonyms. What is in PER
(H.225.0, H.245, RAS) is blanked at its length behind what says which message it is; of RAS its number and the reason of
a rejection stay, too.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from scrubber.capture.document import is_text
from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.readings import isdn
from scrubber.values import Values

PORTS: Final = frozenset((1720,))
RAS_PORTS: Final = frozenset((1718, 1719))
PER = "H.323 content"

_TPKT: Final = 4
_ASN1: Final = b"\5"
"""Protocol discriminator of User-user where H.225.0 stands in it."""
_LATER: Final = 0x08
"""Whether a message of call signalling is one that came later, which takes more than the octet."""
_OPTIONAL: Final = frozenset((0, 1, 2, 3, 4, 5, 6, 9, 10, 12, 18, 21, 22))
"""Messages of RAS with so many optional elements that their number begins one octet further on."""
_VERSIONED: Final = frozenset(range(6))
"""Those in which a version follows the number: discovery and registration."""
_VERSION: Final = bytes.fromhex("060008914a00")
"""The object identifier of H.225.0, of which a number of the version follows."""
_PRESENCE: Final = 3
"""Octets between a message of call signalling and its version, which say what elements it has."""
_REJECTED: Final = frozenset((2, 5, 8, 11, 14, 17, 20))
"""Those that say next why something is rejected."""


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram on a port of RAS may be one; nothing but the port tells."""
    return len(payload) > 2 and not payload[0] & 0x80 and (flow.sport in RAS_PORTS or flow.dport in RAS_PORTS)


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A message of RAS (H.225.0 section 7.8): which one it is, its number, and why a request was rejected."""
    if not claims(payload, flow):
        return None
    if is_text(payload[1:]):  # no message of PER, where zeros fill up octets
        return payload[:1] + to.blank(payload[1:], PER)
    message = payload[0] >> 2
    # Ahead of the number: which message it is, whether it goes on behind what is known, its optional elements.
    begin = 2 if message in _OPTIONAL else 1
    end = begin + 2
    if message in _VERSIONED and payload[end : end + len(_VERSION)] == _VERSION:
        end += len(_VERSION) + 1
    # Without what says which elements are there, the zeros behind are a message that lacks them.
    kept = to.blank(payload[:1], PER, bytes((message << 2,))) + to.blank(payload[1:begin], PER) + payload[begin:end]
    flags = payload[0] & 1 or any(payload[1:begin])
    if message in _REJECTED and len(payload) > end and (message not in _VERSIONED or not flags):
        # A reason that came later fills the octet, any other one the first half.
        reason = payload[end]
        kept += to.blank(payload[end : end + 1], PER, bytes((reason if reason & 0x80 else reason & 0xF0,)))
        end += 1
    return kept + to.blank(payload[end:], PER)


def _is_header(data: bytes) -> bool:
    return data[:2] == b"\3\0" and (len(data) < _TPKT or int.from_bytes(data[2:4]) >= _TPKT)


def _opens(data: bytes, flow: Flow) -> bool:
    """Whether TPKT begins here: with Q.931 on any port, with anything on the usual one."""
    if not _is_header(data):
        return False
    if flow.sport in PORTS or flow.dport in PORTS:
        return True
    return data[4:6] == b"\x08\x02" and len(data) > 6


def _length(data: bytes) -> int:
    if len(data) < _TPKT:
        return MORE if _is_header(data.ljust(2, b"\0")[:2] if data[:1] == b"\3" else data) else DAMAGED
    return int.from_bytes(data[2:4]) if _is_header(data) else DAMAGED


def _rewrite(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """One packet; no length changes."""
    del flow
    if len(payload) < _TPKT or not _is_header(payload):
        return None
    body = payload[_TPKT:]
    if body[:1] == bytes((isdn.CALL_CONTROL,)) and len(body) > 2 and body[1] <= 4:
        return payload[:_TPKT] + isdn.q931(body, to.reader, partial(_blank, to), partial(_user_user, to))
    return payload[:_TPKT] + to.blank(body, PER)


def _blank(to: Values, octets: bytes, fill: bytes) -> bytes:
    return to.blank(octets, PER, fill)


def _user_user(to: Values, data: bytes) -> bytes:
    # What the octets are written in; whether they hold user data and private data, and which message they are.
    kept = 2 if data[:1] == _ASN1 and len(data) > 1 and not data[1] & _LATER else 1
    start = data.find(_VERSION, kept, kept + _PRESENCE + len(_VERSION))
    if kept < 2 or start < 0:
        return data[:kept] + to.blank(data[kept:], PER)
    # As above, zeros behind the version are a message that lacks what is optional.
    end = start + len(_VERSION) + 1
    return data[:kept] + to.blank(data[kept:start], PER) + data[start:end] + to.blank(data[end:], PER)


STREAM = Stream("h323", _opens, _length, _rewrite)
