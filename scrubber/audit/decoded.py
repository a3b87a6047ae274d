"""What a dissection says of a frame.

A frame comes as one line of JSON; :func:`decoded` gives the names and values of its fields, :class:`Blocks` makes texts
of them for a search, and :func:`telling` says which of them name somebody.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from typing import Any, NamedTuple

from scrubber.model import Entity, Finding

RULE = "dissection"
"""Rule ids are this and, behind a colon, the name of the field."""

Value = tuple[str, str]
"""A field and what stands in it."""

_BLOCK = 1 << 18
"""Characters that are searched at once."""
_REMEMBERED = 1 << 17
"""Values that are not searched again when they come again."""
_SHORT = 6
"""Octets from which on a value is no coincidence among numbers that change all the time."""
_TEXT = 8
"""Readable octets in a row that make a text."""
_ROOT = "<Root>"
"""How tshark shows a name without labels."""
_LONGEST = 256
"""Characters of a value that names somebody."""

_ADDRESS = 8
"""Octets of the longest hardware address; what is longer is no text in this notation."""
_OCTETS = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){3,}")
_UNREADABLE = re.compile(rb"[^\t\n\r\x20-\x7e]")
_BETWEEN = b"\n\0\n"

_QUAD = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_COLONS = re.compile(r"(?=.{0,40}:.{0,40}:)[0-9A-Fa-f:]{3,39}(?:(?:\.?[0-9]{1,3}){4})?")
_DIGITS = re.compile(r"[+*#0-9][0-9A-Fa-f*#]{1,31}")
_NO_HOST = re.compile(r"_(?:netmask|subnet_mask|mask|version|vers|oid|arch|prefix|cookie|software)\Z")
_NO_NUMBER = re.compile(r"(?:_nr|_num|count|len|max\w*|_of)_?digits\Z|_resolved\Z|country_code\Z")

_FIELDS: tuple[tuple[Entity, re.Pattern[str]], ...] = (
    (
        Entity.NUMBER,
        re.compile(
            r"(?i)digits?\Z|msisdn\Z|_imsi\Z|_imeisv?\Z|bcd_num\Z|"
            r"(?:calling|called|redirecting|original|dialed|dialled)\w*(?:number|num|party|id)\Z|_number_string\Z"
        ),
    ),
    (Entity.IDENTIFIER, re.compile(r"(?i)tmsi\Z|_guti\Z|gtp_teid\Z")),
    (Entity.USER, re.compile(r"(?i)_user\Z|user_?name\Z|_userid\Z|auth_username\Z")),
    (Entity.NAME, re.compile(r"(?i)display_info\Z|display_?name\Z|party_?name\Z|_caller_?id\w*\Z")),
    (Entity.HOST, re.compile(r"(?i)(?:qry|resp|server|srv|host|domain|option_host)_name\Z|_hostname\Z|_realm\Z")),
    (Entity.SECRET, re.compile(r"(?i)passw(?:or)?d\Z|_secret\Z|auth_digest_response\Z|_credentials\Z|authbasic\Z")),
    (Entity.MAC, re.compile(r"_(?:mac|addr|src|dst|hw_addr|mac_addr|hw_mac|bssid|ta|ra|sa|da|lladdr|linkaddr)\Z")),
)
"""Fields that name somebody: how the name of a field ends, whatever the protocol."""
_SHAPES = {Entity.NUMBER: _DIGITS, Entity.MAC: re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")}
_QUOTED = frozenset({Entity.NUMBER, Entity.USER})
"""What a short number in quotes is to the search: in these fields it is one, whatever stands around it."""


_LAYER = 2
"""How deep the layers of a frame stand in a line."""
_OWN = "_ws_"
"""How layers begin that are no protocol."""
_FAULTS = ("_ws_malformed", "_ws_short", "_ws_unreassembled")
_SEVERITY, _ERROR = "_ws_expert__ws_expert_severity", "8388608"
_OF_TSHARK = ("timestamp", "frame_frame_time", "frame_frame_protocols", "frame_frame_number")
"""Fields that tshark makes itself."""
_FROM_CODES = ("_oui_resolved", "_ja3", "_ja3_full", "_ja3s", "_ja3s_full")
"""Fields that tshark fills from tables of its own, or makes of the codes of a handshake."""


class Fault(NamedTuple):
    """Something that a dissector could not read."""

    kind: str
    protocol: str
    """As tshark calls it; empty when no protocol was begun."""


class Frame(NamedTuple):
    """A frame as it was decoded."""

    faults: frozenset[Fault]
    """What the dissector could not read in it."""
    values: tuple[Value, ...]


NO_FRAME = Frame(frozenset(), ())


class Piece(NamedTuple):
    """One value of a block."""

    start: int
    frame: int
    field: str
    octets: bool
    """Whether it was octets rather than a text."""


class Block(NamedTuple):
    """Values to search, one below the other."""

    text: bytes
    pieces: tuple[Piece, ...]

    def placed(self, findings: list[Finding]) -> Iterator[tuple[Piece, Finding]]:
        """The findings that count, each with the value it was met in."""
        at = 0
        for found in sorted(findings):
            while at + 1 < len(self.pieces) and self.pieces[at + 1].start <= found.start:
                at += 1
            piece = self.pieces[at]
            if not piece.octets or found.end - found.start >= _SHORT or self._is_text(found):
                yield piece, found

    def _is_text(self, found: Finding) -> bool:
        start, end = max(0, found.start - _TEXT), found.end + _TEXT
        left = max((match.end() for match in _UNREADABLE.finditer(self.text, start, found.start)), default=start)
        right = _UNREADABLE.search(self.text, found.end, end)
        return (min(end, len(self.text)) if right is None else right.start()) - left >= _TEXT


class Blocks:
    """Gathers the values of many frames into blocks; a value that comes again is searched once."""

    def __init__(self) -> None:
        self._seen: set[Value] = set()
        self._parts: list[bytes] = []
        self._pieces: list[Piece] = []
        self._size = 0

    def add(self, number: int, frame: Frame) -> Block | None:
        """Take in a frame; a block when there is enough for one."""
        for field, value in frame.values:
            known = (field if _named(field) in _QUOTED else "", value)
            if known in self._seen:
                continue
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen.add(known)
            if _OCTETS.fullmatch(value):
                octets = bytes.fromhex(value.replace(":", ""))
                self._append(octets, Piece(self._size, number, field, octets=True))
                if len(octets) > _ADDRESS:
                    continue
            text = value.encode("utf-8", "replace")
            quoted = known[0] and _entity(field, value) in _QUOTED
            self._append(b'"%b"' % text if quoted else text, Piece(self._size, number, field, octets=False))
        return self.rest() if self._size >= _BLOCK else None

    def rest(self) -> Block:
        """What was not given yet."""
        block = Block(_BETWEEN.join(self._parts), tuple(self._pieces))
        self._parts, self._pieces, self._size = [], [], 0
        return block

    def _append(self, text: bytes, piece: Piece) -> None:
        self._parts.append(text)
        self._pieces.append(piece)
        self._size += len(text) + len(_BETWEEN)


def telling(frame: Frame) -> dict[tuple[str, int], tuple[Entity, str]]:
    """The values of a frame that name somebody, by field and place among the values of that field."""
    found: dict[tuple[str, int], tuple[Entity, str]] = {}
    places: Counter[str] = Counter()
    for field, value in frame.values:
        places[field] += 1
        entity = _entity(field, value)
        if entity is not None:
            found[field, places[field]] = (entity, value)
    return found


@lru_cache(1 << 16)
def _entity(field: str, value: str) -> Entity | None:
    """What a value is: an address by its looks, anything else by the name of its field."""
    if not 1 < len(value) <= _LONGEST or not value.strip("0x:.") or value == _ROOT:
        return None
    entity = _named(field)
    if entity is not None and (entity not in _SHAPES or _SHAPES[entity].fullmatch(value)):
        return entity
    if _NO_HOST.search(field):
        return None
    if _QUAD.fullmatch(value):
        return Entity.IPV4
    if _COLONS.fullmatch(value) and not _OCTETS.fullmatch(value) and _is_ipv6(value):
        return Entity.IPV6
    return None


@lru_cache(1 << 12)
def _named(field: str) -> Entity | None:
    """What the name of a field says of its values."""
    entity = next((entity for entity, pattern in _FIELDS if pattern.search(field)), None)
    return None if entity is Entity.NUMBER and _NO_NUMBER.search(field) else entity


def _is_ipv6(value: str) -> bool:
    try:
        IPv6Address(value)
    except AddressValueError:
        return False
    return True


def decoded(line: bytes) -> Frame:
    """A line of a dissection as a frame; what is no JSON stays one value, to be searched as it is."""
    text = line.decode("utf-8", "replace")
    try:
        document = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return Frame(frozenset(), (("", text),))
    values: list[tuple[str, str]] = []
    faults: set[Fault] = set()
    protocol = ""
    waiting = [("", document, 0)]
    while waiting:
        name, found, depth = waiting.pop()
        if depth == _LAYER and not name.startswith(_OWN):
            protocol = name
        if isinstance(found, _Members):
            waiting += [(*member, depth + 1) for member in reversed(found)]
        elif isinstance(found, list):
            waiting += [(name, item, depth) for item in reversed(found)]
        elif name.startswith(_OF_TSHARK):
            continue
        if name.startswith(_FAULTS) or (name == _SEVERITY and found == _ERROR):
            faults.add(Fault(name, protocol))
        elif isinstance(found, str) and not name.endswith(_FROM_CODES):
            values.append((name, found))
    return Frame(frozenset(faults), tuple(values))


class _Members(list[Any]):
    """The members of an object, in order; a name may come twice."""


_DECODER = json.JSONDecoder(object_pairs_hook=_Members, strict=False)
