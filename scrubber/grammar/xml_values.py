"""The values of XML elements and attributes, each by the kind that a vocabulary gives it.

A kind is a part name, ``KEEP`` (a protocol token stays; what is no token is scanned as text) or one of the words that
stand for a grammar of their own: ``uri``, ``call-id``, ``content-id`` (an id that may end in ``@host``), ``session-id``
(RFC 7989), ``instance`` (RFC 5626), ``location`` (every number of a coordinate list is a part of its own).

Entity references are syntax of XML: a pseudonym must not break one, and none may hide a letter of a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from scrubber.grammar import callid, uri
from scrubber.grammar.params import KEEP, has_word, trim
from scrubber.model import Part, Span

Grammar = Callable[[bytes, int, int, list[Part]], None]
"""Appends the parts of a range."""

_TOKEN = re.compile(rb"[A-Za-z0-9_.:/+#*;=-]{1,200}+")
_REFERENCE = re.compile(rb"&(?:amp|lt|gt|quot|apos);")
_COORDINATE = re.compile(rb"[-+]?[0-9.]++(?:[eE][-+]?[0-9]++)?+")
_NO_URI = re.compile(rb"[\s<>\"']")
_OPAQUE: Final = frozenset(("text", "key"))
"""Replaced as a whole, whatever is in it."""
_SCANNED: Final = frozenset(("free", "uri", "url", "nested", "unknown", "time", KEEP))
"""With an entity reference in it, decoded before it is scanned."""


def _uri(data: bytes, start: int, end: int, out: list[Part]) -> None:
    if _NO_URI.search(data, start, end):
        out.append(Part(start, end, "free"))
    else:
        uri.collect(data, start, end, out, None, "user")


def _call_id(data: bytes, start: int, end: int, out: list[Part]) -> None:
    callid.identify(data, start, end, out, "call-id")


def _content_id(data: bytes, start: int, end: int, out: list[Part]) -> None:
    callid.identify(data, start, end, out, "identifier")


def _session_id(data: bytes, start: int, end: int, out: list[Part]) -> None:
    callid.collect(data, start, end, out, "identifier")


def _location(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """``37.775 -122.4194`` or a list of such pairs; a location in words is text."""
    if data[start:end].translate(None, b"0123456789+-.eE, \t\r\n"):
        out.append(Part(start, end, "text"))
    else:
        out.extend(Part(*match.span(), "location") for match in _COORDINATE.finditer(data, start, end))


def _kept(data: bytes, start: int, end: int, out: list[Part]) -> None:
    if _TOKEN.fullmatch(data, start, end) is None:
        out.append(Part(start, end, "free"))


_GRAMMARS: Final[Mapping[str, Grammar]] = {
    "uri": _uri,
    "call-id": _call_id,
    "content-id": _content_id,
    "session-id": _session_id,
    "instance": uri.instance,
    "location": _location,
    KEEP: _kept,
}


def _plain(name: str) -> Grammar:
    return lambda _, start, end, out: out.append(Part(start, end, name))


def _between_references(data: bytes, start: int, end: int, grammar: Grammar, out: list[Part]) -> None:
    """The pieces between the predefined entities, or one text when any other reference could hide letters."""
    pieces: list[Span] = []
    at = start
    for match in _REFERENCE.finditer(data, start, end):
        pieces.append(Span(at, match.start()))
        at = match.end()
    pieces.append(Span(at, end))
    if any(data.find(b"&", *piece) >= 0 for piece in pieces):
        out.append(Part(start, end, "text"))
        return
    for piece in pieces:
        if has_word(data, *piece):
            grammar(data, *piece, out)


def value_parts(data: bytes, start: int, end: int, kind: str, *, escaped: bool = True) -> list[Part]:
    """The parts of one value under a kind, for any bytes; ``escaped`` says whether ``&`` begins a reference here.

    A value of nothing but punctuation says nothing and stays, digits of a dialling pad excepted.
    """
    out: list[Part] = []
    start, end = trim(data, start, end)
    if start >= end or not (kind == "dtmf" or has_word(data, start, end)):
        return out
    grammar = _GRAMMARS.get(kind) or _plain(kind)
    if not escaped or kind in _OPAQUE or data.find(b"&", start, end) < 0:
        grammar(data, start, end, out)
    elif kind in _SCANNED:
        out.append(Part(start, end, "nested"))
    else:
        _between_references(data, start, end, grammar, out)
    return out
