"""Readers of the ``a=`` values that have a form of their own: candidates, keys, sources, paths, files, correlation.

A reader takes the bytes and the range of the value (behind the colon) and yields parts in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from scrubber.grammar.params import trim
from scrubber.grammar.sdp_fields import each_host, each_identifier, fields, host, identifier, network, whole
from scrubber.model import Part

Reader = Callable[[bytes, int, int], Iterator[Part]]

_TRANSPORTS = frozenset((b"UDP", b"TCP", b"TLS", b"TCP-ACT", b"TCP-PASS", b"SSLTCP"))
_INLINE = re.compile(rb"inline:([^|;\s]++)")
_FILE_SELECTOR = re.compile(rb'name:(?:"([^"]*+)|([^\s"]++))|hash:(?:[^:\s]*+:)?([^\s]++)')
_CALLERID = re.compile(rb"(callerid|uuie|dtmf|external):([^\s]++)")
_MSRP = re.compile(
    rb"([a-z]{1,10}://)(?:([^@/\s]*+)@)?+(\[[^\]\s]*+\]|[^:/;\s]*+)(?::[0-9]*+)?+(?:/([^;\s]*+))?+[^\s]*+"
)
_CORRELATION: Mapping[bytes, str] = {
    b"callerid": "number",
    b"uuie": "hex-data",
    b"dtmf": "dtmf",
    b"external": "secret",
}
_CANDIDATE_KEPT = frozenset(b"typ rport tcptype generation network-id network-cost".split())


def as_one(name: str) -> Reader:
    """A reader that makes one part of the whole value."""
    return lambda data, start, end: whole(data, start, end, name)


def from_field(name: str, first: int, data: bytes, start: int, end: int) -> Iterator[Part]:
    """One part from field ``first`` (or the last there is) to the end: the value behind a method or hash name."""
    tokens = fields(data, start, end)
    if tokens:
        yield from whole(data, tokens[min(first, len(tokens) - 1)].start, tokens[-1].end, name)


def identifiers(data: bytes, start: int, end: int) -> Iterator[Part]:
    """Every field an id."""
    yield from each_identifier(data, fields(data, start, end))


def first_identifier(data: bytes, start: int, end: int) -> Iterator[Part]:
    """The first field an id; the others stay."""
    yield from each_identifier(data, fields(data, start, end)[:1])


def addresses_from(first: int, data: bytes, start: int, end: int) -> Iterator[Part]:
    """``nettype addrtype address…`` from field ``first`` on; what stands before are ports and modes."""
    yield from network(data, fields(data, start, end)[first:])


def last_address(data: bytes, start: int, end: int) -> Iterator[Part]:
    """A bare address, or the last field of ``IN IP4 address``."""
    yield from each_host(data, fields(data, start, end)[-1:])


def candidate(data: bytes, start: int, end: int) -> Iterator[Part]:
    """RFC 8839 section 5.1, and the older form with a password behind the component (MS-ICE 2.2.1)."""
    tokens = fields(data, start, end)
    yield from each_identifier(data, tokens[:1])
    if len(tokens) > 3 and data[slice(*tokens[2])].upper() not in _TRANSPORTS:
        if data[slice(*tokens[3])].upper() in _TRANSPORTS:
            yield Part(*tokens[2], "key")
            yield from each_host(data, tokens[5:6])
            return
        yield Part(tokens[1].start, tokens[-1].end, "free")
        return
    yield from each_host(data, tokens[4:5])
    rest = tokens[6:]
    for key, value in zip(rest[::2], rest[1::2], strict=False):
        name = data[slice(*key)].lower()
        if name == b"raddr":
            yield from host(data, *value)
        elif name not in _CANDIDATE_KEPT:
            yield Part(*value, "identifier" if name == b"ufrag" else "free")
    for lone in rest[len(rest) // 2 * 2 :]:
        if data[slice(*lone)].lower() not in _CANDIDATE_KEPT | {b"raddr", b"ufrag"}:
            yield Part(*lone, "free")


def remote_candidates(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``component address port`` repeated (RFC 8839 section 5.2)."""
    yield from each_host(data, fields(data, start, end)[1::3])


