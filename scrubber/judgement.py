"""Whether a value is an original, judged on sight and without a key: it is when no pseudonym could look like it.

Pseudonyms of public addresses lie in reserved ranges, those of domains under ``.invalid``, those of numbers are not
assigned, hardware addresses are locally administered, secrets are markers. What an original and a pseudonym have in
common proves nothing: private addresses, names of a local network, extensions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import unquote_to_bytes

from scrubber.model import Entity
from scrubber.pseudonyms import secret

_LABEL_HOST = re.compile(rb"(?:[A-Za-z0-9_-]{1,63}\.){1,16}[A-Za-z][A-Za-z0-9-]{1,62}\.?")
_OWN_SUFFIXES = (b".invalid", b".local", b".arpa", b".3gppnetwork.org", b".localhost")
_CUT_SUFFIXES = (b".inv", b".inva", b".inval", b".invali")
"""What a field of fixed width leaves of the first of these. It may leave less, but ``.in`` is a country's."""
_DASHED = re.compile(rb"(?<![0-9])(?<![0-9][-_])(?:[0-9]{1,3}[-_]){3}[0-9]{1,3}(?![0-9]|[-_][0-9])")
"""An address as the name of a host gives it."""
_NUMBER = re.compile(rb"(?:\+|00)[1-9][0-9 ().-]{6,24}")
_DIALLED = re.compile(rb"011[1-9][0-9]{10,13}")
"""A number behind the international prefix of North America, too long for one of a country that begins so."""
_V4_BEARING = frozenset({0, 0xFFFF, 0xFFFF << 16, 0x0064FF9B << 64})
"""Upper 96 bits before an IPv4 address: compatible, mapped (RFC 4291), translated (RFC 2765), NAT64 (RFC 6052)."""
_MULTICAST_OR_LOCAL = 3


def _ipv4(value: bytes) -> bool:
    try:
        address = IPv4Address(value.decode("ascii", "replace"))
    except AddressValueError:
        return False
    number = int(address)
    private = address.is_loopback or address.is_multicast or address.is_link_local or number >= 240 << 24
    shared = number >> 24 == 10 or number >> 20 == 0xAC1 or number >> 16 == 0xC0A8 or number >> 22 == 0x191
    return not (private or shared or number == 0)


def _ipv6(value: bytes) -> bool:
    try:
        address = IPv6Address(value.partition(b"%")[0].decode("ascii", "replace"))
    except AddressValueError:
        return False
    number = int(address)
    if number >> 96 == 0x20010DB8 or address.is_loopback or address.is_multicast or address.is_unspecified:
        return False
    if number >> 32 in _V4_BEARING and number >> 16:
        return _ipv4(str(IPv4Address(number & 0xFFFFFFFF)).encode())
    if address.is_link_local or number >> 121 == 0x7E:
        return _of_hardware(number & (1 << 64) - 1)
    return True


def _of_hardware(interface: int) -> bool:
    """Whether an interface identifier is made of a hardware address that somebody was given (RFC 4291, appendix A)."""
    octets = interface.to_bytes(8, "big")
    return octets[3:5] == b"\xff\xfe" and _mac(bytes((octets[0] ^ 2, *octets[1:3], *octets[5:])).hex().encode())


def _host(value: bytes) -> bool:
    # What follows an application's name in the topic of a push (Apple, "Sending notification requests to APNs").
    lower = value.lower().rstrip(b".").removesuffix(b".voip")
    if lower.endswith(b".arpa"):
        return _reversed(lower)
    if any(_ipv4(re.sub(rb"[-_]", b".", dashed)) for dashed in _DASHED.findall(lower)):
        return True
    return _LABEL_HOST.fullmatch(value) is not None and not lower.endswith(_OWN_SUFFIXES + _CUT_SUFFIXES)


def _reversed(name: bytes) -> bool:
    """Whether the name of an address or a number in the domain name system says an original (RFC 1035, 3596, 6116)."""
    labels = name.split(b".")[::-1]
    said = labels[2:]
    if labels[1] == b"in-addr":
        return _ipv4(b".".join(said[:4]))
    if labels[1] == b"ip6" and len(said) >= 32:
        digits = b"".join(said[:32])
        return _ipv6(b":".join(digits[at : at + 4] for at in range(0, len(digits), 4)))
    return labels[1] == b"e164" and _number(b"+" + b"".join(said))


def _email(value: bytes) -> bool:
    return _host(value.rpartition(b"@")[2])


def _mac(value: bytes) -> bool:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", value)
    return len(digits) == 12 and not int(digits[:2], 16) & _MULTICAST_OR_LOCAL and bool(digits.strip(b"0"))


def _number(value: bytes) -> bool:
    value = unquote_to_bytes(value)
    international = _DIALLED.fullmatch(value) is not None
    if not international and not _NUMBER.fullmatch(value):
        return False
    import phonenumbers  # a tenth of a second that a text without numbers need not pay

    digits = re.sub(rb"[^0-9]", b"", value).decode()
    prefix = 3 if international else 2 if value.startswith(b"00") else 0
    try:
        number = phonenumbers.parse("+" + digits[prefix:])
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number))


def _secret(value: bytes) -> bool:
    return not secret.is_marker(value) and secret.filler(value) != value and len(value) > 1


def _card(value: bytes) -> bool:
    return bool(value.strip(b"0 -"))


JUDGES: Mapping[Entity, Callable[[bytes], bool]] = {
    Entity.IPV4: _ipv4,
    Entity.IPV6: _ipv6,
    Entity.HOST: _host,
    Entity.EMAIL: _email,
    Entity.MAC: _mac,
    Entity.NUMBER: _number,
    Entity.SECRET: _secret,
    Entity.CARD: _card,
    Entity.TEXT: lambda value: not secret.is_suppressed(value),
    Entity.DTMF: lambda value: secret.digit_mark(value) != value,
}
"""Of each entity that can be judged, whether a value is an original."""
