"""Domain and host names: every name under ``.invalid`` (RFC 2606), sub-domain relations kept.

The registrable domain (``example.co.uk``) becomes one label and ``invalid``, of the same total length where the label
can be three characters or more; every label below keeps its length, its hyphens and where its digits are. A label is
keyed by itself and the domain above it, so ``a.example.com`` and ``b.example.com`` share the surrogate of
``example.com``. A host name of a single label gets a label of its own.

Names that carry an address or a number (``10.2.0.192.in-addr.arpa``, ``ip-192-0-2-10``, ENUM digits) follow that
map. What has a meaning for everybody stays: ``localhost``, ``.local``, ``.arpa``, ``_sip._udp``, the realm of a mobile
network (3GPP TS 23.003 section 13.2). Imports ``address``, ``identifier`` and ``number``, whose maps it uses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from scrubber.pseudonyms.address import ipv4, ipv6_number
from scrubber.pseudonyms.identifier import opaque
from scrubber.pseudonyms.key import Key
from scrubber.pseudonyms.number import EMPTY, number

LONGEST = 255
"""Bytes of a domain name, RFC 1035 section 2.3.4."""
_LONGEST_LABEL = 63
_SHORTEST_LABEL = 3
_PERMUTED = 4
"""Labels up to this length are permuted among those of their shape, so that they never collide."""
_DIGEST = 64
_FEWEST_ENUM_DIGITS = 7

_KEPT = frozenset(
    b"localhost localhost.localdomain localdomain invalid local arpa ipv4only.arpa home.arpa resolver.arpa"
    b" in-addr.arpa ip6.arpa e164.arpa unknown anonymous none any".split()
)
_SERVICES = frozenset(
    b"_sip _sips _sipfederationtls _udp _tcp _tls _sctp _dccp _ws _wss _stun _stuns _turn _turns _h323cs"
    b" _h323ls _h323rs _iax _xmpp-client _xmpp-server _http _https _ldap _ldaps _kerberos _kpasswd _ntp _imap"
    b" _imaps _pop3 _pop3s _submission _submissions _smtp _caldav _carddav _autodiscover _dmarc _domainkey"
    b" _acme-challenge _msdcs _sites _gc _dc _pdc _services _dns-sd _sub _ipp _ipps _printer _workstation _ssh"
    b" _sftp-ssh _smb _airplay _raop _googlecast _radsec _radius _diameter _diameters _x-puppet _snmp _syslog"
    b" _tftp _ftp _rtp _rtsp _mgcp _megaco _hap _device-info".split()
)
"""Service and protocol labels (RFC 2782, RFC 6763) that say nothing about their owner."""
_SECOND_LEVEL = frozenset(
    b"co com net org ac gov govt edu ne or go ad ltd plc me gob nom mil nhs sch law school gen geek gv in web"
    b" id asn".split()
)
"""Labels that are part of the public suffix when they stand before a country's (``co.uk``, ``com.au``)."""
_NEUTRAL = frozenset(
    b"ip ipv4 host ec2 static dyn dynamic dsl adsl vdsl pool client cpe dhcp ppp pppoe nat cable node lan wan"
    b" rev ptr".split()
)
"""Words around an address in a provider's host name."""

_NETWORK = re.compile(rb"mnc[0-9]{2,3}\.mcc[0-9]{3}\.(?:pub\.)?3gppnetwork\.org")
_SUBSYSTEMS = (b"ims", b"epc", b"5gc", b"wlan", b"gan")
_DASHED = re.compile(rb"(?<![0-9])([0-9]{1,3})([-_])([0-9]{1,3})\2([0-9]{1,3})\2([0-9]{1,3})(?![0-9])")
_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

_VOWELS = b"aeiouy"
_CONSONANTS = b"bcdfghjklmnprstvwxz"
_LETTERS = b"abcdefghijklmnopqrstuvwxyz"
_DIGITS = b"0123456789"
_LETTERS_AND_DIGITS = _LETTERS + _DIGITS
_STAYING = frozenset(b"-_*. ")


