"""A whole SIP message, read by its grammar and rewritten: start line, header fields, body, and the lengths they count.

The complete reading of a message (RFC 3261 section 7). The line memos of ``memo.py`` give the same bytes faster for
messages whose lines need no context.
"""

from __future__ import annotations

import re

from scrubber import coding as codings
from scrubber.detectors import values
from scrubber.grammar import body, header, sdp, sip
from scrubber.model import Entity, Finding, FormRule, Part
from scrubber.readings import isdn, shortmessage
from scrubber.readings.blanks import blank
from scrubber.readings.jsonline import is_json, looks_like_json, scrub_json
from scrubber.readings.rewrite import DEPTH, Reader
from scrubber.readings.vocabulary import is_choice

SIGNALLING = {"isup": isdn.isup, "q931": isdn.q931, "sms": shortmessage.relayed}
"""Parts of bodies that are messages of the telephone network."""
LONGEST_SESSION = 10_000
"""Offers of one session: a version further from its id is no count of them."""
START_RULE = "sip-start-line"
SDP_RULE = "sdp-line"
BODY_RULE = "message-body"
UNKNOWN = FormRule("unknown-header", "unknown")
STRANGE = "fragment-field"
"""Begins like the rules whose findings are not learned."""

_SEVERE = (Entity.SECRET, Entity.CARD, Entity.DTMF, Entity.HASH)

UNNAMED = b"value"
"""The key of a JSON value that has none."""
_TIME = re.compile(
    rb"1(?:[0-9]{9}|[0-9]{12})|-[0-9]{1,9}"
    rb"|20[0-9]{2}-[01][0-9]-[0-3][0-9](?:[T ][0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+-][0-9:]{4,6})?)?"
)
"""A time in seconds or milliseconds, or by the calendar, and what counts below zero."""
_LENGTH = re.compile(rb"[0-9]{1,10}")
_READABLE = re.compile(rb"[\t\r\n\x20-\x7e\x80-\xff]*+")
_COLONLESS = re.compile(rb"([A-Za-z][A-Za-z0-9]{0,30}(?:-[A-Za-z0-9]{1,30}){1,4})[ \t]+(?=\S)")
_SIMPLE_TYPE = re.compile(rb"[ \t]*application/sdp[ \t]*(?:;|\Z)", re.IGNORECASE)

_STRAY = re.compile(
    rb"(?i)(?<![\w-])(?!(?:alternate|audio|boundary|category|charset|codecs|delta|duplex|expires|explicit|feature|format|from|gzip"
    rb"|handling|id|level|max|max-age|min|mode|parameters|permessage-deflate|profile|protocol|q|qop|reason|refresher"
    rb"|retry-after|s-maxage|server_max_window_bits|client_max_window_bits|stale-while-revalidate|start|timeout|type"
    rb"|version)[ \t]?=)[a-z_][\w.-]{1,40}[ \t]?=|(?<![0-9])(?:\+[0-9]{7}|[0-9]{11})"
)
"""What stands in no field that says what a protocol does: other names than those of parameters, telephone numbers.

A line of a log or of a configuration may begin like such a field (``connection: Server=…;PWD=…``).
"""
_SEQUENCE = re.compile(rb"\s*[0-9]{1,10}\s+[A-Za-z]{2,20}\s*")
"""What CSeq holds; a method that nobody knows is a fault worth seeing."""
_WORD = re.compile(rb"(?i)boundary[ \t]?=[^;\s]{0,128}|([0-9A-Za-z_\x80-\xff-]+)")
"""A word, but for what stands between the parts of a body, too."""


