"""What the lines of a session description are made of: fields, addresses, lists of identifiers (RFC 8866 section 9).

Shared by the lines (``sdp``) and the attributes (``sdp_attributes``). Every function takes the bytes and a half-open
range and yields the parts in it in order; none raises, each is linear in the length of the range.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scrubber.grammar import uri
from scrubber.grammar.params import trim
from scrubber.model import Part, Span

_FIELD = re.compile(rb"[^ \t]++")
_DECIMAL = re.compile(rb"[0-9]++")
_SCHEME = re.compile(rb"(?:sips?|tel|im|pres|mailto|xmpp):", re.IGNORECASE)
NOTHING = frozenset((b"", b"-", b"*", b"$", b"0.0.0.0", b"::"))
"""Addresses and ids that name nobody: unknown, any (RFC 4570), to be chosen (RFC 3525), hold, unspecified."""
_ADDRESS_TYPES = frozenset((b"IP4", b"IP6"))
_TELEPHONE_NETWORKS = frozenset((b"PSTN", b"TN"))


def whole(data: bytes, start: int, end: int, name: str) -> Iterator[Part]:
    """One part for all of the range but the blanks at its ends; none when only ``-`` or nothing is left."""
    left, right = trim(data, start, end)
    if left < right and data[left:right] != b"-":
        yield Part(left, right, name)


def fields(data: bytes, start: int, end: int) -> list[Span]:
    """The fields between blanks."""
    return [Span(match.start(), match.end()) for match in _FIELD.finditer(data, start, end)]


def is_decimal(data: bytes, span: Span) -> bool:
    """Whether the span holds decimal digits alone."""
    return _DECIMAL.fullmatch(data, *span) is not None


def host(data: bytes, start: int, end: int) -> Iterator[Part]:
    """An address: the host without brackets, IPv6 zone, root dot, port and the ``/ttl/count`` of a multicast group.

    A field in brackets that is no IPv6 address is a placeholder of a test tool or hides something: scanned as text.
    """
    if data.startswith(b"[", start, end):
        close = data.find(b"]", start, end)
        if b":" not in data[start : close if close >= 0 else end]:
            yield Part(start, end, "free")
            return
        start, end = start + 1, close if close >= 0 else end
    colon = data.find(b":", start, end)
    alone = colon >= 0 and data.find(b":", colon + 1, end) < 0
    ends = [end, colon] if alone else [end]
    ends += [at for mark in (b"/", b"%") if (at := data.find(mark, start, end)) >= 0]
    stop = min(ends)
    if data[stop - 1 : stop] == b"." and stop > start:
        stop -= 1
    if data[start:stop] not in NOTHING:
        yield Part(start, stop, "host")


def user(data: bytes, start: int, end: int) -> Iterator[Part]:
    """A user name: a URI, a ``user@host``, or plain; ``-`` is nobody (RFC 8866 section 5.2)."""
    if _SCHEME.match(data, start, end):
        yield from uri.parse(data, start, end)
        return
    at = data.rfind(b"@", start, end)
    yield from whole(data, start, at if at >= 0 else end, "user")
    if at >= 0:
        yield from host(data, at + 1, end)


def identifier(data: bytes, start: int, end: int) -> Iterator[Part]:
    """An opaque id; of ``id@host`` the host apart, a SIP URI by its own grammar."""
    if _SCHEME.match(data, start, end):
        yield from uri.parse(data, start, end)
        return
    at = data.rfind(b"@", start, end)
    stop = at if at >= 0 else end
    if data[start:stop] not in NOTHING:
        yield Part(start, stop, "identifier")
    if at >= 0:
        yield from host(data, at + 1, end)


def network(data: bytes, tokens: list[Span]) -> Iterator[Part]:
    """``nettype addrtype address…``: hosts after ``IN``, a number after ``PSTN``/``TN`` (RFC 3108, RFC 7195).

    Any other first field is no network type this grammar knows, and everything is scanned as text.
    """
    if not tokens:
        return
    kind = data[slice(*tokens[0])].upper()
    if kind in _TELEPHONE_NETWORKS:
        if len(tokens) > 2:
            yield from whole(data, tokens[2].start, tokens[-1].end, "number")
        return
    if kind != b"IN":
        yield Part(tokens[0].start, tokens[-1].end, "free")
        return
    typed = len(tokens) > 1 and data[slice(*tokens[1])].upper() in _ADDRESS_TYPES
    yield from each_host(data, tokens[2 if typed else 1 :])


def each_identifier(data: bytes, tokens: Iterable[Span]) -> Iterator[Part]:
    """Every field an id."""
    for token in tokens:
        yield from identifier(data, *token)


def each_host(data: bytes, tokens: Iterable[Span]) -> Iterator[Part]:
    """Every field an address."""
    for token in tokens:
        yield from host(data, *token)
