"""What an action makes of a value.

What an action has no meaning for gets its pseudonym: only ``keep``, and ``shift`` for what is no time stamp after all,
let a value pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import AddressValueError, IPv6Address
from itertools import count

from scrubber.model import Action, Entity
from scrubber.pseudonyms import number, secret, time
from scrubber.pseudonyms.surrogate import Surrogates

_DIGIT = re.compile(rb"[0-9]")
_HEX_DIGIT = re.compile(rb"[0-9A-Fa-f]")
_QUAD = re.compile(rb"((?:[0-9]{1,3}\.){2})[0-9]{1,3}\.[0-9]{1,3}")
_NUMBER = re.compile(rb"(\+|%2[Bb])?([*#(0-9][0-9 ().\-/*#]*+)")
_REGISTERED = re.compile(rb"(?:\A|\.)([^.:]+\.invalid\.?(?::[0-9]{1,5})?)\Z", re.IGNORECASE)
_OF_SITE = 80
"""Bits of an IPv6 address below its /48."""
_SCHEME = re.compile(rb"(?i:https?|wss?|t?ftps?|file)://")
_AUTHORITY = re.compile(rb"[^/?#@]{1,256}?(:[0-9]{1,5})(?=[/?#]|\Z)")
"""A host and its port."""
_BESIDE = re.compile(rb"[^/?&=]")
"""What divides no URL."""
_OF_VENDOR = 6
"""Hexadecimal digits of a hardware address that name its vendor."""


def replacement(action: Action, entity: Entity, value: bytes, surrogates: Surrogates) -> bytes:
    """Return what stands for ``value`` under ``action``; an empty value stays empty.

    ``redact`` gives a marker, ``suppress`` blind text of the same length, ``shift`` moves time stamps, ``generalize``
    gives a country code and zeros for a number, the /16 (/48) of the pseudonym for an address, the registrable domain
    for a host, the vendor for a hardware address, the hour for a time.
    """
    return _ACTIONS[action](entity, value, surrogates) if value else value


def _pseudonym(entity: Entity, value: bytes, surrogates: Surrogates) -> bytes:
    return surrogates.of(entity, value)


def _redact(entity: Entity, value: bytes, surrogates: Surrogates) -> bytes:
    del surrogates
    return secret.redacted(entity.encode(), value)


def _suppress(entity: Entity, value: bytes, surrogates: Surrogates) -> bytes:
    del surrogates
    return _blind_url(value) if entity is Entity.URL else secret.text(value)


def _blind_url(value: bytes) -> bytes:
    """Only the scheme, the port and what divides a URL stay: without them no request line is one any more."""
    scheme = _SCHEME.match(value)
    start = 0 if scheme is None else scheme.end()
    authority = None if scheme is None else _AUTHORITY.match(value, start)
    first, last = (len(value), len(value)) if authority is None else authority.span(1)
    return value[:start] + _BESIDE.sub(b"x", value[start:first]) + value[first:last] + _BESIDE.sub(b"x", value[last:])


def _keep(entity: Entity, value: bytes, surrogates: Surrogates) -> bytes:
    del entity, surrogates
    return value


def _shift(entity: Entity, value: bytes, surrogates: Surrogates) -> bytes:
    return surrogates.shift(value) if entity is Entity.TIME else surrogates.of(entity, value)


def _generalize(entity: Entity, value: bytes, surrogates: Surrogates) -> bytes:
    general = _GENERAL.get(entity)
    return surrogates.of(entity, value) if general is None else general(value, surrogates)


def _general_number(value: bytes, surrogates: Surrogates) -> bytes:
    match = _NUMBER.fullmatch(value)
    if match is None:
        return surrogates.number(value)
    plus, body = match[1] or b"", match[2]
    if not plus and number.is_special(body):
        return value
    forms = number.national_forms((b"+" if plus else b"") + body)
    kept = len(_DIGIT.findall(body)) - len(forms[0]) if forms else 0
    return plus + _zeros_after(_DIGIT, kept, body)


def _general_user(value: bytes, surrogates: Surrogates) -> bytes:
    return _general_number(value, surrogates) if _NUMBER.fullmatch(value) else surrogates.user(value)


def _general_ipv4(value: bytes, surrogates: Surrogates) -> bytes:
    mapped = surrogates.ipv4(value)
    return value if mapped == value else _QUAD.sub(rb"\g<1>0.0", mapped, count=1)


def _general_ipv6(value: bytes, surrogates: Surrogates) -> bytes:
    mapped = surrogates.ipv6(value)
    bare = mapped.partition(b"%")[0]
    if mapped == value or b"." in bare:
        return _QUAD.sub(rb"\g<1>0.0", mapped, count=1)
    try:
        site = int(IPv6Address(bare.decode("ascii"))) >> _OF_SITE << _OF_SITE
    except (AddressValueError, UnicodeDecodeError):
        return mapped
    return IPv6Address(site).compressed.encode()


def _general_host(value: bytes, surrogates: Surrogates) -> bytes:
    mapped = surrogates.host(value)
    if mapped == value:
        return value
    if mapped.startswith(b"["):
        inner, bracket, port = value[1:].partition(b"]")
        return b"[" + _general_ipv6(inner, surrogates) + bracket + port
    if mapped.count(b":") > 1:
        return _general_ipv6(value, surrogates)
    domain = _REGISTERED.search(mapped)
    return domain[1] if domain is not None else _QUAD.sub(rb"\g<1>0.0", mapped, count=1)


def _general_email(value: bytes, surrogates: Surrogates) -> bytes:
    local, at, domain = value.rpartition(b"@")
    return surrogates.user(local) + at + _general_host(domain, surrogates) if at else surrogates.user(value)


def _general_mac(value: bytes, surrogates: Surrogates) -> bytes:
    mapped = surrogates.mac(value)
    return value if mapped == value else _zeros_after(_HEX_DIGIT, _OF_VENDOR, mapped)


def _general_time(value: bytes, surrogates: Surrogates) -> bytes:
    del surrogates
    return time.coarsen(value)


def _zeros_after(digit: re.Pattern[bytes], kept: int, value: bytes) -> bytes:
    """``value`` with every digit after the first ``kept`` ones turned into zero."""
    places = count()
    return digit.sub(lambda match: match[0] if next(places) < kept else b"0", value)


_Act = Callable[[Entity, bytes, Surrogates], bytes]
_ACTIONS: Mapping[Action, _Act] = {
    Action.PSEUDONYM: _pseudonym,
    Action.REDACT: _redact,
    Action.SUPPRESS: _suppress,
    Action.GENERALIZE: _generalize,
    Action.SHIFT: _shift,
    Action.KEEP: _keep,
}
_GENERAL: Mapping[Entity, Callable[[bytes, Surrogates], bytes]] = {
    Entity.NUMBER: _general_number,
    Entity.EXTENSION: _general_number,
    Entity.USER: _general_user,
    Entity.IPV4: _general_ipv4,
    Entity.IPV6: _general_ipv6,
    Entity.HOST: _general_host,
    Entity.EMAIL: _general_email,
    Entity.MAC: _general_mac,
    Entity.TIME: _general_time,
}
