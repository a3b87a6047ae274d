"""``;name=value`` lists, quoted strings and comma-separated lists (RFC 3261 section 25.1), well-formed or broken.

A *treatment* says what the value of a known parameter is: a part name, ``KEEP``, or a function that reads the value
with a grammar of its own. Tables map lower-case parameter names to treatments; a name that no table knows is judged
by its words and by the shape of its value, so that nothing is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from scrubber.model import Part, Span

Treatment = str | Callable[[bytes, int, int, list[Part]], None]
"""A part name, ``KEEP``, or a function ``(data, start, end, out)`` that appends the parts of the value to ``out``."""
Table = Mapping[bytes, Treatment]
"""Treatments by lower-case parameter name; an entry ``b""`` is for the names that are not listed."""
KEEP: Final = ""
"""The value is a protocol token and stays. One that does not look like a token is ``free`` all the same."""


class Param(NamedTuple):
    """One parameter: the spans of its name and of its value, the latter without quotes.

    A parameter without ``=`` has an empty value span at the end of its name.
    """

    name_start: int
    name_end: int
    value_start: int
    value_end: int


class Syntax(NamedTuple):
    """How a parameter list is cut; made by ``syntax``."""

    pattern: re.Pattern[bytes]
    stops: bytes


def syntax(stops: bytes) -> Syntax:
    """The list syntax that ends at any byte of ``stops`` (outside quotes and angle brackets); no stops: at the end.

    Groups: 1 name · 2 value in double quotes · 3 in single quotes (seen in Kamailio routes) · 4 in angle brackets ·
    5 bare value · 6 what stands between the value and the next ``;`` or stop and belongs to neither.
    """
    mark = re.escape(stops)
    return Syntax(
        re.compile(
            rb"[;\s]*+"
            rb"([^\s;=\"<" + mark + rb"]*+)\s*+"
            rb"(?:=\s*+(?:"
            rb"\"((?:[^\"\\]++|\\(?:.|\Z))*+)\"?+"
            rb"|'([^']*+)'"
            rb"|<([^>]*+)>?+"
            rb"|([^\s;" + mark + rb"]*+(?:\s++[^\s;" + mark + rb"]++)*+)"
            rb")\s*+)?"
            rb"([^;" + mark + rb"]++)?",
            re.DOTALL,
        ),
        stops,
    )


LIST: Final = syntax(b",")
"""Parameters of an element of a comma-separated header value."""
WHOLE: Final = syntax(b"")
"""Parameters up to the end of the span."""

_QUOTED = re.compile(rb'"((?:[^"\\]++|\\.)*+)("|\\?+\Z)', re.DOTALL)
_ELEMENT = re.compile(
    rb'(?:[^,"<(]++|"(?:[^"\\]++|\\(?:.|\Z))*+"?+|<[^<>]*+>?+|\((?:[^()\\]++|\\(?:.|\Z))*+\)?+)++', re.DOTALL
)
_WORD_BYTE = re.compile(rb"[0-9A-Za-z\x80-\xff]")
_KEPT = re.compile(
    rb"(?:(?![0-9]{7}|[0-9]{1,3}\.[0-9]{1,3}\.[0-9]|[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}:)[A-Za-z0-9_.+*!~/:,%#= -]){0,200}+"
)
_SKELETON = re.compile(rb"(?:(?![0-9]{5}|[0-9]{1,3}\.[0-9]{1,3}\.[0-9]|%[0-9A-Fa-f]{2})[A-Za-z0-9_.+*!~/'`%-]){0,64}+")
_SIMPLE = re.compile(rb"(?i:true|false|yes|no|on|off|none|null|auto|[0-9]{1,3}%?|[01]\.[0-9]{1,3})")
_ENDPOINT = re.compile(
    rb"((?:[0-9]{1,3}\.){3}[0-9]{1,3}|(?:[A-Za-z0-9_-]{1,63}\.){1,10}[A-Za-z]{2,24})(?::[0-9]{1,5})?"
)
_OPAQUE = re.compile(rb"(?=[^0-9]*+[0-9])(?=[0-9_.:-]*+[A-Za-z+/]|[0-9]{7})[A-Za-z0-9+/=_.:~-]{7,}+")
_ENCODED = re.compile(rb"%[0-9A-Fa-f]{2}")
_PHONE = re.compile(rb"\+?[0-9(][0-9(). -]{2,24}")
_HINT = re.compile(
    rb"(?P<secret>pass|pwd|secret|token|cookie|(?:^|[-_.])(?:pin|key|auth)(?:$|[-_.]))"
    rb"|(?P<device>uuid|guid|imei|imsi|serial|instance|device)"
    rb"|(?P<mac>(?:^|[-_.])mac(?:$|[-_.]))"
    rb"|(?P<number>number|phone|msisdn|(?:^|[-_.])(?:ani|dnis|did|tn|tel|cli|clid)(?:$|[-_.]))"
    rb"|(?P<user>user|account|customer|login|caller|callee|called|calling|client|tenant|subscriber)"
    rb"|(?P<name>name|company|organi)"
    rb"|(?P<identifier>(?:^|[-_.])id$|session)"
)
"""What the words of an unknown parameter name say about its value."""


def has_word(data: bytes, start: int, end: int) -> bool:
    """Whether a span holds more than punctuation, blanks and control bytes."""
    return _WORD_BYTE.search(data, start, end) is not None


def trim(data: bytes, start: int, end: int) -> Span:
    """The span without blanks, tabs and line breaks at both ends."""
    while start < end and data[start] in b" \t\r\n":
        start += 1
    while end > start and data[end - 1] in b" \t\r\n":
        end -= 1
    return Span(start, end)


def spare(data: bytes, start: int, end: int, out: list[Part], name: str = "free") -> None:
    """Append what no grammar accounts for as one part, unless it is nothing but punctuation."""
    if _WORD_BYTE.search(data, start, end) is not None:
        start, end = trim(data, start, end)
        out.append(Part(start, end, name))


def is_token(data: bytes, start: int, end: int) -> bool:
    """Whether a value is short, plain and without anything that looks like a number, an address or a MAC."""
    return (end - start < 7 and data[start:end].isalnum() and data[start:end].isascii()) or _KEPT.fullmatch(
        data, start, end
    ) is not None


def keep(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """The value stays when it is a token, otherwise it is ``free``."""
    if not is_token(data, start, end):
        spare(data, start, end, out)


def quoted(data: bytes, start: int, end: int) -> Span | None:
    """The content of the quoted string that begins at ``start``; up to ``end`` when the closing quote is missing.

    ``None`` when no quote stands at ``start``. A backslash escapes the byte after it.
    """
    match = _QUOTED.match(data, start, end)
    return None if match is None else Span(*match.span(1))


def split(data: bytes, start: int = 0, end: int | None = None) -> list[Span]:
    """The elements between commas outside quotes, ``<…>`` and ``(…)``; empty elements are left out, blanks trimmed."""
    spans = (trim(data, *match.span()) for match in _ELEMENT.finditer(data, start, len(data) if end is None else end))
    return [span for span in spans if span.start < span.end]


def _value_group(match: re.Match[bytes]) -> int:
    """The number of the group that holds the value, 0 for a parameter without ``=``."""
    group = match.lastindex or 0
    if group == 6:
        return next((number for number in (2, 3, 4, 5) if match.start(number) >= 0), 0)
    return group if group > 1 else 0


def collect(data: bytes, start: int, end: int, table: Table, out: list[Part], cut: Syntax = LIST) -> int:
    """Append the parts of a parameter list to ``out``; returns where it ended: ``end`` or the offset of a stop."""
    stops = cut.stops
    for match in cut.pattern.finditer(data, start, end):
        name_start, name_end = match.span(1)
        group = match.lastindex
        if group == 6:
            group = _value_group(match) or 1
        if group == 1:
            if name_end > name_start and data[name_start:name_end].lower() not in table:
                _flag(data, name_start, name_end, out)
        else:
            value_start, value_end = match.span(group or 0)
            treatment = table.get(data[name_start:name_end].lower())
            if treatment is None:
                param = Param(name_start, name_end, value_start, value_end)
                unknown(data, param, out, table.get(b""))
            elif treatment == KEEP:
                if not is_token(data, value_start, value_end):
                    spare(data, value_start, value_end, out)
            elif value_start < value_end:
                treat(treatment, data, value_start, value_end, out)
        if match.start(6) >= 0:
            spare(data, match.start(6), match.end(6), out)
        position = match.end()
        if position >= end or data[position] in stops:
            return position
    return end


def treat(treatment: Treatment, data: bytes, start: int, end: int, out: list[Part]) -> None:
    """Append the parts of one value under a treatment; an empty value has none."""
    if start >= end:
        return
    if treatment == KEEP:
        keep(data, start, end, out)
    elif isinstance(treatment, str):
        out.append(Part(start, end, treatment))
    else:
        treatment(data, start, end, out)


def skeleton(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """A name stays, unless it holds a digit run, an address or bytes that no parameter name has."""
    if _SKELETON.fullmatch(data, start, end) is None:
        spare(data, start, end, out)


def _flag(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """A parameter without a value that no table lists; only feature tags (RFC 3840) are known by their shape."""
    if data[start : start + 3].lower() != b"+g." or not is_token(data, start, end):
        spare(data, start, end, out)


def unknown(data: bytes, param: Param, out: list[Part], treatment: Treatment | None = None) -> None:
    """Append the parts of a parameter that no table lists, judged by the words of its name and by its value.

    A ``treatment`` decides about the value instead.
    """
    name_start, name_end, start, end = param
    name = data[name_start:name_end].lower()
    skeleton(data, name_start, name_end, out)
    if start >= end:
        return
    if treatment is not None:
        treat(treatment, data, start, end, out)
        return
    if name.startswith(b"+g."):  # feature tags (RFC 3840) name services, not people
        keep(data, start, end, out)
        return
    hint = _HINT.search(name)
    if hint is None:
        generic(data, start, end, out)
        return
    part = hint.lastgroup or "free"
    if part != "secret" and _SIMPLE.fullmatch(data, start, end) and not data[start:end].isdigit():
        return
    if part == "number" and _PHONE.fullmatch(data, start, end) is None:
        part = "user"
    spare(data, start, end, out, part)


def generic(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """Append the parts of a value of which only the shape is known.

    Small numbers and booleans stay; an address or domain is ``host``, escaped text ``nested``, a number with ``+``
    ``number``, what looks random ``identifier``; anything else is ``free``.
    """
    if start >= end or _SIMPLE.fullmatch(data, start, end):
        return
    endpoint = _ENDPOINT.fullmatch(data, start, end)
    if endpoint is not None:
        out.append(Part(start, endpoint.end(1), "host"))
    elif _ENCODED.search(data, start, end):
        out.append(Part(start, end, "nested"))
    elif data[start] == 0x2B and _PHONE.fullmatch(data, start, end):
        out.append(Part(start, end, "number"))
    elif _OPAQUE.fullmatch(data, start, end):
        out.append(Part(start, end, "identifier"))
    else:
        spare(data, start, end, out)
