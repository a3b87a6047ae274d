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
    b"home work cell voice fax pager pref base64 b quoted-printable 8bit 7bit internet msg "
    b"video text textphone car isdn pcs bbs true false "
    b"modem dom intl postal parcel jpeg png gif "
    b"individual group resource room unknown needs-action accepted declined tentative delegated completed in-process "
    b"chair req-participant opt-participant non-participant parent child sibling start end thisandfuture "
    b"free busy busy-unavailable busy-tentative binary cal-address date-time duration float period recur time "
    b"utc-offset uri date boolean integer date-and-or-time timestamp language-tag utf-8 us-ascii gregorian".split()
)
"""What a parameter says of a property, by the standards (RFC 2426, RFC 5545, RFC 6350)."""
_SAID = re.compile(
    rb"[0-9]{1,4}(?:\.[0-9]{1,2})?|(?:iso-8859|windows)-[0-9]{1,4}|image/(?:jpe?g|png|gif|webp)|text/(?:plain|html)"
)
"""What it says besides in figures and names of encodings."""
_LANGUAGE = re.compile(rb"[a-z]{2,3}(?:-[a-z]{2,4})?")
_JSON_TYPES: Final = frozenset(
    b"vcard vcardstream uri date date-time date-and-or-time time timestamp language-tag integer boolean float "
    b"utc-offset unknown individual group 4.0".split()
)
_JSON_WORDS: Final = _PROPERTIES | _KEPT_PARAMETERS | _WORDS | _JSON_TYPES


def is_word(name: bytes, value: bytes) -> bool:
    """Whether a ``value`` of the parameter ``name`` (empty: none) is one that the standards let it say."""
    told = value.strip().lower()
    if name.lower() == b"language" and _LANGUAGE.fullmatch(told):
        return True
    return told in _WORDS or _SAID.fullmatch(told) is not None


def _text(data: bytes, start: int, end: int) -> Iterator[Part]:
    left, right = trim(data, start, end)
    if left < right:
        yield Part(left, right, "text")


def _are_words(name: bytes, values: bytes) -> bool:
    return all(is_word(name, value) for value in values.split(b","))


def _parameters(data: bytes, start: int, end: int) -> Iterator[Part]:
    for match in _PARAMETER.finditer(data, start, end):
        if match[2] is None:
            if not is_word(b"", match[1]):
                yield from _text(data, *match.span(1))
        elif match[1].strip().lower() not in _KEPT_PARAMETERS or not _are_words(match[1].strip(), match[2].strip(b'"')):
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