def host(key: Key, value: bytes, plan: Mapping[bytes, bytes] = EMPTY) -> bytes:
    """Return the surrogate of a domain or host name; no IP address, no port. A trailing dot stays.

    Compared without case: written in capitals when ``value`` is, else in lower case. ``plan`` is that of
    :func:`number`, for ENUM names. Names under ``.invalid`` stay. What is longer than a domain name is replaced octet
    by octet.
    """
    body = value.removesuffix(b".")
    lower = body.lower()
    if len(lower) > LONGEST:
        mapped = _shaped(key, lower, b"")
    else:
        mapped = _name(key, lower, plan)
        while len(mapped) > LONGEST:  # a name of very many labels has no room for ``invalid``
            mapped = mapped.partition(b".")[2]
    if mapped == lower:
        return value
    return (mapped.upper() if body.isupper() else mapped) + value[len(body) :]


def _name(key: Key, lower: bytes, plan: Mapping[bytes, bytes]) -> bytes:
    if lower in _KEPT or lower.endswith(b".invalid"):
        return lower
    labels = lower.split(b".")
    if len(labels) == 1:
        return number(key, lower) if lower.isdigit() else _label(key, lower, b"")
    if all(label.isdigit() for label in labels):
        return _numeric(key, labels)
    if all(label in _SERVICES for label in labels):
        return lower
    if labels[-1] == b"arpa":
        return _arpa(key, labels, plan)
    digits = _leading(labels, _is_digit)
    if _FEWEST_ENUM_DIGITS <= digits < len(labels):
        rest = _name(key, b".".join(labels[digits:]), plan)
        return b".".join([*_enum(key, labels[:digits], plan), rest])
    kept = _kept_suffix(labels)
    if kept:
        return b".".join([*_below(key, labels[:-kept], labels[-kept:]), *labels[-kept:]])
    suffix = 2 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 1
    top = len(labels) - suffix - 1
    registered = _registered(key, labels[top], b".".join(labels[top + 1 :]))
    return b".".join([*_below(key, labels[:top], labels[top:]), registered, b"invalid"])


def _kept_suffix(labels: list[bytes]) -> int:
    """How many labels at the end stay: ``local``, or the realm of a mobile network with its subsystem."""
    if labels[-1] == b"local":
        return 1
    for size in (4, 5):
        if _NETWORK.fullmatch(b".".join(labels[-size:])):
            return size + (len(labels) > size and labels[-size - 1] in _SUBSYSTEMS)
    return 0


def _below(key: Key, labels: list[bytes], above: Iterable[bytes]) -> list[bytes]:
    """The surrogates of ``labels``, each keyed by itself and everything above it."""
    parent = b".".join(above)
    mapped = []
    for label in reversed(labels):
        mapped.append(_label(key, label, parent))
        parent = label + b"." + parent
    return mapped[::-1]


def _registered(key: Key, label: bytes, suffix: bytes) -> bytes:
    """The label that stands for ``label.suffix`` before ``.invalid``."""
    length = min(_LONGEST_LABEL, max(_SHORTEST_LABEL, len(label) + len(suffix) - len(b"invalid")))
    if length == len(label) or _DASHED.search(label):
        return _label(key, label, suffix)
    digest = key.digest(b"host-top", label + b"." + suffix, _DIGEST)
    if length <= _PERMUTED:
        return bytes([_LETTERS[digest[0] % 26], *(_LETTERS_AND_DIGITS[octet % 36] for octet in digest[1:length])])
    return bytes(_pronounceable(digest[place], place) for place in range(length))


def _label(key: Key, label: bytes, parent: bytes) -> bytes:
    if label in _SERVICES or not label.strip(b"-_*"):
        return label
    bare = label.lstrip(b"_")
    if len(bare) < len(label):
        return label[: len(label) - len(bare)] + _label(key, bare, parent)
    if _UUID.fullmatch(label):
        return opaque(key, label)
    dashed = _DASHED.search(label)
    if dashed is not None and all(map(_is_octet, dashed.group(1, 3, 4, 5))):
        address = ipv4(key, b".".join(dashed.group(1, 3, 4, 5))).replace(b".", dashed[2])
        before, after = label[: dashed.start()], label[dashed.end() :]
        return _around(key, before, parent) + address + _around(key, after, parent)
    return _shaped(key, label, parent) if len(label) > _PERMUTED else _permuted(key, label, parent)


def _around(key: Key, text: bytes, parent: bytes) -> bytes:
    return text if not text or text.strip(b"-_") in _NEUTRAL or not text.strip(b"-_") else _shaped(key, text, parent)


