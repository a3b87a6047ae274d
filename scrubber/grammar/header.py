"""The forms a header field value can have: the names that rules use, each with the grammar that reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from scrubber.grammar import (
    address,
    authority,
    callid,
    charging,
    digest,
    info,
    params,
    passport,
    phrase,
    tokens,
    uri,
    via,
)
from scrubber.grammar.params import KEEP, Table, spare, trim
from scrubber.model import Part, Span

Form = Callable[[bytes, int, int], list[Part]]
"""``(data, start, end)`` to the sorted, disjoint parts of a header field value."""

_KINDS: Final = frozenset(
    b"png jpg jpeg gif bmp tif tiff heic webp svg ico pdf doc docx xls xlsx ppt pptx odt ods rtf txt log csv"
    b" xml json html htm ini cfg conf zip gz tgz tar 7z wav mp3 mp4 m4a amr ogg opus 3gp mov avi mkv webm vcf ics eml"
    b" pcap pcapng".split()
)
"""What a file's name ends with, which says what is in it, not whose it is."""


def _file(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """The name of a file without its ending: learned with it, ``png`` would be a name everywhere."""
    dot = data.rfind(b".", start, end)
    spare(data, start, dot if dot > start and data[dot + 1 : end].lower() in _KINDS else end, out, "name")


FIELD_PARAMS: Final[Table] = {
    **address.ADDRESS_PARAMS,
    **dict.fromkeys(
        b"charset level refresher handling duration retry-after reason expires uas uac alg ealg prot mod port-c port-s "
        b"q d-alg d-qop d-ver mediasec access-type size micalg protocol report-type format delsp retry content "
        b"contact-only cause code method profile-type vendor model version network-user effective-by shared adaptive "
        b"min-rate throttle sla call-info eventtype subtype mode".split(),
        KEEP,
    ),
    **dict.fromkeys(b"boundary start call-id from-tag-id id sub-id etag".split(), "identifier"),
    **dict.fromkeys(b"spi-c spi-s d-nonce".split(), "identifier"),
    **dict.fromkeys(b"from-tag to-tag local-tag remote-tag".split(), "tag"),
    b"filename": _file,
    b"name": "name",
    b"include-session-description": KEEP,
}
"""Parameters of token-type fields: Event, Content-Type, Content-Disposition, Accept-Contact, Session-Expires …"""
_QUOTED = re.compile(rb"\"((?:[^\"\\]++|\\(?:.|\Z))*+)\"?+", re.DOTALL)
_LINE = re.compile(rb"[^\r\n]++")
_ENCLOSING: Final = frozenset((b'""', b"<>", b"''"))
_MACHINE = re.compile(
    rb"(?=[a-z0-9-]{4,63}\Z)(?![a-z0-9-]*(?:asterisk|kamailio|opensips|openser|freeswitch|pjsip|linphone|baresip|acrobits|zoiper|bria))"
    rb"(?:[a-z]{2,16}-(?!(?:android|iphone|ipad|pixel|galaxy|windows|release|version|build|beta)[0-9])[a-z]{4,24}[0-9]{1,3}\Z"
    rb"|(?:[a-z0-9]{1,16}-){0,4}(?:"
    rb"(?:edge|sbc|pbx|gw|gateway|proxy|srv|server|host|node|lb|fe|be|core|registrar|trunk|border)-?[0-9]{1,2}"
    rb"(?:-[a-z0-9]{1,16}){0,4}|[a-z](?:[a-z0-9]{0,14}[a-z])?-?0[0-9]))",
    re.IGNORECASE,
)
"""``edge-07``, ``fra-sbc2``, ``copper-heron4``: the name of a machine by what it does or by how it is counted, or two
words and a number. No product counts from 01, and its models have longer numbers behind shorter words."""
_NUMBER = re.compile(rb"[0-9+*#(). -]{1,40}")


def parts(form: str, data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of the field value in ``[start, end)``; a ``form`` that is not in ``FORMS`` is a ``KeyError``."""
    return FORMS[form](data, start, len(data) if end is None else end)


def bare(data: bytes, start: int, end: int) -> Span:
    """The value without blanks around it and without the quotes or brackets that enclose it as a whole."""
    start, end = trim(data, start, end)
    if end - start >= 2 and data[start : start + 1] + data[end - 1 : end] in _ENCLOSING:
        return trim(data, start + 1, end - 1)
    return Span(start, end)


def _whole(name: str) -> Form:
    """A form in which the value is one part."""

    def read(data: bytes, start: int, end: int) -> list[Part]:
        out: list[Part] = []
        spare(data, *bare(data, start, end), out, name)
        return out

    return read


def _keep(data: bytes, start: int, end: int) -> list[Part]:
    del data, start, end
    return []


def _text(data: bytes, start: int, end: int) -> list[Part]:
    """Human text, each line on its own, so that the blanks that fold a field stay (RFC 3261 section 7.3.1)."""
    out: list[Part] = []
    for line in _LINE.finditer(data, *bare(data, start, end)):
        spare(data, *line.span(), out, "text")
    return out


_MACHINE_BEHIND = re.compile(
    rb"[A-Za-z][A-Za-z0-9_]{1,40}[/-][0-9][0-9A-Za-z.]{0,20}(?: '[A-Za-z ]{1,20}')?[ \t]+"
    rb"([a-z]{2,16}-[a-z]{3,24}[0-9]{1,3})"
)
_SERIAL = re.compile(
    rb"\((?:[^()\s;,]{1,40}[;,] ?)?(?![0-9A-F]{12}\))"
    rb"(?=[A-Z0-9]{9,16}\))(?=[0-9]{0,16}[A-Z][0-9]{0,16}[A-Z])(?=(?:[A-Z]{0,16}[0-9]){4})([A-Z0-9]{9,16})"
)
"""Capital letters and at least four digits alone in brackets, or last in them; twelve hexadecimal digits are a hardware
address."""
_SERIAL_LAST = re.compile(
    rb" (?=[0-9A-Z]{10,24}\Z|[A-Z][0-9.]{16,24}\Z|[A-Z]{2,3}[0-9]|(?!(?:19|20)[0-9]{6}\Z)[0-9]{6,12}\Z)"
    rb"((?:[0-9A-Z]{0,8}?[0-9][A-Z]{1,4}){1,4}[0-9]{3,12}|[A-Z][0-9]{3}(?:\.[0-9]{2,3}){4}"
    rb"|[A-Z]{2,3}[0-9]{4,8}(?=[A-Z0-9]{0,11}[A-Z])[A-Z0-9]{4,12}"
    rb"|(?<!build )(?<!Build )(?<!rev )(?<!svn )(?<!revision )(?<!stamp )[0-9]{6,12})\Z"
)
"""The serial number that some telephones put behind their product: letters between digits, or groups of digits."""
_LONGEST_SERIAL = 25


def _product(data: bytes, start: int, end: int) -> list[Part]:
    """A product and its version (RFC 3261 sections 20.35 and 20.41), or the bare name of a machine, which is a host.

    Some put the machine behind the product, and telephones their serial number, in brackets or last.
    """
    start, end = bare(data, start, end)
    out: list[Part] = []
    behind = _MACHINE_BEHIND.fullmatch(data, start, end)
    if behind is None and _MACHINE.fullmatch(data, start, end):
        spare(data, start, end, out, "host")
        return out
    stop = end if behind is None else behind.start(1)
    for serial in _SERIAL.finditer(data, start, stop):
        spare(data, start, serial.start(1), out, "product")
        out.append(Part(*serial.span(1), "device"))
        start = serial.end(1)
    last = _SERIAL_LAST.search(data, max(start, stop - _LONGEST_SERIAL), stop)
    spare(data, start, stop if last is None else last.start(), out, "product")
    if last is not None:
        out.append(Part(*last.span(1), "device"))
    spare(data, stop, end, out, "host")
    return out


def _name(data: bytes, start: int, end: int) -> list[Part]:
    """A name, or several of which some are quoted (P-Visited-Network-ID)."""
    out: list[Part] = []
    position = start
    for match in _QUOTED.finditer(data, start, end):
        spare(data, position, match.start(), out, "name")
        if match.start(1) < match.end(1):
            out.append(Part(*match.span(1), "name"))
        position = match.end()
    spare(data, position, end, out, "name")
    return out


def _user(data: bytes, start: int, end: int) -> list[Part]:
    out: list[Part] = []
    start, end = bare(data, start, end)
    if start < end:
        digest.username(data, start, end, out)
    return out


def _number(data: bytes, start: int, end: int) -> list[Part]:
    """A telephone number, or the URI or user that stands where one belongs."""
    start, end = bare(data, start, end)
    if not _NUMBER.fullmatch(data, start, end):
        return address.parse(data, start, end) if uri.has_scheme(data, start, end) else _user(data, start, end)
    out: list[Part] = []
    spare(data, start, end, out, "number")
    return out


def _host(data: bytes, start: int, end: int) -> list[Part]:
    """Hosts with optional ports, separated by commas; URIs where they stand instead."""
    out: list[Part] = []
    for element in params.split(data, start, end):
        inner = bare(data, *element)
        if uri.has_scheme(data, *inner) or data.find(b"@", *inner) >= 0 or data.find(b"//", *inner) >= 0:
            uri.collect(data, *inner, out)
        else:
            authority.host_or("free", data, *inner, out)
    return out


def _identifier(data: bytes, start: int, end: int) -> list[Part]:
    """Ids separated by commas; ``local@host`` (Content-ID) and ``;remote=`` (Session-ID) are taken apart."""
    out: list[Part] = []
    callid.collect(data, *bare(data, start, end), out, "identifier")
    return out


def _params(data: bytes, start: int, end: int) -> list[Part]:
    out: list[Part] = []
    tokens.collect(data, start, end, FIELD_PARAMS, out)
    return out


FORMS: Final[Mapping[str, Form]] = {
    "address": address.parse,
    "uri": uri.parse,
    "via": via.parse,
    "digest": digest.parse,
    "call-id": callid.parse,
    "identifier": _identifier,
    "host": _host,
    "user": _user,
    "name": _name,
    "number": _number,
    "keep": _keep,
    "passport": passport.parse,
    "product": _product,
    "text": _text,
    "charging": charging.parse,
    "access-network": charging.parse_access,
    "info": info.parse,
    "geolocation": info.parse_location,
    "warning": phrase.parse_warning,
    "reason": phrase.parse_reason,
    "user-to-user": phrase.parse_user_to_user,
    "params": _params,
    **{name: _whole(name) for name in ("tag", "free", "unknown", "secret", "device", "time", "location", "mac")},
}
"""The closed list of forms."""
