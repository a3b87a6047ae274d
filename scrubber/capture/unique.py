"""Identifiers of clients in binary form: opaque octets, and the unique identifiers of DHCP (RFC 8415 section 11)."""

from __future__ import annotations

from scrubber.model import Entity
from scrubber.values import Values

RULE = "packet-identifier"
_LINK_TIME, _ENTERPRISE, _LINK = b"\0\1", b"\0\2", b"\0\3"
_COUNTED = 4
"""Octets of an identifier whose first two are zero where it is no more than a count of interfaces."""


def identifier(value: bytes, to: Values) -> bytes:
    """Opaque octets that stay equal where they were equal; those as long as a hardware address are taken for one.

    A small number of four octets stays: it counts the interfaces of a client, and learned, it would stand everywhere.
    """
    if len(value) == _COUNTED and value[:2] == b"\0\0":
        return value
    if len(value) == 6:
        return to.mac(value)
    try:
        mapped = bytes.fromhex(to.value(Entity.DEVICE, value.hex().encode(), RULE).decode("ascii"))
    except ValueError:
        return to.blank(value, RULE)
    return mapped if len(mapped) == len(value) else to.blank(value, RULE)


def unique(value: bytes, to: Values) -> bytes:
    """A DUID: type, hardware type, perhaps a time, and a hardware address; or a type and opaque octets.

    The number of an enterprise stays.
    """
    at = {_LINK_TIME: 8, _LINK: 4}.get(value[:2], 0)
    if at and len(value) == at + 6:
        return value[:4] + to.blank(value[4:at], RULE) + to.mac(value[at:])
    at = 6 if value[:2] == _ENTERPRISE else 2
    return value[:at] + identifier(value[at:], to)