def alt(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``index preference : id id address port``: the address list of early X-Lite, before ICE."""
    tokens = fields(data, start, end)
    yield from each_identifier(data, tokens[3:5])
    yield from each_host(data, tokens[5:6])


def crypto(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``tag suite inline:key|lifetime|MKI …`` (RFC 4568): the base64 alone, so that lifetime and MKI stay."""
    found = False
    for match in _INLINE.finditer(data, start, end):
        found = True
        yield Part(*match.span(1), "key")
    if not found:
        for token in fields(data, start, end)[2:]:
            if data[slice(*token)] != b"inline:":
                yield Part(*token, "key")


def ssrc(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``number attribute:value`` (RFC 5576): the number equals the one in RTP and stays."""
    tokens = fields(data, start, end)
    if len(tokens) < 2:
        return
    colon = data.find(b":", *tokens[1])
    if colon < 0:
        yield from whole(data, tokens[1].start, end, "free")
        return
    name = data[tokens[1].start : colon].lower()
    if name in (b"cname", b"msid", b"mslabel", b"label"):
        yield from each_identifier(data, fields(data, colon + 1, end))
    elif name not in (b"fmtp", b"previous-ssrc"):
        yield from whole(data, colon + 1, end, "free")


def semantic(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``WMS id…``: the semantics stay."""
    yield from each_identifier(data, fields(data, start, end)[1:])


def msrp_path(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``msrp://user@host:port/session;tcp`` repeated (RFC 4975 section 6); anything else is scanned as text."""
    for token in fields(data, start, end):
        match = _MSRP.fullmatch(data, *token)
        if match is None:
            yield Part(*token, "free")
            continue
        yield from whole(data, *match.span(2), "user") if match[2] else ()
        yield from host(data, *match.span(3))
        yield from whole(data, *match.span(4), "identifier") if match[4] else ()


def file_selector(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``name:"…" type:… size:… hash:algorithm:value`` (RFC 5547 section 6)."""
    for match in _FILE_SELECTOR.finditer(data, start, end):
        for group, name in ((1, "text"), (2, "text"), (3, "device")):
            yield from whole(data, *match.span(group), name) if match[group] else ()


def content_id(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``cid:id@host``."""
    left, right = trim(data, start, end)
    yield from identifier(data, left + 4 if data[left : left + 4].lower() == b"cid:" else left, right)


def phone_context(data: bytes, start: int, end: int) -> Iterator[Part]:
    """A global number prefix or a domain (RFC 3966)."""
    left, right = trim(data, start, end)
    numeric = data[left : left + 1] == b"+" or data[left:right].isdigit()
    yield from whole(data, left, right, "number") if numeric else host(data, left, right)


def correlation(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``callerid:… uuie:… dtmf:… external:…`` (RFC 7195 section 5.2.3)."""
    for token in fields(data, start, end):
        match = _CALLERID.fullmatch(data, *token)
        if match:
            yield Part(*match.span(2), _CORRELATION[match[1]])
        elif data[slice(*token)].lower() not in _CORRELATION:
            yield Part(*token, "secret")


def control(data: bytes, start: int, end: int) -> Iterator[Part]:
    """A track name or a URL (RFC 7826 appendix D.1.1)."""
    if b"://" in data[start:end]:
        yield from whole(data, start, end, "url")
    else:
        yield from whole(data, start, end, "free")


def realm(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``instance realm nettype addrtype address port`` (3GPP TS 29.079)."""
    tokens = fields(data, start, end)
    for token in tokens[1:2]:
        yield Part(*token, "realm")
    yield from network(data, tokens[2:5])


def source_filter(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``incl IN IP4 destination source…`` (RFC 4570)."""
    yield from network(data, fields(data, start, end)[1:])
