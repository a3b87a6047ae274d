"""Lists of ``name-addr`` and ``addr-spec``: From, To, Contact, Route, P-Asserted-Identity, Diversion, Refer-To and kin.

RFC 3261 sections 20.10 and 25.1, RFC 3325, RFC 5806, RFC 7044, RFC 3840, RFC 5626, RFC 5627. In addr-spec form the
parameters belong to the header field. A missing quote, bracket or scheme costs the structure, never a value: what
cannot be told apart is ``display`` or ``free``.
"""

from __future__ import annotations

import re
from typing import Final

from scrubber.grammar import params, uri
from scrubber.grammar.params import KEEP, LIST, Table, keep, spare, trim
from scrubber.model import Part

_KEPT_PARAMS = (
    b"expires q reg-id index rc mp np counter limit privacy screen party id-type methods cause isfocus audio video "
    b"application data control mobility duplex class events schemes automata actor text message language priority "
    b"extensions sescase regstate orig noa npi purpose explicit require ec-id mediatype verstat level call-type "
    b"+sip.rendering +sip.byeless +sip.extensions +sip.message +sip.mobility +sip.class +sip.duplex +sip.actor "
    b"+sip.automata +sip.audio +sip.video +sip.text +sip.application +sip.app-subtype +sip.pns +sip.pnsreg +sip.ice "
    b"+sip.fax +sip.methods +sip.events +sip.schemes +sip.priority +sip.language +u.sip!devcap"
).split()

ADDRESS_PARAMS: Final[Table] = {
    **uri.URI_PARAMS,
    **dict.fromkeys(_KEPT_PARAMS, KEEP),
    b"tag": "tag",
    b"reason": keep,
    b"+sip.instance": uri.instance,
    b"+sip.pnspurr": "device",
    b"+sip.src": "free",
    b"pub-gruu": uri.reference,
    b"temp-gruu": uri.reference,
    b"temp-gruu-cookie": "identifier",
    b"+sip.description": "text",
    b"description": "text",
    b"type": KEEP,
    b"id": "identifier",
    b"cid": "identifier",
    b"replaces": "nested",
}
"""Parameters of address-type header fields, those of the URI included: in addr-spec form they stand side by side."""

_BRACKETED = re.compile(
    rb"[\s,]*+(?:\"((?:[^\"\\]++|\\.)*+)\"|([^\s<,;\"]++(?:\s++[^\s<,;\"]++)*+))?\s*+<([^<>]*+)>", re.DOTALL
)
"""The regular case, ``display <uri>``: groups 1 quoted display, 2 bare display, 3 URI."""
_TEXT = re.compile(rb"[\s,]*+((?:[^<,;\"]++|\"(?:[^\"\\]++|\\.)*+\")*+)", re.DOTALL)
"""What precedes a URI in brackets or a parameter, quoted strings included."""
_BROKEN_TEXT = re.compile(rb"[\s,]*+([^<,;]*+)")
"""The same once a quote has been found without its partner; quotes are then not looked for again, which would cost
quadratic time."""
_PIECE = re.compile(rb"\"((?:[^\"\\]++|\\.)*+)\"|([^\"]++)", re.DOTALL)
_BROKEN_PIECE = re.compile(rb"([^\"]++)")
_ADDR_SPEC = re.compile(rb"[^,;?\s<>\"]*+(?:\?[^,;\s<>\"]*+)?+")
_NUMBER_WITH_PARAMS = re.compile(rb"(?:[A-Za-z]{2,6}:)?[+0-9*#().-]{1,40}+;[^@,\s<>\"]*+@[^,;?\s<>\"]*+")
"""``sip:+15550100;phone-context=example.com@host`` without brackets."""
_BLANK = re.compile(rb"\s")
_NAMED = re.compile(rb"[A-Za-z0-9_.-]{1,64}+\s*+=")
"""``info=alert-internal`` where a URI should stand."""
_UNCLOSED = re.compile(rb"<++\s*+(?:([^<>]*+)>|([^<>,\s\"]*+))")


def parse(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of an address-type header value: ``display``, URI parts and those of the header parameters."""
    out: list[Part] = []
    collect(data, start, len(data) if end is None else end, out)
    return out


def collect(
    data: bytes, start: int, end: int, out: list[Part], table: Table = ADDRESS_PARAMS, name: str = "display"
) -> None:
    """Append the parts of an address list to ``out``; ``name`` is given to the text beside a URI."""
    position = start
    broken = False
    while position < end:
        match = None if broken else _BRACKETED.match(data, position, end)
        if match is not None:
            text_start, text_end = match.span(1 if match.start(1) >= 0 else 2)
            if text_start < text_end:
                out.append(Part(text_start, text_end, name))
            uri.collect(data, match.start(3), match.end(3), out)
            position = match.end()
        else:
            position, broken = _irregular(data, position, end, out, name, broken=broken)
        if position < end and data[position] != 0x2C:
            position = params.collect(data, position, end, table, out, LIST)
        position += 1


def _irregular(data: bytes, position: int, end: int, out: list[Part], name: str, *, broken: bool) -> tuple[int, bool]:
    """One element that is not ``display <uri>``.

    Returns the offset where its parameters begin, and whether a quote without its partner has been met.
    """
    text = (_BROKEN_TEXT if broken else _TEXT).match(data, position, end)
    if text is not None and not broken and text.end() < end and data[text.end()] == 0x22:
        broken = True
        text = _BROKEN_TEXT.match(data, position, end)
    if text is None:  # both patterns match everywhere; this is for the type checker
        return end, broken
    stop = text.end()
    start, text_end = trim(data, *text.span(1))
    if stop < end and data[stop] == 0x3C:
        _display(data, start, text_end, out, name, broken=broken)
        bracket = _UNCLOSED.match(data, stop, end)
        if bracket is None:  # as above
            return end, broken
        uri.collect(data, *bracket.span(bracket.lastindex or 0), out)
        return bracket.end(), broken
    if start == text_end:
        return stop, broken
    if data[start] == 0x22 or (_BLANK.search(data, start, text_end) and not _is_addr_spec(data, start, text_end)):
        _display(data, start, text_end, out, name, broken=broken)
        return stop, broken
    if _NAMED.match(data, start, text_end) and not _is_addr_spec(data, start, text_end):
        return start, broken
    return _addr_spec(data, start, end, out, name), broken


def _is_addr_spec(data: bytes, start: int, end: int) -> bool:
    return uri.has_scheme(data, start, end) or data.find(b"@", start, end) >= 0


def _addr_spec(data: bytes, start: int, end: int, out: list[Part], name: str) -> int:
    """A URI without brackets; returns where it ends, which is where the header parameters begin."""
    match = _NUMBER_WITH_PARAMS.match(data, start, end)
    if match is None or data.find(b";tag=", *match.span()) >= 0:
        match = _ADDR_SPEC.match(data, start, end)
    stop = end if match is None else match.end()
    uri.collect(data, start, stop, out, name=name)
    return stop


def _display(data: bytes, start: int, end: int, out: list[Part], name: str, *, broken: bool) -> None:
    """Text that may hold quoted strings: each string and each stretch between is a part."""
    for piece in (_BROKEN_PIECE if broken else _PIECE).finditer(data, start, end):
        group = piece.lastindex or 0
        if data[piece.start()] != 0x22:
            spare(data, *piece.span(group), out, name)
        elif piece.start(group) < piece.end(group):
            out.append(Part(*piece.span(group), name))
