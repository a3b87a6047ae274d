"""Domain names as octets: labels, compression pointers, and what stands for a name (RFC 1035 sections 3.1 and 4.1.4).

Used by every protocol that writes names this way: the Domain Name System and its multicast kin, options of DHCP.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from scrubber.capture.unique import identifier
from scrubber.model import Entity
from scrubber.values import Values

LONGEST = 255
"""Octets of a name, its length octets and the root included."""
LONGEST_LABEL = 63
RULE = "dns-name"
_JUMPS = 126
"""Pointers of one name, which is more than a sane name has and ends a circle."""
_POINTED = 0x4000
"""Offsets that a pointer cannot reach begin here."""
_PLAIN = re.compile(rb"[0-9A-Za-z_*-]+")
"""Labels of a host or service name; any other label is something that people read (RFC 6763 section 4.1)."""

Labels = tuple[bytes, ...]
Places = dict[Labels, int]
"""From the end of a name to where it stands in the message."""


class Name(NamedTuple):
    """A name that was read."""

    labels: Labels
    end: int
    """Offset behind the name, where it was met."""
    pointed: bool
    """Whether a pointer is part of it."""


def read(message: bytes, start: int) -> Name | None:
    """The name at ``start``; ``None`` where there is none: cut, too long, an unknown kind of label, a circle."""
    labels: list[bytes] = []
    position, end, jumps, room = start, -1, 0, LONGEST - 1
    while position < len(message) and room >= 0 and jumps <= _JUMPS:
        size = message[position]
        if size == 0:
            return Name(tuple(labels), end if jumps else position + 1, jumps > 0)
        if size > LONGEST_LABEL:
            if size < 0xC0 or position + 2 > len(message):
                return None
            end = end if jumps else position + 2
            jumps += 1
            position = int.from_bytes(message[position : position + 2], "big") & 0x3FFF
            continue
        label = message[position + 1 : position + 1 + size]
        if len(label) < size:
            return None
        labels.append(label)
        room -= size + 1
        position += size + 1
    return None


def mapped(labels: Labels, to: Values) -> Labels:
    """What stands for a name, as a host; labels with blanks, dots or other signs stand for names of people or things.

    The limits of RFC 1035 section 2.3.4 hold for the result.
    """
    plain = len(labels)
    while plain and _PLAIN.fullmatch(labels[plain - 1]):
        plain -= 1
    host = b".".join(labels[plain:])
    new_host = to.value(Entity.HOST, host, RULE)
    below = labels[plain:] if new_host == host else _limited(new_host.split(b"."))
    new = (*_limited([_label(label, to) for label in labels[:plain]]), *below)
    while sum(map(len, new)) + len(new) >= LONGEST:
        new = new[1:]
    return new


def written(labels: Labels, at: int, places: Places, *, pointed: bool) -> bytes:
    """The octets of a name that begins at ``at``; with ``pointed`` its end may be a pointer to one of ``places``.

    Enters into ``places`` what later names may point to.
    """
    out = bytearray()
    for first in range(len(labels)):
        rest = labels[first:]
        place = places.get(rest)
        if pointed and place is not None:
            return bytes(out) + (0xC000 | place).to_bytes(2, "big")
        if place is None and at + len(out) < _POINTED:
            places[rest] = at + len(out)
        out.append(len(labels[first]))
        out += labels[first]
    return bytes(out) + b"\0"


def replaced(octets: bytes, to: Values) -> bytes | None:
    """One name after another up to the end of ``octets``, each replaced, none pointing; ``None`` where one is damaged.

    Unchanged names keep their octets, pointers included.
    """
    out = bytearray()
    position, changed = 0, False
    places: Places = {}
    while position < len(octets):
        name = read(octets, position)
        if name is None:
            return None
        new = mapped(name.labels, to)
        changed = changed or new != name.labels
        out += written(new, len(out), places, pointed=name.pointed)
        position = name.end
    return bytes(out) if changed else octets


def _label(label: bytes, to: Values) -> bytes:
    if _PLAIN.fullmatch(label):
        return to.value(Entity.HOST, label, RULE)
    return to.value(Entity.NAME, label, RULE) if _is_text(label) else identifier(label, to)


def _is_text(label: bytes) -> bool:
    try:
        return label.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _limited(labels: list[bytes]) -> Labels:
    return tuple(label[:LONGEST_LABEL] for label in labels if label)