def _shaped(key: Key, label: bytes, parent: bytes) -> bytes:
    """Letters for letters (a letter first), digits for digits, hyphens in place."""
    digest = key.digest(b"host-label", label + b"/" + parent, _DIGEST)
    out = bytearray()
    for place, byte in enumerate(label):
        octet = digest[place % _DIGEST]
        if byte in _STAYING:
            out.append(byte)
        elif place and 48 <= byte <= 57:
            out.append(48 + octet % 10)
        else:
            out.append(_pronounceable(octet, place))
    return bytes(out)


def _pronounceable(octet: int, place: int) -> int:
    return _VOWELS[octet % 6] if place % 2 else _CONSONANTS[octet % 19]


def _permuted(key: Key, label: bytes, parent: bytes) -> bytes:
    """As :func:`_shaped` for a short label, as a permutation of the labels of its shape under ``parent``."""
    alphabets = [
        bytes((byte,)) if byte in _STAYING else _DIGITS if place and 48 <= byte <= 57 else _LETTERS
        for place, byte in enumerate(label)
    ]
    index, size = 0, 1
    for byte, alphabet in zip(label, alphabets, strict=True):
        value = byte - 48 if 48 <= byte <= 57 else max(0, alphabet.find(byte))
        index = index * len(alphabet) + value
        size *= len(alphabet)
    rest = key.permute(b"host-short", index, size, parent)  # never its own image: there are less than a million
    out = bytearray()
    for alphabet in reversed(alphabets):
        rest, place = divmod(rest, len(alphabet))
        out.append(alphabet[place])
    return bytes(out[::-1])


# --- names that carry an address or a number ----------------------------------------------------------------------


def _is_octet(text: bytes) -> bool:
    return text.isdigit() and len(text) <= 3 and int(text) < 256 and (text == b"0" or text[0] != 48)


def _arpa(key: Key, labels: list[bytes], plan: Mapping[bytes, bytes]) -> bytes:
    """Reverse names (RFC 1035 section 3.5, RFC 3596 section 2.5) and ENUM (RFC 6116); other zones keep ``arpa``."""
    zone = labels[-2]
    below = labels[-3::-1]
    if zone == b"in-addr":
        count = _leading(below[:4], _is_octet)
        mapped = _octets(key, below[:count]) if count else []
    elif zone == b"ip6":
        count = _leading(below[:32], _is_nibble)
        mapped = _nibbles(key, below[:count])
    elif zone == b"e164":
        count = _leading(below, _is_digit)
        mapped = _enum(key, below[count - 1 :: -1] if count else [], plan)[::-1]
    else:
        return b".".join([*_below(key, labels[:-1], labels[-1:]), b"arpa"])
    known = len(labels) - 2 - count
    return b".".join([*_below(key, labels[:known], labels[known:]), *mapped[::-1], *labels[-2:]])


def _leading(labels: list[bytes], test: Callable[[bytes], bool]) -> int:
    """How many labels at the start pass ``test``."""
    return next((place for place, label in enumerate(labels) if not test(label)), len(labels))


def _is_nibble(text: bytes) -> bool:
    return len(text) == 1 and text in b"0123456789abcdef"


def _is_digit(text: bytes) -> bool:
    return len(text) == 1 and text.isdigit()


def _numeric(key: Key, labels: list[bytes]) -> bytes:
    """The first two or three octets of an address that a column cut, or digits that are none."""
    if len(labels) > 3 or not all(map(_is_octet, labels)):
        return b".".join(number(key, label) for label in labels)
    return b".".join(_octets(key, labels))


def _octets(key: Key, octets: list[bytes]) -> list[bytes]:
    """The first octets of an IPv4 address, mapped as in any address that begins with them."""
    padded = b".".join([*octets, *[b"0"] * (4 - len(octets))])
    return ipv4(key, padded).split(b".")[: len(octets)]


def _nibbles(key: Key, nibbles: list[bytes]) -> list[bytes]:
    """The first nibbles of an IPv6 address, mapped as in the address that has zeros after them."""
    mapped = ipv6_number(key, int(b"".join(nibbles).ljust(32, b"0"), 16))
    return [b"%x" % (mapped >> shift & 15) for shift in range(124, 124 - 4 * len(nibbles), -4)]


def _enum(key: Key, labels: list[bytes], plan: Mapping[bytes, bytes]) -> list[bytes]:
    """The digits of an international number, last first."""
    digits = number(key, b"+" + b"".join(reversed(labels)), plan)[1:]
    return [digits[place : place + 1] for place in range(len(digits) - 1, -1, -1)]
