"""The one door to pseudonyms: every map of a key, chosen by entity and shape, remembered.

A value arrives as it stands in a log: escaped, encoded, with a port, an address where a name was expected. Its shape
decides which map applies, so that one identity has one pseudonym wherever it stands. Whatever fits no shape still goes
through some map: nothing sensitive passes unchanged because it was malformed.

Order of the folder, each module importing only earlier ones: ``key``; ``address``, ``number``, ``secret``, ``time``;
``identifier``, ``url``; ``host``; ``name``; this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import AddressValueError, IPv6Address

from scrubber import encodings
from scrubber.grammar import composite
from scrubber.grammar.template import is_template
from scrubber.model import Entity
from scrubber.pseudonyms import address, host, identifier, name, number, secret, time, url
from scrubber.pseudonyms.key import Key

CAPACITY = 4_096
"""Values that one memo remembers before it starts anew."""
LONGEST_REMEMBERED = 512
"""Bytes; longer values are rare and would fill memory."""
DEPTH = 4
"""Notations inside one another that are undone."""

Map = Callable[[bytes], bytes]

_IPV4 = re.compile(rb"([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})")
_IPV6 = re.compile(rb"[0-9A-Fa-f:.]{2,45}(?:%[0-9A-Za-z_.-]{1,16})?")
_MAC = re.compile(
    rb"(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}"
    rb"|(?=[0-9]{0,11}[A-Fa-f])[0-9A-Fa-f]{12})"
)
_MAC_USER = re.compile(rb"(%b)((?:[_.-][0-9]{1,2})?)" % _MAC.pattern.replace(rb"\1", rb"\2"))
_UUID = re.compile(rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_DIGITS = re.compile(rb"(?=[^0-9]{0,8}[0-9])[+*#(0-9][0-9 ().\-/*#]{0,40}")
_NUMBER_LETTERS = re.compile(rb"(?:[^A-Za-z]|(?<![A-Za-z])(?:x|X|ext|p|w|tel)(?![A-Za-z]))*+")
_PREFIX_LENGTH = re.compile(rb"([0-9A-Fa-f:.]{2,45})(/[0-9]{1,3})")
_PORT = re.compile(rb":[0-9]{1,5}")
_MAIL = re.compile(rb"[^\s@]+@[^\s@]+")
_ADDRESS_LETTERS = re.compile(rb"[A-J]{1,3}(?:\.[A-J]{1,3}){3}")
_TO_DIGITS = bytes.maketrans(b"ABCDEFGHIJ", b"0123456789")
_TO_LETTERS = bytes.maketrans(b"0123456789", b"ABCDEFGHIJ")


_SCHEMES = (b"sip", b"sips", b"mailto", b"xmpp")
_SHORT_NUMBER = re.compile(rb"[0-9]{3,6}")
_QUERY_NUMBER = re.compile(rb"\+?[0-9]{3,15}")
_PADDED = re.compile(rb"(?<![0-9])0[0-9]")
_GEO_WORDS = re.compile(rb"geo|urn|ogc|def|crs|epsg|wgs84|[nsewu]|lat|lon|alt", re.IGNORECASE)
_LOCATION_RUN = re.compile(rb"[0-9]|[A-Za-z\x80-\xff]+")


class Memo(dict[bytes, bytes]):
    """Remembers what a map gave. A hit is one look-up in C; when full it is emptied, which changes no result."""

    __slots__ = ("_compute",)

    def __init__(self, compute: Map) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, value: bytes) -> bytes:
        result = value if is_template(value) else self._compute(value)
        if len(value) <= LONGEST_REMEMBERED:
            if len(self) >= CAPACITY:
                self.clear()
            self[value] = result
        return result


def _remembered(compute: Map) -> Map:
    return Memo(compute).__getitem__


class Surrogates:
    """The pseudonyms of one key: a map from bytes to bytes per entity as attribute, and :meth:`of` to choose by entity.

    ``plan`` are the numbers whose country is known (:func:`number.number`), ``kept_hosts`` domains in lower case that
    stay with all their sub-domains. Equal arguments give equal maps in every process.
    """

    def __init__(
        self, key: Key, plan: Mapping[bytes, bytes] = number.EMPTY, kept_hosts: frozenset[bytes] = frozenset()
    ) -> None:
        self.key = key
        self.plan = plan
        self.kept_hosts = kept_hosts
        self.offset = time.offset(key)
        """Seconds of the time shift of this key."""
        opaque = _remembered(self.plain_opaque)
        self.ipv4 = _remembered(self._ipv4)
        self.ipv6 = _remembered(self._ipv6)
        self.mac = _remembered(self._mac)
        self.number = _remembered(self._number)
        self.extension = self.number
        self.word = _remembered(self.plain_word)
        self.user = _remembered(self._user)
        self.name = _remembered(self._name)
        self.email = _remembered(self._email)
        self.host = _remembered(self._host)
        self.identifier = _remembered(self._identifier)
        self.unique = _remembered(self._unique)
        self.nonce = opaque
        self.hash = opaque
        self.device = _remembered(self._device)
        self.url = _remembered(self._url)
        self.shift = _remembered(lambda value: time.shift(value, self.offset))
        self._url_maps = url.Maps(self.host, self.email, self.number, self._segment, _redacted, opaque)
        self.of_entity: Mapping[Entity, Map] = self._by_entity()
        """The map of every entity."""

    def of(self, entity: Entity, value: bytes) -> bytes:
        """Return the surrogate of ``value``, an ``entity``. A time stays: see ``shift``."""
        return self.of_entity[entity](value)

    # --- bare values, all notation around them undone: what a subclass may map otherwise

    def plain_ipv4(self, octets: tuple[int, ...]) -> bytes:
        """What stands for an IPv4 address of four octets, as a dotted quad."""
        return address.ipv4_octets(self.key, octets)

    def plain_ipv6(self, value: bytes) -> bytes:
        """What stands for an IPv6 address, perhaps with a zone."""
        return address.ipv6(self.key, value)

    def plain_mac(self, value: bytes) -> bytes:
        """What stands for a hardware address in any notation."""
        return address.mac(self.key, value)

    def plain_number(self, value: bytes) -> bytes:
        """What stands for a number or extension in any spelling."""
        return number.number(self.key, value, self.plan)

    def plain_word(self, value: bytes) -> bytes:
        """What stands for one word."""
        return name.word(self.key, value, self.plan)

    def plain_user(self, value: bytes) -> bytes:
        """What stands for a user that is no number."""
        return name.user(self.key, value, self.plan)

    def plain_name(self, value: bytes) -> bytes:
        """What stands for a display name."""
        return name.name(self.key, value, self.plan)

    def plain_host(self, value: bytes) -> bytes:
        """What stands for a domain or host name that is no address."""
        return host.host(self.key, value, self.plan)

    def plain_opaque(self, value: bytes) -> bytes:
        """What stands for an opaque identifier."""
        return identifier.opaque(self.key, value)

    def _by_entity(self) -> dict[Entity, Map]:
        return {
            Entity.IPV4: self.ipv4,
            Entity.IPV6: self.ipv6,
            Entity.MAC: self.mac,
            Entity.NUMBER: self.number,
            Entity.EXTENSION: self.extension,
            Entity.USER: self.user,
            Entity.NAME: self.name,
            Entity.EMAIL: self.email,
            Entity.HOST: self.host,
            Entity.CALL_ID: self.identifier,
            Entity.TAG: self.identifier,
            Entity.BRANCH: self.identifier,
            Entity.IDENTIFIER: self.unique,
            Entity.NONCE: self.nonce,
            Entity.HASH: self.hash,
            Entity.DEVICE: self.device,
            Entity.SECRET: _redacted,
            Entity.CARD: _card,
            Entity.DTMF: secret.digit_mark,
            Entity.TEXT: secret.text,
            Entity.URL: self.url,
            Entity.LOCATION: _location,
            Entity.TIME: _unchanged,
        }

    # --- addresses and hosts

    def _ipv4(self, value: bytes) -> bytes:
        quad = _quad(value)
        if quad is None:
            spelled = address.ipv4_spelled(value)
            return self.host(value) if spelled is None else address.ipv4_like(self.plain_ipv4(spelled), value)
        mapped = self.plain_ipv4(quad)
        if (value[:1] != b"0" and value.find(b".0") < 0) or not _PADDED.search(value):
            return mapped
        widths = [len(octet) for octet in value.split(b".")]
        return b".".join(octet.rjust(width, b"0") for octet, width in zip(mapped.split(b"."), widths, strict=True))

    def _ipv6(self, value: bytes) -> bytes:
        if _is_ipv6(value):
            return self.plain_ipv6(value)
        return self.host(value) if value[:1] == b"[" or b"/" in value else self.nonce(value)

    def _mac(self, value: bytes) -> bytes:
        mapped = self.plain_mac(value)
        return mapped if mapped != value or _twelve_hex(value) else self.nonce(value)

    def _host(self, value: bytes) -> bytes:
        if not value or self._is_kept(value):
            return value
        if _quad(value) is not None:
            return self.ipv4(value)
        network = _PREFIX_LENGTH.fullmatch(value)
        if network is not None:
            return self.host(network[1]) + network[2]
        if value[:1] == b"[":
            return self._bracketed(value)
        colons = value.count(b":")
        if colons == 1:
            domain, _, port = value.partition(b":")
            if _PORT.fullmatch(b":" + port) or not port:
                return self.host(domain) + b":" + port
        if colons > 1:
            if _MAC.fullmatch(value):
                return self.mac(value)
            if _IPV6.fullmatch(value):
                return self.ipv6(value)
        return self._domain(value)

    def _domain(self, value: bytes) -> bytes:
        label, dot, rest = value.partition(b".")
        phone = composite.phone(label, self.mac)
        return self.plain_host(value) if phone is None else phone + dot + self.host(rest)

    def _bracketed(self, value: bytes) -> bytes:
        inner, bracket, port = value[1:].partition(b"]")
        if bracket and _is_ipv6(inner) and (not port or _PORT.fullmatch(port)):
            return b"[" + self.ipv6(inner) + bracket + port
        return b"[" + self.plain_host(value[1:])

    def _is_kept(self, value: bytes) -> bool:
        if not self.kept_hosts or len(value) > host.LONGEST:
            return False
        domain = value.lower().removesuffix(b".")
        while domain and domain not in self.kept_hosts:
            domain = domain.partition(b".")[2]
        return bool(domain)

    # --- people and numbers

    def _number(self, value: bytes) -> bytes:
        if b"%" in value or not _NUMBER_LETTERS.fullmatch(value):
            return self.user(value)
        return self.plain_number(value)

    def _user(self, value: bytes, depth: int = 0) -> bytes:
        if depth < DEPTH:
            decoded = encodings.percent_decode(value) if b"%" in value else None
            if decoded is not None and decoded != value:
                return encodings.percent_encode_like(self._user(decoded, depth + 1), value)
            if b"@" in value:
                return self._email(value, depth + 1)
        if _DIGITS.fullmatch(value):
            return self.plain_number(value) if _quad(value) is None else self.ipv4(value)
        device = _MAC_USER.fullmatch(value)
        if device is not None:
            return self.mac(device[1]) + device[3]
        phone = composite.phone(value, self.mac)
        if phone is not None:
            return phone
        return self.nonce(value) if _UUID.fullmatch(value) else self.plain_user(value)

    def _name(self, value: bytes) -> bytes:
        if b"\\" in value:
            unescaped = encodings.quoted_unescape(value)
            if unescaped is not None:
                return encodings.quoted_escape_like(self._encoded_name(unescaped), value)
        return self._encoded_name(value)

    def _encoded_name(self, value: bytes) -> bytes:
        if b"=?" in value:
            decoded = encodings.words_decode(value)
            if decoded is not None:
                return encodings.words_encode_like(self._plain_name(decoded), value)
        return self._plain_name(value)

    def _plain_name(self, value: bytes) -> bytes:
        if _DIGITS.fullmatch(value):
            return self.user(value)
        if _MAIL.fullmatch(value):
            scheme, colon, rest = value.partition(b":")
            if colon and scheme.lower() in _SCHEMES:
                return scheme + colon + self.email(rest)
            return self.email(value)
        phone = composite.phone(value, self.mac)
        return self.plain_name(value) if phone is None else phone

    def _email(self, value: bytes, depth: int = 0) -> bytes:
        local, at, domain = value.rpartition(b"@")
        return self._user(local, depth + 1) + at + self.host(domain) if at else self._user(value, depth + 1)

    # --- identifiers and URLs

    def _unique(self, value: bytes) -> bytes:
        """Of an identifier that is no Call-ID, tag or branch."""
        channel = composite.unique(value, self.host)
        return self.identifier(value) if channel is None else channel

    def _identifier(self, value: bytes) -> bytes:
        token, at, domain = value.partition(b"@")
        if not at:
            # The id of a presence tuple, a subscription or a party often is the extension.
            return self.number(value) if _SHORT_NUMBER.fullmatch(value) else self.nonce(value)
        if _ADDRESS_LETTERS.fullmatch(domain):  # a phone family that writes its address in letters, A for 0
            return self.nonce(token) + at + self.ipv4(domain.translate(_TO_DIGITS)).translate(_TO_LETTERS)
        return self.identifier(token) + at + self.host(domain)

    def _device(self, value: bytes) -> bytes:
        bare = value.lstrip(b'"<')
        phone = composite.phone(bare, self.mac)
        if phone is not None:
            return value[: len(value) - len(bare)] + phone
        return value[: len(value) - len(bare)] + self.nonce(bare)

    def _url(self, value: bytes) -> bytes:
        return url.url(value, self._url_maps)

    def _segment(self, value: bytes) -> bytes:
        """A path segment or query value that is no vocabulary: by its shape, else an identifier."""
        if b"%" in value:
            decoded = encodings.percent_decode(value)
            if decoded is not None and decoded != value and b"%" not in decoded:
                return encodings.percent_encode_like(self._segment(decoded), value)
        if _MAC.fullmatch(value):
            return self.mac(value)
        if _QUERY_NUMBER.fullmatch(value) or _MAIL.fullmatch(value):
            return self.user(value)
        return self.nonce(value)


def _quad(value: bytes) -> tuple[int, ...] | None:
    """The octets of a dotted quad, which may be padded with zeros."""
    match = _IPV4.fullmatch(value)
    if match is None:
        return None
    octets = tuple(map(int, match.groups()))
    return octets if max(octets) < 256 else None


def _is_ipv6(value: bytes) -> bool:
    try:
        IPv6Address(value.partition(b"%")[0].decode("ascii"))
    except (AddressValueError, UnicodeDecodeError):
        return False
    return True


def _twelve_hex(value: bytes) -> bool:
    return (
        encodings.hex_decode(value.translate(None, b":-. ")) is not None and len(value.translate(None, b":-. ")) == 12
    )


def _unchanged(value: bytes) -> bytes:
    return value


def _redacted(value: bytes) -> bytes:
    return secret.redacted(b"secret", value)


def _card(value: bytes) -> bytes:
    return re.sub(rb"[0-9]", b"0", value)


def _location(value: bytes) -> bytes:
    """Zero for every digit and ``x`` for every other octet of a word; the vocabulary of coordinates stays."""
    return _LOCATION_RUN.sub(_coarse, value)


def _coarse(match: re.Match[bytes]) -> bytes:
    text = match[0]
    if text.isdigit():
        return b"0"
    return text if _GEO_WORDS.fullmatch(text) else b"x" * len(text)
