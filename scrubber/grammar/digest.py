"""Authorization-type values: credentials, challenges and Authentication-Info.

RFC 3261 sections 20.7, 20.27, 20.44, RFC 7616 (Digest), RFC 7617 (Basic), RFC 6750 (Bearer), RFC 3310 and RFC 4169
(AKA), 3GPP TS 24.229 (integrity-protected, ck, ik), MS-SIPAE (NTLM, Kerberos, TLS-DSK). Values may be quoted or bare,
commas may be missing, several challenges may share a line, the end may be cut off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from scrubber.grammar import authority, uri
from scrubber.grammar.params import KEEP, Param, Table, spare, treat, unknown
from scrubber.model import Part

BLOBS: Final[Mapping[bytes, str]] = {
    b"basic": "base64-pair",
    **dict.fromkeys(
        b"bearer ntlm negotiate kerberos tls-dsk pgp oauth token apikey hoba scram-sha-1 scram-sha-256 hawk".split(),
        "secret",
    ),
}
"""Schemes whose credentials are one opaque word, with the part that the word is."""

_AUTH_PARAM = re.compile(
    rb"[\s,;]*+([^\s,;=\"]*+)"
    rb"(?:\s*+=\s*+(?:\"((?:[^\"\\]++|\\(?:.|\Z))*+)\"?+|'([^',\s]*+)'|([^\s,]*+)))?"
    rb"(\"[^\s,]*+)?",
    re.DOTALL,
)
"""Groups: 1 name (or a scheme, or a blob), 2 quoted value, 3 value in single quotes, 4 bare value, 5 a stray quote
and what follows it."""
_TOKEN68 = re.compile(rb"\s++([A-Za-z0-9._~+/-]++=*+)(?=[\s,]|\Z)")
_SCHEME_WORD = re.compile(rb"(?:(?![0-9]{4})[A-Za-z0-9-]){1,32}+(?=\s)")
_COUNT = re.compile(rb"[0-9A-Fa-f]{1,8}")
_EXTENDED = re.compile(rb"[A-Za-z0-9-]{1,16}+'[A-Za-z0-9-]{0,16}+'")
_WORD = re.compile(rb"\S++")


def parse(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of an Authorization-type value. Scheme, ``qop``, ``nc``, ``algorithm`` and ``stale`` stay."""
    end = len(data) if end is None else end
    out: list[Part] = []
    position = start
    loose = "free"  # what a word without a value is: a secret where the scheme's credentials are one word
    while position < end:
        match = _AUTH_PARAM.match(data, position, end)
        if match is None:  # the pattern matches everywhere; this is for the type checker
            break
        first, position = position == start, match.end()
        if match.start(2) >= 0 or match.start(3) >= 0 or match.start(4) >= 0:
            _param(data, match, out)
        elif match.group(1).lower() in BLOBS or (first and _is_foreign_scheme(data, match)):
            loose = BLOBS.get(match.group(1).lower(), "secret")
            position = _blob(data, position, end, out, loose)
        elif match.group(1).lower() == b"digest":
            loose = "free"
        else:
            spare(data, *match.span(1), out, loose)
        if match.start(5) >= 0:
            spare(data, *match.span(5), out, loose)
    return out


def _is_foreign_scheme(data: bytes, match: re.Match[bytes]) -> bool:
    """Whether a value begins with the name of a scheme that this grammar does not know."""
    return match.group(1).lower() != b"digest" and _SCHEME_WORD.match(data, match.start(1), match.end() + 1) is not None


def _blob(data: bytes, start: int, end: int, out: list[Part], name: str) -> int:
    """The word of credentials after a scheme; returns where it ends, ``start`` if parameters follow instead."""
    match = _TOKEN68.match(data, start, end)
    if match is None:
        return start
    out.append(Part(*match.span(1), name))
    return match.end()


def _param(data: bytes, match: re.Match[bytes], out: list[Part]) -> None:
    start, end = next(match.span(group) for group in (2, 3, 4) if match.start(group) >= 0)
    treatment = DIGEST_PARAMS.get(match.group(1).lower())
    if treatment is None:
        unknown(data, Param(*match.span(1), start, end), out)
    elif start < end:
        treat(treatment, data, start, end, out)


def username(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """An authentication name: a word, ``user@realm`` (private identities of IMS) or a whole URI."""
    at = data.rfind(b"@", start, end)
    if uri.has_scheme(data, start, end):
        uri.collect(data, start, end, out)
    elif start < at and authority.is_host_like(data, at + 1, end):
        out.append(Part(start, at, "user"))
        authority.endpoint(data, at + 1, end, out)
    else:
        spare(data, start, end, out, "user")


def _extended_username(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """``username*=UTF-8''J%C3%A4s`` (RFC 7616 section 3.4, RFC 8187)."""
    match = _EXTENDED.match(data, start, end)
    spare(data, start if match is None else match.end(), end, out, "user")


def _uri_list(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """``domain="sip:a.example sip:b.example"`` (RFC 7616 section 3.3)."""
    for word in _WORD.finditer(data, start, end):
        uri.collect(data, *word.span(), out)


def _count(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """``nc``: eight hexadecimal digits stay; they tell replays apart."""
    if _COUNT.fullmatch(data, start, end) is None:
        spare(data, start, end, out)


def _host_or_name(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """``targetname="sip/server.example.com"`` or a host."""
    slash = data.find(b"/", start, end)
    authority.host_or("name", data, slash + 1 if slash >= 0 else start, end, out)


DIGEST_PARAMS: Final[Table] = {
    b"username": username,
    b"username*": _extended_username,
    b"realm": "realm",
    b"uri": uri.collect,
    b"digest-uri": uri.collect,
    b"domain": _uri_list,
    b"nc": _count,
    **dict.fromkeys(b"nonce cnonce nextnonce opaque crand srand".split(), "nonce"),
    **dict.fromkeys(b"response rspauth signature body-digest".split(), "hash"),
    **dict.fromkeys(b"auts ck ik gssapi-data access_token sts-token".split(), "secret"),
    **dict.fromkeys(b"qop algorithm stale charset userhash integrity-protected version cnum snum error".split(), KEEP),
    **dict.fromkeys(b"sts-uri authz_server".split(), uri.collect),
    b"targetname": _host_or_name,
}
"""Parameters of credentials, challenges and Authentication-Info."""
