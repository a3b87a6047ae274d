"""Opaque identifiers: Call-IDs, tags, branches, UUIDs, nonces, session and device ids.

All share one map, so an identifier that travels from a Call-ID into a log line or a file name stays recognisable. The
surrogate has the length, the alphabet and the punctuation of the original; what has a meaning of its own (magic
cookies, UUID version, padding, all-zero) stays. Imports ``address`` because the node of a UUID can be a MAC.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from math import prod

from scrubber.pseudonyms.address import ipv4, mac_octets
from scrubber.pseudonyms.key import Key

_DOMAIN = b"identifier"
_SHORT = 12
"""Up to so many variable characters the map is a permutation; above, a digest is collision-free in practice."""

_DIGITS = b"0123456789"
_LOWER = b"abcdefghijklmnopqrstuvwxyz"
_UPPER = _LOWER.upper()
_HEX = b"0123456789abcdef"
_FIXED = bytes(byte for byte in range(128) if byte not in _DIGITS + _LOWER + _UPPER)
"""ASCII that stays in place: punctuation, blanks, control bytes. Bytes above ASCII count as letters."""

_START = re.compile(
    rb"z9hG4bK(?:Pj)?"  # RFC 3261 section 8.1.1.7, with the mark of PJSIP
    rb"|as(?=[0-9a-f]{8}\Z)"  # chan_sip tags
    rb"|0x(?=[0-9a-f]+\Z)"
    rb"|urn:(?:uuid|gsma:imei|dev:mac):",
    re.IGNORECASE,
)
_HALVES = frozenset({b";1", b";2"})
"""The two halves of an Asterisk Local channel."""
_STARTERS = frozenset(b"z9a0uZAU")
_PIECES = re.compile(rb"([^0-9A-Za-z\x80-\xff]++)")
_PIECES_ESCAPED = re.compile(
    rb"((?:%(?:[01][0-9A-F]|2[0-9A-F]|3[A-F]|40|5[B-F]|60|7[B-F])|[^0-9A-Za-z\x80-\xff])++)", re.IGNORECASE
)
"""Runs of what stays in place; the second knows percent-escapes of such characters."""

_BOUNDED_DIGITS = 20
_BOUNDS = sorted({10**power for power in range(_BOUNDED_DIGITS + 1)} | {1 << 31, 1 << 32, 1 << 63, 1 << 64})
"""A decimal stays between the same two of these: no length changes and no machine integer overflows."""

_UUID_LENGTH = 32
_DASHED_LENGTH = 36
_DASHED = re.compile(rb"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_MAC_LENGTH = 12
_BARE_NODE = (b"0" * 20, b"00000000000010008000")
"""Fronts of UUIDs made up to hold nothing but a MAC."""
_VARIANTS = frozenset(b"89ab")
_VERSIONS = frozenset(b"12345678")
_NODE_VERSIONS = frozenset(b"126")
"""UUID versions with a node (RFC 9562)."""

_BASE64_MIN = 16
_BASE64_LAST = {1: b"AEIMQUYcgkosw048", 2: b"AQgw"}
"""By padding: the last characters whose unused bits are zero (RFC 4648, section 3.5)."""


def _spread(alphabet: bytes) -> bytes:
    """Return a table for ``bytes.translate`` from any byte to the alphabet."""
    return bytes(alphabet[byte % len(alphabet)] for byte in range(256))


_ALPHABETS = {
    (digit, lower, upper): _spread(_DIGITS * digit + _LOWER * lower + _UPPER * upper)
    for digit in (False, True)
    for lower in (False, True)
    for upper in (False, True)
    if digit or lower or upper
}
_TO_VARIANT = _spread(b"89ab")
_NOT_ZERO = _spread(_DIGITS[1:])
_LAST_TABLES = {padding: _spread(alphabet) for padding, alphabet in _BASE64_LAST.items()}


def opaque(key: Key, value: bytes) -> bytes:
    """Return the surrogate of an identifier: as long, of the same alphabet, punctuation in place.

    Hexadecimal values map alike in either case, with and without dashes; decimals stay decimal, keep leading zeros and
    do not outgrow 32 or 64 bits. Up to 12 letters and digits no two values of one shape meet. Kept: ``z9hG4bK`` and
    ``z9hG4bKPj``, ``as`` before eight hexadecimal digits, ``0x``, ``urn:uuid:``, a final ``;1`` or ``;2``, base64
    padding, UUID version and variant, all-zero values. Twelve hexadecimal digits (of which one is a letter) and the
    node of a UUID follow the MAC map, a dotted quad the map of addresses.
    """
    if value and value[0] in _STARTERS:
        match = _START.match(value)
        if match is not None:
            return match.group() + _placed(key, value[match.end() :])
    if value[-2:] in _HALVES:
        return _placed(key, value[:-2]) + value[-2:]
    return _placed(key, value)


def _placed(key: Key, value: bytes) -> bytes:
    """Replace the variable characters of ``value`` around those that stay."""
    if len(value) == _DASHED_LENGTH and _DASHED.fullmatch(value):
        token = _uuid(key, value.replace(b"-", b""))
        return b"-".join((token[:8], token[8:12], token[12:16], token[16:20], token[20:]))
    if b"%" in value:
        return _woven(key, value, _PIECES_ESCAPED)
    core = value.translate(None, _FIXED)
    return _token(key, core, value) if len(core) == len(value) else _woven(key, value, _PIECES)


def _woven(key: Key, value: bytes, fixed: re.Pattern[bytes]) -> bytes:
    """Replace the pieces between what stays; a dotted quad follows the map of addresses."""
    if value.count(b".") == 3 and (mapped := ipv4(key, value)) != value:
        return mapped
    pieces = fixed.split(value)
    token = _token(key, b"".join(pieces[::2]), value)
    start = 0
    for index in range(0, len(pieces), 2):
        end = start + len(pieces[index])
        pieces[index] = token[start:end]
        start = end
    return b"".join(pieces)


def _token(key: Key, core: bytes, value: bytes) -> bytes:
    """Return the surrogate of ``core``, the variable characters of ``value``."""
    if not core.strip(b"0"):
        return core
    lowered = core.lower()
    if lowered.translate(None, _HEX) or (core != lowered and core != core.upper()):
        return _words(key, core, value)
    if value[-1:] == b"=" and len(core) > _SHORT:
        return _words(key, core, value)  # base64 of little but zeros
    token = _hexadecimal(key, lowered, value)
    return token if core == lowered else token.upper()


def _hexadecimal(key: Key, core: bytes, value: bytes) -> bytes:
    decimal = core.isdigit()
    if len(core) == _UUID_LENGTH and (not decimal or len(value) == _DASHED_LENGTH or core.startswith(_BARE_NODE)):
        return _uuid(key, core)
    if decimal:
        return _decimal(key, core)
    if len(core) == _MAC_LENGTH:
        return _mac(key, core)
    if len(core) <= _SHORT:
        token, tweak = core, b"%d" % len(core)
        while True:  # past decimals, which have a map of their own; ``core`` is none, so the walk ends
            number = key.permute(_DOMAIN, int(token, 16), 16 ** len(core), tweak)
            token = b"%0*x" % (len(core), number)
            if not token.isdigit():
                return token
    return key.digest(_DOMAIN, core, (len(core) + 1) // 2).hex().encode()[: len(core)]


def _uuid(key: Key, core: bytes) -> bytes:
    """Map 32 lower-case hexadecimal digits; what looks like a UUID (RFC 9562) stays one of its version and variant."""
    if core.startswith(_BARE_NODE):
        return core[:20] + _mac(key, core[20:])
    token = key.digest(_DOMAIN, core, 16).hex().encode()
    if core[12] not in _VERSIONS or core[16] not in _VARIANTS:
        return token
    tail = token[17:20] + _mac(key, core[20:]) if core[12] in _NODE_VERSIONS else token[17:]
    return token[:12] + core[12:13] + token[13:16] + token[16:17].translate(_TO_VARIANT) + tail


def _mac(key: Key, core: bytes) -> bytes:
    """Map twelve hexadecimal digits as a MAC, or by digest when the MAC map would keep them as a multicast group."""
    octets = bytes.fromhex(core.decode())
    mapped = mac_octets(key, octets)
    if mapped == octets and core.strip(b"0"):
        mapped = key.digest(_DOMAIN, core, 6)
    return mapped.hex().encode()


def _decimal(key: Key, core: bytes) -> bytes:
    """Map a decimal between the bounds it lies in, behind its leading zeros."""
    body = core.lstrip(b"0")
    zeros = core[: len(core) - len(body)]
    if len(body) > _BOUNDED_DIGITS:
        token = key.digest(_DOMAIN, core, len(body))
        return zeros + token[:1].translate(_NOT_ZERO) + token[1:].translate(_ALPHABETS[True, False, False])
    number = int(body)
    above = bisect_right(_BOUNDS, number)
    low = _BOUNDS[above - 1]
    return zeros + b"%d" % (low + key.permute(_DOMAIN, number - low, _BOUNDS[above] - low))


def _words(key: Key, core: bytes, value: bytes) -> bytes:
    """Map letters and digits: short values keep the class of each character, longer ones the classes and the first."""
    if len(core) <= _SHORT and core.isascii():
        classes = [_DIGITS if byte <= 0x39 else _UPPER if byte <= 0x5A else _LOWER for byte in core]
        return _walk(key, core, classes)
    ascii_only = core.isascii()
    lower = not ascii_only or core != core.upper()
    upper = core != core.lower()
    digit = core.translate(None, _DIGITS) != core
    token = key.digest(_DOMAIN, core, len(core))
    first = _ALPHABETS[True, False, False] if core[:1].isdigit() else _ALPHABETS[False, lower, upper]
    text = token[:1].translate(first) + token[1:].translate(_ALPHABETS[digit, lower, upper])
    if value[-1:] == b"=" and len(value) >= _BASE64_MIN:
        table = _LAST_TABLES.get(len(value) - len(value.rstrip(b"=")))
        if table is not None:
            text = text[:-1] + token[-1:].translate(table)
    return text


def _is_hexadecimal(core: bytes) -> bool:
    """Tell whether letters and digits are hexadecimal digits of one case."""
    lowered = core.lower()
    return not lowered.translate(None, _HEX) and core in (lowered, core.upper())


def _walk(key: Key, core: bytes, alphabets: list[bytes]) -> bytes:
    """Permute ``core`` among the words over ``alphabets``, one for each place, that are not all hexadecimal.

    Those have a map of their own; ``core`` is none, so the walk ends.
    """
    number = 0
    for byte, alphabet in zip(core, alphabets, strict=True):
        number = number * len(alphabet) + alphabet.index(byte)
    size = prod(map(len, alphabets))
    tweak = b",".join(alphabet[-1:] for alphabet in alphabets)
    while True:
        number = key.permute(_DOMAIN, number, size, tweak)
        rest, token = number, bytearray()
        for alphabet in reversed(alphabets):
            rest, digit = divmod(rest, len(alphabet))
            token.append(alphabet[digit])
        token.reverse()
        if not _is_hexadecimal(bytes(token)):
            return bytes(token)
