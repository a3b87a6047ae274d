"""Multipart bodies and the header fields of their sections (RFC 2045, 2046, 2183, 2392).

Delimiters, boundaries and field names stay, so the structure of a body survives whatever happens to the values. A
body may be cut anywhere: a section without closing delimiter ends with the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from scrubber.grammar.params import is_token, trim
from scrubber.model import Part

_BOUNDARY = re.compile(rb';\s*+boundary\s*+=\s*+(?:"([^"\r\n]{1,256})|([^\s;,"]{1,256}))', re.IGNORECASE)
_FIRST_LINE = re.compile(rb"\s*+--([^\r\n]{1,256}+)(?:\r?\n|\Z)")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_LINE = re.compile(rb"[^\r\n]*+(?:\r\n|\n|\r|\Z)")
_NAME = re.compile(rb"([!-9;-~]++)[ \t]*+:")
_PARAMETER = re.compile(rb';\s*+([^\s=;"]++)\s*+=\s*+(?:"((?:[^"\\]++|\\.)*+)|([^\s;"]*+))', re.DOTALL)
_CONTENT_ID = re.compile(rb"<?+([^@<>\s]++)(?:@([^@<>\s]++))?+")

_KEPT_FIELDS: Final = frozenset(
    b"content-transfer-encoding content-length content-language content-encoding mime-version".split()
)
_PARAMETER_FIELDS: Final = frozenset((b"content-type", b"content-disposition"))
_KEPT_PARAMETERS: Final = frozenset(
    b"charset boundary format delsp handling version base protocol micalg type profile-level encoding signal".split()
)
_PARAMETERS = {b"name": "text", b"filename": "text", b"start": "identifier"}
_BLANK = b" \t\r\n"


class Section(NamedTuple):
    """One section: its header block and its body, as half-open ranges of the same bytes."""

    header_start: int
    header_end: int
    body_start: int
    body_end: int


class Field(NamedTuple):
    """One header field: its name and its value, folded lines included, without blanks at the ends."""

    name_start: int
    name_end: int
    value_start: int
    value_end: int


class _Delimiter(NamedTuple):
    start: int
    """Where the line end before the delimiter begins: it belongs to the delimiter (RFC 2046 section 5.1.1)."""
    end: int
    """Behind the line end of the delimiter."""
    closing: bool


def boundary(content_type: bytes) -> bytes:
    """The ``boundary`` parameter of a Content-Type value, empty when there is none."""
    match = _BOUNDARY.search(content_type)
    return (match[1] or match[2]).rstrip() if match else b""


def first_boundary(data: bytes, start: int = 0, end: int | None = None) -> bytes:
    """The boundary that a body uses itself, when its Content-Type does not name one: that of its first line."""
    stop = len(data) if end is None else end
    match = _FIRST_LINE.match(data, start, stop)
    return match[1].rstrip() if match else b""


def _delimiters(data: bytes, start: int, end: int, mark: bytes) -> Iterator[_Delimiter]:
    at = data.find(mark, start, end)
    while at >= 0:
        after = at + len(mark)
        if at == start or data[at - 1 : at] == b"\n":
            newline = data.find(b"\n", after, end)
            stop = newline + 1 if newline >= 0 else end
            tail = data[after:stop].strip(_BLANK)
            if tail in (b"", b"--"):
                before = at
                if before > start:
                    before -= 2 if before - 1 > start and data[before - 2 : before - 1] == b"\r" else 1
                yield _Delimiter(before, stop, tail == b"--")
            after = stop
        at = data.find(mark, after, end)


def section(data: bytes, start: int, end: int) -> Section:
    """Split a section at its first blank line; without one it is all header when it begins like a header."""
    for empty in (b"\r\n", b"\n"):
        if data.startswith(empty, start, end):
            return Section(start, start, start + len(empty), end)
    blank = _BLANK_LINE.search(data, start, end)
    if _NAME.match(data, start, end) is None:
        return Section(start, start, start, end)
    if blank is None:
        return Section(start, end, end, end)
    return Section(start, blank.start() + 1, blank.end(), end)


def parts(data: bytes, start: int, end: int, boundary: bytes) -> list[Section]:
    """The sections of a multipart body, in order; none when the boundary is empty or not in the body.

    Text before the first delimiter and behind the closing one comes as a section with an empty header, as such a
    section is plain text too (RFC 2046 section 5.1).
    """
    marks = list(_delimiters(data, start, end, b"--" + boundary)) if boundary else []
    if not marks:
        return []
    found = []
    if marks[0].start > start:
        found.append(Section(start, start, start, marks[0].start))
    for mark, following in zip(marks, [*marks[1:], _Delimiter(end, end, closing=True)], strict=True):
        if mark.closing:
            if mark.end < end:
                found.append(Section(mark.end, mark.end, mark.end, end))
            break
        found.append(section(data, mark.end, max(mark.end, following.start)))
    return found


def fields(data: bytes, start: int, end: int) -> list[Field]:
    """The header fields of a block. A line that is no field is a ``Field`` with an empty name and the line as value."""
    found: list[Field] = []
    at = start
    while at < end:
        match = _LINE.match(data, at, end)
        stop = match.end() if match else end
        name = _NAME.match(data, at, stop)
        if found and data[at] in b" \t":
            found[-1] = found[-1]._replace(value_end=stop)
        elif name:
            found.append(Field(*name.span(1), name.end(), stop))
        elif data[at:stop].strip(_BLANK):
            found.append(Field(at, at, at, stop))
        at = stop
    return [Field(field.name_start, field.name_end, *trim(data, field.value_start, field.value_end)) for field in found]


def value_of(data: bytes, block: list[Field], name: bytes) -> bytes:
    """The value of the first field of that lower-case name, empty when there is none."""
    for field in block:
        if data[field.name_start : field.name_end].lower() == name:
            return data[field.value_start : field.value_end]
    return b""


def _parameters(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``type; name="…"; …``: file names are text, unknown parameters are not trusted."""
    for match in _PARAMETER.finditer(data, start, end):
        name = match[1].partition(b"*")[0].lower()
        left, right = match.span(2) if match[2] is not None else match.span(3)
        if name not in _KEPT_PARAMETERS and left < right:
            yield Part(left, right, _PARAMETERS.get(name, "unknown"))


def content_id(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``<id@host>`` (RFC 2392)."""
    match = _CONTENT_ID.fullmatch(data, start, end - (data[end - 1 : end] == b">"))
    if match is None:
        if start < end:
            yield Part(start, end, "unknown")
        return
    yield Part(*match.span(1), "identifier")
    if match[2]:
        yield Part(*match.span(2), "host")


def header_parts(data: bytes, start: int, end: int) -> list[Part]:
    """The parts of the header block of a section."""
    found: list[Part] = []
    for field in fields(data, start, end):
        name = data[field.name_start : field.name_end].lower()
        value = field.value_start, field.value_end
        if value[0] >= value[1] or (name in _KEPT_FIELDS and is_token(data, *value)):
            continue
        if name in _PARAMETER_FIELDS:
            found += _parameters(data, *value)
        elif name == b"content-id":
            found += content_id(data, *value)
        else:
            kinds = {b"content-description": "text", b"content-location": "url"}
            found.append(Part(*value, kinds.get(name, "unknown")))
    return found
