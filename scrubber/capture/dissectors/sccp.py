"""SCCP ("Skinny"), between Cisco telephones and call managers: little-endian messages over TCP.

There is no public specification; layouts are as telephones and call managers of versions 3 to 22 send them. Message
ids, states, line and call numbers stay; names, numbers and addresses become pseudonyms of the same width; the body of a
message that no table knows is blanked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.model import Entity
from scrubber.values import Values

PORTS: Final = frozenset((2000,))
HEADER: Final = 12
LONGEST: Final = 1 << 14
LONGEST_NUMBERS: Final = 512
"""Octets of numbers that a message may hold in a row."""
RULE = "sccp-field"
BODY = "body of an SCCP message"
NEW_ADDRESSES: Final = 17
"""Version from which an address stands in sixteen octets behind its family."""

_NUMBERS: Final = (
    "0x00 0x02 0x05 0x06 0x07 0x08 0x09 0x0a 0x0b 0x0c 0x0d 0x0e 0x0f 0x10 0x12 0x25 0x26 0x27 0x28 0x2b 0x2d 0x30 "
    "0x81 0x83 0x85 0x86 0x87 0x88 0x89 0x8b 0x94 0x97 0x9a 0x9b 0x9c 0x9f 0x100 0x106 0x109 0x110 0x111 0x113 "
    "0x115 0x116 0x117 0x118 0x119 0x11a 0x11b 0x121"
)
"""Messages that hold nothing but numbers of the protocol."""
_LAYOUTS: Final[dict[int, str]] = {
    **{int(number, 16): "n*" for number in _NUMBERS.split()},
    0x01: "d16 n8 i4 n8 x*",
    0x03: "x4 n*",
    0x04: "u24 n*",
    0x20: "n4 t80 n4 x*",
    0x22: "n4 a n12",
    0x23: "u24 n36 x*",
    0x29: "d16 n8 i4 n4",
    0x82: "e4 n*",
    0x8A: "n8 a n32 x*",
    0x8F: "u40 u24 u40 u24 n12 u40 u24 u40 u24 n8 u24 u24 u24 u24 n*",
    0x90: "n8 n4 u24 n4 u24 n4 u24",
    0x91: "n4 u24 u40",
    0x92: "n4 u24 u40 u40 n*",
    0x93: "d16 n8 u40 h40 n*",
    0x99: "t*",
    0x9D: "t*",
    0x9E: "h48 h48 h48 h48 h48 n20 x*",
    0x105: "n28 x*",
    0x107: "u24 x*",
    0x108: "n12 k*",
    0x112: "n4 t32 n8",
    0x114: "n4 t*",
    0x11D: "u24 n*",
    0x120: "n8 t*",
    0x143: "n4 t*",
    0x144: "n8 t*",
    0x145: "n12 t*",
    0x146: "n12 s*",
    0x147: "n8 s*",
    0x149: "n4 s*",
    0x14A: "n32 s*",
    0x154: "n12 a n8",
}
"""By message id: ``n`` numbers, ``u`` a name or number, ``d`` a device, ``h`` a host, ``a`` an address, ``i`` one that
is IPv4 in every version, ``t`` text on the display, ``s`` names and numbers behind each other, ``k`` labels of keys,
``e`` a tone, ``x`` blanked; behind it how many octets, ``*`` for all others."""
_FIELD = re.compile(r"([a-z])([0-9]*)(\*?)")
_TEXT = re.compile(rb"[ -~]{5,}|(?:[ -~]\0){5,}|[0-9*#]{4}")
"""What numbers do not look like: text, or four digits."""
_DIGIT_TONES: Final = range(1, 20)
_CODE = re.compile(rb"\x80[\x01-\xff]|\0+")
"""What a telephone spells out in its own language, and filling."""
_DEVICE = re.compile(rb"([A-Z]{2,4})([0-9A-F]{12})(\0*)")
_KEY: Final = 20


def _fits(data: bytes, flow: Flow | None) -> bool:
    """Whether a header stands here: a length, a version, a message id."""
    if flow is not None and flow.sport not in PORTS and flow.dport not in PORTS:
        return False
    size, version, kind = (int.from_bytes(data[at : at + 4], "little") for at in (0, 4, 8))
    if len(data) < HEADER:
        return size <= LONGEST and version <= 64
    return 4 <= size <= LONGEST and version <= 64 and (kind < 0x400 or 0x8000 <= kind < 0x8200)


def _opens(data: bytes, flow: Flow) -> bool:
    return len(data) >= 4 and _fits(data, flow)


def _length(data: bytes) -> int:
    if len(data) < HEADER:
        return MORE
    return 8 + int.from_bytes(data[:4], "little") if _fits(data, None) else DAMAGED


def _rewrite(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """One message; no length changes."""
    if len(payload) < HEADER or not _fits(payload, flow):
        return None
    version, kind = (int.from_bytes(payload[at : at + 4], "little") for at in (4, 8))
    body = payload[HEADER:]
    layout = _LAYOUTS.get(kind)
    if layout is None:
        return payload[:HEADER] + to.blank(body, BODY)
    return payload[:HEADER] + _laid_out(layout, body, version, to)


def _laid_out(layout: str, body: bytes, version: int, to: Values) -> bytes:
    pieces: list[bytes] = []
    position = 0
    for kind, digits, rest in _FIELD.findall(layout):
        wide = (20 if version >= NEW_ADDRESSES else 4) if kind == "a" else int(digits or 0)
        end = len(body) if rest else position + wide
        field = body[position:end]
        pieces.append(_FIELDS[kind](field, to))
        position += len(field)
    pieces.append(to.blank(body[position:], BODY))
    return b"".join(pieces)


def _number(field: bytes, to: Values) -> bytes:
    numbers = _TEXT.sub(lambda text: to.blank(text[0], BODY), field[:LONGEST_NUMBERS])
    return numbers + to.blank(field[LONGEST_NUMBERS:], BODY)


def _tone(field: bytes, to: Values) -> bytes:
    """A tone of the network; a digit that somebody dialled is none."""
    return to.blank(field, BODY) if int.from_bytes(field, "little") in _DIGIT_TONES else _number(field, to)


def _blank(field: bytes, to: Values) -> bytes:
    return to.blank(field, BODY)


def _party(field: bytes, to: Values) -> bytes:
    """A name or number up to the first zero octet; what is behind it is left from another message."""
    text, mark, behind = field.partition(b"\0")
    return to.fixed(Entity.NAME, text, RULE, b" ") + mark + to.blank(behind, BODY)


def _parties(field: bytes, to: Values) -> bytes:
    return b"\0".join([to.fixed(Entity.NAME, text, RULE, b" ") for text in field.split(b"\0")])


def _host(field: bytes, to: Values) -> bytes:
    text, mark, behind = field.partition(b"\0")
    return to.fixed(Entity.HOST, text, RULE, b" ") + mark + to.blank(behind, BODY)


def _device(field: bytes, to: Values) -> bytes:
    """``SEP`` and a hardware address, or a name."""
    match = _DEVICE.fullmatch(field)
    if match is None:
        return _party(field, to)
    return match[1] + to.mac(bytes.fromhex(match[2].decode())).hex().upper().encode() + match[3]


def _address(field: bytes, to: Values) -> bytes:
    """An address, in later versions behind its family and in sixteen octets."""
    if len(field) == 4:
        return to.ipv4(field)
    if len(field) != 20:
        return to.blank(field, BODY)
    family = int.from_bytes(field[:4], "little")
    if family > 1:
        return to.blank(field, BODY)
    if not family:
        return field[:4] + to.ipv4(field[4:8]) + to.blank(field[8:], BODY)
    return field[:4] + to.ipv6(field[4:])


def _display(field: bytes, to: Values) -> bytes:
    """Codes stay, words are suppressed."""
    pieces: list[bytes] = []
    position = 0
    for code in _CODE.finditer(field):
        pieces.append(to.value(Entity.TEXT, field[position : code.start()], RULE))
        pieces.append(code[0])
        position = code.end()
    pieces.append(to.value(Entity.TEXT, field[position:], RULE))
    new = b"".join(pieces)
    return new if len(new) == len(field) else to.blank(field, BODY)


def _keys(field: bytes, to: Values) -> bytes:
    """Labels of sixteen octets, each with the event of its key."""
    starts = range(0, len(field), _KEY)
    return b"".join([_display(field[at : at + 16], to) + field[at + 16 : at + _KEY] for at in starts])


_FIELDS: Final[dict[str, Callable[[bytes, Values], bytes]]] = {
    "n": _number,
    "x": _blank,
    "e": _tone,
    "u": _party,
    "s": _parties,
    "h": _host,
    "d": _device,
    "a": _address,
    "i": _address,
    "t": _display,
    "k": _keys,
}

STREAM = Stream("sccp", _opens, _length, _rewrite)
