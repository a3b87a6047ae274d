"""Cards of people: vCard (RFC 2426, RFC 6350) and jCard (RFC 7095). What a card says is text; its skeleton stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scrubber.grammar.params import trim
from scrubber.model import Part

_LINE = re.compile(rb"[^\r\n]++")
_PROPERTY = re.compile(rb'(?:[A-Za-z0-9-]{1,16}\.)?([A-Za-z0-9-]{1,64})((?:;(?:[^:"]++|"[^"]*+"?+)*+)?):')
_PARAMETER = re.compile(rb';([^=;"]*+)(?:=((?:[^;"]++|"[^"]*+"?+)*+))?+')
_TOKEN = re.compile(rb"[A-Za-z0-9.,/-]{1,24}")
_JSON = re.compile(rb'"((?:[^"\\]++|\\.)*+)"?+|([^\s\[\]{},:"]++)', re.DOTALL)
_JSON_SMALL = re.compile(rb"true|false|null|[0-9]{1,4}")

_KEPT_PROPERTIES: Final = frozenset(b"begin end version kind profile".split())
_PROPERTIES: Final = _KEPT_PROPERTIES | frozenset(
    b"adr agent anniversary bday caladruri caluri categories class clientpidmap email fburl fn "
    b"gender geo impp key label lang "
    b"logo mailer member n name nickname note org photo prodid related rev role "
    b"sort-string sound source tel title tz uid "
    b"url xml".split()
)
_KEPT_PARAMETERS: Final = frozenset(b"type value pref encoding charset language mediatype altid pid calscale".split())
_WORDS: Final = frozenset(
    b"home work cell voice fax pager pref base64 b quoted-printable 8bit internet msg "
    b"video text textphone car isdn pcs bbs "
    b"modem dom intl postal parcel jpeg png gif".split()
)
_JSON_TYPES: Final = frozenset(
    b"vcard vcardstream uri date date-time date-and-or-time time timestamp language-tag integer boolean float "
    b"utc-offset unknown individual group 4.0".split()
)
_JSON_WORDS: Final = _PROPERTIES | _KEPT_PARAMETERS | _WORDS | _JSON_TYPES


def _text(data: bytes, start: int, end: int) -> Iterator[Part]:
    left, right = trim(data, start, end)
    if left < right:
        yield Part(left, right, "text")


def _parameters(data: bytes, start: int, end: int) -> Iterator[Part]:
    for match in _PARAMETER.finditer(data, start, end):
        if match[2] is None:
            if match[1].strip().lower() not in _WORDS:
                yield from _text(data, *match.span(1))
        elif match[1].strip().lower() not in _KEPT_PARAMETERS or not _TOKEN.fullmatch(match[2].strip(b'"')):
            left, right = match.span(2)
            quotes = data[left : left + 1] == b'"', data[right - 1 : right] == b'"' and right - left > 1
            yield from _text(data, left + quotes[0], right - quotes[1])


def parse(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The values of a card; a line that is no property of a card (a folded one, a wrong one) is text as a whole."""
    found: list[Part] = []
    for line in _LINE.finditer(data, start, len(data) if end is None else end):
        match = _PROPERTY.match(data, *line.span())
        name = match[1].lower() if match else b""
        if match is None or not (name in _PROPERTIES or name.startswith(b"x-")):
            found += _text(data, *line.span())
            continue
        found += _parameters(data, *match.span(2))
        if name not in _KEPT_PROPERTIES or not _TOKEN.fullmatch(data[match.end() : line.end()].strip()):
            found += _text(data, match.end(), line.end())
    return found


def jcard(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The strings of a jCard that are no word of the format, without their quotes."""
    found: list[Part] = []
    for match in _JSON.finditer(data, start, len(data) if end is None else end):
        if match[2] is not None:
            if _JSON_SMALL.fullmatch(match[2]) is None:
                found += _text(data, *match.span(2))
        elif match[1].lower() not in _JSON_WORDS:
            found += _text(data, *match.span(1))
    return found