class Messages:
    """Readers SIP messages, header fields and SDP lines by grammar."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._headers = reader.rules.headers
        self._sdp = reader.rules.sdp

    @property
    def reader(self) -> Reader:
        """What a value becomes."""
        return self._reader

    def start_line(self, line: bytes) -> bytes:
        """A request or status line without its line end."""
        _, parts = sip.start_line(line, 0, len(line))
        return self._reader.parts(line, parts, START_RULE)

    def field_rule(self, name: bytes) -> FormRule:
        """The rule of a header field by its full lower-case name."""
        rule = self._headers.get(name)
        if rule is not None:
            return rule
        label = self._reader.scanner.labels(name)
        if label is not None and label.entity in _SEVERE:
            return FormRule(label.id, "secret")
        return UNKNOWN

    def field_value(self, rule: FormRule, value: bytes, depth: int = 0) -> bytes:
        """The value of one header field (folding kept) under ``rule``."""
        if rule.form == "keep":
            if _STRAY.search(value):
                return self._reader.text(value)
            strange = self._strange(value)
            if not strange:
                return self._reader.protocol(value)
            return self._reader.settled(value, self._reader.scanner.findings(value) + strange)
        return self._reader.parts(value, header.parts(rule.form, value, 0, len(value)), rule.id, depth)

    def _strange(self, value: bytes) -> list[Finding]:
        """The words of a field that no protocol chooses from, and that may be somebody's."""
        if _SEQUENCE.fullmatch(value):
            return []
        stop_words = self._reader.rules.stop_words
        return [
            Finding(*word.span(1), Entity.NAME, STRANGE)
            for word in _WORD.finditer(value)
            if word[1] and not word[1].isdigit() and not is_choice(word[1], stop_words)
        ]

    def sdp_line(self, line: bytes) -> bytes:
        """One SDP line without its line end (RFC 8866)."""
        new = self._reader.parts(line, sdp.line(line, 0, len(line)), SDP_RULE)
        return with_version(line, new) if line[:2] == b"o=" else new

    def message(self, data: bytes, depth: int = 0) -> bytes:
        """A message (or what is left of one), Content-Length corrected by what the body grew or shrank."""
        message = sip.message(data, 0, len(data))
        content_type = b""
        coding = b""
        for field in message.fields:
            if field.name == b"content-type":
                content_type = data[field.value_start : field.value_end]
            elif field.name == b"content-encoding":
                coding = data[field.value_start : field.value_end]
        old_body = data[message.body_start :]
        new_body = self.body(content_type, old_body, depth, coding=coding)
        growth = len(new_body) - len(old_body)
        pieces = [self.start_line(data[: message.start_line_end])]
        position = message.start_line_end
        for field in message.fields:
            if not field.name:
                pieces.append(data[position : field.value_start])
                pieces.append(self._nameless(data[field.value_start : field.value_end]))
            else:
                pieces.append(data[position : field.value_start])
                value = data[field.value_start : field.value_end]
                if field.name == b"content-length" and growth:
                    pieces.append(adjusted(value, growth))
                else:
                    pieces.append(self.field_value(self.field_rule(field.name), value, depth))
            position = field.value_end
        pieces.append(data[position : message.body_start])
        pieces.append(new_body)
        return b"".join(pieces)

    def body(self, content_type: bytes, data: bytes, depth: int = 0, *, coding: bytes = b"") -> bytes:
        """A body of the given type and Content-Encoding; what cannot be unpacked or is too deep becomes filler."""
        if not data.strip():
            return data
        if coding.strip().lower() not in (b"", b"identity"):
            return self._unpacked(content_type, data, depth, coding)
        if depth >= DEPTH:
            return self._reader.part("key", data, BODY_RULE)
        if not content_type.strip():
            return self._untyped(data)
        parts = body.parts(content_type, data, 0, len(data))
        pieces: list[bytes] = []
        position = 0
        for part in parts:
            pieces.append(data[position : part.start])
            pieces.append(self._body_part(part, data[part.start : part.end], depth))
            position = part.end
        pieces.append(data[position:])
        new = b"".join(pieces)
        return _with_versions(data, new) if b"o=" in data else new

    def _unpacked(self, content_type: bytes, data: bytes, depth: int, coding: bytes) -> bytes:
        """A packed body, read as what it holds and packed again if that changes."""
        content = codings.plain(coding, data)
        if content is None and _READABLE.fullmatch(data):
            # Something on the way unpacked it and left the field.
            return self.body(content_type, data, depth + 1)
        if content is None or depth >= DEPTH:
            return self._reader.part("key", data, BODY_RULE)
        new = self.body(content_type, content, depth + 1)
        return codings.again(new, content, data, bare=self._reader.replaces)

    def _nameless(self, line: bytes) -> bytes:
        """A line without a colon: free text, or the name of a field and what would stand behind the colon."""
        name = _COLONLESS.match(line)
        if name is None:
            return self._reader.text(line)
        rule = self.field_rule(name[1].lower())
        return name[0] + self.field_value(rule, line[name.end() :])

    def suppressed(self, text: bytes) -> bytes:
        """A line of a message that could not be put back together."""
        self._reader.notes["message line"] += 1
        return self._reader.value(Entity.TEXT, text, BODY_RULE)

    def _body_part(self, part: Part, value: bytes, depth: int) -> bytes:
        if part.name == "sip":
            return self.message(value, depth + 1)
        if part.name == "json":
            return self._json(value, depth)
        if part.name in SIGNALLING:
            return SIGNALLING[part.name](value, self._reader, self._blank)
        return self._reader.part(part.name, value, BODY_RULE, depth)

    def _json(self, data: bytes, depth: int) -> bytes:
        """A JSON body: nothing stays but words of protocols, times, and the numbers of harmless labels."""
        if depth >= DEPTH or not is_json(data):
            return self._reader.part("text", data, BODY_RULE)
        return scrub_json(data, lambda key, value: self._member(key, value, depth), UNNAMED)

    def _member(self, key: bytes, value: bytes, depth: int) -> bytes:
        """A value under its key, or a key itself. Harmless labels hold words of protocols in a log, of anyone here."""
        rule = self._reader.scanner.labels(key) if key else None
        if not key or (rule is not None and rule.entity is None and value.isdigit()):
            return self._reader.text(value)
        if rule is not None and rule.entity is not None:
            if values.checked(value, 0, len(value), rule.entity) is not None:
                return self._reader.value(rule.entity, value, rule.id)
        elif looks_like_json(value):
            return self._json(value, depth + 1)
        if _TIME.fullmatch(value):
            return value
        return self._reader.part("unknown", value, BODY_RULE, depth)

    def _blank(self, octets: bytes, fill: bytes) -> bytes:
        return blank(self._reader, octets, BODY_RULE, fill)

    def _untyped(self, data: bytes) -> bytes:
        """A body without Content-Type: SDP when it looks like it, otherwise human text."""
        lines = data.split(b"\n")
        if all(sdp.is_sdp_line(line.rstrip(b"\r")) for line in lines if line.strip()):
            return b"\n".join([self._sdp_keeping_end(line) for line in lines])
        return self._reader.value(Entity.TEXT, data, BODY_RULE)

    def _sdp_keeping_end(self, line: bytes) -> bytes:
        text = line.rstrip(b"\r")
        return self.sdp_line(text) + line[len(text) :]


