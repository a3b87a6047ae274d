"""MSRP (RFC 4975): messages of a chat or a file transfer. Paths become pseudonyms, what was sent is suppressed.

The content keeps its length, since byte ranges and sizes count it.
"""

from __future__ import annotations

import re
from typing import Final

from scrubber.capture.document import is_text, label
from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.grammar import sip
from scrubber.model import Entity, FormRule
from scrubber.readings.message import Messages
from scrubber.values import Values

PORTS: Final = frozenset((2855,))
RULE = "msrp-path"
CONTENT = "MSRP content"

_START = re.compile(rb"MSRP ([A-Za-z0-9.+%=-]{3,32}) (?:([A-Z]{1,16})|([0-9]{3})(?: ([^\r\n]*))?)\r\n")
_OPENING = re.compile(rb"MSRP [A-Za-z0-9.+%=-]{1,32}(?: |\Z)")
_PATH = re.compile(
    rb"(msrps?://)(?:([^@/\s;]+)@)?([^/\s;@]+)(?:(/)([^;\s]*))?((?:;(?:tcp|ws|wss|tls))*)", re.IGNORECASE
)
_RANGE = re.compile(rb"[0-9*]{1,12}-[0-9*]{1,12}/[0-9*]{1,12}")
_TOKEN = re.compile(rb"(?i)yes|no|partial|[0-9]{3}(?: [0-9]{3}(?: OK)?)?")
_METHODS: Final = frozenset((b"SEND", b"REPORT", b"AUTH", b"NICKNAME", b"VISIT"))
_TOKENS: Final = frozenset((b"success-report", b"failure-report", b"status"))
_NAMES: Final = _TOKENS | frozenset(b"to-path from-path use-path message-id byte-range content-type expires".split())
_PATHS: Final = frozenset((b"to-path", b"from-path", b"use-path"))


def _opens(data: bytes, flow: Flow) -> bool:
    del flow
    return _OPENING.match(data) is not None


def _end(data: bytes) -> re.Match[bytes] | None:
    """The line that ends a message: seven hyphens, its transaction id, a flag."""
    start = _START.match(data)
    if start is None:
        return None
    return re.compile(rb"-{7}" + re.escape(start[1]) + rb"[$+#]\r\n").search(data, start.end())


def _length(data: bytes) -> int:
    if _OPENING.match(data) is None:
        return DAMAGED
    if _START.match(data) is None:
        return MORE if b"\n" not in data else DAMAGED
    end = _end(data)
    return MORE if end is None else end.end()


def _rewrite(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """One message; its start line, transaction id and flag stay."""
    del flow
    start = _START.match(payload)
    if start is None:
        return None
    end = _end(payload)
    stop = len(payload) if end is None else end.start()
    head = payload[: start.end()]
    if start[4]:
        head = payload[: start.start(4)] + to.reader.part("unknown", start[4], RULE) + b"\r\n"
    elif start[2] and start[2] not in _METHODS:
        head = payload[: start.start(2)] + to.blank(start[2], "MSRP method", b"X") + b"\r\n"
    messages = Messages(to.reader)
    pieces = [head]
    position = start.end()
    for field in sip.fields(payload, position, stop):
        value = payload[field.value_start : field.value_end]
        name = payload[position : field.value_start]
        pieces.append(name if field.name in _NAMES or not field.name else label(name, to))
        pieces.append(_field(field.name, value, messages, to))
        position = field.value_end
    blank = payload.find(b"\r\n\r\n", max(position, start.end()), stop)
    begin = stop if blank < 0 else blank + 4
    behind = stop - 2 if payload.endswith(b"\r\n", begin, stop) else stop
    pieces.append(_content(payload[position:begin], to) if blank < 0 else payload[position:begin])
    pieces += _content(payload[begin:behind], to), payload[behind:stop]
    pieces.append(b"" if end is None else end[0] + to.blank(payload[end.end() :], CONTENT))
    return b"".join(pieces)


def _content(data: bytes, to: Values) -> bytes:
    """What people wrote, or a piece of a file, at its length."""
    if not data.strip():
        return data
    return to.value(Entity.TEXT, data, CONTENT) if is_text(data) else to.blank(data, CONTENT, b"x")


def _field(name: bytes, value: bytes, messages: Messages, to: Values) -> bytes:
    if name in _PATHS:
        return b" ".join([_path(path, messages, to) for path in value.split(b" ")])
    if name == b"byte-range" and _RANGE.fullmatch(value):
        return value
    if name in _TOKENS and _TOKEN.fullmatch(value):
        return value
    if not name:
        return to.value(Entity.TEXT, value, RULE)
    return messages.field_value(messages.field_rule(name), value)


def _path(path: bytes, messages: Messages, to: Values) -> bytes:
    """``msrp://user@host:port/session;tcp`` (RFC 4975 section 6)."""
    match = _PATH.fullmatch(path)
    if match is None:
        return to.value(Entity.URL, path, RULE) if path.strip() else path
    scheme, user, host, slash, session, transport = match.groups(b"")
    new = scheme + (to.value(Entity.USER, user, RULE) + b"@" if user else b"")
    new += messages.field_value(FormRule(RULE, "host"), host) + slash
    return new + (to.value(Entity.IDENTIFIER, session, RULE) if session else b"") + transport


STREAM = Stream("msrp", _opens, _length, _rewrite)
