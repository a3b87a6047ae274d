"""URLs (RFC 3986): what is sensitive in each component, and what may stay.

The scheme and the keys of a query stay; so do path segments and query values that are plain protocol words, and file
extensions. User information and the values of keys that sound like a secret are redacted. Everything else goes through
the maps that the caller hands in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

Map = Callable[[bytes], bytes]


class Maps(NamedTuple):
    """The maps a URL needs."""

    host: Map
    """Of ``host[:port]``."""
    address: Map
    """Of ``user@host``."""
    number: Map
    segment: Map
    """Of one path segment or query value."""
    secret: Map
    opaque: Map
    """Of anything else."""


_SCHEME = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{0,30}")
_KEY = re.compile(rb"[A-Za-z_][A-Za-z0-9_.\[\]-]{0,31}")
_SECRET_KEY = re.compile(rb"pass|pwd|token|secret|key|auth|sig|pin|session|credential|code", re.IGNORECASE)
_VERSION = re.compile(rb"v?[0-9]{1,2}(?:\.[0-9]{1,2})?")
_TEMPLATE = re.compile(rb"%[A-Za-z_]{3,32}(?:\[[A-Za-z_]{1,32}\])?%")
"""What a softphone fills in: ``%account[username]%``. No percent escape ends with its sign."""
_DELIMITER = re.compile(rb"([&;])")

_ADDRESS_SCHEMES = frozenset(b"sip sips im pres xmpp mailto h323 iax iax2".split())
_PUBLIC_URNS = (b"service:", b"ietf:", b"3gpp:", b"urn-7:3gpp", b"schemas-", b"alert:", b"oasis:", b"oma:")
_WORDS = frozenset(
    b". .. api rest rpc json xml soap ws wss sip sips prov provision provisioning config cfg firmware login"
    b" logout index admin www static css js img images push register auth oauth oauth2 token app apps phonebook"
    b" directory contacts cgi-bin status health ping metrics ari channels bridges endpoints events recordings"
    b" messages calls call voicemail true false yes no on off null none udp tcp tls get set put post list add"
    b" delete update".split()
)
"""Path segments and query values that are vocabulary of protocols."""
_EXTENSIONS = frozenset(
    b".cfg .xml .json .html .htm .php .txt .log .wav .mp3 .gsm .ulaw .alaw .sln .ogg .pcap .pcapng .cap .gz"
    b" .tgz .tar .zip .bz2 .xz .rom .bin .ld .sbn .img .png .jpg .jpeg .svg .gif .ico .css .js .cgi .asp .aspx"
    b" .jsp .ini .conf .csv .key .crt .pem .der .cer .loads .sgn .ht .z .fw .pdf .vcf .dat".split()
)


def url(value: bytes, maps: Maps) -> bytes:
    """Return the surrogate of a URL or a path; anything at all is accepted."""
    scheme, colon, rest = value.partition(b":")
    if not colon or not _SCHEME.fullmatch(scheme):
        return _hierarchy(value, maps)
    kind = scheme.lower()
    if rest.startswith(b"//"):
        mapped = _hierarchy(rest, maps)
    elif kind in _ADDRESS_SCHEMES:
        mapped = _tailed(rest, maps.address if b"@" in re.split(rb"[;?#]", rest, maxsplit=1)[0] else maps.host, maps)
    elif kind == b"tel":
        mapped = _tailed(rest, maps.number, maps)
    elif kind == b"urn":
        return value if rest.lower().startswith(_PUBLIC_URNS) else maps.opaque(value)
    elif kind in (b"http", b"https", b"ws", b"wss", b"ftp", b"tftp", b"file"):
        mapped = _hierarchy(rest, maps)
    else:
        mapped = maps.opaque(rest)
    return scheme + colon + mapped


def _hierarchy(rest: bytes, maps: Maps) -> bytes:
    """``[//authority]path[?query][#fragment]``."""
    rest, hash_sign, fragment = rest.partition(b"#")
    rest, question, query = rest.partition(b"?")
    authority = b""
    if rest.startswith(b"//"):
        end = rest.find(b"/", 2)
        end = len(rest) if end < 0 else end
        authority, rest = b"//" + _authority(rest[2:end], maps), rest[end:]
    path = b"/".join(segment_like(segment, maps.segment) for segment in rest.split(b"/"))
    return authority + path + question + _query(query, maps) + hash_sign + (maps.opaque(fragment) if fragment else b"")


def _authority(value: bytes, maps: Maps) -> bytes:
    information, at, location = value.rpartition(b"@")
    return (maps.secret(information) if information else b"") + at + (maps.host(location) if location else b"")


def _tailed(rest: bytes, head_map: Map, maps: Maps) -> bytes:
    """An address or number with parameters and headers after it."""
    match = re.search(rb"[;?#]", rest)
    if match is None:
        return head_map(rest) if rest else rest
    head = rest[: match.start()]
    return (head_map(head) if head else head) + match[0] + _query(rest[match.end() :], maps)


def _query(query: bytes, maps: Maps) -> bytes:
    return b"".join(
        piece if piece in (b"&", b";") or not piece else _pair(piece, maps) for piece in _DELIMITER.split(query)
    )


def _pair(piece: bytes, maps: Maps) -> bytes:
    name, equals, value = piece.partition(b"=")
    if not equals:
        return segment_like(piece, maps.segment)
    if not _KEY.fullmatch(name):
        name = maps.opaque(name) if name else name
    elif value and _SECRET_KEY.search(name):
        return name + equals + maps.secret(value)
    return name + equals + segment_like(value, maps.segment)


def segment_like(segment: bytes, segment_map: Map) -> bytes:
    """Return a path segment mapped up to its file extension, or as it is when it is plain vocabulary."""
    if not segment or segment.lower() in _WORDS or _VERSION.fullmatch(segment) or _TEMPLATE.fullmatch(segment):
        return segment
    stem, extension = _split_extension(segment)
    return (segment_map(stem) if stem and stem.lower() not in _WORDS else stem) + extension


def _split_extension(segment: bytes) -> tuple[bytes, bytes]:
    """``a.tar.gz`` -> ``a``, ``.tar.gz``; only known extensions count."""
    end = len(segment)
    for _ in range(2):
        dot = segment.rfind(b".", 0, end)
        if dot < 0 or segment[dot:end].lower() not in _EXTENSIONS:
            break
        end = dot
    return segment[:end], segment[end:]
