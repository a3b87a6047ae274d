"""SIP messages (RFC 3261 section 7): start line, header fields, where the body begins. Cut-off and malformed ones too.

What RFC 4475 and real logs show is accepted: folded values, blanks before the colon, compact names, line breaks of bare
LF or CR, lines without a colon, extra blanks in the start line, other versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from scrubber.grammar import uri
from scrubber.grammar.params import spare, trim
from scrubber.model import Part, Span

COMPACT: Final[Mapping[bytes, bytes]] = {
    b"a": b"accept-contact",
    b"b": b"referred-by",
    b"c": b"content-type",
    b"d": b"request-disposition",
    b"e": b"content-encoding",
    b"f": b"from",
    b"i": b"call-id",
    b"j": b"reject-contact",
    b"k": b"supported",
    b"l": b"content-length",
    b"m": b"contact",
    b"n": b"identity-info",
    b"o": b"event",
    b"r": b"refer-to",
    b"s": b"subject",
    b"t": b"to",
    b"u": b"allow-events",
    b"v": b"via",
    b"x": b"session-expires",
    b"y": b"identity",
}
"""Compact header field names (IANA "SIP Header Fields") to full ones, in lower case."""

PHRASES: Final = frozenset(
    phrase.strip()
    for phrase in (
        b"trying,ringing,call is being forwarded,queued,session progress,early dialog terminated,ok,accepted,"
        b"no notification,multiple choices,moved permanently,moved temporarily,use proxy,alternative service,"
        b"bad request,unauthorized,payment required,forbidden,not found,method not allowed,not acceptable,"
        b"proxy authentication required,request timeout,request time-out,conflict,gone,length required,"
        b"conditional request failed,request entity too large,request-uri too long,request-uri too large,"
        b"unsupported media type,unsupported uri scheme,unknown resource-priority,bad extension,extension required,"
        b"session interval too small,session timer too small,interval too brief,bad location information,"
        b"bad alert message,use identity header,provide referrer identity,flow failed,anonymity disallowed,"
        b"bad identity-info,bad identity info,unsupported certificate,unsupported credential,invalid identity header,"
        b"first hop lacks outbound support,max-breadth exceeded,bad info package,consent needed,"
        b"temporarily unavailable,temporarily not available,call/transaction does not exist,"
        b"call leg/transaction does not exist,call leg does not exist,transaction does not exist,"
        b"loop detected,too many hops,address incomplete,ambiguous,busy here,busy,request terminated,"
        b"request cancelled,not acceptable here,bad event,request updated,request pending,undecipherable,"
        b"security agreement required,server internal error,internal server error,not implemented,bad gateway,"
        b"service unavailable,gateway timeout,gateway time-out,server time-out,server timeout,version not supported,"
        b"sip version not supported,message too large,push notification service not supported,precondition failure,"
        b"busy everywhere,decline,declined,does not exist anywhere,not acceptable anywhere,unwanted,rejected,"
        b"normal call clearing,no response,unassigned number,unknown,failure,success,request canceled,"
        b"intermediate failure,no such call,user not found,invalid password,stale nonce,giving a try,"
        b"trying -- your call is important to us,call completed elsewhere,call failed,auth failed"
    ).split(b",")
)
"""Reason phrases of the IANA "SIP Response Codes" registry, of RFC 2543 and of common servers, in lower case."""

_FIRST_LINE = re.compile(rb"[\r\n]*+([^\r\n]*+)(?:\r\n|\n|\r)?+")
_BREAK = rb"(?:\r\n|\n|\r)"
_FIELD = re.compile(
    rb"(?:([^\x00-\x20:\x7f-\xff]++)[ \t]*+:)?[ \t]*+((?:[^\r\n]++|" + _BREAK + rb"(?=[ \t]))*+)(" + _BREAK + rb")?"
)
"""Groups: 1 name, 2 value with its continuation lines, 3 line break."""
_METHOD = rb"[A-Za-z0-9.!%*_+`'~-]{1,64}+"
_VERSION = rb"(?:SIP|sip|Sip)/[0-9]{1,4}\.[0-9]{1,4}"
_URI = rb"<?[A-Za-z][A-Za-z0-9+.-]{0,31}+:"
_REQUEST = re.compile(_METHOD + rb"[ \t]++(" + _URI + rb"[^\r\n]*)[ \t]" + _VERSION + rb"[ \t]*+[\r\n]*+")
_STATUS = re.compile(_VERSION + rb"[ \t]++([0-9]{3,10}+)(?![^ \t\r\n])([^\r\n]*+)[\r\n]*+")
_CUT_REQUEST = re.compile(rb"[A-Z]{3,16}+[ \t]++(" + _URI + rb"[^\r\n]*+)[\r\n]*+")
_CUT_VERSION = re.compile(rb"[ \t]S?I?P?/?[0-9]{0,4}\.?[0-9]{0,4}\Z")
_LENGTH = re.compile(rb"[0-9]{1,18}")


class Field(NamedTuple):
    """One header field: its canonical name (lower case, compact forms expanded) and the spans of name and value.

    The value span has no blanks at its ends; continuation lines are inside. The name is empty for a line that is no
    header field: all of the line is the value then.
    """

    name: bytes
    name_start: int
    name_end: int
    value_start: int
    value_end: int


class Message(NamedTuple):
    """Where the pieces of a message are. ``body_start`` is the end of the input if no blank line was reached."""

    start_line_end: int
    """The end of the start line, its line break not included."""
    fields: tuple[Field, ...]
    body_start: int


def is_start_line(line: bytes) -> bool:
    """Whether a line, with or without its break, is a request line or a status line of SIP."""
    if b"IP/" not in line and b"ip/" not in line:
        return False
    return _REQUEST.fullmatch(line) is not None or _STATUS.fullmatch(line) is not None


def start_line(data: bytes, start: int = 0, end: int | None = None) -> tuple[str, list[Part]]:
    """Kind and parts of a start line: ``request`` with the parts of its URI, ``status``, or ``""`` for anything else.

    Method, version, code and registered reason phrases stay; another phrase is ``free``. A request line that is cut
    off is still a request.
    """
    start, end = trim(data, start, len(data) if end is None else end)
    out: list[Part] = []
    status = _STATUS.fullmatch(data, start, end)
    if status is not None:
        if status.end(1) - status.start(1) > 3:
            spare(data, *status.span(1), out)
        phrase_start, phrase_end = trim(data, *status.span(2))
        if data[phrase_start:phrase_end].lower() not in PHRASES:
            spare(data, phrase_start, phrase_end, out)
        return "status", out
    request = _REQUEST.fullmatch(data, start, end)
    if request is not None:
        uri.collect(data, *request.span(1), out)
        return "request", out
    request = _CUT_REQUEST.fullmatch(data, start, end)
    if request is not None:
        uri_start, uri_end = request.span(1)
        version = _CUT_VERSION.search(data, max(uri_start, uri_end - 16), uri_end)
        uri.collect(data, uri_start, uri_end if version is None else version.start(), out)
        return "request", out
    spare(data, start, end, out)
    return "", out


def fields(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Field]:
    """The header fields from ``start``, which is the beginning of a line, to the blank line or ``end``."""
    return iter(_scan(data, start, len(data) if end is None else end)[0])


def message(data: bytes, start: int = 0, end: int | None = None) -> Message:
    """The pieces of the message that begins at ``start``; line breaks before the start line are skipped."""
    end = len(data) if end is None else end
    first = _FIRST_LINE.match(data, start, end)
    if first is None:  # the pattern matches everywhere; this is for the type checker
        return Message(end, (), end)
    found, body_start = _scan(data, first.end(), end)
    return Message(first.end(1), tuple(found), body_start)


def content_length(found: Message, data: bytes) -> tuple[Span, int] | None:
    """Span and value of the first Content-Length; ``None`` if there is none or it is no decimal number."""
    for field in found.fields:
        if field.name == b"content-length":
            span = Span(field.value_start, field.value_end)
            digits = _LENGTH.fullmatch(data, *span)
            return None if digits is None else (span, int(digits.group()))
    return None


def _scan(data: bytes, start: int, end: int) -> tuple[list[Field], int]:
    """The fields and the offset behind the blank line."""
    found: list[Field] = []
    for match in _FIELD.finditer(data, start, end):
        value_start, value_end = match.span(2)
        name = match.group(1)
        if name is None and value_start == value_end:
            if match.start(3) == match.start():
                return found, match.end()
            continue  # a line of nothing but blanks, or the end
        if value_start < value_end and (data[value_start] <= 0x20 or data[value_end - 1] <= 0x20):
            value_start, value_end = trim(data, value_start, value_end)
        if name is None:
            if value_start < value_end:
                found.append(Field(b"", value_start, value_start, value_start, value_end))
            continue
        name = name.lower()
        found.append(Field(COMPACT.get(name, name), *match.span(1), value_start, value_end))
    return found, end
