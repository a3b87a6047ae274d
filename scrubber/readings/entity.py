"""What a value is by its shape, where its place allows several kinds."""

from __future__ import annotations

import re

from scrubber.model import Entity

_DIGITS = re.compile(rb"\+?[0-9][0-9 ()./-]{0,30}|%2[Bb][0-9]+")
_IPV4 = re.compile(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")


def refine(entity: Entity, value: bytes) -> Entity:
    """The precise entity of a value whose place allows several (a user part that is a number, a host that is an IP)."""
    if entity is Entity.USER or entity is Entity.NAME:
        if _DIGITS.fullmatch(value):
            return Entity.NUMBER if len(value) - len(value.translate(None, b"0123456789")) >= 7 else Entity.EXTENSION
    elif entity is Entity.HOST:
        if _IPV4.fullmatch(value):
            return Entity.IPV4
        if value.count(b":") > 1:
            return Entity.IPV6
    return entity
