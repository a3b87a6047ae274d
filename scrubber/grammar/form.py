"""Small bodies made of lines: dialled digits (``application/dtmf-relay``) and waiting messages (RFC 3842)."""

from __future__ import annotations

import re
from typing import Final

from scrubber.grammar import address, mime, uri
from scrubber.grammar.params import KEEP, Table, treat, trim
from scrubber.model import Part

_LINE = re.compile(rb"[^\r\n]++")
_ASSIGNMENT = re.compile(rb"[ \t]*+([A-Za-z][A-Za-z0-9_-]*+)[ \t]*+[=:][ \t]*+")
_DIGIT_KEYS: Final = frozenset(b"signal digit digits d dtmf tone event".split())
_TIMING_KEYS: Final = frozenset(b"duration volume interval y p".split())
_DIGITS = re.compile(rb"[0-9A-Da-d*#,!. -]{1,64}+")
_PROTOCOL = re.compile(rb"[A-Za-z]{0,12}[0-9]{0,6}(?:-[A-Za-z]{1,12})?")
_SUMMARY = re.compile(rb"[0-9]{1,10}/[0-9]{1,10}(?:[ \t]{0,8}\([0-9]{1,10}/[0-9]{1,10}\))?|yes|no", re.IGNORECASE)


def dtmf(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """``Signal=5``, ``Duration=160``, or nothing but digits: the digits are ``dtmf``, times stay.

    A value that is neither is ``text``.
    """
    stop = len(data) if end is None else end
    found: list[Part] = []
    for match in _LINE.finditer(data, start, stop):
        assignment = _ASSIGNMENT.match(data, *match.span())
        left, right = trim(data, assignment.end() if assignment else match.start(), match.end())
        if left == right:
            continue
        if assignment and assignment[1].lower() in _DIGIT_KEYS:
            found.append(Part(left, right, "dtmf"))
        elif not (assignment and assignment[1].lower() in _TIMING_KEYS and _PROTOCOL.fullmatch(data, left, right)):
            found.append(Part(left, right, "dtmf" if _DIGITS.fullmatch(data, left, right) else "text"))
    return found


def _account(data: bytes, start: int, end: int, out: list[Part]) -> None:
    uri.collect(data, start, end, out, None, "user")


def _count(data: bytes, start: int, end: int, out: list[Part]) -> None:
    if _SUMMARY.fullmatch(data, start, end) is None:
        out.append(Part(start, end, "text"))


def _identifier(data: bytes, start: int, end: int, out: list[Part]) -> None:
    out += mime.content_id(data, start, end)


_SUMMARY_FIELDS: Final[Table] = {
    **dict.fromkeys(
        b"messages-waiting voice-message video-message fax-message pager-message multimedia-message text-message "
        b"none message-waiting".split(),
        _count,
    ),
    b"message-account": _account,
    **dict.fromkeys(b"from to cc bcc reply-to".split(), address.collect),
    b"date": "time",
    b"message-id": _identifier,
    **dict.fromkeys(b"priority message-context".split(), KEEP),
}


def message_summary(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """``Messages-Waiting: yes``, ``Message-Account: sip:…``, counts, and the header fields of messages (RFC 3842)."""
    found: list[Part] = []
    for field in mime.fields(data, start, len(data) if end is None else end):
        treatment = _SUMMARY_FIELDS.get(data[field.name_start : field.name_end].lower(), "text")
        if field.value_start < field.value_end:
            treat(treatment, data, field.value_start, field.value_end, found)
    return found