def _with_versions(data: bytes, new: bytes) -> bytes:
    """A body whose origin lines are as :func:`with_version` has them."""
    lines, new_lines = data.split(b"\n"), new.split(b"\n")
    if len(lines) != len(new_lines):
        return new
    pairs = zip(lines, new_lines, strict=True)
    return b"\n".join([with_version(old, line) if old[:2] == b"o=" else line for old, line in pairs])


def with_version(line: bytes, new: bytes) -> bytes:
    """An origin line whose session version stands as far from the session id as it did.

    Most programs begin with both equal, so the version that stayed would show the id that went.
    """
    old_fields, fields = line.split(b" "), new.split(b" ")
    if len(fields) != len(old_fields) or len(fields) < 3:
        return new
    numbers = (old_fields[1], old_fields[2], fields[1])
    if fields[1] == old_fields[1] or not all(number.isdigit() and len(number) < 20 for number in numbers):
        return new
    distance = int(old_fields[2]) - int(old_fields[1])
    if not 0 <= distance < LONGEST_SESSION:
        return new
    fields[2] = b"%d" % (int(fields[1]) + distance)
    return b" ".join(fields)


def is_sdp_type(value: bytes) -> bool:
    """Whether a Content-Type value is plain SDP, whose lines need no context."""
    return _SIMPLE_TYPE.match(value) is not None


def adjusted(value: bytes, growth: int) -> bytes:
    """A decimal length inside ``value`` changed by ``growth`` bytes, at the same width where it fits."""
    match = _LENGTH.search(value)
    if match is None:
        return value
    number = b"%d" % max(0, int(match[0]) + growth)
    before = value[: match.start()]
    missing = len(match[0]) - len(number)
    if missing > 0:
        number = b" " * missing + number if before.endswith((b" ", b"\t")) else number.rjust(len(match[0]), b"0")
    elif missing < 0 and before.endswith(b" " * -missing + b" "):
        before = before[:missing]
    return before + number + value[match.end() :]
